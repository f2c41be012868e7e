"""One document at a time: what is refused, what survives, what stays the same."""

from __future__ import annotations

import functools
import io
import re
import tempfile
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import docx
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from safety_docs.documents import Identity, RenderError, compile_template
from safety_docs.documents.finish import FIRST_DRAWING

if TYPE_CHECKING:
    from tests.documents.conftest import MakeTemplate, Reader

    from safety_docs.documents import CompiledTemplate

FIELDS = [f"字段{number}" for number in range(12)]


def test_all_missing_fields_are_named_at_once_with_their_paragraph(
    make_template: MakeTemplate,
) -> None:
    path = make_template(*(f"{name}：{{{{ {name} }}}}" for name in FIELDS), header="{{ 字段3 }}")
    template = compile_template(path)
    with pytest.raises(RenderError) as caught:
        template.render(dict.fromkeys(FIELDS[5:], "有"))
    problems = caught.value.problems
    assert [problem.column for problem in problems] == FIELDS[:5]
    assert "第 1 段" in str(problems[0])
    assert "字段0：{{ 字段0 }}" in problems[0].message
    assert "共 2 处" in problems[3].message


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("{{ 甲|default('无') }}{{ 甲|缺省 }}{{ 甲.乙|default('无') }}", []),
        ("{% if 甲 is defined %}{{ 甲 }}{% endif %}", []),
        ("{% if 甲 %}有{% endif %}", ["甲"]),
        ("{% for 子 in 甲 %}有{% endfor %}", ["甲"]),
        ("{{ 甲|length }}", ["甲"]),
        ("{{ 甲 == 1 }}", ["甲"]),
        ("{{ 甲 + 1 }}", ["甲"]),
        ("{{ 甲|日期 }}", ["甲"]),
        ("{{ 甲.乙.丙 }}", ["甲.乙.丙"]),
        ("{{ 有.无 }}", ["无"]),
        ("{{ 甲 ~ 乙 }}", ["甲", "乙"]),
    ],
)
def test_whatever_looks_at_a_missing_value_reports_it(
    make_template: MakeTemplate, text: str, missing: list[str]
) -> None:
    template = compile_template(make_template(text))
    if not missing:
        template.render({"有": {"乙": 1}})
        return
    with pytest.raises(RenderError) as caught:
        template.render({"有": {"乙": 1}})
    assert [problem.column for problem in caught.value.problems] == missing


@pytest.mark.parametrize(
    ("text", "value", "reason"),
    [
        ("签于{{ 甲|日期 }}", "昨天", "不是日期"),
        ("{{ 甲|大写金额 }}", 1.5, "定点数"),
        ("{{ 甲 }}", ["一"], "清单"),
        ("{{ 甲|中文数字 }}", "三", "对不上"),
        ("{{ 甲.upper }}", "三", "不是可以打印"),
        ("{{ 甲|map('upper') }}", "三", "不是可以打印"),
        ("{{ 甲|图片 }}", "图.jpg", "不是照片"),
        ("{% for 子 in range(甲) %}.{% endfor %}", 10**9, "循环次数"),
    ],
)
def test_a_value_that_does_not_fit_is_refused_at_its_place(
    make_template: MakeTemplate, text: str, value: object, reason: str
) -> None:
    template = compile_template(make_template("前", "中", text))
    with pytest.raises(RenderError) as caught:
        template.render({"甲": value})
    (problem,) = caught.value.problems
    assert problem.place == "第 3 段"
    assert reason in problem.message
    assert text in problem.message


@pytest.mark.parametrize(
    "character",
    [chr(code) for code in range(0x20) if chr(code) not in "\t\n\r"] + ["\ud800", "\ufffe"],
)
def test_characters_that_no_document_holds_are_refused_by_field(
    make_template: MakeTemplate, character: str
) -> None:
    template = compile_template(
        make_template("{{ 备注 }}{% for 人 in 人员 %}{{ 人.名 }}{% endfor %}")
    )
    with pytest.raises(RenderError) as caught:
        template.render({"备注": "好", "人员": [{"名": "甲"}, {"名": f"乙{character}"}]})
    (problem,) = caught.value.problems
    assert problem.column == "人员 第 2 项.名"
    assert f"U+{ord(character):04X}" in problem.message
    assert "第 2 个字" in problem.message


