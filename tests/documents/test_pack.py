"""Print packs: what is filed is printed, each copy on its own, nothing of one in another."""

from __future__ import annotations

import dataclasses
import io
import re
from typing import TYPE_CHECKING, Any

import docx
import pytest
import zxingcpp
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree
from PIL import Image
from tests.documents.test_photos import check_package

from safety_docs.core.page_code import LAST, PageCode
from safety_docs.documents import (
    Cover,
    CoverLine,
    Identity,
    Pack,
    PackFullError,
    PackLetter,
    PageMarks,
    UnpackableError,
    compile_template,
    cover_section,
)
from safety_docs.documents.package import CONTENT_TYPES, read_package
from safety_docs.documents.zipwriter import join, pack

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tests.documents.conftest import MakeTemplate, Reader

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
MAIN = "word/document.xml"
KEY = b"key"
MARKS = PageMarks("RL-05", "04HMASW9NF6YY", 1, KEY, "学校留存")
COVER = Cover("封面", [("学校", "示范学校")], [CoverLine("王示例", "0001")], "说明", ["应有"])


def marks(number: int, copy: int = 1) -> PageMarks:
    label = "学校留存" if copy == 1 else "本人留存"
    return dataclasses.replace(MARKS, page=f"{number:013d}", copy=copy, label=label)


@pytest.fixture
def letter(make_template: MakeTemplate) -> Callable[..., bytes]:
    """Renders a coded letter of one template for a name, as it would be filed."""
    template = compile_template(
        make_template("责任书", "乙方：{{ 姓名 }}", "本人签字：", footer="页脚"), page_codes=True
    )

    def render(name: str, number: int = 1) -> bytes:
        identity = Identity(
            "门类/表单", "sha256:0", f"{number:032d}", "档号", {"电话": "13800000001"}
        )
        return template.render_parts({"姓名": name}, identity=identity, marks=marks(number)).data

    return render


def packed(letters: Sequence[bytes], copies: int = 1) -> bytes:
    taken = [PackLetter(data, f"{number}.docx") for number, data in enumerate(letters, 1)]
    whole = Pack("册", cover_section(COVER), taken[0].frame)
    for number, one in enumerate(taken, 1):
        whole.add(one)
        for copy in range(2, copies + 1):
            whole.add(one, marks(number, copy))
    return whole.finish()


def edited(data: bytes, change: Callable[[dict[str, bytes]], None]) -> bytes:
    parts = read_package(data, "信.docx")
    change(parts)
    return join(pack(name, content) for name, content in parts.items())


def with_body(data: bytes, old: bytes, new: bytes) -> bytes:
    def change(parts: dict[str, bytes]) -> None:
        assert old in parts[MAIN]
        parts[MAIN] = parts[MAIN].replace(old, new, 1)

    return edited(data, change)


def texts(data: bytes) -> list[str]:
    return [one.text for one in docx.Document(io.BytesIO(data)).paragraphs]


def code_of(part: Any) -> PageCode:
    """The code in a header, by its relationship to a picture."""
    (picture,) = [rel.target_part for rel in part.rels.values() if "image" in rel.reltype]
    (found,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(picture.blob)).convert("L"))
    return PageCode.parse(found.text, KEY)


def test_letters_follow_one_another_collated_behind_the_cover(
    letter: Callable[..., bytes], read: type[Reader]
) -> None:
    data = packed([letter("王甲", 1), letter("李乙", 2)], copies=2)
    check_package(data, read)
    names = [text for text in texts(data) if text.startswith("乙方")]
    assert names == ["乙方：王甲", "乙方：王甲", "乙方：李乙", "乙方：李乙"]
    assert texts(data)[0] == "封面"


def test_every_copy_begins_on_an_odd_page_with_number_one(letter: Callable[..., bytes]) -> None:
    root: Any = etree.fromstring(read_package(packed([letter("王甲")], copies=3), "册")[MAIN])
    cover, *sections = root.iter(f"{W}sectPr")
    assert cover.find(f"{W}type") is None
    assert len(sections) == 3
    for section in sections:
        assert section.find(f"{W}type").get(f"{W}val") == "oddPage"
        assert section.find(f"{W}type").getnext().tag == f"{W}pgSz"
        assert section.find(f"{W}pgNumType").get(f"{W}start") == "1"
    closing = [section.getparent().tag for section in sections]
    assert closing == [f"{W}pPr", f"{W}pPr", f"{W}body"]


