"""Text as people type it: what is trimmed, what is refused, and how it is compared.

Stored text stays as typed, except that blanks at its ends are cut off and line ends become LF.
Everything that passes `refuse_controls` can be written into XML 1.0 and read back unchanged.
Rosters of Excel write a control character as ``_x000B_`` (ECMA-376 part 1, 22.9.2.19); whoever
opens the file gets the character back, so the seven letters are refused as well.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from decimal import Decimal
from typing import TYPE_CHECKING, TypeGuard

from safety_docs.core.idnumber import mask_numbers

if TYPE_CHECKING:
    from collections.abc import Iterable

BLANKS = (
    " \t\r\n\u00a0\u3000\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u200b\u200c\u200d\u2028\u2029\u202f\u205f\u2060\ufeff"
)
"""Cut off at both ends: spaces of every width, line ends, zero-width characters."""
MAX_SHOWN = 40
MAX_DIGITS = 40
"""Before or after the point; a number with more is a mistake or an attack."""
_CONTROL = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]"
    r"|_x00(?:0[0-8BCEFbcef]|[189][0-9A-Fa-f]|7[Ff])_"
)
_LINE_END = re.compile(r"\r\n?")
_INNER_BLANK = re.compile(rf"[{BLANKS}]+")


class RefusedError(Exception):
    """One value cannot be used; becomes a `Problem` where the place is known.

    Attributes:
        code: One of `errors.PROBLEMS`.
        message: What is wrong and what to do, a Chinese sentence without the place.
    """

    def __init__(self, *, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def clean(text: str) -> str:
    r"""Text with one kind of line end, and nothing that a document cannot hold.

    Raises:
        RefusedError: D207 with the position of the first control character.

    >>> clean("甲\r\n乙")
    '甲\n乙'
    """
    found = _CONTROL.search(text)
    if found:
        place = f"第 {found.start()} 个字后面" if found.start() else "开头"
        raise RefusedError(
            code="D207", message=f"里有看不见的控制字符（{place}），请删去后重新填写。"
        )
    return _LINE_END.sub("\n", text) if "\r" in text else text


def half_width(text: str) -> str:
    """NFKC without any blanks: for reading numbers, dates and choices, never for storing.

    >>> half_width("１３０ 0000　０００1")
    '13000000001'
    """
    if text.isascii():
        return "".join(text.split())
    return _INNER_BLANK.sub("", unicodedata.normalize("NFKC", text))


def comparable(text: str) -> str:
    """What two spellings of the same word have in common: width, case and blanks ignored."""
    return half_width(text).casefold()


def is_empty(value: object) -> bool:
    """Whether nothing was filled in; zero and no are answers."""
    return value is None or (isinstance(value, str | list) and not value)


def is_number(value: object) -> TypeGuard[int | float | Decimal]:
    """Whether it is a number that a person may have meant; true and false are none."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return False
    number = Decimal(value)
    return number.is_finite() and abs(number.adjusted()) <= MAX_DIGITS


def nearest(text: str, names: Iterable[str]) -> str:
    """The name most like `text`, empty if none is like it."""
    table = {comparable(name): name for name in names}
    found = difflib.get_close_matches(comparable(text), table, n=1, cutoff=0.5)
    return table[found[0]] if found else ""


def shown(value: object) -> str:
    """A value as a message quotes it: short, on one line, numbers of people masked."""
    if isinstance(value, int) and abs(value) >= 10**MAX_DIGITS:
        return "很长的数字"
    text = mask_numbers(" ".join(str(value).split()))
    visible = "".join(char if char.isprintable() else "□" for char in text)
    return visible if len(visible) <= MAX_SHOWN else f"{visible[:MAX_SHOWN]}…"


def masked(number: object) -> str:
    """A phone or identity number that may be wrong, its middle hidden.

    >>> masked("1380000000"), masked("123")
    ('138***0000', '123')
    """
    text = shown(number)
    return text if len(text) < 8 else f"{text[:3]}{'*' * (len(text) - 7)}{text[-4:]}"
