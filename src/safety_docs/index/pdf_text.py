"""Text of PDF files, by pypdfium2 when it is installed (extra ``pdf``)."""

from __future__ import annotations

import importlib
import importlib.util
from typing import TYPE_CHECKING, Any

from safety_docs.index.extracted import MAX_TEXT_CHARACTERS, Extracted

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_PAGES = 2_000
_NO_READER = "本机没有安装 PDF 读取组件（pypdfium2），这份 PDF 只能按题名查找。"
_UNREADABLE = "PDF 已损坏或加了密，读不出文字，只能按题名查找。"
_SCANNED = "PDF 没有文字层（可能是扫描件），只能按题名查找。"
_CUT = f"PDF 太长，只有前 {MAX_PAGES} 页可以查找。"


def pdf_text(data: bytes) -> Extracted:
    """Text of all pages, a line break between them."""
    if importlib.util.find_spec("pypdfium2") is None:
        return Extracted("", _NO_READER)
    pdfium: Any = importlib.import_module("pypdfium2")
    try:
        document = pdfium.PdfDocument(data)
        try:
            text = "\n".join(_pages(document))
            is_cut = len(document) > MAX_PAGES
        finally:
            document.close()
    except pdfium.PdfiumError:
        return Extracted("", _UNREADABLE)
    if not text.strip():
        return Extracted("", _SCANNED)
    return Extracted(text, _CUT if is_cut else "")


def _pages(document: Any) -> Iterator[str]:
    length = 0
    for number in range(min(len(document), MAX_PAGES)):
        page = document[number]
        text_page = page.get_textpage()
        text = str(text_page.get_text_bounded()).replace("\r\n", "\n")
        text_page.close()
        page.close()
        yield text
        length += len(text)
        if length > MAX_TEXT_CHARACTERS:
            return
