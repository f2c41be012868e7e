"""File and folder names that every system can hold, made from what people call things.

A name is NFC, has no character that Windows or a shell gives a meaning, no control or
bidirectional character, no leading or trailing dot or space, is not a device name, and is at most
240 bytes of UTF-8 per component (docs/format.md, findings E008 and E009).
"""

from __future__ import annotations

import functools
import unicodedata

MAX_COMPONENT_BYTES = 240
_FORBIDDEN = frozenset('/\\:*?"<>|')
_DEVICES = frozenset(
    [
        "CON",
        "PRN",
        "AUX",
        "NUL",
        *(f"COM{n}" for n in range(1, 10)),
        *(f"LPT{n}" for n in range(1, 10)),
    ]
)
_REPLACEMENT = "_"
_LITTER = frozenset({"thumbs.db", "desktop.ini", ".ds_store"})


def is_litter(component: str) -> bool:
    """Whether a system or an office program left a file of this name; nobody put it there.

    >>> is_litter("Thumbs.db"), is_litter("~$通知.docx"), is_litter("通知.docx")
    (True, True, False)
    """
    return component.startswith(("~$", "._")) or component.lower() in _LITTER


def is_portable(component: str) -> bool:
    """Whether `component` can be one file or folder name everywhere.

    >>> is_portable("0001-李晓梅-班主任安全责任书.docx"), is_portable("a/b"), is_portable("NUL.txt")
    (True, False, False)
    """
    return (
        bool(component)
        and component == unicodedata.normalize("NFC", component)
        and component == component.strip(". ")
        and not any(_is_forbidden(character) for character in component)
        and component.partition(".")[0].strip().upper() not in _DEVICES
        and len(component.encode("utf-8", "surrogatepass")) <= MAX_COMPONENT_BYTES
    )


def portable(text: str, max_bytes: int = MAX_COMPONENT_BYTES) -> str:
    """Make one portable component of `text`, at most `max_bytes` bytes long; never empty.

    >>> portable("通知：第3号 a/b?.docx")
    '通知：第3号 a_b_.docx'
    >>> portable("..")
    '_'
    """
    normal = unicodedata.normalize("NFC", text)
    cleaned = "".join(
        _REPLACEMENT if _is_forbidden(character) else character for character in normal
    )
    cleaned = _cut(" ".join(cleaned.split()).strip(". "), max_bytes).strip(". ")
    if not cleaned:
        return _REPLACEMENT
    if cleaned.partition(".")[0].strip().upper() in _DEVICES:
        return _cut(_REPLACEMENT + cleaned, max_bytes)
    return cleaned


def _cut(text: str, max_bytes: int) -> str:
    return text.encode("utf-8", "replace")[:max_bytes].decode("utf-8", "ignore")


@functools.lru_cache(maxsize=4096)
def _is_forbidden(character: str) -> bool:
    """Control, format (bidi), surrogate, line characters, and those a system gives a meaning."""
    if character in _FORBIDDEN:
        return True
    return unicodedata.category(character) in {"Cc", "Cf", "Cs", "Zl", "Zp"}
