from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from safety_docs.archive import (
    Cabinet,
    CabinetExistsError,
    DamageError,
    NewerFormatError,
    NoCabinetError,
    NotebookContradictionError,
    NotInNotebookError,
    ProfileError,
    SeveralCabinetsError,
    find_cabinet,
    verify,
)
from safety_docs.core.classification import ClassificationError
from safety_docs.core.record import START, Position

if TYPE_CHECKING:
    from pathlib import Path

    from tests.archive.conftest import Forged, Workshop


def test_a_new_cabinet_is_sound_and_says_who_it_belongs_to(shop: Workshop) -> None:
    shop.create()
    cabinet = shop.open()
    assert cabinet.folder.name == "Z109-示范学校"
    assert cabinet.profile == shop.profile
    assert cabinet.custodian == "李某某"
    assert [one.folder for one in cabinet.classification.categories] == [
        "01-综合管理",
        "02-安全责任书",
    ]
    assert [entry.label for entry in cabinet.entries()] == ["启用专本"]
    assert verify(cabinet).findings == ()


def test_an_archive_folder_holds_one_cabinet(shop: Workshop, tmp_path: Path) -> None:
    with pytest.raises(NoCabinetError) as caught:
        find_cabinet(tmp_path / "nichts")
    assert caught.value.exit_status == 10
    cabinet = shop.create()
    with pytest.raises(CabinetExistsError, match="Z109-示范学校"):
        shop.create()
    (shop.archive / "别的文件夹").mkdir()
    assert shop.open().folder == cabinet.folder
    (shop.archive / "Z110").mkdir()
    (shop.archive / "Z110" / "cabinet.toml").write_text("", "utf-8")
    with pytest.raises(SeveralCabinetsError, match="Z110"):
        shop.open()


@pytest.mark.parametrize(
    "change",
    [
        {"fonds": "z109"},
        {"fonds": ""},
        {"name": ""},
        {"name": "a/b"},
        {"level": "小\n学"},
        {"custodian": " "},
        {"style": "DA/T 1-1"},
        {"records_per_box": 0},
    ],
)
def test_a_profile_that_cannot_be_used_makes_no_cabinet(
    shop: Workshop, change: dict[str, object]
) -> None:
    with pytest.raises(ProfileError, match="专柜的设置有误"):
        shop.create(profile=replace(shop.profile, **change))  # type: ignore[arg-type] # on purpose
    assert not shop.archive.exists()


def test_a_classification_that_cannot_be_used_makes_no_cabinet(shop: Workshop) -> None:
    with pytest.raises(ClassificationError):
        Cabinet.create(shop.archive, shop.profile, "x", clock=shop.clock, entropy=shop.entropy)
    assert not shop.archive.exists()


def test_the_other_style_of_codes_is_kept(shop: Workshop) -> None:
    cabinet = shop.create(profile=replace(shop.profile, style="DA/T 13-2022"))
    filed = shop.file([shop.filing("甲")])
    assert filed[0].record.code == "Z109-WS·2022·D30·A02-0001"
    shop.file([shop.filing("乙", supersedes="Z109-WS·2022-D30-A02-0001", reason="写错")])
    assert verify(cabinet).findings == ()


def test_a_cabinet_of_a_newer_format_is_not_touched(shop: Workshop) -> None:
    cabinet = shop.create()
    spine = cabinet.notebook.spine
    spine.write_bytes(spine.read_bytes().replace(b"safety-docs/1", b"safety-docs/2"))
    with pytest.raises(NewerFormatError) as caught:
        shop.file([shop.filing("甲")])
    assert caught.value.exit_status == 12


@pytest.mark.parametrize("name", ["cabinet.toml", "classification.toml"])
@pytest.mark.parametrize("data", [None, b"x", b"\xff", b'format = "safety-docs/1"\n'])
def test_a_damaged_settings_file_is_named(shop: Workshop, name: str, data: bytes | None) -> None:
    path = shop.create().folder / name
    path.unlink()
    if data is not None:
        path.write_bytes(data)
    with pytest.raises(DamageError, match="E001"):
        shop.file([shop.filing("甲")])