def test_every_page_of_every_copy_has_its_own_code(letter: Callable[..., bytes]) -> None:
    document = docx.Document(io.BytesIO(packed([letter("王甲", 1), letter("李乙", 2)], copies=2)))
    found = []
    for section in list(document.sections)[1:]:
        headers = (section.first_page_header, section.even_page_header, section.header)
        found.append([code_of(header.part) for header in headers])
    assert found == [
        [PageCode("RL-05", f"{number:013d}", page, copy) for page in (1, 2, 3)]
        for number in (1, 2)
        for copy in (1, 2)
    ]
    words = [section.header.paragraphs[-1].text[-4:] for section in list(document.sections)[1:]]
    assert words == ["学校留存", "本人留存"] * 2
    assert document.settings.odd_and_even_pages_header_footer


def test_the_last_page_of_every_copy_has_its_code(letter: Callable[..., bytes]) -> None:
    document = docx.Document(io.BytesIO(packed([letter("王甲", 1), letter("李乙", 2)], copies=2)))
    pictures = [
        document.part.related_parts[blip.get(f"{R}embed")].blob
        for blip in document.element.body.iter()
        if blip.tag.endswith("}blip")
    ]
    codes = []
    for picture in pictures:
        (found,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(picture)).convert("L"))
        codes.append(PageCode.parse(found.text, KEY))
    assert [(int(code.page), code.number, code.copy) for code in codes] == [
        (1, LAST, 1),
        (1, LAST, 2),
        (2, LAST, 1),
        (2, LAST, 2),
    ]


def test_ids_of_drawings_and_bookmarks_are_not_used_twice(letter: Callable[..., bytes]) -> None:
    bookmark = b'<w:bookmarkStart w:id="0" w:name="_GoBack"/><w:bookmarkEnd w:id="0"/><w:r>'
    one = with_body(letter("王甲"), b"<w:r>", bookmark)
    root: Any = etree.fromstring(read_package(packed([one, one], copies=2), "册")[MAIN])
    drawings = [one.get("id") for one in root.iter(f"{WP}docPr")]
    starts = [(one.get(f"{W}id"), one.get(f"{W}name")) for one in root.iter(f"{W}bookmarkStart")]
    ends = [one.get(f"{W}id") for one in root.iter(f"{W}bookmarkEnd")]
    assert len(drawings) == len(set(drawings)) == 4
    assert len({number for number, _ in starts}) == len({name for _, name in starts}) == len(starts)
    assert sorted(ends) == sorted(number for number, _ in starts)


def test_what_letters_hold_for_machines_stays_in_the_filed_file(
    letter: Callable[..., bytes],
) -> None:
    parts = read_package(packed([letter("王甲")], copies=2), "册")
    assert not [name for name in parts if name.startswith("customXml")]
    assert not [name for name, data in parts.items() if b"13800000001" in data]
    assert b"customXml" not in parts["word/_rels/document.xml.rels"] + parts[CONTENT_TYPES]


def test_a_footer_that_all_share_is_there_once(letter: Callable[..., bytes]) -> None:
    parts = read_package(packed([letter("王甲"), letter("李乙", 2)], copies=2), "册")
    assert len([name for name in parts if "footer" in name and name.endswith(".xml")]) == 1
    assert len([name for name in parts if "codeHeader" in name and name.endswith(".xml")]) == 12


def test_the_same_letters_give_the_same_bytes(letter: Callable[..., bytes]) -> None:
    letters = [letter("王甲"), letter("李乙", 2)]
    assert packed(letters, 2) == packed(letters, 2)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
@given(
    st.text(
        st.one_of(
            st.sampled_from('="<>&\'  r:idrId1rIdCode1embed<w:p/></w:p>wp:docPr id="1"'),
            st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn"]),
        ),
        min_size=1,
    )
)
def test_no_text_of_a_letter_is_taken_for_markup(letter: Callable[..., bytes], text: str) -> None:
    hostile = f'{text} r:embed="rIdCode1" r:id="rId1" <wp:docPr id="1"'
    filed = letter(hostile)
    wanted = texts(filed)
    assert [one for one in texts(packed([filed], 2)) if one in wanted] == wanted * 2


