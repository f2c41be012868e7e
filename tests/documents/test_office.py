"""LibreOffice: found or not, in time or not, and what it makes of a pack, page by page."""

from __future__ import annotations

import contextlib
import io
import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pypdfium2
import pytest
import zxingcpp
from tests.documents.test_pack import KEY, MAIN, letter, marks, packed

from safety_docs.core.page_code import LAST, PageCode
from safety_docs.documents import (
    Office,
    OfficeError,
    PackPagesError,
    compile_template,
    find_office,
    missing_fonts,
    read_pages,
)
from safety_docs.documents import office as module
from safety_docs.documents.office import for_office
from safety_docs.documents.zipreader import read_entries

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.documents.conftest import MakeTemplate

__all__ = ["letter"]  # a fixture


def program(folder: Path, *lines: str) -> Path:
    """A program that stands for LibreOffice."""
    path = folder / "soffice"
    path.write_text("\n".join(("#!/bin/sh", *lines)), "utf-8")
    path.chmod(0o755)
    return path


def test_only_the_type_of_the_sections_of_letters_is_changed(letter: Callable[..., bytes]) -> None:
    one = packed([letter("王甲 <w:type")], copies=2)
    other = for_office(one)
    before, after = read_entries(one, "册"), read_entries(other, "册")
    assert {name for name in before if before[name] != after[name]} == {MAIN}
    main = before[MAIN].content("册")
    assert main.count(b'w:val="oddPage"') == 2
    assert after[MAIN].content("册") == main.replace(b'w:val="oddPage"', b'w:val="nextPage"')


def test_without_libreoffice_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(module, "_PLACES", ())
    assert find_office() is None


def test_a_program_that_is_not_on_the_path_is_found(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(module, "_PLACES", ("/nowhere/soffice", str(program(tmp_path))))
    assert find_office() == tmp_path / "soffice"


@pytest.mark.skipif(sys.platform == "win32", reason="a shell script stands for LibreOffice")
@pytest.mark.parametrize("lines", [["exit 1"], ["exit 0"], ["touch pack.pdf"]])
def test_a_run_without_a_pdf_is_an_error(
    lines: list[str], letter: Callable[..., bytes], tmp_path: Path
) -> None:
    with Office(program(tmp_path, *lines)) as office, pytest.raises(OfficeError, match="没有做成"):
        office.to_pdf(packed([letter("王甲")]), 1)


def test_a_program_that_cannot_be_started_is_an_error(
    letter: Callable[..., bytes], tmp_path: Path
) -> None:
    with Office(tmp_path / "none") as office, pytest.raises(OfficeError, match="Word"):
        office.to_pdf(packed([letter("王甲")]), 1)


@pytest.mark.skipif(sys.platform == "win32", reason="a shell script stands for LibreOffice")
def test_a_run_that_hangs_is_ended_with_its_children(
    letter: Callable[..., bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "START_SECONDS", 0.5)
    monkeypatch.setattr(module, "COPY_SECONDS", 0.0)
    hanging = program(tmp_path, f"sleep 60 & echo $! > '{tmp_path}/child'; wait")
    started = time.monotonic()
    with Office(hanging) as office, pytest.raises(OfficeError, match="等了") as caught:
        office.to_pdf(packed([letter("王甲")]), 1)
    assert caught.value.seconds == 0.5
    assert time.monotonic() - started < 20
    child = int((tmp_path / "child").read_text("ascii"))
    assert not _is_running(child)


def _is_running(pid: int) -> bool:
    for _ in range(50):
        try:
            state = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()[0]
        except OSError:
            return False
        if state == "Z":
            return False
        time.sleep(0.1)
    return True


@pytest.mark.skipif(sys.platform == "win32", reason="a shell script stands for fc-list")
def test_fonts_that_are_not_installed_are_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    listing = program(tmp_path, "echo 'SimSun,宋体'", r"echo 'A\-B Sans'")
    listing.rename(tmp_path / "fc-list")
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    assert missing_fonts(["宋体", "仿宋", "simsun", "a-b sans", "仿宋"]) == ("仿宋",)
    monkeypatch.setenv("PATH", "")
    assert missing_fonts(["仿宋"]) == ()


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7 broken"])
def test_a_pdf_that_cannot_be_opened_is_refused(data: bytes) -> None:
    with pytest.raises(PackPagesError, match="打不开"):
        read_pages(data, 1)


def test_a_pdf_without_the_copies_is_refused() -> None:
    stream = io.BytesIO()
    with contextlib.closing(pypdfium2.PdfDocument.new()) as document:
        document.new_page(595, 842)
        document.save(stream)
    with pytest.raises(PackPagesError, match="第 1 份"):
        read_pages(stream.getvalue(), 1)


@pytest.fixture
def long_letter(make_template: MakeTemplate) -> Callable[[int, int], bytes]:
    """Renders a coded letter of so many pages."""
    path = make_template(
        "责任书", "{%p for 段 in 各段 %}", "{{ 段 }}", "{%p endfor %}", "本人签字："
    )
    template = compile_template(path, page_codes=True)

    def render(number: int, pages: int) -> bytes:
        paragraphs = [f"第{line}段" for line in range(30 * (pages - 1))]
        return template.render_parts({"各段": paragraphs}, marks=marks(number)).data

    return render


@pytest.mark.slow
def test_a_pdf_of_odd_and_even_letters_is_ready_for_both_sides(
    long_letter: Callable[[int, int], bytes],
) -> None:
    program = find_office()
    assert program, "LibreOffice is not installed"
    lengths = (1, 2, 3, 1)
    letters = [long_letter(number, pages) for number, pages in enumerate(lengths, 1)]
    with Office(program) as office:
        pdf = office.to_pdf(packed(letters, copies=2), 8)
    pages = read_pages(pdf, 8)
    assert pages is not None
    assert pages.lengths == tuple(pages for pages in lengths for _ in (1, 2))
    assert pages.total == 2 + 2 * (2 + 2 + 4) + 2 + 1
    assert pages.sheets == 11
    assert list(_seen(pdf)) == list(_wanted(lengths))


def _wanted(lengths: tuple[int, ...]) -> Iterator[set[tuple[int, int, int]]]:
    """The codes of each page: number of the letter, of the page, of the copy; cover first."""
    yield from (set(), set())
    for number, pages in enumerate(lengths, 1):
        for copy in (1, 2):
            for page in range(1, pages + 1):
                yield {(number, page, copy)} | ({(number, LAST, copy)} if page == pages else set())
            is_end = number == len(lengths) and copy == 2
            if pages % 2 and not is_end:
                yield set()


def _seen(pdf: bytes) -> Iterator[set[tuple[int, int, int]]]:
    with contextlib.closing(pypdfium2.PdfDocument(pdf)) as document:
        for page in document:
            picture: Any = page.render(scale=200 / 72).to_pil().convert("L")
            codes = [PageCode.parse(one.text, KEY) for one in zxingcpp.read_barcodes(picture)]
            yield {(int(code.page), code.number, code.copy) for code in codes}
