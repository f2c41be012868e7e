"""Compiling a Word template: read, lint, patch, compile, and deflate whatever never changes."""

from __future__ import annotations

import functools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from jinja2 import TemplateSyntaxError

from safety_docs.core.digest import Digest
from safety_docs.core.problem import Problem
from safety_docs.documents.errors import TemplateError
from safety_docs.documents.layout import DROPPED, layout_of, main_part
from safety_docs.documents.lint import analyse
from safety_docs.documents.package import (
    read_bounded,
    read_package,
    rels_name,
)
from safety_docs.documents.page_frames import CODE_PARTS, frames_of
from safety_docs.documents.page_slots import with_code_slots
from safety_docs.documents.patch import needs_patch, patch
from safety_docs.documents.photos import PictureShop, picture_run
from safety_docs.documents.press import make_press
from safety_docs.documents.proof import is_well_formed
from safety_docs.documents.render import DynamicPart, FastEngine, Place
from safety_docs.documents.slow import slow_engine, why_slow
from safety_docs.documents.zipwriter import join, pack

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from pathlib import Path

    from safety_docs.documents.identity import Identity
    from safety_docs.documents.lint import Analysis
    from safety_docs.documents.page_marks import PageMarks
    from safety_docs.documents.render import Rendered
    from safety_docs.documents.sandbox import Sandbox
    from safety_docs.documents.story import Block, Story
    from safety_docs.documents.workbook import CompiledWorkbook


class Engine(Protocol):
    """What fills a compiled template in."""

    def render(
        self,
        values: Mapping[str, Any],
        identity: Identity | None,
        marks: PageMarks | None = None,
    ) -> Rendered:
        """Make one document; see `CompiledTemplate.render_parts`."""
        ...


@dataclass(frozen=True, slots=True)
class _WorkbookEngine:
    """Fills an Excel workbook in."""

    workbook: CompiledWorkbook

    def render(
        self,
        values: Mapping[str, Any],
        identity: Identity | None,
        marks: PageMarks | None = None,  # noqa: ARG002 - a workbook has no place for codes
    ) -> Rendered:
        """See `Engine.render`."""
        return self.workbook.render_parts(values, identity=identity)


@dataclass(frozen=True, slots=True)
class CompiledTemplate:
    """A Word or Excel template, ready to be filled in any number of times, by many threads.

    Attributes:
        digest: Digest of the template file.
        slow_reason: Why docxtpl renders it, "" when the compiled path does.
        warnings: What the lint found that does not stop it.
    """

    digest: Digest
    slow_reason: str
    warnings: tuple[Problem, ...]
    _engine: Engine = field(repr=False)
    _coded: Engine | None = field(default=None, repr=False)

    @property
    def slow(self) -> bool:
        """Whether docxtpl renders it."""
        return bool(self.slow_reason)

    def render(self, values: Mapping[str, Any], *, identity: Identity | None = None) -> bytes:
        """Make one document; the same input gives the same bytes.

        Args:
            values: Plain data by field name: text, numbers, dates, lists, dicts, photos.
            identity: What the document is to say about itself; None for a copy without.

        Raises:
            RenderError: If fields are missing or a value cannot be printed; all are named.
        """
        return self._engine.render(values, identity).data

    def render_parts(
        self,
        values: Mapping[str, Any],
        *,
        identity: Identity | None = None,
        marks: PageMarks | None = None,
    ) -> Rendered:
        """As `render`, with the XML parts that hold text beside the file.

        Args:
            values: As for `render`.
            identity: As for `render`.
            marks: What the pages are to be marked with, if the template was compiled with
                `page_codes`; the headers with codes are not among the parts with text.

        Raises:
            RenderError: As `render`.
            ValueError: If no code can hold the marks, or the template has no place for codes.
        """
        if marks is None:
            return self._engine.render(values, identity)
        if self._coded is None:
            msg = "compiled without page codes"
            raise ValueError(msg)
        return self._coded.render(values, identity, marks)


