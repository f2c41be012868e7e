from __future__ import annotations

import datetime as dt
import hashlib
import io
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from safety_docs.archive import (
    Cabinet,
    CabinetProfile,
    Filing,
    Part,
    Returned,
    find_cabinet,
)
from safety_docs.archive.disk import Disk
from safety_docs.archive.head import SLOTS, make_slot
from safety_docs.archive.pages import canonical, make_page
from safety_docs.archive.spine import make_line, make_opening
from safety_docs.core.record import Position

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from safety_docs.archive import Assigned, Filed, Signed, Writer
    from safety_docs.core.record import Record

CLASSIFICATION = """\
name = "试验类目"
source = "测试"

[[category]]
code = "01"
name = "综合管理"
retention = "30年"
basis = "测试"

[[category]]
code = "02"
name = "安全责任书"
retention = "10年"
basis = "测试"
"""
PROFILE = CabinetProfile("Z109", "示范学校", "小学", "李某某", records_per_box=5)
ZONE = dt.timezone(dt.timedelta(hours=8))


class QuietDisk(Disk):
    """The real disk without waiting for it: tests do not cut the power."""

    def _sys_fsync(self, file: int) -> None:
        pass

    def _sys_syncfs(self, file: int) -> None:
        pass


class Ticking:
    """A clock that moves on by twelve hours whenever it is asked."""

    def __init__(self) -> None:
        self.time = dt.datetime(2022, 9, 1, 8, 0, tzinfo=ZONE)

    def now(self) -> dt.datetime:
        self.time += dt.timedelta(hours=12)
        return self.time


