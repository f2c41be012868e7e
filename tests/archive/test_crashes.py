"""R2: the power goes. Every state that unsynced calls may leave behind is built and recovered.

The disk port is recorded. A crash state is a prefix of the calls in which anything that was not
made durable may be missing: all of it, all names, all data, any one call, or all but one, and the
last write may be torn. A name is durable only after its folder was synced, which is stricter than
most file systems.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from safety_docs.archive import Returned, Writer, verify
from safety_docs.archive.disk import Disk
from safety_docs.core.errors import SafetyDocsError
from safety_docs.core.record import Signing

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tests.archive.conftest import Workshop

    from safety_docs.archive.disk import StrPath


FIRST_NEW = 1_000_000
"""Numbers of files that are made while recording; those that were there have smaller ones."""


@dataclass
class Call:
    """One recorded call.

    Attributes:
        kind: `name`, `gone`, `folder`, `nofolder`, `write`, `sync`, or `told`.
        path: The name that it is about, relative to the archive.
        inode: The file that it is about; -1 for folders.
        data: Bytes written, or the code of a record or path of a signed copy that was told.
        offset: Where they were written, or the new size.
    """

    kind: str
    path: str = ""
    inode: int = -1
    data: bytes = b""
    offset: int = 0


@dataclass
class World:
    """Names and contents while calls are applied."""

    folders: set[str]
    names: dict[str, int]
    contents: dict[int, bytes]

    def copy(self) -> World:
        return World(set(self.folders), dict(self.names), dict(self.contents))

    def apply(self, call: Call, keep: int | None = None) -> None:
        """Apply a call; of a write only the first `keep` bytes."""
        if call.kind == "name":
            self.names[call.path] = call.inode
            self.contents.setdefault(call.inode, b"")
        elif call.kind == "gone":
            self.names.pop(call.path, None)
        elif call.kind == "folder":
            self.folders.add(call.path)
        elif call.kind == "nofolder":
            self.folders.discard(call.path)
        elif call.kind == "write":
            old = self.contents.get(call.inode, b"").ljust(call.offset, b"\0")
            data = call.data[:keep]
            self.contents[call.inode] = old[: call.offset] + data + old[call.offset + len(data) :]

    def write(self, target: Path) -> None:
        """Make it real; names in folders that are not there do not exist."""
        shutil.rmtree(target, ignore_errors=True)
        target.mkdir()
        for folder in sorted(self.folders):
            if (target / folder).parent.is_dir():
                (target / folder).mkdir(exist_ok=True)
        for name, inode in self.names.items():
            if (target / name).parent.is_dir():
                (target / name).write_bytes(self.contents[inode])


@dataclass
class RecordingDisk(Disk):
    """Does everything, and writes down what it does."""

    root: Path
    calls: list[Call] = field(default_factory=list)
    names: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        super().__init__()
        self._open: dict[int, tuple[str, int, int]] = {}

    def _relative(self, path: StrPath) -> str:
        return Path(path).relative_to(self.root).as_posix()

    def _sys_open(self, path: StrPath, flags: int, mode: int) -> int:
        path = Path(path)
        is_new = not path.exists()
        file = super()._sys_open(path, flags, mode)
        name = self._relative(path)
        if path.is_dir():
            self._open[file] = (name, -1, 0)
            return file
        if is_new:
            self.names[name] = FIRST_NEW + len(self.calls)  # the system gives numbers out again
            self.calls.append(Call("name", name, self.names[name]))
        offset = path.stat().st_size if flags & os.O_APPEND else 0
        self._open[file] = (name, self.names[name], offset)
        return file

    def _sys_write(self, file: int, data: memoryview) -> int:
        name, inode, offset = self._open[file]
        written = super()._sys_write(file, data)
        self.calls.append(Call("write", name, inode, bytes(data[:written]), offset))
        self._open[file] = (name, inode, offset + written)
        return written

    def _sys_fsync(self, file: int) -> None:
        name, inode, _ = self._open[file]
        self.calls.append(Call("sync", name, inode))

    def _sys_syncfs(self, file: int) -> None:
        del file
        self.calls.append(Call("sync", "*"))

    def _sys_link(self, source: StrPath, target: StrPath) -> None:
        super()._sys_link(source, target)
        name = self._relative(target)
        self.names[name] = self.names[self._relative(source)]
        self.calls.append(Call("name", name, self.names[name]))

    def _sys_unlink(self, path: StrPath) -> None:
        super()._sys_unlink(path)
        self.calls.append(Call("gone", self._relative(path)))

    def _sys_mkdir(self, path: Path) -> None:
        super()._sys_mkdir(path)
        self.calls.append(Call("folder", self._relative(path)))

    def _sys_rmdir(self, path: Path) -> None:
        super()._sys_rmdir(path)
        self.calls.append(Call("nofolder", self._relative(path)))


def snapshot(root: Path) -> World:
    """What is durable before the recording begins."""
    world = World(set(), {}, {})
    for number, path in enumerate(sorted(root.rglob("*"))):
        name = path.relative_to(root).as_posix()
        if path.is_dir():
            world.folders.add(name)
        else:
            world.names[name] = number
            world.contents[number] = path.read_bytes()
    return world


Work = Callable[[Writer], Iterable[str]]
"""Writes; yields a code or a path when it is told."""


def record(shop: Workshop, work: Work) -> tuple[World, list[Call]]:
    """Let `work` write into the cabinet as it is, and write down what it does."""
    shutil.rmtree(shop.archive / ".safety-docs")
    before = snapshot(shop.archive)
    (shop.archive / ".safety-docs").mkdir()
    disk = RecordingDisk(shop.archive, names=dict(before.names))
    with shop.open(disk).writer(clock=shop.clock, entropy=shop.entropy) as writer:
        for told in work(writer):
            disk.calls.append(Call("told", data=told.encode()))
    outside = ("told", "sync")
    calls = [
        call
        for call in disk.calls
        if call.kind in outside or not call.path.startswith(".safety-docs")
    ]
    return before, calls


def record_filing(shop: Workshop) -> tuple[World, list[Call]]:
    """File three letters, then nine in one group, then one alone; each told when it is durable."""

    def work(writer: Writer) -> Iterator[str]:
        for first, last in ((0, 3), (3, 12), (12, 13)):
            filings = [shop.filing(str(n)) for n in range(first, last)]
            for filed in writer.file(filings):
                yield filed.record.code

    shop.create()
    return record(shop, work)


def record_signing(shop: Workshop) -> tuple[World, list[Call]]:
    """Two letters come back signed in one group, then a better scan and a paper that was seen."""

    def work(writer: Writer) -> Iterator[str]:
        paper = Returned(records[1], 2, b"", "", 0, "原件已收")
        for group in (map(shop.returned, records), [shop.returned(records[0], "better"), paper]):
            for signed in writer.sign(group):
                yield signed.signing.path or records[1].code

    shop.create()
    records = [one.record for one in shop.file([shop.filing("甲"), shop.filing("乙")])]
    return record(shop, work)


def is_durable(call: Call, later: Sequence[Call]) -> bool:
    """Whether some sync among the later calls covers this one."""
    parent = call.path.rpartition("/")[0]
    for sync in later:
        if sync.kind != "sync":
            continue
        if sync.path == "*":
            return True
        if call.kind == "write" and sync.inode == call.inode:
            return True
        if call.kind != "write" and sync.inode == -1 and sync.path in {parent, parent or "."}:
            return True
    return False


Choice = dict[int, int | None]
"""For each call that may be missing: None to keep it, else how many bytes of a write to keep."""


def choices(calls: Sequence[Call], loose: Sequence[int]) -> Iterator[Choice]:
    """Which of the calls that are not durable a crash keeps."""
    writes = [place for place in loose if calls[place].kind == "write"]
    names = [place for place in loose if calls[place].kind != "write"]
    yield {}
    yield dict.fromkeys(loose, 0)
    yield dict.fromkeys(writes, 0)
    yield dict.fromkeys(names, 0)
    for place in loose:
        yield {place: 0}
        yield dict.fromkeys((other for other in loose if other != place), 0)
    for place in writes[-2:]:
        size = len(calls[place].data)
        for keep in (1, size // 2, size - 1):
            yield {place: keep}


def states(before: World, calls: Sequence[Call]) -> Iterator[tuple[World, set[str]]]:
    """Every crash state, each once, with the codes that had been told."""
    seen: set[int] = set()
    for end in range(len(calls) + 1):
        prefix = calls[:end]
        loose = [
            place
            for place, call in enumerate(prefix)
            if call.kind not in {"sync", "told"} and not is_durable(call, prefix[place + 1 :])
        ]
        told = {call.data.decode() for call in prefix if call.kind == "told"}
        for choice in choices(prefix, loose):
            world = before.copy()
            for place, call in enumerate(prefix):
                keep = choice.get(place)
                if keep != 0:
                    world.apply(call, keep)
            reached = {name: world.contents[inode] for name, inode in world.names.items()}
            key = hash((frozenset(reached.items()), frozenset(world.folders), frozenset(told)))
            if key not in seen:
                seen.add(key)
                yield world, told


def fault(shop: Workshop, world: World, told: set[str]) -> str:
    """What is wrong after recovering a crash state; empty if nothing."""
    world.write(shop.archive)
    try:
        shop.file([])
        cabinet = shop.open()
        findings = verify(cabinet).findings
        said = [one for _, one in cabinet.follow() if one is not None]
        known = {one.path if isinstance(one, Signing) else one.code for one in said}
    except SafetyDocsError as error:
        return str(error)
    if findings:
        return str(findings)
    return f"lost {told - known}" if told - known else ""


def faults(shop: Workshop, before: World, calls: Sequence[Call], step: int) -> Iterator[str]:
    for place, (world, told) in enumerate(states(before, calls)):
        if place % step == 0:
            found = fault(shop, world, told)
            if found:
                yield found


def test_a_power_cut_loses_nothing_that_was_told(shop: Workshop) -> None:
    before, calls = record_filing(shop)
    assert list(faults(shop, before, calls, step=41)) == []


def test_a_power_cut_loses_no_signed_copy_that_was_told(shop: Workshop) -> None:
    before, calls = record_signing(shop)
    assert list(faults(shop, before, calls, step=11)) == []


@pytest.mark.slow
def test_no_power_cut_loses_anything_that_was_told(shop: Workshop) -> None:
    before, calls = record_filing(shop)
    assert list(faults(shop, before, calls, step=1)) == []


@pytest.mark.slow
def test_no_power_cut_loses_any_signed_copy_that_was_told(shop: Workshop) -> None:
    before, calls = record_signing(shop)
    assert list(faults(shop, before, calls, step=1)) == []


@pytest.mark.slow
def test_every_sync_is_needed(shop: Workshop) -> None:
    """Without any one of them some state is bad.

    Two exceptions: the head may lag without harm, and the cabinet's own folder is synced for every
    group although only the first one makes a name there.
    """
    before, calls = record_filing(shop)
    needless = []
    for place, call in enumerate(calls):
        if call.kind != "sync" or "head." in call.path:
            continue
        without = [*calls[:place], *calls[place + 1 :]]
        if not any(faults(shop, before, without, step=1)):
            needless.append(call.path)
    assert set(needless) == {"Z109-示范学校"}
