"""Warnings about how a template is laid out: fonts, automatic numbers, text boxes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from safety_docs.core.problem import Problem
from safety_docs.documents.story import W

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from safety_docs.documents.story import Block, Story


def check_layout(stories: Iterable[Story]) -> list[Problem]:
    """T113, T114 and T115 of all stories."""
    problems: list[Problem] = []
    for story in stories:
        depth = 0
        for block in story.blocks:
            problems += _fonts(block)
            problems += _text_box(block)
            if depth > 0:
                problems += _numbering(block)
            depth += sum(_turn(tag.keyword) for tag in block.tags)
    return problems


def _turn(keyword: str) -> int:
    return {"for": 1, "endfor": -1}.get(keyword, 0)


def _fonts(block: Block) -> Iterator[Problem]:
    for fonts in block.element.iter(f"{W}rFonts") if block.is_paragraph else ():
        if not fonts.get(f"{W}ascii") or fonts.get(f"{W}eastAsia"):
            continue
        if fonts.get(f"{W}eastAsiaTheme") is None and block.text.strip():
            text = block.text.strip()[:20]
            message = f"“{text}”只设了西文字体，中文会变成默认字体，请重新选一次中文字体。"
            yield Problem("T113", message, place=block.place, severity="warning")
            return


def _text_box(block: Block) -> Iterator[Problem]:
    if block.tags and next(block.element.iterancestors(f"{W}txbxContent"), None) is not None:
        message = "文本框里有标签，Word 会把文本框存成两份，请改用表格。"
        yield Problem("T115", message, place=block.place, value=block.text, severity="warning")


def _numbering(block: Block) -> Iterator[Problem]:
    if block.is_paragraph and block.element.find(f"{W}pPr/{W}numPr") is not None:
        message = "循环里用了自动编号，会接着编下去，请改用“序号”格式。"
        yield Problem("T114", message, place=block.place, value=block.text, severity="warning")
