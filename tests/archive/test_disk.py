from __future__ import annotations

import errno
from typing import TYPE_CHECKING

import pytest

from safety_docs.archive.disk import Disk, SyncError

if TYPE_CHECKING:
    from pathlib import Path

    from safety_docs.archive.disk import StrPath


class Awkward(Disk):
    """A disk that answers some calls with one error."""

    def __init__(self, call: str, number: int) -> None:
        super().__init__()
        self._call, self._number = call, number

    def _fail(self, call: str) -> None:
        if call == self._call:
            raise OSError(self._number, "made up")

    def _sys_link(self, source: StrPath, target: StrPath) -> None:
        self._fail("link")
        super()._sys_link(source, target)

    def _sys_fsync(self, file: int) -> None:
        self._fail("fsync")
        super()._sys_fsync(file)

    def _sys_syncfs(self, file: int) -> None:
        del file
        self._fail("syncfs")

    def _sys_write(self, file: int, data: memoryview) -> int:
        self._fail("write")
        return super()._sys_write(file, data)

    def _sys_rmdir(self, path: Path) -> None:
        self._fail("rmdir")
        super()._sys_rmdir(path)


def test_a_name_is_given_once_and_the_staged_one_stays(tmp_path: Path) -> None:
    disk = Disk()
    disk.create(tmp_path / "staged", b"x", is_sealed=True, sync=True)
    disk.place(tmp_path / "staged", tmp_path / "final")
    assert (tmp_path / "final").read_bytes() == b"x"
    with pytest.raises(FileExistsError):
        disk.place(tmp_path / "staged", tmp_path / "final")
    disk.discard(tmp_path / "staged")
    disk.discard(tmp_path / "staged")
    assert [path.name for path in tmp_path.iterdir()] == ["final"]


@pytest.mark.parametrize("number", [errno.EPERM, errno.EOPNOTSUPP, errno.EMLINK])
def test_without_links_files_are_copied_under_an_exclusive_name(
    tmp_path: Path, number: int
) -> None:
    disk = Awkward("link", number)
    disk.create(tmp_path / "staged", b"x", sync=False)
    disk.place(tmp_path / "staged", tmp_path / "final")
    assert not disk.has_links
    assert (tmp_path / "final").read_bytes() == b"x"
    with pytest.raises(FileExistsError):
        disk.place(tmp_path / "staged", tmp_path / "final")


def test_any_other_error_of_a_link_is_an_error(tmp_path: Path) -> None:
    disk = Awkward("link", errno.EIO)
    disk.create(tmp_path / "staged", b"x", sync=False)
    with pytest.raises(OSError, match="made up"):
        disk.place(tmp_path / "staged", tmp_path / "final")
    assert disk.has_links


def test_a_folder_that_cannot_be_flushed_is_tolerated_only_where_the_call_is_unknown(
    tmp_path: Path,
) -> None:
    Awkward("fsync", errno.EINVAL).sync_folder(tmp_path)
    with pytest.raises(SyncError, match="made up"):
        Awkward("fsync", errno.EIO).sync_folder(tmp_path)


def test_a_failed_flush_or_append_is_never_an_ordinary_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"x")
    with pytest.raises(SyncError):
        Awkward("fsync", errno.EIO).sync_file(tmp_path / "file")
    with pytest.raises(SyncError):
        Awkward("write", errno.ENOSPC).append(tmp_path / "file", b"y")
    with pytest.raises(SyncError):
        Awkward("write", errno.ENOSPC).overwrite(tmp_path / "file", b"y")
    with pytest.raises(SyncError):
        Disk().append(tmp_path, b"y")
    with pytest.raises(SyncError):
        Disk().overwrite(tmp_path, b"y")
    assert (tmp_path / "file").read_bytes() == b"x"


def test_a_whole_file_system_is_flushed_only_where_the_system_can(tmp_path: Path) -> None:
    assert not Disk(has_syncfs=False).has_syncfs
    with pytest.raises(NotImplementedError):
        Disk(has_syncfs=False).sync_all(tmp_path)
    if Disk().has_syncfs:
        Disk().sync_all(tmp_path)
        with pytest.raises(SyncError, match="made up"):
            Awkward("syncfs", errno.EIO).sync_all(tmp_path)


def test_only_empty_folders_are_removed(tmp_path: Path) -> None:
    disk = Disk()
    assert disk.make_folder(tmp_path / "a")
    assert not disk.make_folder(tmp_path / "a")
    assert disk.make_folder(tmp_path / "a" / "b")
    assert not disk.remove_folder(tmp_path / "a")
    assert disk.remove_folder(tmp_path / "a" / "b")
    assert disk.remove_folder(tmp_path / "a")
    assert disk.remove_folder(tmp_path / "a")
    with pytest.raises(OSError, match="made up"):
        Awkward("rmdir", errno.EACCES).remove_folder(tmp_path)


def test_a_file_in_the_way_of_a_folder_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"x")
    with pytest.raises(FileExistsError):
        Disk().make_folder(tmp_path / "a")
    with pytest.raises(FileExistsError):
        Disk().move(tmp_path / "a", tmp_path / "a")
