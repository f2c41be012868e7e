from __future__ import annotations

import datetime as dt
import io
import zipfile
from typing import Any

import docx
import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from safety_docs.index import extract_text, text_of_parts
from safety_docs.index.docx_text import _TextParser

ODD = "R&D <b>“张三” 1<2 & 3，=1+1 阿卜杜拉·买买提 𠮷野"


def word_file() -> bytes:
    document: Any = docx.Document()
    document.add_paragraph(ODD)
    document.add_paragraph("第一行\n第二行\t制表")
    table = document.add_table(rows=1, cols=2)
    table.cell(0, 0).text, table.cell(0, 1).text = "左格", "右格"
    document.sections[0].header.paragraphs[0].text = "页眉"
    document.sections[0].footer.paragraphs[0].text = "页脚"
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def parts_of(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return {name: package.read(name) for name in package.namelist() if name.endswith(".xml")}


def test_a_word_file_gives_body_tables_headers_and_footers() -> None:
    found = extract_text(word_file(), ".DOCX")
    assert found.unreadable == ""
    assert [line for line in found.text.split("\n") if line] == [
        ODD,
        "第一行",
        "第二行\t制表",
        "左格",
        "右格",
        "页眉",
        "页脚",
    ]


def test_rendered_parts_give_the_text_of_the_finished_file() -> None:
    data = word_file()
    assert text_of_parts(parts_of(data)) == extract_text(data, ".docx").text


def test_reading_bytes_gives_what_a_parser_gives() -> None:
    data = parts_of(word_file())["word/document.xml"]
    assert text_of_parts({"word/document.xml": data}) == _TextParser().text(data)


W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
MC = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("<w:p><w:r><w:t>甲</w:t><w:delText>乙</w:delText></w:r></w:p>", "甲\n"),
        ("<w:p><w:tabs><w:tab w:val='left'/></w:tabs><w:t>甲</w:t></w:p>", "甲\n"),
        (
            "<w:p><w:t>甲</w:t><w:noBreakHyphen/><w:t>乙</w:t><w:br w:type='page'/></w:p>",
            "甲-乙\n\n",
        ),
        ("<w:p><w:t>&#29579;&#x20BB7;&amp;lt;</w:t></w:p>", "王𠮷&lt;\n"),
        ("<w:p><w:t>甲</w:t><!-- 注 --></w:p>", "甲\n"),
        ("<w:p><w:t><![CDATA[<甲>]]></w:t></w:p>", "<甲>\n"),
        (
            "<w:p><mc:AlternateContent><mc:Choice><w:t>框</w:t></mc:Choice><mc:Fallback><w:t>框</w:t></mc:Fallback></mc:AlternateContent></w:p>",
            "框\n",
        ),
    ],
)
def test_unusual_parts_of_a_word_file(body: str, text: str) -> None:
    data = f"<w:document {W} {MC}><w:body>{body}</w:body></w:document>".encode()
    assert text_of_parts({"word/document.xml": data}) == text
    assert _TextParser().text(data) == text


def test_a_word_file_with_another_prefix_is_read() -> None:
    data = f"<x:document {W.replace(':w', ':x')}><x:p><x:t>甲</x:t></x:p></x:document>".encode()
    assert text_of_parts({"word/document.xml": data}) == "甲\n"


def workbook(**cells: Any) -> Any:
    book: Any = openpyxl.Workbook()
    book.active.title = "台账"
    for place, value in cells.items():
        book.active[place] = value
    return book


def saved(book: Any) -> bytes:
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def test_a_workbook_gives_its_cells_as_shown() -> None:
    book = workbook(
        A1="序号", B1="日期", A2=1, B2=dt.date(2024, 9, 1), C2=0.5, D2=ODD, A4=True, B4=1.25
    )
    sheet = book.active
    sheet["B2"].number_format = 'yyyy"年"m"月"d"日"'
    sheet["C2"].number_format = "0%"
    sheet["D2"].data_type = "s"
    assert extract_text(saved(book), ".xlsx").text.split("\n") == [
        "台账",
        "序号\t日期",
        f"1\t2024年9月1日\t50%\t{ODD}",
        "TRUE\t1.25",
        "",
    ]