def compile_template(
    path: Path, *, names: Collection[str] | None = None, page_codes: bool = False
) -> CompiledTemplate:
    """Check and compile the template at `path`.

    Args:
        path: A .docx in docxtpl's language, made by the typesetter, in Word or in WPS; or an .xlsx
            in the language of docs/template-language-sheets.md.
        names: All names it may use; None checks no names.
        page_codes: Whether pages can be marked with codes (docs/forms.md); without marks the
            documents are the same.

    Raises:
        PackageError: If it is not a document that can be read.
        TemplateError: If the lint has errors; all findings are in it.
    """
    if path.suffix.lower() == ".xlsx":
        from safety_docs.documents.workbook import compile_workbook  # noqa: PLC0415 - slow to load

        workbook = compile_workbook(path, names=names)
        return CompiledTemplate(workbook.digest, "", (), _WorkbookEngine(workbook))
    data = read_bounded(path)
    name = f"{path.parent.name}/{path.name}"  # every form calls its template by the same name
    parts = read_package(data, name)
    analysis = analyse(parts, name, names)
    if analysis.has_errors:
        raise TemplateError(name, analysis.problems)
    reason = why_slow(analysis)
    warnings = tuple(analysis.problems)
    engine: Engine = (
        slow_engine(name, data, analysis) if reason else _compile(name, parts, analysis)
    )
    coded = _coded(name, parts, is_slow=bool(reason)) if page_codes else None
    return CompiledTemplate(Digest.of(data), reason, warnings, engine, coded)


def _coded(name: str, parts: Mapping[str, bytes], *, is_slow: bool) -> Engine:
    """The engine for documents with page codes.

    Raises:
        TemplateError: If there can be no codes in it.
    """
    slotted = with_code_slots(parts, main_part(parts), name)
    analysis = analyse(slotted, name)
    if not is_slow:
        return _compile(name, slotted, analysis, has_codes=True)
    data = join(pack(part, content) for part, content in slotted.items())
    return slow_engine(name, data, analysis)


@functools.cache
def _press() -> Sandbox:
    return make_press({"图片": picture_run})


def _compile(
    name: str, parts: Mapping[str, bytes], analysis: Analysis, *, has_codes: bool = False
) -> FastEngine:
    kept = {key: data for key, data in parts.items() if not key.startswith(DROPPED)}
    dynamic = [
        _part(story, analysis, kept)
        for story in analysis.stories
        if any(needs_patch(block) for block in story.blocks)
    ]
    apart = CODE_PARTS if has_codes else frozenset()
    pictured = {rels_name(part.name) for part, has_pictures in dynamic if has_pictures}
    names = {part.name for part, _ in dynamic} | apart
    layout = layout_of(kept, names, pictured)
    texts = {story.name: parts[story.name] for story in analysis.stories if story.name not in names}
    shop = PictureShop(_free_prefix(kept))
    frames = frames_of(parts) if has_codes else ()
    return FastEngine(name, tuple(part for part, _ in dynamic), layout, texts, shop, frames)


def _part(story: Story, analysis: Analysis, parts: Mapping[str, bytes]) -> tuple[DynamicPart, bool]:
    """The compiled part, and whether it may hold pictures."""
    source = patch(story, analysis.filter_of)
    try:
        is_proved = is_well_formed(_press().parse(source.text))
        template = _press().from_string(source.text)
    except (TemplateSyntaxError, SyntaxError, RecursionError) as error:
        problem = Problem("T120", "标签的写法不对，请逐个检查。", place=story.label or "正文")
        raise TemplateError(story.name, [problem]) from error
    part = DynamicPart(
        name=story.name,
        template=template,
        places=tuple(_place(block) for block in source.places),
        has_cells=source.has_cells,
        has_drawings=source.has_drawings,
        is_proved=is_proved,
        rels=parts.get(rels_name(story.name), b""),
    )
    return part, source.has_pictures


def _place(block: Block) -> Place:
    return Place(block.place, block.text)


def _free_prefix(parts: Mapping[str, bytes]) -> str:
    """A beginning of ids and media names that nothing in the package has yet."""
    prefix = "Photo"
    while any(
        f"/{prefix.lower()}" in name or f"rId{prefix}".encode() in data
        for name, data in parts.items()
    ):
        prefix += "s"
    return prefix
