"""The lint: everything that is wrong with a Word template, all at once, in a clerk's words.

The codes are listed in docs/errors.md; T120 is a tag that Jinja cannot
read. Errors stop the compilation, warnings do not.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from safety_docs.core.problem import Problem
from safety_docs.documents.grammar import check_tag, names_set, names_used, nearest, outer_filter
from safety_docs.documents.lint_layout import check_layout
from safety_docs.documents.lint_structure import check_structure
from safety_docs.documents.package import read_bounded, read_package
from safety_docs.documents.story import read_stories
from safety_docs.documents.tags import scan

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from pathlib import Path

    from jinja2 import nodes

    from safety_docs.core.problem import Severity
    from safety_docs.documents.lint_structure import Opened
    from safety_docs.documents.story import Block, Story

MAX_TAGS = 20_000
_ALWAYS = frozenset({"loop", "true", "false", "none", "True", "False", "None"})
_SYSTEM = frozenset({"档号", "件号"})


@dataclass(slots=True)
class Analysis:
    """A template as the lint has read it.

    Attributes:
        stories: All parts with text; their blocks know their tags.
        problems: All findings, in the order of the document.
        trees: Syntax tree of each tag that has one, by block and position of the tag.
        used: Every field name that the template reads.
    """

    stories: list[Story]
    problems: list[Problem] = field(default_factory=list)
    trees: dict[tuple[int, int], nodes.Template] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)

    @property
    def has_errors(self) -> bool:
        """Whether any finding stops the compilation."""
        return any(problem.severity == "error" for problem in self.problems)

    def filter_of(self, block: Block, position: int) -> str:
        """The filter that a tag ends with, ""."""
        return outer_filter(self.trees.get((id(block), position)))


def lint_template(
    path: Path, *, names: Collection[str] | None = None, personal: Collection[str] = ()
) -> tuple[Problem, ...]:
    """Every finding in the template at `path`; empty when there is nothing to say.

    Args:
        path: A .docx.
        names: All names a template may use, or None not to check names.
        personal: Names of fields that belong to one person; in a header they are a warning.

    Raises:
        PackageError: If the file is no Word document.
    """
    parts = read_package(read_bounded(path), path.name)
    return tuple(analyse(parts, path.name, names, personal).problems)


def analyse(
    parts: Mapping[str, bytes],
    name: str,
    names: Collection[str] | None = None,
    personal: Collection[str] = (),
) -> Analysis:
    """Read all stories and check them; see `lint_template`.

    Raises:
        PackageError: If a part is damaged.
    """
    analysis = Analysis(read_stories(parts, name))
    for story in analysis.stories:
        _check_story(analysis, story, names)
    if sum(len(block.tags) for story in analysis.stories for block in story.blocks) > MAX_TAGS:
        analysis.problems.append(Problem("T109", f"标签超过 {MAX_TAGS} 个，请拆成几份模板。"))
    analysis.problems += _unused(analysis, names)
    analysis.problems += _shared_headers(analysis, personal)
    analysis.problems += check_layout(analysis.stories)
    return analysis


def _check_story(analysis: Analysis, story: Story, names: Collection[str] | None) -> None:
    broken = False
    for block in story.blocks:
        block.tags, slips = scan(block.text)
        broken = broken or bool(slips)
        analysis.problems += [finding(slip.code, slip.message, block) for slip in slips]
        analysis.problems += _check_tags(analysis, block)
    if not broken:
        opened = check_structure(story)
        analysis.problems += opened.problems
        analysis.problems += _check_names(analysis, story, opened, names)


def _check_tags(analysis: Analysis, block: Block) -> list[Problem]:
    problems = []
    for position, tag in enumerate(block.tags):
        if tag.trims:
            message = f"“{tag.raw}”里的减号会把两段并成一段，请改用“{{%p”。"
            problems.append(finding("T111", message, block, is_warning=True))
        tree, slips = check_tag(tag)
        problems += [finding(slip.code, slip.message, block) for slip in slips]
        if tree is not None:
            analysis.trees[id(block), position] = tree
    return problems


def _check_names(
    analysis: Analysis, story: Story, opened: Opened, names: Collection[str] | None
) -> list[Problem]:
    problems = []
    given: set[str] = set()
    for block in story.blocks:
        for position, tag in enumerate(block.tags):
            tree = analysis.trees.get((id(block), position))
            if tree is None:
                continue
            local = opened.scope(block, position, analysis.trees)
            given |= names_set(tree) if tag.keyword == "set" else set()
            for name in sorted(names_used(tree) - local - given - _ALWAYS):
                analysis.used.add(name)
                if names is not None and name not in names:
                    guess = nearest(name, names)
                    problems.append(finding("T107", f"没有“{name}”这个字段{guess}。", block))
    return problems


def _unused(analysis: Analysis, names: Collection[str] | None) -> list[Problem]:
    if names is None or analysis.has_errors:
        return []
    return [
        Problem("T110", f"表单有“{name}”，模板里没有用到。", column=name, severity="warning")
        for name in names
        if name not in analysis.used | _SYSTEM
    ]


def _shared_headers(analysis: Analysis, personal: Iterable[str]) -> list[Problem]:
    wanted = set(personal)
    if not wanted:
        return []
    problems = []
    for story in analysis.stories:
        if story.label not in {"页眉", "页脚"}:
            continue
        for block in story.blocks:
            trees = (analysis.trees.get((id(block), n)) for n in range(len(block.tags)))
            for name in sorted(
                wanted & {name for tree in trees if tree for name in names_used(tree)}
            ):
                message = (
                    f"{story.label}里有“{name}”：合并打印时全部共用一个{story.label}，请移到正文。"
                )
                problems.append(finding("T112", message, block, is_warning=True))
    return problems


def finding(code: str, message: str, block: Block, *, is_warning: bool = False) -> Problem:
    """A finding at a block; the block's text is quoted unless the message holds all of it."""
    text = " ".join(block.text.split())
    shown = text if len(text) <= 80 else f"{text[:80]}…"
    quoted = message if not text or text in message else f"{message}（原文：{shown}）"
    severity: Severity = "warning" if is_warning else "error"
    return Problem(code, quoted, place=block.place, value=shown or None, severity=severity)
