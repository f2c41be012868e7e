"""The shipped forms, loaded once, and the text of what they print."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from docx import Document

from safety_docs.documents import compile_template
from safety_docs.forms import load_library

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from safety_docs.forms import Form, Library

TEMPLATES = Path(__file__).parents[2] / "templates"


@pytest.fixture(scope="session")
def templates() -> Path:
    return TEMPLATES


@pytest.fixture(scope="session")
def library() -> Library:
    return load_library([TEMPLATES / "forms"])


@pytest.fixture(scope="session")
def wordings(library: Library) -> dict[str, str]:
    """Wording of each form that prints a Word document, by form id."""
    return {form.id: form.wording() for form in library.forms if form.output == "docx"}


@pytest.fixture(scope="session")
def printed() -> Callable[[Form, Mapping[str, Any]], list[str]]:
    """Renders a form's built template; gives the text of its paragraphs, tables included."""
    compiled: dict[str, Any] = {}

    def paragraphs(form: Form, values: Mapping[str, Any]) -> list[str]:
        if form.id not in compiled:
            compiled[form.id] = compile_template(form.template_path)
        body = Document(io.BytesIO(compiled[form.id].render(values))).element.body
        texts = ["".join(p.xpath(".//w:t/text()")) for p in body.iter() if p.tag.endswith("}p")]
        return [text for text in texts if text.strip()]

    return paragraphs
