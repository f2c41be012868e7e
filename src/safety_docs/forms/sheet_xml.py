"""The XML of one worksheet as bytes: rows are found without parsing the sheet, and parsed alone.

Of tens of thousands of rows a check touches hundreds; the others are passed on byte by byte. That
is right because the text is made plain first: UTF-8, no comments, no CDATA, one prefix for all
elements of the sheet. A ``<row`` is then a row and nothing else. Rows and columns count from 1.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from lxml import etree

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from lxml.etree import _Element

_ATTRIBUTES = rb"""((?:\s+[^\s=>"']+\s*=\s*(?:"[^"]*"|'[^']*'))*)"""
_ROOT = re.compile(rb"<(?:([^\s:<>/?!]+):)?worksheet" + _ATTRIBUTES + rb"\s*>")
_NUMBER = re.compile(rb"""\sr\s*=\s*["'](\d+)["']""")
_MERGED = re.compile(
    rb"""<(?:[^\s:<>/]+:)?mergeCell\s[^>]*?\bref\s*=\s*["']\$?([A-Z]+)\$?(\d+):\$?([A-Z]+)\$?(\d+)["']"""
)
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
"""A cell reads ``_x000B_`` as a control character (ECMA-376 part 1, 22.9.2.19)."""
_DECLARED = re.compile(rb"""^\s*<\?xml[^>]*encoding\s*=\s*["'](?!utf-8["'])""", re.IGNORECASE)


class RowPlace(NamedTuple):
    """Where a row stands.

    Attributes:
        number: Of the row.
        start: Offset of its start tag.
        end: Offset behind its start tag.
        is_empty: Whether the start tag is the whole row.
    """

    number: int
    start: int
    end: int
    is_empty: bool


class Merged(NamedTuple):
    """A merged range; both ends belong to it."""

    top: int
    left: int
    bottom: int
    right: int


class SheetXml:
    """One worksheet.

    Attributes:
        data: The plain text.
        prefix: Before the name of each element of the sheet: empty, or as ``x:``.
        root: Start tag of the sheet.
        first: Offset behind the start tag of ``sheetData``.
        last: Offset of its end tag.
    """

    def __init__(self, data: bytes) -> None:
        self.data = _plain(data)
        found = _ROOT.search(self.data)
        if found is None:
            message = "no worksheet"
            raise ValueError(message)
        self.prefix = found[1] + b":" if found[1] else b""
        self.root = found[0]
        opening = re.compile(rb"<" + self.prefix + rb"sheetData" + _ATTRIBUTES + rb"\s*(/?)>")
        place = opening.search(self.data, found.end())
        if place is None or place[2]:
            message = "no rows"
            raise ValueError(message)
        self.head_end, self.first = place.start(), place.end()
        self.last = self.data.rindex(b"</" + self.prefix + b"sheetData")
        self._row = re.compile(rb"<" + self.prefix + rb"row(?=[\s/>])" + _ATTRIBUTES + rb"\s*(/?)>")

    def places(self) -> Iterator[RowPlace]:
        """Every row, from top to bottom."""
        number = 0
        for found in self._row.finditer(self.data, self.first, self.last):
            given = _NUMBER.search(found[1])
            number = int(given[1]) if given else number + 1
            yield RowPlace(number, found.start(), found.end(), bool(found[2]))

    def row(self, place: RowPlace) -> bytes:
        """The text of one row."""
        if place.is_empty:
            return self.data[place.start : place.end]
        closing = b"</" + self.prefix + b"row"
        end = self.data.index(b">", self.data.index(closing, place.end)) + 1
        return self.data[place.start : end]

    def parsed(self, rows: Iterable[bytes]) -> _Element:
        """A worksheet that holds nothing but `rows`."""
        closing = b"</" + self.prefix + b"worksheet>"
        parser = etree.XMLParser(resolve_entities=False, no_network=True)
        return etree.fromstring(self.root + b"".join(rows) + closing, parser)

    def unparsed(self, sheet: _Element) -> list[bytes]:
        """The text of each row of a worksheet made by `parsed`."""
        if not len(sheet):
            return []
        text = etree.tostring(sheet)
        starts = [found.start() for found in self._row.finditer(text)]
        ends = [*starts[1:], text.rindex(b"</")]
        return [text[start:end] for start, end in zip(starts, ends, strict=True)]

    def part(self, name: str) -> bytes:
        """The text of an element before the rows; empty if there is none."""
        tag = self.prefix + name.encode()
        pattern = rb"<%b(?=[\s/>])%b\s*(?:/>|>.*?</%b\s*>)" % (tag, _ATTRIBUTES, tag)
        found = re.compile(pattern, re.DOTALL).search(self.data, 0, self.head_end)
        return found[0] if found else b""

    def merged(self) -> list[Merged]:
        """Merged ranges of the sheet."""
        return [
            Merged(
                int(top), column_number(left.decode()), int(bottom), column_number(right.decode())
            )
            for left, top, right, bottom in _MERGED.findall(self.data, self.last)
        ]

    def element(self, name: str, attributes: str = "", content: bytes = b"") -> bytes:
        """An element of the sheet as text."""
        tag = self.prefix + name.encode()
        return b"<%b%b>%b</%b>" % (tag, f" {attributes}".rstrip().encode(), content, tag)


def _plain(data: bytes) -> bytes:
    """The same sheet in UTF-8, without comments and CDATA."""
    beginning = data[:200]
    is_utf8 = not beginning.startswith((b"\xfe\xff", b"\xff\xfe")) and b"\0" not in beginning
    if is_utf8 and b"<!" not in data and not _DECLARED.search(beginning):
        return data
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True
    )
    return etree.tostring(etree.fromstring(data, parser), encoding="UTF-8", xml_declaration=True)


def escaped_text(text: str) -> str:
    r"""Text as a cell may hold it: what XML cannot hold is shown as a box, escapes are escaped.

    >>> escaped_text("\x0b_x000B_")
    '□_x005F_x000B_'
    """
    return _ESCAPED.sub("_x005F_", _CONTROL.sub("□", text))


def column_number(letters: str) -> int:
    """Number of the column with these letters, A being 1.

    >>> column_number("AA")
    27
    """
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def column_letters(number: int) -> str:
    """Letters of a column.

    >>> column_letters(27)
    'AA'
    """
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def cells_of(row: _Element) -> Sequence[tuple[int, _Element]]:
    """The cells of a row with their columns; a cell that does not say stands next to the last."""
    cells: list[tuple[int, _Element]] = []
    column = 0
    for cell in row:
        place = cell.get("r")
        column = column_number(place.rstrip("0123456789")) if place else column + 1
        cells.append((column, cell))
    return cells
