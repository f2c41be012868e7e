"""Receive existing files: each becomes a record of its own under a category."""

from __future__ import annotations

import stat
from dataclasses import dataclass
from typing import TYPE_CHECKING

from safety_docs.app.desk import Composed, Submission, file_all
from safety_docs.app.printing import NO_CORRECTION
from safety_docs.archive import Part
from safety_docs.core.digest import Digest
from safety_docs.core.errors import SafetyDocsError
from safety_docs.core.file_kind import is_kind
from safety_docs.core.names import is_litter
from safety_docs.core.retention import Retention
from safety_docs.index import extract_text

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from safety_docs.app.house import House
    from safety_docs.app.printing import Correction
    from safety_docs.archive import Assigned, Filed

SUFFIXES = (".docx", ".xlsx", ".pdf", ".txt", ".jpg", ".jpeg", ".png")
MAX_BYTES = 200 * 1024 * 1024


class ReceiveError(SafetyDocsError):
    """A file that cannot be received."""

    code = "A120"

    def __init__(self, path: Path, problem: str) -> None:
        super().__init__(f"“{path}”{problem}。什么都没有归档。")
        self.path = path


@dataclass(frozen=True, slots=True)
class Receipt:
    """How files are to be filed.

    Attributes:
        category: Code or name of the category.
        title: 题名; None takes each file's name without its ending.
        date: Date of the documents; None takes the day of the file's last change.
        retention: Longer than the category's own, or None for the category's own.
        correction: Which record the file corrects; for one file only.
    """

    category: str
    title: str | None = None
    date: dt.date | None = None
    retention: str | None = None
    correction: Correction = NO_CORRECTION


@dataclass(frozen=True, slots=True)
class _Incoming:
    path: Path
    data: bytes
    date: dt.date


def receive(house: House, paths: Sequence[Path], receipt: Receipt) -> Iterator[Filed]:
    """File each of `paths`; a folder stands for the files in it, by name.

    All files are opened and checked before the first is filed.

    Raises:
        ReceiveError: If a file is missing, too large, empty, or of a kind that is not kept.
        UnknownCategoryError: If the category is not in the scheme.
    """
    category = house.cabinet.classification.category(receipt.category)
    files = [file for path in paths for file in _files(path)]
    checked = [_open(house, file, receipt.date) for file in files]
    retention = Retention.parse(receipt.retention) if receipt.retention else category.retention
    submissions = [
        _submission(incoming, receipt, category.code, retention.code) for incoming in checked
    ]
    return file_all(house, submissions)


def _files(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    found = sorted(
        child for child in path.iterdir() if child.is_file() and not is_litter(child.name)
    )
    if not found:
        raise ReceiveError(path, "是空文件夹，没有可以收的文件")
    return found


def _open(house: House, path: Path, date: dt.date | None) -> _Incoming:
    try:
        status = path.stat()
    except FileNotFoundError:
        raise ReceiveError(path, "找不到，请核对文件名") from None
    except OSError as error:
        raise ReceiveError(path, f"读不出来（{error.strerror}）") from error
    suffix = path.suffix.lower()
    if not stat.S_ISREG(status.st_mode):
        raise ReceiveError(path, "不是普通文件")
    if suffix not in SUFFIXES:
        kinds = "、".join(SUFFIXES)
        raise ReceiveError(path, f"不是能收的类型（能收 {kinds}），请先另存为其中一种")
    if not 0 < status.st_size <= MAX_BYTES:
        raise ReceiveError(path, "是空文件" if status.st_size == 0 else "超过 200 MB，太大了")
    data = path.read_bytes()
    if not is_kind(data, suffix):
        raise ReceiveError(path, f"的内容不是真正的 {suffix} 文件，请用原来的程序打开后重新保存")
    zone = house.clock.now().tzinfo
    changed = house.clock.now().fromtimestamp(status.st_mtime, zone).date()
    return _Incoming(path, data, date or changed)


def _submission(incoming: _Incoming, receipt: Receipt, category: str, retention: str) -> Submission:
    suffix = incoming.path.suffix.lower()
    title = receipt.title or incoming.path.stem

    def compose(assigned: Assigned) -> Composed:
        del assigned
        extracted = extract_text(incoming.data, suffix)
        return Composed([Part("正本", suffix, incoming.data)], extracted.text, extracted.unreadable)

    supersedes = receipt.correction.supersedes
    return Submission(
        key=("receive/1", category, title, str(Digest.of(incoming.data)), supersedes),
        title=title,
        category=category,
        date=incoming.date,
        year=incoming.date.year,
        retention=retention,
        compose=compose,
        form="",
        form_title="",
        template="",
        people=(),
        values={},
        supersedes=supersedes,
        reason=receipt.correction.reason,
    )
