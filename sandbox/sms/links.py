"""URLs in a text, as people write them (PROVIDERS.md §D, Click tracking; what counts as one is our convention).

Recognised, in any case and with query and fragment: ``http(s)://…``, ``www.…``, and bare domains that end in one
of ``TLDS``; never the domain of an e-mail address or of another scheme's URL (``myapp://example.com/pay``). Linear in
the text's length, whatever is in it.
"""

import re
from itertools import islice
from typing import NamedTuple

TLDS = (
    "com", "net", "org", "edu", "gov", "info", "biz", "io", "co", "ai", "app", "dev", "gl", "ly", "tv", "xyz",
    "shop", "store", "link", "page", "site", "online", "eu", "uk", "ie", "de", "ch", "fr", "it", "es", "pt", "nl",
    "pl", "cz", "se", "dk", "fi", "gr", "ca", "au", "nz", "jp", "br", "mx", "co.in", "gov.in",
)  # fmt: skip
"""Short on purpose: ``me at be in is so to us`` are words, and a text with no space after a full stop is no link."""

TRAILING = ".,;:!?)]'\""
"""What belongs to the sentence, not to the URL before it."""

_LABEL = r"[a-z0-9]++(?:-++[a-z0-9]++)*+"
_TLD = "|".join(map(re.escape, TLDS))
_REST = r"(?:(?![,;]https?://|[,;]www\.)[^\s\x00-\x1f\x7f-\x9f<>\"“”„«»])*+"

# Possessive throughout, and a bare domain begins only where no longer one can: nothing is read twice.
_URL = re.compile(
    rf"https?://(?=\w){_REST}"
    rf"|(?<![a-z0-9@._-])(?<!//)www\.(?=\w){_REST}"
    rf"|(?<![\w@.-])(?<!//)(?:{_LABEL}\.)+(?:{_TLD})(?![\w@]|[.-]\w)(?::[0-9]{{1,5}}+)?+(?:[/?#]{_REST})?+",
    re.IGNORECASE,
)


class Found(NamedTuple):
    """``text[start:end] == url``"""

    start: int
    end: int
    url: str


def find(text: str, most: int | None = None) -> list[Found]:
    """The first ``most`` URLs, in order: ``See www.a.it/x?y#z, or b.com.`` → ``www.a.it/x?y#z``, ``b.com``"""
    urls = ((match.start(), match.group().rstrip(TRAILING)) for match in islice(_URL.finditer(text), most))
    return [Found(start, start + len(url), url) for start, url in urls]


def target(url: str) -> str:
    """Where a link leads: ``www.a.it`` → ``http://www.a.it``"""
    return url if url.lower().startswith(("http://", "https://")) else f"http://{url}"
