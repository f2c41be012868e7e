"""Places for page codes in templates of every make: our own, Word's, with headers or without."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Any

import docx
import pytest
from docx.enum.section import WD_SECTION
from docx.shared import Mm
from lxml import etree
from tests.documents.conftest import Reader
from tests.documents.test_photos import check_package, photo

from safety_docs.documents import (
    Identity,
    PageMarks,
    TemplateError,
    compile_template,
    read_identity,
    typeset,
)
from safety_docs.documents.package import read_package
from safety_docs.documents.page_marks import HEADERS
from safety_docs.documents.zipwriter import join, pack

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.documents.conftest import MakeTemplate

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
MARKS = PageMarks("RL-05", "04HMASW9NF6YY", 1, b"key", "学校留存")
IDENTITY = Identity("a", "b", "c", "d", {"甲": "一"})
KINDS = ("first", "even", "default")


def coded(path: Path, values: dict[str, Any] | None = None) -> dict[str, bytes]:
    """Parts of the document with marks; the package is sound."""
    template = compile_template(path, page_codes=True)
    rendered = template.render_parts(values or {"甲": "一"}, identity=IDENTITY, marks=MARKS)
    check_package(rendered.data, Reader)
    assert read_identity(rendered.data) == IDENTITY
    assert not set(HEADERS) & set(rendered.parts)
    docx.Document(io.BytesIO(rendered.data))
    return read_package(rendered.data, "文件")


def slots(parts: dict[str, bytes], kind: str) -> dict[str, str]:
    """Text of the header or footer of each kind of page."""
    rels = etree.fromstring(parts["word/_rels/document.xml.rels"])
    targets = {one.get("Id"): one.get("Target") for one in rels}
    return {
        str(one.get(f"{W}type")): text(parts[f"word/{targets[one.get(f'{R}id')]}"])
        for one in section(parts).iterfind(f"{W}{kind}Reference")
    }


def section(parts: dict[str, bytes]) -> etree._Element:
    """The last element of the body."""
    return etree.fromstring(parts["word/document.xml"])[0][-1]


def text(part: bytes) -> str:
    return "".join(one.text or "" for one in etree.fromstring(part).iter(f"{W}t"))


def own(name: str, change: Callable[[Any], None], tmp_path: Path) -> Path:
    """A template made by python-docx and changed."""
    document = docx.Document()
    document.add_paragraph("正文{{ 甲 }}")
    change(document)
    path = tmp_path / name
    document.save(str(path))
    return path


@pytest.mark.parametrize("profile", ["letter", "official", "form"])
def test_every_kind_of_page_has_a_code_and_keeps_its_page_number(
    profile: str, tmp_path: Path
) -> None:
    path = tmp_path / "模板.docx"
    path.write_bytes(typeset("# 责任书\n\n甲方：{{ 甲 }}\n", profile))
    parts = coded(path)
    headers, footers = slots(parts, "header"), slots(parts, "footer")
    assert list(headers) == list(footers) == list(KINDS)
    assert [headers[kind].partition("第")[2] for kind in KINDS] == [
        f"{number}页　学校留存" for number in (1, 2, 3)
    ]
    assert set(footers.values()) == {"— 1 —"}
    first, even, default = re.findall(
        r'footerReference w:type="(?:first|even|default)" r:id="(\w+)"',
        parts["word/document.xml"].decode(),
    )
    assert first == default
    assert (even == default) == (profile != "official")
    assert section(parts).find(f"{W}titlePg") is not None
    settings = etree.fromstring(parts["word/settings.xml"])
    assert len(settings.findall(f"{W}evenAndOddHeaders")) == 1


@pytest.mark.parametrize(
    ("profile", "before", "after"),
    [
        ("letter", (1361, 1304, 794), (1599, 1066, 556)),
        ("official", (2098, 1984, 1417), (2098, 1984, 1417)),
        ("form", (1134, 1134, 567), (1599, 1134, 567)),
    ],
)
def test_the_text_begins_below_the_codes_and_moves_down_where_there_is_room(
    profile: str, before: tuple[int, ...], after: tuple[int, ...], tmp_path: Path
) -> None:
    path = tmp_path / "模板.docx"
    path.write_bytes(typeset("# 责任书\n\n甲方：{{ 甲 }}\n", profile))
    assert margins(read_package(path.read_bytes(), "模板")) == before
    assert margins(coded(path)) == after


def margins(parts: dict[str, bytes]) -> tuple[int, ...]:
    (found,) = section(parts).iterfind(f"{W}pgMar")
    return tuple(int(found.get(f"{W}{key}", "")) for key in ("top", "bottom", "footer"))


@pytest.mark.parametrize("profile", ["letter", "official"])
def test_without_marks_a_document_is_what_it_was(profile: str, tmp_path: Path) -> None:
    path = tmp_path / "模板.docx"
    path.write_bytes(typeset("# 责任书\n\n甲方：{{ 甲 }}\n", profile))
    plain, with_places = compile_template(path), compile_template(path, page_codes=True)
    for identity in (None, IDENTITY):
        ours = with_places.render_parts({"甲": "一"}, identity=identity)
        assert ours == plain.render_parts({"甲": "一"}, identity=identity)
    assert with_places.warnings == plain.warnings


def test_the_same_marks_give_the_same_bytes(make_template: MakeTemplate) -> None:
    path = make_template("正文{{ 甲 }}")
    one, other = (
        compile_template(path, page_codes=True).render_parts({"甲": "一"}, marks=MARKS)
        for _ in range(2)
    )
    assert one == other


def test_marks_need_a_template_with_places(make_template: MakeTemplate) -> None:
    template = compile_template(make_template("正文{{ 甲 }}"))
    with pytest.raises(ValueError, match="without page codes"):
        template.render_parts({"甲": "一"}, marks=MARKS)


def test_headers_and_footers_of_a_template_from_word_stay(tmp_path: Path) -> None:
    def change(document: Any) -> None:
        first = document.sections[0]
        first.header.paragraphs[0].text = "示范学校"
        first.footer.paragraphs[0].text = "地址"

    parts = coded(own("模板.docx", change, tmp_path))
    assert {one.partition("RL-05")[0] for one in slots(parts, "header").values()} == {"示范学校"}
    assert slots(parts, "footer") == dict.fromkeys(KINDS, "地址")
    rendered = compile_template(tmp_path / "模板.docx", page_codes=True).render_parts(
        {"甲": "一"}, marks=MARKS
    )
    assert "示范学校" in {text(data) for data in rendered.parts.values() if b":hdr" in data}


@pytest.mark.parametrize("has_first", [True, False])
@pytest.mark.parametrize("has_even", [True, False])
def test_each_page_keeps_the_header_that_it_had(
    tmp_path: Path, *, has_first: bool, has_even: bool
) -> None:
    def change(document: Any) -> None:
        first = document.sections[0]
        first.different_first_page_header_footer = True
        document.settings.odd_and_even_pages_header_footer = True
        for name, word in (("first_page_", "首"), ("even_page_", "双"), ("", "余")):
            getattr(first, f"{name}header").paragraphs[0].text = f"{word}眉"
            getattr(first, f"{name}footer").paragraphs[0].text = f"{word}脚"
        first.different_first_page_header_footer = has_first
        document.settings.odd_and_even_pages_header_footer = has_even

    parts = coded(own("模板.docx", change, tmp_path))
    words = {
        "first": "首" if has_first else "余",
        "even": "双" if has_even else "余",
        "default": "余",
    }
    shown = {kind: one[:2] for kind, one in slots(parts, "header").items()}
    assert shown == {kind: f"{word}眉" for kind, word in words.items()}
    assert slots(parts, "footer") == {kind: f"{word}脚" for kind, word in words.items()}


def test_a_header_with_tags_and_a_picture_is_filled_in_above_the_code(
    make_template: MakeTemplate, tmp_path: Path
) -> None:
    path = make_template("正文{{ 甲 }}", header="{{ 校 }}{{ 徽|图片(宽=10) }}")
    values = {"甲": "一", "校": "R&D <校>", "徽": photo(tmp_path, "徽.png")}
    parts = coded(path, values)
    assert {one.partition("RL-05")[0] for one in slots(parts, "header").values()} == {"R&D <校>"}
    ids = [
        number
        for name in ("word/document.xml", *HEADERS)
        for number in re.findall(rb'docPr id="(\d+)"', parts[name])
    ]
    assert len(ids) == len(set(ids)) == 7


def test_drawings_of_the_text_do_not_take_a_codes_number(
    make_template: MakeTemplate, tmp_path: Path
) -> None:
    path = make_template("正文{{ 甲 }}{{ 照|图片(宽=10) }}{{ 照|图片(宽=20) }}")
    parts = coded(path, {"甲": "一", "照": photo(tmp_path, "照.png")})
    ids = re.findall(
        r'docPr id="(\d+)"', "".join(parts[n].decode() for n in ("word/document.xml", *HEADERS))
    )
    assert len(ids) == len(set(ids)) == 6


def test_the_last_page_is_marked_in_the_last_paragraph(make_template: MakeTemplate) -> None:
    body = etree.fromstring(coded(make_template("{{ 甲 }}", "完"))["word/document.xml"])[0]
    (anchor,) = body.iter("{*}anchor")
    assert body[-2] in anchor.iterancestors(f"{W}p")
    assert body[-2].findtext(f".//{W}t") == "完"


@pytest.mark.parametrize(
    "blocks",
    [
        ("{%p if 甲 == '二' %}", "没有这一段", "{%p endif %}"),
        ("{{ 甲 }}",),
        ("{{ 甲|分段 }}",),
        ("正文{{ 甲 }}", [["表", "格"]]),
    ],
)
def test_the_last_page_is_marked_once_whatever_the_text_ends_with(
    blocks: tuple[Any, ...], make_template: MakeTemplate
) -> None:
    parts = coded(make_template(*blocks), {"甲": "一\n二"})
    body = etree.fromstring(parts["word/document.xml"])[0]
    (anchor,) = body.iter("{*}anchor")
    assert body[-2] in anchor.iterancestors(f"{W}p")
    (spacing,) = body[-2].iterfind(f"{W}pPr/{W}spacing")
    assert spacing.get(f"{W}line") == "20"


def test_every_named_font_is_named_for_all_scripts(make_template: MakeTemplate) -> None:
    for name, data in coded(make_template("正文{{ 甲 }}")).items():
        if name in HEADERS:
            for fonts in etree.fromstring(data).iter(f"{W}rFonts"):
                assert {"ascii", "hAnsi", "eastAsia", "cs"} <= {
                    etree.QName(key).localname for key in fonts.attrib
                }


def test_settings_are_switched_on_in_their_place(tmp_path: Path) -> None:
    parts = coded(own("模板.docx", lambda _: None, tmp_path))
    names = [etree.QName(one).localname for one in etree.fromstring(parts["word/settings.xml"])]
    at = names.index("evenAndOddHeaders")
    assert names[at - 1 : at + 2] == [
        "defaultTabStop",
        "evenAndOddHeaders",
        "characterSpacingControl",
    ]


def test_a_package_without_settings_gets_them(tmp_path: Path, make_template: MakeTemplate) -> None:
    parts = read_package(make_template("正文{{ 甲 }}").read_bytes(), "模板")
    del parts["word/settings.xml"]
    for name in ("word/_rels/document.xml.rels", "[Content_Types].xml"):
        root = etree.fromstring(parts[name])
        for entry in list(root):
            if "settings.xml" in (entry.get("Target") or entry.get("PartName") or ""):
                root.remove(entry)
        parts[name] = etree.tostring(root)
    path = tmp_path / "无设置.docx"
    path.write_bytes(join(pack(name, data) for name, data in parts.items()))
    found = docx.Document(
        io.BytesIO(
            compile_template(path, page_codes=True).render_parts({"甲": "一"}, marks=MARKS).data
        )
    )
    assert found.settings.odd_and_even_pages_header_footer


def add_section(document: Any) -> None:
    document.add_section(WD_SECTION.NEW_PAGE)


def start_at_two(document: Any) -> None:
    etree.SubElement(document.sections[0]._sectPr, f"{W}pgNumType").set(f"{W}start", "2")


@pytest.mark.parametrize("change", [add_section, start_at_two])
def test_a_template_that_cannot_have_codes_is_refused(
    change: Callable[[Any], None], tmp_path: Path
) -> None:
    path = own("模板.docx", change, tmp_path)
    compile_template(path)
    with pytest.raises(TemplateError, match="只能有一节") as caught:
        compile_template(path, page_codes=True)
    assert [problem.code for problem in caught.value.problems] == ["T330"]


def test_a_document_that_has_codes_is_no_template_for_others(
    make_template: MakeTemplate, tmp_path: Path
) -> None:
    template = compile_template(make_template("正文{{ 甲 }}"), page_codes=True)
    path = tmp_path / "已归档.docx"
    path.write_bytes(template.render_parts({"甲": "一"}, marks=MARKS).data)
    with pytest.raises(TemplateError, match="还没有页码二维码"):
        compile_template(path, page_codes=True)


def on_narrow_paper(document: Any) -> None:
    first = document.sections[0]
    first.page_width, first.page_height = Mm(182), Mm(257)


def on_any_paper(document: Any) -> None:
    for element in list(document.sections[0]._sectPr):
        document.sections[0]._sectPr.remove(element)


@pytest.mark.parametrize(("change", "width"), [(on_narrow_paper, 182), (on_any_paper, 210)])
def test_codes_stand_at_the_edges_of_the_paper(
    change: Callable[[Any], None], width: int, tmp_path: Path
) -> None:
    parts = coded(own("模板.docx", change, tmp_path))
    places = [
        int(re.findall(r"<wp:posOffset>(\d+)</wp:posOffset>", parts[name].decode())[0]) / 36_000
        for name in HEADERS
    ]
    assert places == pytest.approx([width - 28.2, 1.8, width - 28.2], abs=0.1)


def test_the_slow_path_marks_pages_too(make_template: MakeTemplate) -> None:
    path = make_template("正文{{ 甲 }}{%- if 甲 %}有{%- endif %}", "完", header="{{ 甲 }}校")
    template = compile_template(path, page_codes=True)
    assert template.slow
    parts = coded(path)
    assert slots(parts, "header")["even"].startswith("一校RL-05 04HM")
    assert template.render({"甲": "一"}) == compile_template(path).render({"甲": "一"})