def test_a_letter_that_ends_in_a_table_is_closed_by_a_low_paragraph(
    make_template: MakeTemplate,
) -> None:
    path = make_template("责任书", [["甲方", "乙方"]])
    data = compile_template(path).render({})
    assert b"</w:tbl><w:sectPr" in read_package(data, "信")[MAIN]
    root: Any = etree.fromstring(read_package(packed([data, data]), "册")[MAIN])
    after = [table.getnext() for table in root.iter(f"{W}tbl")][1:]
    assert after[0].find(f"{W}pPr/{W}spacing").get(f"{W}line") == "20"
    assert after[0].find(f"{W}pPr/{W}sectPr") is not None
    assert after[1].tag == f"{W}sectPr"


def test_a_letter_without_codes_is_printed_as_often_as_asked(make_template: MakeTemplate) -> None:
    data = compile_template(make_template("责任书")).render({})
    assert texts(packed([data], copies=3)).count("责任书") == 3


def test_a_letter_of_several_sections_numbers_on_to_its_end() -> None:
    document = docx.Document()
    document.add_paragraph("第一节")
    document.add_section()
    document.add_paragraph("第二节")
    stream = io.BytesIO()
    document.save(stream)
    root: Any = etree.fromstring(read_package(packed([stream.getvalue()] * 2), "册")[MAIN])
    types = [
        (section.find(f"{W}type") is not None, section.find(f"{W}pgNumType") is not None)
        for section in list(root.iter(f"{W}sectPr"))[1:]
    ]
    assert types == [(True, True), (False, False)] * 2


def test_links_to_the_outside_are_kept() -> None:
    document = docx.Document()
    address = "https://example.org/?a=1&b=2"
    link = document.part.relate_to(address, R[1:-1] + "/hyperlink", is_external=True)
    paragraph = document.add_paragraph("见网页")
    hyperlink = etree.SubElement(paragraph._p, f"{W}hyperlink")
    hyperlink.set(f"{R}id", link)
    stream = io.BytesIO()
    document.save(stream)
    whole = docx.Document(io.BytesIO(packed([stream.getvalue()] * 2)))
    found = [one.get(f"{R}id") for one in whole.element.body.iter(f"{W}hyperlink")]
    assert [whole.part.rels[one].target_ref for one in found] == [
        "https://example.org/?a=1&b=2"
    ] * 2


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (b"<w:r>", b'<w:r><w:footnoteReference w:id="2"/></w:r><w:r>', "脚注"),
        (b"<w:r>", b'<w:r><w:commentReference w:id="2"/></w:r><w:r>', "批注"),
        (b"<w:r>", b'<w:ins w:id="1" w:author="a"><w:r/></w:ins><w:r>', "修订"),
        (b"<w:r>", b'<w:altChunk r:id="rId1"/><w:r>', "别的文件"),
        (b"<w:r>", b"<w:r><w:instrText> PAGEREF _Toc1 </w:instrText></w:r><w:r>", "引用"),
        (b"</w:body>", b"<w:p/></w:body>", "页面设置"),
        (b"<w:body>", b"<w:body >", "写法"),
    ],
)
def test_a_letter_that_cannot_be_merged_says_why(
    letter: Callable[..., bytes], old: bytes, new: bytes, words: str
) -> None:
    data = with_body(letter("王甲"), old, new)
    with pytest.raises(UnpackableError, match=words) as caught:
        PackLetter(data, "信.docx")
    assert "信.docx" in caught.value.message


def test_a_numbered_list_begins_anew_in_every_copy() -> None:
    data = listed("decimal")
    whole: Any = docx.Document(io.BytesIO(packed([data, data], copies=2)))
    used = [one.get(f"{W}val") for one in whole.element.body.iter(f"{W}numId")]
    assert len(used) == 8
    assert used[::2] == used[1::2]
    assert len(set(used)) == 4
    root = whole.part.numbering_part.element
    known = {one.get(f"{W}numId"): one for one in root.iter(f"{W}num")}
    definitions = set()
    for number in set(used):
        overrides = list(known[number].iter(f"{W}startOverride"))
        assert [one.get(f"{W}val") for one in overrides] == ["1"] * 9
        definitions.add(known[number].find(f"{W}abstractNumId").get(f"{W}val"))
    assert len(definitions) == 1
    kinds = [one.tag for one in root]
    assert kinds.index(f"{W}num") > max(n for n, kind in enumerate(kinds) if "abstract" in kind)


