"""Small templates that say in docxtpl's language all that ours may say, as data.

A block is a paragraph (text), a paragraph of several runs (a list, every second one bold) or a
table (rows of cells; a cell is a paragraph). `Sample.theirs` replaces values, `Sample.spelling`
tags, where docxtpl wants the same thing in another form.
"""

from __future__ import annotations

import datetime as dt
import io
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import docx
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm
from docxtpl import DocxTemplate, InlineImage, Listing, RichText
from PIL import Image
from tests.documents.conftest import add_block

from safety_docs.core.photo import PhotoFile
from safety_docs.documents import SubDocument

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

Block = str | list[str] | list[list[str]]
_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.{}+xml"

VALUES: dict[str, Any] = {
    "学校": "示范<小学> & “附属”园",
    "姓名": "阿卜杜拉·买买提",
    "单引号": "it's <b>",
    "日期": dt.date(2022, 9, 1),
    "人数": 45,
    "住校": True,
    "走读": False,
    "职责": ["巡查教室", "点名", "家访"],
    "名单": [
        {"名": "张示例", "岗": "班主任", "课": ["语文", "道法"], "色": "FFCC00"},
        {"名": "周示范", "岗": "𠮷野", "课": ["数学"], "色": "00FF00"},
    ],
    "月份": ["九月", "十月", "十一月", "十二月"],
    "空单": [],
    "分数": {"乙": 2, "甲": 1},
    "多行": "第一行\n第二行",
    "颜色": "C00000",
    "列数": 2,
}


@dataclass(frozen=True)
class Sample:
    """One template.

    Attributes:
        blocks: The body.
        more: Text by name of another place: header, first header, even header, footer, footnote,
            endnote, comment, link, title, author, subject.
        shape: What else is done to the document.
        values: Values beside `VALUES`.
        theirs: Values that docxtpl wants in another form, made for its template object.
        spelling: Tags that docxtpl wants in another form.
        is_slow: Whether docxtpl itself renders it for us.
    """

    blocks: tuple[Block, ...]
    more: Mapping[str, Block] = field(default_factory=dict)
    shape: Callable[[Any], None] | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    theirs: Callable[[DocxTemplate], Mapping[str, Any]] | None = None
    spelling: Mapping[str, str] = field(default_factory=dict)
    is_slow: bool = False


def of(*blocks: Block, **more: Any) -> Sample:
    """A sample with the body `blocks`."""
    return Sample(blocks, **more)


def _spread(document: Any) -> None:
    """Break the first paragraph into one run for each character."""
    paragraph = document.paragraphs[0]
    text, paragraph.text = paragraph.text, ""
    for number, character in enumerate(text):
        paragraph.add_run(character).italic = number % 3 == 0


def _picture_in_paragraphs(document: Any) -> None:
    for paragraph in document.paragraphs[::2]:
        paragraph.add_run().add_picture(io.BytesIO(PICTURE))


def _shaded(document: Any) -> None:
    for cell in document.tables[0].rows[-1].cells:
        cell._tc.get_or_add_tcPr().append(
            parse_xml(f'<w:shd {nsdecls("w")} w:val="clear" w:color="auto" w:fill="AABBCC"/>')
        )


def _coloured(document: Any) -> None:
    """A font of its own for the first run of every paragraph."""
    for paragraph in document.paragraphs:
        paragraph.runs[0].font.name = "仿宋"


def _styled(document: Any) -> None:
    for paragraph in document.paragraphs:
        paragraph.style = "List Bullet"
        paragraph.paragraph_format.left_indent = Mm(7)


def _widened(document: Any) -> None:
    """Let the second cell of the first row take up two columns."""
    document.tables[0].rows[0].cells[1]._tc.grid_span = 2


def _nested_table(document: Any) -> None:
    cell = document.tables[0].rows[0].cells[0]
    inner = cell.add_table(1, 2)
    inner.rows[0].cells[0].text = "{{ 姓名 }}"
    inner.rows[0].cells[1].text = "{% if 住校 %}住校{% endif %}"