def test_live_objects_are_refused(make_template: MakeTemplate) -> None:
    template = compile_template(make_template("{{ 甲 }}"))
    for value in (Path(), object(), {"乙": [type]}, {1: "一"}):
        with pytest.raises(RenderError, match="甲"):
            template.render({"甲": value})


@functools.cache
def echo() -> CompiledTemplate:
    """Prints 甲 in body, header and title."""
    document = docx.Document()
    document.add_paragraph("{{ 甲 }}")
    document.sections[0].header.paragraphs[0].text = "{{ 甲 }}"
    document.core_properties.title = "{{ 甲 }}"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "回声.docx"
        document.save(str(path))
        return compile_template(path)


@given(st.text(max_size=60))
@example("R&D <b>“张三” 1<2 & 3")
@example("{{ 甲 }}{% if %}{#{_{ }_}")
@example(" 首尾空格 ")
@example("阿卜杜拉·买买提𠮷野")
@example("=1+1")
@example("]]>&amp;&#10;<w:t>'\"")
@settings(max_examples=300, deadline=None)
def test_a_value_goes_in_and_comes_out_unchanged_or_is_refused(
    text: str,
) -> None:
    forbidden = re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]", text)
    try:
        document = docx.Document(io.BytesIO(echo().render({"甲": text})))
    except RenderError:
        assert forbidden
        return
    assert not forbidden
    printed = text.replace("\r\n", "\n").replace("\r", "\n")
    assert document.paragraphs[0].text == printed
    assert document.sections[0].header.paragraphs[0].text == printed
    assert document.core_properties.title == text


def test_the_same_input_gives_the_same_bytes(make_template: MakeTemplate) -> None:
    path = make_template("{{ 甲 }}", header="{{ 甲 }}")
    identity = Identity("a/b", "sha256:0", "p1", "Z109-0001", {"甲": "一"})
    first = compile_template(path).render({"甲": "一"}, identity=identity)
    second = compile_template(path).render({"甲": "一"}, identity=identity)
    assert first == second
    assert compile_template(path).render({"甲": "二"}, identity=identity) != first


def test_four_threads_never_mix_people(make_template: MakeTemplate, read: type[Reader]) -> None:
    template = compile_template(make_template("{{ 姓名 }}，{{ 姓名 }}", header="{{ 姓名 }}"))
    wrong: list[str] = []

    def work(worker: int) -> None:
        for number in range(300):
            name = f"示例{worker}-{number}"
            data = template.render({"姓名": name})
            if name not in read.part(data).decode() or read.part(data).decode().count(name) != 2:
                wrong.append(name)

    threads = [threading.Thread(target=work, args=(worker,)) for worker in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_threads_report_only_their_own_gaps(make_template: MakeTemplate) -> None:
    template = compile_template(make_template("{{ 甲 }}{{ 乙 }}"))
    found: dict[str, set[tuple[str | None, ...]]] = {"甲": set(), "乙": set()}

    def work(given: str) -> None:
        for _ in range(100):
            try:
                template.render({given: "有"})
            except RenderError as error:
                found[given].add(tuple(problem.column for problem in error.problems))

    threads = [threading.Thread(target=work, args=(name,)) for name in found]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {"甲": {("乙",)}, "乙": {("甲",)}}


def test_the_text_parts_come_with_the_file(make_template: MakeTemplate, read: type[Reader]) -> None:
    rendered = compile_template(make_template("{{ 甲 }}", header="静")).render_parts({"甲": "一"})
    assert rendered.parts["word/document.xml"] == read.part(rendered.data)
    assert any("静" in part.decode() for name, part in rendered.parts.items() if "header" in name)


def test_drawings_repeated_by_a_loop_get_numbers_of_their_own(
    make_template: MakeTemplate, read: type[Reader], tmp_path: Path
) -> None:
    from PIL import Image

    Image.new("RGB", (4, 4)).save(tmp_path / "图.png")
    path = make_template("{%p for 甲 in 乙 %}", "图", "{%p endfor %}")
    document: Any = docx.Document(str(path))
    document.paragraphs[1].add_run().add_picture(str(tmp_path / "图.png"))
    document.save(str(path))
    text = read.part(compile_template(path).render({"乙": [1, 2, 3]})).decode()
    numbers = [int(number) for number in re.findall(r'<wp:docPr id="(\d+)"', text)]
    assert numbers == [FIRST_DRAWING, FIRST_DRAWING + 1, FIRST_DRAWING + 2]
