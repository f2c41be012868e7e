"""Filed letters on paper: the pages of each copy as LibreOffice prints them."""

from __future__ import annotations

import shutil
import subprocess
import zipfile
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, NamedTuple

import pypdfium2

from safety_docs.core.page_code import page_code_key, page_identity
from safety_docs.documents import PageMarks, remarked

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from safety_docs.app.house import House

PAGES_OF_A_LETTER = 3
ELSEWHERE = "elsewhere"
"""Stands for the reference code of a letter of another school."""


class Letter(NamedTuple):
    """One paper: a copy of a record.

    Attributes:
        code: Reference code of the record, or `ELSEWHERE`.
        copy: Copy, from 1.
    """

    code: str
    copy: int


def print_letters(
    house: House, papers: Sequence[Letter], folder: Path, helpers: int
) -> dict[Letter, Path]:
    """A PDF of each paper, by several runs of LibreOffice side by side."""
    documents = dict(zip(papers, _documents(house, papers, folder / "papers"), strict=True))
    files = list(documents.values())
    with ThreadPoolExecutor(helpers) as pool:
        parts = [files[first::helpers] for first in range(helpers)]
        list(pool.map(_convert, parts, [folder / f"office{n}" for n in range(helpers)]))
    printed = {letter: path.with_suffix(".pdf") for letter, path in documents.items()}
    for letter, path in printed.items():
        with pypdfium2.PdfDocument(path) as document:
            pages = len(document)
        if pages != PAGES_OF_A_LETTER:
            msg = f"{letter} has {pages} pages"
            raise ValueError(msg)
    return printed


def _convert(files: Sequence[Path], profile: Path) -> None:
    folder = str(files[0].parent)
    options = ("--headless", "--convert-to", "pdf", "--outdir", folder)
    own = f"-env:UserInstallation={profile.as_uri()}"
    subprocess.run(["soffice", own, *options, *files], check=True, capture_output=True)


def _documents(house: House, papers: Sequence[Letter], folder: Path) -> Iterator[Path]:
    """The filed document of each paper; other copies and other schools with codes of their own."""
    folder.mkdir()
    records = {record.code: record for record in house.cabinet.records()}
    key = page_code_key(house.cabinet.secret)
    for number, letter in enumerate(papers):
        record = records.get(letter.code) or next(iter(records.values()))
        filed, path = house.cabinet.folder / record.path, folder / f"{number:04d}.docx"
        if letter == (record.code, 1):
            shutil.copyfile(filed, path)
        else:
            marks = PageMarks(
                form=house.library.form(record.form).code,
                page=page_identity(record.page_id),
                copy=letter.copy,
                key=b"of another school" if letter.code == ELSEWHERE else key,
            )
            _write_copy(filed, path, marks)
        yield path


def _write_copy(filed: Path, path: Path, marks: PageMarks) -> None:
    with zipfile.ZipFile(filed) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as copy:
        for name, data in {**parts, **remarked(parts, marks)}.items():
            copy.writestr(name, data)
