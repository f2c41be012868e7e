from __future__ import annotations

import datetime as dt
import stat
import sys
import unicodedata
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from safety_docs.archive import (
    AlreadySupersededError,
    DamageError,
    FilingRefusedError,
    Part,
    RetentionTooShortError,
    SupersededUnknownError,
    verify,
)
from safety_docs.archive.boxes import MAX_PATH_UNITS, units
from safety_docs.core.classification import UnknownCategoryError
from safety_docs.core.names import is_portable
from safety_docs.core.record import START

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tests.archive.conftest import Workshop

    from safety_docs.archive import Assigned, Writer


def test_a_filed_letter_can_be_opened_where_the_record_says(shop: Workshop) -> None:
    cabinet = shop.create()
    (filed,) = shop.file([shop.filing("王小明")])
    assert filed.is_new
    assert filed.record.code == "Z109-WS·2022-D30-A02-0001"
    assert filed.record.path == "boxes/2022/02-安全责任书/D30-001/data/0001-王小明-责任书.txt"
    path = cabinet.folder / filed.record.path
    assert path.read_text("utf-8") == "王小明 Z109-WS·2022-D30-A02-0001"
    assert list(cabinet.records()) == [filed.record]
    assert filed.record.filed_by == "李某某"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has an attribute instead of modes")
def test_a_filed_file_is_read_only(shop: Workshop) -> None:
    cabinet = shop.create()
    (filed,) = shop.file([shop.filing("王小明")])
    mode = (cabinet.folder / filed.record.path).stat().st_mode
    assert stat.S_IMODE(mode) & 0o222 == 0


def test_the_same_key_is_filed_once_within_a_run_and_later(shop: Workshop) -> None:
    cabinet = shop.create()
    calls: list[str] = []

    def parts(assigned: Assigned) -> Sequence[Part]:
        calls.append(assigned.code)
        return [Part("正本", ".txt", b"x")]

    twice = [shop.filing("甲", parts=parts), shop.filing("乙"), shop.filing("甲", parts=parts)]
    first = shop.file(twice)
    assert [one.is_new for one in first] == [True, True, False]
    assert first[0].record == first[2].record
    later = shop.file(twice)
    assert [one.is_new for one in later] == [False, False, False]
    assert [one.record for one in later] == [one.record for one in first]
    assert calls == ["Z109-WS·2022-D30-A02-0001"]
    assert cabinet.position().seq == 2


def test_the_page_id_follows_from_the_key_alone(shop: Workshop) -> None:
    shop.create()
    seen: list[str] = []

    def parts(assigned: Assigned) -> Sequence[Part]:
        seen.append(assigned.page_id)
        if len(seen) == 1:
            raise FilingRefusedError("甲", "第一次不成")  # noqa: EM101 # the reason does not matter
        return [Part("正本", ".txt", b"x")]

    with pytest.raises(FilingRefusedError):
        shop.file([shop.filing("甲", parts=parts)])
    (filed,) = shop.file([shop.filing("甲", parts=parts)])
    assert seen == [filed.record.page_id] * 2


def test_numbers_run_without_gap_in_each_series_and_boxes_follow_them(shop: Workshop) -> None:
    cabinet = shop.create()
    shop.file([shop.filing(f"短{n}", retention="10年") for n in range(3)])
    filed = shop.file([shop.filing(str(n)) for n in range(7)], group=3)
    assert [one.record.code[-4:] for one in filed] == [f"{n:04d}" for n in range(1, 8)]
    assert [one.record.path.split("/")[3] for one in filed] == ["D30-001"] * 5 + ["D30-002"] * 2
    assert verify(cabinet).findings == ()


