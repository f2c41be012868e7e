"""Scanned and photographed pages: which codes they carry, and one file of the pages of a letter.

The libraries for it (zxing-cpp, pypdfium2) come with the extra ``scan`` and are loaded when a page
is first read.
"""

from __future__ import annotations

from safety_docs.scans.errors import NoScanLibraryError, ScanError
from safety_docs.scans.joining import join_pages, lone_page
from safety_docs.scans.page import ScannedPage, read_page
from safety_docs.scans.sources import SUFFIXES, PageSource, count_pages, expand

__all__ = [
    "SUFFIXES",
    "NoScanLibraryError",
    "PageSource",
    "ScanError",
    "ScannedPage",
    "count_pages",
    "expand",
    "join_pages",
    "lone_page",
    "read_page",
]
