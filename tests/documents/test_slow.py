"""docxtpl behind the same surface."""

from __future__ import annotations

import importlib.util
import io
import threading
from typing import TYPE_CHECKING

import docx
import pytest

from safety_docs.documents import (
    Identity,
    RenderError,
    SubDocument,
    TemplateError,
    compile_template,
    read_identity,
)
from safety_docs.documents.slow import SlowEngine

if TYPE_CHECKING:
    from tests.documents.conftest import MakeTemplate, Reader


def test_a_whole_document_can_be_put_in(make_template: MakeTemplate, read: type[Reader]) -> None:
    path = make_template("{{ 甲 }}", "{{p 附件 }}", "末")
    if importlib.util.find_spec("docxcompose") is None:
        with pytest.raises(TemplateError, match="docxcompose"):
            compile_template(path)
        return
    template = compile_template(path)
    assert "附件" in template.slow_reason
    inner = docx.Document()
    inner.add_paragraph("附件正文")
    buffer = io.BytesIO()
    inner.save(buffer)
    identity = Identity("a", "b", "c", "d", {"甲": "一"})
    values = {"甲": "R&D <一>", "附件": SubDocument(buffer.getvalue())}
    data = template.render(values, identity=identity)
    assert read.paragraphs(data)[:2] == ["R&D <一>", "附件正文"]
    assert read_identity(data) == identity
    assert template.render(values, identity=identity) == data


def test_only_a_document_can_stand_for_a_document(make_template: MakeTemplate) -> None:
    engine = SlowEngine("模板.docx", make_template("{{p 附件 }}").read_bytes(), (), ("附件",))
    with pytest.raises(RenderError, match="附件"):
        engine.render({"附件": "文字"}, None)


def test_minus_signs_are_left_to_docxtpl(make_template: MakeTemplate, read: type[Reader]) -> None:
    template = compile_template(make_template("甲{%- if 乙 %}丙{%- endif %}"))
    assert template.slow
    assert [warning.code for warning in template.warnings] == ["T111", "T111"]
    assert read.paragraphs(template.render({"乙": True})) == ["甲丙"]


def test_missing_and_unprintable_values_are_named(make_template: MakeTemplate) -> None:
    template = compile_template(make_template("{{ 甲 }}", "值{{ 乙 }}", "{%- if 丙 %}{% endif %}"))
    with pytest.raises(RenderError) as caught:
        template.render({"甲": "一"})
    assert [problem.column for problem in caught.value.problems] == ["乙", "丙"]
    assert "值{{ 乙 }}" in caught.value.message
    with pytest.raises(RenderError, match=r"U\+000B"):
        template.render({"甲": "一\x0b", "乙": "", "丙": ""})


def test_an_error_in_docxtpl_is_one_sentence(make_template: MakeTemplate) -> None:
    template = compile_template(make_template("{{ 甲|日期 }}{%- if 甲 %}{% endif %}"))
    with pytest.raises(RenderError) as caught:
        template.render({"甲": "昨天"})
    assert [problem.code for problem in caught.value.problems] == ["T303"]


def test_photos_are_refused_at_compile_time(make_template: MakeTemplate) -> None:
    with pytest.raises(TemplateError, match="图片"):
        compile_template(make_template("{{ 甲|图片 }}{%- if 甲 %}{% endif %}"))


def test_threads_do_not_mix_people(make_template: MakeTemplate, read: type[Reader]) -> None:
    template = compile_template(make_template("{{ 姓名 }}{%- if 姓名 %}{% endif %}"))
    wrong: list[str] = []

    def work(worker: int) -> None:
        for number in range(8):
            name = f"示例{worker}-{number}"
            if read.paragraphs(template.render({"姓名": name})) != [name]:
                wrong.append(name)

    threads = [threading.Thread(target=work, args=(worker,)) for worker in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
