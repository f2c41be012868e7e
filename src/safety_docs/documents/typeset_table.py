"""Tables as markup: ruled tables, form grids, signature blocks, photo grids.

Columns have fixed widths from 列宽, so that no program moves them. A row is never split over two
pages; header rows are repeated. Elements in the order of the schema (ECMA-376-1, 17.4).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from safety_docs.documents.typeset_flow import Para
from safety_docs.documents.typeset_markup import paragraph, tag_paragraph

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from safety_docs.documents.markdown import Row, Table
    from safety_docs.documents.profiles import Profile
    from safety_docs.documents.typeset_flow import Grid, Photos

_TWIPS_PER_MM = 56.7
PHOTO_SIZE = "宽=75, 高=52"
"""Box of one photo in millimetres; three rows of it with captions fit on a page."""


def table(grid: Grid, profile: Profile) -> str:
    """A table as written in the text."""
    source = grid.table
    columns = _twips(source.widths, profile.text_width)
    rows = source.rows
    merged = _merged_below(rows)
    last = max((at for at, row in enumerate(rows) if not row.tag), default=0)
    body: list[str] = []
    for at, row in enumerate(rows):
        if row.tag:
            body.append(_tag_row(row.tag, columns))
            continue
        is_header = at < source.header_rows
        ends_kept = grid.keeps_next and at == last == len(rows) - 1
        keeps = is_header or ends_kept or (grid.is_together and at != last)
        cells = "".join(_cells(source, row, columns, merged, keeps=keeps, profile=profile))
        height = _height(row, source, profile)
        body.append(_row(cells, height, is_header=is_header))
    return _table(columns, "".join(body), is_ruled=source.kind != "签署栏")


def photo_grid(photos: Photos, profile: Profile) -> str:
    """Two photos in a row, each with its caption, its time and its place; nothing for none.

    A last row that must stay with what follows is a table of its own: LibreOffice keeps whole
    tables with what follows, not rows.
    """
    field = photos.field
    if not photos.keeps_next:
        every = _Photos(f"{field}|batch(2)", "loop.index0 * 2", keeps_next=False)
        return _only_if(field, _photo_table(every, profile))
    rows = f"({field}|batch(2)|list)"
    first = _Photos(f"{rows}[:-1]", "loop.index0 * 2", keeps_next=False)
    last = _Photos(f"{rows}[-1:]", f"({field}|length - 1) // 2 * 2", keeps_next=True)
    gap = paragraph(Para("Gap", ""), profile)
    return _only_if(f"{field}|length > 2", _photo_table(first, profile) + gap) + _only_if(
        field, _photo_table(last, profile)
    )


@dataclass(frozen=True, slots=True)
class _Photos:
    """One loop over rows of photos: what it runs over, and how many photos stand before a row."""

    rows: str
    before: str
    keeps_next: bool


def _only_if(condition: str, markup: str) -> str:
    """A table without rows would be no valid table."""
    return tag_paragraph(f"{{%p if {condition} %}}") + markup + tag_paragraph("{%p endif %}")


def _photo_table(photos: _Photos, profile: Profile) -> str:
    columns = _twips((50, 50), profile.text_width)
    cells = "".join(_cell(_photo(at, photos, profile), columns[at], align="top") for at in (0, 1))
    rows = (
        _tag_row(f"{{%tr for 一排照片 in {photos.rows} %}}", columns)
        + _row(cells, 0)
        + _tag_row("{%tr endfor %}", columns)
    )
    return _table(columns, rows, is_ruled=False)


def _photo(at: int, photos: _Photos, profile: Profile) -> str:
    """The paragraphs of one photo; an odd last one leaves its neighbour empty."""
    photo = f"一排照片[{at}]"
    before, after = "", ""
    if at:
        before, after = f"{{% if 一排照片|length > {at} %}}", "{% endif %}"
    number = f"{{{{ {photos.before} + {at + 1} }}}}"
    stage = f"{{% if {photo}.阶段 %}}{{{{ {photo}.阶段 }}}}：{{% endif %}}"
    lines = (
        f"{{{{r {photo}.文件|图片({PHOTO_SIZE}) }}}}",
        f"照片{number}　{stage}{{{{ {photo}.说明 }}}}",
        f"{{{{ {photo}.时间|日期 }}}} {{{{ {photo}.时间|时刻 }}}}　{{{{ {photo}.地点 }}}}",
    )
    return "".join(
        paragraph(Para("Picture", before + line + after, photos.keeps_next), profile)
        for line in lines
    )


def _twips(widths: Sequence[int], total: int) -> list[int]:
    """Percentages as twips; the last column takes what rounding leaves."""
    found = [total * width // 100 for width in widths]
    found[-1] += total - sum(found)
    return found


def _merged_below(rows: Sequence[Row]) -> set[tuple[int, int]]:
    """Lines and columns of cells whose lower neighbour is merged into them."""
    printed = [row for row in rows if not row.tag]
    return {
        (upper.line, column)
        for upper, lower in pairwise(printed)
        for column, text in enumerate(lower.cells)
        if text == "^"
    }


def _cells(
    source: Table,
    row: Row,
    columns: Sequence[int],
    merged: set[tuple[int, int]],
    *,
    keeps: bool,
    profile: Profile,
) -> Iterator[str]:
    is_header = source.rows.index(row) < source.header_rows
    for start, text in enumerate(row.cells):
        if text == "<":
            continue
        span = _span(row.cells, start)
        style, align = _look(source, start, is_header=is_header)
        words = "" if text == "^" else text
        content = paragraph(Para(style, words, keeps_next=keeps), profile, align=align)
        merge = "continue" if text == "^" else "restart" if (row.line, start) in merged else ""
        width = sum(columns[start : start + span])
        yield _cell(content, width, span=span, merge=merge)


def _span(cells: Sequence[str], start: int) -> int:
    span = 1
    while start + span < len(cells) and cells[start + span] == "<":
        span += 1
    return span


def _look(source: Table, column: int, *, is_header: bool) -> tuple[str, str]:
    """Style of a cell's paragraph, and its alignment if that differs from the style's."""
    if source.kind == "签署栏":
        return "Sign", ""
    style, label = ("Ruled", "Head") if source.kind == "表格" else ("Cell", "Label")
    if is_header or (source.kind == "信息表" and column % 2 == 0):
        return label, ""
    align = source.alignments[column]
    return style, "" if align == "left" else align


def _height(row: Row, source: Table, profile: Profile) -> int:
    if row.height_mm:
        return round(row.height_mm * _TWIPS_PER_MM)
    if source.kind == "签署栏":
        return profile.sign_height
    return profile.row_height if source.kind == "信息表" else 0


def _cell(
    content: str, width: int, *, span: int = 1, merge: str = "", align: str = "center"
) -> str:
    properties = (
        f'<w:tcW w:w="{width}" w:type="dxa"/>'
        + (f'<w:gridSpan w:val="{span}"/>' if span > 1 else "")
        + (f'<w:vMerge w:val="{merge}"/>' if merge else "")
        + f'<w:vAlign w:val="{align}"/>'
    )
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{content}</w:tc>"


def _row(cells: str, height: int, *, is_header: bool = False) -> str:
    properties = (
        "<w:cantSplit/>"
        + (f'<w:trHeight w:val="{height}" w:hRule="atLeast"/>' if height else "")
        + ("<w:tblHeader/>" if is_header else "")
    )
    return f"<w:tr><w:trPr>{properties}</w:trPr>{cells}</w:tr>"


def _tag_row(source: str, columns: Sequence[int]) -> str:
    cell = _cell(tag_paragraph(source, "Cell"), sum(columns), span=len(columns))
    return f"<w:tr>{cell}</w:tr>"


def _table(columns: Sequence[int], rows: str, *, is_ruled: bool) -> str:
    style = "Grid" if is_ruled else "Plain"
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in columns)
    return (
        f'<w:tbl><w:tblPr><w:tblStyle w:val="{style}"/>'
        f'<w:tblW w:w="{sum(columns)}" w:type="dxa"/><w:jc w:val="center"/>'
        '<w:tblLayout w:type="fixed"/></w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid>{rows}</w:tbl>"
    )
