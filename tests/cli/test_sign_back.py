"""Scan-back as a clerk does it: a stack goes in, signed copies and a report come out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pypdfium2
import pytest
from openpyxl import Workbook
from tests.scans.drawing import (
    blank_page,
    coded_page,
    letter,
    scanned,
    without_codes,
    write_jpeg,
    write_pdf,
    written_page,
)

from safety_docs.archive import find_cabinet, verify
from safety_docs.core.page_code import LAST, PageCode, page_code_key, page_identity

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from PIL import Image
    from tests.cli.conftest import Outcome

    from safety_docs.core.record import Record

NAMES = ("李样一", "王样二", "赵样三")
HEADER = ("姓名", "班级", "学生人数", "手机号")
YEAR = ("--year", "2022")


@dataclass
class Office:
    """A school whose letters have been filed, and a scanner."""

    shell: Callable[..., Outcome]
    folder: Path

    def __post_init__(self) -> None:
        self.archive = self.folder / "archive"
        self.key = page_code_key(find_cabinet(self.archive).secret)

    def records(self) -> list[Record]:
        return list(find_cabinet(self.archive).records())

    def letter(self, place: int, *, copy: int = 1, pages: int = 3) -> list[Image.Image]:
        identity = page_identity(self.records()[place].page_id)
        return letter("RL-05", identity, self.key, copy=copy, pages=pages)

    def scan(self, *pages: Image.Image, name: str = "扫描.pdf") -> Path:
        return write_pdf(self.folder / name, pages)

    def back(self, *words: object) -> Any:
        done = self.shell("--json", "sign-back", *words, *YEAR)
        assert done.status == 0, done.out + done.err
        return done.json

    def signed(self) -> list[Path]:
        return sorted(self.archive.glob("Z109-*/boxes/**/*签字扫描*"))

    def states(self, report: Any) -> dict[str, str]:
        titles = {one.code: one.title[:3] for one in self.records()}
        return {titles.get(one["code"], "?"): one["state"] for one in report["letters"]}


@pytest.fixture
def office(school: Callable[..., Outcome], tmp_path: Path) -> Office:
    book = Workbook()
    book.worksheets[0].append(HEADER)
    for number, name in enumerate(NAMES, start=1):
        book.worksheets[0].append((name, f"一（{number}）班", 40, f"1380000000{number}"))
    book.save(tmp_path / "名册.xlsx")
    pairs = ("校长=周示范", "起日=2022-09-01", "止日=2023-08-31", "签订日期=2022-09-01")
    common = [word for pair in pairs for word in ("--set", pair)]
    done = school("batch", "班主任安全责任书", tmp_path / "名册.xlsx", *common)
    assert done.status == 0, done.err
    return Office(school, tmp_path)


def test_a_mixed_stack_is_sorted_by_what_each_page_says(office: Office) -> None:
    li, wang, zhao = (office.letter(place) for place in range(3))
    stack = office.scan(
        scanned(li[0], 3),
        scanned(wang[1], 180),
        blank_page(),
        scanned(zhao[2], -5),
        scanned(wang[0]),
        scanned(li[2], 90),
        scanned(zhao[0]),
        scanned(li[1], 186),
        scanned(zhao[1]),
    )
    photo = write_jpeg(office.folder / "照片.jpg", scanned(wang[2], 270))
    done = office.back(stack, photo)
    assert office.states(done) == dict.fromkeys(NAMES, "complete")
    assert [page["state"] for page in done["pages"]].count("blank") == 1
    codes = [one.code for one in office.records()]
    assert [page["code"] for page in done["pages"]] == [
        codes[place] if place >= 0 else None for place in (0, 1, -1, 2, 1, 0, 2, 0, 2, 1)
    ]
    assert done["waiting"] == []
    assert len(office.signed()) == 3
    for path in office.signed():
        document = pypdfium2.PdfDocument(path)
        assert len(document) == 3
        document.close()
    assert verify(find_cabinet(office.archive)).ok


def test_the_same_stack_again_changes_nothing(office: Office) -> None:
    stack = office.scan(*office.letter(0), *office.letter(1)[:2])
    office.back(stack)
    position = find_cabinet(office.archive).position()
    again = office.back(stack)
    assert office.states(again) == {"李样一": "already", "王样二": "incomplete"}
    assert find_cabinet(office.archive).position() == position
    assert len(again["waiting"]) == 2


def test_the_missing_page_may_come_later(office: Office) -> None:
    wang = office.letter(1)
    first = office.back(office.scan(wang[0], wang[2]))
    (one,) = first["letters"]
    assert (one["state"], one["missing"], one["lacks_last"]) == ("incomplete", [2], False)
    assert office.signed() == []
    later = office.back(office.scan(wang[1], name="补.pdf"))
    assert office.states(later) == {"王样二": "complete"}
    assert later["waiting"] == []
    (path,) = office.signed()
    document = pypdfium2.PdfDocument(path)
    assert len(document) == 3
    document.close()
    rest = office.back(office.folder / "补.pdf")
    assert office.states(rest) == {"王样二": "already"}
    assert rest["waiting"] == []


def test_the_identity_of_a_page_never_passes_to_the_next(office: Office) -> None:
    li, zhao = office.letter(0), office.letter(2)
    spoilt = without_codes(li[1])
    done = office.back(office.scan(li[0], spoilt, li[2], zhao[0], written_page(9)))
    assert [page["state"] for page in done["pages"]] == [
        "read",
        "unreadable",
        "read",
        "read",
        "unreadable",
    ]
    assert [page["code"] is None for page in done["pages"]] == [False, True, False, False, True]
    assert office.states(done) == {"李样一": "incomplete", "赵样三": "incomplete"}
    assert office.signed() == []
    reasons = [page["reason"] for page in done["waiting"]]
    assert reasons.count("认不出页码") == 2


def test_a_person_says_what_a_page_is_by_the_words_beside_the_code(office: Office) -> None:
    li = office.letter(0)
    done = office.back(office.scan(li[0], without_codes(li[1]), li[2]))
    (lost,) = [page for page in done["waiting"] if page["reason"] == "认不出页码"]
    identity = page_identity(office.records()[0].page_id)
    code = PageCode("RL-05", identity, 2, 1)
    wrong = office.shell(
        "sign-back", "--assign", lost["id"], "--as", "RL-05 0000 0000 0000 0000 0000"
    )
    assert wrong.status == 1
    assert "校验不对" in wrong.err
    typed = code.readable(office.key).lower()
    found = office.back("--assign", lost["id"], "--as", typed)
    assert office.states(found) == {"李样一": "complete"}
    assert found["waiting"] == []
    assert len(office.signed()) == 1


def test_a_person_says_that_a_page_is_the_last(office: Office) -> None:
    zhao = office.letter(2)
    third = PageCode("RL-05", page_identity(office.records()[2].page_id), 3, 1)
    unmarked = coded_page(third, office.key)
    done = office.back(office.scan(zhao[0], zhao[1], unmarked))
    (one,) = done["letters"]
    assert (one["state"], one["missing"], one["lacks_last"]) == ("incomplete", [], True)
    (last,) = [page for page in done["waiting"] if page["number"] == 3]
    found = office.back("--assign", last["id"], "--last")
    assert office.states(found) == {"赵样三": "complete"}


def test_what_nobody_wants_is_put_aside_and_not_asked_for_again(office: Office) -> None:
    stack = office.scan(written_page(5))
    (page,) = office.back(stack)["waiting"]
    assert office.shell("sign-back", "--drop", page["id"]).status == 2
    assert office.shell("sign-back", "--drop", page["id"], "--reason", "不是责任书").status == 0
    assert office.back(stack)["waiting"] == []
    assert (office.archive / "签回待认" / "已作废" / f"{page['id']}.pdf").is_file()
    missing = office.shell("sign-back", "--drop", page["id"], "--reason", "x")
    assert "待认的页里没有" in missing.err


def test_a_second_scan_of_a_page_is_kept_and_not_joined(office: Office) -> None:
    li = office.letter(0)
    done = office.back(office.scan(*li, scanned(li[0], 4)))
    (one,) = done["letters"]
    assert (one["state"], one["spare"]) == ("complete", 1)
    assert [page["reason"] for page in done["waiting"]] == ["重复的页"]


def test_a_stack_with_a_page_twice_again_changes_nothing(office: Office) -> None:
    li = office.letter(0)
    stack = office.scan(*li, scanned(li[0], 4))
    office.back(stack)
    position = find_cabinet(office.archive).position()
    waiting = office.back("--queue")
    for _ in range(2):
        again = office.back(stack)
        assert office.states(again) == {"李样一": "already"}
        assert find_cabinet(office.archive).position() == position
        assert again["waiting"] == waiting["waiting"]
    assert len(office.signed()) == 1
    other = office.back(office.scan(*office.letter(1), name="别人.pdf"))
    assert office.states(other) == {"王样二": "complete"}


def test_pages_that_came_one_by_one_and_then_together_are_one_signed_copy(office: Office) -> None:
    li = office.letter(0)
    first = office.scan(li[0], li[1], name="一.pdf")
    second = office.scan(li[2], name="二.pdf")
    office.back(first)
    assert office.states(office.back(second)) == {"李样一": "complete"}
    assert office.states(office.back(first, second)) == {"李样一": "already"}
    assert len(office.signed()) == 1


def test_a_note_that_was_spoilt_is_named(office: Office) -> None:
    (page,) = office.back(office.scan(written_page(5)))["waiting"]
    (office.archive / "签回待认" / f"{page['id']}.json").write_text("{", encoding="utf-8")
    said = office.shell("sign-back", "--queue")
    assert said.status == 1
    assert f"{page['id']}.json" in said.err


def test_the_copies_of_a_letter_are_two_papers(office: Office) -> None:
    done = office.back(office.scan(*office.letter(0, copy=1), *office.letter(0, copy=2)[:1]))
    assert [(one["copy"], one["state"]) for one in done["letters"]] == [
        (1, "complete"),
        (2, "incomplete"),
    ]


def test_letters_of_another_school_year_are_told_and_left_alone(office: Office) -> None:
    stack = office.scan(*office.letter(0))
    done = office.shell("--json", "sign-back", stack, "--year", "2023")
    assert office.states(done.json) == {"李样一": "wrong_term"}
    assert office.signed() == []
    assert done.json["waiting"] == []
    any_term = office.shell("--json", "sign-back", stack, "--any-term")
    assert office.states(any_term.json) == {"李样一": "complete"}


def test_a_letter_that_was_signed_anew_is_not_taken(office: Office) -> None:
    old = office.letter(0)
    book = Workbook()
    book.worksheets[0].append(HEADER)
    book.worksheets[0].append(("李样一", "一（1）班", 41, "13800000001"))
    book.save(office.folder / "改.xlsx")
    pairs = ("校长=周示范", "起日=2022-09-01", "止日=2023-08-31", "签订日期=2022-09-01")
    common = [word for pair in pairs for word in ("--set", pair)]
    assert office.shell("batch", "RL-05", office.folder / "改.xlsx", *common).status == 0
    (one,) = office.back(office.scan(*old))["letters"]
    assert one["state"] == "superseded"
    assert one["newer"].endswith("0004")


def test_pages_of_other_schools_and_other_codes_are_told(office: Office) -> None:
    stranger = letter("RL-05", page_identity("a" * 32), page_code_key(b"z" * 32))
    nowhere = letter("RL-05", page_identity("b" * 32), office.key, pages=1)
    done = office.back(office.scan(stranger[0], *nowhere))
    assert [page["state"] for page in done["pages"]] == ["foreign", "read"]
    assert [one["state"] for one in done["letters"]] == ["unknown"]
    assert [page["reason"] for page in done["waiting"]] == ["专柜里没有这一件"]


def test_two_letters_on_one_picture_place_nothing(office: Office) -> None:
    both = office.letter(0)[0]
    other = office.letter(1)[1]
    both.paste(other.crop((0, 0, 300, 200)), (0, 0))
    done = office.back(office.scan(both))
    assert [page["state"] for page in done["pages"]] == ["conflict"]
    assert done["letters"] == []
    assert len(done["waiting"]) == 1


def test_a_letter_longer_than_its_codes_can_count_waits_for_a_person(office: Office) -> None:
    identity = page_identity(office.records()[0].page_id)

    def numbered(number: int, *, is_last: bool = False) -> Image.Image:
        return coded_page(PageCode("RL-05", identity, number, 1), office.key, is_last=is_last)

    fourth = scanned(numbered(2, is_last=True), 1)
    done = office.back(office.scan(numbered(1), numbered(2), numbered(3), fourth))
    assert office.states(done) == {"李样一": "long"}
    assert len(done["waiting"]) == 4
    assert office.signed() == []


def test_a_damaged_file_is_named_and_nothing_is_done(office: Office) -> None:
    good = office.scan(*office.letter(0))
    bad = office.folder / "坏.pdf"
    bad.write_bytes(b"%PDF-1.4 broken")
    done = office.shell("sign-back", good, bad)
    assert done.status == 1
    assert "“坏.pdf”不是完好的 PDF" in done.err
    assert office.signed() == []


def test_people_read_who_came_back_and_what_is_missing(office: Office) -> None:
    stack = office.scan(*office.letter(0), *office.letter(1)[:1], without_codes(written_page()))
    said = office.shell("sign-back", stack, *YEAR).out
    assert "已收回 1 份：" in said
    assert "李样一-一（1）班-班主任安全责任书" in said
    assert "缺最后一页，或末页的码看不清" in said
    assert "共读 5 页，认出 4 页，认不出 1 页。" in said
    queue = office.shell("sign-back", "--queue").out
    assert "有 2 页等着" in queue
    assert office.shell("sign-back").status == 2


def test_several_processes_read_what_one_reads(office: Office) -> None:
    pages: Sequence[Image.Image] = [page for place in range(3) for page in office.letter(place)]
    stack = office.scan(*(scanned(page, 2) for page in pages))
    done = office.back(stack, "--jobs", 2)
    assert office.states(done) == dict.fromkeys(NAMES, "complete")
    assert [page["number"] for page in done["pages"]] == [1, 2, 3] * 3
    assert LAST not in [page["number"] for page in done["pages"]]
