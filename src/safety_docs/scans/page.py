"""What one scanned page says of itself; nothing is taken over from any other page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from safety_docs.scans.blank import is_blank
from safety_docs.scans.codes import find_codes
from safety_docs.scans.errors import ScanError
from safety_docs.scans.sources import grey_picture

if TYPE_CHECKING:
    from safety_docs.core.page_code import PageCode
    from safety_docs.scans.sources import PageSource


@dataclass(frozen=True, slots=True)
class ScannedPage:
    """A page that was looked at.

    Attributes:
        source: Where it is.
        codes: Codes of this cabinet on it.
        foreign: Number of other QR codes on it.
        is_blank: Whether nothing is on it; False if it has a code.
        turn: By how many degrees clockwise its content is turned: 0, 90, 180 or 270.
        problem: Why it could not be looked at, a Chinese sentence; empty if it could.
    """

    source: PageSource
    codes: tuple[PageCode, ...] = ()
    foreign: int = 0
    is_blank: bool = False
    turn: int = 0
    problem: str = ""


def read_page(source: PageSource, key: bytes) -> ScannedPage:
    """Look at one page.

    Args:
        source: The page.
        key: Of the checks of codes, from `core.page_code.page_code_key`.

    Raises:
        NoScanLibraryError: If a library is missing.
    """
    try:
        picture = grey_picture(source)
    except ScanError as error:
        return ScannedPage(source, problem=error.message)
    found = find_codes(picture, key, is_glance=True)
    if not found.own:
        if is_blank(picture):
            return ScannedPage(source, is_blank=True)
        found = find_codes(picture, key)
    return ScannedPage(source, tuple(found.own), found.foreign, turn=found.turn)
