"""Values from a file: one TOML or JSON file, bounded before it is parsed. Numbers stay exact."""

from __future__ import annotations

import json
import re
import tomllib
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NoReturn

from safety_docs.forms.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path

MAX_INPUT_BYTES = 5 * 1024 * 1024
MAX_DEPTH = 20
_QUOTES = '中文的项目名和文字都要加英文引号，如 "姓名" = "李示例"。'
"""TOML 1.0 allows bare keys in ASCII only, and clerks write them in Chinese."""
_LINE_AND_COLUMN = re.compile(r"line (\d+),? column (\d+)")


class _UnusableJsonError(ValueError):
    """JSON that has no single meaning; the text is the reason, in Chinese."""


def read_input(path: Path) -> dict[str, object]:
    """The values in a ``.toml`` or ``.json`` file.

    Raises:
        InputError: If there is no such file, it is too large, of another kind, or not well formed.
    """
    suffix = path.suffix.lower()
    if suffix not in {".toml", ".json"}:
        raise InputError(path.name, "应是 .toml 或 .json 文件；名册（.xlsx、.csv）请用 batch。")
    text = _text_of(path)
    data = _toml(path, text) if suffix == ".toml" else _json(path, text)
    if _depth(data) > MAX_DEPTH:
        raise InputError(path.name, "里的内容一层套一层，套得太深。")
    return data


def _text_of(path: Path) -> str:
    if not path.is_file():
        raise InputError(path.name, "找不到，请检查文件名和所在的文件夹。")
    with path.open("rb") as file:
        data = file.read(MAX_INPUT_BYTES + 1)
    if len(data) > MAX_INPUT_BYTES:
        raise InputError(path.name, "超过 5 MB，太大了。")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InputError(path.name, "不是 UTF-8 编码，请在记事本里另存为 UTF-8。") from None


def _toml(path: Path, text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        raise InputError(path.name, _where(str(error)) + _QUOTES) from error
    except (RecursionError, ValueError) as error:
        raise InputError(path.name, "里的内容套得太深，或有过长的数字。") from error


def _json(path: Path, text: str) -> dict[str, Any]:
    try:
        data = json.loads(
            text, parse_float=Decimal, parse_constant=_no_constant, object_pairs_hook=_object
        )
    except json.JSONDecodeError as error:
        raise InputError(path.name, _where(str(error))) from error
    except _UnusableJsonError as error:
        raise InputError(path.name, str(error)) from error
    except (RecursionError, ValueError) as error:
        raise InputError(path.name, "里的内容套得太深，或有过长的数字。") from error
    if not isinstance(data, dict):
        raise InputError(path.name, "最外层应是一个对象 { }。")
    return data


def _where(error: str) -> str:
    found = _LINE_AND_COLUMN.search(error)
    place = f"第 {found[1]} 行第 {found[2]} 个字附近" if found else "末尾"
    return f"的写法不对（{place}），请对照样例检查引号、等号和括号。"


def _no_constant(name: str) -> NoReturn:
    message = f"里有 {name}，不是数字。"
    raise _UnusableJsonError(message)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        message = f"里“{twice}”写了两次，请删去一个。"
        raise _UnusableJsonError(message)
    return found


def _depth(value: Any) -> int:
    """How many tables and lists lie inside each other; counted without recursion."""
    depth, layer = 0, [value]
    while layer and depth <= MAX_DEPTH:
        inner: list[Any] = []
        for item in layer:
            if isinstance(item, dict):
                inner.extend(item.values())
            elif isinstance(item, list):
                inner.extend(item)
        depth, layer = depth + 1, inner
    return depth
