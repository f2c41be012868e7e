"""The sheets language: `sheets.toml` read into plain descriptions of worksheets.

One `[[sheet]]` is one worksheet, laid out from top to bottom as title, caption, lines (label and
value pairs of a cover), table (header, pattern row, spare rows), lists (a dictionary), notes and
signature line. Docs: docs/template-language-sheets.md. This module only reads and checks; drawing
is done in `workbook_template`.

Column widths are Excel's character units, heights are points, scales are per cent.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, TypeVar

from safety_docs.core.problem import Problem
from safety_docs.documents.errors import TemplateError

if TYPE_CHECKING:
    from collections.abc import Mapping

_T = TypeVar("_T")

MAX_SHEETS_TOML_BYTES = 1_000_000
_NAME = "sheets.toml"
MAX_SHEET_NAME = 31  # Excel refuses longer names
_FORBIDDEN_IN_NAME = frozenset("[]:*?/\\'")

FORMATS: Mapping[str, str] = {
    "general": "General",
    "text": "@",  # for numbers that are names: codes, phones
    "date": "yyyy-mm-dd",
    "date-cn": 'yyyy"年"m"月"d"日"',
    "datetime": "yyyy-mm-dd hh:mm",
    "time": "hh:mm",
    "integer": "0",
    "decimal": "0.00",
    "money": "#,##0.00",
    "percent": "0%",
}
"""Names of number formats and what Excel calls them."""

MAX_INLINE_CHOICES = 250
"""Characters of a drop-down written into the sheet; Excel allows 255 with its quotes."""

COLUMN_IN_FORMULA = re.compile(r"\[([^\[\]]+)\]")
"""A column named by its header within the formula of a highlight."""

ALIGNMENTS = ("left", "center", "right")


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table.

    Attributes:
        label: What the header says.
        width: Character units.
        value: Jinja expression over the row; "" means `行.<label>`; "-" leaves the column blank
            for handwriting.
        format: A key of `FORMATS`.
        align: One of `ALIGNMENTS`.
        group: Text of a merged header cell above neighbouring columns of the same group, or "".
        choices: Drop-down values, or empty.
        choices_from: Name of a list on a dictionary sheet that gives the drop-down, or "".
        required: Marks the header with an asterisk.
        break_before: A printed page ends before this column.
    """

    label: str
    width: float = 10
    value: str = ""
    format: str = "general"
    align: str = "center"
    group: str = ""
    choices: tuple[str, ...] = ()
    choices_from: str = ""
    required: bool = False
    break_before: bool = False

    @property
    def expression(self) -> str:
        """The Jinja expression of a filled cell, or "" for a blank one."""
        return "" if self.value == "-" else self.value or f"行.{self.label}"


@dataclass(frozen=True, slots=True)
class Line:
    """A label and its value on a cover. The value is text with tags, "" to be written by hand."""

    label: str
    value: str = ""
    format: str = "general"


@dataclass(frozen=True, slots=True)
class Highlight:
    """Conditional formatting: `columns` (empty: all) turn `color` where `when` is true.

    `when` is an Excel formula in which `[表头]` stands for that column's cell of the same row.
    """

    when: str
    columns: tuple[str, ...] = ()
    color: str = "FFC7CE"
    bold: bool = False


@dataclass(frozen=True, slots=True)
class NamedList:
    """Fixed values of a dictionary, reachable from drop-downs by `name`."""

    name: str
    values: tuple[str, ...]
    width: float = 14


@dataclass(frozen=True, slots=True)
class Sheet:
    """One worksheet.

    Attributes:
        name: Tab name, at most 31 characters.
        title: Large centred first line; may hold tags.
        caption: Line under the title, or "".
        rows: Jinja expression of the rows, usually the name of a table field; "" for no table.
        let: Names computed for each row before its columns, in order.
        list_name: Name under which drop-downs find the first column of this table, or "".
        spare: Blank rows after the last filled one, for writing by hand.
        freeze: Columns at the left that stay visible and repeat on each printed page.
        cover: Laid out as a cover: large title, generous lines.
        notes: Paragraphs under the table.
        sign: Line for signatures at the end, or "".
        landscape: A4 orientation.
    """

    name: str
    title: str
    caption: str = ""
    rows: str = ""
    let: tuple[tuple[str, str], ...] = ()
    list_name: str = ""
    spare: int = 0
    freeze: int = 0
    cover: bool = False
    columns: tuple[Column, ...] = ()
    lines: tuple[Line, ...] = ()
    lists: tuple[NamedList, ...] = ()
    highlights: tuple[Highlight, ...] = ()
    notes: tuple[str, ...] = ()
    sign: str = ""
    landscape: bool = True

    @property
    def width(self) -> int:
        """Number of worksheet columns in use."""
        return max(len(self.columns), len(self.lists), 4 if self.cover else 1)


@dataclass(frozen=True, slots=True)
class Book:
    """The whole workbook: sheets in tab order, page header and footer texts with tags."""

    sheets: tuple[Sheet, ...]
    header_left: str = ""
    header_right: str = ""
    footer_left: str = ""


_PARTS: Mapping[str, tuple[str, type[Any]]] = {
    "column": ("columns", Column),
    "line": ("lines", Line),
    "list": ("lists", NamedList),
    "highlight": ("highlights", Highlight),
}