@pytest.mark.parametrize("name", ["cabinet.toml", "classification.toml"])
def test_nothing_is_numbered_by_settings_that_were_changed(shop: Workshop, name: str) -> None:
    cabinet = shop.furnish()
    path, before = cabinet.folder / name, cabinet.position()
    path.chmod(0o644)
    path.write_text(path.read_text("utf-8").replace('"Z109"', '"Z110"') + "\n", "utf-8")
    with pytest.raises(DamageError, match=r"E001.*被改过"):
        shop.file([shop.filing("己")])
    assert cabinet.position() == before
    assert len(list(shop.open().records())) == 11


def test_what_a_killed_init_left_is_cleared_away_and_nothing_else(shop: Workshop) -> None:
    unfinished = shop.archive / ".new-0123456789abcdef" / "notebook"
    unfinished.mkdir(parents=True)
    (unfinished / "head.a").write_bytes(b"half")
    (shop.archive / ".new-通知").mkdir()
    cabinet = shop.create()
    names = {child.name for child in shop.archive.iterdir()}
    assert names == {cabinet.folder.name, ".safety-docs", ".new-通知"}


def test_a_lost_spine_or_segment_is_named(shop: Workshop) -> None:
    cabinet = shop.create()
    segment = next(cabinet.notebook.pages.iterdir())
    segment.unlink()
    with pytest.raises(DamageError, match="E027"):
        list(cabinet.records())
    cabinet.notebook.spine.unlink()
    with pytest.raises(NotebookContradictionError, match="E020"):
        shop.open().position()


def test_reading_stops_at_a_page_that_was_changed(shop: Workshop) -> None:
    cabinet = shop.furnish()
    segment = max(cabinet.notebook.pages.iterdir())
    segment.write_bytes(segment.read_bytes().replace("王小明".encode(), "王小红".encode(), 1))
    with pytest.raises(DamageError, match="E026"):
        list(shop.open().records())


def test_reading_stops_at_a_line_that_does_not_follow(shop: Workshop) -> None:
    cabinet = shop.furnish()
    lines = cabinet.notebook.spine.read_bytes().splitlines(keepends=True)
    cabinet.notebook.spine.write_bytes(b"".join(lines[:3] + lines[4:]))
    with pytest.raises(NotebookContradictionError, match="E024"):
        list(cabinet.records())
    cabinet.notebook.spine.write_bytes(b"".join([*lines[:3], b"{}\n", *lines[3:]]))
    with pytest.raises(NotebookContradictionError, match="E021"):
        list(cabinet.records())


def test_a_position_of_another_notebook_is_refused(shop: Workshop) -> None:
    cabinet = shop.furnish()
    end = cabinet.position()
    for position in (Position(end.seq, "0" * 64), Position(end.seq + 1, end.head)):
        with pytest.raises(NotInNotebookError):
            list(cabinet.replay(position))
    assert list(cabinet.replay(end)) == []
    assert len(list(cabinet.replay(START))) == end.seq + 1
    with pytest.raises(NotInNotebookError):
        cabinet.record(99)


def test_entries_are_told_in_words(shop: Workshop) -> None:
    cabinet = shop.furnish()
    entries = list(cabinet.entries())
    assert [entry.seq for entry in entries] == list(range(17))
    assert {entry.actor for entry in entries} == {"李某某"}
    assert entries[1].summary == "Z109-WS·2022-D30-A02-0001 甲0-责任书"
    assert entries[8].summary == "notebook/checkpoints/0000000008.json，共 8 条"
    assert list(cabinet.entries(after=11)) == entries[12:]


def test_pages_of_many_months_are_read_in_order(shop: Workshop) -> None:
    cabinet = shop.create()
    for number in range(150):
        shop.file([shop.filing(str(number))])

    def shuffle(entries: list[Forged]) -> None:
        for place in (70, 71, 90):
            entries[place].time = entries[place].time.replace("2022-10", "2022-09")

    shop.forge(cabinet, shuffle)
    assert len(list(cabinet.notebook.pages.iterdir())) >= 3
    assert [one.seq for one in cabinet.records()] == list(range(1, 151))
    assert [one.seq for one in cabinet.records(after=88)] == list(range(89, 151))
    assert cabinet.record(91).code.endswith("0091")
