"""A roster as rows of cells, whatever file it came from: .xlsx by calamine, or .csv.

Row 1 of the file is index 0, empty rows and columns at the top and left are kept, so that a row
number in a message is the one that Excel shows. An empty cell is ``""``.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any

from python_calamine import CalamineError, SheetTypeEnum, SheetVisibleEnum, load_workbook

from safety_docs.forms.errors import RosterError
from safety_docs.forms.headers import SEARCHED_ROWS
from safety_docs.forms.workbook_guard import MAX_FILE_BYTES, scan_workbook
from safety_docs.forms.workbook_scans import MAX_CELLS, MAX_COLUMNS, MAX_ROWS

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator
    from pathlib import Path

    from python_calamine import CalamineWorkbook

    from safety_docs.forms.workbook_guard import WorkbookFacts

MAX_SHEETS = 40
_DELIMITERS = (",", "\t", ";")
_SAMPLE_CHARACTERS = 64 * 1024


@dataclass(slots=True)
class Grid:
    """One worksheet.

    Attributes:
        name: Of the worksheet; empty for .csv.
        height: Number of rows.
        width: Number of columns.
        head: The first rows, as `rows` gives them.
        hidden: Number of hidden rows.
        unsolved: Row and column, from 1, of formulas without a stored result.
        merged: First and last row and column, from 0, of each merged range.
        starts_1904: Whether bare serial numbers count from 1904.
    """

    name: str
    height: int
    width: int
    head: list[list[Any]]
    _read: Callable[[], Iterator[list[Any]]]
    hidden: int = 0
    unsolved: Collection[tuple[int, int]] = ()
    merged: list[tuple[tuple[int, int], tuple[int, int]]] = field(default_factory=list)
    starts_1904: bool = False

    def rows(self) -> Iterator[list[Any]]:
        """All rows from the top, each a new list of `width` cells."""
        return self._read()


def read_grids(path: Path, sheet: str | None) -> list[Grid]:
    """The worksheets of a roster; only `sheet` if it is named, else all that can be seen.

    Raises:
        RosterError: If the file is missing, of another kind, damaged, too large, or has no `sheet`.
    """
    data = bytes_of(path)
    suffix = path.suffix.lower()
    if suffix in {".csv", ".txt"}:
        if sheet is not None:
            raise RosterError(path.name, "是 .csv，里面没有工作表，请不要写工作表名。")
        return [_csv_grid(path.name, data)]
    facts = scan_workbook(path.name, data)
    try:
        book = load_workbook(io.BytesIO(data))
        grids = [_grid(book, name, facts) for name in _sheet_names(path.name, book, sheet)]
    except CalamineError as error:
        message = "不能读取；请用 Excel 或 WPS 打开后另存为新的 .xlsx。"
        raise RosterError(path.name, message) from error
    if any(map(_has_overlaps, grids)):
        message = "里合并的单元格互相重叠；请用 Excel 或 WPS 打开，取消合并后再用。"
        raise RosterError(path.name, message)
    return grids


def bytes_of(path: Path) -> bytes:
    """The content of a roster file.

    Raises:
        RosterError: If it is missing, empty or too large.
    """
    if path.is_dir():
        raise RosterError(path.name, "是文件夹，请给出里面的一个名册文件。")
    if not path.is_file():
        raise RosterError(path.name, "找不到，请检查文件名和所在的文件夹。")
    with path.open("rb") as file:
        data = file.read(MAX_FILE_BYTES + 1)
    if not data:
        raise RosterError(path.name, "是空文件，请重新导出或另存。")
    if len(data) > MAX_FILE_BYTES:
        raise RosterError(path.name, "超过 50 MB，太大了；请只留下要用的表，另存为新的文件。")
    return data


def _sheet_names(file: str, book: CalamineWorkbook, sheet: str | None) -> list[str]:
    sheets = [one for one in book.sheets_metadata if one.typ == SheetTypeEnum.WorkSheet]
    names = [one.name for one in sheets]
    if sheet is not None:
        if sheet in names:
            return [sheet]
        raise RosterError(file, f"里没有“{sheet}”表，有的是：{'、'.join(names[:MAX_SHEETS])}。")
    visible = [one.name for one in sheets if one.visible == SheetVisibleEnum.Visible]
    if not visible:
        raise RosterError(file, "里的工作表都隐藏了，请取消隐藏后再用。")
    return visible[:MAX_SHEETS]


def _grid(book: CalamineWorkbook, name: str, facts: WorkbookFacts) -> Grid:
    sheet = book.get_sheet_by_name(name)
    found = facts.sheets[name]
    left = [""] * sheet.start[1] if sheet.start else []

    def read() -> Iterator[list[Any]]:
        rows = sheet.iter_rows() if sheet.start else iter(())
        return (left + row for row in rows) if left else rows

    return Grid(
        name=name,
        height=sheet.end[0] + 1 if sheet.end else 0,
        width=sheet.end[1] + 1 if sheet.end else 0,
        head=list(islice(read(), SEARCHED_ROWS)),
        _read=read,
        hidden=found.hidden,
        unsolved=found.unsolved,
        merged=sheet.merged_cell_ranges or [],
        starts_1904=facts.starts_1904,
    )


def _has_overlaps(grid: Grid) -> bool:
    """Whether merged ranges hold more cells than there are; looking through them has no end."""
    merged = sum(
        max(min(bottom + 1, grid.height) - top, 0) * max(min(right + 1, grid.width) - left, 0)
        for (top, left), (bottom, right) in grid.merged
    )
    return merged > grid.height * grid.width


def _csv_grid(name: str, data: bytes) -> Grid:
    text = _decoded(name, data)
    beginning = "\n".join(text[:_SAMPLE_CHARACTERS].splitlines()[:SEARCHED_ROWS])
    delimiter = max(_DELIMITERS, key=beginning.count)

    def lines() -> Iterator[list[str]]:
        return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)

    height, width = _csv_size(name, lines())

    def read() -> Iterator[list[Any]]:
        return (row + [""] * (width - len(row)) for row in lines())

    return Grid("", height, width, list(islice(read(), SEARCHED_ROWS)), read)


def _csv_size(name: str, lines: Iterator[list[str]]) -> tuple[int, int]:
    """Number of rows, and of columns of the longest row."""
    height = width = 0
    try:
        for height, row in enumerate(lines, start=1):  # the last number counts
            width = max(width, len(row))
            if height > MAX_ROWS or width > MAX_COLUMNS or width * height > MAX_CELLS:
                raise RosterError(name, f"太大了，最多 {MAX_ROWS} 行、{MAX_COLUMNS} 列。")
    except csv.Error as error:
        message = f"第 {height + 1} 行的引号或分隔不对，请用 Excel 另存为 .xlsx 再用。"
        raise RosterError(name, message) from error
    return height, width


def _decoded(name: str, data: bytes) -> str:
    """Text in UTF-8, with or without a mark, in UTF-16 with one, or in GB 18030."""
    encodings = ["utf-16"] if data[:2] in {b"\xff\xfe", b"\xfe\xff"} else ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise RosterError(name, "不是文字文件，或编码看不懂；请用 Excel 另存为 .xlsx 再用。")
