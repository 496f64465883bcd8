"""One-time codes in a text, as people write them (CONTROL-API.md, ``codes``; what counts as one is our convention).

A code is a number of 4 to 8 digits (``123456``, ``123 456``, ``123-456``, ``G-123456``: its digits) or a word of
letters and digits (``A1B2C3``), with a label in its sentence: *code*, *PIN*, *OTP*, *password* in many languages. The
nearest label decides: what belongs to an order, an account, a price, a date, a time or a telephone is no code. What
looks like a year or a name is one only where it is said to be the code (``2024 is your code``, ``code at Acme: 2024``).
The WebOTP form (``@example.com #123456``) needs no label. Linear in the text, of which ``SCANNED`` characters count.
"""

import re
from collections.abc import Callable
from enum import Enum, auto
from typing import ClassVar

from sandbox.sms import links
from sandbox.sms.codetokens import MIXED, SHAPES, TOKEN, WOVEN, YEAR
from sandbox.sms.codewords import (
    BARGAINS,
    BEING,
    CODE,
    CODE_STEM,
    NAMING,
    NUMBERING,
    OTHER,
    SAYING_TO,
    SORTS,
    TYPING,
    WHEN,
    plain,
)

SCANNED = 4096
"""More than two dozen segments."""


def codes(text: str) -> list[str]:
    """``codes("Your code is 123 456")`` → ``["123456"]``; each once, in the order in which they are understood."""
    reader = _Reader()
    for token in TOKEN.finditer(_without_links(plain(text[:SCANNED]))):
        reader.read(token)
    return reader.end()


def _without_links(text: str) -> str:
    """Blanks for URLs, whose numbers are no codes; ``482913.It`` is none, whatever its ending."""
    pieces, end = [], 0
    for found in links.find(text):
        if not found.url.partition(".")[0].isdecimal():
            pieces += [text[end : found.start], " "]
            end = found.end
    return "".join((*pieces, text[end:]))


def _labels_code(word: str) -> bool:
    return word in CODE or CODE_STEM.search(word) is not None


class _Label(Enum):
    CODE = auto()
    OTHER = auto()


