"""The record of a meeting, and the classification schemes that all records are filed under."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING

import pytest

from safety_docs.core.classification import Classification
from safety_docs.core.retention import Retention

if TYPE_CHECKING:
    from pathlib import Path

    from safety_docs.forms import Form, Library

MEETING = "records/safety-meeting"
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
        ({"实到人数": 17}, "实到人数"),
        ({"结束": "15:30"}, "结束时间"),
        ({"日期": "2022-10-01"}, "决议事项"),
        ({"类别": "茶话会"}, "类别"),
    ],
)
def test_a_record_that_contradicts_itself_is_refused(
    library: Library, changes: dict[str, object], label: str
) -> None:
    assert label in _problems(library.find(MEETING), **changes)


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
