"""R3: the disk fails at any call: nothing is acknowledged, and the next run sets things right."""

from __future__ import annotations

import errno
import itertools
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from safety_docs.archive import (
    DiskError,
    DiskFullError,
    PoisonedError,
    ReadOnlyDiskError,
    verify,
)
from safety_docs.archive.disk import Disk
from safety_docs.core.errors import SafetyDocsError

if TYPE_CHECKING:
    from tests.archive.conftest import Workshop

    from safety_docs.archive.disk import StrPath

SYNCS = ("fsync", "syncfs", "close")
ROOM = ("write", "link", "mkdir", "create")


class FailingDisk(Disk):
    """Fails the n-th call of some kinds, once; a short write takes half and says so."""

    def __init__(self, calls: tuple[str, ...], number: int, *, fails_at: int, links: bool) -> None:
        super().__init__(has_links=links)
        self.calls, self.number, self.fails_at = calls, number, fails_at
        self.seen = 0

    def _step(self, call: str, path: object = None) -> bool:
        """Whether a write is to be short; raises if the call is to fail."""
        if call not in self.calls:
            return False
        self.seen += 1
        if self.seen != self.fails_at:
            return False
        if self.number == 0:
            return True
        raise OSError(self.number, "made up", str(path) if path else None)

    def _sys_open(self, path: StrPath, flags: int, mode: int) -> int:
        if not Path(path).exists():
            self._step("create", path)
        return super()._sys_open(path, flags, mode)

    def _sys_write(self, file: int, data: memoryview) -> int:
        is_short = self._step("write")
        return super()._sys_write(file, data[: len(data) // 2] if is_short else data)

    def _sys_fsync(self, file: int) -> None:
        del file
        self._step("fsync")

    def _sys_syncfs(self, file: int) -> None:
        del file
        self._step("syncfs")

    def _sys_close(self, file: int) -> None:
        super()._sys_close(file)
        self._step("close")

    def _sys_link(self, source: StrPath, target: StrPath) -> None:
        self._step("link", target)
        super()._sys_link(source, target)

    def _sys_mkdir(self, path: Path) -> None:
        self._step("mkdir", path)
        super()._sys_mkdir(path)


def attempt(shop: Workshop, disk: FailingDisk, count: int) -> tuple[list[str], Exception | None]:
    """File until something fails; returns what was acknowledged, and how it failed."""
    acknowledged: list[str] = []
    try:
        with shop.open(disk).writer(clock=shop.clock, entropy=shop.entropy) as writer:
            try:
                for filed in writer.file((shop.filing(str(n)) for n in range(count)), group=3):
                    acknowledged.append(filed.record.code)  # noqa: PERF401 # what came before a fault
            except PoisonedError:
                with pytest.raises(PoisonedError):
                    list(writer.file([shop.filing("später")]))
                raise
            except SafetyDocsError:
                again = list(writer.file([shop.filing("doch noch")]))
                acknowledged.append(again[0].record.code)
                raise
    except SafetyDocsError as error:
        return acknowledged, error
    return acknowledged, None


@pytest.mark.parametrize("links", [True, False])
@pytest.mark.parametrize(
    ("calls", "number"),
    [(SYNCS, errno.EIO), (ROOM, errno.ENOSPC), (("write",), 0)],
)
def test_a_fault_at_any_call_is_never_taken_for_success(
    shop: Workshop, tmp_path: Path, calls: tuple[str, ...], number: int, *, links: bool
) -> None:
    shop.create()
    shutil.move(shop.archive, tmp_path / "empty")
    for fails_at in itertools.count(1):
        shutil.rmtree(shop.archive, ignore_errors=True)
        shutil.copytree(tmp_path / "empty", shop.archive)
        disk = FailingDisk(calls, number, fails_at=fails_at, links=links)
        acknowledged, error = attempt(shop, disk, count=6)
        if disk.seen < fails_at:
            assert error is None
            return
        cabinet = shop.open()
        if error is not None and not isinstance(error, PoisonedError):
            assert not any((cabinet.folder / ".staging").glob("*"))
        shop.file([])
        assert verify(cabinet).findings == ()
        assert set(acknowledged) <= {record.code for record in cabinet.records()}
        filed = shop.file(shop.filing(str(n)) for n in range(6))
        assert len({one.record.code for one in filed}) == 6
        assert verify(cabinet).findings == ()


def test_a_full_disk_fails_with_its_own_sentence_and_leaves_no_trace(shop: Workshop) -> None:
    cabinet = shop.create()
    disk = FailingDisk(("write",), errno.ENOSPC, fails_at=3, links=True)
    before = sorted(cabinet.folder.rglob("*"))
    with pytest.raises(DiskFullError, match="磁盘已满"):
        shop.file([shop.filing(str(n)) for n in range(5)], disk=disk)
    after = [path for path in sorted(cabinet.folder.rglob("*")) if path.name != ".staging"]
    assert after == before


def test_a_read_only_disk_is_named(shop: Workshop) -> None:
    shop.create()
    disk = FailingDisk(("create",), errno.EROFS, fails_at=1, links=True)
    with pytest.raises(ReadOnlyDiskError, match="不能写入"):
        shop.file([shop.filing("甲")], disk=disk)


def test_the_reason_of_a_refusal_is_told_in_chinese(shop: Workshop) -> None:
    staging = shop.create().folder / ".staging"
    staging.write_bytes(b"a file")
    with pytest.raises(DiskError, match=r"staging”（这个名称已被占用）"):
        shop.file([shop.filing("甲")])


@pytest.mark.parametrize(
    ("number", "reason"), [(errno.EIO, "读写失败"), (errno.ENOSPC, "磁盘已满")]
)
def test_the_reason_of_a_failed_flush_is_told_in_chinese(
    shop: Workshop, number: int, reason: str
) -> None:
    shop.create()
    disk = FailingDisk(("fsync",), number, fails_at=1, links=True)
    with pytest.raises(PoisonedError, match=f"磁盘出错（{reason}）"):
        shop.file([shop.filing("甲")], disk=disk)


def test_an_archive_folder_that_cannot_be_made_is_named(shop: Workshop) -> None:
    shop.archive.parent.joinpath("archive").write_text("a file", "utf-8")
    with pytest.raises(SafetyDocsError, match=r"磁盘出错|不能写入"):
        shop.create()
