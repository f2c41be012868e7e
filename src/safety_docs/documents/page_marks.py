"""The codes on the pages of a .docx: what they hold, and the parts of the package that hold them.

A header is the same on all pages it stands on, so a code for each page needs a header for each:
the first page's, the even pages' and the default one carry the codes of pages 1, 2 and 3. A code
with number `LAST` is anchored in the last paragraph of the body. Why: decision 0010.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from safety_docs.core.page_code import CODED_PAGES, LAST, code_texts, readable_text
from safety_docs.documents.qr import png

if TYPE_CHECKING:
    from collections.abc import Mapping

HEADERS = ("word/codeHeader1.xml", "word/codeHeader2.xml", "word/codeHeader3.xml")
"""Headers of the first page, the even pages and all others: of pages 1, 2 and 3."""
PICTURES = tuple(f"word/media/pageCode{number}.png" for number in (1, 2, 3))
LAST_PICTURE = "word/media/pageCodeLast.png"
DRAWING_NAME = "pageCode"
"""How the names of drawings of codes begin."""
_NUMBERS = (*range(1, CODED_PAGES + 1), LAST)
_TEXT = b'<w:t xml:space="preserve">'
_BREAK = "</w:t><w:br/><w:t>"
_END = b"</w:t>"


@dataclass(frozen=True, slots=True)
class PageMarks:
    """What the pages of one copy of a letter are marked with.

    Attributes:
        form: Form code, such as ``RL-05``.
        page: `core.page_code.page_identity` of the record's page id.
        copy: Copy, from 1.
        key: Of the checks, from `core.page_code.page_code_key`.
        label: Who keeps this copy, such as 学校留存; printed beside the code.
    """

    form: str
    page: str
    copy: int
    key: bytes
    label: str = ""


def page_codes(marks: PageMarks) -> tuple[list[bytes], list[bytes]]:
    """The words beside the codes of pages 1, 2 and 3, and the four pictures, the last page's last.

    The words are markup of two lines: the code; page and label.

    Raises:
        ValueError: If no code can hold the marks.
    """
    texts = code_texts(marks.form, marks.page, _NUMBERS, marks.copy, marks.key)
    label = f"　{escape(marks.label)}" if marks.label else ""
    words = [
        f"{readable_text(text)}{_BREAK}第{number}页{label}".encode()
        for number, text in enumerate(texts[:-1], 1)
    ]
    return words, [png(text) for text in texts]


def remarked(parts: Mapping[str, bytes], marks: PageMarks) -> dict[str, bytes]:
    """The parts that carry codes, made anew for another copy.

    Args:
        parts: The package of a document that was rendered with marks.
        marks: Of the other copy.

    Returns:
        Three headers and four pictures by part name; empty when the document carries no codes.

    Raises:
        ValueError: If no code can hold the marks.
    """
    if not all(name in parts for name in HEADERS):
        return {}
    words, pictures = page_codes(marks)
    names = (*HEADERS, *PICTURES, LAST_PICTURE)
    headers = [with_words(parts[name], text) for name, text in zip(HEADERS, words, strict=True)]
    return dict(zip(names, (*headers, *pictures), strict=True))


def with_words(header: bytes, words: bytes) -> bytes:
    """A header with other words beside its code."""
    before, after = split_at_words(header)
    return before + words + after


def split_at_words(header: bytes) -> tuple[bytes, bytes]:
    """What comes before and after the words beside the code.

    They are the last text of the header; their second line is a ``w:t`` without attributes.
    """
    start = header.rindex(_TEXT) + len(_TEXT)
    return header[:start], header[header.rindex(_END) :]
