"""Whom a letter is for, as form.toml tells it."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.forms.conftest import EVERY_TYPE, HEAD, write_form

from safety_docs.forms import FormError, load_form

LETTERS = Path(__file__).parents[2] / "templates" / "forms" / "responsibility-letters"


def test_the_subject_of_a_letter_holds_for_one_form_and_one_school_year() -> None:
    form = load_form(LETTERS / "homeroom-teacher")
    sample = form.sample()
    expected = ("responsibility-letters/homeroom-teacher 2022-2023", "三（2）班", "李示例")
    assert form.subject_of(sample) == expected
    spring = {**sample, "签订日期": sample["签订日期"].replace(year=2023, month=3)}
    assert form.subject_of(spring) == expected
    later = {**sample, "签订日期": sample["签订日期"].replace(year=2023)}
    assert form.subject_of(later)[0].endswith("2023-2024")


def test_posts_of_a_form_follow_from_its_clauses() -> None:
    assert load_form(LETTERS / "homeroom-teacher").roles == ("班主任",)
    teacher = load_form(LETTERS / "subject-teacher").roles
    assert teacher[:2] == ("任课教师", "体育教师")
    assert "教研组长" not in teacher  # only ever beside a post of one's own


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('subject = ["手机"]', "subject：“手机”应是一个必填的文字、人名或选项字段。"),
        ('subject = ["备注"]', "subject：“备注”应是一个必填的文字、人名或选项字段。"),
        ('group = "班级"', "group：“班级”应是 subject 里的一个字段。"),
        ('replaces = "备注"', "replaces：“备注”应是一个 reference 类型的字段。"),
    ],
)
def test_a_subject_that_a_row_may_lack_is_refused(tmp_path: Path, line: str, said: str) -> None:
    folder = write_form(tmp_path / "门卫" / "登记", EVERY_TYPE, f"{HEAD}{line}\n")
    with pytest.raises(FormError) as caught:
        load_form(folder)
    assert said in str(caught.value)
