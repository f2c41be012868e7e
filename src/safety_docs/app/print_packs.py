"""Print packs: one Word file for each class or department, made from the filed letters.

What is printed is what is filed: the files are read from the cabinet and checked against the
notebook. Nothing is filed and nothing in the cabinet changes. A pack is put into the folder whole
or not at all, and never over another file.
"""

from __future__ import annotations

import contextlib
import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from safety_docs.app.copies import copy_label
from safety_docs.app.pack_cover import cover_of
from safety_docs.app.pack_selection import choose
from safety_docs.app.placing import place
from safety_docs.core.digest import Digest
from safety_docs.core.errors import SafetyDocsError
from safety_docs.core.page_code import CODED_PAGES, page_code_key, page_identity
from safety_docs.documents import (
    Office,
    OfficeError,
    Pack,
    PackLetter,
    PackPagesError,
    PageMarks,
    cover_section,
    find_office,
    missing_fonts,
    read_pages,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from safety_docs.app.house import House
    from safety_docs.app.pack_selection import Chosen, Group, Selection
    from safety_docs.core.record import Record

NO_OFFICE = "这台电脑没有 LibreOffice，没有做 PDF；请用 Word 或 WPS 打开 .docx 打印。"
NOT_COUNTED = "没有安装 pypdfium2，PDF 的页数没有核对。"

Book: TypeAlias = "Sequence[tuple[Record, PackLetter]]"
"""The letters of one pack."""


class FiledFileChangedError(SafetyDocsError):
    """A filed file is gone or is not the one that was filed.

    Attributes:
        path: Within the cabinet.
    """

    code = "A178"
    exit_status = 3

    def __init__(self, path: str) -> None:
        super().__init__(f"归档的文件“{path}”不见了或被改过，没有打印。请用 verify 核对专柜。")
        self.path = path


@dataclass(frozen=True, slots=True)
class MadePack:
    """A pack in the folder.

    Attributes:
        group: The class, department …; empty when nothing divides.
        path: The Word file.
        letters: How many people.
        copies: How many copies of letters in all.
        codes: First and last reference code.
        pdf: The PDF; None if there is none.
        pages: Pages of the PDF, cover and blank ones included; None when not counted.
        long: Codes of letters that are longer than their page codes reach.
    """

    group: str
    path: Path
    letters: int
    copies: int
    codes: tuple[str, str]
    pdf: Path | None = None
    pages: int | None = None
    long: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PrintReport:
    """What was made.

    Attributes:
        form: Title of the form.
        year: 年度.
        packs: In order.
        notes: What else the clerk should know.
    """

    form: str
    year: int
    packs: tuple[MadePack, ...]
    notes: tuple[str, ...]


def print_packs(  # what, where and how
    house: House,
    wanted: Selection,
    folder: Path,
    *,
    copies: int | None = None,
    pdf: bool = False,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> tuple[PrintReport, ...]:
    """Make the packs of `wanted` in `folder`, form by form.

    Args:
        house: The wired-up parts.
        wanted: Which letters.
        folder: Where the packs go; made if it is not there.
        copies: Of each letter; None for what the form says.
        pdf: Whether a PDF is made too, if LibreOffice is there.
        progress: Called with the number of letters that are done, and of all.

    Raises:
        SafetyDocsError: If letters cannot be chosen (`choose`), read or merged; packs that were
            made before stay.
        OSError: If the folder cannot be written.
    """
    chosen = choose(house, wanted)
    total = sum(len(group.records) for one in chosen for group in one.groups)
    done = 0

    def printed(one: Chosen) -> PrintReport:
        nonlocal done
        press = _Press(house, one, copies or one.form.copies, folder)
        packs: list[MadePack] = []
        with press.with_office() if pdf else contextlib.nullcontext():
            for group in one.groups:
                for pack in press.packs(group):
                    packs.append(pack)
                    done += pack.letters
                    progress(done, total)
        return PrintReport(one.form.title, one.year, tuple(packs), tuple(press.notes))

    return tuple(printed(one) for one in chosen)


class _Press:
    """Makes the packs of what was chosen.

    Attributes:
        notes: What the clerk should know, each once.
    """

    def __init__(self, house: House, chosen: Chosen, copies: int, folder: Path) -> None:
        self.notes: dict[str, None] = {}
        self._house = house
        self._chosen = chosen
        self._copies = copies
        self._folder = folder
        self._key = page_code_key(house.cabinet.secret)
        self._office: Office | None = None
        self._fonts: set[str] = set()

    @contextlib.contextmanager
    def with_office(self) -> Iterator[None]:
        """Make PDFs while inside, if LibreOffice is there."""
        program = find_office()
        if program is None:
            self.notes[NO_OFFICE] = None
            yield
            return
        with Office(program) as self._office:
            yield
        missing = missing_fonts(self._fonts)
        if missing:
            note = "PDF 里用别的字体代替，分页可能与 Word 不同。"
            self.notes[f"这台电脑没有字体 {'、'.join(missing)}，{note}"] = None

    def packs(self, group: Group) -> Iterator[MadePack]:
        """One pack for all letters of a group that look the same; nearly always one in all."""
        books: dict[object, list[tuple[Record, PackLetter]]] = {}
        for record in group.records:
            letter = PackLetter(self._filed(record), record.path.rpartition("/")[2])
            books.setdefault(letter.frame, []).append((record, letter))
        for number, book in enumerate(books.values(), 1):
            volume = f"（第{number}册，共{len(books)}册）" if len(books) > 1 else ""
            yield self._pack(group.name, group.name + volume, book)

    def _filed(self, record: Record) -> bytes:
        """The main file of a record, as it was filed.

        Raises:
            FiledFileChangedError: If it is not that.
        """
        part = record.parts[0]
        try:
            data = (self._house.cabinet.folder / part.path).read_bytes()
        except FileNotFoundError:
            raise FiledFileChangedError(part.path) from None
        if Digest.of(data) != part.digest:
            raise FiledFileChangedError(part.path)
        return data

    def _pack(self, group: str, name: str, book: Book) -> MadePack:
        title, first = self._chosen.form.title, book[0][1]
        records = [record for record, _ in book]
        cover = cover_of(self._house, self._chosen, name, records, self._copies)
        pack = Pack(cover.title, cover_section(cover), first.frame)
        for record, letter in book:
            pack.add(letter)
            for copy in range(2, self._copies + 1):
                pack.add(letter, self._marks(record, copy))
        data = pack.finish()
        words = (title, f"{self._chosen.year}年", name, f"{len(records)}人")
        stem = "-".join(word for word in words if word)
        path = place(self._folder, stem, ".docx", data, self._house.entropy)
        codes = records[0].code, records[-1].code
        made = MadePack(group, path, len(records), pack.copies, codes)
        return self._with_pdf(made, data, book, self._office) if self._office else made

    def _marks(self, record: Record, copy: int) -> PageMarks:
        """Page codes of a further copy."""
        return PageMarks(
            form=self._chosen.form.code,
            page=page_identity(record.page_id),
            copy=copy,
            key=self._key,
            label=copy_label(copy, self._copies),
        )

    def _with_pdf(self, made: MadePack, data: bytes, book: Book, office: Office) -> MadePack:
        """The pack with its PDF; with a note instead, if that does not come out right."""
        self._fonts |= book[0][1].fonts()
        try:
            pdf = office.to_pdf(data, made.copies)
            pages = read_pages(pdf, made.copies)
        except (OfficeError, PackPagesError) as error:
            self.notes[f"“{made.path.name}”：{error.message}"] = None
            return made
        path = place(self._folder, made.path.stem, ".pdf", pdf, self._house.entropy)
        if pages is None:
            self.notes[NOT_COUNTED] = None
            return dataclasses.replace(made, pdf=path)
        long = tuple(
            record.code
            for (record, letter), length in zip(book, pages.lengths[:: self._copies], strict=True)
            if length > CODED_PAGES and letter.has_page_codes
        )
        if long:
            note = f"超过 {CODED_PAGES} 页，后面的页码二维码与前面重复，收回时请人工核对："
            self.notes[note + "、".join(long)] = None
        return dataclasses.replace(made, pdf=path, pages=pages.total, long=long)
