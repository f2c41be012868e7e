"""Chinese resident identity numbers (GB 11643-1999) and mainland mobile numbers: check and mask.

Numbers are shown masked by default, and search never sees their digits.
"""

from __future__ import annotations

import datetime as dt
import re

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
_ID = re.compile(r"(?<![0-9A-Za-z])[1-9][0-9]{16}[0-9Xx](?![0-9A-Za-z])")
_PHONE = re.compile(r"(?<![0-9A-Za-z])1[3-9][0-9]{9}(?![0-9A-Za-z])")
PLACEHOLDER = "\u25a0"
"""Stands for a whole number in indexed text, so that no digit of it can be found."""


def check_digit(first_seventeen: str) -> str:
    """The eighteenth character, by GB 11643-1999 (ISO 7064 MOD 11-2).

    >>> check_digit("11010119900307123")
    '3'
    """
    total = sum(
        weight * int(digit) for weight, digit in zip(_WEIGHTS, first_seventeen, strict=True)
    )
    return _CHECKS[total % 11]


def is_id_number(text: str) -> bool:
    """Whether `text` is 18 characters with a real date of birth and the right check digit."""
    if not re.fullmatch(r"[1-9][0-9]{16}[0-9X]", text):
        return False
    try:
        dt.date(int(text[6:10]), int(text[10:12]), int(text[12:14]))
    except ValueError:
        return False
    return check_digit(text[:17]) == text[17]


def mask_id(text: str) -> str:
    """Six digits, eight stars, four digits, as printed in lists."""
    return f"{text[:6]}********{text[-4:]}"


def mask_phone(text: str) -> str:
    """Three digits, four stars, four digits."""
    return f"{text[:3]}****{text[-4:]}"


def mask_numbers(text: str) -> str:
    """Mask every identity and mobile number inside `text` for display.

    >>> mask_numbers("电话13800001234。")
    '电话138****1234。'
    """
    masked = _ID.sub(lambda match: mask_id(match.group()), text)
    return _PHONE.sub(lambda match: mask_phone(match.group()), masked)


def hide_numbers(text: str) -> str:
    """Replace every identity and mobile number by one placeholder, for text that is searched."""
    return _PHONE.sub(PLACEHOLDER, _ID.sub(PLACEHOLDER, text))