def _controlled(document: Any) -> None:
    """Put the first paragraph into a content control."""
    paragraph = document.paragraphs[0]._p
    control = parse_xml(f"<w:sdt {nsdecls('w')}><w:sdtPr/><w:sdtContent/></w:sdt>")
    paragraph.addprevious(control)
    control[1].append(paragraph)


def _two_sections(document: Any) -> None:
    section = document.add_section()
    section.header.is_linked_to_previous = False
    section.header.paragraphs[0].text = "第二节 {{ 姓名 }}"
    document.add_paragraph("{{ 学校 }}")


def _table_in_header(document: Any) -> None:
    table = document.sections[0].header.add_table(3, 2, Mm(100))
    for row, texts in zip(
        table.rows,
        (["{%tr for 人 in 名单 %}", ""], ["{{ 人.名 }}", "{{ 人.岗 }}"], ["{%tr endfor %}", ""]),
        strict=True,
    ):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text


def _picture() -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (12, 8), (200, 30, 30)).save(buffer, "PNG")
    return buffer.getvalue()


def _attachment() -> bytes:
    document = docx.Document()
    document.add_paragraph("附件正文")
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


PICTURE = _picture()
PHOTO = "测试图.png"
"""Name of the file with `PICTURE`; tests put its folder before it."""


def _image(tag_width: int) -> Callable[[DocxTemplate], Mapping[str, Any]]:
    return lambda template: {"图": InlineImage(template, io.BytesIO(PICTURE), width=Mm(tag_width))}


_RICH = RichText("红<字>", color="#FF0000", bold=True, size=28)
_RICH.add("，斜体", italic=True, font="楷体")
_RICH.add("，下划线", underline=True, highlight="FFFF00", strike=True)
_PEOPLE = [{"名": RichText(name, color="00B050")} for name in ("张示例", "周示范")]