class _Reader:
    """Goes through the tokens of a text once, and holds what the words so far make of the next number."""

    def __init__(self) -> None:
        self._found: list[str] = []
        self._sentence: list[str] = []
        self._label: _Label | None = None
        self._under: _Label | None = None
        """The label that another number's label covers until that number has come."""
        self._direct = False
        """Nothing but ``NAMING`` stands between the label and here."""
        self._stale = False
        """The label is of the sentence before."""
        self._says_to = False
        """In the label's language *to* is *is* (``kod to 123456``)."""
        self._weak = False
        """The last code only stood near its label: one that is named outright takes its place."""
        self._loose: str | None = None
        """A number that had no label before it; one may follow (``123456 is your code``)."""
        self._doubted: str | None = None
        """A year, or a word in small letters, that would be loose if something were said of it at once."""
        self._spoken = False
        self._bargain = False
        self._previous = ""

    def read(self, token: re.Match[str]) -> None:
        said = token.group().casefold()
        if self._doubted and (token.lastgroup == "code" or (said in BEING and said.isalpha())):
            self._loose = self._doubted
        self._doubted = None
        self._HANDLERS[token.lastgroup or ""](self, token)
        self._previous = said

    def end(self) -> list[str]:
        self._stop()
        return list(dict.fromkeys(self._found))

    # --- numbers -------------------------------------------------------------------------------------

    def _bound(self, token: re.Match[str]) -> None:
        self._found.append(token["bound"])

    def _number(self, token: re.Match[str]) -> None:
        run, unit = token["digits"], (token["unit"] or "").casefold()
        self._bargain = self._bargain or unit.endswith("off")
        groups = re.findall(r"\d+", run)
        joined = re.search(r"['’.,:/]", run) or (len(groups) > 2 and " " not in run and len(groups) < len(run) // 2)
        if token["foreign"] or unit or joined or tuple(map(len, groups)) not in SHAPES:
            self._noise()
        else:
            self._candidate("".join(groups), doubtful=self._is_elsewhere(run))

    def _is_elsewhere(self, run: str) -> bool:
        """Perhaps a year, a time, a sum (``payment of 15000``), or whom something was sent to."""
        if self._previous == "of":
            return True
        if len(run) == 4:
            return self._previous in WHEN or (self._previous not in TYPING and YEAR.fullmatch(run) is not None)
        return self._previous == "to" and not self._says_to

    def _noise(self, token: re.Match[str] | None = None) -> None:
        """A number that is no code; the label of another number has found its own."""
        if self._label is _Label.OTHER:
            self._label = self._under

    def _halves(self, token: re.Match[str]) -> None:
        self._candidate(token["halves"].replace("-", ""), doubtful=False)

    def _candidate(self, value: str, *, doubtful: bool) -> None:
        """``doubtful``: taken only where a label names it, or all begins with it."""
        if self._label is _Label.OTHER:
            self._noise()
        elif self._label is _Label.CODE or self._previous in TYPING:
            if self._is_named() or not doubtful:
                self._accept(value)
        elif self._weak and self._is_named():
            self._sentence.pop()
            self._accept(value)
        elif not doubtful or (value.isdecimal() and not self._spoken):
            self._loose = value
        else:
            self._doubted = value

    def _is_named(self) -> bool:
        """Whether the next number is said to be the code (``code is 1234``, ``code for Acme: 1234``)."""
        return self._direct or self._previous in BEING or (self._says_to and self._previous == "to")

    def _dotted(self, token: re.Match[str]) -> None:
        """The end of an account's number (``DE12...3456``), unless a label waits for it (``code...3456``)."""
        digits = token["dotted"].lstrip(".")
        if self._direct and self._label is _Label.CODE and (len(digits),) in SHAPES:
            self._accept(digits)
        else:
            self._noise()

    def _accept(self, value: str) -> None:
        self._sentence.append(value)
        self._weak = not self._is_named() and self._previous not in TYPING
        self._label = self._loose = None
        self._direct = False

    # --- words ---------------------------------------------------------------------------------------

    def _word(self, token: re.Match[str]) -> None:
        written = token["word"]
        if MIXED.fullmatch(written):
            self._candidate(written, doubtful=not (written.isupper() or WOVEN.search(written)))
            return
        word = written.casefold()
        self._spoken = True
        if _labels_code(word):
            self._labelled(word)
        elif word in SORTS and _labels_code(self._previous):
            self._label = None  # ``code postal``
            self._other()
        elif word in OTHER:
            self._other()
        else:
            self._pass(word)

    def _labelled(self, word: str) -> None:
        """``code``, unless it is a postcode, an error code, a voucher's."""
        self._bargain = self._bargain or word.startswith(BARGAINS)
        self._says_to = word.startswith(SAYING_TO)
        if self._previous in SORTS or word.startswith(SORTS):
            self._other()
        else:
            self._code()

    def _code(self, token: re.Match[str] | None = None) -> None:
        self._label, self._under, self._direct, self._stale = _Label.CODE, None, True, False

    def _other(self, token: re.Match[str] | None = None) -> None:
        if self._label is not _Label.OTHER:
            self._under = self._label
        self._label, self._stale = _Label.OTHER, False

    def _pass(self, word: str) -> None:
        """A word that is no label, and what it comes between."""
        self._bargain = self._bargain or word in BARGAINS
        if self._label is _Label.OTHER and word not in NUMBERING and (self._under or word not in NAMING):
            self._label = self._under
        if self._stale and word not in NAMING and word not in TYPING:
            self._label = None
        if word not in NAMING:
            self._direct = False

    def _mailed(self, token: re.Match[str]) -> None:
        """An e-mail address says nothing."""

    def _stop(self, token: re.Match[str] | None = None) -> None:
        """A sentence ends: a number without a label gets the one that came after it."""
        if self._loose and _Label.CODE in (self._label, self._under):
            self._accept(self._loose)
        if not self._bargain:
            self._found += self._sentence
        if self._spoken:
            self._loose = None
        self._sentence, self._bargain, self._spoken, self._stale, self._weak = [], False, False, True, False

    _HANDLERS: ClassVar[dict[str, Callable[..., None]]] = {
        "bound": _bound,
        "masked": _noise,
        "dotted": _dotted,
        "digits": _number,
        "unit": _number,
        "halves": _halves,
        "word": _word,
        "mailed": _mailed,
        "code": _code,
        "other": _other,
        "stop": _stop,
    }
