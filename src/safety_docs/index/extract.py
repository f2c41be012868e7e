"""Text of files as people read it, for the full text. Never a crash: what gives no text says why.

Everything is bounded before it is parsed: files come from outside.
"""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING
from xml.parsers.expat import ExpatError

from safety_docs.index.docx_text import docx_text, text_of_parts
from safety_docs.index.extracted import MAX_TEXT_CHARACTERS, Extracted
from safety_docs.index.package import PackageError, read_package
from safety_docs.index.pdf_text import pdf_text
from safety_docs.index.xlsx_text import xlsx_text

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Extracted", "extract_text", "text_of_parts"]

IMAGES = frozenset({".jpg", ".jpeg", ".png", ".gif", ".bmp", ".tif", ".tiff", ".webp", ".heic"})
PLAIN = frozenset({".txt", ".md", ".csv", ".log"})


def extract_text(data: bytes, suffix: str) -> Extracted:
    """Text of a whole file.

    Args:
        data: The file's bytes.
        suffix: Ending of its name with the dot, such as ``.docx``, in any case.
    """
    ending = suffix.lower()
    if ending in IMAGES:
        return Extracted("", "图片没有文字层，只能按题名查找。")
    found = _READERS[ending](data) if ending in _READERS else _other(ending)
    if len(found.text) <= MAX_TEXT_CHARACTERS:
        return found
    reason = f"文字太长，只有前 {MAX_TEXT_CHARACTERS} 个字可以查找。"
    return Extracted(found.text[:MAX_TEXT_CHARACTERS], found.unreadable or reason)


def _other(ending: str) -> Extracted:
    named = f"{ending} 格式" if ending else "没有扩展名"
    return Extracted("", f"{named}的文件读不出文字，只能按题名查找。")


def _plain(data: bytes) -> Extracted:
    """UTF-8 with or without mark, UTF-16 with mark, or GB18030, as Chinese editors write."""
    encoding = "utf-16" if data[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8-sig"
    for candidate in (encoding, "gb18030"):
        try:
            return _unless_blank(data.decode(candidate))
        except UnicodeDecodeError:
            continue
    return Extracted("", "文本文件的编码认不出来，只能按题名查找。")


def _docx(data: bytes) -> Extracted:
    return _of_package(data, docx_text)


def _xlsx(data: bytes) -> Extracted:
    return _of_package(data, xlsx_text)


def _of_package(data: bytes, reader: Callable[[zipfile.ZipFile], str]) -> Extracted:
    try:
        with read_package(io.BytesIO(data)) as package:
            text = reader(package)
    except PackageError as error:
        return Extracted("", f"{error}，只能按题名查找。")
    except (zipfile.BadZipFile, ExpatError, NotImplementedError, KeyError, ValueError):
        return Extracted("", "文件已损坏或加了密，读不出文字，只能按题名查找。")
    return _unless_blank(text)


def _unless_blank(text: str) -> Extracted:
    return Extracted(text, "" if text.strip() else "文件里没有文字，只能按题名查找。")


_READERS: dict[str, Callable[[bytes], Extracted]] = {
    ".docx": _docx,
    ".docm": _docx,
    ".dotx": _docx,
    ".xlsx": _xlsx,
    ".xlsm": _xlsx,
    ".pdf": pdf_text,
    **dict.fromkeys(PLAIN, _plain),
}
