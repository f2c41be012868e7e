"""The code on a printed page that is to come back signed: which page of which copy it is.

Its text is ``S1:`` form code ``:`` and twenty base32 digits: 13 of the page's id, one of the page
number, one of the copy, five of the keyed check. It holds no personal data, keeps to the QR
alphanumeric set (ISO/IEC 18004, table 5) and has at most 31 characters. A text whose check does
not fit is an error and never mended: a code says which page it is on, or nothing.

Base32 is Crockford's (no I, L, O, U), so that a code can be read out and typed.
"""

from __future__ import annotations

import hmac
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from safety_docs.core.errors import SafetyDocsError

if TYPE_CHECKING:
    from collections.abc import Iterable

PREFIX = "S1:"
"""How every code begins; the digit is the version of this format."""
MAX_CHARACTERS = 31
MAX_FORM = 7
MAX_NUMBER = 31
LAST = 31
"""The number of a further code that stands on the last page of a letter only. It makes the length
of a letter known: it is complete when pages 1 to k are there and page k has this code too."""
MAX_COPY = 31
CODED_PAGES = 3
"""Pages of a document that have codes of their own; the codes of further pages repeat those of
pages 2 and 3 (docs/decisions/0010-page-codes.md)."""
IDENTITY_DIGITS = 13
"""Of the page's id: 65 of its 128 bits, so that no two pages of a school share them."""
CHECK_DIGITS = 5
"""25 bits: one in 33 million damaged or foreign codes would pass."""
_DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LOOK_ALIKES = str.maketrans("ILO", "110")
_LABEL = b"safety-docs page code 1"
_PAIRS = [one + other for one in _DIGITS for other in _DIGITS]
_FORM = rf"[A-Z0-9-]{{1,{MAX_FORM}}}"
_HEAD = re.compile(rf"{PREFIX}{_FORM}:[{_DIGITS}]{{{IDENTITY_DIGITS}}}")
_TEXT = re.compile(rf"S1:({_FORM}):([{_DIGITS}]{{20}})")
_TYPED = re.compile(rf"({_FORM})[ :]([{_DIGITS}ILO]{{20}})")

Fault = Literal["foreign", "damaged", "check"]
_FOREIGN: Fault = "foreign"
_DAMAGED: Fault = "damaged"
_CHECK: Fault = "check"
_SENTENCES: dict[Fault, str] = {
    "foreign": "这个二维码不是本系统打印的页码。",
    "damaged": "页码残缺或抄错了，请对照纸上的页码重新输入。",
    "check": "页码的校验不对：可能抄错了一位，或是别的学校的文件。请核对后重新输入。",
}


class PageCodeError(SafetyDocsError):
    """A text that is no page code of this cabinet.

    Attributes:
        fault: ``foreign``: another kind of code; ``damaged``: begins as ours and is malformed;
            ``check``: well-formed, but the check is not that of this cabinet.
    """

    code = "A160"

    def __init__(self, fault: Fault) -> None:
        super().__init__(_SENTENCES[fault])
        self.fault = fault


def page_code_key(secret: bytes) -> bytes:
    """The key of the checks, derived from a cabinet's secret."""
    return hmac.digest(secret, _LABEL, "sha256")


def page_identity(page_id: str) -> str:
    """The digits that stand for a page's id in its codes.

    Args:
        page_id: 32 hex digits.

    >>> page_identity("0123456789abcdef0123456789abcdef")
    '04HMASW9NF6YY'
    """
    return _base32(int(page_id, 16) >> (128 - 5 * IDENTITY_DIGITS), IDENTITY_DIGITS)


def code_texts(form: str, page: str, numbers: Iterable[int], copy: int, key: bytes) -> list[str]:
    """What the QR codes of several pages of one copy hold; quicker than one `PageCode` each.

    Raises:
        ValueError: If a part is out of its range; see `PageCode`.
    """
    head, last = _head(form, page), _digit(copy)
    bodies = [f"{head}{_digit(number)}{last}" for number in numbers]
    return [body + _check(body, key) for body in bodies]


def readable_text(text: str) -> str:
    """A code's text for people: without prefix, in groups of four.

    >>> readable_text("S1:RL-05:04HMASW9NF6YY11XXXXX")
    'RL-05 04HM ASW9 NF6Y Y11X XXXX'
    """
    form = text[len(PREFIX) : -21]
    return f"{form} {text[-20:-16]} {text[-16:-12]} {text[-12:-8]} {text[-8:-4]} {text[-4:]}"


