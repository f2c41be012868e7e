"""Samples as printed pages: filled, converted by LibreOffice, and read back from the PDF.

Positions are in millimetres from the upper left corner of the page. `proofs` converts any number
of forms in one run of LibreOffice, which takes longer to start than to convert.
"""

from __future__ import annotations

import os
import re
import subprocess
import unicodedata
from ctypes import c_double
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pypdfium2
import pypdfium2.raw as pdfium

from safety_docs.documents import Identity, compile_template

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from safety_docs.forms import Form

ROOT = Path(__file__).parents[2]
FONTS = ROOT / "docs" / "pictures" / "fonts.conf"
MM_PER_PT = 25.4 / 72
_SAME_LINE_MM = 0.8
_SOFT_HYPHEN = "\x02"  # what PDFium makes of a hyphen at the end of a line


def squeezed(text: str) -> str:
    """Text without blanks, compatibility characters unified, so that line breaks do not matter."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text.replace(_SOFT_HYPHEN, "-")))


@dataclass(frozen=True, slots=True)
class Character:
    """One printed character; blanks are not among them.

    Attributes:
        text: The character.
        left: Left edge of its box.
        top: Upper edge of its box.
        right: Right edge of its box.
        bottom: Lower edge of its box.
        origin: Where its advance begins.
        base: Its base line.
        size: Type size in points.
    """

    text: str
    left: float
    top: float
    right: float
    bottom: float
    origin: float
    base: float
    size: float


@dataclass(frozen=True)
class Line:
    """Characters on one base line, from left to right."""

    characters: tuple[Character, ...]

    @cached_property
    def text(self) -> str:
        return squeezed("".join(one.text for one in self.characters))

    @property
    def base(self) -> float:
        return self.characters[0].base

    @property
    def top(self) -> float:
        return min(one.top for one in self.characters)

    @property
    def left(self) -> float:
        return min(one.left for one in self.characters)

    @property
    def right(self) -> float:
        return max(one.right for one in self.characters)


@dataclass(frozen=True)
class Page:
    """One page of a PDF.

    Attributes:
        number: Counted from 1.
        width: Of the paper.
        height: Of the paper.
        characters: In the order of printing.
        pictures: How many pictures are on it.
        footer_top: Where the zone of the page number begins.
    """

    number: int
    width: float
    height: float
    characters: tuple[Character, ...]
    pictures: int
    footer_top: float

    @cached_property
    def text(self) -> str:
        """Of the body, in the order of printing, without blanks."""
        return squeezed("".join(one.text for one in self.characters if one.base < self.footer_top))

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """All lines from top to bottom, page number included."""
        rows: list[list[Character]] = []
        for one in sorted(self.characters, key=lambda one: one.base):
            if rows and one.base - rows[-1][0].base < _SAME_LINE_MM:
                rows[-1].append(one)
            else:
                rows.append([one])
        return tuple(Line(tuple(sorted(row, key=lambda one: one.left))) for row in rows)

    @property
    def body(self) -> tuple[Line, ...]:
        """The lines above the page number."""
        return tuple(line for line in self.lines if line.base < self.footer_top)

    @property
    def footer(self) -> tuple[Line, ...]:
        """The page number, and what stands beside it."""
        return tuple(line for line in self.lines if line.base >= self.footer_top)


@dataclass(frozen=True)
class Proof:
    """One printed document.

    Attributes:
        form: What it was printed with.
        values: What was filled in.
        document: The Word or Excel file.
        pdf: The PDF file.
        pages: As read from the PDF.
    """

    form: Form
    values: Mapping[str, Any]
    document: Path
    pdf: Path
    pages: tuple[Page, ...]

    @cached_property
    def text(self) -> str:
        """All pages without blanks and page numbers."""
        return "".join(page.text for page in self.pages)


def sample_document(form: Form) -> bytes:
    """The form's sample, printed as if it had been filed."""
    values = form.sample()
    template = compile_template(form.template_path, names=form.names)
    identity = Identity(
        form=form.id,
        template=str(template.digest),
        page_id="00000000000000000000000000",
        code=values["档号"],
        values=form.to_json(values),
    )
    return template.render_parts(values, identity=identity).data


def convert(documents: Sequence[Path], folder: Path) -> None:
    """All documents as PDF into `folder`, in one run of LibreOffice with a profile of its own."""
    environment = {**os.environ, "FONTCONFIG_FILE": str(FONTS)}
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    subprocess.run(
        ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", folder, *documents],
        check=True,
        capture_output=True,
        env=environment,
    )


def proofs(
    forms: Iterable[Form],
    folder: Path,
    make: Callable[[Form], bytes] = sample_document,
) -> dict[str, Proof]:
    """What `make` prints of each form, by form id: its sample, if nothing else is said."""
    jobs = [(form, form.sample(), folder / f"{form.code}.{form.output}") for form in forms]
    for form, _values, document in jobs:
        document.write_bytes(make(form))
    convert([document for _form, _values, document in jobs], folder)
    return {form.id: proof_of(form, values, document, folder) for form, values, document in jobs}


def proof_of(form: Form, values: Mapping[str, Any], document: Path, folder: Path) -> Proof:
    """A document that has been converted into `folder`."""
    pdf = folder / f"{document.stem}.pdf"
    return Proof(form, values, document, pdf, read_pages(pdf, _footer_mm(form)))


def _footer_mm(form: Form) -> float:
    """How much of the lower edge of the paper belongs to the page number."""
    return {"official": 34, "letter": 20, "form": 17}.get(form.profile, 12)


def read_pages(pdf: Path, footer_mm: float) -> tuple[Page, ...]:
    """The pages of a PDF; what stands lower than `footer_mm` from the edge is the page number."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return tuple(_read(document[index], index + 1, footer_mm) for index in range(len(document)))
    finally:
        document.close()


def _read(page: Any, number: int, footer_mm: float) -> Page:
    height = page.get_height()
    text = page.get_textpage()
    pictures = sum(1 for _ in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE]))
    return Page(
        number=number,
        width=page.get_width() * MM_PER_PT,
        height=height * MM_PER_PT,
        characters=tuple(_characters(text, height)),
        pictures=pictures,
        footer_top=height * MM_PER_PT - footer_mm,
    )


def _characters(text: Any, height: float) -> Iterator[Character]:
    for index in range(text.count_chars()):
        code = pdfium.FPDFText_GetUnicode(text, index)
        character = _SOFT_HYPHEN if code == 2 else chr(code)
        if pdfium.FPDFText_IsGenerated(text, index) == 1 or not character.strip():
            continue
        left, bottom, right, top = text.get_charbox(index)
        x, y = c_double(), c_double()
        pdfium.FPDFText_GetCharOrigin(text, index, x, y)
        yield Character(
            text=character,
            left=left * MM_PER_PT,
            top=(height - top) * MM_PER_PT,
            right=right * MM_PER_PT,
            bottom=(height - bottom) * MM_PER_PT,
            origin=x.value * MM_PER_PT,
            base=(height - y.value) * MM_PER_PT,
            size=pdfium.FPDFText_GetFontSize(text, index),
        )
