"""A roster that is open: its rows one after the other, and what was left out on the way.

Memory does not grow with the rows, except for what the spreadsheet library holds of the worksheet.
Rows count from 1, as Excel shows them; columns from 0.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from safety_docs.core.problem import Problem
from safety_docs.forms.describing import example_of
from safety_docs.forms.headers import heading_text
from safety_docs.forms.merges import Merges
from safety_docs.forms.plain_text import BLANKS, comparable
from safety_docs.forms.roster_rows import RawRow
from safety_docs.forms.typed_dates import MOMENTS, TypedDates

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from safety_docs.forms.form import Form
    from safety_docs.forms.grids import Grid
    from safety_docs.forms.headers import Header
    from safety_docs.forms.roster_rows import RosterPlan

SAMPLE_MARK = "样例（不导入）"
"""Stands in the mark column of the sample row of our own input workbook."""
_CHANGED_SAMPLE = f"这一行标着“{SAMPLE_MARK}”却改过内容；要导入请清空标记，不要就删去这一行。"
_TOTALS = re.compile(r"(?:合|总|小|共)计[:：]?\d*[人行份]?")


@dataclass(slots=True)
class _Counts:
    """What was read and what was left out, for the notes."""

    rows: int = 0
    totals: list[int] = field(default_factory=list)
    samples: list[int] = field(default_factory=list)
    numbered: list[int] = field(default_factory=list)


class OpenRoster:
    """One worksheet whose header was found.

    Attributes:
        plan: For those who check its rows.
        sheet: Worksheet name; empty for .csv.
        problems: Of the roster as a whole, as far as they are known before its rows are read.
        header_row: Row of the header.
        headings: Of all columns, also of those that are not used.
    """

    def __init__(  # all that was found out about the worksheet
        self,
        form: Form,
        grid: Grid,
        header: Header,
        plan: RosterPlan,
        *,
        problems: tuple[Problem, ...],
        sheets: int,
    ) -> None:
        """Take the worksheet `grid`, one of `sheets` that can be seen."""
        self.plan = plan
        self.sheet = plan.sheet
        self.problems = problems
        self.header_row = header.row + 1
        self.headings = tuple(heading_text(cell) for cell in grid.head[header.row])
        self._grid, self._header, self._sheets = grid, header, sheets
        by_name = {one.name: one for one in form.fields}
        self._fields = [by_name[name] for name in plan.names]
        self._columns = [header.columns[name] for name in plan.names]
        self._moments = self._new_moments()
        self._counts = _Counts()
        self._unsolved = self._formulas()
        self._merges = Merges(grid, header, self._fields)

    def rows(self, numbers: Collection[int] | None = None) -> Iterator[RawRow]:
        """Every row with data below the header, from top to bottom.

        May be read again; `closing` and `notes` speak of the last time.

        Args:
            numbers: Only rows of these numbers; others are not looked at.
        """
        self._moments = self._new_moments()
        self._counts = counts = _Counts()
        columns = self._columns
        for number, cells in enumerate(self._grid.rows(), start=1):
            if number <= self.header_row:
                continue
            problems = self._merges.apply(number, cells) if self._merges else ()
            if (numbers is not None and number not in numbers) or cells.count("") == len(cells):
                continue
            if self._unsolved:
                problems = (*problems, *self._unsolved.get(number, ()))
            values = [cells[at] for at in columns]
            if self._is_left_out(number, cells, values, is_special=bool(problems)):
                continue
            for at, dates in self._moments:
                values[at] = dates.see(number, values[at])
            if self._header.mark is not None and self._is_marked(cells):
                problems = (*problems, Problem("D223", _CHANGED_SAMPLE))
            counts.rows += 1
            yield RawRow(number, tuple(values), tuple(problems))

    def _new_moments(self) -> list[tuple[int, TypedDates]]:
        """Who looks at the date columns, by their place."""
        headings, starts_1904 = self._header.headings, self._grid.starts_1904
        return [
            (at, TypedDates(one, headings[one.name], starts_1904=starts_1904))
            for at, one in enumerate(self._fields)
            if one.type in MOMENTS
        ]

    def _is_left_out(
        self, number: int, cells: Sequence[Any], values: Sequence[Any], *, is_special: bool
    ) -> bool:
        """Blank and numbered empty rows, totals and the sample row; counted for the notes."""
        first = next((text for cell in cells if (text := _stripped(cell))), "")
        if not first:
            return True
        if "计" in first[:8] and _TOTALS.fullmatch(comparable(first)):
            self._counts.totals.append(number)
        elif self._header.mark is not None and self._is_marked(cells) and self._is_sample(values):
            self._counts.samples.append(number)
        elif not is_special and not any(map(_stripped, values)) and _is_lone_number(cells):
            self._counts.numbered.append(number)
        else:
            return False
        return True

    def _is_marked(self, cells: Sequence[Any]) -> bool:
        mark = self._header.mark
        return mark is not None and comparable(str(cells[mark])) == comparable(SAMPLE_MARK)

    def _is_sample(self, values: Sequence[Any]) -> bool:
        return all(
            comparable(value) in {"", comparable(example_of(one.example))}
            for one, value in zip(self._fields, values, strict=True)
            if isinstance(value, str)
        )

    def _formulas(self) -> dict[int, list[Problem]]:
        """D208 by row, for formulas without a result in columns that are used."""
        used = {at + 1: one for at, one in zip(self._columns, self._fields, strict=True)}
        found: dict[int, list[Problem]] = {}
        for row, column in sorted(self._grid.unsolved):
            if column in used:
                message = "是公式，没有结果，请复制后“粘贴为数值”。"
                problem = Problem("D208", message, column=used[column].shown_name)
                found.setdefault(row, []).append(problem)
        return found

    def closing(self) -> tuple[Problem, ...]:
        """Problems of the roster as a whole that show only after all rows were read."""
        sheet = self.plan.sheet
        # All of a .csv is text.
        found = [dates.problem(sheet) for _, dates in self._moments] if sheet else []
        if not self._counts.rows:
            message = "表头下面没有数据，请填好后再用。"
            found.append(Problem("D216", message, sheet=sheet or None))
        return tuple(one for one in found if one is not None)

    def notes(self) -> tuple[str, ...]:
        """What was read and what was left out; call it after all rows were read."""
        return tuple(self._notes())

    def _notes(self) -> Iterator[str]:
        counts, header = self._counts, self._header
        place = f"“{self._grid.name}”表" if self._grid.name else "文件"
        others = f"（共 {self._sheets} 张表，这张最像）" if self._sheets > 1 else ""
        hidden = f"，其中 {self._grid.hidden} 行是隐藏的" if self._grid.hidden else ""
        where = f"表头在第 {self.header_row} 行，数据 {counts.rows} 行"
        yield f"读取了{place}{others}：{where}{hidden}。"
        pairs = [
            f"“{header.headings[one.name]}”作为“{one.shown_name}”"
            for one in self._fields
            if comparable(header.headings[one.name]) != comparable(one.shown_name)
        ]
        if pairs:
            yield f"列的对应：{'，'.join(pairs)}。"
        if header.ignored:
            yield f"没有用到、也不会保存的列：{'、'.join(header.ignored)}。"
        if counts.samples:
            yield f"跳过了样例行（第 {_numbers(counts.samples)} 行）。"
        if counts.totals:
            yield f"跳过了合计行（第 {_numbers(counts.totals)} 行）。"
        if counts.numbered:
            yield f"跳过了只有序号的行（第 {_numbers(counts.numbered)} 行）。"
        for _, dates in self._moments:
            if dates.serials:
                yield (
                    f"“{dates.heading}”有 {dates.serials} 格是数字，已按 Excel 的日期换算，请核对。"
                )
        if self._merges.filled_down:
            yield f"合并的单元格已向下填充：{'、'.join(self._merges.filled_down)}。"


def _stripped(cell: Any) -> str:
    return cell.strip(BLANKS) if isinstance(cell, str) else str(cell)


def _is_lone_number(cells: Sequence[Any]) -> bool:
    """A row prepared with its number and never filled in."""
    texts = [text for cell in cells if (text := _stripped(cell))]
    return len(texts) == 1 and texts[0].removesuffix(".0").isdecimal()


def _numbers(rows: Sequence[int]) -> str:
    return "、".join(map(str, rows[:10])) + ("……" if len(rows) > 10 else "")
