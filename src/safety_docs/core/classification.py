"""The classification scheme (类目): which categories a cabinet has. It is data, this reads it.

A scheme is one TOML file::

    name = "学校安全档案二十二类"
    source = "…where the scheme and its retention periods come from…"

    [[category]]
    code = "02"
    name = "安全责任书"
    retention = "30年"
    basis = "…source of this choice…"
"""

from __future__ import annotations

import difflib
import tomllib
from dataclasses import dataclass

from safety_docs.core.errors import SafetyDocsError
from safety_docs.core.names import is_portable
from safety_docs.core.retention import Retention


class ClassificationError(SafetyDocsError):
    """The classification file cannot be used."""

    code = "A103"

    def __init__(self, problem: str) -> None:
        super().__init__(f"类目表 classification.toml 有误：{problem}。")


class UnknownCategoryError(SafetyDocsError):
    """A category that the scheme in force does not have."""

    code = "A104"

    def __init__(self, wanted: str, nearest: str | None) -> None:
        hint = f"，是不是“{nearest}”？" if nearest else "。"
        super().__init__(f"类目表里没有“{wanted}”这一类{hint}")


@dataclass(frozen=True, slots=True)
class Category:
    """A row of the scheme.

    Attributes:
        code: Two digits, unique; ``A`` + code is the default 机构(问题) segment.
        name: As printed on the box.
        retention: The floor for records of this category.
        basis: Where the retention comes from.
    """

    code: str
    name: str
    retention: Retention
    basis: str

    @property
    def folder(self) -> str:
        """Name of its folder of boxes, such as ``02-安全责任书``."""
        return f"{self.code}-{self.name}"


@dataclass(frozen=True, slots=True)
class Classification:
    """A scheme in force; categories in the order of their file."""

    name: str
    source: str
    categories: tuple[Category, ...]

    @classmethod
    def from_toml(cls, text: str) -> Classification:
        """Read a scheme.

        Raises:
            ClassificationError: If the text is no such scheme, or a code is used twice.
        """
        try:
            data = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            problem = f"不是合格的 TOML（{error}）"
            raise ClassificationError(problem) from error
        rows = data.get("category")
        if not isinstance(rows, list) or not rows:
            problem = "没有 [[category]] 条目"
            raise ClassificationError(problem)
        categories = tuple(_category(index, row) for index, row in enumerate(rows, start=1))
        codes = [category.code for category in categories]
        for code in codes:
            if codes.count(code) > 1:
                problem = f"类号“{code}”出现了两次"
                raise ClassificationError(problem)
        return cls(str(data.get("name", "")), str(data.get("source", "")), categories)

    def category(self, wanted: str) -> Category:
        """The category with this code (``2`` means ``02``) or name.

        Raises:
            UnknownCategoryError: If there is none; it names the nearest.
        """
        key = wanted.strip()
        padded = key.zfill(2)
        for category in self.categories:
            if key in {category.name, category.folder} or padded == category.code:
                return category
        names = [category.name for category in self.categories]
        nearest = difflib.get_close_matches(key, names, n=1, cutoff=0.3)
        raise UnknownCategoryError(wanted, nearest[0] if nearest else None)


def _category(index: int, row: object) -> Category:
    if not isinstance(row, dict):
        problem = f"第 {index} 条不是一张表"
        raise ClassificationError(problem)
    values = {key: row.get(key) for key in ("code", "name", "retention", "basis")}
    for key, value in values.items():
        if not isinstance(value, str) or not value.strip():
            problem = f"第 {index} 条缺少 {key}"
            raise ClassificationError(problem)
    code, name = str(values["code"]), str(values["name"])
    if not (code.isascii() and code.isdigit() and len(code) == 2) or not is_portable(
        f"{code}-{name}"
    ):
        problem = f"第 {index} 条的类号或名称不能用作文件夹名"
        raise ClassificationError(problem)
    return Category(code, name, Retention.parse(str(values["retention"])), str(values["basis"]))
