"""The disk port: the only place of the archive that writes, links, renames or removes.

Every public method does one thing that either happened when it returns, or raises. Two kinds of
failure are kept apart because they mean different things (docs/format.md, "Writing"):

* `OSError`: the system refused; what was there before is still there.
* `SyncError`: a flush, a close or an append failed. Nothing is known about what reached the disk,
  and asking again proves nothing; the writer must stop.

The methods whose names start with ``_sys`` are one system call each; tests replace them to record,
to fail or to die at any of them.
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

StrPath = Path | str
"""Paths of single files may be text: making a `Path` costs as much as a system call."""

READ_ONLY = 0o444
IS_WINDOWS = sys.platform == "win32"
_NO_LINKS = {errno.EPERM, errno.EOPNOTSUPP, errno.ENOTSUP, errno.ENOSYS, errno.EMLINK}
if IS_WINDOWS:  # pragma: no cover # a file system without links answers "invalid function"
    _NO_LINKS.add(errno.EINVAL)
_BINARY: int = getattr(os, "O_BINARY", 0)  # Windows only: no translation of line ends


class SyncError(Exception):
    """A flush, close or append failed: what is on the disk is unknown.

    Attributes:
        path: The file or folder.
        cause: What the system said; None for an append that took only part of the bytes.
    """

    def __init__(self, path: StrPath, cause: OSError | None) -> None:
        super().__init__(f"{path}: {cause or 'short write'}")
        self.path = path
        self.cause = cause


class Disk:
    """The real disk.

    Attributes:
        has_links: Whether files get their final name by a hard link; set to False by the first
            refusal, from then on files are copied under an exclusive name.
    """

    def __init__(self, *, has_links: bool = True, has_syncfs: bool = True) -> None:
        self.has_links = has_links
        self._syncfs = _find_syncfs() if has_syncfs else None

    @property
    def has_syncfs(self) -> bool:
        """Whether one call can make a whole file system durable."""
        return self._syncfs is not None

    # files

    def create(self, path: StrPath, data: bytes, *, is_sealed: bool = False, sync: bool) -> None:
        """Write a new file; an existing name is refused.

        Args:
            path: Its name.
            data: All its bytes.
            is_sealed: Make it read-only. On Windows it stays writable until `place`.
            sync: Make the bytes durable before returning; the name needs `sync_folder`.
        """
        mode = READ_ONLY if is_sealed and not IS_WINDOWS else 0o600
        file = self._sys_open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        with self._closing(file, path):
            view = memoryview(data)
            while view:
                view = view[self._sys_write(file, view) :]
            if sync:
                self._flush(file, path)

    def sync_file(self, path: Path) -> None:
        """Make a file that was written before durable.

        Raises:
            SyncError: If the disk fails.
        """
        flags = os.O_RDWR if IS_WINDOWS else os.O_RDONLY  # Windows flushes only what it may write
        file = self._sys_open(path, flags, 0)
        with self._closing(file, path):
            self._flush(file, path)

    def append(self, path: Path, data: bytes) -> None:
        """Add `data` at the end by one write and make it durable; creates the file if needed.

        Raises:
            SyncError: If any of it fails, even in part.
        """
        self._write_once(path, os.O_APPEND, data)

    def overwrite(self, path: Path, data: bytes) -> None:
        """Replace the first bytes of a small file in place and make it durable.

        Raises:
            SyncError: If any of it fails.
        """
        self._write_once(path, 0, data)

    def _write_once(self, path: Path, flags: int, data: bytes) -> None:
        """One durable write of all of `data`; the file is created if needed."""
        try:
            file = self._sys_open(path, os.O_WRONLY | os.O_CREAT | flags, 0o644)
        except OSError as error:
            raise SyncError(path, error) from error
        with self._closing(file, path):
            try:
                written = self._sys_write(file, memoryview(data))
            except OSError as error:
                raise SyncError(path, error) from error
            if written != len(data):
                raise SyncError(path, None)
            self._flush(file, path)

    def truncate(self, path: Path, size_bytes: int) -> None:
        """Cut a file to `size_bytes` and make that durable."""
        file = self._sys_open(path, os.O_WRONLY, 0o644)
        with self._closing(file, path):
            self._sys_truncate(file, size_bytes)
            self._flush(file, path)

    def place(self, staged: StrPath, final: StrPath) -> None:
        """Give a staged file its final name, read-only; never overwrites.

        The staged name stays until `discard`. The name needs `sync_folder`.

        Raises:
            FileExistsError: If `final` exists.
        """
        if self.has_links:
            try:
                self._sys_link(staged, final)
            except OSError as error:
                if error.errno not in _NO_LINKS:
                    raise
                self.has_links = False
            else:
                return
        self.create(final, Path(staged).read_bytes(), is_sealed=True, sync=True)

    @property
    def seals_late(self) -> bool:
        """Whether files stay writable until `seal`."""
        return IS_WINDOWS

    def seal(self, path: Path) -> None:
        """Set the read-only attribute where `create` could not (Windows)."""
        if IS_WINDOWS:  # pragma: no cover # no Windows in the test run
            path.chmod(stat.S_IREAD)

    def discard(self, path: StrPath) -> None:
        """Remove one name; a name that is not there is fine."""
        with contextlib.suppress(FileNotFoundError):
            self._sys_unlink(path)

    def move(self, source: Path, target: Path) -> None:
        """Rename a file or folder to a name that is free."""
        if target.exists():
            raise FileExistsError(errno.EEXIST, "exists", str(target))
        self._sys_rename(source, target)

    # folders

    def names_in(self, folder: Path) -> list[str]:
        """Names in a folder, in no order."""
        return os.listdir(folder)  # noqa: PTH208 # names are all that is wanted

    def make_folder(self, path: Path) -> bool:
        """Make one folder; False if it is already there."""
        try:
            self._sys_mkdir(path)
        except FileExistsError:
            if path.is_dir() and not path.is_symlink():
                return False
            raise
        return True

    def remove_folder(self, path: Path) -> bool:
        """Remove a folder if it is empty; whether it is gone."""
        try:
            self._sys_rmdir(path)
        except FileNotFoundError:
            return True
        except OSError as error:
            if error.errno in {errno.ENOTEMPTY, errno.EEXIST}:
                return False
            raise
        return True

    def sync_folder(self, path: Path) -> None:
        """Make the names in a folder durable. Windows does it by itself.

        Raises:
            SyncError: If the disk fails. Network file systems that do not know the call (EINVAL)
                are tolerated.
        """
        if IS_WINDOWS:  # pragma: no cover # a folder cannot be opened there
            return
        file = self._sys_open(path, os.O_RDONLY, 0)
        with self._closing(file, path):
            try:
                self._sys_fsync(file)
            except OSError as error:
                if error.errno != errno.EINVAL:
                    raise SyncError(path, error) from error

    def sync_all(self, folder: Path) -> None:
        """Make the whole file system that holds `folder` durable; needs `has_syncfs`.

        Raises:
            SyncError: If the disk fails.
        """
        if self._syncfs is None:
            msg = "this system has no syncfs"
            raise NotImplementedError(msg)
        file = self._sys_open(folder, os.O_RDONLY, 0)
        with self._closing(file, folder):
            try:
                self._sys_syncfs(file)
            except OSError as error:
                raise SyncError(folder, error) from error

    @contextlib.contextmanager
    def _closing(self, file: int, path: StrPath) -> Iterator[None]:
        """Close `file`; a close that fails after all else went well is a `SyncError`."""
        try:
            yield
        except BaseException:
            with contextlib.suppress(OSError):
                os.close(file)
            raise
        try:
            self._sys_close(file)
        except OSError as error:
            raise SyncError(path, error) from error

    def _flush(self, file: int, path: StrPath) -> None:
        try:
            self._sys_fsync(file)
        except OSError as error:
            raise SyncError(path, error) from error

    # one system call each

    def _sys_open(self, path: StrPath, flags: int, mode: int) -> int:
        return os.open(path, flags | _BINARY, mode)

    def _sys_write(self, file: int, data: memoryview) -> int:
        return os.write(file, data)

    def _sys_fsync(self, file: int) -> None:
        os.fsync(file)

    def _sys_close(self, file: int) -> None:
        os.close(file)

    def _sys_truncate(self, file: int, size_bytes: int) -> None:
        os.ftruncate(file, size_bytes)

    def _sys_syncfs(self, file: int) -> None:
        if self._syncfs is not None:
            self._syncfs(file)

    def _sys_link(self, source: StrPath, target: StrPath) -> None:
        os.link(source, target)

    def _sys_unlink(self, path: StrPath) -> None:
        os.unlink(path)  # noqa: PTH108 # once per file; text is enough

    def _sys_rename(self, source: Path, target: Path) -> None:
        source.rename(target)

    def _sys_mkdir(self, path: Path) -> None:
        path.mkdir()

    def _sys_rmdir(self, path: Path) -> None:
        path.rmdir()


def _find_syncfs() -> Callable[[int], None] | None:
    """Linux's syncfs(2), which reports write errors since 5.8; None elsewhere."""
    if not sys.platform.startswith("linux"):
        return None
    import ctypes  # noqa: PLC0415 # costs milliseconds, and only writers need it

    function = getattr(ctypes.CDLL(None, use_errno=True), "syncfs", None)
    if function is None:
        return None

    def syncfs(file: int) -> None:
        if function(file) != 0:
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number))

    return syncfs
