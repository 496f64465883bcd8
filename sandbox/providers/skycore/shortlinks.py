"""Click tracking (S004): a short link in the place of every URL of a text, and where it leads."""

from urllib.parse import quote

from sandbox.ids import Ids
from sandbox.sms import links
from sandbox.sms.message import Link
from sandbox.wire import Reply

MOST_LINKS = 8_000  # 255 segments, the most that a message can have, hold no more; the rest of a text stays as it is


def shortened(text: str, prefix: str, ids: Ids) -> tuple[str, tuple[Link, ...]]:
    """``text`` with a short link for every URL in it, each occurrence its own."""
    pieces: list[str] = []
    put_in: list[Link] = []
    end = 0
    for found in links.find(text, MOST_LINKS):
        link = Link(ids.alnum(8), links.target(found.url))
        pieces += (text[end : found.start], prefix, link.code)
        put_in.append(link)
        end = found.end
    return "".join((*pieces, text[end:])), tuple(put_in)


def opened(link: Link | None) -> Reply:
    if link is None:
        return Reply(404, b"This short link leads nowhere.\n", (("Content-Type", "text/plain; charset=utf-8"),))
    return Reply(302, headers=(("Location", quote(link.url, safe=":/?#[]@!$&'()*+,;=%~")),))