class Counting:
    """Bytes that are never the same twice, and the same in every run."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, size_bytes: int, /) -> bytes:
        self.count += 1
        return hashlib.shake_256(str(self.count).encode()).digest(size_bytes)


@dataclass
class Forged:
    """One entry while a notebook is rewritten."""

    kind: str
    time: str
    payload: dict[str, Any]
    salt: bytes


class Workshop:
    """Makes cabinets, files into them, and rewrites notebooks the way a forger would."""

    profile = PROFILE

    def __init__(self, archive: Path) -> None:
        self.archive = archive
        self.clock = Ticking()
        self.entropy = Counting()

    def create(self, disk: Disk | None = None, profile: CabinetProfile = PROFILE) -> Cabinet:
        return Cabinet.create(
            self.archive,
            profile,
            CLASSIFICATION,
            clock=self.clock,
            entropy=self.entropy,
            disk=disk or QuietDisk(),
        )

    def open(self, disk: Disk | None = None) -> Cabinet:
        return find_cabinet(self.archive, disk or QuietDisk())

    def filing(self, key: str, **changes: Any) -> Filing:
        """A letter of category 02 whose text is its key and its code."""

        def parts(assigned: Assigned) -> Sequence[Part]:
            return [Part("正本", ".txt", f"{key} {assigned.code}".encode())]

        facts: dict[str, Any] = {
            "key": ("test", key),
            "title": f"{key}-责任书",
            "category": "02",
            "date": dt.date(2022, 9, 1),
            "year": 2022,
            "retention": "30年",
            "parts": parts,
            "people": ("王小明",),
            "values": {"姓名": "王小明", "件数": 3},
        }
        return Filing(**{**facts, **changes})

    def file(
        self, filings: Iterable[Filing], *, group: int = 100, disk: Disk | None = None
    ) -> list[Filed]:
        filed: list[Filed] = self.write(lambda one: list(one.file(filings, group=group)), disk)
        return filed

    @staticmethod
    def returned(record: Record, text: str = "signed", copy: int = 1) -> Returned:
        """A signed copy of two sides."""
        data = f"%PDF-1.7 {text} {record.code}".encode()
        return Returned(record, copy, data, ".pdf", 2, "三（2）班.pdf")

    def sign(
        self, returned: Iterable[Returned], *, group: int = 100, disk: Disk | None = None
    ) -> list[Signed]:
        signed: list[Signed] = self.write(lambda one: list(one.sign(returned, group=group)), disk)
        return signed

    def write(self, work: Callable[[Writer], Any], disk: Disk | None = None) -> Any:
        with self.open(disk).writer(clock=self.clock, entropy=self.entropy) as writer:
            return work(writer)

    def furnish(self) -> Cabinet:
        """A sound cabinet: two categories, three boxes, attachments, a correction, checkpoints.

        Two letters came back signed, one of them twice, and a third was only seen.
        """
        cabinet = self.create()
        filed = self.file(self.filing(f"甲{number}") for number in range(7))
        self.write(lambda writer: writer.checkpoint())
        records = [one.record for one in filed[1:4]]
        copies = [self.returned(one) for one in records[:2]]
        paper = Returned(records[2], 1, b"", "", 0, "原件已收")
        self.sign([*copies, self.returned(records[0], "better"), paper])
        scan = Part("签字扫描", ".pdf", b"%PDF-1.7 scan")
        photos = [Part("照片", ".png", b"\x89PNG\r\n\x1a\n" + bytes([n])) for n in range(2)]
        self.file(
            [
                self.filing("乙", category="01", parts=lambda _: [_main("乙"), scan, *photos]),
                self.filing("丙", category="01"),
                self.filing("丁", supersedes=filed[0].record.code, reason="姓名写错"),
                self.filing("戊", form="a/b", parts=lambda one: [Part("正本", ".docx", docx(one))]),
            ]
        )
        return cabinet

    def entries(self, cabinet: Cabinet) -> list[Forged]:
        found = []
        for line, page in cabinet.notebook.entries():
            found.append(Forged(line.kind, line.time, page.payload, bytes.fromhex(page.salt)))
        return found

    def forge(self, cabinet: Cabinet, edit: Callable[[list[Forged]], None]) -> None:
        """Rewrite the whole notebook, chain and head included, after `edit` changed its entries."""
        entries = self.entries(cabinet)
        identity = cabinet.id
        edit(entries)
        for path in cabinet.notebook.pages.iterdir():
            path.unlink()
        raws: list[bytes] = []
        previous = ""
        for seq, entry in enumerate(entries):
            page = make_page(seq, canonical(entry.payload), entry.salt)
            line = (
                make_line(entry.kind, seq, entry.time, page.commitment, previous)
                if seq
                else make_opening(identity, entry.time, page.commitment)
            )
            previous = line.digest
            raws.append(line.raw)
            with (cabinet.notebook.pages / line.segment).open("ab") as stream:
                stream.write(page.raw + b"\n")
        self.set_spine(cabinet, raws)

    def forge_without_checkpoints(
        self, cabinet: Cabinet, edit: Callable[[list[Forged]], None]
    ) -> None:
        """Forge, and make the checkpoints vanish too, which would tell."""

        def edit_all(entries: list[Forged]) -> None:
            entries[:] = [entry for entry in entries if entry.kind != "checkpoint"]
            edit(entries)

        self.forge(cabinet, edit_all)
        for path in cabinet.notebook.checkpoints.iterdir():
            path.chmod(0o644)
            path.unlink()

    @staticmethod
    def set_spine(cabinet: Cabinet, raws: Sequence[bytes]) -> None:
        """Write the spine and a head that agrees with it."""
        cabinet.notebook.spine.write_bytes(b"".join(raw + b"\n" for raw in raws))
        head = Position(len(raws) - 1, hashlib.sha256(raws[-1]).hexdigest())
        for name in SLOTS:
            (cabinet.notebook.folder / name).write_bytes(make_slot(head))

    @staticmethod
    def set_head(cabinet: Cabinet, seq: int) -> None:
        """Make the head say that `seq` was the last acknowledged line."""
        raw = cabinet.notebook.spine.read_bytes().split(b"\n")[seq]
        for name in SLOTS:
            slot = make_slot(Position(seq, hashlib.sha256(raw).hexdigest()))
            (cabinet.notebook.folder / name).write_bytes(slot)


def _main(text: str) -> Part:
    return Part("正本", ".txt", text.encode())


def docx(assigned: Assigned) -> bytes:
    """The least that counts as a Word file, with the identity of its page."""
    stream = io.BytesIO()
    identity = (
        f'<page xmlns="urn:safety-docs:page:1" form="a/b" template="sha256:0" '
        f'page="{assigned.page_id}" code="{assigned.code}"/>'
    )
    with zipfile.ZipFile(stream, "w") as package:
        package.writestr("word/document.xml", "<document/>")
        package.writestr("customXml/itemProps1.xml", '<x uri="urn:safety-docs:page:1"/>')
        package.writestr("customXml/item1.xml", identity)
    return stream.getvalue()


@pytest.fixture
def shop(tmp_path: Path) -> Workshop:
    return Workshop(tmp_path / "archive")
