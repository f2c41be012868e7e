"""Rendering one document from a compiled template: Jinja, deflate, zip.

That the XML is well-formed is proved when the template is compiled (`proof`). What the proof does
not cover, and whatever is changed after Jinja, is parsed strictly.

A compiled template never changes; everything that belongs to one document lives in a `RenderLog`.
The static parts come first in the package, already deflated; the dynamic ones follow.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from xml.parsers import expat

from safety_docs.core.photo import PhotoFile
from safety_docs.core.problem import Problem
from safety_docs.documents.errors import PhotoError, RenderError
from safety_docs.documents.finish import break_lines, number_drawings, repair_grids
from safety_docs.documents.identity import identity_xml
from safety_docs.documents.missing import RenderLog, current, error_line
from safety_docs.documents.page_frames import code_entries
from safety_docs.documents.page_marks import HEADERS
from safety_docs.documents.photos import placed_entries, with_pictures
from safety_docs.documents.press import CONTROL, fill
from safety_docs.documents.sandbox import foreign_values
from safety_docs.documents.zipwriter import join, pack

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from jinja2 import Template

    from safety_docs.documents.identity import Identity
    from safety_docs.documents.layout import Layout
    from safety_docs.documents.page_frames import HeaderFrame
    from safety_docs.documents.page_marks import PageMarks
    from safety_docs.documents.photos import PictureShop
    from safety_docs.documents.zipwriter import Packed

LEVEL = 1
"""Deflate level of dynamic parts. Level 4 takes two thirds longer for 2 % of a letter's size."""
STORED = 0
"""Level of the identity: deflate would make it three hundred bytes smaller, in the time of two QR
codes."""
ALLOWED = frozenset({PhotoFile})


@dataclass(frozen=True, slots=True)
class Rendered:
    """A finished document.

    Attributes:
        data: The file.
        parts: Name and bytes of the XML parts with text, for the full-text index.
    """

    data: bytes
    parts: Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a line of a source stands in the template."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class DynamicPart:
    """A part that is filled in for every document.

    Attributes:
        name: Part name.
        template: Compiled Jinja source; it yields UTF-8.
        places: Place of each line of the source, the first for line 2.
        has_cells: Whether table grids must be repaired.
        has_drawings: Whether drawings must be numbered anew.
        is_proved: Whether plain values are known to leave it well-formed.
        rels: The relationships part as it stands in the template.
    """

    name: str
    template: Template
    places: tuple[Place, ...]
    has_cells: bool
    has_drawings: bool
    is_proved: bool
    rels: bytes

    def place_of(self, line: int) -> Place | None:
        """The place of a line of the source, None when it has none."""
        return self.places[line - 2] if 2 <= line < len(self.places) + 2 else None


@dataclass(frozen=True, slots=True)
class FastEngine:
    """The compiled path: what `CompiledTemplate` renders with."""

    name: str
    parts: tuple[DynamicPart, ...]
    layout: Layout
    static_texts: Mapping[str, bytes]
    shop: PictureShop
    frames: tuple[HeaderFrame, ...] = ()

    def render(
        self,
        values: Mapping[str, Any],
        identity: Identity | None,
        marks: PageMarks | None = None,
    ) -> Rendered:
        """Make one document; see `CompiledTemplate.render_parts`."""
        check_values(self.name, values)
        log = RenderLog(shop=self.shop)
        token = current.set(log)
        try:
            texts = {part.name: self._fill(part, values, log) for part in self.parts}
        finally:
            current.reset(token)
        if log.missing:
            raise RenderError(self.name, self._gaps(log))
        self._check_xml(texts, values, log)
        codes = self._codes(texts, marks)
        data = self._write(texts, log, identity, codes)
        return Rendered(data, {**self.static_texts, **texts})

    def _codes(self, texts: dict[str, bytes], marks: PageMarks | None) -> list[Packed]:
        """The entries of page codes; their headers are taken out of `texts`."""
        if marks is None:
            return []
        filled = {name: texts.pop(name) for name in HEADERS if name in texts}
        return code_entries(self.frames, marks, filled)

    def _fill(self, part: DynamicPart, values: Mapping[str, Any], log: RenderLog) -> bytes:
        log.part = part.name
        if not part.is_proved:
            log.doubt()
        try:
            data = fill(part.template, values)
        except PhotoError as error:  # it names the photo; the tag around it would say nothing more
            place = part.place_of(error_line(error.__traceback__))
            problem = Problem("T305", error.message, place=place.name if place else None)
            raise RenderError(self.name, [problem]) from error
        except Exception as error:
            message = f"这里的值不合用：{_reason(error)}。"
            raise RenderError(self.name, [_problem("T303", message, part, error)]) from error
        return _finished(part, data, log)

    def _gaps(self, log: RenderLog) -> list[Problem]:
        parts = {part.name: part for part in self.parts}
        found: dict[str, list[Place | None]] = {}
        for name, line, part in log.missing:
            found.setdefault(name, []).append(parts[part].place_of(line))
        return [missing_problem(name, places) for name, places in found.items()]

    def _check_xml(
        self, texts: Mapping[str, bytes], values: Mapping[str, Any], log: RenderLog
    ) -> None:
        if log.is_forbidden:
            raise RenderError(self.name, unprintable(values) or [_broken(self.name)])
        for name in log.doubts:
            parser = expat.ParserCreate()
            try:
                parser.Parse(texts[name], True)  # noqa: FBT003 - expat takes it by position only
            except expat.ExpatError as error:
                raise RenderError(self.name, [_broken(name)]) from error

    def _write(
        self,
        texts: Mapping[str, bytes],
        log: RenderLog,
        identity: Identity | None,
        codes: Sequence[Packed],
    ) -> bytes:
        layout = self.layout
        entries = list(layout.plain if identity is None else layout.marked)
        entries += [pack(name, data, LEVEL) for name, data in texts.items()]
        for name, (plain, marked) in layout.rels.items():
            data = plain if identity is None else marked
            entries.append(pack(name, with_pictures(data, name, log), LEVEL))
        entries += placed_entries(log)
        entries += codes
        if identity is not None:
            entries.append(pack(layout.item, identity_xml(identity), STORED))
        return join(entries)


