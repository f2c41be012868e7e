"""Word templates made by code, and what a document says when it is read back."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING, Any, Protocol

import docx
import pytest
from lxml import etree

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

Table = list[list[str]]


class MakeTemplate(Protocol):
    """Writes a Word file from paragraphs, lists of runs, and tables (lists of rows)."""

    def __call__(
        self,
        *blocks: str | list[str] | Table,
        header: str = "",
        footer: str = "",
        title: str = "",
        name: str = "模板.docx",
    ) -> Path: ...


@pytest.fixture
def make_template(tmp_path: Path) -> MakeTemplate:
    def make(
        *blocks: str | list[str] | Table,
        header: str = "",
        footer: str = "",
        title: str = "",
        name: str = "模板.docx",
    ) -> Path:
        document = docx.Document()
        for block in blocks:
            add_block(document, block)
        if header:
            document.sections[0].header.paragraphs[0].text = header
        if footer:
            document.sections[0].footer.paragraphs[0].text = footer
        document.core_properties.title = title
        path = tmp_path / name
        document.save(str(path))
        return path

    return make


def add_block(document: Any, block: str | list[str] | Table) -> None:
    """Put a paragraph, a paragraph of runs (every second one bold) or a table at the end."""
    if isinstance(block, str):
        document.add_paragraph(block)
    elif isinstance(block[0], str):
        paragraph = document.add_paragraph()
        for number, run in enumerate(block):
            paragraph.add_run(run).bold = number % 2 == 1
    else:
        table = document.add_table(len(block), max(len(row) for row in block))
        for row, texts in zip(table.rows, block, strict=True):
            for cell, text in zip(row.cells, texts, strict=False):
                cell.text = text


class Reader:
    """Reads finished documents."""

    @staticmethod
    def part(data: bytes, name: str = "word/document.xml") -> bytes:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return archive.read(name)

    @staticmethod
    def names(data: bytes) -> list[str]:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            assert archive.testzip() is None
            return archive.namelist()

    @staticmethod
    def paragraphs(data: bytes) -> list[str]:
        """Text of the body's paragraphs; a break is a newline."""
        return [paragraph.text for paragraph in docx.Document(io.BytesIO(data)).paragraphs]

    @staticmethod
    def rows(data: bytes, table: int = 0) -> list[list[str]]:
        rows = docx.Document(io.BytesIO(data)).tables[table].rows
        return [[cell.text for cell in row.cells] for row in rows]

    @staticmethod
    def header(data: bytes) -> str:
        return str(docx.Document(io.BytesIO(data)).sections[0].header.paragraphs[0].text)

    @staticmethod
    def title(data: bytes) -> str:
        return str(docx.Document(io.BytesIO(data)).core_properties.title)

    @classmethod
    def canonical(cls, data: bytes, name: str = "word/document.xml") -> bytes:
        root = etree.fromstring(cls.part(data, name))
        return etree.tostring(root, method="c14n")


@pytest.fixture
def read() -> type[Reader]:
    return Reader


def codes(problems: Sequence[Any]) -> list[str]:
    return [problem.code for problem in problems]
