"""Identity and mobile numbers: masked in what is shown, one placeholder in what is searched.

Beyond the numbers that ``core.idnumber`` finds in plain text, full-width digits and groups joined
by single spaces or hyphens count as well: normalisation would make their digits searchable
(docs/decisions/0006-numbers-in-search.md).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from safety_docs.core.idnumber import PLACEHOLDER, mask_id, mask_phone

_ASCII = {0xFEE0 + code: code for code in range(0x21, 0x7F)}
_NUMBER = re.compile(
    r"(?<![0-9A-Za-z])(?:"
    r"(?P<id>[1-9][0-9]{5}(?P<gap>[ -]?)[0-9]{8}(?P=gap)[0-9]{3}[0-9Xx])"
    r"|1[3-9][0-9](?P<space>[ -]?)[0-9]{4}(?P=space)[0-9]{4}"
    r")(?![0-9A-Za-z])"
)
_DIGIT_RUN = re.compile("[0-9\uff10-\uff19][0-9\uff10-\uff19 -]{10}")


@dataclass(frozen=True, slots=True)
class Masked:
    """A text whose numbers are masked.

    Attributes:
        text: As it may be shown.
        spans: Start and end of each masked number in `text`, ascending.
    """

    text: str
    spans: tuple[tuple[int, int], ...] = ()

    @property
    def hidden(self) -> str:
        """As it is searched: one placeholder for each masked number."""
        pieces, last = [], 0
        for start, end in self.spans:
            pieces += [self.text[last:start], PLACEHOLDER]
            last = end
        return "".join([*pieces, self.text[last:]])

    def shown_range(self, start: int, end: int) -> tuple[int, int]:
        """The range of `text` that stands for the range `start` to `end` of `hidden`."""
        return self._shown(start), self._shown(end)

    def _shown(self, offset: int) -> int:
        """Where in `text` the boundary before character `offset` of `hidden` lies."""
        shift = 0
        for start, end in self.spans:
            if start - shift >= offset:
                break
            shift += end - start - 1
        return offset + shift


def mask(text: str) -> Masked:
    """Mask every number in `text`.

    >>> mask("电话138 0000 0001。").text, mask("电话13800000001。").hidden
    ('电话138****0001。', '电话■。')
    """
    if not _DIGIT_RUN.search(text):
        return Masked(text)
    pieces: list[str] = []
    spans: list[tuple[int, int]] = []
    length = last = 0
    for match in _NUMBER.finditer(text.translate(_ASCII)):
        before = text[last : match.start()]
        number = _masked(match)
        start = length + len(before)
        length = start + len(number)
        spans.append((start, length))
        pieces += [before, number]
        last = match.end()
    return Masked("".join([*pieces, text[last:]]), tuple(spans))


def _masked(match: re.Match[str]) -> str:
    digits = re.sub("[ -]", "", match.group())
    return mask_id(digits) if match["id"] else mask_phone(digits)
