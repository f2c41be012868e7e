"""What a user of search can do wrong, and what can be wrong with an index."""

from __future__ import annotations

from typing import ClassVar

from safety_docs.core.errors import SafetyDocsError


class QueryError(SafetyDocsError):
    """A query that is refused."""

    code: ClassVar[str] = "I101"
    exit_status: ClassVar[int] = 2

    def __init__(self, problem: str) -> None:
        super().__init__(f"查询语句有误：{problem}。")
        self.problem = problem


class UnknownEngineError(SafetyDocsError):
    """An engine that does not exist."""

    code: ClassVar[str] = "I102"
    exit_status: ClassVar[int] = 2

    def __init__(self, name: str) -> None:
        super().__init__(f"没有名为“{name}”的搜索引擎，请用 sqlite 或 whoosh。")


class IndexDamagedError(SafetyDocsError):
    """The index cannot be read any more; the notebook is unharmed."""

    code: ClassVar[str] = "I103"
    exit_status: ClassVar[int] = 5

    def __init__(self, detail: str) -> None:
        super().__init__(f"索引已损坏（{detail}），档案本身不受影响，请运行 rebuild 重建索引。")


class IndexBusyError(SafetyDocsError):
    """Another process writes the index just now."""

    code: ClassVar[str] = "I105"
    exit_status: ClassVar[int] = 11

    def __init__(self) -> None:
        super().__init__("另一个程序正在写索引，请等它结束后再试一次。")


class IndexNotWritableError(SafetyDocsError):
    """The disk is full or read-only, so no index can be kept."""

    code: ClassVar[str] = "I106"

    def __init__(self) -> None:
        super().__init__("索引写不进去，磁盘可能已满或只读，请腾出空间或换一个可写的位置再试。")


class NoFullTextError(SafetyDocsError):
    """This build of SQLite lacks FTS5."""

    code: ClassVar[str] = "I104"

    def __init__(self) -> None:
        super().__init__("本机的 SQLite 不带全文检索（FTS5），请改用 whoosh 引擎或更换 Python。")