@pytest.mark.parametrize(
    ("value", "code", "shown"),
    [
        (dt.datetime.fromisoformat("2024-09-01 08:05"), "yyyy-mm-dd hh:mm", "2024-09-01 08:05"),
        (dt.datetime.fromisoformat("2024-09-01 15:05"), "h:mm AM/PM", "3:05 下午"),
        (dt.date(2024, 9, 1), "yyyy/m/d", "2024/9/1"),
        (dt.date(2024, 9, 1), "aaaa", "星期日"),
        (dt.time(8, 5), 'h"时"mm"分"', "8时05分"),
        (12, "0", "12"),
        (12.5, "General", "12.5"),
        (0.125, "0.0%", "12.5%"),
    ],
)
def test_numbers_are_shown_by_their_format(value: Any, code: str, shown: str) -> None:
    book = workbook(A1=value)
    book.active["A1"].number_format = code
    assert extract_text(saved(book), ".xlsx").text == f"台账\n{shown}\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_plain_text_is_read_in_the_encodings_of_chinese_editors(encoding: str) -> None:
    assert extract_text("安全第一，𠮷野".encode(encoding), ".txt").text == "安全第一，𠮷野"


FONTS = b"<</Font<</F1<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>"


def pdf(content: bytes) -> bytes:
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 300]/Contents 4 0 R/Resources %s>>" % FONTS,
        b"<</Length %d>>stream\n%s\nendstream" % (len(content), content),
    ]
    body = b"%PDF-1.4\n"
    for number, each in enumerate(objects, start=1):
        body += b"%d 0 obj%s endobj\n" % (number, each)
    return body + b"trailer<</Root 1 0 R>>"


def test_a_pdf_with_text_gives_it() -> None:
    pytest.importorskip("pypdfium2")
    found = extract_text(pdf(b"BT /F1 20 Tf 50 200 Td (Fire Drill 2022) Tj ET"), ".pdf")
    assert (found.text, found.unreadable) == ("Fire Drill 2022", "")


@pytest.mark.parametrize(
    ("data", "suffix", "reason"),
    [
        (b"\x89PNG", ".png", "图片没有文字层，只能按题名查找。"),
        (b"\xff\xd8", ".JPG", "图片没有文字层，只能按题名查找。"),
        (b"not a zip", ".docx", "已损坏"),
        (b"PK\x03\x04" + b"\0" * 40, ".xlsx", "已损坏"),
        (b"%PDF-1.4 broken", ".pdf", "PDF"),
        (b"abc", ".zip", ".zip 格式"),
        (b"abc", "", "没有扩展名"),
        (b"\xff\xff\x81", ".txt", "编码"),
    ],
)
def test_what_cannot_be_read_says_why(data: bytes, suffix: str, reason: str) -> None:
    found = extract_text(data, suffix)
    assert found.text == ""
    assert reason in found.unreadable


def test_a_scanned_pdf_says_that_it_has_no_text() -> None:
    pytest.importorskip("pypdfium2")
    assert "扫描件" in extract_text(pdf(b""), ".pdf").unreadable


def zip_of(**parts: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in parts.items():
            package.writestr(name.replace("__", "/").replace("_xml", ".xml"), data)
    return stream.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        zip_of(word__document_xml=b"0" * 50_000_000),
        zip_of(word__document_xml=b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"),
        zip_of(**{f"n{number}": b"" for number in range(2_001)}),
        zip_of(word__other_xml=b""),
        zip_of(word__document_xml=b"<unclosed"),
    ],
)
def test_a_bomb_or_a_broken_package_is_not_unpacked(data: bytes) -> None:
    found = extract_text(data, ".docx")
    assert found.text == ""
    assert found.unreadable


@given(st.binary(max_size=200), st.sampled_from([".docx", ".xlsx", ".txt", ".pdf", ".csv", ".x"]))
def test_no_bytes_crash_it(data: bytes, suffix: str) -> None:
    found = extract_text(data, suffix)
    assert found.text.strip() or found.unreadable
