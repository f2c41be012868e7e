"""Signed copies of filed letters: into the cabinet, the notebook and the sign book."""

from __future__ import annotations

import shutil
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from tests.app.conftest import LETTER

from safety_docs.app.fill import fill
from safety_docs.app.house import PROJECTIONS
from safety_docs.app.look import UnknownCodeError
from safety_docs.app.printing import Correction
from safety_docs.app.sign_book import FILE_NAME, SignBook
from safety_docs.app.signing import (
    PAPER,
    SignedCopy,
    attach,
    copies_of,
    record_by_identity,
)
from safety_docs.archive import SigningRefusedError, verify
from safety_docs.core.page_code import page_identity

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from safety_docs.app.house import House
    from safety_docs.app.signing import Attached
    from safety_docs.core.record import Record

SCAN = b"%PDF-1.7 signed"


@pytest.fixture
def house(open_school: Callable[..., House]) -> House:
    return open_school()


def letter(house: House, tmp_path: Path, name: str = "李样一", **more: Any) -> Record:
    filed = fill(house, "班主任安全责任书", {**LETTER, "姓名": name}, base=tmp_path, **more)
    return filed.record


def signed(code: str, data: bytes = SCAN, copy: int = 1) -> SignedCopy:
    return SignedCopy(code, copy, data, ".pdf", 2, "三（2）班.pdf 第1—2页")


def add(house: House, *copies: SignedCopy) -> list[Attached]:
    return list(attach(house, copies))


def test_a_signed_copy_lies_beside_its_letter_and_stands_in_the_notebook(
    house: House, tmp_path: Path
) -> None:
    record = letter(house, tmp_path)
    (one,) = add(house, signed(record.code))
    assert one.is_new
    assert one.path == record.path.removesuffix(".docx") + ".签字扫描.pdf"
    assert (house.cabinet.folder / one.path).read_bytes() == SCAN
    (copy,) = copies_of(house, record.code)
    assert (copy.entry, copy.copy, copy.pages, copy.path) == (one.entry, 1, 2, one.path)
    assert copy.filed_at == house.clock.now()
    entry = list(house.cabinet.entries())[-1]
    assert (entry.label, entry.actor) == ("收回签字件", "李某某")
    assert entry.summary == f"{record.code} 第 1 份，扫描 2 页；三（2）班.pdf 第1—2页"
    assert verify(house.cabinet).findings == ()


def test_the_same_copy_is_added_once_and_another_beside_it(house: House, tmp_path: Path) -> None:
    record = letter(house, tmp_path)
    first = add(house, signed(record.code), signed(record.code))
    assert [one.is_new for one in first] == [True, False]
    assert first[0].entry == first[1].entry
    typed = record.code.replace("·", "・").lower()
    again = add(house, signed(typed), signed(typed, SCAN + b"better"), signed(typed, copy=2))
    assert [one.is_new for one in again] == [False, True, True]
    stem = record.path.removesuffix(".docx")
    assert [one.path for one in again] == [
        f"{stem}.签字扫描{count}.pdf" for count in ("", "2", "3")
    ]
    assert [one.copy for one in copies_of(house, record.code)] == [1, 1, 2]
    assert verify(house.cabinet).findings == ()


def test_a_paper_that_a_person_has_seen_is_told_without_a_file(
    house: House, tmp_path: Path
) -> None:
    record = letter(house, tmp_path)
    seen = SignedCopy(record.code, 1, b"", "", 0, PAPER)
    assert [one.is_new for one in add(house, seen, seen)] == [True, False]
    (copy,) = copies_of(house, record.code)
    assert (copy.path, copy.pages, copy.source) == ("", 0, PAPER)
    assert verify(house.cabinet).findings == ()


def test_a_source_tells_no_folders(house: House, tmp_path: Path) -> None:
    record = letter(house, tmp_path)
    add(house, replace(signed(record.code), source=r"C:\Users\李某某\桌面\扫描.pdf"))
    add(house, replace(signed(record.code, copy=2), source="/home/li/扫描\n2.pdf"))
    assert [one.source for one in copies_of(house, record.code)] == ["扫描.pdf", "扫描 2.pdf"]


