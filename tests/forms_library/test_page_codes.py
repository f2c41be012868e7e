"""Printed letters as a scanner sees them: each page carries its own code, the last one says so."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pypdfium2
import pytest
import zxingcpp
from tests.forms_library.conftest import TEMPLATES
from tests.forms_library.pages import convert, read_pages

from safety_docs.core.page_code import CODED_PAGES, LAST, PageCode
from safety_docs.documents import PageMarks, compile_template, typeset
from safety_docs.forms import load_library

if TYPE_CHECKING:
    from pathlib import Path

    from tests.forms_library.pages import Page

KEY = b"key"
DPI = 150
PX_PER_MM = DPI / 25.4
LIBRARY = load_library([TEMPLATES / "forms"])
LETTERS = [head.code for head in LIBRARY.heads if LIBRARY.form(head.id).page_codes]
MADE = {"SH-1": 1, "SH-2": 2, "SH-4": 4}
"""Letters made for these tests, and how many pages they have."""
PARAGRAPHS = 11
"""Of three lines each, fill a page."""


pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed"),
]
each = pytest.mark.parametrize("code", [*LETTERS, *MADE])


@dataclass(frozen=True)
class Code:
    """A code that was read.

    Attributes:
        code: What it says.
        left, top, right, bottom: Its symbol without quiet zone, in millimetres.
    """

    code: PageCode
    left: float
    top: float
    right: float
    bottom: float

    def covers(self, page: Page) -> list[str]:
        """Characters of the page in the symbol or its quiet zone of four modules."""
        quiet = (self.right - self.left) * 4 / 25 - 0.2
        return [
            one.text
            for one in page.characters
            if one.right > self.left - quiet
            and one.left < self.right + quiet
            and one.bottom > self.top - quiet
            and one.top < self.bottom + quiet
        ]


@dataclass(frozen=True)
class Letter:
    """A printed letter.

    Attributes:
        marks: What it was marked with.
        pages: Its pages.
        codes: The codes on each page, by their numbers.
        plain: The pages of the same letter without codes.
    """

    marks: PageMarks
    pages: tuple[Page, ...]
    codes: tuple[tuple[Code, ...], ...]
    plain: tuple[Page, ...]


def marks_of(code: str) -> PageMarks:
    return PageMarks(code, f"0{LETTERS.index(code) if code in LETTERS else 99:012}", 2, KEY, "留存")


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Letter]:
    """Every letter's sample and the letters made here, by form code; one run of LibreOffice."""
    folder = tmp_path_factory.mktemp("codes")
    for code in LETTERS:
        form = LIBRARY.find(code)
        template = compile_template(form.template_path, names=form.names, page_codes=True)
        document = template.render_parts(form.sample(), marks=marks_of(code)).data
        (folder / f"{code}.docx").write_bytes(document)
        (folder / f"{code}-plain.docx").write_bytes(template.render(form.sample()))
    template_path = folder / "template.docx"
    for code, pages in MADE.items():
        line = "甲乙双方按照规定各负其责，共同做好学校安全工作，有情况及时通报，互相配合。"
        text = "\n\n".join(["# 责任书", *[line + line] * (PARAGRAPHS * pages - PARAGRAPHS // 2)])
        template_path.write_bytes(typeset(f"{text}\n", "letter"))
        template = compile_template(template_path, page_codes=True)
        document = template.render_parts({}, marks=marks_of(code)).data
        (folder / f"{code}.docx").write_bytes(document)
    convert([path for path in sorted(folder.glob("*.docx")) if path != template_path], folder)
    return {code: read(folder, code) for code in [*LETTERS, *MADE]}


def read(folder: Path, code: str) -> Letter:
    document = pypdfium2.PdfDocument(folder / f"{code}.pdf")
    try:
        rasters = [page.render(scale=DPI / 72, grayscale=True).to_pil() for page in document]
    finally:
        document.close()
    found = tuple(tuple(scanned(raster)) for raster in rasters)
    pages = read_pages(folder / f"{code}.pdf", footer_mm=18)
    plain = folder / f"{code}-plain.pdf"
    return Letter(
        marks_of(code), pages, found, read_pages(plain, footer_mm=18) if plain.exists() else ()
    )


def scanned(raster: object) -> list[Code]:
    codes = []
    for one in zxingcpp.read_barcodes(raster):
        corners = one.position
        points = [corners.top_left, corners.top_right, corners.bottom_left, corners.bottom_right]
        across, down = ([getattr(point, axis) for point in points] for axis in ("x", "y"))
        edges = [min(across), min(down), max(across) + 1, max(down) + 1]
        codes.append(Code(PageCode.parse(one.text, KEY), *(edge / PX_PER_MM for edge in edges)))
    return sorted(codes, key=lambda one: one.code.number)


@each
def test_page_k_has_code_k_and_the_last_page_one_more(
    printed: dict[str, Letter], code: str
) -> None:
    letter = printed[code]
    count = len(letter.pages)
    assert count == MADE.get(code, CODED_PAGES)
    for number, found in enumerate(letter.codes, 1):
        slot = number if number <= CODED_PAGES else 2 + number % 2
        numbers = [slot, LAST] if number == count else [slot]
        assert [one.code for one in found] == [
            PageCode(code, letter.marks.page, one, letter.marks.copy) for one in numbers
        ]


@each
def test_codes_stand_in_the_outer_corner_and_are_large_enough(
    printed: dict[str, Letter], code: str
) -> None:
    letter = printed[code]
    for page, found in zip(letter.pages, letter.codes, strict=True):
        of_page = found[0]
        outer = page.width - of_page.right if page.number % 2 else of_page.left
        assert outer == pytest.approx(5, abs=0.4)
        assert of_page.top == pytest.approx(5, abs=0.4)
        assert of_page.right - of_page.left == pytest.approx(20, abs=0.4)
        for last in found[1:]:
            assert (last.left + last.right) / 2 == pytest.approx(page.width / 2, abs=0.4)
            assert last.right - last.left == pytest.approx(16, abs=0.4)


@each
def test_nothing_is_printed_over_a_code_or_close_to_it(
    printed: dict[str, Letter], code: str
) -> None:
    letter = printed[code]
    for page, found in zip(letter.pages, letter.codes, strict=True):
        assert [one.covers(page) for one in found] == [[] for _ in found]


@each
def test_every_page_says_its_code_in_words_and_its_number(
    printed: dict[str, Letter], code: str
) -> None:
    letter = printed[code]
    for page, found in zip(letter.pages, letter.codes, strict=True):
        assert [line.text for line in page.footer] == [f"—{page.number}—"]
        head = "".join(line.text for line in page.lines if line.base < 28)
        words = found[0].code.readable(KEY).replace(" ", "")
        assert head.startswith(f"{words}第{found[0].code.number}页留存")
        assert {round(one.size, 1) for one in page.characters if one.base < 26} == {8}


@pytest.mark.parametrize("code", LETTERS)
def test_pages_break_where_they_break_without_codes(printed: dict[str, Letter], code: str) -> None:
    letter = printed[code]
    texts = [
        [[line.text for line in page.body if line.base > 28] for page in pages]
        for pages in (letter.pages, letter.plain)
    ]
    assert texts[0] == texts[1]
