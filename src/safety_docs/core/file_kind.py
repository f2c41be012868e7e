"""What kind of file some bytes are, by their content and not by their name."""

from __future__ import annotations

import io
import zipfile

_SIGNATURES = ((b"%PDF-", ".pdf"), (b"\xff\xd8\xff", ".jpg"), (b"\x89PNG\r\n\x1a\n", ".png"))
_MAIN_PARTS = (("word/document.xml", ".docx"), ("xl/workbook.xml", ".xlsx"))
_SAME = {".jpeg": ".jpg"}


def is_kind(data: bytes, suffix: str) -> bool:
    """Whether `data` really is what its name ending says.

    >>> is_kind(b"%PDF-1.7", ".pdf"), is_kind(b"%PDF-1.7", ".docx")
    (True, False)
    """
    wanted = _SAME.get(suffix.lower(), suffix.lower())
    found = kind_of(data)
    return found == wanted


def kind_of(data: bytes) -> str:
    """``.pdf .jpg .png .docx .xlsx .txt``, or empty if it is none of these."""
    for signature, suffix in _SIGNATURES:
        if data.startswith(signature):
            return suffix
    if data.startswith(b"PK\x03\x04"):
        return _office_kind(data)
    return ".txt" if _is_text(data) else ""


def _office_kind(data: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            names = set(package.namelist())
    except zipfile.BadZipFile:
        return ""
    return next((suffix for part, suffix in _MAIN_PARTS if part in names), "")


def _is_text(data: bytes) -> bool:
    if b"\0" in data:
        return False
    for encoding in ("utf-8", "gb18030"):
        try:
            data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return True
    return False
