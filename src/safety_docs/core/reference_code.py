"""Reference codes (档号): parsed segments, rendered by the profile of the fonds, frozen once given.

Two profiles are read and written:

* DA/T 22-2015: ``全宗号-门类·年度-期限-机构(问题)-件号``, as ``Z109-WS·2022-D30-A02-0001``;
* DA/T 13-2022: ``全宗号-门类·年度·期限[·机构(问题)]-件号``, as ``Z109-WS·2022·D30·A02-0001``.

``-`` goes from superior to subordinate, ``·`` (U+00B7) stands between parts of one level. Input may
carry look-alikes of both; the canonical form is what is stored and printed.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

from safety_docs.core.errors import SafetyDocsError
from safety_docs.core.retention import Retention

Style = Literal["DA/T 22-2015", "DA/T 13-2022"]

_DOTS = dict.fromkeys(map(ord, "・･•‧∙⋅．"), "·")
_DASHES = dict.fromkeys(map(ord, "－‐‑–—−﹣"), "-")
_FONDS = r"(?P<fonds>[A-Z0-9]{1,8})"
_TOPIC = r"(?P<topic>[^-·\s]{1,16})"
_GAP = "[-·.]"
"""What people type between segments: few keyboards have ``·``."""
_PATTERN = re.compile(
    rf"{_FONDS}{_GAP}(?P<kind>[A-Z]{{2}}){_GAP}(?P<year>[0-9]{{4}}){_GAP}(?P<term>Y|D[0-9]{{1,3}})"
    rf"(?:{_GAP}{_TOPIC})?{_GAP}(?P<number>[0-9]{{3,6}})"
)


class ReferenceCodeError(SafetyDocsError):
    """A text that is no reference code in either profile."""

    code = "A102"

    def __init__(self, text: str) -> None:
        super().__init__(
            f"“{text}”不是档号，档号的样子是 Z109-WS·2022-D30-A02-0001，请核对后重新输入。"
        )


@dataclass(frozen=True, slots=True, order=True)
class Series:
    """What one run of numbers belongs to: numbers start at 1 in each series and have no gaps.

    Attributes:
        fonds: 全宗号, capital letters and digits.
        kind: 门类, two capitals; WS for 文书.
        year: 年度.
        retention: 保管期限 as in the code, ``Y`` or ``D30``.
        topic: 机构(问题) code, by default ``A`` and the category number; empty when not used.
    """

    fonds: str
    kind: str
    year: int
    retention: str
    topic: str

    def code(self, number: int) -> ReferenceCode:
        """The reference code of item `number`, counted from 1."""
        return ReferenceCode(self, number)


@dataclass(frozen=True, slots=True, order=True)
class ReferenceCode:
    """One 档号 as segments.

    >>> code = ReferenceCode.parse("z109-ws・2022-d30-a02-0001")
    >>> code.render("DA/T 22-2015"), code.render("DA/T 13-2022")
    ('Z109-WS·2022-D30-A02-0001', 'Z109-WS·2022·D30·A02-0001')
    >>> ReferenceCode.parse("Z109-WS-2022-D30-A02-0001") == code
    True
    """

    series: Series
    number: int

    @classmethod
    def parse(cls, text: str) -> ReferenceCode:
        """Read a code as people type it, in either profile, with any sign between its segments.

        Raises:
            ReferenceCodeError: If it is none.
        """
        folded = unicodedata.normalize("NFKC", text.translate(_DOTS).translate(_DASHES))
        match = _PATTERN.fullmatch("".join(folded.split()).upper())
        if match is None:
            raise ReferenceCodeError(text)
        series = Series(
            match["fonds"], match["kind"], int(match["year"]), match["term"], match["topic"] or ""
        )
        return cls(series, int(match["number"]))

    @property
    def retention(self) -> Retention:
        """The retention period that the code names."""
        return Retention.parse(self.series.retention)

    def render(self, style: Style) -> str:
        """Canonical text in the profile `style`; the number has at least four digits."""
        series = self.series
        number = f"{self.number:04d}"
        if style == "DA/T 13-2022":
            middle = [f"{series.kind}·{series.year}·{series.retention}", series.topic]
            return f"{series.fonds}-{'·'.join(part for part in middle if part)}-{number}"
        parts = [
            series.fonds,
            f"{series.kind}·{series.year}",
            series.retention,
            series.topic,
            number,
        ]
        return "-".join(part for part in parts if part)


def is_canonical(text: str, style: Style) -> bool:
    """Whether `text` is stored exactly as `style` writes it."""
    try:
        return ReferenceCode.parse(text).render(style) == text
    except ReferenceCodeError:
        return False
