"""Text of Word documents, from the bytes of their XML parts, without building a tree.

Order: the body, then headers, footers, footnotes and endnotes by name. A paragraph ends with a
line break, table cells are paragraphs, tabs and breaks are kept, deleted text is left out. Text
boxes stand once, though files hold them twice (the fallback for old programs is left out).
"""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING
from xml.parsers import expat

from safety_docs.core.record import ReadText
from safety_docs.index.package import PackageError, part
from safety_docs.index.searchable import read_line, read_text

if TYPE_CHECKING:
    import zipfile
    from collections.abc import Iterable, Mapping

    from safety_docs.core.record import ReadLine

_NAME = re.compile(r"word/(document|header|footer|footnotes|endnotes)[0-9]*\.xml")
_ORDER = ("document", "header", "footer", "footnotes", "endnotes")
_NAMESPACES = (
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "http://purl.oclc.org/ooxml/wordprocessingml/main",
)
_FALLBACK_NAMESPACE = "http://schemas.openxmlformats.org/markup-compatibility/2006"
_DECLARATIONS = tuple(f'xmlns:w="{name}"'.encode() for name in _NAMESPACES)
_TOKEN = re.compile(
    rb"<w:(?:t(?: [^>]*)?>([^<]*)</w:t>|(tab|br|cr|noBreakHyphen)(?: w:type=[^>]*)? ?/>)"
)
_FALLBACK = re.compile(rb"<mc:Fallback.*?</mc:Fallback>", re.DOTALL)
_ENTITY = re.compile(r"&(#x[0-9A-Fa-f]+|#[0-9]+|amp|lt|gt|quot|apos);")
_ENTITIES = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
_MARKS = {b"tab": "\t", b"br": "\n", b"cr": "\n", b"noBreakHyphen": "-"}
_SHORT = 2_000
"""Bytes of a paragraph that is remembered."""
_SLOW = (b"<![CDATA[", b"<!--")


def docx_text(package: zipfile.ZipFile) -> str:
    """Text of a whole document.

    Raises:
        KeyError: If it has no body.
        PackageError: If a part is damaged.
    """
    names = [name for name in package.namelist() if _NAME.fullmatch(name)]
    if "word/document.xml" not in names:
        problem = "这不是 Word 文档"
        raise PackageError(problem)
    return text_of_parts({name: part(package, name) for name in names})


def text_of_parts(parts: Mapping[str, bytes]) -> str:
    """Text of the XML parts of a document, by their names in the package; other parts are passed.

    Gives the same text as ``extract_text`` for the finished file.

    Raises:
        xml.parsers.expat.ExpatError: If a part that needs a parser is not well-formed.
    """
    return "".join(_part_text(parts[name]) for name in _in_order(parts))


def read_parts(parts: Mapping[str, bytes]) -> ReadText:
    """The same text, read for search: paragraphs that came lately are not read again.

    Raises:
        xml.parsers.expat.ExpatError: If a part that needs a parser is not well-formed.
    """
    lines: list[ReadLine] = []
    for name in _in_order(parts):
        data = parts[name]
        if not _is_usual(data) or (lines and lines[-1].shown):
            return read_text(text_of_parts(parts))
        if lines:
            lines.pop()  # what follows the last paragraph of a part is the start of the next one
        for piece in _pieces(data):
            lines += _read_lines(piece) if len(piece) <= _SHORT else _lines_of(piece)
    return ReadText(tuple(lines))


@functools.lru_cache(maxsize=8_192)
def _read_lines(piece: bytes) -> tuple[ReadLine, ...]:
    return _lines_of(piece)


def _lines_of(piece: bytes) -> tuple[ReadLine, ...]:
    return tuple(read_line(line) for line in _read_paragraph(piece).split("\n"))


def _in_order(names: Iterable[str]) -> list[str]:
    found = [(match[1], name) for name in names if (match := _NAME.fullmatch(name))]
    return [name for kind, name in sorted(found, key=lambda item: (_ORDER.index(item[0]), item[1]))]


def _part_text(data: bytes) -> str:
    if not _is_usual(data):
        return _TextParser().text(data)
    return "\n".join(_paragraph(piece) for piece in _pieces(data))


def _is_usual(data: bytes) -> bool:
    """Whether a part is written as we and Word write it, so that it needs no parser."""
    return (
        any(each in data for each in _DECLARATIONS)
        and not (b"!" in data and any(each in data for each in _SLOW))  # one byte is soon sought
        and data[:2] not in {b"\xff\xfe", b"\xfe\xff"}
    )


def _pieces(data: bytes) -> list[bytes]:
    """Its paragraphs, and what follows the last one."""
    if b"<mc:Fallback" in data:
        data = _FALLBACK.sub(b"", data)
    return data.split(b"</w:p>")


def _paragraph(data: bytes) -> str:
    return _short_paragraph(data) if len(data) <= _SHORT else _read_paragraph(data)


@functools.lru_cache(maxsize=8_192)
def _short_paragraph(data: bytes) -> str:
    """Remembered: the letters of a term differ in a few paragraphs only."""
    return _read_paragraph(data)


def _read_paragraph(data: bytes) -> str:
    text = "".join(
        _MARKS[mark] if mark else run.decode("utf-8", "replace")
        for run, mark in _TOKEN.findall(data)
    )
    return _ENTITY.sub(_character, text) if "&" in text else text


def _character(match: re.Match[str]) -> str:
    name = match[1]
    if not name.startswith("#"):
        return _ENTITIES[name]
    number = int("0" + name[1:], 0) if name[1] == "x" else int(name[1:])
    return chr(number) if number < 0x110000 else "\ufffd"


class _TextParser:
    """The same by a real parser, for parts that are written in an unusual way."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._in_text = False
        self._fallbacks = 0

    def text(self, data: bytes) -> str:
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        parser.Parse(data, True)  # noqa: FBT003 - expat takes it by place
        return "".join(self._pieces)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        namespace, _, local = name.rpartition(" ")
        self._fallbacks += (namespace, local) == (_FALLBACK_NAMESPACE, "Fallback")
        if namespace not in _NAMESPACES or self._fallbacks:
            return
        self._in_text = local == "t"
        mark = _MARKS.get(local.encode())
        is_stop = local == "tab" and bool(attributes)  # a tab stop, not a tab
        if mark and not is_stop:
            self._pieces.append(mark)

    def _end(self, name: str) -> None:
        namespace, _, local = name.rpartition(" ")
        self._in_text = False
        self._fallbacks -= (namespace, local) == (_FALLBACK_NAMESPACE, "Fallback")
        if namespace in _NAMESPACES and local == "p" and not self._fallbacks:
            self._pieces.append("\n")

    def _characters(self, text: str) -> None:
        if self._in_text:
            self._pieces.append(text)
