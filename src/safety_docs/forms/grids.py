"""A roster as rows of cells, whatever file it came from: .xlsx by calamine, or .csv.

Row 1 of the file is index 0, empty rows and columns at the top and left are kept, so that a row
number in a message is the one that Excel shows. An empty cell is ``""``.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from python_calamine import CalamineError, SheetTypeEnum, SheetVisibleEnum, load_workbook

from safety_docs.forms.errors import RosterError
from safety_docs.forms.headers import SEARCHED_ROWS
from safety_docs.forms.workbook_guard import MAX_FILE_BYTES, scan_workbook
from safety_docs.forms.workbook_scans import MAX_CELLS, MAX_COLUMNS, MAX_ROWS

if TYPE_CHECKING:
    from collections.abc import Collection
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
        rows: One list per row, all rows of the same length.
        hidden: Number of hidden rows.
        unsolved: Row and column, from 1, of formulas without a stored result.
        merged: First and last row and column, from 0, of each merged range.
        starts_1904: Whether bare serial numbers count from 1904.
    """

    name: str
    rows: list[list[Any]]
    hidden: int = 0
    unsolved: Collection[tuple[int, int]] = ()
    merged: list[tuple[tuple[int, int], tuple[int, int]]] = field(default_factory=list)
    starts_1904: bool = False


def read_grids(path: Path, sheet: str | None) -> list[Grid]:
    """The worksheets of a roster; only `sheet` if it is named, else all that can be seen.

    Raises:
        RosterError: If the file is missing, of another kind, damaged, too large, or has no `sheet`.
    """
    data = _bytes_of(path)
    suffix = path.suffix.lower()
    if suffix in {".csv", ".txt"}:
        if sheet is not None:
            raise RosterError(path.name, "是 .csv，里面没有工作表，请不要写工作表名。")
        return [_csv_grid(path.name, data)]
    facts = scan_workbook(path.name, data)
    try:
        with load_workbook(io.BytesIO(data)) as book:
            names = _sheet_names(path.name, book, sheet)
            grids = [_grid(book, name, facts) for name in names]
    except CalamineError as error:
        message = "不能读取；请用 Excel 或 WPS 打开后另存为新的 .xlsx。"
        raise RosterError(path.name, message) from error
    if any(map(_has_overlaps, grids)):
        message = "里合并的单元格互相重叠；请用 Excel 或 WPS 打开，取消合并后再用。"
        raise RosterError(path.name, message)
    return grids


def _bytes_of(path: Path) -> bytes:
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
    rows = sheet.to_python(skip_empty_area=False) if sheet.start is not None else []
    return Grid(
        name=name,
        rows=rows,
        hidden=found.hidden,
        unsolved=found.unsolved,
        merged=sheet.merged_cell_ranges or [],
        starts_1904=facts.starts_1904,
    )


def _has_overlaps(grid: Grid) -> bool:
    """Whether merged ranges hold more cells than there are; looking through them has no end."""
    height, width = len(grid.rows), len(grid.rows[0]) if grid.rows else 0
    merged = sum(
        max(min(bottom + 1, height) - top, 0) * max(min(right + 1, width) - left, 0)
        for (top, left), (bottom, right) in grid.merged
    )
    return merged > height * width


def _csv_grid(name: str, data: bytes) -> Grid:
    text = _decoded(name, data)
    beginning = "\n".join(text[:_SAMPLE_CHARACTERS].splitlines()[:SEARCHED_ROWS])
    delimiter = max(_DELIMITERS, key=beginning.count)
    rows: list[list[Any]] = []
    width = 0
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True):
            width = max(width, len(row))
            rows.append(row)
            if len(rows) > MAX_ROWS or width > MAX_COLUMNS or width * len(rows) > MAX_CELLS:
                raise RosterError(name, f"太大了，最多 {MAX_ROWS} 行、{MAX_COLUMNS} 列。")
    except csv.Error as error:
        message = f"第 {len(rows) + 1} 行的引号或分隔不对，请用 Excel 另存为 .xlsx 再用。"
        raise RosterError(name, message) from error
    return Grid("", [row + [""] * (width - len(row)) for row in rows])


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
