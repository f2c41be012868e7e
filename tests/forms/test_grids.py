from __future__ import annotations

import codecs
from typing import TYPE_CHECKING

import pytest

from safety_docs.forms import RosterError, read_roster

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from safety_docs.forms import Form

TEXT = '名字,日期,备注\n张某某,2022-09-01,"甲,\n乙"\n\n𠮷野,2022-09-01,=1+1\n'


@pytest.mark.parametrize(
    "data",
    [
        TEXT.encode("utf-8"),
        codecs.BOM_UTF8 + TEXT.encode("utf-8"),
        TEXT.encode("gb18030"),
        TEXT.replace(",", "\t").encode("utf-16"),
        TEXT.replace("\n", "\r\n").encode("utf-8"),
    ],
)
def test_csv_is_read_in_every_usual_encoding(form: Form, tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "名册.csv"
    path.write_bytes(data)
    rows = read_roster(path, form).rows
    assert [row.row for row in rows] == [2, 4]
    values = [row.checked.values for row in rows]
    assert [one and one["姓名"] for one in values] == ["张某某", "𠮷野"]
    assert values[1] is not None
    assert values[1]["备注"] == "=1+1"


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("名册.xlsx", b"", "是空文件"),
        ("名册.xlsx", b"name,date", r"不是 Excel 工作簿"),
        ("名册.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, r"另存为 \.xlsx"),
        (
            "名册.xlsx",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            "加了密码",
        ),
        ("名册.xlsx", b"PK\x03\x04" + b"\0" * 100, "损坏"),
        ("名册.csv", b"\x00\x01\x02\xff", "不是文字文件"),
        ("名册.csv", '名字,日期\n"张某某,2022'.encode(), "引号"),
        ("名册.csv", ("甲," * 300).encode(), "太大"),
        ("名册.csv", b"a\n" * 200_001, "太大"),
    ],
)
def test_a_file_that_is_no_roster_says_what_to_do(
    form: Form, tmp_path: Path, name: str, data: bytes, words: str
) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(RosterError, match=words):
        read_roster(path, form)


def test_a_missing_file_and_a_folder_are_named(form: Form, tmp_path: Path) -> None:
    with pytest.raises(RosterError, match="找不到"):
        read_roster(tmp_path / "没有.xlsx", form)
    with pytest.raises(RosterError, match="是文件夹"):
        read_roster(tmp_path, form)


@pytest.mark.parametrize(
    "text",
    [
        "某校登记\n\n名字;日期\n张某某;2022-09-01\n",
        "某校登记; 初稿; 二稿\n名字,日期\n张某某,2022-09-01\n",
        "某校登记\r\r名字\t日期\r张某某\t2022-09-01\r",
    ],
)
def test_a_title_does_not_decide_what_separates_the_columns(
    form: Form, tmp_path: Path, text: str
) -> None:
    path = tmp_path / "名册.csv"
    path.write_text(text, "utf-8", newline="")
    (row,) = read_roster(path, form).rows
    assert row.checked.values is not None
    assert row.checked.values["姓名"] == "张某某"


def test_a_csv_has_no_worksheets(form: Form, tmp_path: Path) -> None:
    path = tmp_path / "名册.csv"
    path.write_text(TEXT, "utf-8")
    with pytest.raises(RosterError, match="没有工作表"):
        read_roster(path, form, sheet="教师")


def test_digits_of_excel_lose_their_point_zero(
    form: Form, roster_file: Callable[..., Path]
) -> None:
    path = roster_file(["名字", "日期", "备注", "电话"], ["张某某", "2022-09-01", 231, 13800000001])
    values = read_roster(path, form).rows[0].checked.values
    assert values is not None
    assert (values["备注"], values["电话"]) == ("231", "13800000001")
