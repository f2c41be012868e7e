"""Word and Excel refuse what LibreOffice forgives: every template and every sample is checked.

The orders are those of the content models in ECMA-376-1, annex A (wml.xsd, sml.xsd), cut down to
what the shipped files hold: an element that is not in the list fails too.
"""

from __future__ import annotations

import datetime as dt
import io
import posixpath
import re
import zipfile
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest
from lxml import etree
from tests.forms_library.conftest import TEMPLATES

from safety_docs.documents import Identity, PageMarks, compile_template, compile_workbook

if TYPE_CHECKING:
    from collections.abc import Iterator

    from safety_docs.forms import Library

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
WORD_ORDER = {
    "document": "body",
    "p": "pPr *",
    "tbl": "tblPr tblGrid tr",
    "tr": "trPr tc",
    "tc": "tcPr *",
    "r": "rPr *",
    "pPr": "pStyle keepNext keepLines pageBreakBefore widowControl pBdr tabs autoSpaceDE "
    "autoSpaceDN snapToGrid spacing ind jc outlineLvl rPr",
    "rPr": "rFonts b bCs i color spacing kern sz szCs u lang",
    "tblPr": "tblStyle tblW jc tblInd tblBorders tblLayout tblCellMar",
    "trPr": "cantSplit trHeight tblHeader",
    "tcPr": "tcW gridSpan vMerge vAlign",
    "sectPr": "headerReference footerReference pgSz pgMar titlePg docGrid",
    "style": "name basedOn next uiPriority qFormat pPr rPr tblPr",
    "styles": "docDefaults style",
    "settings": "defaultTabStop evenAndOddHeaders characterSpacingControl compat themeFontLang",
    "font": "altName charset family pitch",
    "tblBorders": "top left bottom right insideH insideV",
    "tblCellMar": "top left bottom right",
    "pBdr": "top left bottom right",
    "inline": "extent effectExtent docPr cNvGraphicFramePr graphic",
    "anchor": "simplePos positionH positionV extent wrapNone docPr graphic",
    "pic": "nvPicPr blipFill spPr",
}
WORD_ATTRIBUTES = {
    "gridCol": "w",
    "tcW": "w type",
    "tblW": "w type",
    "pgSz": "w h",
    "pgMar": "top right bottom left header footer gutter",
    "footerReference": "type",
    "headerReference": "type",
    "style": "type styleId",
    "pStyle": "val",
    "tblStyle": "val",
    "sz": "val",
    "jc": "val",
}
EXCEL_ORDER = {
    "workbook": "workbookPr workbookProtection bookViews sheets definedNames calcPr",
    "worksheet": "sheetPr dimension sheetViews sheetFormatPr cols sheetData autoFilter mergeCells "
    "conditionalFormatting dataValidations printOptions pageMargins pageSetup headerFooter "
    "rowBreaks colBreaks",
    "sheetPr": "tabColor outlinePr pageSetUpPr",
    "sheetView": "pane selection",
    "styleSheet": "numFmts fonts fills borders cellStyleXfs cellXfs cellStyles dxfs tableStyles "
    "colors",
    "dataValidation": "formula1 formula2",
    "headerFooter": "oddHeader oddFooter evenHeader evenFooter firstHeader firstFooter",
}
FORMS = sorted(path.parent.name for path in TEMPLATES.glob("forms/*/*/form.toml"))


@pytest.fixture(scope="module", params=FORMS)
def files(request: pytest.FixtureRequest, library: Library) -> list[dict[str, bytes]]:
    """Parts of a form's template and of its printed sample, with and without page codes."""
    form = library.find(request.param)
    values: dict[str, Any] = form.sample()
    template = (
        compile_workbook(form.template_path)
        if form.output == "xlsx"
        else compile_template(form.template_path, names=form.names)
    )
    identity = Identity(form.id, str(template.digest), "page", "code", form.to_json(values))
    printed = [template.render(values, identity=identity)]
    if form.page_codes:
        coded = compile_template(form.template_path, names=form.names, page_codes=True)
        marks = PageMarks(form.code, "0" * 13, 1, b"key", "学校留存")
        printed.append(coded.render_parts(values, identity=identity, marks=marks).data)
    return [parts(data) for data in (form.template_path.read_bytes(), *printed)]


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        assert len(set(archive.namelist())) == len(archive.namelist())
        return {name: archive.read(name) for name in archive.namelist()}


def roots(file: dict[str, bytes], pattern: str) -> Iterator[etree._Element]:
    for name, data in file.items():
        if re.fullmatch(pattern, name):
            yield etree.fromstring(data)


def local(element: etree._Element) -> str:
    return etree.QName(element).localname


