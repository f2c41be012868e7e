"""Records of meetings, the notebook's index, and the schemes that all records are filed under."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, Any

import pytest

from safety_docs.core.classification import Classification
from safety_docs.core.retention import Retention

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from safety_docs.forms import Form, Library

MEETING = "records/safety-meeting"
WEEKLY = "records/weekly-meeting"
ASSEMBLY = "records/monthly-assembly"
AFFAIRS = "records/affairs-agenda"
INDEX = "records/notebook-index"
SHEET = "records/attendance-sheet"
SCHEMES = {
    "classification.toml": 22,
    "classification-12.toml": 12,
    "classification-kindergarten.toml": 15,
}


def _problems(form: Form, **changes: object) -> set[str | None]:
    raw = {field.name: form.sample()[field.name] for field in form.fields} | changes
    return {problem.column for problem in form.check(raw).problems}


def test_an_assembly_sums_up_the_month_and_sets_the_next_tasks(library: Library) -> None:
    form = library.find(MEETING)
    assert _problems(form, 类别="校会") == {"本月安全工作小结", "下月安全工作任务"}
    assert _problems(form, 类别="校会", 本月小结="小结。", 下月任务="任务。") == set()


@pytest.mark.parametrize(
    ("changes", "label"),
    [
        ({"实到人数": 19}, "实到人数"),
        ({"实到人数": 17}, "缺席人员"),
        ({"缺席": []}, "缺席人员"),
        ({"结束": "15:30"}, "结束时间"),
        ({"日期": "2022-10-01"}, "决议事项"),
        ({"类别": "茶话会"}, "类别"),
    ],
)
def test_a_record_that_contradicts_itself_is_refused(
    library: Library, changes: dict[str, object], label: str
) -> None:
    assert label in _problems(library.find(MEETING), **changes)


@pytest.mark.parametrize(
    ("form_id", "changes", "label"),
    [
        (WEEKLY, {"整改隐患": 4}, "其中已整改（处）"),
        (WEEKLY, {"日期": "2022-11-03"}, "下周安排"),
        (ASSEMBLY, {"小结月份": 9, "日期": "2022-10-10", "照片": []}, None),
        (ASSEMBLY, {"小结月份": 12, "日期": "2023-01-03"}, "下月安全工作任务"),
        (ASSEMBLY, {"小结月份": 8}, "小结的月份"),
        (AFFAIRS, {"实到人数": 9}, "实到人数"),
    ],
)
def test_dates_and_numbers_of_a_meeting_fit_together(
    library: Library, form_id: str, changes: dict[str, object], label: str | None
) -> None:
    found = _problems(library.find(form_id), **changes)
    assert (label in found) if label else not found


def test_an_assembly_in_the_first_days_of_january_sums_up_december(library: Library) -> None:
    form = library.find(ASSEMBLY)
    tasks = [{"任务": "寒假前集中教育", "责任部门": "德育处", "完成日期": "2023-01-12"}]
    changes = {"小结月份": 12, "日期": "2023-01-03", "下月任务": tasks, "照片": []}
    raw = {field.name: form.sample()[field.name] for field in form.fields} | changes
    checked = form.check(raw)
    assert checked.values is not None
    assert checked.values["下月"] == 1
    assert form.title_of(checked.values) == "12月安全主题校会记录（2023年1月3日）"


def test_an_assembly_counts_who_came_and_who_did_not(library: Library) -> None:
    values = library.find(ASSEMBLY).sample()
    assert values["应到人数"] == 532
    assert values["实到人数"] + values["缺席人数"] == values["应到人数"]


def test_a_photo_of_another_day_is_refused(library: Library) -> None:
    form = library.find(MEETING)
    photos = [dict(photo) for photo in form.sample()["照片"]]
    photos[0]["时间"] = "2022-09-27 15:40"
    assert _problems(form, 照片=photos) == {"照片"}
    photos[0] |= {"时间": "2022-09-28 15:40", "说明": ""}
    assert _problems(form, 照片=photos) == {"照片"}


@pytest.mark.parametrize(
    ("page", "label"),
    [(3, "目录"), (19, None), (20, "目录")],
    ids=["twice", "next", "gap"],
)
def test_the_pages_of_a_notebook_follow_one_another(
    library: Library, page: int, label: str | None
) -> None:
    form = library.find(INDEX)
    rows: list[dict[str, Any]] = [*form.sample()["目录"]]
    assert [row["页码"] for row in rows] == list(range(1, 19))
    rows.append({**rows[-1], "页码": page})
    found = _problems(form, 目录=rows)
    assert found == ({label} if label else set())


def test_an_attendance_sheet_leaves_room_to_sign_for_everyone(
    library: Library, printed: Callable[[Form, Mapping[str, Any]], list[str]]
) -> None:
    form = library.find(SHEET)
    sample = form.sample()
    text = printed(form, {**sample, "名单": sample["名单"][:3], "应到人数": 3})
    names = ["周示范", "孙示例", "冯示例"]
    assert [one for one in text if one in names] == names
    assert not any("蒋示例" in one for one in text)


@pytest.mark.parametrize(("file", "count"), SCHEMES.items())
def test_a_scheme_is_complete_and_says_where_its_choices_come_from(
    templates: Path, file: str, count: int
) -> None:
    scheme = Classification.from_toml((templates / file).read_text(encoding="utf-8"))
    assert [category.code for category in scheme.categories] == [
        f"{number:02d}" for number in range(1, count + 1)
    ]
    assert "国家档案局令第8号" in scheme.source
    for category in scheme.categories:
        assert category.basis.startswith("建议值")
        assert category.retention in {Retention(None), Retention(30), Retention(10)}


@pytest.mark.parametrize("file", [file for file, count in SCHEMES.items() if count != 22])
def test_a_shorter_scheme_has_a_place_for_every_category(templates: Path, file: str) -> None:
    rows = tomllib.loads((templates / file).read_text(encoding="utf-8"))["category"]
    mapped = {code for row in rows for code in row["maps"]}
    assert mapped == {f"{number:02d}" for number in range(1, 23)}
