"""The cabinet (专柜): one folder that holds one fonds, and the notebook that says what is in it."""

from __future__ import annotations

import contextlib
import datetime as dt
import functools
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from safety_docs.archive.disk import Disk, SyncError
from safety_docs.archive.faults import DamageError, trouble
from safety_docs.archive.journal import Journal
from safety_docs.archive.lock import FOLDER as PROJECTIONS
from safety_docs.archive.lock import check_free, writer_lock
from safety_docs.archive.notebook import Notebook
from safety_docs.archive.pages import SALT_BYTES, make_page
from safety_docs.archive.profile import ProfileError, from_toml, to_toml
from safety_docs.archive.record_page import record_of
from safety_docs.archive.recovery import recover
from safety_docs.archive.register import FILE_NAME as REGISTER
from safety_docs.archive.register import Register
from safety_docs.archive.sign_page import said_by, signing_of
from safety_docs.archive.spine import make_opening
from safety_docs.archive.writer import Writer
from safety_docs.core.classification import Classification, ClassificationError
from safety_docs.core.digest import Digest
from safety_docs.core.errors import SafetyDocsError
from safety_docs.core.record import START, Position, Record

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from safety_docs.archive.pages import PageLine
    from safety_docs.archive.profile import CabinetProfile
    from safety_docs.archive.spine import SpineLine
    from safety_docs.core.ports import Clock, Entropy
    from safety_docs.core.record import Signing

PROFILE = "cabinet.toml"
CLASSIFICATION = "classification.toml"
_NEW = ".new-"
LABELS = {
    "open": "启用专本",
    "file": "归档",
    "sign": "收回签字件",
    "checkpoint": "校验点",
    "recover": "恢复",
}


class NoCabinetError(SafetyDocsError):
    """The archive folder holds no cabinet."""

    code = "A201"
    exit_status = 10

    def __init__(self, archive: Path) -> None:
        super().__init__(f"“{archive}”里没有专柜，请先用 init 建立专柜，或用 --archive 指明位置。")


class SeveralCabinetsError(SafetyDocsError):
    """The archive folder holds more than one cabinet."""

    code = "A202"

    def __init__(self, archive: Path, names: list[str]) -> None:
        super().__init__(f"“{archive}”里有 {len(names)} 个专柜（{'、'.join(names)}），请只留一个。")