def out_of_order(root: etree._Element, orders: dict[str, str]) -> list[tuple[str, list[str]]]:
    wrong = []
    for element in root.iter(etree.Element):
        order = orders.get(local(element), "").split()
        if not order:
            continue
        children = [local(child) for child in element]
        anything = len(order) - 1 if order[-1] == "*" else None
        try:
            ranks = [
                order.index(child) if child in order or anything is None else anything
                for child in children
            ]
        except ValueError:
            ranks = [1, 0]
        if ranks != sorted(ranks):
            wrong.append((local(element), children))
    return wrong


def test_elements_stand_in_the_order_of_the_schema(files: list[dict[str, bytes]]) -> None:
    for file in files:
        for root in roots(file, r"word/\w+\.xml"):
            assert not out_of_order(root, WORD_ORDER)
        for root in roots(file, r"xl/(workbook|styles|worksheets/sheet\d+)\.xml"):
            assert not out_of_order(root, EXCEL_ORDER)


def test_attributes_that_the_schema_requires_are_there(files: list[dict[str, bytes]]) -> None:
    for file in files:
        for root in roots(file, r"word/\w+\.xml"):
            for element in root.iter(*(f"{W}{name}" for name in WORD_ATTRIBUTES)):
                required = WORD_ATTRIBUTES[local(element)].split()
                assert not [name for name in required if element.get(f"{W}{name}") is None]


def test_a_cell_ends_with_a_paragraph_and_a_table_has_rows(files: list[dict[str, bytes]]) -> None:
    for file in files:
        for root in roots(file, r"word/\w+\.xml"):
            assert all(local(cell[-1]) == "p" for cell in root.iter(f"{W}tc"))
            assert all(row.find(f"{W}tc") is not None for row in root.iter(f"{W}tr"))
            assert all(table.find(f"{W}tr") is not None for table in root.iter(f"{W}tbl"))


def test_rows_are_as_wide_as_their_grid(files: list[dict[str, bytes]]) -> None:
    for file in files:
        for root in roots(file, r"word/\w+\.xml"):
            for table in root.iter(f"{W}tbl"):
                columns = len(table.findall(f"{W}tblGrid/{W}gridCol"))
                assert {width(row) for row in table.findall(f"{W}tr")} == {columns}


def width(row: etree._Element) -> int:
    spans = [cell.find(f"{W}tcPr/{W}gridSpan") for cell in row.findall(f"{W}tc")]
    return sum(1 if span is None else int(span.get(f"{W}val", "")) for span in spans)


def test_tables_never_touch_and_the_body_ends_with_the_section(
    files: list[dict[str, bytes]],
) -> None:
    for file in files:
        for root in roots(file, r"word/document\.xml"):
            names = [local(element) for element in root[0]]
            assert names[-1] == "sectPr"
            assert names[-2] == "p"
            assert ("tbl", "tbl") not in pairwise(names)


def test_drawings_have_ids_of_their_own(files: list[dict[str, bytes]]) -> None:
    for file in files:
        found = [
            element.get("id")
            for root in roots(file, r"word/\w+\.xml")
            for element in root.iter("{*}docPr")
        ]
        assert None not in found
        assert len(found) == len(set(found))


def test_every_part_has_a_type_and_every_relation_a_part(files: list[dict[str, bytes]]) -> None:
    for file in files:
        types = etree.fromstring(file["[Content_Types].xml"])
        overrides = {entry.get("PartName", "")[1:] for entry in types if entry.get("PartName")}
        endings = {entry.get("Extension", "") for entry in types if entry.get("Extension")}
        assert overrides <= set(file)
        for name in file.keys() - overrides - {"[Content_Types].xml"}:
            assert name.rpartition(".")[2] in endings
        for name, data in file.items():
            if name.endswith(".rels"):
                folder = posixpath.dirname(posixpath.dirname(name))
                entries = list(etree.fromstring(data))
                assert len({entry.get("Id") for entry in entries}) == len(entries)
                assert {target(folder, entry) for entry in entries} <= set(file)


def target(folder: str, entry: etree._Element) -> str:
    assert entry.get("TargetMode", "Internal") == "Internal"
    return posixpath.normpath(posixpath.join("/", folder, entry.get("Target", "")))[1:]


def test_every_relation_that_a_part_uses_is_there(files: list[dict[str, bytes]]) -> None:
    for file in files:
        for name, data in file.items():
            if not re.fullmatch(r"(word|xl)/(worksheets/)?\w+\.xml", name):
                continue
            folder, _, leaf = name.rpartition("/")
            rels = file.get(f"{folder}/_rels/{leaf}.rels", b"<none/>")
            there = {entry.get("Id", "") for entry in etree.fromstring(rels)}
            used = {
                str(value)
                for element in etree.fromstring(data).iter(etree.Element)
                for key, value in element.attrib.items()
                if str(key).startswith(R)
            }
            assert used <= there, name


