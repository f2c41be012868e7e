from __future__ import annotations

import io
import re
import struct
import zipfile
from types import MappingProxyType
from typing import TYPE_CHECKING

import openpyxl
import pytest

from safety_docs.forms import RosterError
from safety_docs.forms.workbook_guard import scan_workbook

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
WORKBOOK = (
    f'<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}">'
    '<sheets><sheet name="名册" sheetId="1" r:id="rId1"/></sheets></workbook>'
)
LINKS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Type="x" Target="{target}"/></Relationships>'
)


def package(
    sheet: str | bytes,
    parts: Mapping[str, bytes] = MappingProxyType({}),
    *,
    target: str = "worksheets/sheet1.xml",
) -> bytes:
    buffer = io.BytesIO()
    path = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("xl/workbook.xml", WORKBOOK)
        file.writestr("xl/_rels/workbook.xml.rels", LINKS.format(target=target))
        file.writestr(path, sheet)
        for name, data in parts.items():
            file.writestr(f"xl/{name}", data)
    return buffer.getvalue()


def sheet(cells: str) -> str:
    return f'<worksheet xmlns="{MAIN}"><sheetData>{cells}</sheetData></worksheet>'


def test_size_hidden_rows_and_formulas_are_found(roster_file: Callable[..., Path]) -> None:
    path = roster_file(["甲", "乙", "丙"], ["1", "=SUM(A1)"], [], ["2"])
    book = openpyxl.load_workbook(path)
    book.worksheets[0].row_dimensions[2].hidden = True
    book.save(path)
    facts = scan_workbook(path.name, path.read_bytes()).sheets["名册"]
    assert (facts.rows, facts.columns, facts.hidden, facts.unsolved) == (4, 3, 1, {(2, 2)})


def test_a_formula_with_a_stored_result_is_solved() -> None:
    cells = (
        '<row r="1"><c r="A1"><f>1+1</f><v>2</v></c><c r="B1" t="str"><f>""</f><v></v></c>'
        '<c r="C1"><f>1+1</f></c><c r="D1"><v>4</v></c></row>'
    )
    facts = scan_workbook("甲", package(sheet(cells))).sheets["名册"]
    assert facts.unsolved == {(1, 3)}


def test_cells_without_a_place_are_counted_on() -> None:
    facts = scan_workbook("甲", package(sheet("<row><c/><c/></row><row><c/></row>"))).sheets["名册"]
    assert (facts.rows, facts.columns) == (2, 2)


@pytest.mark.parametrize(
    "target", ["worksheets/sheet1.xml", "/xl/worksheets/s.xml", "other/甲.dat"]
)
def test_a_worksheet_is_found_wherever_it_lies(target: str) -> None:
    bomb = package(sheet('<row r="1"><c r="XFD1"/></row>'), target=target)
    with pytest.raises(RosterError, match="列数太多"):
        scan_workbook("甲", bomb)


MANY_STRINGS = f'<sst xmlns="{MAIN}"><si><t>{"字" * 30_000}</t></si></sst>'.encode()
BOMBS = {
    "one cell at the far end": sheet('<row r="1048576"><c r="XFD1048576"/></row>'),
    "the cell's own row": sheet('<row r="1"><c r="A1048576"/></row>'),
    "a place in character references": sheet('<row r="1"><c r="&#88;FD1"/></row>'),
    "single quotes and a prefix": (
        f"<x:worksheet xmlns:x='{MAIN}'><x:sheetData><x:row r='1'><x:c s='0'  r='XFD1'/></x:row>"
        "</x:sheetData></x:worksheet>"
    ),
    "utf-16": sheet('<row r="1"><c r="XFD1"/></row>').encode("utf-16"),
    "cells without a place": sheet("<row>" + "<c/>" * 300 + "</row>"),
    "rows without a number": sheet("<row/>" * 200_001),
    "a large empty area": sheet('<row r="199999"><c r="GR199999"/></row>'),
    "a negative row": sheet('<row r="-5"/>'),
    "a place that is none": sheet('<row r="1"><c r="5"/></row>'),
    "text before the first tag": "x" + sheet('<row r="1"><c r="XFD1"/></row>'),
    "a document type": '<!DOCTYPE a [<!ENTITY b "c">]>' + sheet(""),
    "one endless text": sheet(
        f'<row r="1"><c r="A1" t="inlineStr"><is><t>{"字" * 400_000}</t></is></c></row>'
    ),
    "nothing but blanks": sheet(" " * 20_000_000),
    "not xml": "<worksheet>",
}


@pytest.mark.parametrize("content", BOMBS.values(), ids=BOMBS.keys())
def test_a_bomb_is_refused_before_it_is_opened(content: str | bytes) -> None:
    with pytest.raises(RosterError):
        scan_workbook("甲", package(content))


def test_a_shared_text_that_multiplies_is_refused() -> None:
    cells = "".join(
        f'<row r="{row}">' + f'<c t="s"><v>{0}</v></c>' * 50 + "</row>" for row in range(1, 200)
    )
    with pytest.raises(RosterError, match="展开后太大"):
        scan_workbook("甲", package(sheet(cells), {"sharedStrings.xml": MANY_STRINGS}))


