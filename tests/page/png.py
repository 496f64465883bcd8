"""Screenshots made small: a PNG of 8-bit RGB becomes one of 256 colours, which is what a page has, near enough."""

import struct
import zlib
from collections import Counter
from collections.abc import Iterator

MAGIC = b"\x89PNG\r\n\x1a\n"
COLOURS = 256
Pixel = bytes


def smaller(png: bytes) -> bytes:
    """The colours that are used most, and the nearest of them for the rest."""
    parts = list(_chunks(png))
    width, height, depth, kind = struct.unpack(">IIBB", parts[0][1][:10])
    assert (depth, kind) == (8, 2), "a screenshot is RGB, 8 bits each"
    rows = list(_rows(zlib.decompress(b"".join(data for name, data in parts if name == b"IDAT")), width * 3))
    pixels = [row[at : at + 3] for row in rows for at in range(0, width * 3, 3)]
    palette = [colour for colour, _ in Counter(pixels).most_common(COLOURS)]
    index = {colour: number for number, colour in enumerate(palette)}
    index |= {colour: _nearest(colour, palette) for colour in set(pixels) - index.keys()}
    lines = (bytes(map(index.__getitem__, pixels[at : at + width])) for at in range(0, width * height, width))
    return MAGIC + b"".join(
        (
            _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)),
            _chunk(b"PLTE", b"".join(palette)),
            _chunk(b"IDAT", zlib.compress(b"".join(b"\0" + line for line in lines), 9)),
            _chunk(b"IEND", b""),
        )
    )


def _nearest(colour: Pixel, palette: list[Pixel]) -> int:
    r, g, b = colour
    return min(
        range(len(palette)),
        key=lambda n: (palette[n][0] - r) ** 2 + (palette[n][1] - g) ** 2 + (palette[n][2] - b) ** 2,
    )


def _chunks(png: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = len(MAGIC)
    while at < len(png):
        length, name = struct.unpack(">I4s", png[at : at + 8])
        yield name, png[at + 8 : at + 8 + length]
        at += length + 12


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def _rows(raw: bytes, length: int) -> Iterator[bytes]:
    """Rows of RGB, their filters undone (RFC 2083, section 6)."""
    above = bytearray(length)
    for start in range(0, len(raw), length + 1):
        row = bytearray(raw[start + 1 : start + 1 + length])
        _unfilter(raw[start], row, above)
        yield bytes(row)
        above = row


def _unfilter(kind: int, row: bytearray, above: bytearray) -> None:
    for at in range(len(row)):
        left, corner = (row[at - 3], above[at - 3]) if at >= 3 else (0, 0)
        up = above[at]
        guess = (0, left, up, (left + up) // 2, _paeth(left, up, corner) if kind == 4 else 0)[kind]
        row[at] = (row[at] + guess) & 255


def _paeth(left: int, up: int, corner: int) -> int:
    guess = left + up - corner
    return min((abs(guess - left), 0, left), (abs(guess - up), 1, up), (abs(guess - corner), 2, corner))[2]