def test_every_style_that_is_used_is_defined(files: list[dict[str, bytes]]) -> None:
    for file in files:
        defined = {
            style.get(f"{W}styleId")
            for root in roots(file, r"word/styles\.xml")
            for style in root.iter(f"{W}style")
        }
        for root in roots(file, r"word/\w+\.xml"):
            used = root.iter(*(f"{W}{name}" for name in ("pStyle", "tblStyle", "basedOn", "next")))
            assert {element.get(f"{W}val") for element in used} <= defined


def test_excel_accepts_names_lists_and_titles(files: list[dict[str, bytes]]) -> None:
    for file in files:
        for root in roots(file, r"xl/workbook\.xml"):
            sheets = [sheet.get("name", "") for sheet in root.iter(f"{S}sheet")]
            assert len({name.casefold() for name in sheets}) == len(sheets)
            assert all(
                0 < len(name) <= 31 and not re.search(r"[\[\]:*?/\\]", name) for name in sheets
            )
            names = [
                (one.get("name", "").casefold(), one.get("localSheetId"))
                for one in root.iter(f"{S}definedName")
            ]
            assert len(set(names)) == len(names)
        for root in roots(file, r"xl/worksheets/sheet\d+\.xml"):
            formulas = root.iter(f"{S}formula1", f"{S}formula2")
            assert all(len(formula.text or "") <= 255 for formula in formulas)
            headings = root.iter(f"{S}oddHeader", f"{S}oddFooter")
            assert all(len(heading.text or "") <= 255 for heading in headings)
            for rule in root.iter(f"{S}dataValidation"):
                assert len(rule.get("errorTitle", "")) <= 32
                assert len(rule.get("error", "")) <= 225
                assert len(rule.get("prompt", "")) <= 255


def test_cells_stand_in_order_and_their_styles_and_strings_are_there(
    files: list[dict[str, bytes]],
) -> None:
    for file in files:
        strings = sum(len(root) for root in roots(file, r"xl/sharedStrings\.xml"))
        looks = sum(
            len(root.findall(f"{S}cellXfs/{S}xf")) for root in roots(file, r"xl/styles\.xml")
        )
        for root in roots(file, r"xl/worksheets/sheet\d+\.xml"):
            rows = [int(row.get("r", "")) for row in root.iter(f"{S}row")]
            assert rows == sorted(set(rows))
            for row in root.iter(f"{S}row"):
                columns = [column(cell) for cell in row]
                assert columns == sorted(set(columns))
            for cell in root.iter(f"{S}c"):
                assert int(cell.get("s", "0")) < looks
                if cell.get("t") == "s":
                    assert int(cell.findtext(f"{S}v", "")) < strings


def column(cell: etree._Element) -> int:
    number = 0
    for letter in re.sub(r"\d", "", cell.get("r", "")):
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def test_merged_cells_do_not_overlap(files: list[dict[str, bytes]]) -> None:
    for file in files:
        for root in roots(file, r"xl/worksheets/sheet\d+\.xml"):
            seen: set[tuple[int, int]] = set()
            for merge in root.iter(f"{S}mergeCell"):
                cells = area(merge.get("ref", ""))
                assert not seen & cells
                seen |= cells


def area(ref: str) -> set[tuple[int, int]]:
    ends = [etree.Element("c", r=end) for end in ref.split(":")]
    rows = [int(re.sub(r"\D", "", end.get("r", ""))) for end in ends]
    columns = [column(end) for end in ends]
    return {
        (row, at)
        for row in range(min(rows), max(rows) + 1)
        for at in range(min(columns), max(columns) + 1)
    }


SIGNED = [
    path.parent.name
    for path in TEMPLATES.glob("forms/*/*/text.md")
    if "签署栏" in path.read_text("utf-8")
]


@pytest.mark.parametrize("name", sorted(SIGNED))
@pytest.mark.parametrize("is_bare", [False, True])
def test_signatures_are_never_alone_on_a_page(
    library: Library, name: str, *, is_bare: bool
) -> None:
    """The paragraph before them is kept with them; rows of a loop could not be."""
    form = library.find(name)
    values = form.sample()
    if is_bare:
        optional = {field.name for field in form.fields if not field.required}
        values = {
            key: type(value)() if key in optional and isinstance(value, str | list) else value
            for key, value in values.items()
        }
        values |= {
            key: None
            for key, value in values.items()
            if key in optional and isinstance(value, dt.date)
        }
    body = next(
        roots(parts(compile_template(form.template_path).render(values)), r"word/document\.xml")
    )[0]
    tables = [at for at, element in enumerate(body) if is_signature_block(element)]
    before = [element for element in list(body)[: tables[0]] if text_of(element)][-1]
    assert local(before) == "p"
    assert before.find(f"{W}pPr/{W}keepNext") is not None


def is_signature_block(element: etree._Element) -> bool:
    style = element.find(f"{W}tblPr/{W}tblStyle")
    return style is not None and style.get(f"{W}val") == "Plain"


def text_of(element: etree._Element) -> str:
    return "".join(str(text.text or "") for text in element.iter(f"{W}t")).strip()
