"""A stack of signed letters as it comes back, with known truth.

Letters of several classes are filed, printed by LibreOffice, drawn at 150 to 300 dpi and then
handled (`scan_damage`): askew, blurred, noisy, badly lit, upside down, compressed. Among them are
blank backs, pages whose codes are destroyed, letters with a page missing, pages that were scanned
twice, and pages of elsewhere. Everything but the look of a page under LibreOffice follows from the
seed and the cabinet.
"""

from __future__ import annotations

import io
import multiprocessing
import random
import shutil
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

import pypdfium2
import segno
from PIL import Image, ImageDraw

from safety_docs.app.batch import batch
from safety_docs.app.demo import COMMON, PUPIL_FORM, STAFF_FORM
from safety_docs.app.demo_roster import write_roster
from scan_damage import JPEG_QUALITY, WIDTH_MM, any_handling, back, handled, signed, spoilt
from scan_print import ELSEWHERE, PAGES_OF_A_LETTER, Letter, print_letters

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from safety_docs.app.house import House
    from scan_damage import Damage, Handling

_SECOND_COPIES = 0.1
_MISSING = (2, 3)
"""A page is missing of so many letters: one lacks its second page, one its last."""
_POINTS_PER_INCH = 72
_DAMAGES: tuple[Damage, ...] = ("stain", "torn")

Kind = Literal["letter", "destroyed", "blank", "foreign"]


@dataclass(frozen=True)
class Sheet:
    """One picture of the stack, and what is true of it.

    Attributes:
        kind: ``letter``: a page with a code that can be read.
        letter: Whose page it is, or the back of whose page.
        number: Page number within the letter.
        source: Name of its file.
        page: Page within the file, from 1.
    """

    kind: Kind
    letter: Letter
    number: int
    source: str = ""
    page: int = 0

    @property
    def is_last(self) -> bool:
        return self.number == PAGES_OF_A_LETTER


@dataclass(frozen=True)
class Stack:
    """A stack of scans.

    Attributes:
        files: PDFs and photos.
        sheets: What is on each page of them.
    """

    files: tuple[Path, ...]
    sheets: tuple[Sheet, ...]

    @property
    def whole(self) -> set[Letter]:
        """Letters of which every page is there with a code that can be read."""
        there = {(one.letter, one.number) for one in self.sheets if one.kind == "letter"}
        letters = {letter for letter, _ in there}
        numbers = range(1, PAGES_OF_A_LETTER + 1)
        return {letter for letter in letters if all((letter, n) in there for n in numbers)}


def file_letters(house: House, folder: Path) -> None:
    """File the letters of 120 class teachers and deputies and of the parents of ten classes."""
    roster = folder / "名册.xlsx"
    write_roster(roster)
    for form in (STAFF_FORM, PUPIL_FORM):
        batch(house, [form], roster, common=dict(COMMON))


def make_stack(
    house: House, folder: Path, *, pages: int = 600, seed: int = 4, helpers: int = 2
) -> Stack:
    """Print, handle and scan.

    Args:
        house: With letters from `file_letters`.
        folder: An empty folder; the scans come to lie in its folder ``scans``.
        pages: Pictures in the stack; at least 24.
        seed: Of the choices.
        helpers: Processes for printing and for the pictures.
    """
    rng = random.Random(seed)
    plan = _plan(house, pages, rng)
    papers = sorted({sheet.letter for sheet in plan})
    printed = print_letters(house, papers, folder, helpers)
    jobs = _jobs(plan, printed, folder, rng)
    with ProcessPoolExecutor(helpers, multiprocessing.get_context("spawn")) as pool:
        list(pool.map(_take_picture, jobs, chunksize=8))
    return _bind(jobs, folder / "scans", rng)