def test_bullets_stay_as_they_are() -> None:
    data = listed("bullet")
    parts = read_package(packed([data, data]), "册")
    assert parts["word/numbering.xml"] == read_package(data, "信")["word/numbering.xml"]


def test_a_list_that_hangs_on_a_style_is_refused() -> None:
    document = docx.Document()
    document.add_paragraph("一项", style="List Number")
    stream = io.BytesIO()
    document.save(stream)
    with pytest.raises(UnpackableError, match="样式"):
        PackLetter(stream.getvalue(), "信")


def listed(kind: str) -> bytes:
    """A letter of two numbered or bulleted paragraphs, of a default definition."""
    document: Any = docx.Document()
    root = document.part.numbering_part.element
    formats = {
        one.get(f"{W}abstractNumId"): one.find(f"{W}lvl/{W}numFmt").get(f"{W}val")
        for one in root.iter(f"{W}abstractNum")
    }
    number = next(
        one.get(f"{W}numId")
        for one in root.iter(f"{W}num")
        if formats[one.find(f"{W}abstractNumId").get(f"{W}val")] == kind
    )
    for text in ("甲", "乙"):
        properties = document.add_paragraph(text)._p.get_or_add_pPr().get_or_add_numPr()
        properties.get_or_add_ilvl().val = 0
        properties.get_or_add_numId().val = int(number)
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def test_english_words_are_no_reason_to_refuse(letter: Callable[..., bytes]) -> None:
    PackLetter(letter('Reference PAGEREF w:author="x" w:anchor="y"'), "信.docx")


def test_letters_that_look_different_are_told_apart(letter: Callable[..., bytes]) -> None:
    def bold(parts: dict[str, bytes]) -> None:
        parts["word/styles.xml"] += b"<!-- -->"

    one, other = (PackLetter(data, "信") for data in (letter("王甲"), edited(letter("李乙"), bold)))
    assert one.frame == PackLetter(letter("赵丙"), "信").frame
    assert one.frame != other.frame
    whole = Pack("册", cover_section(COVER), one.frame)
    with pytest.raises(UnpackableError, match="版式"):
        whole.add(other)


def test_a_missing_part_is_named(letter: Callable[..., bytes]) -> None:
    def lose(parts: dict[str, bytes]) -> None:
        del parts["word/media/pageCode2.png"]

    data = edited(letter("王甲"), lose)
    with pytest.raises(UnpackableError, match="缺少部件"):
        PackLetter(data, "信.docx")


def test_a_full_pack_says_so(letter: Callable[..., bytes], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("safety_docs.documents.pack.MAX_ENTRIES", 120)
    with pytest.raises(PackFullError, match="--by"):
        packed([letter("王甲")], copies=9)


def test_the_cover_says_its_font_in_every_run_and_escapes() -> None:
    lines = [CoverLine(f"王<{number}>", f"{number:04d}", "一（1）班") for number in range(60)]
    cover = dataclasses.replace(COVER, title="甲&乙", lines=lines)
    head = f'<w:body xmlns:w="{W[1:-1]}">'.encode()
    root: Any = etree.fromstring(head + cover_section(cover) + b"</w:body>")
    runs = list(root.iter(f"{W}r"))
    assert all(run.find(f"{W}rPr/{W}rFonts").get(f"{W}eastAsia") for run in runs)
    rows = list(root.iter(f"{W}tr"))
    assert len(rows) == 61
    assert rows[0].find(f"{W}trPr/{W}tblHeader") is not None
    assert "".join(map(str, rows[1].itertext())) == "1王<0>0000□□一（1）班"
    assert next(root.itertext()) == "甲&乙"


def test_fonts_that_a_letter_asks_for_are_known() -> None:
    document = docx.Document()
    run = document.add_paragraph().add_run("字")
    run.font.name = "方正小标宋简体"
    stream = io.BytesIO()
    document.save(stream)
    fonts = PackLetter(stream.getvalue(), "信").fonts()
    assert "方正小标宋简体" in fonts
    assert not [name for name in fonts if re.fullmatch(r"[a-z]{2}-[A-Z]{2}", name)]