CORPUS: dict[str, Sample] = {
    # text
    "plain": of("{{ 学校 }}", "甲方：{{ 学校 }}　乙方：{{ 姓名 }}", "不含标签  两个空格"),
    "spaces": of(" {{ 姓名 }}  {{ 人数 }} ", ["前 ", " {{ 姓名 }} ", " 后"]),
    "escaping": of("{{ 学校 }}{{ 单引号 }}", [["{{ 学校 }}", "{{ 单引号 }}"]], "A&B <C>"),
    "split over runs": of(
        ["甲{", "{ 学", "校 }", "}乙{{", " 姓名 }} 丙"], ["{% if 住校", " %}住校{% endif %}"]
    ),
    "split into characters": of("{{ 学校 }}和{{ 姓名 }}", shape=_spread),
    "quotes": of(
        "{{ \"引号\" }}{{ 'a<b' }}{% if 人数 > 40 and 人数 < 50 %}中{% endif %}", "“{{ 姓名 }}”"
    ),
    "literal braces": of("{_{ 学校 }_}{{ 学校 }}", "{_% if %_}{{ 姓名 }}"),
    "filters": of(
        "{{ 姓名|length }}{{ 职责|join('、') }}{{ 人数 + 1 }}{{ 日期.year }}{{ 日期 }}",
        "{{ 职责|first }}{{ 职责|last }}{{ 'a b'|title }}{{ 无|default('没有') }}",
        "{{ 名单|map(attribute='名')|join('；') }}{{ 分数|dictsort|length }}{{ 职责[1:]|length }}",
    ),
    "sums": of("{{ 人数 * 2 // 7 }}{{ 人数 % 2 }}{{ 3 / 2 }}{{ (人数 - 5) / 4 }}{{ -人数 }}"),
    "set": of("{% set 数 = 职责|length %}共{{ 数 }}条{# 注释 #}", "{{ 数 }}"),
    "comments in the template": of(
        "甲{# 不打印 {{ 姓名 }} #}乙",
        "{#p 整段不打印 #}",
        [["丙", "丁"], ["{#tr 整行不打印 #}", ""], ["戊", "{#tc 整格不打印 #}"]],
    ),
    "line breaks": of("多{{ 多行 }}终", [["{{ 多行 }}"]]),
    "runs with fonts": of(["甲{{ 姓名 }}", "{{ 学校 }}乙"], shape=_coloured),
    "content control": of("{{ 姓名 }}", "{{ 学校 }}", shape=_controlled),
    # conditions
    "condition in a line": of(
        "{% if 走读 %}走读{% elif 人数 > 40 %}大班{% else %}其他{% endif %}",
        "{% if not 走读 %}寄宿{% endif %}",
    ),
    "condition over paragraphs": of(
        "{%p if 走读 %}", "走读", "{%p elif 住校 %}", "住校", "{%p else %}", "其他", "{%p endif %}"
    ),
    "condition over rows": of(
        [["甲", "乙"], ["{%tr if 走读 %}", ""], ["丙", "丁"], ["{%tr endif %}", ""], ["戊", "己"]]
    ),
    "condition over columns": of(
        [["甲", "{%tc if 住校 %}", "乙", "{%tc endif %}", "{%tc if 走读 %}", "丙", "{%tc endif %}"]]
    ),
    "condition over runs": of(["甲", "{%r if 住校 %}", "乙", "{%r else %}", "丙", "{%r endif %}"]),
    "condition into the next paragraph": of("甲{% if 走读 %}乙", "丙{% endif %}丁"),
    "tests": of(
        "{% if 姓名 is defined and 无 is not defined %}有{% endif %}",
        "{% if '点名' in 职责 %}点{% endif %}{% if 人数 is odd %}单{% endif %}",
        "{{ '大' if 人数 > 30 else '小' }}",
    ),
    # loops over paragraphs
    "paragraphs": of("{%p for 条 in 职责 %}", "{{ loop.index }}. {{ 条 }}", "{%p endfor %}", "完"),
    "paragraphs with style": of(
        "{%p for 条 in 职责 %}", "{{ 条 }}", "{%p endfor %}", shape=_styled
    ),
    "no paragraphs": of("{%p for 条 in 空单 %}", "{{ 条 }}", "{%p endfor %}", "完"),
    "paragraphs or else": of(
        "{%p for 条 in 空单 %}", "{{ 条 }}", "{%p else %}", "没有", "{%p endfor %}"
    ),
    "chosen paragraphs": of(
        "{%p for 人 in 名单 if 人.岗 == '班主任' %}", "{{ 人.名 }}", "{%p endfor %}"
    ),
    "nested": of(
        "{%p for 人 in 名单 %}",
        "{%p if 人.名 != '周示范' %}",
        "{{ 人.名 }}：{% for 条 in 职责 %}{{ 条 }}{% if not loop.last %}；{% endif %}{% endfor %}",
        "{%p endif %}",
        "{%p endfor %}",
    ),
    "loop in a loop": of(
        "{%p for 人 in 名单 %}",
        "{{ 人.名 }}",
        "{%p for 课 in 人.课 %}",
        "{{ loop.index }}/{{ loop.length }} {{ 课 }}",
        "{%p endfor %}",
        "{%p endfor %}",
    ),
    "loop over paragraphs": of("{% for 条 in 职责 %}{{ 条 }}", "次段{% endfor %}终"),
    "table in a loop": of("{%p for 人 in 名单 %}", [["{{ 人.名 }}", "乙"]], "{%p endfor %}"),
    "pairs": of("{% for 名, 值 in 分数|dictsort %}{{ 名 }}={{ 值 }}；{% endfor %}"),
    # loops over rows, columns, runs
    "rows": of(
        [
            ["序号", "姓名"],
            ["{%tr for 人 in 名单 %}", ""],
            ["{{ loop.index }}", "{{ 人.名 }}（{{ 人.岗 }}）"],
            ["{%tr endfor %}", ""],
        ]
    ),
    "two rows in turn": of(
        [
            ["{%tr for 人 in 名单 %}", ""],
            ["{{ 人.名 }}", "上"],
            ["{{ 人.岗 }}", "下"],
            ["{%tr endfor %}", ""],
            ["合计", "{{ 名单|length }}"],
        ]
    ),
    "rows in rows": of(
        [
            ["{%tr for 人 in 名单 %}"],
            ["{{ 人.名 }}"],
            ["{%tr for 课 in 人.课 %}"],
            ["{{ 课 }}"],
            ["{%tr endfor %}"],
            ["{%tr endfor %}"],
        ]
    ),
    "paragraphs in a cell": of([["甲", "{% for 条 in 职责 %}{{ 条 }} {% endfor %}"]]),
    "columns": of([["月", "{%tc for 条 in 职责 %}", "{{ 条 }}", "{%tc endfor %}"]]),
    "more columns than before": of(
        [["{%tc for 条 in 职责 + 职责 %}", "{{ 条 }}", "{%tc endfor %}"]]
    ),
    "rows and columns": of(
        [
            ["", "{%tc for 月 in 月份 %}", "{{ 月 }}", "{%tc endfor %}"],
            ["{%tr for 人 in 名单 %}", "", "", ""],
            ["{{ 人.名 }}", "{%tc for 月 in 月份 %}", "{{ loop.index }}", "{%tc endfor %}"],
            ["{%tr endfor %}", "", "", ""],
        ]
    ),
    "runs": of(["头", "{%r for 条 in 职责 %}", "{{ 条 }}", "{%r endfor %}", "尾"]),
    "nested table": of([["外", "{{ 学校 }}"]], shape=_nested_table),
    # merged and coloured cells
    "colspan": of([["{% colspan 2 %}甲"], ["乙", "丙"]]),
    "colspan by value": of([["{% colspan 列数 %}{{ 姓名 }}", "甲"], ["乙", "丙", "丁"]]),
    "vertical merge": of(
        [
            ["{%tr for 人 in 名单 %}", ""],
            ["{% vm %}共用", "{{ 人.名 }}"],
            ["{%tr endfor %}", ""],
        ]
    ),
    "horizontal merge": of([["{%tc for 条 in 职责 %}", "{% hm %}{{ 条 }}", "{%tc endfor %}"]]),
    "vertical merge in two levels": of(
        [
            ["{%tr for 人 in 名单 %}", "", ""],
            ["{%tr for 课 in 人.课 %}", "", ""],
            ["{% vm %}{{ 人.名 }}", "{{ 课 }}", "{{ loop.index }}"],
            ["{%tr endfor %}", "", ""],
            ["{%tr endfor %}", "", ""],
        ]
    ),
    "horizontal merge of wide cells": of(
        [
            ["{%tc for 条 in 职责 %}", "{% hm %}{{ 条 }}", "{%tc endfor %}"],
            ["甲", "乙", "丙", "丁", "戊", "己"],
        ],
        shape=_widened,
    ),
    "cell colour": of([["{% cellbg 'FF0000' %}红", "{% cellbg 颜色 %}{{ 姓名 }}"]]),
    "cell colour in rows": of(
        [
            ["{%tr for 人 in 名单 %}", ""],
            ["{% cellbg 人.色 %}{{ 人.名 }}", "乙"],
            ["{%tr endfor %}", ""],
        ]
    ),
    "cell colour instead of another": of([["{% cellbg 颜色 %}甲", "乙"]], shape=_shaded),
    # rich text, lists of lines
    "rich text": of("前{{r 富 }}后", [["{{r 富 }}"]], values={"富": _RICH}),
    "rich text of two lines": of("{{r 富 }}", values={"富": RichText("一\n二", italic=True)}),
    "rich text in a loop": of(
        "{%p for 人 in 富名单 %}", "{{r 人.名 }}", "{%p endfor %}", values={"富名单": _PEOPLE}
    ),
    "listing": of(
        "前{{ 几行 }}后",
        values={"几行": "一 & 二\n三"},
        theirs=lambda _: {"几行": Listing("一 & 二\n三")},
    ),
    "paragraph for each line": of(
        "{{ 几段|分段 }}",
        "完",
        values={"几段": "一\n二\n三"},
        theirs=lambda _: {"几段": Listing("一\a二\a三")},
        spelling={"{{ 几段|分段 }}": "{{ 几段 }}"},
        shape=_styled,
    ),
    # other parts
    "header and footer": of(
        "{{ 学校 }}", more={"header": "{{ 学校 }}安全文档", "footer": "{{ 姓名 }} & 丙"}
    ),
    "first and even pages": of(
        "{{ 学校 }}",
        more={
            "header": "常 {{ 学校 }}",
            "first header": "首 {{ 姓名 }}",
            "even header": "偶 {% for 条 in 职责 %}{{ 条 }}{% endfor %}",
            "first footer": "首脚 {{ 人数 }}",
            "even footer": "偶脚 {{ 日期 }}",
        },
    ),
    "table in a header": of("正文", shape=_table_in_header),
    "header without tags": of("{{ 学校 }}", more={"header": "不变", "footer": "也不变"}),
    "two sections": of("{{ 姓名 }}", more={"header": "第一节 {{ 学校 }}"}, shape=_two_sections),
    "footnote": of("正文{{ 姓名 }}", more={"footnote": "注：{{ 学校 }}，{{ 人数 }}人"}),
    "footnote with a loop": of(
        "正文", more={"footnote": "{% for 人 in 名单 %}{{ 人.名 }}；{% endfor %}"}
    ),
    "endnote and comment without tags": of(
        "{{ 姓名 }}", more={"endnote": "尾注", "comment": "批注 <1>"}
    ),
    "hyperlink": of("见 ", more={"link": "{{ 学校 }}的网页"}),
    "properties": of(
        "{{ 姓名 }}", more={"title": "{{ 姓名 }}", "author": "教务处", "subject": "第{{ 人数 }}号"}
    ),
    # pictures
    "pictures of the template": of(
        "图", "{%p for 条 in 职责 %}", "{{ 条 }}", "{%p endfor %}", shape=_picture_in_paragraphs
    ),
    "picture": of(
        "前{{ 图|图片(宽=40) }}后",
        theirs=_image(40),
        spelling={"{{ 图|图片(宽=40) }}": "{{ 图 }}"},
    ),
    "picture in a header": of(
        "正文{{ 姓名 }}",
        more={"header": "{{ 图|图片(宽=20) }}"},
        theirs=_image(20),
        spelling={"{{ 图|图片(宽=20) }}": "{{ 图 }}"},
    ),
    "pictures in rows": of(
        [
            ["{%tr for 人 in 名单 %}", ""],
            ["{{ 人.名 }}", "{{ 图|图片(宽=30) }}"],
            ["{%tr endfor %}", ""],
        ],
        theirs=_image(30),
        spelling={"{{ 图|图片(宽=30) }}": "{{ 图 }}"},
    ),
    # the slow path
    "trimmed tags": of("甲", "{%- if 住校 -%}", "住校", "{%- endif -%}", "乙", is_slow=True),
    "trimmed loop": of("{% for 条 in 职责 -%}", "{{ 条 }}，", "{%- endfor %}完", is_slow=True),
    "whole document": of(
        "前",
        "{{p 附件 }}",
        "后{{ 姓名 }}",
        values={"附件": SubDocument(_attachment())},
        theirs=lambda template: {"附件": template.new_subdoc(io.BytesIO(_attachment()))},
        is_slow=True,
    ),
}