class CabinetExistsError(SafetyDocsError):
    """The archive folder holds a cabinet already."""

    code = "A218"
    exit_status = 20

    def __init__(self, folder: Path) -> None:
        super().__init__(f"“{folder.parent}”里已有专柜“{folder.name}”，一个文件夹只放一个专柜。")


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the notebook as people read it.

    Attributes:
        seq: Its number, from 0.
        time: When it was written.
        actor: Name of the custodian who wrote it.
        kind: ``open``, ``file``, ``sign``, ``checkpoint`` or ``recover``.
        label: The kind in Chinese.
        summary: What it says, in one line; for a record its code and title.
    """

    seq: int
    time: dt.datetime
    actor: str
    kind: str
    label: str
    summary: str


class Cabinet:
    """A cabinet on disk. Reading needs no lock; writing goes through `writer`.

    Attributes:
        archive: The folder that holds the cabinet and its projections.
        folder: The cabinet's own folder.
        notebook: Its notebook.
    """

    def __init__(self, archive: Path, folder: Path, disk: Disk | None = None) -> None:
        self.archive = archive
        self.folder = folder
        self.notebook = Notebook(folder / "notebook")
        self._disk = disk or Disk()

    @classmethod
    def create(  # the facts and the two ports
        cls,
        archive: Path,
        profile: CabinetProfile,
        classification_toml: str,
        *,
        clock: Clock,
        entropy: Entropy,
        disk: Disk | None = None,
    ) -> Cabinet:
        """Make an empty cabinet; it appears under its name only when it is complete.

        Raises:
            ProfileError: If the profile cannot be used.
            ClassificationError: If the classification cannot be used.
            CabinetExistsError: If the folder holds a cabinet.
            ReadOnlyDiskError: If the folder cannot be written.
            DiskFullError: If there is no room.
        """
        profile.check()
        Classification.from_toml(classification_toml)
        disk = disk or Disk()
        with writer_lock(archive, disk, clock=clock, entropy=entropy):
            folders = _cabinet_folders(archive)
            target = archive / profile.folder
            if folders or target.exists():
                raise CabinetExistsError(folders[0] if folders else target)
            for unfinished in archive.glob(_NEW + "[0-9a-f]" * 16):  # of an init that was killed
                shutil.rmtree(unfinished, ignore_errors=True)
            fresh = archive / f"{_NEW}{entropy(8).hex()}"
            time = clock.now().isoformat(timespec="seconds")
            try:
                _furnish(fresh, profile, classification_toml, time, entropy, disk)
                disk.move(fresh, target)
                disk.sync_folder(archive)
            except (OSError, SyncError) as error:
                shutil.rmtree(fresh, ignore_errors=True)
                raise trouble(error, archive) from error
        return cls(archive, target, disk)

    @functools.cached_property
    def id(self) -> str:
        """32 random hex digits given when the cabinet was made."""
        return self.notebook.opening().cabinet_id

    @functools.cached_property
    def profile(self) -> CabinetProfile:
        """Who the cabinet belongs to.

        Raises:
            DamageError: If ``cabinet.toml`` cannot be read.
            NewerFormatError: If a newer version wrote it.
        """
        try:
            return from_toml(self._setting(PROFILE), self.custodian)
        except ProfileError as error:
            raise DamageError(finding="E001", path=PROFILE, problem="被改坏了") from error

    @functools.cached_property
    def classification(self) -> Classification:
        """The classification in force.

        Raises:
            DamageError: If ``classification.toml`` cannot be read.
        """
        try:
            return Classification.from_toml(self._setting(CLASSIFICATION))
        except ClassificationError as error:
            raise DamageError(finding="E001", path=CLASSIFICATION, problem="被改坏了") from error

    @property
    def custodian(self) -> str:
        """Name of the custodian now."""
        return str(self._opening_page["custodian"])

    @property
    def secret(self) -> bytes:
        """Key under which idempotency keys are digested."""
        return bytes.fromhex(str(self._opening_page["secret"]))

    def position(self) -> Position:
        """Where the notebook ends; reads only the end of the spine."""
        return self.notebook.position()

    def entries(self, after: int = -1) -> Iterator[Entry]:
        """Entries with a number greater than `after`, in order."""
        for line, page in self.notebook.entries(self.notebook.position_before(after + 1)):
            yield self._entry(line, page)

    def records(self, after: int = -1) -> Iterator[Record]:
        """Records whose entries have a number greater than `after`, in order."""
        for _, record in self.replay(self.notebook.position_before(after + 1)):
            if record is not None:
                yield record

    def replay(self, after: Position = START) -> Iterator[tuple[Position, Record | None]]:
        """Every entry after a position: where it ends, and the record if it files one.

        Raises:
            NotInNotebookError: If `after` is no point of this notebook; drop and rebuild.
        """
        for position, said in self.follow(after):
            yield position, said if isinstance(said, Record) else None

    def follow(self, after: Position = START) -> Iterator[tuple[Position, Record | Signing | None]]:
        """Every entry after a position: where it ends, and the record or signed copy it tells of.

        Raises:
            NotInNotebookError: If `after` is no point of this notebook; drop and rebuild.
        """
        for line, page in self.notebook.entries(after):
            yield Position(line.seq, line.digest), said_by(line, page)

    def record(self, seq: int) -> Record:
        """The record that entry `seq` files.

        Raises:
            NotInNotebookError: If there is no such entry.
        """
        line = self.notebook.line(seq)
        return record_of(line, self.notebook.page(line))

    def signing(self, seq: int) -> Signing:
        """The signed copy that entry `seq` adds.

        Raises:
            NotInNotebookError: If there is no such entry.
        """
        line = self.notebook.line(seq)
        return signing_of(line, self.notebook.page(line))

    def check_free(self) -> None:
        """Refuse if somebody is writing.

        Raises:
            LockedError: If somebody is; it says who.
        """
        check_free(self.archive)

    @contextlib.contextmanager
    def writer(self, *, clock: Clock, entropy: Entropy) -> Iterator[Writer]:
        """Take the lock, recover what an earlier writer left unfinished, and write.

        Raises:
            LockedError: If somebody else is writing; it says who.
            NotebookContradictionError: If acknowledged entries are gone; nothing is changed.
            NewerFormatError: If a newer version wrote the cabinet.
            DamageError: If a settings file was changed: numbers given by other settings would stay.
        """
        self.notebook.opening()
        self._check_settings()
        with writer_lock(self.archive, self._disk, clock=clock, entropy=entropy) as left_behind:
            recovery = recover(self, self._disk, entropy)
            with self._register() as register:
                writer = Writer(self, recovery.journal, register, clock, entropy)
                payload = recovery.payload(left_behind)
                if payload:
                    writer.note(payload)
                yield writer

    @contextlib.contextmanager
    def _register(self) -> Iterator[Register]:
        """The register, caught up with the notebook."""
        path = self.archive / PROJECTIONS / REGISTER
        try:
            register = Register(path)
        except (OSError, SyncError) as error:
            raise trouble(error, path) from error
        with register:
            try:
                register.catch_up(self.notebook)
            except SyncError as error:
                raise trouble(error, path) from error
            yield register

    @functools.cached_property
    def _opening_page(self) -> dict[str, Any]:
        self.notebook.opening()
        line = self.notebook.line(0)
        return self.notebook.page(line).payload

    def _setting(self, name: str) -> str:
        try:
            return self._setting_bytes(name).decode("utf-8")
        except UnicodeDecodeError as error:
            raise DamageError(finding="E001", path=name, problem="不是 UTF-8 文字") from error

    def _setting_bytes(self, name: str) -> bytes:
        try:
            return (self.folder / name).read_bytes()
        except FileNotFoundError:
            raise DamageError(finding="E001", path=name, problem="不见了") from None

    def _check_settings(self) -> None:
        for name, digest in self._opening_page["files"].items():
            if str(Digest.of(self._setting_bytes(name))) != digest:
                raise DamageError(finding="E001", path=name, problem="被改过")

    def _entry(self, line: SpineLine, page: PageLine) -> Entry:
        payload = page.payload
        summaries = {
            "open": lambda: f"{self.folder.name}，专人 {payload['custodian']}",
            "file": lambda: f"{payload['code']} {payload['title']}",
            "sign": lambda: _signing_summary(payload),
            "checkpoint": lambda: f"{payload['path']}，共 {payload['size']} 条",
            "recover": lambda: "；".join(payload["done"]),
        }
        return Entry(
            line.seq,
            dt.datetime.fromisoformat(line.time),
            str(payload.get("filed_by", self.custodian)),
            line.kind,
            LABELS[line.kind],
            summaries[line.kind](),
        )


def _signing_summary(payload: Mapping[str, Any]) -> str:
    what = f"扫描 {payload['pages']} 页" if payload["parts"] else "纸质原件已收，未扫描"
    return f"{payload['record']} 第 {payload['copy']} 份，{what}；{payload['source']}"


def find_cabinet(archive: Path, disk: Disk | None = None) -> Cabinet:
    """The one cabinet inside an archive folder.

    Raises:
        NoCabinetError: If there is none.
        SeveralCabinetsError: If there is more than one.
    """
    folders = _cabinet_folders(archive)
    if not folders:
        raise NoCabinetError(archive)
    if len(folders) > 1:
        raise SeveralCabinetsError(archive, [folder.name for folder in folders])
    return Cabinet(archive, folders[0], disk)


def _cabinet_folders(archive: Path) -> list[Path]:
    """Folders with a cabinet's declaration or a notebook, so that one that lost either is found."""
    if not archive.is_dir():
        return []
    return sorted(
        child
        for child in archive.iterdir()
        if not child.name.startswith(".")
        and ((child / PROFILE).is_file() or (child / "notebook").is_dir())
    )