def _plan(house: House, pages: int, rng: random.Random) -> list[Sheet]:
    """The sheets in the order of the pile."""
    blanks, foreign, twice = pages // 10, min(3, pages // 20), max(1, pages // 100)
    room = pages - blanks - foreign - twice + len(_MISSING)
    letters = _letters(house, room // PAGES_OF_A_LETTER, rng)
    sheets = [
        Sheet("letter", letter, number)
        for index, letter in enumerate(letters)
        for number in range(1, PAGES_OF_A_LETTER + 1)
        if number != dict(enumerate(_MISSING)).get(index)
    ]
    for index in rng.sample(range(len(sheets)), max(1, pages // 50)):
        sheets[index] = replace(sheets[index], kind="destroyed")
    twice += room % PAGES_OF_A_LETTER
    again = rng.sample([sheet for sheet in sheets if sheet.kind == "letter"], twice)
    strange = [Sheet("foreign", Letter(ELSEWHERE, 1), n + 1) for n in range(foreign)]
    backs = [replace(sheet, kind="blank") for sheet in rng.sample(sheets, blanks)]
    sheets = _shuffled(sheets, rng)
    for sheet in (*again, *strange, *backs):
        sheets.insert(rng.randrange(len(sheets) + 1), sheet)
    return sheets


def _letters(house: House, count: int, rng: random.Random) -> list[Letter]:
    """Some of what is filed, with the other copy of some, mixed."""
    second = int(count * _SECOND_COPIES)
    codes = [record.code for record in house.cabinet.records()]
    first = [Letter(code, 1) for code in rng.sample(codes, count - second)]
    letters = first + [Letter(letter.code, 2) for letter in rng.sample(first, second)]
    rng.shuffle(letters)
    return letters


def _shuffled(sheets: Iterable[Sheet], rng: random.Random) -> list[Sheet]:
    """Most pages stay together as letters; one in ten lies anywhere."""
    pile = list(sheets)
    stray = rng.sample(range(len(pile)), len(pile) // 10)
    strays = [pile[index] for index in stray]
    pile = [sheet for index, sheet in enumerate(pile) if index not in set(stray)]
    for sheet in strays:
        pile.insert(rng.randrange(len(pile) + 1), sheet)
    return pile


@dataclass(frozen=True)
class _Job:
    """One picture to be taken."""

    sheet: Sheet
    printed: Path
    handling: Handling
    target: Path


def _jobs(
    plan: Sequence[Sheet], printed: dict[Letter, Path], folder: Path, rng: random.Random
) -> list[_Job]:
    (folder / "pictures").mkdir()
    fit = [index for index, sheet in enumerate(plan) if sheet.kind == "letter"]
    photos = set(rng.sample(fit, len(plan) // 50))
    jobs = []
    for index, sheet in enumerate(plan):
        damage: Damage = "" if sheet.kind != "destroyed" else rng.choice(_DAMAGES)
        handling = any_handling(rng, damage=damage, is_photo=index in photos)
        target = folder / "pictures" / f"{index:04d}.jpg"
        jobs.append(_Job(sheet, printed[sheet.letter], handling, target))
    return jobs


def _take_picture(job: _Job) -> None:
    sheet, rng = job.sheet, random.Random(job.handling.seed + "paper")
    with pypdfium2.PdfDocument(job.printed) as document:
        page = document[sheet.number - 1]
        paper = page.render(scale=job.handling.dpi / _POINTS_PER_INCH).to_pil().convert("RGB")
    if sheet.kind == "blank":
        paper = back(paper, rng)
    elif sheet.is_last:
        paper = signed(paper, rng)
    if sheet.kind == "foreign" and sheet.number == 1:
        paper = _notice(paper)
    paper = spoilt(paper, sheet.number, job.handling.damage, rng)
    picture = handled(paper, job.handling)
    dpi = (job.handling.dpi, job.handling.dpi)
    picture.save(job.target, "JPEG", quality=JPEG_QUALITY, dpi=dpi)


def _notice(paper: Image.Image) -> Image.Image:
    """A page of another program: a QR code of its own, and none of ours."""
    mm = paper.width / WIDTH_MM
    ImageDraw.Draw(paper).rectangle([0, 0, paper.width, 28 * mm], fill="white")
    stream = io.BytesIO()
    segno.make("https://example.org/notice/2022/09", micro=False).save(stream, "png", scale=10)
    side = round(26 * mm)
    code = Image.open(stream).convert("RGB").resize((side, side))
    paper.paste(code, (round(20 * mm), round(12 * mm)))
    return paper


def _bind(jobs: Sequence[_Job], folder: Path, rng: random.Random) -> Stack:
    """Photos as they are, all others in PDFs of 50 to 100 pages."""
    folder.mkdir()
    files, sheets = [], []
    for job in jobs:
        if job.handling.is_photo:
            files.append(folder / f"照片-{job.target.name}")
            shutil.copyfile(job.target, files[-1])
            sheets.append(replace(job.sheet, source=files[-1].name, page=1))
    rest = [job for job in jobs if not job.handling.is_photo]
    while rest:
        size = rng.randint(50, 100)
        bound, rest = rest[:size], rest[size:]
        files.append(folder / f"扫描-{len(rest):04d}.pdf")
        _write_pdf(bound, files[-1])
        for page, job in enumerate(bound, 1):
            sheets.append(replace(job.sheet, source=files[-1].name, page=page))
    return Stack(tuple(files), tuple(sheets))


def _write_pdf(jobs: Iterable[_Job], path: Path) -> None:
    """A page for each picture, holding its JPEG as it is, as scanners write it."""
    with pypdfium2.PdfDocument.new() as document:
        for job in jobs:
            picture: Any = pypdfium2.PdfImage.new(document)
            picture.load_jpeg(io.BytesIO(job.target.read_bytes()), inline=True)
            width, height = (
                pixels / job.handling.dpi * _POINTS_PER_INCH for pixels in picture.get_px_size()
            )
            picture.set_matrix(pypdfium2.PdfMatrix().scale(width, height))
            page = document.new_page(width, height)
            page.insert_obj(picture)
            page.gen_content()
        document.save(path)
