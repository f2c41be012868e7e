from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safety_docs.documents import compile_template
from safety_docs.forms import load_form
from safety_docs.index import read_parts, text_of_parts
from safety_docs.index.searchable import read_text

FORMS = Path(__file__).parents[2] / "templates" / "forms"
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
WORDS = st.text(st.sampled_from("安全责任书 13800000001·𠮷A1"), max_size=40)
PARAGRAPHS = st.lists(st.lists(WORDS, max_size=3), max_size=8)


def part(kind: str, paragraphs: list[list[str]], tail: str = "") -> bytes:
    body = "".join(
        "<w:p>"
        + "<w:r><w:br/></w:r>".join(f"<w:r><w:t>{run}</w:t></w:r>" for run in runs)
        + "</w:p>"
        for runs in paragraphs
    )
    return f'<w:{kind} xmlns:w="{W}">{body}{tail}</w:{kind}>'.encode()


@given(PARAGRAPHS, PARAGRAPHS, st.sampled_from(["", "<w:r><w:t>尾</w:t></w:r>", "<!-- x -->"]))
def test_reading_parts_at_once_gives_what_reading_their_text_gives(
    body: list[list[str]], header: list[list[str]], tail: str
) -> None:
    parts = {
        "word/document.xml": part("document", body, tail),
        "word/header1.xml": part("hdr", header),
        "word/styles.xml": b"<styles/>",
    }
    assert read_parts(parts) == read_text(text_of_parts(parts))


@pytest.mark.parametrize("name", ["homeroom-teacher", "parents", "staff"])
def test_letters_read_the_same_either_way(name: str) -> None:
    form = load_form(FORMS / "responsibility-letters" / name)
    template = compile_template(form.template_path, names=form.names)
    parts = template.render_parts(form.sample()).parts
    read = read_parts(parts)
    assert read == read_text(text_of_parts(parts))
    assert any("责任" in line.normal for line in read.lines)
