"""A plan is data: every fault of its file is named, and nothing of it is guessed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from safety_docs.plan import PlanError, load_plan
from safety_docs.plan.obligations import MAX_PLAN_BYTES

if TYPE_CHECKING:
    from pathlib import Path

SOUND = """
title = "示范区安全工作计划"
year = 2030

[[obligation]]
id = "M3.1.2-d"
quote = "每月召开一次例会"
parties = ["学校/幼儿园"]
period = "month"
basis = "E"
evidence = "会议记录"
category = "06"
retention = "10年"
applies_to = "all"
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "2030.toml"
    path.write_text(SOUND, "utf-8")
    return path


def test_a_plan_is_read(file: Path) -> None:
    plan = load_plan(file)
    (obligation,) = plan.obligations
    assert (plan.year, obligation.id, obligation.parties) == (2030, "M3.1.2-d", ("学校/幼儿园",))
    assert not obligation.recommended_for_all


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('basis = "E"', 'basis = "X"', "basis"),
        ('period = "month"', 'period = "monthly"', "period"),
        ('quote = "每月召开一次例会"', "", "quote"),
        ('applies_to = "all"', 'applies_to = "all"\nmore = 1', "more"),
        ("year = 2030", "year = ", "不是正确的 TOML"),
        ('category = "06"', 'category = "6"', "category"),
    ],
)
def test_a_fault_is_named_with_its_place(file: Path, old: str, new: str, words: str) -> None:
    file.write_text(SOUND.replace(old, new), "utf-8")
    with pytest.raises(PlanError, match=words):
        load_plan(file)


def test_an_id_is_given_once(file: Path) -> None:
    file.write_text(SOUND + SOUND[SOUND.index("[[") :], "utf-8")
    with pytest.raises(PlanError, match=r"“M3\.1\.2-d”用了两次"):
        load_plan(file)


def test_a_file_that_is_missing_or_far_too_large_is_refused(file: Path, tmp_path: Path) -> None:
    with pytest.raises(PlanError, match="找不到"):
        load_plan(tmp_path / "none.toml")
    file.write_text("#" * (MAX_PLAN_BYTES + 1), "utf-8")
    with pytest.raises(PlanError, match="太大"):
        load_plan(file)
