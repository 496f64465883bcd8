"""How a text is cut into what ``codes`` reads: numbers in their notations, words, labels that stand anywhere, stops."""

import re

from sandbox.sms.codewords import CODE_ANYWHERE, MONEY, OTHER_ANYWHERE, UNIT

SHAPES = frozenset({*((n,) for n in range(4, 9)), (3, 3), (4, 4), (2, 2, 2), *((1,) * n for n in range(4, 9))})
"""How many digits the groups of a code have; other groups are telephones, dates and sums."""

_LETTER = "A-Za-zÀ-ԯ"  # the alphabets that leave blanks between words: Latin, Greek, Cyrillic
_SPAN = r",\d{1,3} ?(?:分|秒|(?i:min|sec|sek))"  # ``123456,5分钟内有效`` is no decimal fraction

# Possessive where it repeats, and a token begins only where no longer one can: nothing is read twice.
TOKEN = re.compile(
    rf"^@(?:[A-Za-z0-9-]++\.)*+[A-Za-z0-9-]++ #(?P<bound>[^\s#%]{{3,32}}+)(?!\S)"
    rf"|(?<![{_LETTER}\d*•])(?P<masked>[*•xX]{{2,}}+[ -]?\d++(?! ?\*|[{_LETTER}]))"
    rf"|(?<!\.)(?P<dotted>\.{{2,}}+\d++(?![{_LETTER}]))"
    rf"|(?<![{_LETTER}\d])(?:[A-Z]{{1,2}}-)?(?P<foreign>(?:{MONEY})\.? ?|\+|\(0\d{{1,4}}\) ?)?"
    rf"(?P<digits>\d++(?:(?!{_SPAN})[ '’.,:/‐–-]\d++(?![{_LETTER}@]))*+)"
    rf"(?P<unit>(?:{UNIT})(?![{_LETTER}\d])|[hH](?=\d\d(?![{_LETTER}\d])))?+(?![{_LETTER}@])"
    rf"|(?<![{_LETTER}\d-])(?=[A-Z-]*\d)(?P<halves>[A-Z\d]{{3}}-[A-Z\d]{{3}}|[A-Z\d]{{4}}-[A-Z\d]{{4}})(?![{_LETTER}\d-])"
    rf"|(?P<word>[{_LETTER}\d]++|[:=#])(?P<mailed>@\S*+)?+"
    rf"|(?=[^\x00-\x7f])(?:(?P<code>{CODE_ANYWHERE})|(?P<other>{OTHER_ANYWHERE}))"
    rf"|(?P<stop>[!?。।؟]|\.(?![{_LETTER}\d]))",
    re.MULTILINE,
)
MIXED = re.compile(r"(?=[A-Za-z]*[0-9])(?=[0-9]*[A-Za-z])[A-Za-z0-9]{4,10}")
WOVEN = re.compile(r"[A-Za-z][0-9]++[A-Za-z]|[0-9][A-Za-z]++[0-9]")
"""Where letters and digits take turns it is nobody's name: ``a1b2c3``, not ``john1234``."""
YEAR = re.compile(r"(?:19|20)[0-9]{2}")
