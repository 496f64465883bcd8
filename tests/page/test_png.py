"""The picture of a picture: fewer colours, the same page."""

import struct
import zlib

from tests.page import png


def drawn(rows: list[list[bytes]], filters: list[int]) -> bytes:
    """A PNG of these pixels, each row under a filter of its own."""
    raw, above = b"", bytes(len(rows[0]) * 3)
    for row, kind in zip(rows, filters, strict=True):
        line = b"".join(row)
        left, up = bytes(3) + line[:-3], above
        corner = bytes(3) + above[:-3]
        guess = {
            0: bytes(len(line)), 1: left, 2: up,
            3: bytes((a + b) // 2 for a, b in zip(left, up, strict=True)),
            4: bytes(png._paeth(*three) for three in zip(left, up, corner, strict=True)),
        }[kind]  # fmt: skip
        raw += bytes([kind]) + bytes((a - b) & 255 for a, b in zip(line, guess, strict=True))
        above = line
    header = struct.pack(">IIBBBBB", len(rows[0]), len(rows), 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(raw)), (b"IEND", b""))
    return png.MAGIC + b"".join(png._chunk(*chunk) for chunk in chunks)


def read(picture: bytes) -> list[list[bytes]]:
    """The pixels of a picture with a palette."""
    parts = dict(png._chunks(picture))
    width = struct.unpack(">I", parts[b"IHDR"][:4])[0]
    raw, palette = zlib.decompress(parts[b"IDAT"]), parts[b"PLTE"]
    lines = [raw[at + 1 : at + 1 + width] for at in range(0, len(raw), width + 1)]
    return [[palette[3 * number : 3 * number + 3] for number in line] for line in lines]


def test_a_picture_of_few_colours_keeps_every_pixel_whatever_its_filters() -> None:
    rows = [[bytes((x * 40, y * 50, x * y)) for x in range(6)] for y in range(5)]
    assert read(png.smaller(drawn(rows, [0, 1, 2, 3, 4]))) == rows


def test_of_many_colours_the_rare_ones_become_the_nearest() -> None:
    common = [[bytes((n, 0, 0))] * 4 for n in range(256)]
    rows = [*common, [bytes((7, 1, 0)), *common[9][:3]]]
    assert read(png.smaller(drawn(rows, [0] * len(rows))))[-1][0] == bytes((7, 0, 0))