WRITTEN = dt.datetime(2022, 9, 1, 8, tzinfo=dt.UTC)


def write(sample: Sample, path: Path, *, for_docxtpl: bool = False) -> Path:
    """Write the template of a sample as a Word file."""
    spelling = sample.spelling if for_docxtpl else {}
    document = docx.Document()
    for block in sample.blocks:
        _add(document, _spelt(block, spelling))
    for place, text in sample.more.items():
        _put(document, place, _spelt(text, spelling))
    if sample.shape is not None:
        sample.shape(document)
    document.save(str(path))
    return path


def _spelt(block: Any, spelling: Mapping[str, str]) -> Any:
    if isinstance(block, str):
        return spelling.get(block) or _respelt(block, spelling)
    return [_spelt(part, spelling) for part in block]


def _respelt(text: str, spelling: Mapping[str, str]) -> str:
    for ours, theirs in spelling.items():
        text = text.replace(ours, theirs)
    return text


def _add(document: Any, block: Any) -> None:
    """Put a block at the end; the rows of a table have as many cells as they are given."""
    add_block(document, block)
    if isinstance(block[0], list):
        for row, texts in zip(document.tables[-1].rows, block, strict=True):
            for cell in list(row.cells)[len(texts) :]:
                row._tr.remove(cell._tc)


