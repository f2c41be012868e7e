"""The typesetter: what is written in `text.md` stands in the Word template, and nothing else."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import zipfile
from typing import TYPE_CHECKING

import docxtpl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from safety_docs.documents.compile import compile_template
from safety_docs.documents.profiles import profile_named
from safety_docs.documents.typeset_errors import TypesetError, UnknownProfileError
from safety_docs.documents.typeset_template import typeset

if TYPE_CHECKING:
    from pathlib import Path

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"

# ECMA-376-1, annex A: the order of the children that the typesetter writes
ORDER = {
    "body": "p tbl sectPr",
    "p": "pPr r",
    "tbl": "tblPr tblGrid tr",
    "tr": "trPr tc",
    "tc": "tcPr p",
    "r": "rPr t br tab fldChar instrText",
    "pPr": "pStyle keepNext keepLines pageBreakBefore widowControl pBdr tabs autoSpaceDE "
    "autoSpaceDN snapToGrid spacing ind jc outlineLvl rPr",
    "rPr": "rFonts b bCs spacing kern sz szCs u lang",
    "tblPr": "tblStyle tblW jc tblInd tblBorders tblLayout tblCellMar",
    "trPr": "cantSplit trHeight tblHeader",
    "tcPr": "tcW gridSpan vMerge vAlign",
    "sectPr": "footerReference pgSz pgMar docGrid",
    "style": "name basedOn next uiPriority qFormat pPr rPr tblPr",
    "settings": "defaultTabStop evenAndOddHeaders characterSpacingControl compat themeFontLang",
    "font": "altName charset family pitch",
    "tblBorders": "top left bottom right insideH insideV",
    "tblCellMar": "top left bottom right",
}
MIXED = {"body": {"p", "tbl"}, "r": {"t", "tab", "br"}}

EVERYTHING = """# {{ 学校 }}责任书

::: 居中
（{{ 学年 }}）
:::

## 一、目标

1. **岗位。**按*楷体*办，签名__{{ 姓名 }}__，日期__　　　　__。

{%p if 住校 %}
### （一）住宿

#### 1. 点名

{%p endif %}
分工如下：

::: 表格 列宽=20,80 对齐=中,左
| 序号 | 职责 |
{%tr for 项 in 职责 %}
| {{ loop.index }} | {{ 项 }} |
{%tr endfor %}
| 合计 | ^^ |
| < 甲 | 乙 | [高=20]
:::

> 说明<br>换行

::: 信息表
| 主题 | {{ 主题 }} | < | < |
| ^ | 甲 | 乙 | 丙 |
:::

::: 小字
小字。
:::

::: 分页

::: 主送
各班：
:::

::: 照片 字段=照片
:::

请签字。

::: 签署栏
| 甲方： | 乙方： |
| 日期： | 日期： |
:::

