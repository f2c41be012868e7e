"""Rosters: one row of a worksheet is one set of values of a form.

The header row is found, columns are mapped, and every row is checked; nothing stops at the first
problem. Problems name the worksheet, the row as Excel shows it and the heading as the clerk wrote
it. What is left out (other columns, blank rows, totals, the sample row) is said in the notes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from safety_docs.core.problem import Problem
from safety_docs.forms.describing import example_of
from safety_docs.forms.grids import read_grids
from safety_docs.forms.headers import SEARCHED_ROWS, find_header
from safety_docs.forms.moments import FIRST_SERIAL, LAST_SERIAL
from safety_docs.forms.plain_text import BLANKS, comparable, masked, shown
from safety_docs.forms.spec import FACTS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from safety_docs.forms.checking import Checked, Common
    from safety_docs.forms.form import Form
    from safety_docs.forms.grids import Grid
    from safety_docs.forms.headers import Header
    from safety_docs.forms.spec import FieldSpec

SAMPLE_MARK = "样例（不导入）"
"""Stands in the mark column of the sample row of our own input workbook."""
_DAYS_TO_1904 = 1_462
_TOTALS = re.compile(r"(?:合|总|小|共)计[:：]?\d*[人行份]?")
_MOMENTS = frozenset({"date", "datetime"})
_ROWS = frozenset({"table", "photos"})
_GROUPING = frozenset({"text", "choice", "date", "boolean", "multi-choice"})


@dataclass(frozen=True, slots=True)
class RosterRow:
    """One row with data.

    Attributes:
        sheet: Worksheet name; empty for .csv.
        row: As Excel shows it, from 1.
        checked: The outcome of its check.
    """

    sheet: str
    row: int
    checked: Checked


@dataclass(frozen=True, slots=True)
class Roster:
    """A whole roster.

    Attributes:
        rows: Rows with data, from top to bottom.
        problems: Problems of the roster as a whole, and warnings over several rows.
        notes: What was read, how columns were mapped and what was left out, one sentence each.
        sheet: Worksheet that was read; empty for .csv.
        header_row: Of the worksheet, from 1; 0 if no header was found.
    """

    rows: tuple[RosterRow, ...]
    problems: tuple[Problem, ...]
    notes: tuple[str, ...]
    sheet: str = ""
    header_row: int = 0


def read_roster(
    path: Path,
    form: Form,
    *,
    sheet: str | None = None,
    given: Mapping[str, object] | None = None,
) -> Roster:
    """Read and check a roster.

    Args:
        path: ``.xlsx``, or ``.csv`` in UTF-8, UTF-16 or GB 18030.
        form: What every row fills in.
        sheet: Worksheet name; by default the visible worksheet that matches the form best.
        given: Facts of the cabinet, and values by field name or label, for what a row leaves empty.
            One that the form does not have gives a warning, so that forms can share a file.

    Raises:
        RosterError: If the file cannot be read, is no roster, or is too large to be read safely.
    """
    facts = given or {}
    fields = [one for one in form.fields if one.type not in _ROWS]
    grids = read_grids(path, sheet)
    found = [(grid, header) for grid in grids if (header := find_header(grid, fields))]
    strange = [
        replace(problem, severity="warning", message=f"没有使用：{problem.message}")
        for problem in form.checker.unknown_keys(facts)
        if problem.column not in FACTS
    ]
    common = form.checker.common(form.checker.by_name(facts), facts)
    problems = [*strange, *common.problems]
    if not found:
        return Roster((), (*problems, _no_header(path, fields)), ())
    grid, header = max(found, key=lambda pair: len(pair[1].columns))
    reading = _Reading(form, grid, header, common)
    problems += [*_missing_columns(form, header, common, grid), *_doubled_columns(header, grid)]
    rows = tuple(reading.rows())
    problems += _same_names(rows, form, header, grid)
    if not rows:
        message = "表头下面没有数据，请填好后再用。"
        problems.append(Problem("D216", message, sheet=grid.name or None))
    notes = tuple(reading.notes(len(rows), len(grids)))
    return Roster(rows, tuple(problems), notes, grid.name, header.row + 1)


def _no_header(path: Path, fields: Sequence[FieldSpec]) -> Problem:
    wanted = "、".join(one.shown_name for one in fields if one.required)
    message = (
        f"“{path.name}”的前 {SEARCHED_ROWS} 行里没有找到表头，应有这些列：{wanted}；"
        "可以用 safety-docs forms sheet 取要填写的工作簿。"
    )
    return Problem("D216", message)


def _missing_columns(form: Form, header: Header, common: Common, grid: Grid) -> Iterator[Problem]:
    """Required fields that no column and no common value fills."""
    for one in form.fields:
        is_filled = one.name in header.columns or one.name in common.values
        if one.required and not is_filled and one.name not in common.bad:
            if one.type in _ROWS:
                message = f"缺少“{one.shown_name}”，请写在内容文件里（--common）。"
            else:
                message = f"缺少“{one.shown_name}”这一列，请加上，或用 --set 写一次。"
                message += _renaming(one, header)
            yield Problem("D216", message, sheet=grid.name or None)


def _renaming(field: FieldSpec, header: Header) -> str:
    """Asks after the first unused column whose heading holds a name of the field."""
    names = {comparable(name) for name in (field.name, field.shown_name, *field.synonyms)}
    for heading in header.ignored:
        if any(name in comparable(heading) for name in names):
            return f"如果“{heading}”就是这一列，请把列名改成“{field.shown_name}”。"
    return ""


def _doubled_columns(header: Header, grid: Grid) -> Iterator[Problem]:
    for heading in header.doubled:
        message = f"有两列都叫“{heading}”，不知道该用哪一列，请删去一列或改名。"
        yield Problem("D222", message, sheet=grid.name or None)


def _same_names(
    rows: Sequence[RosterRow], form: Form, header: Header, grid: Grid
) -> Iterator[Problem]:
    """D205 for people of one name, by the first person field that the roster has."""
    person = next(
        (one.name for one in form.fields if one.type == "person" and one.name in header.columns),
        None,
    )
    if person is None:
        return
    seen: dict[str, list[int]] = {}
    for row in rows:
        if row.checked.values is not None:
            name = comparable(row.checked.values[person])
            seen.setdefault(name, []).append(row.row)
    names = {row.row: row.checked.values[person] for row in rows if row.checked.values}
    for places in seen.values():
        if len(places) > 1:
            listed = "、".join(map(str, places[:10]))
            message = (
                f"有 {len(places)} 位“{names[places[0]]}”（第 {listed} 行），请确认没有重复登记。"
            )
            yield Problem(
                "D205",
                message,
                sheet=grid.name or None,
                row=places[1],
                column=header.headings[person],
                value=shown(names[places[1]]),
                severity="warning",
            )


@dataclass(slots=True)
class _Counts:
    """What was left out or converted, for the notes."""

    blank: int = 0
    totals: list[int] = field(default_factory=list)
    samples: list[int] = field(default_factory=list)
    numbered: list[int] = field(default_factory=list)
    serials: dict[str, int] = field(default_factory=dict)
    filled_down: list[str] = field(default_factory=list)


class _Reading:
    """One pass over the rows of one worksheet."""

    def __init__(self, form: Form, grid: Grid, header: Header, common: Common) -> None:
        self._form = form
        self._grid = grid
        self._header = header
        missing = {
            one.name for one in form.fields if one.required and one.name not in header.columns
        }
        known_bad = common.bad | (missing - common.values.keys())
        self._common = replace(common, bad=known_bad)
        self._fields = {one.name: one for one in form.fields if one.name in header.columns}
        self._columns = tuple(header.columns.items())
        self._moments = [
            (name, at) for name, at in self._columns if self._fields[name].type in _MOMENTS
        ]
        self._unique = [one for one in self._fields.values() if one.unique]
        self._headings = {
            one.shown_name: header.headings[name] for name, one in self._fields.items()
        }
        self._counts = _Counts()
        self._merged = self._merges()
        self._unsolved = self._formulas()
        self._seen_rows: dict[tuple[Any, ...], int] = {}
        self._seen_values: dict[tuple[str, str], int] = {}

    def rows(self) -> Iterator[RosterRow]:
        """Every row with data below the header, checked."""
        name, columns, check = self._grid.name, self._columns, self._form.checker.check
        for number, cells in enumerate(
            self._grid.rows[self._header.row + 1 :], self._header.row + 2
        ):
            if cells.count("") == len(cells):
                self._counts.blank += 1
                continue
            raw = {key: cells[at] for key, at in columns}
            if self._is_left_out(number, cells, raw):
                continue
            if self._moments:
                self._convert_serials(raw)
            checked = check(raw, self._common)
            more = self._row_problems(number, cells, raw, checked)
            if more or checked.problems:
                checked = self._placed(checked, number, more)
            yield RosterRow(name, number, checked)

    def _is_left_out(self, number: int, cells: Sequence[Any], raw: Mapping[str, Any]) -> bool:
        """Blank and numbered empty rows, totals and the sample row; counted for the notes."""
        first = next((text for cell in cells if (text := _stripped(cell))), "")
        if not first:
            self._counts.blank += 1
        elif "计" in first[:8] and _TOTALS.fullmatch(comparable(first)):
            self._counts.totals.append(number)
        elif self._header.mark is not None and self._is_marked(cells) and self._is_sample(raw):
            self._counts.samples.append(number)
        elif self._is_unfilled(number, raw) and _is_lone_number(cells):
            self._counts.numbered.append(number)
        else:
            return False
        return True

    def _is_unfilled(self, number: int, raw: Mapping[str, Any]) -> bool:
        """Whether no column that is used holds anything, not even a formula."""
        is_special = number in self._unsolved or number in self._merged
        return not is_special and not any(map(_stripped, raw.values()))

    def _is_marked(self, cells: Sequence[Any]) -> bool:
        mark = self._header.mark
        return mark is not None and comparable(str(cells[mark])) == comparable(SAMPLE_MARK)

    def _is_sample(self, raw: Mapping[str, Any]) -> bool:
        return all(
            comparable(raw[name]) in {"", comparable(example_of(one.example))}
            for name, one in self._fields.items()
            if isinstance(raw[name], str)
        )

    def _convert_serials(self, raw: dict[str, Any]) -> None:
        """Count bare serial numbers in date columns, and move those of a 1904 calendar."""
        for name, _ in self._moments:
            value = raw[name]
            if value.__class__ is float and FIRST_SERIAL <= value <= LAST_SERIAL:
                heading = self._header.headings[name]
                self._counts.serials[heading] = self._counts.serials.get(heading, 0) + 1
                if self._grid.starts_1904:
                    raw[name] = value + _DAYS_TO_1904

    def _row_problems(
        self, number: int, cells: Sequence[Any], raw: Mapping[str, Any], checked: Checked
    ) -> list[Problem]:
        """What only shows when the row is seen among the others."""
        problems = list(self._merged.get(number, ()))
        problems += self._unsolved.get(number, ())
        if self._is_marked(cells):
            message = f"这一行标着“{SAMPLE_MARK}”却改过内容；要导入请清空标记，不要就删去这一行。"
            problems.append(Problem("D223", message))
        if checked.values is not None:
            problems += self._repeated(number, raw, checked.values)
        return problems

    def _repeated(
        self, number: int, raw: Mapping[str, Any], values: Mapping[str, Any]
    ) -> Iterator[Problem]:
        """D204: a unique value a second time, or the same row a second time."""
        for one in self._unique:
            value = values[one.name]
            if value in ("", None):
                continue
            first = self._seen_values.setdefault((one.name, comparable(str(value))), number)
            if first != number:
                text = masked(value) if one.type in {"phone", "id-number"} else shown(value)
                message = f"和第 {first} 行相同，都是“{text}”，请核对。"
                yield Problem("D204", message, column=one.shown_name, value=text)
                return
        first = self._seen_rows.setdefault(tuple(raw.values()), number)
        if first != number:
            yield Problem("D204", f"这一行和第 {first} 行完全相同，请删去一行。")

    def _placed(self, checked: Checked, number: int, more: Sequence[Problem]) -> Checked:
        """The outcome with all problems placed in this row, under the clerk's headings."""
        unsolved = {one.column for one in more if one.code == "D208"}
        own = [
            one for one in checked.problems if not (one.code == "D201" and one.column in unsolved)
        ]
        placed = tuple(
            replace(
                one,
                sheet=self._grid.name or None,
                row=number,
                column=self._headings.get(one.column or "", one.column),
            )
            for one in [*more, *own]
        )
        is_bad = any(one.severity == "error" for one in placed)
        return replace(checked, values=None if is_bad else checked.values, problems=placed)

    def _formulas(self) -> dict[int, list[Problem]]:
        """D208 by row, for formulas without a result in columns that are used."""
        used = {at + 1: self._fields[name].shown_name for name, at in self._columns}
        found: dict[int, list[Problem]] = {}
        for row, column in sorted(self._grid.unsolved):
            if column in used:
                message = "是公式，没有结果，请复制后“粘贴为数值”。"
                found.setdefault(row, []).append(Problem("D208", message, column=used[column]))
        return found

    def _merges(self) -> dict[int, list[Problem]]:
        """Fill merged cells of grouping columns down; D221 by row for all other merges."""
        names = {at: name for name, at in self._columns}
        found: dict[int, list[Problem]] = {}
        for (top, left), (bottom, right) in self._grid.merged:
            used = [at for at in range(left, right + 1) if at in names]
            if top <= self._header.row or not used:
                continue
            one = self._fields[names[used[0]]]
            if left == right and one.type in _GROUPING and not one.unique:
                self._fill_down(top, bottom, left, self._header.headings[one.name])
                continue
            message = "这里的单元格是合并的，请取消合并，每格各填一个。"
            for row in range(top, min(bottom, len(self._grid.rows) - 1) + 1):
                found.setdefault(row + 1, []).append(
                    Problem("D221", message, column=one.shown_name)
                )
        return found

    def _fill_down(self, top: int, bottom: int, column: int, heading: str) -> None:
        rows = self._grid.rows[top : bottom + 1]
        for row in rows[1:]:
            row[column] = rows[0][column]
        if heading not in self._counts.filled_down:
            self._counts.filled_down.append(heading)

    def notes(self, count: int, sheets: int) -> Iterator[str]:
        """What was read and what was left out; call it after all rows were read."""
        counts, header = self._counts, self._header
        place = f"“{self._grid.name}”表" if self._grid.name else "文件"
        others = f"（共 {sheets} 张表，这张最像）" if sheets > 1 else ""
        hidden = f"，其中 {self._grid.hidden} 行是隐藏的" if self._grid.hidden else ""
        yield f"读取了{place}{others}：表头在第 {header.row + 1} 行，数据 {count} 行{hidden}。"
        pairs = [
            f"“{header.headings[name]}”作为“{one.shown_name}”"
            for name, one in self._fields.items()
            if comparable(header.headings[name]) != comparable(one.shown_name)
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
        for heading, number in counts.serials.items():
            yield f"“{heading}”有 {number} 格是数字，已按 Excel 的日期换算，请核对。"
        if counts.filled_down:
            yield f"合并的单元格已向下填充：{'、'.join(counts.filled_down)}。"


def _stripped(cell: Any) -> str:
    return cell.strip(BLANKS) if isinstance(cell, str) else str(cell)


def _is_lone_number(cells: Sequence[Any]) -> bool:
    """A row prepared with its number and never filled in."""
    texts = [text for cell in cells if (text := _stripped(cell))]
    return len(texts) == 1 and texts[0].removesuffix(".0").isdecimal()


def _numbers(rows: Sequence[int]) -> str:
    return "、".join(map(str, rows[:10])) + ("……" if len(rows) > 10 else "")