def page_ids_of(identity: str) -> tuple[str, str]:
    """The first and the last page id that `page_identity` gives these digits, as 32 hex digits.

    Raises:
        ValueError: If they are not 13 base32 digits.

    >>> page_ids_of("04HMASW9NF6YY")[0]
    '0123456789abcdef0000000000000000'
    """
    if not re.fullmatch(f"[{_DIGITS}]{{{IDENTITY_DIGITS}}}", identity):
        msg = f"no page identity: {identity!r}"
        raise ValueError(msg)
    value = 0
    for digit in identity:
        value = value << 5 | _DIGITS.index(digit)
    rest = 128 - 5 * IDENTITY_DIGITS
    return f"{value << rest:032x}", f"{(value + 1 << rest) - 1:032x}"


@dataclass(frozen=True, slots=True)
class PageCode:
    """Which printed page this is.

    Attributes:
        form: Form code, such as ``RL-05``: capitals, digits and hyphens.
        page: `page_identity` of the record's page id.
        number: Page number within the letter, from 1; or `LAST`.
        copy: Copy, from 1: 1 is the school's.
    """

    form: str
    page: str
    number: int
    copy: int

    def __post_init__(self) -> None:
        """Refuse what no code can hold.

        Raises:
            ValueError: If a part is out of its range.
        """
        _head(self.form, self.page)
        _digit(self.number)
        _digit(self.copy)

    def text(self, key: bytes) -> str:
        """What the QR code holds.

        Args:
            key: From `page_code_key`.
        """
        (text,) = code_texts(self.form, self.page, (self.number,), self.copy, key)
        return text

    def readable(self, key: bytes) -> str:
        """The same for people, in groups of four: ``RL-05 04HM ASW9 NF6Y Y11X XXXX``."""
        return readable_text(self.text(key))

    @classmethod
    def parse(cls, text: str, key: bytes) -> PageCode:
        """Read what a QR code holds.

        Raises:
            PageCodeError: If it is not a page code under this key.
        """
        if not text.startswith(PREFIX):
            raise PageCodeError(_FOREIGN)
        match = _TEXT.fullmatch(text)
        if match is None:
            raise PageCodeError(_DAMAGED)
        return cls._checked(match[1], match[2], key)

    @classmethod
    def typed(cls, text: str, key: bytes) -> PageCode:
        """Read the code as a person types it from the paper: any spaces, any case.

        Raises:
            PageCodeError: If it is not a page code under this key.
        """
        compact = "".join(text.upper().split()).removeprefix(PREFIX).replace(":", "")
        match = _TYPED.fullmatch(f"{compact[:-20]} {compact[-20:]}")
        if match is None:
            raise PageCodeError(_DAMAGED)
        return cls._checked(match[1], match[2].translate(_LOOK_ALIKES), key)

    @classmethod
    def _checked(cls, form: str, digits: str, key: bytes) -> PageCode:
        body = f"{PREFIX}{form}:{digits[:-CHECK_DIGITS]}"
        if not hmac.compare_digest(_check(body, key), digits[-CHECK_DIGITS:]):
            raise PageCodeError(_CHECK)
        number, copy = (_DIGITS.index(digit) for digit in digits[IDENTITY_DIGITS:15])
        if not number or not copy:
            raise PageCodeError(_DAMAGED)
        return cls(form, digits[:IDENTITY_DIGITS], number, copy)


def _head(form: str, page: str) -> str:
    """The beginning that all codes of a page of the notebook share."""
    head = f"{PREFIX}{form}:{page}"
    if not _HEAD.fullmatch(head):
        msg = f"no page code: {form!r}, {page!r}"
        raise ValueError(msg)
    return head


def _digit(number: int) -> str:
    """The digit of a page number or a copy."""
    if not 1 <= number <= MAX_NUMBER:
        msg = f"no page code with {number}"
        raise ValueError(msg)
    return _DIGITS[number]


def _check(body: str, key: bytes) -> str:
    digest = hmac.digest(key, body.encode("ascii"), "sha256")
    value = int.from_bytes(digest[:4], "big") >> (32 - 5 * CHECK_DIGITS)
    return _PAIRS[value >> 15] + _PAIRS[value >> 5 & 1023] + _DIGITS[value & 31]


def _base32(value: int, digits: int) -> str:
    return "".join(_DIGITS[value >> 5 * place & 31] for place in range(digits - 1, -1, -1))
