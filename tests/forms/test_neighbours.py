from __future__ import annotations

import pickle
from typing import TYPE_CHECKING

from safety_docs.forms import Neighbours, OpenRoster, RowChecker, open_roster, read_roster

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from safety_docs.forms import Form, Roster

HEADER = ["名字", "日期", "备注", "电话"]
DAY = "2022-09-01"


def warnings(roster: Roster) -> list[str]:
    return [one.message for one in roster.problems if one.code == "D205"]


def test_people_of_one_name_are_told_apart_by_what_differs(
    form: Form, roster_file: Callable[..., Path]
) -> None:
    rows = [["王某", DAY, "一班", "13800000001"], ["王 某", DAY, "二班", "13800000001"]]
    (message,) = warnings(read_roster(roster_file(HEADER, *rows), form))
    assert message.startswith("有 2 位“王某”（第 2、3 行），“备注”不同；请确认没有重复登记")
    assert "件号" in message


def test_people_whom_nothing_tells_apart_are_warned_of_more_sharply(
    form: Form, roster_file: Callable[..., Path]
) -> None:
    rows = [
        ["王某", DAY, "一班", "13800000001"],
        ["王某", DAY, "二班", "13800000001"],
        ["王某", "2022-09-02", "二班", "13800000001"],
    ]
    (message,) = warnings(read_roster(roster_file(HEADER, *rows), form))
    assert "有 3 位“王某”（第 2、3、4 行），第 3、4 行的“备注”、“电话”也都相同" in message
    assert "很可能登记了两次" in message


def test_a_roster_of_names_alone_says_that_it_cannot_tell(
    form: Form, roster_file: Callable[..., Path]
) -> None:
    rows = [["王某", DAY], ["王某", "2022-09-02"]]
    (message,) = warnings(read_roster(roster_file(HEADER[:2], *rows), form))
    assert "没有班级、编号这样能区分他们的列" in message


def test_rows_can_be_checked_elsewhere_with_the_same_result(
    form: Form, roster_file: Callable[..., Path]
) -> None:
    rows = [
        ["王某", DAY, "一班", "13800000001"],
        ["", DAY, "一班", "13800000001"],
        ["王某", DAY, "一班", "13800000001"],
        ["王某", DAY, "三班", "1380"],
    ]
    path = roster_file(HEADER, *rows)
    opened = open_roster(path, form)
    assert isinstance(opened, OpenRoster)
    checker = RowChecker(form, pickle.loads(pickle.dumps(opened.plan)))  # noqa: S301 # our own
    neighbours = Neighbours(form, opened.plan)
    found = []
    for raw in opened.rows():
        row = checker.check(pickle.loads(pickle.dumps(raw)))  # noqa: S301 # our own
        found.append(neighbours.beside(pickle.loads(pickle.dumps(row))))  # noqa: S301 # our own
    whole = read_roster(path, form)
    assert tuple(found) == whole.rows
    assert (*opened.problems, *opened.closing(), *neighbours.problems()) == whole.problems
    assert opened.notes() == whole.notes
    codes = [[one.code for one in row.checked.problems] for row in whole.rows]
    assert codes == [[], ["D201"], ["D204"], ["D212"]]
