"""The pages of a print pack's PDF: does each copy begin on the front of a sheet, how long is it."""

from __future__ import annotations

import contextlib
import importlib
import importlib.util
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from safety_docs.documents.errors import PackPagesError
from safety_docs.documents.pack import BOOKMARK

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


@dataclass(frozen=True, slots=True)
class PackPages:
    """The pages of a pack.

    Attributes:
        total: All pages, cover and blank ones included.
        lengths: Printed pages of each copy, in order.
    """

    total: int
    lengths: tuple[int, ...]

    @property
    def sheets(self) -> int:
        """Sheets of paper when printed on both sides."""
        return (self.total + 1) // 2


def read_pages(pdf: bytes, copies: int) -> PackPages | None:
    """Look at a PDF that `office` made.

    Args:
        pdf: The file.
        copies: How many copies of letters the pack holds.

    Returns:
        None when pypdfium2 is not installed (extra ``pdf``).

    Raises:
        PackPagesError: If it cannot be opened, or a copy is missing or begins on a back.
    """
    if importlib.util.find_spec("pypdfium2") is None:
        return None
    pypdfium2: Any = importlib.import_module("pypdfium2")
    try:
        with contextlib.closing(pypdfium2.PdfDocument(pdf)) as document:
            starts = _starts(document, copies)
            ends = (*starts[1:], len(document))
            lengths = tuple(
                _length(document, start, end) for start, end in zip(starts, ends, strict=True)
            )
            return PackPages(len(document), lengths)
    except pypdfium2.PdfiumError as error:
        raise PackPagesError from error


def _starts(document: Any, copies: int) -> Sequence[int]:
    """The page on which each copy begins, from 0: even numbers are fronts."""
    raw: Any = importlib.import_module("pypdfium2.raw")
    starts: list[int] = []
    for number in range(1, copies + 1):
        place = raw.FPDF_GetNamedDestByName(document, f"{BOOKMARK}{number}".encode("ascii"))
        page = raw.FPDFDest_GetDestPageIndex(document, place) if place else -1
        if page < 0 or page % 2 or (starts and page <= starts[-1]):
            raise PackPagesError(number)
        starts.append(page)
    return starts


def _length(document: Any, start: int, end: int) -> int:
    """Pages from `start` to `end` without a blank one that only fills the sheet."""
    return end - start - (1 if end - start > 1 and _is_blank(document, end - 1) else 0)


def _is_blank(document: Any, number: int) -> bool:
    page = document[number]
    try:
        return next(_objects(page), None) is None
    finally:
        page.close()


def _objects(page: Any) -> Iterator[Any]:
    yield from page.get_objects(max_depth=1)
