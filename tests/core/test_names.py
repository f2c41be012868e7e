from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safety_docs.core.names import MAX_COMPONENT_BYTES, is_portable, portable


@given(st.text())
def test_any_text_becomes_a_portable_name(text: str) -> None:
    assert is_portable(portable(text))


@given(st.text(min_size=1), st.integers(8, MAX_COMPONENT_BYTES))
def test_a_name_keeps_its_byte_limit(text: str, limit: int) -> None:
    assert len(portable(text, limit).encode()) <= limit


@pytest.mark.parametrize(
    "hostile",
    ["../../etc/passwd", "..／..", "C:\\x", "a\0b", "\u202etxt.exe", "NUL", "con.docx", "x" * 300],
)
def test_hostile_names_neither_stay_nor_climb(hostile: str) -> None:
    name = portable(hostile)
    assert is_portable(name)
    assert not any(mark in name for mark in ("/", "\\", "\0", "\u202e"))
    assert name not in {".", ".."}


@pytest.mark.parametrize("name", ["李晓梅-班主任安全责任书.docx", "阿卜杜拉·买买提", "𠮷野.pdf"])
def test_ordinary_chinese_names_are_left_alone(name: str) -> None:
    assert portable(name) == name


def test_a_decomposed_name_is_composed() -> None:
    assert portable(unicodedata.normalize("NFD", "é")) == "é"
    assert not is_portable(unicodedata.normalize("NFD", "é"))
