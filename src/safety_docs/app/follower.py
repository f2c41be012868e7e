"""Lets a search engine follow the notebook beside the filing: on a thread of its own.

Filing waits for the disk and SQLite works outside Python's lock, so one group of records is
indexed while the next is made and filed. At most one group is behind, and what the engine has not
kept yet. An engine belongs to the thread that opened it, so every call goes through that one.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Self

from safety_docs.app.projection import catch_up
from safety_docs.core.errors import SafetyDocsError
from safety_docs.index import IndexNotWritableError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from concurrent.futures import Future

    from safety_docs.app.house import House
    from safety_docs.core.record import IndexedRecord, Position


class FiledNotIndexedError(SafetyDocsError):
    """Records are safely filed, but the index cannot be written; the rest was not begun.

    Attributes:
        filed: Number of records of this run that are filed.
    """

    code = "A150"

    def __init__(self, filed: int) -> None:
        super().__init__(
            f"前 {filed} 份已经归档，但检索目录写不进去，可能磁盘已满。"
            "请腾出空间后再运行一次同样的命令，已归档的不会重复。"
        )
        self.filed = filed


class Follower:
    """The default engine of a house, fed from another thread; a context manager."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="index")
        self._engine = self._thread.submit(house.engine).result()
        self._pending: Future[None] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        """Let the group that is under way finish, then close the engine."""
        try:
            self._thread.submit(self._engine.close).result()
        finally:
            self._thread.shutdown()

    def catch_up(self) -> None:
        """Take in what the notebook holds and the engine does not."""
        self._thread.submit(catch_up, self._house.cabinet, self._engine).result()

    def follow(self, records: Sequence[IndexedRecord], position: Position, done: int) -> None:
        """Begin to take in `records`; waits for the group before.

        Args:
            records: New records up to `position`.
            position: What the engine reflects then.
            done: Number of records of this run that are filed, for the error.

        Raises:
            FiledNotIndexedError: If the group before could not be written.
        """
        self._wait(done)
        self._apply(records, position, more=True)

    def finish(self, records: Sequence[IndexedRecord], position: Position, done: int) -> None:
        """Take in the last records, if there are any, and have everything kept.

        Raises:
            FiledNotIndexedError: If it cannot be written.
        """
        self._wait(done)
        self._apply(records, position, more=False)
        self._wait(done)

    def _apply(self, records: Sequence[IndexedRecord], position: Position, *, more: bool) -> None:
        self._pending = self._thread.submit(self._engine.apply, list(records), position, more=more)

    def _wait(self, done: int) -> None:
        pending, self._pending = self._pending, None
        if pending is not None:
            try:
                pending.result()
            except IndexNotWritableError as error:
                raise FiledNotIndexedError(done) from error