def test_a_refused_filing_takes_no_number_and_leaves_no_trace(shop: Workshop) -> None:
    cabinet = shop.create()
    before = cabinet.position()
    bad = shop.filing("乙", retention="5年")
    with pytest.raises(RetentionTooShortError, match="10年") as caught:
        shop.file([shop.filing("甲"), bad])
    assert caught.value.exit_status == 20
    assert cabinet.position() == before
    assert list((cabinet.folder / "boxes").iterdir()) == []
    (filed,) = shop.file([shop.filing("丙")])
    assert filed.record.code.endswith("0001")
    assert verify(cabinet).findings == ()


def test_groups_before_a_refused_one_stay_filed(shop: Workshop) -> None:
    cabinet = shop.create()
    filings = [*(shop.filing(str(n)) for n in range(4)), shop.filing("坏", category="99")]
    with pytest.raises(UnknownCategoryError):
        shop.file(filings, group=2)
    assert len(list(cabinet.records())) == 4


@pytest.mark.parametrize(
    "changes",
    [
        {"title": " "},
        {"year": 22},
        {"values": {"a": float("nan")}},
        {"values": {"a": "\ud800"}},
        {"values": {"a": dt.date(2022, 9, 1)}},
        {"parts": lambda _: []},
        {"parts": lambda _: [Part("附件", ".txt", b"x")]},
        {"parts": lambda _: [Part("正本", ".txt", b"x"), Part("正本", ".txt", b"y")]},
        {"parts": lambda _: [Part("正本", "txt/../x", b"x")]},
        {"parts": lambda _: [Part("正本", ".txt", b"")]},
    ],
)
def test_what_no_page_can_hold_is_refused(shop: Workshop, changes: dict[str, object]) -> None:
    cabinet = shop.create()
    with pytest.raises(FilingRefusedError, match="不能归档"):
        shop.file([shop.filing("甲", **changes)])
    assert cabinet.position().seq == 0
    assert verify(cabinet).findings == ()


def test_the_files_of_a_record_sort_together_and_are_told_apart(shop: Workshop) -> None:
    cabinet = shop.create()
    photo = Part("照片", ".png", b"\x89PNG\r\n\x1a\n")
    parts = [
        Part("正本", ".txt", b"x"),
        Part("签字扫描", ".pdf", b"%PDF-1.7"),
        photo,
        photo,
        Part("附件", ".txt", b"y", label="签到表"),
    ]
    (filed,) = shop.file([shop.filing("甲", parts=lambda _: parts)])
    assert [part.path.rpartition("/")[2] for part in filed.record.parts] == [
        "0001-甲-责任书.txt",
        "0001-甲-责任书.签字扫描.pdf",
        "0001-甲-责任书.照片1.png",
        "0001-甲-责任书.照片2.png",
        "0001-甲-责任书.签到表.txt",
    ]
    assert verify(cabinet).findings == ()


def test_a_stray_file_is_never_overwritten(shop: Workshop) -> None:
    cabinet = shop.create()
    box = cabinet.folder / "boxes/2022/02-安全责任书/D30-001/data"
    box.mkdir(parents=True)
    stray = box / "0001-甲-责任书.txt"
    stray.write_bytes(b"stray")
    (filed,) = shop.file([shop.filing("甲")])
    assert stray.read_bytes() == b"stray"
    assert filed.record.path.endswith("0001-(2) 甲-责任书.txt")
    assert [one.code for one in verify(cabinet).findings] == ["E043"]


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege there")
def test_a_box_that_leads_elsewhere_is_not_filed_into(shop: Workshop, tmp_path: Path) -> None:
    cabinet = shop.create()
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (cabinet.folder / "boxes" / "2022").symlink_to(elsewhere)
    with pytest.raises(DamageError, match=r"E005.*链接"):
        shop.file([shop.filing("甲")])
    assert list(elsewhere.iterdir()) == []


