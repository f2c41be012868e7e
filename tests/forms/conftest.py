"""A small form with one field of every type, and rosters for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from safety_docs.forms import load_form

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from safety_docs.forms import Form

HEAD = """
title = "门卫登记"
code = "MW-01"
family = "三防"
purpose = "测试用。"
category = "10"
retention = "10年"
output = "docx"
profile = "form"
record_title = "{{ 姓名 }}-门卫登记"
record_date = "日期"
filled_by = "门卫"
"""
REQUIRED = """
[[field]]
name = "姓名"
label = "值班人"
type = "person"
required = true
synonyms = ["教师姓名", "名字"]
example = "李示例"

[[field]]
name = "日期"
type = "date"
required = true
synonyms = ["值班日期"]
example = 2022-09-01
"""
EVERY_TYPE = (
    REQUIRED
    + """
[[field]]
name = "备注"
type = "text"
max_length = 40
[[field]]
name = "经过"
type = "paragraph"
[[field]]
name = "人数"
type = "integer"
min = 1
max = 100
[[field]]
name = "金额"
type = "decimal"
[[field]]
name = "时间"
type = "time"
[[field]]
name = "开始"
type = "datetime"
[[field]]
name = "寄宿"
type = "boolean"
[[field]]
name = "岗位"
type = "choice"
choices = ["班主任", "门卫", "校长"]
default = "门卫"
[[field]]
name = "方式"
type = "multi-choice"
choices = ["步行", "校车", "公交/地铁"]
[[field]]
name = "电话"
type = "phone"
[[field]]
name = "证号"
label = "身份证号"
type = "id-number"
unique = true
[[field]]
name = "学校"
type = "text"
default_from = "学校名称"
[[field]]
name = "方案"
type = "reference"
[[field]]
name = "措施"
type = "table"
max_rows = 3
[[field.column]]
name = "事项"
type = "text"
required = true
[[field.column]]
name = "责任人"
type = "person"
[[field.column]]
name = "期限"
type = "date"
[[field]]
name = "照片"
type = "photos"
max_rows = 2

[[derived]]
name = "日期文"
value = "日期|日期"
[[derived]]
name = "题头"
value = "日期文 ~ '（' ~ 姓名 ~ '）'"

[[rule]]
check = "开始.year >= 日期.year"
message = "开始的年份不能早于日期。"
fields = ["开始"]
"""
)


def write_form(folder: Path, body: str, head: str = HEAD) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "form.toml").write_text(head + body, encoding="utf-8", newline="\n")
    return folder


@pytest.fixture
def form(tmp_path: Path) -> Form:
    return load_form(write_form(tmp_path / "guard" / "duty", EVERY_TYPE))


@pytest.fixture
def make_form(tmp_path: Path) -> Callable[[str], Form]:
    return lambda body: load_form(write_form(tmp_path / "made" / "form", body))


@pytest.fixture
def roster_file(tmp_path: Path) -> Callable[..., Path]:
    """Writes rows into a workbook as a clerk's Excel would hold them."""

    def write(*rows: list[Any], sheet: str = "名册", name: str = "名册.xlsx") -> Path:
        book = openpyxl.Workbook()
        page = book.worksheets[0]
        page.title = sheet
        for row in rows:
            page.append(row)
            for cell in page[page.max_row]:
                if cell.data_type == "f" and not str(cell.value).startswith("=SUM"):
                    cell.data_type = "s"
        path = tmp_path / name
        book.save(path)
        return path

    return write
