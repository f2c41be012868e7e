"""What a filed letter's pages are marked with; what is not filed is not marked."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING, Any

import pytest
import zxingcpp
from PIL import Image
from tests.app.conftest import TEMPLATES

from safety_docs.app.batch import batch
from safety_docs.app.fill import fill, preview_form
from safety_docs.app.find import find, request_of
from safety_docs.app.printing import Printer
from safety_docs.app.projection import rebuild
from safety_docs.archive import verify
from safety_docs.core.page_code import LAST, PageCode, page_code_key, page_identity
from safety_docs.documents import read_identity

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from safety_docs.app.house import House
    from safety_docs.archive import Filed

LETTER = "responsibility-letters/homeroom-teacher"
ROWS = [
    f"李样{name},一（{number}）班,40,1380000000{number}\n" for number, name in enumerate("甲乙丙")
]
COMMON = {"校长": "周示范", "起日": "2022-09-01", "止日": "2023-08-31", "签订日期": "2022-09-01"}
PICTURES = [f"word/media/pageCode{name}.png" for name in (1, 2, 3, "Last")]


def sample(house: House, form: str = LETTER) -> dict[str, Any]:
    return dict(house.library.form(form).sample_input())


def filed_letter(house: House, tmp_path: Path, form: str = LETTER) -> tuple[Filed, Path]:
    filed = fill(house, form, sample(house, form), base=tmp_path)
    (path,) = house.archive.rglob(f"*{filed.record.title}*.docx")
    return filed, path


def codes(document: Path, key: bytes) -> list[PageCode]:
    found = []
    with zipfile.ZipFile(document) as package:
        for name in PICTURES:
            with package.open(name) as picture:
                (code,) = zxingcpp.read_barcodes(Image.open(picture).convert("L"))
            found.append(PageCode.parse(code.text, key))
    return found


def test_each_page_of_a_filed_letter_says_which_it_is(
    open_school: Callable[..., House], tmp_path: Path
) -> None:
    house = open_school()
    _, path = filed_letter(house, tmp_path)
    identity = read_identity(path.read_bytes())
    assert identity is not None
    page = page_identity(identity.page_id)
    key = page_code_key(house.cabinet.secret)
    assert codes(path, key) == [PageCode("RL-05", page, number, 1) for number in (1, 2, 3, LAST)]
    with zipfile.ZipFile(path) as package:
        words = package.read("word/codeHeader2.xml").decode()
    code = PageCode("RL-05", page, 2, 1)
    assert f">{code.readable(key)}<" in words
    assert ">第2页　学校留存<" in words
    assert verify(house.cabinet).ok


def test_letters_of_a_roster_each_have_their_own_codes(
    open_school: Callable[..., House], tmp_path: Path
) -> None:
    house = open_school()
    roster = tmp_path / "名册.csv"
    roster.write_text("姓名,班级,学生人数,手机号\n" + "".join(ROWS), "utf-8")
    batch(house, [LETTER], roster, common=COMMON)
    key = page_code_key(house.cabinet.secret)
    documents = list(house.archive.rglob("*班主任安全责任书.docx"))
    assert len(documents) == len(ROWS)
    for document in documents:
        identity = read_identity(document.read_bytes())
        assert identity is not None
        page = page_identity(identity.page_id)
        assert codes(document, key) == [
            PageCode("RL-05", page, number, 1) for number in (1, 2, 3, LAST)
        ]
    assert verify(house.cabinet).ok


def test_a_letter_without_copies_to_hand_out_has_no_label(
    open_school: Callable[..., House], tmp_path: Path
) -> None:
    own = tmp_path / "own"
    source = TEMPLATES / "forms" / LETTER / "form.toml"
    target = own / "forms" / LETTER / "form.toml"
    target.parent.mkdir(parents=True)
    target.write_text(source.read_text("utf-8").replace("copies = 2", "copies = 1"), "utf-8")
    _, path = filed_letter(open_school(own), tmp_path)
    with zipfile.ZipFile(path) as package:
        assert ">第1页<" in package.read("word/codeHeader1.xml").decode()


def test_a_preview_has_no_codes(open_school: Callable[..., House], tmp_path: Path) -> None:
    house = open_school()
    target = tmp_path / "样张.docx"
    preview_form(house, LETTER, sample(house), base=tmp_path, target=target)
    with zipfile.ZipFile(target) as package:
        assert not [name for name in package.namelist() if "ode" in name]


def test_other_documents_have_no_codes(open_school: Callable[..., House], tmp_path: Path) -> None:
    house = open_school()
    _, path = filed_letter(house, tmp_path, "drills/plan")
    with zipfile.ZipFile(path) as package:
        assert not [name for name in package.namelist() if "ode" in name]


def test_what_stands_beside_a_code_is_not_found(
    open_school: Callable[..., House], tmp_path: Path
) -> None:
    house = open_school()
    _, path = filed_letter(house, tmp_path)
    identity = read_identity(path.read_bytes())
    assert identity is not None
    code = PageCode("RL-05", page_identity(identity.page_id), 1, 1)
    digits = code.readable(page_code_key(house.cabinet.secret))
    for _ in ("as filed", "as read again from the files"):
        assert find(house, request_of(house, "班主任安全责任书")).total == 1
        for words in (digits, "第2页", "学校留存"):
            assert find(house, request_of(house, f'"{words}"')).total == 0
        rebuild(house, "sqlite")


@pytest.mark.parametrize("key", [None, b"key"])
def test_what_is_not_filed_is_printed_alike_with_and_without_a_key(
    open_school: Callable[..., House], key: bytes | None
) -> None:
    form = open_school().library.form(LETTER)
    printed = Printer(form, code_key=key).render(form.sample())
    assert printed == Printer(form).render(form.sample())
