"""The template language, on the compiled path."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from decimal import Decimal
from typing import TYPE_CHECKING

import docx
import pytest
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from safety_docs.core.digest import Digest
from safety_docs.documents import PackageError, TemplateError, compile_template

if TYPE_CHECKING:
    from pathlib import Path

    from tests.documents.conftest import MakeTemplate, Reader


def test_values_are_printed_and_filters_applied(
    make_template: MakeTemplate, read: type[Reader]
) -> None:
    path = make_template("{{ 姓名 }}于{{ 日|日期 }}签，{{ 班级.名称 }}{{ 空日|日期 }}。")
    data = compile_template(path).render(
        {"姓名": "李示例", "日": dt.date(2022, 9, 1), "班级": {"名称": "三年级"}, "空日": None}
    )
    assert read.paragraphs(data) == ["李示例于2022年9月1日签，三年级。"]


@pytest.mark.parametrize("turns", [0, 1, 3])
def test_block_tags_vanish_with_their_paragraphs(
    make_template: MakeTemplate, read: type[Reader], turns: int
) -> None:
    path = make_template("前", "{%p for 条 in 条款 %}", "{{ 条 }}", "{%p endfor %}", "后")
    items = [f"第{number}条" for number in range(turns)]
    assert read.paragraphs(compile_template(path).render({"条款": items})) == ["前", *items, "后"]


def test_rows_are_repeated(make_template: MakeTemplate, read: type[Reader]) -> None:
    path = make_template(
        [
            ["序", "姓名"],
            ["{%tr for 人 in 名单 %}", ""],
            ["{{ loop.index }}", "{{ 人.名 }}"],
            ["{%tr endfor %}", ""],
        ]
    )
    data = compile_template(path).render({"名单": [{"名": "甲"}, {"名": "乙"}]})
    assert read.rows(data) == [["序", "姓名"], ["1", "甲"], ["2", "乙"]]


def test_cells_are_repeated_and_the_grid_follows(
    make_template: MakeTemplate, read: type[Reader]
) -> None:
    path = make_template([["月", "{%tc for 月 in 月份 %}", "{{ 月 }}", "{%tc endfor %}"]])
    data = compile_template(path).render({"月份": list(range(1, 8))})
    assert read.rows(data) == [["月", "1", "2", "3", "4", "5", "6", "7"]]
    assert read.part(data).count(b"<w:gridCol") == 8


def test_cells_are_merged_and_coloured_in_the_order_of_the_schema(
    make_template: MakeTemplate, read: type[Reader]
) -> None:
    path = make_template(
        [
            ["{%tr for 人 in 名单 %}", ""],
            ["{% vm %}组", "{% cellbg 人.色 %}{{ 人.名 }}"],
            ["{%tr endfor %}", ""],
            ["{% colspan 2 %}合计", ""],
        ]
    )
    people = [{"名": "甲", "色": "FF0000"}, {"名": "乙", "色": "auto"}]
    text = read.part(compile_template(path).render({"名单": people})).decode()
    assert '<w:vMerge w:val="restart"/>' in text
    assert '<w:vMerge w:val="continue"/>' in text
    assert '<w:shd w:val="clear" w:color="auto" w:fill="FF0000"/>' in text
    assert text.index("<w:tcW", text.index("合计") - 300) < text.index('<w:gridSpan w:val="2"/>')


def test_one_cell_stands_for_all_turns_of_a_loop(
    make_template: MakeTemplate, read: type[Reader]
) -> None:
    path = make_template([["{%tc for 月 in 月份 %}", "{% hm %}上半年", "{%tc endfor %}"]])
    text = read.part(compile_template(path).render({"月份": [1, 2, 3]})).decode()
    assert text.count("上半年") == 1
    assert '<w:gridSpan w:val="3"/>' in text
    assert text.count("<w:gridCol") == 3


def test_tags_split_over_runs_by_word_are_joined(
    make_template: MakeTemplate, read: type[Reader]
) -> None:
    path = make_template(["甲方{", "{ 姓", "名 }", "}乙方", "{{ 部门 }}"])
    data = compile_template(path).render({"姓名": "张示例", "部门": "安全处"})
    assert read.paragraphs(data) == ["甲方张示例乙方安全处"]


def test_header_footer_and_title_are_filled_in(
    make_template: MakeTemplate, read: type[Reader]
) -> None:
    path = make_template("文", header="{{ 学校 }}", footer="{{ 档号 }}", title="{{ 学校 }}责任书")
    data = compile_template(path).render({"学校": "R&D <校>", "档号": "Z109"})
    assert read.header(data) == "R&D <校>"
    assert read.title(data) == "R&D <校>责任书"


def test_footnotes_are_filled_in(make_template: MakeTemplate, read: type[Reader]) -> None:
    path = _with_footnote(make_template("文"), "见{{ 文件 }}")
    data = compile_template(path).render({"文件": "《办法》"})
    assert "见《办法》" in read.part(data, "word/footnotes.xml").decode()


def _with_footnote(path: Path, text: str) -> Path:
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts["[Content_Types].xml"] = parts["[Content_Types].xml"].replace(
        b"</Types>",
        f'<Override PartName="/word/footnotes.xml" ContentType="{kind}"/></Types>'.encode(),
    )
    parts["word/footnotes.xml"] = (
        f'<w:footnotes {space}><w:footnote w:id="2"><w:p><w:r><w:t>{text}</w:t></w:r></w:p>'
        "</w:footnote></w:footnotes>"
    ).encode()
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return path


def test_line_breaks_and_tabs_in_values_are_kept(
    make_template: MakeTemplate, read: type[Reader]
) -> None:
    data = compile_template(make_template("始{{ 甲 }}终")).render({"甲": "一\r\n二\n三\r四\t五"})
    assert read.paragraphs(data) == ["始一\n二\n三\n四\t五终"]


def test_lines_become_paragraphs_of_the_same_style(
    make_template: MakeTemplate, read: type[Reader]
) -> None:
    path = make_template("{{ 经过|分段 }}", "经过：{{ 经过|分段 }}", [["{{ 空|分段 }}"]])
    document = docx.Document(str(path))
    document.paragraphs[0].style = document.styles["Quote"]
    document.save(str(path))
    data = compile_template(path).render({"经过": "一\n二", "空": ""})
    assert read.paragraphs(data) == ["一", "二", "经过：一\n二"]
    assert read.part(data).count(b'<w:pStyle w:val="Quote"/>') == 2
    assert read.rows(data) == [[""]]


def test_what_is_empty_is_never_printed_as_english(
    make_template: MakeTemplate, read: type[Reader]
) -> None:
    path = make_template("{{ 无 }}|{{ 真 }}|{{ 假 }}|{{ 钱 }}|{{ 数 }}")
    values = {"无": None, "真": True, "假": False, "钱": Decimal("1E+3"), "数": 0}
    assert read.paragraphs(compile_template(path).render(values)) == ["|是|否|1000|0"]


def test_escaped_braces_and_comments(make_template: MakeTemplate, read: type[Reader]) -> None:
    path = make_template("{_{ 甲 }_}{# {{ 注 }} #}{{ 甲 }}", "{_% if %_}")
    data = compile_template(path).render({"甲": "{_{ 值 }_}"})
    assert read.paragraphs(data) == ["{{ 甲 }}{_{ 值 }_}", "{% if %}"]


def test_a_run_can_be_put_in(make_template: MakeTemplate, read: type[Reader]) -> None:
    path = make_template("前{{r 甲 }}后{%r if 甲 %}有{%r endif %}")
    assert read.paragraphs(compile_template(path).render({"甲": "A&B"})) == ["前A&B后有"]


def test_a_value_in_an_attribute_keeps_its_line_breaks(make_template: MakeTemplate) -> None:
    path = make_template("文")
    document = docx.Document(str(path))
    mark = OxmlElement("w:bookmarkStart")
    mark.set(qn("w:name"), "见{{ 甲 }}")
    document.paragraphs[0]._p.append(mark)
    document.save(str(path))
    data = compile_template(path).render({"甲": '一\n"二"<'})
    mark = docx.Document(io.BytesIO(data)).paragraphs[0]._p.find(qn("w:bookmarkStart"))
    assert mark.get(qn("w:name")) == '见一\n"二"<'


def test_a_reserved_character_is_refused(make_template: MakeTemplate) -> None:
    with pytest.raises(PackageError, match="保留字符"):
        compile_template(make_template("\ufdd00\ufdd1{{ 甲 }}"))


def test_loops_inside_a_line(make_template: MakeTemplate, read: type[Reader]) -> None:
    path = make_template(
        "{% for 人 in 名单 %}{{ 人 }}{% if not loop.last %}、{% endif %}{% endfor %}到会",
        "{% set 数 = 名单|length %}共{{ 数 }}人{{ '，人多' if 数 > 1 else '' }}",
    )
    data = compile_template(path).render({"名单": ["甲", "乙"]})
    assert read.paragraphs(data) == ["甲、乙到会", "共2人，人多"]


def test_the_template_is_not_changed_and_its_digest_is_told(make_template: MakeTemplate) -> None:
    path = make_template("{{ 甲 }}")
    before = path.read_bytes()
    template = compile_template(path)
    template.render({"甲": "一"})
    assert path.read_bytes() == before
    assert template.digest == Digest.of(before)
    assert not template.slow


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0old", b"%PDF-1.7"])
def test_what_is_no_word_file_is_refused_in_one_sentence(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "模板.docx"
    path.write_bytes(content)
    with pytest.raises(PackageError, match=r"模板\.docx"):
        compile_template(path)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PackageError, match="不存在"):
        compile_template(tmp_path / "无.docx")


def test_errors_name_the_template_and_quote_the_paragraph(make_template: MakeTemplate) -> None:
    path = make_template("甲方：{{ 学校 }")
    with pytest.raises(TemplateError, match=r"模板\.docx") as caught:
        compile_template(path)
    assert "第 1 段" in caught.value.message
    assert "甲方：{{ 学校 }" in caught.value.message