def read_sheets(text: str) -> Book:
    """Read and check `sheets.toml`.

    Raises:
        TemplateError: All mistakes at once: not TOML, unknown keys, wrong types, names that Excel
            refuses, drop-downs or highlights that refer to nothing.
    """
    reader = _Reader()
    book = reader.book(text)
    if reader.problems:
        raise TemplateError(_NAME, reader.problems)
    return book


class _Reader:
    """Collects problems while tables become descriptions."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def book(self, text: str) -> Book:
        if len(text.encode("utf-8")) > MAX_SHEETS_TOML_BYTES:
            self._report(_NAME, f"文件超过 {MAX_SHEETS_TOML_BYTES} 字节，请拆分。")
            return Book(())
        try:
            raw = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            self._report(_NAME, f"不是正确的 TOML：{error}。")
            return Book(())
        raw["sheets"] = tuple(self._sheet(item) for item in _tables(raw.pop("sheet", [])))
        book = self._make(Book, raw, _NAME) or Book(())
        if not book.sheets:
            self._report(_NAME, "至少要有一张 [[sheet]]。")
        self._check_names(book)
        return book

    def _sheet(self, raw: dict[str, Any]) -> Sheet:
        place = f"[[sheet]] {raw.get('name', '（没有 name）')}"
        for key, (attribute, kind) in _PARTS.items():
            items = _tables(raw.pop(key, []))
            made = [self._make(kind, item, f"{place} 的 [[sheet.{key}]]") for item in items]
            raw[attribute] = tuple(item for item in made if item is not None)
        raw["let"] = tuple(dict(raw.get("let", {})).items())
        sheet = self._make(Sheet, raw, place) or Sheet("", "")
        self._check_sheet(sheet, place)
        return sheet

    def _make(self, kind: type[_T], raw: dict[str, Any], place: str) -> _T | None:
        """An instance of `kind` from a TOML table; None after reporting why not."""
        known = {field.name for field in fields(kind)}  # type: ignore[arg-type]  # all dataclasses
        unknown = [key for key in raw if key not in known]
        for key in unknown:
            self._report(place, f"不认识“{key}”，请核对拼写。")
        values = {}
        for field in fields(kind):  # type: ignore[arg-type]  # as above
            if field.name in raw:
                value = raw[field.name]
                values[field.name] = tuple(value) if isinstance(value, list) else value
                if not _fits(values[field.name], str(field.type)):
                    self._report(place, f"“{field.name}”的值写法不对：{value!r}。")
                    return None
        try:
            return kind(**values)
        except TypeError as error:
            self._report(place, f"缺少必需的键：{error}。")
            return None

    def _check_sheet(self, sheet: Sheet, place: str) -> None:
        if not 0 < len(sheet.name) <= MAX_SHEET_NAME or _FORBIDDEN_IN_NAME & set(sheet.name):
            self._report(place, "工作表名应为 1—31 个字，不能含有 [ ] : * ? / \\ '。")
        if sheet.rows and not sheet.columns:
            self._report(place, "写了 rows，却没有 [[sheet.column]]。")
        labels = {column.label for column in sheet.columns}
        for column in sheet.columns:
            self._check_column(column, place)
        for highlight in sheet.highlights:
            used = {*highlight.columns, *COLUMN_IN_FORMULA.findall(highlight.when)}
            for label in sorted(used - labels):
                self._report(place, f"highlight 里的“{label}”不是本表的列。")

    def _check_column(self, column: Column, place: str) -> None:
        if column.format not in FORMATS:
            self._report(place, f"“{column.label}”的 format 应为：{'、'.join(FORMATS)}。")
        if column.align not in ALIGNMENTS:
            self._report(place, f"“{column.label}”的 align 应为：{'、'.join(ALIGNMENTS)}。")
        if len(",".join(column.choices)) > MAX_INLINE_CHOICES or "," in "".join(column.choices):
            self._report(place, f"“{column.label}”的 choices 太长或含逗号，请改用 choices_from。")
        if not 1 <= column.width <= 120:
            self._report(place, f"“{column.label}”的 width 应在 1 到 120 之间。")

    def _check_names(self, book: Book) -> None:
        names = [sheet.name for sheet in book.sheets]
        for name in sorted({name for name in names if names.count(name) > 1}):
            self._report(f"[[sheet]] {name}", "工作表名重复。")
        lists = {item.name for sheet in book.sheets for item in sheet.lists}
        lists |= {sheet.list_name for sheet in book.sheets if sheet.list_name}
        for sheet in book.sheets:
            for column in sheet.columns:
                if column.choices_from and column.choices_from not in lists:
                    place = f"[[sheet]] {sheet.name} 的“{column.label}”"
                    self._report(place, f"没有名为“{column.choices_from}”的字典。")

    def _report(self, place: str, message: str) -> None:
        self.problems.append(Problem("T130", message, place=place))


def _tables(raw: object) -> list[dict[str, Any]]:
    return [item for item in raw if isinstance(item, dict)] if isinstance(raw, list) else []


def _fits(value: object, annotation: str) -> bool:
    """Whether a TOML value is of the type that a field of ours is annotated with."""
    if annotation.startswith("tuple"):
        plain = annotation == "tuple[str, ...]"
        return isinstance(value, tuple) and not (
            plain and any(not isinstance(item, str) for item in value)
        )
    if annotation in {"int", "float"}:
        kinds = (int,) if annotation == "int" else (int, float)
        return isinstance(value, kinds) and not isinstance(value, bool)
    return isinstance(value, bool if annotation == "bool" else str)