def _put(document: Any, place: str, text: Any) -> None:
    section = document.sections[0]
    if place.endswith(("header", "footer")):
        section.different_first_page_header_footer |= place.startswith("first")
        settings = document.settings
        settings.odd_and_even_pages_header_footer |= place.startswith("even")
        name = place.replace("first ", "first_page_").replace("even ", "even_page_")
        getattr(section, name).paragraphs[0].text = text
    elif place in {"footnote", "endnote"}:
        _add_note(document, place, text)
    elif place == "comment":
        comment = document.add_comment(document.paragraphs[0].runs, text=text, author="示例")
        comment._comment_elm.date = WRITTEN  # else the second in which the file was made
    elif place == "link":
        _add_link(document, text)
    else:
        setattr(document.core_properties, place, text)


def _add_note(document: Any, kind: str, text: str) -> None:
    xml = (
        f"<w:{kind}s {nsdecls('w')}><w:{kind} w:id='2'><w:p><w:r><w:t>{text}</w:t></w:r></w:p>"
        f"</w:{kind}></w:{kind}s>"
    )
    name = PackURI(f"/word/{kind}s.xml")
    part = Part(name, _TYPE.format(f"{kind}s"), xml.encode(), document.part.package)
    document.part.relate_to(part, getattr(RELATIONSHIP_TYPE, f"{kind.upper()}S"))
    reference = OxmlElement(f"w:{kind}Reference")
    reference.set(qn("w:id"), "2")
    document.paragraphs[0].add_run()._r.append(reference)


def _add_link(document: Any, text: str) -> None:
    rid = document.part.relate_to(
        "https://www.example.com/", RELATIONSHIP_TYPE.HYPERLINK, is_external=True
    )
    link = OxmlElement("w:hyperlink")
    link.set(qn("r:id"), rid)
    paragraph = document.paragraphs[0]
    link.append(paragraph.add_run(text)._r)
    paragraph._p.append(link)


def values_of(sample: Sample, folder: Path) -> dict[str, Any]:
    """The values that we are given."""
    return {**VALUES, "图": PhotoFile(folder / PHOTO), **sample.values}


def by_docxtpl(sample: Sample, path: Path, folder: Path) -> bytes:
    """What docxtpl makes of a template, values escaped."""
    template = DocxTemplate(str(path))
    theirs = sample.theirs(template) if sample.theirs else {}
    template.render({**values_of(sample, folder), **theirs}, autoescape=True)
    buffer = io.BytesIO()
    template.save(buffer)
    return buffer.getvalue()
