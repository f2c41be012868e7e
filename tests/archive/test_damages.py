"""One damage for every finding: `verify` must report exactly that code, and nothing else."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from safety_docs.archive import verify
from safety_docs.archive.findings import RULES
from safety_docs.core.record import Position

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.archive.conftest import Forged, Workshop

    from safety_docs.archive import Cabinet, Checkpoint

    Damage = Callable[[Cabinet, Workshop], object]

NOBODY = 65534
DAMAGES: dict[str, Damage] = {}
FORMAT = Path(__file__).parents[2] / "docs" / "format.md"
BOX = "boxes/2022/02-安全责任书/D30-001/data"


def damage(code: str) -> Callable[[Damage], Damage]:
    def register(function: Damage) -> Damage:
        assert code not in DAMAGES
        DAMAGES[code] = function
        return function

    return register


def files(cabinet: Cabinet) -> list[Path]:
    return sorted((cabinet.folder / BOX).iterdir())


def change(path: Path, old: bytes, new: bytes) -> None:
    data = path.read_bytes()
    assert old in data
    path.chmod(0o644)
    path.write_bytes(data.replace(old, new, 1))


def spine(cabinet: Cabinet) -> list[bytes]:
    return cabinet.notebook.spine.read_bytes().splitlines()


def segment(cabinet: Cabinet) -> Path:
    return max(cabinet.notebook.pages.iterdir())


def records(entries: list[Forged]) -> list[Forged]:
    return [entry for entry in entries if entry.kind == "file"]


def signings(entries: list[Forged]) -> list[Forged]:
    return [entry for entry in entries if entry.kind == "sign"]


@damage("E001")
def _(cabinet: Cabinet, _shop: Workshop) -> None:
    change(cabinet.folder / "cabinet.toml", b"Z109", b"Z108")


@damage("E002")
def _(cabinet: Cabinet, _shop: Workshop) -> None:
    change(cabinet.folder / "cabinet.toml", b"safety-docs/1", b"safety-docs/0")


@damage("E003")
def _(cabinet: Cabinet, _shop: Workshop) -> None:
    (cabinet.folder / "我的文件.docx").write_bytes(b"x")


@damage("E004")
def _(cabinet: Cabinet, shop: Workshop) -> None:
    def edit(entries: list[Forged]) -> None:
        part = records(entries)[-2].payload["parts"][0]
        outside = cabinet.folder.parent / "x.txt"
        shutil.move(cabinet.folder / part["path"], outside)
        part["path"] = "../x.txt"

    shop.forge(cabinet, edit)


@damage("E005")
def _(cabinet: Cabinet, _shop: Workshop) -> None:
    path = files(cabinet)[0]
    outside = cabinet.folder.parent / "x.txt"
    path.rename(outside)
    path.symlink_to(outside)


@damage("E006")
def _(cabinet: Cabinet, _shop: Workshop) -> None:
    path = files(cabinet)[0]
    path.with_suffix(".TXT").write_bytes(b"x")


@damage("E007")
def _(cabinet: Cabinet, _shop: Workshop) -> None:
    first = cabinet.folder / BOX / "é.txt"
    first.write_bytes(b"x")
    first.with_name(unicodedata.normalize("NFD", first.name)).write_bytes(b"x")
    (cabinet.folder / BOX / first.name).unlink()
    (cabinet.folder / BOX / files(cabinet)[0].name).with_name("é.txt").write_bytes(b"x")


@damage("E008")
def _(cabinet: Cabinet, _shop: Workshop) -> None:
    (cabinet.folder / BOX / "0009-a\u202eb.txt").write_bytes(b"x")


@damage("E009")
def _(cabinet: Cabinet, _shop: Workshop) -> None:
    (cabinet.folder / BOX / ("x" * 190)).write_bytes(b"x")


@damage("E013")
def _(cabinet: Cabinet, _shop: Workshop) -> None:
    shutil.rmtree((cabinet.folder / BOX).parent)


@damage("E014")
def _(cabinet: Cabinet, _shop: Workshop) -> None:
    folder = cabinet.folder / "boxes/2022/02-安全责任书/D30-009/data"
    folder.mkdir(parents=True)
    (folder / "0041-x.txt").write_bytes(b"x")


@damage("E020")
def _(cabinet: Cabinet, _shop: Workshop) -> None:
    cabinet.notebook.spine.unlink()


@damage("E021")
def _(cabinet: Cabinet, _shop: Workshop) -> None:
    change(cabinet.notebook.spine, b'"k":"file"', b'"k":"void"')


@damage("E022")
def _(cabinet: Cabinet, shop: Workshop) -> None:
    lines = spine(cabinet)
    cabinet.notebook.spine.write_bytes(b"\n".join([*lines[:4], lines[3], *lines[4:], b""]))
    del shop


@damage("E023")
def _(cabinet: Cabinet, _shop: Workshop) -> None:
    lines = spine(cabinet)
    cabinet.notebook.spine.write_bytes(b"\n".join([*lines[:4], *lines[5:], b""]))


@damage("E024")
def _(cabinet: Cabinet, _shop: Workshop) -> None:
    lines = spine(cabinet)
    digit = b"0" if lines[4][6:7] != b"0" else b"1"
    lines[4] = lines[4][:6] + digit + lines[4][7:]
    cabinet.notebook.spine.write_bytes(b"\n".join([*lines, b""]))


@damage("E025")
def _(cabinet: Cabinet, _shop: Workshop) -> None:
    data = cabinet.notebook.spine.read_bytes()
    cabinet.notebook.spine.write_bytes(data[:-40])


@damage("E026")
def _(cabinet: Cabinet, _shop: Workshop) -> None:
    change(segment(cabinet), "王小明".encode(), "王小红".encode())


@damage("E027")
def _(cabinet: Cabinet, _shop: Workshop) -> None:
    lines = segment(cabinet).read_bytes().splitlines(keepends=True)
    segment(cabinet).write_bytes(b"".join(lines[:2] + lines[3:]))


@damage("E029")
def _(cabinet: Cabinet, _shop: Workshop) -> None:
    with segment(cabinet).open("ab") as stream:
        stream.write(b'{"d":{},"n":999,"s":"%b"}\n' % (b"a" * 64))


@damage("E030")
def _(cabinet: Cabinet, shop: Workshop) -> None:
    def edit(entries: list[Forged]) -> None:
        records(entries)[3].payload["title"] = "另一份责任书"

    shop.forge(cabinet, edit)


@damage("E031")
def _(cabinet: Cabinet, shop: Workshop) -> tuple[Checkpoint, ...]:
    taken: Checkpoint = shop.write(lambda writer: writer.checkpoint())
    (cabinet.folder / taken.path).unlink()

    def edit(entries: list[Forged]) -> None:
        (cabinet.folder / records(entries)[-1].payload["parts"][0]["path"]).unlink()
        del entries[-2:]

    shop.forge(cabinet, edit)
    return (taken,)


@damage("E032")
def _(cabinet: Cabinet, shop: Workshop) -> None:
    def edit(entries: list[Forged]) -> None:
        entries[-1].salt = entries[-2].salt

    shop.forge(cabinet, edit)


@damage("E035")
def _(cabinet: Cabinet, _shop: Workshop) -> None:
    for name in ("head.a", "head.b"):
        (cabinet.notebook.folder / name).write_bytes(b"")


@damage("E036")
def _(cabinet: Cabinet, _shop: Workshop) -> None:
    lines = spine(cabinet)
    lines[2] = lines[2][:-1] + b',"x":"13800000001"}'
    cabinet.notebook.spine.write_bytes(b"\n".join([*lines, b""]))


@damage("E040")
def _(cabinet: Cabinet, _shop: Workshop) -> None:
    files(cabinet)[0].unlink()


@damage("E041")
def _(cabinet: Cabinet, _shop: Workshop) -> None:
    change(files(cabinet)[0], b"Z109", b"Z108")


@damage("E042")
def _(cabinet: Cabinet, _shop: Workshop) -> None:
    change(files(cabinet)[0], b"Z109", b"")


@damage("E043")
def _(cabinet: Cabinet, _shop: Workshop) -> None:
    (cabinet.folder / BOX / "0009-x.txt").write_bytes(b"x")


@damage("E044")
def _(cabinet: Cabinet, shop: Workshop) -> None:
    def edit(entries: list[Forged]) -> None:
        records(entries)[0].payload["parts"][0]["digest"] = "md5:" + "0" * 32

    shop.forge_without_checkpoints(cabinet, edit)


@damage("E046")
def _(cabinet: Cabinet, _shop: Workshop) -> None:
    one, other = files(cabinet)[:2]
    spare = one.with_name("x")
    one.rename(spare)
    other.rename(one)
    spare.rename(other)


@damage("E047")
def _(cabinet: Cabinet, shop: Workshop) -> None:
    def edit(entries: list[Forged]) -> None:
        payload = records(entries)[-1].payload
        payload["key"] = "f" * 64

    shop.forge(cabinet, edit)


@damage("E048")
def _(cabinet: Cabinet, shop: Workshop) -> None:
    def edit(entries: list[Forged]) -> None:
        part = records(entries)[-2].payload["parts"][0]
        old = cabinet.folder / part["path"]
        part["path"] = part["path"].replace(".txt", ".pdf")
        old.rename(cabinet.folder / part["path"])

    shop.forge(cabinet, edit)


def recode(cabinet: Cabinet, shop: Workshop, place: int, code: str) -> None:
    def edit(entries: list[Forged]) -> None:
        records(entries)[place].payload["code"] = code

    shop.forge_without_checkpoints(cabinet, edit)


@damage("E060")
def _(cabinet: Cabinet, shop: Workshop) -> None:
    recode(cabinet, shop, 1, "责任书第二号")


@damage("E061")
def _(cabinet: Cabinet, shop: Workshop) -> None:
    recode(cabinet, shop, 1, "Z109-WS・2022-D30-A02-0002")


@damage("E062")
def _(cabinet: Cabinet, shop: Workshop) -> None:
    recode(cabinet, shop, 2, "Z109-WS·2022-D30-A02-0002")


def renumber(cabinet: Cabinet, shop: Workshop, numbers: dict[int, int]) -> None:
    def edit(entries: list[Forged]) -> None:
        for place, number in numbers.items():
            payload = records(entries)[place].payload
            payload["code"] = payload["code"][:-4] + f"{number:04d}"

    shop.forge_without_checkpoints(cabinet, edit)


@damage("E063")
def _(cabinet: Cabinet, shop: Workshop) -> None:
    renumber(cabinet, shop, {8: 3})


@damage("E064")
def _(cabinet: Cabinet, shop: Workshop) -> None:
    renumber(cabinet, shop, {7: 3})


@damage("E065")
def _(cabinet: Cabinet, shop: Workshop) -> None:
    def edit(entries: list[Forged]) -> None:
        records(entries)[1].payload["year"] = 2023

    shop.forge_without_checkpoints(cabinet, edit)


@damage("E067")
def _(cabinet: Cabinet, shop: Workshop) -> None:
    def edit(entries: list[Forged]) -> None:
        records(entries)[9].payload["supersedes"] = "Z109-WS·2022-D30-A02-0099"

    shop.forge(cabinet, edit)


@damage("E068")
def _(cabinet: Cabinet, shop: Workshop) -> None:
    def edit(entries: list[Forged]) -> None:
        one, other = records(entries)[:2]
        (cabinet.folder / other.payload["parts"][0]["path"]).unlink()
        other.payload["parts"] = one.payload["parts"]

    shop.forge_without_checkpoints(cabinet, edit)


@damage("E069")
def _(cabinet: Cabinet, shop: Workshop) -> None:
    def edit(entries: list[Forged]) -> None:
        records(entries)[0].payload["parts"][0]["role"] = "附件"

    shop.forge_without_checkpoints(cabinet, edit)


@damage("E070")
def _(cabinet: Cabinet, shop: Workshop) -> None:
    def edit(entries: list[Forged]) -> None:
        signings(entries)[0].payload["record"] = "Z109-WS·2022-D30-A02-0099"

    shop.forge(cabinet, edit)


@damage("E086")
def _(cabinet: Cabinet, shop: Workshop) -> None:
    def edit(entries: list[Forged]) -> None:
        part = records(entries)[0].payload["parts"][0]
        old = cabinet.folder / part["path"]
        part["path"] = part["path"].replace("D30-001", "D30-002")
        old.rename(cabinet.folder / part["path"])

    shop.forge_without_checkpoints(cabinet, edit)


@damage("E124")
def _(_cabinet: Cabinet, _shop: Workshop) -> dict[str, Position]:
    return {"sqlite": Position(3, "0" * 64)}


@damage("W001")
def _(cabinet: Cabinet, _shop: Workshop) -> None:
    with cabinet.notebook.spine.open("ab") as stream:
        stream.write(b'{"c":"0123')


@damage("W002")
def _(cabinet: Cabinet, _shop: Workshop) -> None:
    job = cabinet.folder / ".staging" / "job"
    job.mkdir()
    (job / "0").write_bytes(b"x")


@damage("W003")
def _(cabinet: Cabinet, shop: Workshop) -> None:
    def edit(entries: list[Forged]) -> None:
        entries[-1].time = entries[-1].time.replace("2022", "2021")

    shop.forge(cabinet, edit)


@damage("W007")
def _(cabinet: Cabinet, _shop: Workshop) -> None:
    (cabinet.folder / BOX / "空").mkdir()


@damage("W009")
def _(cabinet: Cabinet, _shop: Workshop) -> dict[str, Position]:
    return {"sqlite": cabinet.notebook.position_before(4)}


@damage("W023")
def _(cabinet: Cabinet, _shop: Workshop) -> None:
    (cabinet.notebook.folder / "head.a").write_bytes(b"0000000004 torn")


@damage("U001")
def _(cabinet: Cabinet, _shop: Workshop) -> None:
    files(cabinet)[0].chmod(0)


@damage("U007")
def _(cabinet: Cabinet, _shop: Workshop) -> None:
    change(cabinet.notebook.spine, b"safety-docs/1", b"safety-docs/2")
    change(cabinet.folder / "cabinet.toml", b"safety-docs/1", b"safety-docs/2")


@damage("W024")
def _(cabinet: Cabinet, _shop: Workshop) -> None:
    (cabinet.folder / BOX / "Thumbs.db").write_bytes(b"x")
    (cabinet.folder / "desktop.ini").write_bytes(b"x")
    (cabinet.folder / BOX / "~$01-题名.docx").write_bytes(b"x")


MORE: list[tuple[str, Damage]] = []
"""Other ways to come by a code."""


def another(code: str) -> Callable[[Damage], Damage]:
    def register(function: Damage) -> Damage:
        MORE.append((code, function))
        return function

    return register


@another("E001")
def _(cabinet: Cabinet, _shop: Workshop) -> None:
    (cabinet.folder / "classification.toml").unlink()


@another("E004")
def _(cabinet: Cabinet, shop: Workshop) -> None:
    def edit(entries: list[Forged]) -> None:
        part = records(entries)[-2].payload["parts"][0]
        (cabinet.folder / part["path"]).unlink()
        part["path"] = "C:/x.txt"

    shop.forge(cabinet, edit)


@another("E020")
def _(cabinet: Cabinet, _shop: Workshop) -> None:
    change(cabinet.notebook.spine, b'"a":"sha256"', b'"a":""')


@another("E021")
def _(cabinet: Cabinet, shop: Workshop) -> None:
    def edit(entries: list[Forged]) -> None:
        records(entries)[-1].payload["extra"] = "x"
        (cabinet.folder / records(entries)[-1].payload["parts"][0]["path"]).unlink()

    shop.forge(cabinet, edit)


@another("E021")
def _(cabinet: Cabinet, shop: Workshop) -> None:
    def edit(entries: list[Forged]) -> None:
        del records(entries)[-1].payload["parts"][0]["size"]

    shop.forge(cabinet, edit)


@another("E021")
def _(cabinet: Cabinet, _shop: Workshop) -> None:
    lines = spine(cabinet)
    cabinet.notebook.spine.write_bytes(
        b"\n".join([*lines[:3], lines[3] + lines[4], *lines[5:], b""])
    )


@another("E021")
def _(cabinet: Cabinet, _shop: Workshop) -> None:
    segment = cabinet.notebook.pages / "2022-09.jsonl"
    pages = segment.read_bytes().splitlines(keepends=True)
    segment.write_bytes(b"".join([*pages[:3], pages[4], pages[3], *pages[5:]]))


@another("E023")
def _(cabinet: Cabinet, _shop: Workshop) -> None:
    change(cabinet.notebook.spine, b'"n":3,', b'"n":7,')


@another("E022")
def _(cabinet: Cabinet, _shop: Workshop) -> None:
    change(cabinet.notebook.spine, b'"n":7,', b'"n":3,')


@another("E024")
def _(cabinet: Cabinet, _shop: Workshop) -> None:
    lines = spine(cabinet)
    lines[-1] = lines[-1].replace(b'"w":"a01"', b'"w":"a02"')
    cabinet.notebook.spine.write_bytes(b"\n".join([*lines, b""]))


@another("E025")
def _(cabinet: Cabinet, _shop: Workshop) -> None:
    lines = spine(cabinet)
    cabinet.notebook.spine.write_bytes(b"\n".join([*lines[:-2], b""]))


@another("E026")
def _(cabinet: Cabinet, _shop: Workshop) -> None:
    path = segment(cabinet)
    path.write_bytes(path.read_bytes()[:-1])


@another("E027")
def _(cabinet: Cabinet, _shop: Workshop) -> None:
    segment(cabinet).unlink()


@another("E040")
def _(cabinet: Cabinet, _shop: Workshop) -> None:
    next(cabinet.notebook.checkpoints.iterdir()).unlink()


@another("E041")
def _(cabinet: Cabinet, _shop: Workshop) -> None:
    change(next(cabinet.notebook.checkpoints.iterdir()), b"sha256", b"sha257")


@another("E043")
def _(cabinet: Cabinet, _shop: Workshop) -> None:
    (cabinet.notebook.checkpoints / "0000000003.json").write_bytes(b"{}")


@another("E043")
def _(cabinet: Cabinet, _shop: Workshop) -> None:
    (cabinet.notebook.folder / "记事.txt").write_bytes(b"x")


@another("E060")
def _(cabinet: Cabinet, shop: Workshop) -> None:
    recode(cabinet, shop, 1, "Z109-WS·2022·D30·A02-0002")


@another("E067")
def _(cabinet: Cabinet, shop: Workshop) -> None:
    def edit(entries: list[Forged]) -> None:
        one, other = records(entries)[9:11]
        other.payload["supersedes"] = one.payload["supersedes"]

    shop.forge(cabinet, edit)


SCAN = f"{BOX}/0002-甲1-责任书.签字扫描.pdf"


@another("E040")
def _(cabinet: Cabinet, _shop: Workshop) -> None:
    (cabinet.folder / SCAN).unlink()


@another("E041")
def _(cabinet: Cabinet, _shop: Workshop) -> None:
    change(cabinet.folder / SCAN, b"signed", b"forged")


@another("E042")
def _(cabinet: Cabinet, _shop: Workshop) -> None:
    change(cabinet.folder / SCAN, b"signed", b"")


@another("E043")
def _(cabinet: Cabinet, _shop: Workshop) -> None:
    (cabinet.folder / SCAN.replace("扫描", "扫描3")).write_bytes(b"%PDF-1.7")


@another("E044")
def _(cabinet: Cabinet, shop: Workshop) -> None:
    def edit(entries: list[Forged]) -> None:
        signings(entries)[0].payload["parts"][0]["digest"] = "md5:" + "0" * 32

    shop.forge(cabinet, edit)


@another("E046")
def _(cabinet: Cabinet, _shop: Workshop) -> None:
    one, other = (cabinet.folder / SCAN), (cabinet.folder / SCAN.replace("扫描", "扫描2"))
    spare = one.with_name("x")
    one.rename(spare)
    other.rename(one)
    spare.rename(other)


@another("E048")
def _(cabinet: Cabinet, shop: Workshop) -> None:
    def edit(entries: list[Forged]) -> None:
        part = signings(entries)[0].payload["parts"][0]
        part["path"] = part["path"].replace(".pdf", ".png")
        (cabinet.folder / SCAN).rename(cabinet.folder / part["path"])

    shop.forge(cabinet, edit)


@another("E068")
def _(cabinet: Cabinet, shop: Workshop) -> None:
    def edit(entries: list[Forged]) -> None:
        one, other = signings(entries)[:2]
        (cabinet.folder / other.payload["parts"][0]["path"]).unlink()
        other.payload["parts"] = one.payload["parts"]

    shop.forge(cabinet, edit)


@another("E086")
def _(cabinet: Cabinet, shop: Workshop) -> None:
    def edit(entries: list[Forged]) -> None:
        part = signings(entries)[0].payload["parts"][0]
        part["path"] = part["path"].replace("D30-001", "D30-002")
        (cabinet.folder / SCAN).rename(cabinet.folder / part["path"])

    shop.forge(cabinet, edit)


@another("E070")
def _(cabinet: Cabinet, shop: Workshop) -> None:
    """The copy came back before its letter was filed."""

    def edit(entries: list[Forged]) -> None:
        late = records(entries)[-1].payload
        signing = signings(entries)[0].payload
        signing["record"] = late["code"]

    shop.forge(cabinet, edit)


@another("E004")
def _(cabinet: Cabinet, shop: Workshop) -> None:
    def edit(entries: list[Forged]) -> None:
        (cabinet.folder / SCAN).unlink()
        signings(entries)[0].payload["parts"][0]["path"] = "../扫描.pdf"

    shop.forge(cabinet, edit)


IMPOSSIBLE: tuple[dict[str, object], ...] = (
    {"copy": 0},
    {"copy": 32},
    {"copy": "1"},
    {"pages": -1},
    {"pages": 0},
    {"pages": 1001},
    {"parts": []},
    {"extra": ""},
)


@pytest.mark.parametrize("change", IMPOSSIBLE)
def test_a_signed_copy_that_cannot_be_is_no_page(change: dict[str, object], shop: Workshop) -> None:
    cabinet = shop.furnish()
    shop.forge(cabinet, lambda entries: signings(entries)[0].payload.update(change))
    assert {finding.code for finding in verify(cabinet).findings} == {"E021"}


def test_a_signed_copy_has_the_role_of_one(shop: Workshop) -> None:
    cabinet = shop.furnish()

    def edit(entries: list[Forged]) -> None:
        signings(entries)[0].payload["parts"][0]["role"] = "附件"

    shop.forge(cabinet, edit)
    assert {finding.code for finding in verify(cabinet).findings} == {"E021"}


@another("W001")
def _(cabinet: Cabinet, _shop: Workshop) -> None:
    with segment(cabinet).open("ab") as stream:
        stream.write(b'{"d":{},"n":17,"s":"%b"}\n{"d":' % (b"a" * 64))


@another("W003")
def _(cabinet: Cabinet, shop: Workshop) -> None:
    def edit(entries: list[Forged]) -> None:
        entries[-1].time = entries[-1].time.replace("+08:00", "+14:00")

    shop.forge(cabinet, edit)


@pytest.mark.parametrize(("code", "harm"), MORE)
def test_another_damage_gives_exactly_its_code(code: str, harm: Damage, shop: Workshop) -> None:
    cabinet = shop.furnish()
    harm(cabinet, shop)
    report = verify(shop.open())
    assert {finding.code for finding in report.findings} == {code}, report.findings


def test_every_finding_has_a_damage_and_a_rule_in_the_format() -> None:
    assert sorted(DAMAGES) == sorted(RULES)
    cited = set(re.findall(r"\[([EWU]\d{3})\]", FORMAT.read_text("utf-8")))
    assert set(RULES) <= cited


def test_what_looked_wrong_while_somebody_filed_is_checked_again(shop: Workshop) -> None:
    cabinet = shop.furnish()
    passing = cabinet.folder / BOX / "0008-x.txt"
    passing.write_bytes(b"x")

    def file_meanwhile(_done: int, _total: int) -> None:
        if passing.exists():
            passing.unlink()
            shop.file([shop.filing("己")])

    report = verify(cabinet, progress=file_meanwhile)
    assert (report.records, report.findings) == (12, ())


@contextlib.contextmanager
def as_anybody(folder: Path) -> Iterator[None]:
    """Without the superuser's right to read every file, which would hide U001."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        yield
        return
    for parent in folder.parents:
        if parent.stat().st_uid == 0 and not parent.stat().st_mode & 0o001:
            parent.chmod(parent.stat().st_mode | 0o011)
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.mark.parametrize("code", sorted(RULES))
def test_a_damage_gives_exactly_its_code(code: str, shop: Workshop) -> None:
    cabinet = shop.furnish()
    assert verify(cabinet).findings == ()
    given = DAMAGES[code](cabinet, shop)
    with as_anybody(cabinet.folder):
        report = verify(
            shop.open(),
            checkpoints=given if isinstance(given, tuple) else (),
            projections=given if isinstance(given, dict) else None,
        )
    assert {finding.code for finding in report.findings} == {code}, report.findings
    assert report.exit_status == RULES[code].status
    assert report.ok == code.startswith("W")
