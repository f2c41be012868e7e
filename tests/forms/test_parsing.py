from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING

import pytest

from safety_docs.forms import FormError
from safety_docs.forms.parsing import parse_form

if TYPE_CHECKING:
    from collections.abc import Callable

    from safety_docs.forms import Form

SOUND = """
title = "门卫登记"
code = "MW-01"
family = "三防"
purpose = "测试用。"
category = "10"
retention = "10年"
output = "docx"
profile = "form"
record_title = "{{ 姓名 }}"
record_date = "日期"
filled_by = "门卫"

[[field]]
name = "姓名"
type = "person"
required = true

[[field]]
name = "日期"
type = "date"
required = true
"""


def faults(text: str) -> str:
    parsed, found = parse_form(tomllib.loads(text))
    assert (parsed is None) == bool(found)
    return "\n".join(found)


def test_a_sound_form_has_no_faults() -> None:
    assert faults(SOUND) == ""
    assert faults(f"page_codes = true\nsample_pages = 3\n{SOUND}") == ""


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('title = "门卫登记"', "", "title：缺少这个键"),
        ('title = "门卫登记"', 'titel = "门卫登记"', "是不是“title”"),
        ('category = "10"', 'category = "10a"', "category"),
        ('retention = "10年"', 'retention = "许久"', "保管期限“许久”看不懂"),
        ('output = "docx"', 'output = "xlsx"', "ledger"),
        ('"docx"\nprofile = "form"', '"xlsx"\nprofile = "ledger"\npage_codes = true', "只有 docx"),
        ('code = "MW-01"', 'code = "MW-01234"\npage_codes = true', "不超过 7 个字符"),
        ('code = "MW-01"', 'code = "MW-01"\npage_codes = true\nsample_pages = 4', "3 页以内"),
        ('code = "MW-01"', 'code = "MW-01"\npage_codes = true\ncopies = 0', "copies"),
        ('record_date = "日期"', 'record_date = "姓名"', "应是一个必填的日期字段"),
        ('record_date = "日期"', 'record_date = "日期"\nrecord_year = "姓名"', "record_year"),
        ('"{{ 姓名 }}"', '"{{ 名姓 }}"', "record_title：没有“名姓”这一项"),
        ('"{{ 姓名 }}"', '"{{ 姓名() }}"', "record_title"),
        ('type = "person"', 'type = "name"', "“姓名”"),
        ('type = "person"', 'type = "person"\nchoices = ["甲"]', "没有 choices 这个键"),
        ('type = "person"', 'type = "choice"', "choices 是空的"),
        ('type = "person"', 'type = "choice"\nchoices = ["甲", "甲"]', "有重复"),
        ('type = "person"', 'type = "table"', "至少要有一列"),
        ('type = "person"', 'type = "text"\npattern = "["', "不是正则表达式"),
        ('type = "person"', 'type = "integer"\nexample = "三"', "example 不合"),
        ('type = "person"', 'type = "date"\ndefault = "9月1日"', "default 不合"),
        ('type = "person"', 'type = "integer"\nmin = 2022-01-01\nexample = 1', "类型与本字段不合"),
        ('type = "person"', 'type = "text"\nmin_length = -1', "min_length"),
        ('type = "person"', 'type = "text"\ndefault_from = "校训"', "default_from"),
        ('name = "姓名"', 'name = "姓 名"', "不能作名称"),
        ('name = "姓名"', 'name = "loop"', "不能作名称"),
        ('name = "姓名"', 'name = "档号"', "系统保留"),
        ('name = "姓名"', 'name = "日期"', "用了两次"),
        ('name = "姓名"', 'name = "姓名"\nlabel = "日期"', "都叫“日期”"),
    ],
)
def test_a_fault_of_a_form_is_named(old: str, new: str, words: str) -> None:
    assert words in faults(SOUND.replace(old, new, 1))


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ('[[derived]]\nname = "甲"\nvalue = "生日|日期"', "推算项“甲”：没有“生日”这一项"),
        ('[[derived]]\nname = "姓名"\nvalue = "日期"', "用了两次"),
        ('[[derived]]\nname = "甲"\nvalue = "姓名.x()"', "不能使用 Call"),
        ('[[rule]]\ncheck = "日期 >"\nmessage = "不对。"', "规则“不对。”"),
        ('[[rule]]\ncheck = "日期"\nmessage = "不对。"\nfields = ["生日"]', "没有“生日”这一项"),
        (
            (
                '[[field]]\nname = "表"\ntype = "table"\n'
                '[[field.column]]\nname = "照"\ntype = "photos"'
            ),
            "不能是表格或照片",
        ),
    ],
)
def test_a_fault_between_entries_is_named(more: str, words: str) -> None:
    assert words in faults(SOUND + more)


def test_all_faults_are_named_at_once() -> None:
    text = SOUND.replace('"10年"', '"许久"').replace('name = "姓名"', 'name = "1"')
    assert "许久" in faults(text)
    assert "“1”" in faults(text)


def test_a_form_with_faults_cannot_be_loaded(make_form: Callable[[str], Form]) -> None:
    with pytest.raises(FormError, match="made/form") as caught:
        make_form("")
    assert caught.value.faults
