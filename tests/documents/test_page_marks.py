"""What the pages of a letter are marked with, and how a further copy is marked."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import TYPE_CHECKING

import docx
import pytest
import zxingcpp
from lxml import etree
from PIL import Image
from tests.documents.conftest import Reader
from tests.documents.test_photos import check_package

from safety_docs.core.page_code import LAST, PageCode
from safety_docs.documents import PageMarks, compile_template, remarked
from safety_docs.documents.package import read_package
from safety_docs.documents.page_marks import HEADERS, LAST_PICTURE, PICTURES, page_codes

if TYPE_CHECKING:
    from tests.documents.conftest import MakeTemplate

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
KEY = b"key"
MARKS = PageMarks("RL-05", "04HMASW9NF6YY", 1, KEY, "学校留存")
OTHER = replace(MARKS, copy=2, label="本人留存")
CODED = {*HEADERS, *PICTURES, LAST_PICTURE}


def read_code(picture: bytes) -> PageCode:
    (found,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(picture)).convert("L"))
    return PageCode.parse(found.text, KEY)


def test_three_pages_and_the_last_one_are_marked() -> None:
    words, pictures = page_codes(MARKS)
    assert [read_code(picture) for picture in pictures] == [
        PageCode("RL-05", "04HMASW9NF6YY", number, 1) for number in (1, 2, 3, LAST)
    ]
    for number, line in enumerate(words, 1):
        code, below = line.decode().split("</w:t><w:br/><w:t>")
        assert PageCode.typed(code, KEY) == PageCode("RL-05", "04HMASW9NF6YY", number, 1)
        assert below == f"第{number}页　学校留存"


def test_a_copy_without_a_label_has_none() -> None:
    words, _ = page_codes(replace(MARKS, label=""))
    assert [line.decode().rpartition(">")[2] for line in words] == ["第1页", "第2页", "第3页"]


@pytest.mark.parametrize(
    "bad", [{"form": "RL-05-长"}, {"form": "RL-05678"}, {"page": "04"}, {"copy": 0}, {"copy": 32}]
)
def test_marks_that_no_code_can_hold_are_refused(
    bad: dict[str, str | int], make_template: MakeTemplate
) -> None:
    template = compile_template(make_template("正文{{ 甲 }}"), page_codes=True)
    with pytest.raises(ValueError, match="no page code"):
        template.render_parts({"甲": "一"}, marks=replace(MARKS, **bad))  # type: ignore[arg-type]


@pytest.mark.parametrize("header", ["", "示范学校", "{{ 甲 }}校"])
def test_another_copy_is_the_document_that_would_have_been_made_for_it(
    header: str, make_template: MakeTemplate
) -> None:
    template = compile_template(make_template("正文{{ 甲 }}", header=header), page_codes=True)
    first, second = (
        read_package(template.render_parts({"甲": "一"}, marks=marks).data, "文件")
        for marks in (MARKS, OTHER)
    )
    assert remarked(first, OTHER).keys() == CODED
    assert {**first, **remarked(first, OTHER)} == second
    assert first == {**second, **remarked(second, MARKS)}


def test_a_label_is_text_whatever_it_says(make_template: MakeTemplate) -> None:
    marks = replace(MARKS, label="R&D <留存>")
    template = compile_template(make_template("正文{{ 甲 }}"), page_codes=True)
    data = template.render_parts({"甲": "一"}, marks=marks).data
    again = remarked(read_package(data, "文件"), marks)
    header = docx.Document(io.BytesIO(data)).sections[0].first_page_header
    assert header.paragraphs[0].text.endswith("R&D <留存>")
    assert again[HEADERS[0]] == read_package(data, "文件")[HEADERS[0]]


def test_a_document_without_codes_has_nothing_to_mark(make_template: MakeTemplate) -> None:
    data = compile_template(make_template("正文{{ 甲 }}"), page_codes=True).render({"甲": "一"})
    assert remarked(read_package(data, "文件"), OTHER) == {}


def test_each_header_shows_its_own_picture(make_template: MakeTemplate) -> None:
    template = compile_template(make_template("正文{{ 甲 }}"), page_codes=True)
    parts = read_package(template.render_parts({"甲": "一"}, marks=MARKS).data, "文件")
    for number, name in enumerate(HEADERS, 1):
        rels = etree.fromstring(parts[f"word/_rels/{name.removeprefix('word/')}.rels"])
        (target,) = (one.get("Target") for one in rels)
        assert read_code(parts[f"word/{target}"]).number == number
        assert f"第{number}页" in parts[name].decode()


def test_many_documents_of_one_template_each_have_their_own_codes(
    make_template: MakeTemplate,
) -> None:
    template = compile_template(make_template("正文{{ 甲 }}"), page_codes=True)
    for number in range(40):
        marks = replace(MARKS, page=f"{number:013}")
        data = template.render_parts({"甲": "一"}, marks=marks).data
        check_package(data, Reader)
        parts = read_package(data, "文件")
        codes = [read_code(parts[name]) for name in (*PICTURES, LAST_PICTURE)]
        assert {code.page for code in codes} == {marks.page}
