"""Scanned pages put together in one PDF, as they are: nothing is drawn on them or left out.

Pages of a PDF are copied; a JPEG is embedded as it is, other pictures without loss. A page whose
content stands on its head is marked to be shown the right way round. The same pages give the same
bytes.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import re
from typing import TYPE_CHECKING, Any

from PIL import Image, ImageOps

from safety_docs.scans.sources import open_pdf, pdf_library

if TYPE_CHECKING:
    from collections.abc import Iterable

    from safety_docs.scans.sources import PageSource

_A4_POINTS = (595.276, 841.89)
_ID = re.compile(rb"/ID\s*\[\s*<[0-9A-Fa-f]{32}>\s*<[0-9A-Fa-f]{32}>\s*\]")
_DATE = re.compile(rb"\(D:[0-9]{14}[^)]*\)")


def lone_page(source: PageSource, turn: int) -> bytes:
    """One page as a PDF of its own.

    Args:
        source: The page.
        turn: Degrees by which its content is turned clockwise.

    Raises:
        ScanError: If the page cannot be read.
    """
    pdfium = pdf_library()
    with _new(pdfium) as target:
        if source.path.suffix.lower() == ".pdf":
            _copy(target, source)
        else:
            _embed(pdfium, target, source)
        page = target[0]
        page.set_rotation((page.get_rotation() - turn) % 360)
        page.close()
        return _saved(target)


def join_pages(pages: Iterable[bytes]) -> bytes:
    """A PDF of these pages, in this order.

    Args:
        pages: Each as `lone_page` gives it, so that it does not matter where a page lay before.
    """
    pdfium = pdf_library()
    with _new(pdfium) as target:
        for page in pages:
            with contextlib.closing(pdfium.PdfDocument(page)) as lone:
                target.import_pages(lone)
        return _saved(target)


def _new(pdfium: Any) -> contextlib.closing[Any]:
    return contextlib.closing(pdfium.PdfDocument.new())


def _saved(target: Any) -> bytes:
    stream = io.BytesIO()
    target.save(stream)
    return _timeless(stream.getvalue())


def _copy(target: Any, source: PageSource) -> None:
    with open_pdf(source.path) as document:
        target.import_pages(document, [source.number - 1])


def _embed(pdfium: Any, target: Any, source: PageSource) -> None:
    """A page the size of A4 that holds the picture, upright or across as the picture is."""
    with Image.open(source.path, formats=["JPEG", "PNG", "TIFF"]) as picture:
        picture.seek(source.number - 1)
        held = picture.getexif().get(0x0112, 1)
        embedded = pdfium.PdfImage.new(target)
        if picture.format == "JPEG" and held == 1:
            width, height = picture.size
            embedded.load_jpeg(io.BytesIO(source.path.read_bytes()), inline=True)
        else:
            upright = ImageOps.exif_transpose(picture).convert("RGB")
            width, height = upright.size
            embedded.set_bitmap(pdfium.PdfBitmap.from_pil(upright))
    sides = _A4_POINTS if width <= height else _A4_POINTS[::-1]
    scale = min(sides[0] / width, sides[1] / height)
    page = target.new_page(width * scale, height * scale)
    embedded.set_matrix(pdfium.PdfMatrix().scale(width * scale, height * scale))
    page.insert_obj(embedded)
    page.gen_content()
    page.close()


def _timeless(data: bytes) -> bytes:
    """The file with an id that follows from its content, and without the time of writing."""
    data = _DATE.sub(lambda match: b"(D:" + b"0" * (len(match[0]) - 4) + b")", data)
    match = _ID.search(data, data.rfind(b"trailer"))
    if match is None:
        return data
    plain = data[: match.start()] + data[match.end() :]
    digest = hashlib.sha256(plain).hexdigest()[:32].upper().encode("ascii")
    said = b"/ID[<%b><%b>]" % (digest, digest)
    return data[: match.start()] + said.ljust(len(match[0])) + data[match.end() :]
