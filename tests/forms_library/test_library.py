"""Every shipped form: complete, loadable, filled by its sample, free of forbidden wording."""

from __future__ import annotations

import io
import re
import tomllib
import zipfile
from typing import TYPE_CHECKING, Any

import pytest

from safety_docs.core.classification import Classification
from safety_docs.core.retention import Retention
from safety_docs.documents import compile_template, typeset

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from safety_docs.forms import Form, Library

WORD_FORMS = {
    "responsibility-letters/homeroom-teacher",
    "responsibility-letters/parents",
    "emergency-plans/fire",
    "drills/plan",
    "drills/summary",
    "drills/evaluation",
    "drills/photos",
    "records/safety-meeting",
}
WAIVERS = (
    "后果自负",
    "概不负责",
    "概由家长负责",
    "一切责任由家长承担",
    "与学校无关",
    "学校不承担任何责任",
)
WRONG_NAMES = (
    "中小学校岗位工作指南",
    "中小学公共安全指导纲要",
    "消防安全宣传日",
    "交通安全宣传日",
    "防震减灾科普宣传日",
    "传问题",
    "通如",
    "教育部第23号令",
)


def test_the_first_word_forms_are_all_there(library: Library) -> None:
    ids = {form.id for form in library.forms if form.output == "docx"}
    assert ids >= WORD_FORMS


def test_codes_and_titles_are_unique(library: Library) -> None:
    for names in ([form.code for form in library.forms], [form.title for form in library.forms]):
        assert len(names) == len(set(names))


def test_every_sample_passes_its_own_form(library: Library) -> None:
    for form in library.forms:
        assert set(form.names) == set(form.sample()), form.id


def test_every_field_says_something_to_the_clerk(library: Library) -> None:
    bare = [
        (form.id, field["name"])
        for form in library.forms
        for field in tomllib.loads((form.folder / "form.toml").read_text(encoding="utf-8"))["field"]
        if not field.keys() & {"help", "example"}
        and field["type"] not in {"table", "photos", "choice"}
    ]
    assert bare == []


@pytest.mark.parametrize("phrase", WAIVERS + WRONG_NAMES)
def test_no_wording_has_a_forbidden_phrase(wordings: dict[str, str], phrase: str) -> None:
    assert [name for name, text in wordings.items() if phrase in text] == []


def test_a_form_keeps_its_records_at_least_as_long_as_its_category(
    library: Library, templates: Path
) -> None:
    text = (templates / "classification.toml").read_text(encoding="utf-8")
    scheme = Classification.from_toml(text)
    for form in library.forms:
        floor = scheme.category(form.category).retention
        assert Retention.parse(form.retention).is_at_least(floor), form.id


def test_every_built_template_is_its_wording(library: Library, wordings: dict[str, str]) -> None:
    stale = [
        form.id
        for form in library.forms
        if form.id in wordings
        and parts(form.template_path.read_bytes())
        != parts(typeset(wordings[form.id], form.profile))
    ]
    assert stale == []


def parts(data: bytes) -> list[tuple[str, bytes]]:
    """Names and contents; how they are deflated is no matter."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return [(name, package.read(name)) for name in package.namelist()]


def test_every_sample_prints_without_a_leftover(
    library: Library, printed: Callable[[Form, Mapping[str, Any]], list[str]]
) -> None:
    for form in library.forms:
        if form.output == "docx":
            text = "\n".join(printed(form, form.sample()))
            assert not re.search(r"\{[{%#]|[}%#]\}|None|Undefined|\[\]|\bTrue\b", text), form.id
            assert not re.search(r"(?m)^\s*[<^]\s*$", text), form.id


def test_every_text_of_a_sample_is_printed(
    library: Library, printed: Callable[[Form, Mapping[str, Any]], list[str]]
) -> None:
    for form in library.forms:
        if form.id not in WORD_FORMS:
            continue
        raw = form.sample_input()
        text = "".join(printed(form, form.sample()))
        silent = [words for words in _texts(raw) if words not in text]
        assert set(silent) <= NOT_PRINTED.get(form.id, set()), form.id


NOT_PRINTED = {
    # only the last four digits are printed; the answer is printed only for riders
    "responsibility-letters/parents": {"20200307", "不骑行"},
}


def _texts(value: Any) -> list[str]:
    """All texts in TOML data, line by line; names of picture files left out."""
    if isinstance(value, str):
        return [line for line in value.splitlines() if line and not line.endswith(".png")]
    if isinstance(value, dict):
        return [text for inner in value.values() for text in _texts(inner)]
    if isinstance(value, list):
        return [text for inner in value for text in _texts(inner)]
    return []


FOUND = {"结果", "情况", "结论", "讲到", "检查情况", "发现"}
"""Columns that say what somebody saw or did."""


def test_no_ready_made_row_says_what_was_found(library: Library) -> None:
    for form in library.forms:
        for field in form.fields:
            for row in field.default if field.type == "table" and field.default else []:
                assert not FOUND & row.keys(), form.id


def test_every_form_is_printed_by_the_one_public_way(library: Library) -> None:
    for form in library.forms:
        template = compile_template(form.template_path, names=form.names)
        first = template.render(form.sample())
        assert first == template.render(form.sample())
        assert zipfile.is_zipfile(io.BytesIO(first))
