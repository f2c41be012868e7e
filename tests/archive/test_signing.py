"""Signed copies in the archive: where their files lie, and what stops them."""

from __future__ import annotations

import shutil
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from safety_docs.archive import DamageError, Part, SigningRefusedError, verify
from safety_docs.archive.boxes import MAX_PATH_UNITS, name_beside, units
from safety_docs.core.names import MAX_COMPONENT_BYTES, is_portable
from safety_docs.core.record import Signing

if TYPE_CHECKING:
    from tests.archive.conftest import Workshop

    from safety_docs.core.record import Record


def filed(shop: Workshop, *names: str) -> list[Record]:
    shop.create()
    return [one.record for one in shop.file(shop.filing(name) for name in names)]


def test_copies_of_many_letters_come_in_groups(shop: Workshop) -> None:
    records = filed(shop, *(f"甲{n}" for n in range(7)))
    signed = shop.sign(map(shop.returned, records), group=3)
    assert [one.signing.record for one in signed] == [one.code for one in records]
    assert [one.signing.seq for one in signed] == list(range(8, 15))
    assert verify(shop.open()).findings == ()


def test_a_copy_that_is_refused_takes_its_group_with_it_and_no_other(shop: Workshop) -> None:
    one, two, three = map(shop.returned, filed(shop, "甲", "乙", "丙"))
    with pytest.raises(SigningRefusedError, match="第 32 份"):
        shop.sign([one, two, replace(three, copy=32)], group=2)
    cabinet = shop.open()
    signings = [said for _, said in cabinet.follow() if isinstance(said, Signing)]
    assert [said.record for said in signings] == [one.record.code, two.record.code]
    assert verify(cabinet).findings == ()


def test_a_record_of_another_cabinet_is_refused(shop: Workshop) -> None:
    (record,) = filed(shop, "甲")
    with pytest.raises(SigningRefusedError, match="没有这一件"):
        shop.sign([shop.returned(replace(record, page_id="0" * 32))])
    assert verify(shop.open()).findings == ()


def test_a_stray_file_keeps_its_name(shop: Workshop) -> None:
    (record,) = filed(shop, "甲")
    cabinet = shop.open()
    stray = cabinet.folder / record.path.replace(".txt", ".签字扫描.pdf")
    stray.write_bytes(b"%PDF-1.7 stray")
    (signed,) = shop.sign([shop.returned(record)])
    assert signed.signing.path.endswith("0001-甲-责任书.签字扫描2.pdf")
    assert stray.read_bytes() == b"%PDF-1.7 stray"


def test_the_name_of_a_lost_copy_is_not_given_again(shop: Workshop) -> None:
    (record,) = filed(shop, "甲")
    (first,) = shop.sign([shop.returned(record)])
    cabinet = shop.open()
    (cabinet.folder / first.signing.path).unlink()
    shop.sign([shop.returned(record, "better")])
    assert [finding.code for finding in verify(cabinet).findings] == ["E040"]


def test_a_letter_that_was_filed_with_a_scan_gets_the_next_count(shop: Workshop) -> None:
    shop.create()
    parts = [Part("正本", ".txt", b"x"), Part("签字扫描", ".pdf", b"%PDF-1.7")]
    (one,) = shop.file([shop.filing("甲", parts=lambda _: parts)])
    (signed,) = shop.sign([shop.returned(one.record)])
    assert signed.signing.path.endswith("0001-甲-责任书.签字扫描2.pdf")


@pytest.mark.parametrize("harm", ["gone", "link"])
def test_a_box_that_is_gone_or_a_link_gets_nothing(shop: Workshop, harm: str) -> None:
    (record,) = filed(shop, "甲")
    cabinet = shop.open()
    box = (cabinet.folder / record.path).parent
    outside = shop.archive.parent / "outside"
    shutil.move(box, outside)
    if harm == "link":
        box.symlink_to(outside, target_is_directory=True)
    with pytest.raises(DamageError) as caught:
        shop.sign([shop.returned(record)])
    assert caught.value.finding == ("E005" if harm == "link" else "E013")
    assert len(list(outside.iterdir())) == 1


@pytest.mark.parametrize("title", ["甲" * 90, "𠮷" * 70, "a.b. c", "甲-乙"])
def test_names_beside_a_long_one_are_cut_to_fit(title: str) -> None:
    main = f"boxes/2022/02-安全责任书/D30-001/data/0001-{title}.docx"
    for count in (1, 2, 31):
        folder, _, name = name_beside(main, "签字扫描", count, ".pdf").rpartition("/")
        assert folder == main.rpartition("/")[0]
        assert name.startswith(f"0001-{title[:5]}")
        assert name.endswith(f".签字扫描{count if count > 1 else ''}.pdf")
        assert is_portable(name)
        assert len(name.encode()) <= MAX_COMPONENT_BYTES
        assert units(f"{folder}/{name}") <= MAX_PATH_UNITS