@pytest.mark.parametrize(
    "fault",
    [
        {"data": b"no pdf"},
        {"suffix": ".docx"},
        {"suffix": ".png"},
        {"pages": 0},
        {"pages": 1001},
        {"data": b""},
        {"copy": 0},
        {"copy": 32},
    ],
)
def test_what_is_no_signed_copy_is_refused(
    house: House, tmp_path: Path, fault: dict[str, Any]
) -> None:
    record = letter(house, tmp_path)
    before = house.cabinet.position()
    with pytest.raises(SigningRefusedError):
        add(house, replace(signed(record.code), **fault))
    assert house.cabinet.position() == before
    assert verify(house.cabinet).findings == ()


def test_a_code_that_is_not_filed_is_refused(house: House, tmp_path: Path) -> None:
    record = letter(house, tmp_path)
    with pytest.raises(UnknownCodeError):
        add(house, signed(record.code.replace("0001", "0002")))


def test_a_printed_page_leads_to_its_record(house: House, tmp_path: Path) -> None:
    records = [letter(house, tmp_path, name) for name in ("李样一", "王样二")]
    for record in records:
        assert record_by_identity(house, page_identity(record.page_id)) == record
    assert record_by_identity(house, "0" * 13) is None
    assert record_by_identity(house, "Z" * 13) is None
    add(house, signed(records[0].code))
    key = page_identity(house.cabinet.signing(3).page_id)
    assert record_by_identity(house, key) is None
    with pytest.raises(ValueError, match="identity"):
        record_by_identity(house, "O" * 13)


def test_the_book_knows_what_is_signed_and_what_counts(house: House, tmp_path: Path) -> None:
    old, other = letter(house, tmp_path), letter(house, tmp_path, "王样二")
    add(house, signed(old.code), signed(other.code, copy=2))
    new = letter(house, tmp_path, "李样二", correction=Correction(old.code, "姓名写错"))
    with SignBook(house) as book:
        known = book.of_form(old.form, [2022])
        assert [(one.code, one.is_signed) for one in known] == [
            (other.code, False),
            (new.code, False),
        ]
        assert book.of_form(old.form, [2021]) == []
        assert book.years_of(old.form) == [2022]
        superseded = book.by_code(old.code)
    assert superseded is not None
    assert (superseded.newer, superseded.is_signed) == (new.code, True)


def dump(house: House) -> list[str]:
    with SignBook(house) as book:
        return list(book._database.iterdump())


@pytest.mark.parametrize("harm", ["gone", "damaged", "other version"])
def test_the_book_is_made_anew_from_the_notebook(house: House, tmp_path: Path, harm: str) -> None:
    record = letter(house, tmp_path)
    add(house, signed(record.code), signed(record.code, copy=2))
    live = dump(house)
    path = house.archive / PROJECTIONS / FILE_NAME
    if harm == "gone":
        path.unlink()
    elif harm == "damaged":
        path.write_bytes(b"no database" * 1000)
    else:
        with SignBook(house) as book:
            book._database.execute("PRAGMA user_version = 99")
            book._database.execute("DELETE FROM signing")
    assert dump(house) == live


def test_the_book_of_another_notebook_is_never_believed(house: House, tmp_path: Path) -> None:
    record = letter(house, tmp_path)
    add(house, signed(record.code))
    shutil.copytree(house.archive, tmp_path / "copy")
    letter(house, tmp_path, "王样二")
    expected = dump(house)
    live = house.archive / PROJECTIONS / FILE_NAME
    foreign = replace(house, archive=tmp_path / "copy")
    letter(foreign, tmp_path, "赵样三")
    add(foreign, signed(record.code, copy=2))
    shutil.copy(tmp_path / "copy" / PROJECTIONS / FILE_NAME, live)
    assert dump(house) == expected


def test_a_book_that_cannot_be_written_is_built_in_memory(house: House, tmp_path: Path) -> None:
    record = letter(house, tmp_path)
    add(house, signed(record.code))
    path = house.archive / PROJECTIONS / FILE_NAME
    path.unlink()
    path.mkdir()
    assert [one.copy for one in copies_of(house, record.code)] == [1]
    assert list(path.iterdir()) == []


def test_the_index_does_not_lag_behind_signed_copies(house: House, tmp_path: Path) -> None:
    record = letter(house, tmp_path)
    add(house, signed(record.code))
    engine = house.engine()
    assert engine.position() == house.cabinet.position()
    engine.close()
