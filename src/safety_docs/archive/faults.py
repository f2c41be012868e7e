"""What goes wrong between the archive and the disk, and damage that stops the work at once."""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING

from safety_docs.core.errors import SafetyDocsError

if TYPE_CHECKING:
    from pathlib import Path

    from safety_docs.archive.disk import SyncError

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_REFUSED = {errno.EACCES, errno.EPERM}
_REASONS = {
    **dict.fromkeys(_FULL, "磁盘已满"),
    errno.EROFS: "磁盘只读",
    errno.EIO: "读写失败",
    errno.EEXIST: "这个名称已被占用",
    errno.EISDIR: "这里应是文件，却是文件夹",
    errno.ENOTDIR: "这里应是文件夹，却是文件",
    errno.ENOENT: "找不到",
}


class DiskError(SafetyDocsError):
    """The disk refused for a reason of its own; nothing was filed."""

    code = "A208"

    def __init__(self, path: Path | str, reason: str) -> None:
        super().__init__(f"磁盘出错：“{path}”{reason}。这一组没有归档，请检查磁盘后重试。")


class DiskFullError(SafetyDocsError):
    """No room, or the quota is used up; nothing was filed."""

    code = "A206"

    def __init__(self, path: Path | str) -> None:
        super().__init__(
            f"磁盘已满，“{path}”写不下了。这一组没有归档，请腾出空间后再运行一次，已归档的不会重复。"
        )


class ReadOnlyDiskError(SafetyDocsError):
    """The disk or folder cannot be written."""

    code = "A207"

    def __init__(self, path: Path | str) -> None:
        super().__init__(
            f"“{path}”不能写入（磁盘只读或没有权限）。什么都没有归档，请换到能写的文件夹或请管理员开通权限。"
        )


class PoisonedError(SafetyDocsError):
    """A flush, a close or an append failed; this writer does nothing more."""

    code = "A205"
    exit_status = 21

    def __init__(self, path: Path | str, reason: str) -> None:
        super().__init__(
            f"写“{path}”时磁盘出错（{reason}），已立即停止写入。"
            "请检查磁盘，然后重新运行，程序会先自动复核再继续。"
        )


class DamageError(SafetyDocsError):
    """A page, file or setting of the cabinet is missing or was changed.

    Attributes:
        finding: The code that `verify` gives for it.
    """

    code = "A214"
    exit_status = 3

    def __init__(self, finding: str, path: str, problem: str) -> None:
        super().__init__(
            f"专柜有损坏（{finding}）：“{path}”{problem}。请先运行 verify，再从备份恢复。"
        )
        self.finding = finding


class NotebookContradictionError(SafetyDocsError):
    """The notebook contradicts itself or its head: acknowledged entries are gone or changed.

    Attributes:
        finding: The code that `verify` gives for it.
    """

    code = "A215"
    exit_status = 4

    def __init__(self, finding: str, line: int, problem: str) -> None:
        super().__init__(
            f"专本第 {line} 行{problem}（{finding}）。专柜已转为只读，什么都没有改动；"
            "请保留现场，运行 verify，并报告上级。"
        )
        self.finding = finding
        self.line = line


class NotInNotebookError(SafetyDocsError):
    """A position that is no point of this notebook: a projection of another or older one."""

    code = "A213"
    exit_status = 5

    def __init__(self, seq: int) -> None:
        super().__init__(f"检索目录停在第 {seq} 条，与专本对不上，请运行 rebuild 重建。")


def refusal(error: OSError, path: Path | str) -> SafetyDocsError:
    """The sentence for a disk that said no before anything was filed."""
    place = error.filename or path
    if error.errno in _FULL:
        return DiskFullError(place)
    if error.errno == errno.EROFS or error.errno in _REFUSED:
        return ReadOnlyDiskError(place)
    return DiskError(place, f"（{_reason(error)}）")


def trouble(error: SyncError | OSError, path: Path | str) -> SafetyDocsError:
    """The sentence for either kind of failure before anything was filed."""
    return refusal(error, path) if isinstance(error, OSError) else poisoning(error)


def poisoning(error: SyncError | OSError) -> PoisonedError:
    """The sentence for a disk that cannot be trusted any more."""
    cause = error if isinstance(error, OSError) else error.cause
    path = (error.filename or "") if isinstance(error, OSError) else error.path
    return PoisonedError(path, _reason(cause) if cause is not None else "只写进去一部分")


def _reason(error: OSError) -> str:
    return _REASONS.get(error.errno or 0) or error.strerror or str(error)
