"""Text of workbooks: cells row by row, as shown, tabs between cells and a line per row.

Sheet names stand before their rows. Dates, times and percentages are printed by their number
format; formulas give their last computed value.
"""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, Any
from xml.parsers import expat

from safety_docs.index.number_format import formatted
from safety_docs.index.package import PackageError, part

if TYPE_CHECKING:
    import zipfile
    from collections.abc import Callable

_WORKBOOK = "xl/workbook.xml"


def xlsx_text(package: zipfile.ZipFile) -> str:
    """Text of a whole workbook.

    Raises:
        PackageError: If it is no workbook or a part is damaged.
    """
    names = set(package.namelist())
    if _WORKBOOK not in names:
        problem = "这不是 Excel 工作簿"
        raise PackageError(problem)
    strings = _Strings().read(_optional(package, names, "xl/sharedStrings.xml"))
    styles = _Styles().read(_optional(package, names, "xl/styles.xml"))
    book = _Book().read(part(package, _WORKBOOK))
    targets = _Relations().read(_optional(package, names, "xl/_rels/workbook.xml.rels"))
    pieces = []
    for title, relation in book.sheets:
        name = posixpath.normpath(posixpath.join("/xl", targets.get(relation, ""))).lstrip("/")
        if name in names:
            rows = _Sheet(strings, styles, is_1904=book.is_1904).read(part(package, name))
            pieces.append("\n".join([title, *rows]))
    return "\n".join(pieces) + "\n"


def _optional(package: zipfile.ZipFile, names: set[str], name: str) -> bytes:
    return part(package, name) if name in names else b"<none/>"


def _parse(
    data: bytes,
    start: Callable[[str, dict[str, str]], object],
    end: Callable[[str], object] | None = None,
    characters: Callable[[str], object] | None = None,
) -> None:
    """Walk an XML part; names come without their prefixes."""
    parser: Any = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = lambda name, found: start(name.rpartition(":")[2], found)
    if end is not None:
        parser.EndElementHandler = lambda name: end(name.rpartition(":")[2])
    if characters is not None:
        parser.CharacterDataHandler = characters
    parser.Parse(data, True)  # noqa: FBT003 - expat takes it by place


class _Strings:
    """Shared strings; phonetic guides (``rPh``) are not part of the text."""

    def __init__(self) -> None:
        self._found: list[str] = []
        self._pieces: list[str] = []
        self._in_text = self._in_guide = False

    def read(self, data: bytes) -> list[str]:
        _parse(data, self._start, self._end, self._characters)
        return self._found

    def _start(self, name: str, _attributes: dict[str, str]) -> None:
        self._in_guide = self._in_guide or name == "rPh"
        self._in_text = name == "t" and not self._in_guide
        if name == "si":
            self._pieces = []

    def _end(self, name: str) -> None:
        self._in_text = False
        if name == "rPh":
            self._in_guide = False
        elif name == "si":
            self._found.append("".join(self._pieces))

    def _characters(self, text: str) -> None:
        if self._in_text:
            self._pieces.append(text)


class _Styles:
    """Number format of each cell style: a built-in number or a format code."""

    def __init__(self) -> None:
        self._codes: dict[int, str] = {}
        self._formats: list[int] = []
        self._in_styles = False

    def read(self, data: bytes) -> list[str | int]:
        _parse(data, self._start, self._end)
        return [self._codes.get(number, number) for number in self._formats]

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "numFmt":
            self._codes[int(attributes["numFmtId"])] = attributes.get("formatCode", "")
        elif name == "cellXfs":
            self._in_styles = True
        elif name == "xf" and self._in_styles:
            self._formats.append(int(attributes.get("numFmtId", "0")))

    def _end(self, name: str) -> None:
        if name == "cellXfs":
            self._in_styles = False


class _Book:
    """Sheets in order, as title and relation id; hidden ones too."""

    def __init__(self) -> None:
        self.sheets: list[tuple[str, str]] = []
        self.is_1904 = False

    def read(self, data: bytes) -> _Book:
        _parse(data, self._start)
        return self

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "workbookPr":
            self.is_1904 = attributes.get("date1904", "0") in {"1", "true"}
        elif name == "sheet":
            relation = next((v for k, v in attributes.items() if k.endswith(":id")), "")
            self.sheets.append((attributes.get("name", ""), relation))


class _Relations:
    """Target of each relation."""

    def __init__(self) -> None:
        self._targets: dict[str, str] = {}

    def read(self, data: bytes) -> dict[str, str]:
        _parse(data, self._start)
        return self._targets

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "Relationship":
            self._targets[attributes.get("Id", "")] = attributes.get("Target", "")


class _Sheet:
    """Rows of one sheet; empty cells and rows are left out."""

    def __init__(self, strings: list[str], styles: list[str | int], *, is_1904: bool) -> None:
        self._strings, self._styles, self._is_1904 = strings, styles, is_1904
        self._rows: list[str] = []
        self._cells: list[str] = []
        self._pieces: list[str] = []
        self._type, self._style = "n", 0
        self._in_text = False

    def read(self, data: bytes) -> list[str]:
        _parse(data, self._start, self._end, self._characters)
        return self._rows

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "c":
            self._type = attributes.get("t", "n")
            self._style = int(attributes.get("s", "0"))
            self._pieces = []
        self._in_text = name in {"v", "t"}

    def _end(self, name: str) -> None:
        self._in_text = False
        if name == "c" and (text := self._shown("".join(self._pieces))):
            self._cells.append(text)
        elif name == "row":
            if self._cells:
                self._rows.append("\t".join(self._cells))
            self._cells = []

    def _characters(self, text: str) -> None:
        if self._in_text:
            self._pieces.append(text)

    def _shown(self, value: str) -> str:
        if self._type == "s" and value.isdigit() and int(value) < len(self._strings):
            return _unescaped(self._strings[int(value)])
        if self._type == "b":
            return "TRUE" if value == "1" else "FALSE"
        if self._type != "n" or not value:
            return _unescaped(value)
        style = self._styles[self._style] if self._style < len(self._styles) else 0
        return formatted(value, style, is_1904=self._is_1904)


def _unescaped(text: str) -> str:
    """Excel writes control characters as ``_x000D_`` (ECMA-376 Part 1, 22.4.2.4)."""
    if "_x" not in text:
        return text
    return re.sub(r"_x([0-9A-Fa-f]{4})_", lambda match: chr(int(match[1], 16)), text)
