from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from safety_docs.forms import read_roster

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from safety_docs.core.problem import Problem
    from safety_docs.forms import Form, Roster


def typed(roster: Roster) -> list[Problem]:
    return [one for one in roster.problems if one.code == "D231"]


def test_dates_typed_as_text_are_read_and_said_once_with_their_rows(
    form: Form, roster_file: Callable[..., Path]
) -> None:
    rows = [
        ["张某某", "2022.9.1"],
        ["李某某", dt.date(2022, 9, 1)],
        ["王某某", "2022年9月2日"],
        ["赵某某", "2022.9.1"],
    ]
    roster = read_roster(roster_file(["名字", "值班日期"], *rows), form)
    (problem,) = typed(roster)
    assert (problem.severity, problem.row, problem.column) == ("warning", None, "值班日期")
    assert problem.message.startswith("有 3 格日期是文字（第 2、4、5 行）")
    assert "“2022.9.1”读作2022年9月1日、“2022年9月2日”读作2022年9月2日" in problem.message
    assert all(row.checked.values is not None for row in roster.rows)


def test_a_short_year_is_refused_in_its_row_and_not_said_to_be_read(
    form: Form, roster_file: Callable[..., Path]
) -> None:
    roster = read_roster(
        roster_file(["名字", "日期"], ["张某某", "22.9.1"], ["李", "9月1日"]), form
    )
    assert typed(roster) == []
    codes = [one.code for row in roster.rows for one in row.checked.problems]
    assert codes == ["D203", "D203"]


def test_a_csv_is_all_text_and_says_nothing(form: Form, tmp_path: Path) -> None:
    path = tmp_path / "名册.csv"
    path.write_text("名字,日期\n张某某,2022.9.1\n", "utf-8")
    assert typed(read_roster(path, form)) == []


def test_many_rows_are_counted_but_not_all_listed(
    form: Form, roster_file: Callable[..., Path]
) -> None:
    rows = [[f"张{number}", "2022-09-01"] for number in range(30)]
    (problem,) = typed(read_roster(roster_file(["名字", "日期"], *rows), form))
    assert "有 30 格" in problem.message
    assert "10、11……" in problem.message