@pytest.mark.parametrize(
    "hide",
    [
        lambda text: text.replace(b"<si>", b"<si><!--<si><si>-->"),
        lambda text: text.replace("字".encode() * 9, "字".encode() * 9 + b"<!-- <si> -->"),
        lambda text: re.sub(rb"<(/?)(?=s|t)", rb"<\1x:", text).replace(b"xmlns=", b"xmlns:x="),
        lambda text: text.decode().encode("utf-16"),
        lambda text: text.replace("字".encode() * 9, "字".encode() * 9 + b"</t><size/><t>"),
    ],
    ids=["a comment", "many comments", "a prefix", "utf-16", "elements of a like name"],
)
def test_no_disguise_hides_a_shared_text_that_multiplies(hide: Callable[[bytes], bytes]) -> None:
    cells = "".join(
        f'<row r="{row}">' + '<c t="s"><v>0</v></c>' * 50 + "</row>" for row in range(1, 200)
    )
    disguised = {"sharedStrings.xml": hide(MANY_STRINGS)}
    with pytest.raises(RosterError, match="展开后太大"):
        scan_workbook("甲", package(sheet(cells), disguised))


@pytest.mark.parametrize("prefix", ["", "x:"])
def test_many_shared_texts_are_honest_with_and_without_a_prefix(prefix: str) -> None:
    texts = "".join(f"<{prefix}si><{prefix}t>{n}</{prefix}t></{prefix}si>" for n in range(40_000))
    xmlns = f"xmlns:{prefix[0]}" if prefix else "xmlns"
    strings = f'<{prefix}sst {xmlns}="{MAIN}">{texts}</{prefix}sst>'.encode()
    cells = "".join(
        f'<row r="{row}">' + '<c t="s"><v>0</v></c>' * 50 + "</row>" for row in range(1, 200)
    )
    data = package(sheet(cells), {"sharedStrings.xml": strings})
    assert scan_workbook("甲", data).sheets["名册"].cells == 199 * 50


def test_one_long_shared_text_among_many_cells_is_honest() -> None:
    strings = MANY_STRINGS.replace(b"</sst>", b"<si><t>x</t></si></sst>")
    cells = '<row r="1"><c t="s"><v>0</v></c></row>' + "".join(
        f'<row r="{row}">' + '<c t="s"><v>1</v></c>' * 50 + "</row>" for row in range(2, 200)
    )
    facts = scan_workbook("甲", package(sheet(cells), {"sharedStrings.xml": strings}))
    assert facts.sheets["名册"].rows == 199


def test_an_entry_that_is_longer_than_it_says_is_counted_as_it_is() -> None:
    data = bytearray(package(sheet("<row/>" * 200_000)))
    with zipfile.ZipFile(io.BytesIO(bytes(data))) as file:
        entry = file.getinfo("xl/worksheets/sheet1.xml")
    at = data.rfind(b"PK\x01\x02", 0, data.rfind(entry.filename.encode()))
    struct.pack_into("<L", data, at + 24, 10)
    with pytest.raises(RosterError):
        scan_workbook("甲", bytes(data))


def test_too_many_entries_and_double_names_are_refused() -> None:
    many = {f"p{number}": b"" for number in range(2_001)}
    with pytest.raises(RosterError):
        scan_workbook("甲", package(sheet(""), many))
    with pytest.raises(RosterError):
        scan_workbook("甲", package(sheet(""), {"Workbook.xml": b"<workbook/>"}))


def test_a_word_file_is_called_one() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        file.writestr("word/document.xml", "<a/>")
    with pytest.raises(RosterError, match="是 Word 文件"):
        scan_workbook("甲", buffer.getvalue())


def test_an_honest_roster_of_two_hundred_thousand_rows_is_accepted() -> None:
    rows = "".join(
        f'<row r="{row}"><c r="A{row}"><v>{row}</v></c></row>' for row in range(1, 200_001)
    )
    assert scan_workbook("甲", package(sheet(rows))).sheets["名册"].rows == 200_000


def repacked(change: Callable[[zipfile.ZipInfo], None], kind: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(package(sheet('<row r="1"><c r="A1"/></row>')))) as source,
        zipfile.ZipFile(buffer, "w", kind) as target,
    ):
        for name in source.namelist():
            target.writestr(name, source.read(name))
        for entry in target.filelist:
            change(entry)
    return buffer.getvalue()


def test_entries_that_are_only_stored_are_read() -> None:
    data = repacked(lambda _entry: None, zipfile.ZIP_STORED)
    assert scan_workbook("甲", data).sheets["名册"].rows == 1


@pytest.mark.parametrize("kind", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_other_ways_of_packing_are_refused(kind: int) -> None:
    with pytest.raises(RosterError, match="损坏"):
        scan_workbook("甲", repacked(lambda _entry: None, kind))


def test_an_encrypted_entry_is_called_so() -> None:
    def encrypt(entry: zipfile.ZipInfo) -> None:
        entry.flag_bits |= 1

    with pytest.raises(RosterError, match="加了密码"):
        scan_workbook("甲", repacked(encrypt))


def test_an_entry_that_claims_to_be_huge_is_refused() -> None:
    def claim(entry: zipfile.ZipInfo) -> None:
        entry.file_size = 300 * 1024 * 1024

    with pytest.raises(RosterError, match="展开后太大"):
        scan_workbook("甲", repacked(claim))


def test_embedded_files_and_pictures_are_only_counted() -> None:
    facts = scan_workbook("甲", package(sheet("<row/>"), {"embeddings/表.xlsx": b"PK\x03\x04"}))
    assert facts.sheets["名册"].rows == 1


def test_a_worksheet_whose_file_is_missing_is_refused() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        file.writestr("xl/workbook.xml", WORKBOOK)
        file.writestr("xl/_rels/workbook.xml.rels", LINKS.format(target="worksheets/none.xml"))
    with pytest.raises(RosterError, match="损坏"):
        scan_workbook("甲", buffer.getvalue())


@pytest.mark.parametrize("part", ["content", "word/document"])
def test_a_file_of_another_program_is_refused(part: str) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        file.writestr("xl/workbook.xml", WORKBOOK)
        file.writestr(f"{part}.xml", "<a/>")
    with pytest.raises(RosterError):
        scan_workbook("甲", buffer.getvalue())