def _furnish(  # everything a new cabinet consists of
    folder: Path,
    profile: CabinetProfile,
    classification: str,
    time: str,
    entropy: Entropy,
    disk: Disk,
) -> None:
    """Write a complete, durable, empty cabinet into a folder that does not exist yet."""
    cabinet_id = entropy(16).hex()
    settings = {
        PROFILE: to_toml(profile, cabinet_id, time).encode("utf-8"),
        CLASSIFICATION: classification.encode("utf-8"),
    }
    payload = {
        "custodian": profile.custodian,
        "files": {name: str(Digest.of(data)) for name, data in settings.items()},
        "secret": entropy(32).hex(),
    }
    page = make_page(0, payload, entropy(SALT_BYTES))
    opening = make_opening(cabinet_id, time, page.commitment)
    names = ("", "boxes", "notebook", "notebook/pages", "notebook/checkpoints")
    for name in names:
        disk.make_folder(folder / name)
    for name, data in settings.items():
        disk.create(folder / name, data, is_sealed=True, sync=True)
    notebook = Notebook(folder / "notebook")
    disk.append(notebook.pages / opening.segment, page.raw + b"\n")
    journal = Journal(folder, notebook, disk, START)
    journal.commit([opening])
    journal.commit([])  # the other slot of the head
    for name in reversed(names):
        disk.sync_folder(folder / name)
