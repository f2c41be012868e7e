"""R1: the process dies at any call of the disk port, in filing and in recovery."""

from __future__ import annotations

import itertools
import shutil
from typing import TYPE_CHECKING, Any

import pytest

from safety_docs.archive import verify
from safety_docs.archive.disk import Disk
from safety_docs.core.record import Signing

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.archive.conftest import Workshop

    from safety_docs.archive import Cabinet
    from safety_docs.archive.disk import StrPath

MODES = [(links, syncfs) for links in (True, False) for syncfs in (True, False)]


class Killed(BaseException):
    """The process is gone."""


class DyingDisk(Disk):
    """Dies at the n-th system call: an append or write gets half way, anything else nowhere."""

    def __init__(self, dies_at: int, *, has_links: bool, has_syncfs: bool) -> None:
        super().__init__(has_links=has_links, has_syncfs=has_syncfs)
        self.calls = 0
        self.dies_at = dies_at

    def _step(self) -> None:
        self.calls += 1
        if self.calls >= self.dies_at:
            raise Killed

    def _sys_fsync(self, file: int) -> None:
        del file
        self._step()  # a killed process loses nothing that the system holds, so there is no flush

    def _sys_syncfs(self, file: int) -> None:
        del file
        self._step()

    def _sys_write(self, file: int, data: memoryview) -> int:
        if self.calls + 1 == self.dies_at:
            super()._sys_write(file, data[: len(data) // 2])
        self._step()
        return super()._sys_write(file, data)


def _dying(name: str) -> Any:
    def call(self: DyingDisk, *arguments: Any) -> Any:
        self._step()
        return getattr(Disk, name)(self, *arguments)

    return call


CALLS = ("open", "close", "truncate", "link", "unlink", "rename", "mkdir", "rmdir")
for _name in CALLS:
    setattr(DyingDisk, f"_sys_{_name}", _dying(f"_sys_{_name}"))


class DyingAtLink(Disk):
    """Dies when the first file is to get its final name."""

    def _sys_link(self, source: StrPath, target: StrPath) -> None:
        raise Killed(source, target)


def run(shop: Workshop, disk: Disk, count: int, group: int) -> list[str]:
    """File and take back signed until done or dead; returns codes and paths that were told."""
    acknowledged: list[str] = []
    try:
        with shop.open(disk).writer(clock=shop.clock, entropy=shop.entropy) as writer:
            records = []
            for filed in writer.file((shop.filing(str(n)) for n in range(count)), group=group):
                acknowledged.append(filed.record.code)
                records.append(filed.record)
            for signed in writer.sign(map(shop.returned, records[::3]), group=group):
                acknowledged.append(signed.signing.path)  # noqa: PERF401 # what came before
    except Killed:
        pass
    return acknowledged


def tree(folder: Path) -> dict[str, bytes]:
    paths = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in paths}


def told_by(cabinet: Cabinet) -> set[str]:
    """Codes of records and paths of signed copies in the notebook."""
    said = [one for _, one in cabinet.follow() if one is not None]
    return {one.path if isinstance(one, Signing) else one.code for one in said}


def check(shop: Workshop, acknowledged: list[str], count: int) -> None:
    """After a death: recovery, nothing lost, second recovery idle, second run complete."""
    cabinet = shop.open()
    interrupted = verify(cabinet).findings
    assert all(one.severity == "warning" for one in interrupted), interrupted
    shop.file([])
    assert verify(cabinet).findings == ()
    assert set(acknowledged) <= told_by(cabinet)
    settled = tree(cabinet.folder)
    shop.file([])
    assert tree(cabinet.folder) == settled
    filed = shop.file(shop.filing(str(n)) for n in range(count))
    assert len({one.record.code for one in filed}) == count == len(list(cabinet.records()))
    signed = shop.sign(shop.returned(one.record) for one in filed[::3])
    paths = {one.signing.path for one in signed}
    assert len(paths) == len(signed)
    assert paths | {one.record.code for one in filed} == told_by(cabinet)
    assert verify(cabinet).findings == ()


def deaths(
    shop: Workshop, tmp_path: Path, mode: tuple[bool, bool], first: int = 1, step: int = 1
) -> Iterator[DyingDisk]:
    """A fresh copy of an empty cabinet and a disk that dies later each time, until it survives."""
    links, syncfs = mode
    shop.create()
    shutil.move(shop.archive, tmp_path / "empty")
    for dies_at in itertools.count(first, step):
        shutil.rmtree(shop.archive, ignore_errors=True)
        shutil.copytree(tmp_path / "empty", shop.archive)
        disk = DyingDisk(dies_at, has_links=links, has_syncfs=syncfs)
        yield disk
        if disk.calls < dies_at:
            return


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("group", [9, 2])
def test_a_kill_at_every_seventeenth_call_loses_nothing(
    shop: Workshop, tmp_path: Path, mode: tuple[bool, bool], group: int
) -> None:
    for disk in deaths(shop, tmp_path, mode, first=group, step=17):
        check(shop, run(shop, disk, count=10, group=group), count=10)


@pytest.mark.slow
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("group", [16, 5, 1])
def test_a_kill_at_any_call_loses_nothing(
    shop: Workshop, tmp_path: Path, mode: tuple[bool, bool], group: int
) -> None:
    for disk in deaths(shop, tmp_path, mode):
        check(shop, run(shop, disk, count=16, group=group), count=16)


def test_what_took_a_name_before_the_group_was_finished_is_set_aside_and_told(
    shop: Workshop,
) -> None:
    cabinet = shop.create()
    run(shop, DyingAtLink(), count=1, group=1)
    box = cabinet.folder / "boxes/2022/02-安全责任书/D30-001/data"
    assert list(box.iterdir()) == []
    (box / "0001-0-责任书.txt").write_bytes(b"stray")
    shop.file([])
    assert verify(cabinet).findings == ()
    (record,) = cabinet.records()
    assert (cabinet.folder / record.path).read_bytes() != b"stray"
    (aside,) = (cabinet.folder / ".quarantine").iterdir()
    assert aside.read_bytes() == b"stray"
    told = [entry.summary for entry in cabinet.entries() if entry.kind == "recover"]
    assert f"占用“{record.path}”的另一个文件已移到 .quarantine/{aside.name}" in told[0]


@pytest.mark.parametrize("mode", MODES)
def test_a_recovery_that_is_killed_can_be_done_again(
    shop: Workshop, tmp_path: Path, mode: tuple[bool, bool]
) -> None:
    for disk in deaths(shop, tmp_path, mode, first=5, step=37):
        kill_recoveries(shop, tmp_path, mode, disk, step=13)


@pytest.mark.slow
@pytest.mark.parametrize("mode", MODES)
def test_a_recovery_killed_at_any_call_can_be_done_again(
    shop: Workshop, tmp_path: Path, mode: tuple[bool, bool]
) -> None:
    for disk in deaths(shop, tmp_path, mode, step=3):
        kill_recoveries(shop, tmp_path, mode, disk, step=1)


def kill_recoveries(
    shop: Workshop, tmp_path: Path, mode: tuple[bool, bool], disk: DyingDisk, step: int
) -> None:
    acknowledged = run(shop, disk, count=9, group=4)
    wreck = tmp_path / "wreck"
    shutil.rmtree(wreck, ignore_errors=True)
    shutil.move(shop.archive, wreck)
    for dies_at in itertools.count(1, step):
        shutil.rmtree(shop.archive, ignore_errors=True)
        shutil.copytree(wreck, shop.archive)
        again = DyingDisk(dies_at, has_links=mode[0], has_syncfs=mode[1])
        run(shop, again, count=0, group=1)
        check(shop, acknowledged, count=9)
        if again.calls < dies_at:
            return