def _finished(part: DynamicPart, data: bytes, log: RenderLog) -> bytes:
    """What Jinja printed, with drawings numbered, lines broken and grids repaired."""
    if part.has_drawings:
        data = number_drawings(data.decode(), log).encode()
    if b"\n" in data or b"\t" in data or b"\r" in data:
        log.doubt()
        data = break_lines(data.decode()).encode()
    if part.has_cells:
        log.doubt()
        data = repair_grids(data)
    return data


def check_values(name: str, values: Mapping[str, Any]) -> None:
    """Refuse anything but plain data, photos and rich text.

    Raises:
        RenderError: If a value is a live object.
    """
    foreign = foreign_values(values, ALLOWED)
    if foreign:
        message = "的值不是文字、数字、日期、清单或照片，不能放进文件。"
        raise RenderError(name, [Problem("T304", message, column=field) for field in foreign])


def missing_problem(name: str, places: Sequence[Place | None]) -> Problem:
    """A field that the template prints and that was not given; its first place is quoted."""
    first = places[0] if places else None
    if first is None:
        return Problem("T301", "没有填写。", column=name)
    text = _quote(first.text)
    often = f"，共 {len(places)} 处" if len(places) > 1 else ""
    message = f"没有填写，模板里要用到它{often}（原文：{text}）。"
    return Problem("T301", message, column=name, place=first.name, value=text)


def _quote(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= 80 else f"{words[:80]}…"


def _problem(code: str, message: str, part: DynamicPart, error: BaseException) -> Problem:
    place = part.place_of(error_line(error.__traceback__))
    if place is None:
        return Problem(code, message)
    text = _quote(place.text)
    return Problem(code, f"{message}（原文：{text}）", place=place.name, value=text)


def _reason(error: Exception) -> str:
    """The error in Chinese when it is one of ours, else only that it did not fit."""
    text = str(error)
    ours = any("\u4e00" <= character <= "\u9fff" for character in text)
    return text if ours else "类型与标签的格式对不上"


def unprintable(values: Mapping[str, Any]) -> list[Problem]:
    """One problem for every character in the values that no document can hold."""
    problems = []
    for path, text in _texts("", values):
        found = CONTROL.search(text)
        if found:
            message = (
                f"里有文件存不了的字符（U+{ord(found.group()):04X}，第 {found.start() + 1} 个字），"
                "请删去后重新填写。"
            )
            problems.append(Problem("T302", message, column=path))
    return problems


def _texts(path: str, value: object) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _texts(f"{path}.{key}" if path else str(key), item)
    elif isinstance(value, list | tuple):
        for number, item in enumerate(value, 1):
            yield from _texts(f"{path} 第 {number} 项", item)


def _broken(part: str) -> Problem:
    message = f"填好的内容不成文档（{part}），请检查模板里循环和条件的位置。"
    return Problem("T306", message)