def test_a_correction_names_what_it_corrects(shop: Workshop) -> None:
    shop.create()
    (old,) = shop.file([shop.filing("甲")])
    typed = old.record.code.lower().replace("·", "．")
    (new,) = shop.file([shop.filing("乙", supersedes=typed, reason="姓名写错")])
    assert new.record.supersedes == old.record.code
    assert new.record.reason == "姓名写错"
    with pytest.raises(AlreadySupersededError, match=new.record.code):
        shop.file([shop.filing("丙", supersedes=old.record.code)])
    for unknown in ("Z109-WS·2022-D30-A02-0099", "第一份"):
        with pytest.raises(SupersededUnknownError):
            shop.file([shop.filing("丁", supersedes=unknown)])


def test_two_corrections_of_one_record_in_one_group_are_refused(shop: Workshop) -> None:
    shop.create()
    (old,) = shop.file([shop.filing("甲")])
    code = old.record.code
    with pytest.raises(AlreadySupersededError):
        shop.file([shop.filing("乙", supersedes=code), shop.filing("丙", supersedes=code)])


def test_the_position_moves_with_each_group(shop: Workshop) -> None:
    cabinet = shop.create()

    def work(writer: Writer) -> list[int]:
        filings = (shop.filing(str(n)) for n in range(5))
        return [writer.position.seq for _ in writer.file(filings, group=2)]

    assert shop.write(work) == [2, 2, 4, 4, 5]
    assert cabinet.position().seq == 5


def test_a_checkpoint_is_taken_every_thousand_entries(shop: Workshop) -> None:
    cabinet = shop.create()
    shop.file((shop.filing(str(n)) for n in range(1010)), group=500)
    (path,) = cabinet.notebook.checkpoints.iterdir()
    assert path.name == "0000001001.json"
    assert [entry.kind for entry in cabinet.entries(after=1000)][:1] == ["checkpoint"]
    report = verify(cabinet)
    assert (report.ok, report.records, report.exit_status) == (True, 1010, 0)


def test_what_lies_under_the_name_of_a_checkpoint_is_set_aside_and_told(shop: Workshop) -> None:
    cabinet = shop.create()
    shop.file([shop.filing("甲")])
    stray = cabinet.notebook.checkpoints / "0000000002.json"
    stray.write_bytes(b"stray")
    shop.write(lambda writer: writer.checkpoint())
    assert b'"size":2' in stray.read_bytes()
    assert verify(cabinet).findings == ()
    (aside,) = (cabinet.folder / ".quarantine").iterdir()
    assert aside.read_bytes() == b"stray"
    assert aside.name in list(cabinet.entries())[-1].summary


def test_a_replay_from_any_point_gives_the_rest(shop: Workshop) -> None:
    cabinet = shop.furnish()
    whole = list(cabinet.replay(START))
    for place, (position, _) in enumerate(whole):
        assert list(cabinet.replay(position)) == whole[place + 1 :]
    assert [one for _, one in whole if one] == list(cabinet.records())
    assert [one.seq for one in cabinet.records(after=5)] == [
        one.seq for one in cabinet.records() if one.seq > 5
    ]


titles = st.text(
    st.one_of(
        st.characters(exclude_categories=["Cs"]),
        st.sampled_from("./\\:*?<>|\u202e\u0000· 王é"),
    ),
    min_size=1,
    max_size=300,
).filter(lambda title: title.strip())


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(titles, min_size=1, max_size=4, unique=True))
def test_any_titles_give_portable_names_and_come_back_unchanged(
    shop: Workshop, texts: list[str]
) -> None:
    if not shop.archive.exists():
        shop.create()
    scan = Part("签字扫描", ".pdf", b"%PDF-1.7")
    filings = [
        shop.filing(text, title=text, parts=lambda _: [Part("正本", ".txt", b"x"), scan, scan])
        for text in texts
    ]
    filed = shop.file(filings)
    assert [one.record.title for one in filed] == texts
    for one in filed:
        for part in one.record.parts:
            assert units(part.path) <= MAX_PATH_UNITS
            assert all(map(is_portable, part.path.split("/")))
            assert unicodedata.is_normalized("NFC", part.path)
    assert verify(shop.open()).findings == ()
