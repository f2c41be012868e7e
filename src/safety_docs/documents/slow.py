"""The slow path: docxtpl itself, for what the compiled path does not do.

A new ``DocxTemplate`` and a new environment for each document, because neither may be shared. The
checks are the same, and the result is written anew so that the same input gives the same bytes.
"""

from __future__ import annotations

import importlib.util
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from safety_docs.core.problem import Problem
from safety_docs.documents.errors import RenderError, TemplateError
from safety_docs.documents.identity import with_identity
from safety_docs.documents.missing import RenderLog, current
from safety_docs.documents.package import (
    CONTENT_TYPES,
    content_types,
    read_package,
)
from safety_docs.documents.page_marks import remarked
from safety_docs.documents.photos import PictureShop
from safety_docs.documents.render import (
    LEVEL,
    Place,
    Rendered,
    check_values,
    missing_problem,
    unprintable,
)
from safety_docs.documents.sandbox import make_sandbox
from safety_docs.documents.story import story_label
from safety_docs.documents.zipwriter import join, pack

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from docxtpl import DocxTemplate

    from safety_docs.documents.identity import Identity
    from safety_docs.documents.lint import Analysis
    from safety_docs.documents.page_marks import PageMarks
    from safety_docs.documents.story import Block
    from safety_docs.documents.tags import Tag


@dataclass(frozen=True, slots=True)
class SubDocument:
    """A whole Word document as a value, for ``{{p 字段 }}``."""

    data: bytes


@dataclass(frozen=True, slots=True)
class SlowEngine:
    """docxtpl behind the same surface as the compiled path.

    Attributes:
        name: File name of the template, for messages.
        data: The template.
        places: Blocks with tags, to say where a missing field stands.
        whole: Names printed by ``{{p }}``; their values must be `SubDocument`.
    """

    name: str
    data: bytes
    places: tuple[Place, ...]
    whole: tuple[str, ...] = ()

    def render(
        self,
        values: Mapping[str, Any],
        identity: Identity | None,
        marks: PageMarks | None = None,
    ) -> Rendered:
        """Make one document; see `CompiledTemplate.render_parts`."""
        inserted = {name: values[name] for name in self.whole if name in values}
        check_values(self.name, {name: values[name] for name in values.keys() - inserted.keys()})
        bad = unprintable(values) + [
            Problem("T304", "应是一篇完整的 Word 文档，才能整篇放进来。", column=name)
            for name, value in inserted.items()
            if not isinstance(value, SubDocument)
        ]
        if bad:
            raise RenderError(self.name, bad)
        parts = read_package(self._fill(values), self.name)
        kinds = content_types(parts, self.name)
        texts = {name: data for name, data in parts.items() if story_label(kinds[name]) is not None}
        if marks is not None:
            coded = remarked(parts, marks)
            parts.update(coded)
            texts = {name: data for name, data in texts.items() if name not in coded}
        if identity is not None:
            parts = with_identity(parts, "word/document.xml", identity)
        names = sorted(parts, key=lambda name: name != CONTENT_TYPES)
        return Rendered(join(pack(name, parts[name], LEVEL) for name in names), texts)

    def _fill(self, values: Mapping[str, Any]) -> bytes:
        log = RenderLog(shop=PictureShop())
        token = current.set(log)
        # docxtpl takes 50 ms to import, and hardly any template needs it
        from docxtpl import DocxTemplate  # noqa: PLC0415 - see the line above

        template = DocxTemplate(io.BytesIO(self.data))
        buffer = io.BytesIO()
        try:
            context = {name: _living(template, value) for name, value in values.items()}
            template.render(context, jinja_env=make_sandbox(), autoescape=True)
            template.save(buffer)
        except Exception as error:
            raise RenderError(self.name, [self._failure(error)]) from error
        finally:
            current.reset(token)
        if log.missing:
            names = dict.fromkeys(name for name, _, _ in log.missing)
            raise RenderError(
                self.name, [missing_problem(name, [self._place_of(name)]) for name in names]
            )
        return buffer.getvalue()

    def _failure(self, error: Exception) -> Problem:
        """Docxtpl does not say where it failed; only the kind of fault is known."""
        kind = type(error).__name__
        return Problem("T303", f"填写模板时出错（{kind}），请检查各个标签和填入的值。")

    def _place_of(self, name: str) -> Place | None:
        first = name.partition(".")[0]
        return next((place for place in self.places if first in place.text), None)


def _living(template: DocxTemplate, value: Any) -> Any:
    """The value as docxtpl wants it."""
    if isinstance(value, SubDocument):
        return template.new_subdoc(io.BytesIO(value.data))
    return value


def why_slow(analysis: Analysis) -> str:
    """The first construct that only docxtpl can do, "" when there is none."""
    for block, _, tag in _tags(analysis):
        if _is_whole(tag):
            return f"{block.place}的“{tag.raw}”要放进整篇子文档"
        if tag.trims:
            return f"{block.place}的“{tag.raw}”要并段"
    return ""


def slow_engine(name: str, data: bytes, analysis: Analysis) -> SlowEngine:
    """The engine for a template that has a reason to be slow.

    Raises:
        TemplateError: If it needs what docxtpl cannot do either.
    """
    problems = []
    for block, position, tag in _tags(analysis):
        if analysis.filter_of(block, position) == "图片":
            message = f"这份模板用慢速方式生成，不能用“图片”（{tag.raw}）。"
            problems.append(Problem("T121", message, place=block.place, value=block.text))
        if _is_whole(tag) and importlib.util.find_spec("docxcompose") is None:
            message = f"“{tag.raw}”要放进整篇子文档，需要先安装 docxcompose。"
            problems.append(Problem("T121", message, place=block.place, value=block.text))
    if problems:
        raise TemplateError(name, problems)
    places = dict.fromkeys(Place(block.place, block.text) for block, _, _ in _tags(analysis))
    whole = tuple(tag.body for _, _, tag in _tags(analysis) if _is_whole(tag))
    return SlowEngine(name, data, tuple(places), whole)


def _tags(analysis: Analysis) -> Iterator[tuple[Block, int, Tag]]:
    for story in analysis.stories:
        for block in story.blocks:
            for position, tag in enumerate(block.tags):
                yield block, position, tag


def _is_whole(tag: Tag) -> bool:
    return tag.level == "p" and tag.opener == "{{"
