"""Retention periods (保管期限): a floor, never shortened.

Classes 永久, 30年 and 10年 are those of 国家档案局令第8号; DA/T 22-2015 writes them Y, D30, D10 in
reference codes. Which record gets which is data in ``templates/classification.toml``.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from safety_docs.core.errors import SafetyDocsError


class RetentionError(SafetyDocsError):
    """A retention period that cannot be read."""

    code = "A101"

    def __init__(self, text: str) -> None:
        super().__init__(f"保管期限“{text}”看不懂，请写“永久”“30年”或“10年”。")


@dataclass(frozen=True, slots=True)
class Retention:
    """永久 when `years` is None, else a fixed number of years.

    >>> Retention.parse("30年").code, Retention.parse("永久").code, Retention.parse("D10").label
    ('D30', 'Y', '10年')
    """

    years: int | None

    @classmethod
    def parse(cls, text: str) -> Retention:
        """Read 永久, Y, P, 30年, D30 or 30.

        Raises:
            RetentionError: If `text` is none of these.
        """
        cleaned = text.strip().upper()
        if cleaned in {"永久", "Y", "P"}:
            return cls(None)
        digits = cleaned.removeprefix("D").removeprefix("定期").removesuffix("年")
        if not (digits.isascii() and digits.isdigit()) or not 1 <= int(digits) <= 100:
            raise RetentionError(text)
        return cls(int(digits))

    @property
    def code(self) -> str:
        """As in a reference code: ``Y`` or ``D`` with the years."""
        return "Y" if self.years is None else f"D{self.years}"

    @property
    def label(self) -> str:
        """As printed: 永久 or 30年."""
        return "永久" if self.years is None else f"{self.years}年"

    def is_at_least(self, floor: Retention) -> bool:
        """Whether this period keeps a record no shorter than `floor`."""
        if self.years is None:
            return True
        return floor.years is not None and self.years >= floor.years

    def due_on(self, start_year: int) -> dt.date | None:
        """The last day of the term, None for 永久.

        The term runs from 1 January after the start year (practice under 国家档案局令第8号).
        """
        return None if self.years is None else dt.date(start_year + self.years, 12, 31)

    def __str__(self) -> str:
        return self.label