::: 回执
::: 居右
签字：__{{ 家长 }}__
:::
收到。
::::
"""


def part(data: bytes, name: str = "word/document.xml") -> etree._Element:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return etree.fromstring(archive.read(name))


def text_of(element: etree._Element) -> str:
    return "".join(str(text.text or "") for text in element.iter(f"{W}t"))


def paragraphs(data: bytes) -> list[str]:
    return [text_of(element) for element in part(data).iter(f"{W}p")]


def kept(data: bytes) -> dict[str, bool]:
    """Text of each paragraph that has one, and whether it is kept with the next."""
    return {
        text_of(element): element.find(f"{W}pPr/{W}keepNext") is not None
        for element in part(data).iter(f"{W}p")
        if text_of(element)
    }


@pytest.mark.parametrize("profile", ["official", "letter", "form"])
@pytest.mark.parametrize(
    "name", ["document", "styles", "settings", "fontTable", "footer1", "footer2"]
)
def test_elements_stand_in_the_order_of_the_schema(profile: str, name: str) -> None:
    for element in part(typeset(EVERYTHING, profile), f"word/{name}.xml").iter():
        tag = etree.QName(element).localname
        if tag not in ORDER:
            continue
        children = [etree.QName(child).localname for child in element]
        ranks = [ORDER[tag].split().index(child) for child in children]
        mixed = MIXED.get(tag, set())
        ordered = [rank for rank, child in zip(ranks, children, strict=True) if child not in mixed]
        assert ordered == sorted(ordered), (tag, children)


def test_every_style_that_is_used_is_there_and_every_style_is_used() -> None:
    used: set[str] = set()
    for profile in ("official", "letter", "form"):
        data = typeset(EVERYTHING, profile)
        there = {style.get(f"{W}styleId", "") for style in part(data, "word/styles.xml")}
        for name in ("document", "footer1"):
            root = part(data, f"word/{name}.xml")
            used |= {one.get(f"{W}val", "") for one in root.iter(f"{W}pStyle", f"{W}tblStyle")}
        assert used <= there
    unused = {style.id for style in profile_named("letter").styles} - used
    assert unused == {"Normal"}


def test_the_same_text_gives_the_same_bytes() -> None:
    assert typeset(EVERYTHING, "letter") == typeset(EVERYTHING, "letter")


@given(
    text=st.lists(
        st.text(st.sampled_from("安全责任书，。甲乙1 2<>&\"'#|%{}[]：　é𠮷*_\\"), min_size=1),
        min_size=1,
        max_size=3,
    )
)
def test_a_cell_prints_its_text_whatever_it_is(text: list[str]) -> None:
    plain = [re.sub(r"[*_\\{}<^|]", "", cell).strip(" ") for cell in text]
    row = "| " + " | ".join(plain) + " |"
    data = typeset(f"::: 签署栏\n{row}\n:::", "form")
    assert [text_of(cell) for cell in part(data).iter(f"{W}tc")] == plain


@pytest.mark.parametrize("profile", ["official", "letter", "form"])
def test_every_tag_stands_whole_in_one_run(profile: str) -> None:
    runs = [text_of(run) for run in part(typeset(EVERYTHING, profile)).iter(f"{W}r")]
    for text in runs:
        assert len(re.findall(r"\{[{%]", text)) == len(re.findall(r"[}%]\}", text)), text


def test_a_mark_inside_a_tag_is_no_mark() -> None:
    data = typeset("共{{ 甲 * 2 }}和{{ 乙 * 3 }}。", "form")
    assert paragraphs(data) == ["共{{ 甲 * 2 }}和{{ 乙 * 3 }}。"]
    assert len(list(part(data).iter(f"{W}r"))) == 1


def test_looks_become_runs() -> None:
    root = part(typeset("**粗**平*楷*__线__", "form"))
    looks = {
        text_of(run): sorted(etree.QName(one).localname for one in run.iterfind(f"{W}rPr/*"))
        for run in root.iter(f"{W}r")
    }
    assert looks == {"粗": ["b", "bCs"], "平": [], "楷": ["rFonts"], "线": ["u"]}


def test_a_lone_star_is_printed() -> None:
    assert paragraphs(typeset("标*的为必填。", "form")) == ["标*的为必填。"]
    assert paragraphs(typeset("3\\*4和5\\*6。", "form")) == ["3*4和5*6。"]


def rendered(tmp_path: Path, text: str, values: dict[str, object], profile: str = "form") -> bytes:
    path = tmp_path / "template.docx"
    path.write_bytes(typeset(text, profile))
    return compile_template(path).render(values)


@pytest.mark.parametrize(("value", "printed"), [("李示例", "李示例"), ("", "　" * 8), (0, "0")])
def test_a_fill_in_keeps_room_only_when_it_is_empty(
    tmp_path: Path, value: object, printed: str
) -> None:
    data = rendered(tmp_path, "签名：__{{ 姓名 }}__", {"姓名": value})
    assert paragraphs(data) == [f"签名：{printed}"]


def test_plain_docxtpl_prints_the_same_document(tmp_path: Path) -> None:
    text = EVERYTHING.split("::: 照片", maxsplit=1)[0]
    values = {
        "学校": "R&D <学校>",
        "学年": "2022—2023学年",
        "姓名": "",
        "住校": True,
        "职责": ["甲", "乙"],
        "主题": "安全",
    }
    path = tmp_path / "template.docx"
    path.write_bytes(typeset(text, "letter"))
    oracle = docxtpl.DocxTemplate(path)
    oracle.render(values, autoescape=True)
    oracle.save(tmp_path / "oracle.docx")
    ours = part(compile_template(path).render(values))
    theirs = part((tmp_path / "oracle.docx").read_bytes())
    assert etree.tostring(ours, method="c14n") == etree.tostring(theirs, method="c14n")


def test_a_condition_takes_its_paragraphs_away(tmp_path: Path) -> None:
    text = "甲\n\n{%p if 住校 %}\n乙\n{%p endif %}\n丙"
    assert paragraphs(rendered(tmp_path, text, {"住校": False})) == ["甲", "丙"]
    assert paragraphs(rendered(tmp_path, text, {"住校": True})) == ["甲", "乙", "丙"]


def test_a_note_for_the_editor_vanishes_with_its_paragraph(tmp_path: Path) -> None:
    assert paragraphs(rendered(tmp_path, "甲\n\n{#p 按 {{ 乙 }} 填写 #}\n\n丙", {})) == ["甲", "丙"]


def test_rows_are_repeated_and_the_header_on_every_page() -> None:
    rows = list(part(typeset(EVERYTHING, "form")).iter(f"{W}tr"))
    headers = [text_of(row) for row in rows if row.find(f"{W}trPr/{W}tblHeader") is not None]
    assert headers == ["序号职责"]
    split = [text_of(row) for row in rows if row.find(f"{W}trPr/{W}cantSplit") is None]
    assert all(re.fullmatch(r"\{%tr .*%\}", text) for text in split)


def test_columns_have_the_widths_asked_for_and_fill_the_line() -> None:
    root = part(typeset("::: 表格 列宽=8,20,72\n| 甲 | 乙 | 丙 |\n:::", "official"))
    widths = [int(column.get(f"{W}w", "0")) for column in root.iter(f"{W}gridCol")]
    total = profile_named("official").text_width
    assert sum(widths) == total
    assert [round(width / total * 100) for width in widths] == [8, 20, 72]


def test_merged_cells_span_columns_and_rows() -> None:
    text = "::: 信息表\n| 甲 | 乙 | < |\n| ^ | 丙 | 丁 |\n:::"
    rows = list(part(typeset(text, "form")).iter(f"{W}tr"))
    spans = [cell.findtext(f"{W}tcPr/{W}gridSpan") for cell in rows[0].iter(f"{W}tc")]
    assert len(spans) == 2
    merges = [one.get(f"{W}val") for row in rows for one in row.iter(f"{W}vMerge")]
    assert merges == ["restart", "continue"]
    assert [text_of(cell) for cell in rows[1].iter(f"{W}tc")] == ["", "丙", "丁"]


def test_a_signature_block_is_never_alone_on_a_page() -> None:
    text = "前文。\n\n{%p if 甲 %}\n乙。\n{%p else %}\n丙。\n{%p endif %}\n"
    found = kept(typeset(f"{text}::: 签署栏\n| 签字： |\n| 日期： |\n:::", "letter"))
    assert {name for name, is_kept in found.items() if is_kept} == {
        "前文。",
        "乙。",
        "丙。",
        "签字：",
    }


def test_a_slip_stays_on_one_page() -> None:
    found = kept(typeset("::: 回执\n甲\n\n乙\n\n丙\n:::", "letter"))
    assert [name.strip("　") for name, is_kept in found.items() if not is_kept] == ["丙"]
    assert any("沿此线剪下" in name for name in found)


def test_the_line_that_announces_a_table_stays_with_it() -> None:
    found = kept(typeset("分工如下：\n\n::: 表格\n| 甲 |\n| 乙 |\n:::", "form"))
    assert found["分工如下："]
    assert found["甲"]
    assert not found["乙"]


def test_a_document_never_ends_in_a_table_and_tables_never_touch() -> None:
    table = "::: 表格\n| 甲 |\n:::\n"
    children = [etree.QName(child).localname for child in part(typeset(table + table, "form"))[0]]
    assert children == ["tbl", "p", "tbl", "p", "sectPr"]


@pytest.mark.parametrize(
    "following", ["甲", "## 一、甲", "::: 表格\n| 甲 |\n:::", "::: 回执\n甲\n:::"]
)
def test_a_page_break_begins_a_page(following: str) -> None:
    root = part(typeset(f"前\n\n::: 分页\n\n{following}", "form"))
    begins = [
        paragraph.getprevious()
        for paragraph in root.iter(f"{W}p")
        if paragraph.find(f"{W}pPr/{W}pageBreakBefore") is not None
    ]
    assert [text_of(before) for before in begins if before is not None] == ["前"]


def test_a_long_title_is_balanced_and_one_with_tags_is_left_alone() -> None:
    title = "示范区教育局关于开展中小学校消防安全隐患排查整治工作的通知"
    root = part(typeset(f"# {title}", "official"))
    (paragraph,) = root.iter(f"{W}p")
    lines = [text_of(run) for run in paragraph.iter(f"{W}r") if text_of(run)]
    assert "".join(lines) == title
    assert len(lines) == 2
    assert abs(len(lines[0]) - len(lines[1])) <= 1
    tagged = part(typeset(f"# {{{{ 学校 }}}}{title}", "official"))
    assert next(tagged.iter(f"{W}br"), None) is None


def test_space_below_a_title_comes_after_its_subtitle() -> None:
    root = part(typeset("# 题\n\n::: 居中\n（副题）\n:::\n\n正文", "official"))
    after = {text_of(one): one.find(f"{W}pPr/{W}spacing") is not None for one in root.iter(f"{W}p")}
    assert after == {"题": False, "（副题）": True, "正文": False}


SIGNED = "::: 照片 字段=照片\n:::\n::: 签署栏\n| 签字： |\n:::"


@pytest.mark.parametrize("text", [SIGNED, "::: 照片 字段=照片\n:::\n\n完"])
@pytest.mark.parametrize("count", [0, 1, 2, 3, 4, 5])
def test_photos_stand_two_in_a_row_and_an_odd_one_alone(
    tmp_path: Path, text: str, count: int
) -> None:
    one = {"文件": "", "时间": None, "地点": "操场", "阶段": "疏散"}
    photos = [{**one, "说明": f"第{number}张"} for number in range(1, count + 1)]
    root = part(rendered(tmp_path, text, {"照片": photos}))
    cells = [text_of(cell) for cell in root.iter(f"{W}tc") if "签字" not in text_of(cell)]
    found = [re.findall(r"照片(\d)　疏散：第(\d)张", cell) for cell in cells]
    wanted = [[(str(number), str(number))] for number in range(1, count + 1)]
    assert found == [*wanted, []][: count + count % 2]
    assert all(table.find(f"{W}tr") is not None for table in root.iter(f"{W}tbl"))


def test_the_last_photos_stay_with_the_signatures(tmp_path: Path) -> None:
    one = {"文件": "", "时间": None, "地点": "", "阶段": ""}
    photos = [{**one, "说明": f"第{number}张"} for number in range(1, 5)]
    found = kept(rendered(tmp_path, SIGNED, {"照片": photos}))
    assert [found[f"照片{n}　第{n}张"] for n in range(1, 5)] == [False, False, True, True]


def test_an_unknown_profile_is_refused() -> None:
    with pytest.raises(UnknownProfileError, match="公文"):
        typeset("甲", "公文")


def test_a_mistake_names_its_line() -> None:
    with pytest.raises(TypesetError, match="第 3 行"):
        typeset("甲\n\n::: 什么\n:::", "form")


@pytest.mark.slow
@pytest.mark.skipif(
    not (shutil.which("soffice") and shutil.which("pdftotext")), reason="needs LibreOffice, poppler"
)
def test_an_official_page_has_22_lines_of_28_characters(tmp_path: Path) -> None:
    path = tmp_path / "page.docx"
    path.write_bytes(typeset("学校安全工作关系每一名学生和教职工的生命健康" * 60, "official"))
    profile = (tmp_path / "profile").as_uri()
    subprocess.run(
        [
            "soffice",
            f"-env:UserInstallation={profile}",
            "--headless",
            "--convert-to",
            "pdf",
            "--outdir",
            str(tmp_path),
            str(path),
        ],
        check=True,
        capture_output=True,
        timeout=120,
    )
    text = subprocess.run(
        ["pdftotext", "-layout", str(path.with_suffix(".pdf")), "-"],
        check=True,
        capture_output=True,
        timeout=60,
    ).stdout.decode("utf-8")
    first = [line.strip() for line in text.split("\f")[0].splitlines() if line.strip()]
    assert first[-1].replace(" ", "") == "—1—"
    assert [len(line) for line in first[:-1]] == [26] + [28] * 21
