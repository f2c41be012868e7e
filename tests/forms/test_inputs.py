from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from safety_docs.forms import InputError, read_input

if TYPE_CHECKING:
    from pathlib import Path


def write(tmp_path: Path, name: str, text: str | bytes) -> Path:
    path = tmp_path / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def test_toml_keeps_dates_and_exact_numbers(tmp_path: Path) -> None:
    path = write(tmp_path, "内容.toml", '\ufeff"日期" = 2022-09-01\n"金额" = 0.10\n')
    assert read_input(path) == {"日期": dt.date(2022, 9, 1), "金额": Decimal("0.10")}


def test_json_keeps_exact_numbers(tmp_path: Path) -> None:
    path = write(tmp_path, "内容.json", '{"金额": 0.10, "表": [{"甲": "乙"}]}')
    assert read_input(path) == {"金额": Decimal("0.10"), "表": [{"甲": "乙"}]}


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("甲.txt", "", "应是 .toml 或 .json"),
        ("名册.xlsx", "", "batch"),
        ("甲.toml", '"姓名" = "张\n', "第 1 行"),
        ("甲.toml", "a = " + "9" * 6_000, "过长的数字"),
        ("甲.toml", '"姓名" = "a"\n"姓名" = "b"\n', "第 2 行"),
        ("甲.toml", '"姓名" = "张某某"'.encode("gb18030"), "另存为 UTF-8"),
        ("甲.toml", "a = " + "[" * 5_000, "套得太深"),
        ("甲.toml", "a = " + "[" * 30 + "]" * 30, "套得太深"),
        ("甲.json", '{"姓名": ', "第 1 行"),
        ("甲.toml", 'a = 1\n姓名 = "李示例"\n', "第 2 行.*英文引号"),
        ("甲.json", "[1, 2]", "最外层"),
        ("甲.json", '{"甲": 1, "甲": 2}', "“甲”写了两次"),
        ("甲.json", '{"甲": NaN}', "NaN"),
        ("甲.json", "[" * 200_000, "套得太深"),
        ("甲.json", '{"甲": ' + "9" * 6_000 + "}", "过长的数字"),
        ("甲.toml", "#" * (5 * 1024 * 1024 + 1), "超过 5 MB"),
    ],
)
def test_a_file_that_cannot_be_used_says_why(
    tmp_path: Path, name: str, content: str | bytes, words: str
) -> None:
    with pytest.raises(InputError, match=words):
        read_input(write(tmp_path, name, content))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"没有\.toml.*找不到"):
        read_input(tmp_path / "没有.toml")
