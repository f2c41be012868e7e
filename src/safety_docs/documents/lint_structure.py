"""Loops and conditions: that each is closed, where it was opened, and swallows no text.

A block tag has a *container*: what its copies are put into. ``{%p`` copies paragraphs into the cell
or body around, ``{%tr`` rows into a table, ``{%tc`` cells into a row, ``{%r`` runs into a
paragraph; a plain tag copies text. Opening, middle and closing tag must share it, or the copies
would not nest.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from safety_docs.core.problem import Problem
from safety_docs.documents.grammar import CELL_WORDS, names_set
from safety_docs.documents.story import W

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from jinja2 import nodes
    from lxml import etree

    from safety_docs.documents.story import Block, Story
    from safety_docs.documents.tags import Tag

MAX_DEPTH = 12
"""Python allows 20 nested loops in the code that Jinja makes."""
_ENDS = {"endfor": "for", "endif": "if"}
_MIDDLES = {"elif": {"if"}, "else": {"if", "for"}}
_ROWS = {"tr": "行", "tc": "格"}
_OBJECTS = tuple(f"{W}{name}" for name in ("drawing", "pict", "object", "sectPr"))


@dataclass(slots=True)
class _Open:
    block: Block
    position: int
    tag: Tag
    container: tuple[str, object]


@dataclass(slots=True)
class Opened:
    """What the structure of one story says.

    Attributes:
        problems: T103 to T105.
        around: For each tag, by block and position, the opening tags around it.
    """

    problems: list[Problem] = field(default_factory=list)
    around: dict[tuple[int, int], tuple[tuple[int, int], ...]] = field(default_factory=dict)

    def scope(
        self, block: Block, position: int, trees: Mapping[tuple[int, int], nodes.Template]
    ) -> set[str]:
        """Loop variables that a tag can see."""
        found: set[str] = set()
        for key in self.around[id(block), position]:
            if key in trees:
                found |= names_set(trees[key])
        return found


def check_structure(story: Story) -> Opened:
    """Match every opening tag of the story with its end."""
    result = Opened()
    stack: list[_Open] = []
    for block in story.blocks:
        result.problems += _beside(block)
        for position, tag in enumerate(block.tags):
            result.around[id(block), position] = tuple(
                (id(opened.block), opened.position) for opened in stack
            )
            result.problems += _misplaced(block, tag)
            result.problems += _step(stack, block, position, tag)
    result.problems += [_never_closed(opened) for opened in stack]
    return result


def _step(stack: list[_Open], block: Block, position: int, tag: Tag) -> list[Problem]:
    if tag.keyword in {"for", "if"}:
        stack.append(_Open(block, position, tag, container_of(block, tag)))
        too_deep = _problem("T109", f"“{tag.raw}”套得太深，最多 {MAX_DEPTH} 层。", block)
        return [too_deep] if len(stack) > MAX_DEPTH else []
    wanted = {_ENDS[tag.keyword]} if tag.keyword in _ENDS else _MIDDLES.get(tag.keyword, set())
    if wanted and not stack:
        return [_problem("T103", f"“{tag.raw}”前面没有对应的开始标签。", block)]
    return _match(stack, block, tag, wanted) if wanted else []


def _match(stack: list[_Open], block: Block, tag: Tag, wanted: set[str]) -> list[Problem]:
    opened = stack[-1]
    if tag.keyword in _ENDS:
        stack.pop()
    if opened.tag.keyword not in wanted:
        return [_crossed(opened, tag)]
    if opened.container != container_of(block, tag):
        return [_apart(opened, tag, block)]
    return []


def _never_closed(opened: _Open) -> Problem:
    level = opened.tag.level
    end = f"{{%{level} end{opened.tag.keyword} %}}" if level else f"{{% end{opened.tag.keyword} %}}"
    return _problem("T103", f"“{opened.tag.raw}”没有对应的“{end}”。", opened.block)


def _crossed(opened: _Open, tag: Tag) -> Problem:
    message = f"“{opened.tag.raw}”还没有结束，后面却是“{tag.raw}”，两者交叉了。"
    return _problem("T103", message, opened.block)


def _apart(opened: _Open, tag: Tag, block: Block) -> Problem:
    message = (
        f"“{opened.tag.raw}”与{block.place}的“{tag.raw}”不在同一层："
        "两个标签应写法一致（都带 p、都带 tr 或都不带），并放在同一个表格或同一格里。"
    )
    return _problem("T105", message, opened.block)


def container_of(block: Block, tag: Tag) -> tuple[str, object]:
    """What copies of the tag's range are put into; equal for tags that can belong together."""
    element = block.element
    if not block.is_paragraph:
        return "slot", element
    if tag.level in _ROWS:
        outer = next(element.iterancestors(f"{W}{tag.level}"), None)
        return tag.level, None if outer is None else outer.getparent()
    if tag.level == "r":
        return "r", element
    return tag.level, element.getparent()


def _misplaced(block: Block, tag: Tag) -> Iterator[Problem]:
    if not tag.level and tag.keyword not in CELL_WORDS:
        return
    if not block.is_paragraph:
        yield _problem("T105", f"“{tag.raw}”只能写在正文的段落里。", block)
        return
    in_table = next(block.element.iterancestors(f"{W}tc"), None) is not None
    if (tag.level in _ROWS or tag.keyword in CELL_WORDS) and not in_table:
        yield _problem("T105", f"“{tag.raw}”只能写在表格里。", block)
    if tag.level in {"p", "tr", "tc"} and tag.keyword in CELL_WORDS:
        yield _problem("T105", f"“{tag.raw}”不能单独占一段或一行。", block)


def _beside(block: Block) -> Iterator[Problem]:
    for tag in block.tags:
        if tag.level not in {"p", "tr", "tc"} or tag.opener == "{{" or not block.is_paragraph:
            continue
        lost = _lost(block, tag)
        if lost:
            where = {"p": "所在的段", "tr": "所在的行", "tc": "所在的格"}[tag.level]
            message = f"标签“{tag.raw}”{where}里还有“{lost}”，不会印出来，请移到别处。"
            yield _problem("T104", message, block)


def _lost(block: Block, tag: Tag) -> str:
    """What would vanish together with the tag."""
    scope: etree._Element = block.element
    if tag.level in _ROWS:
        scope = next(scope.iterancestors(f"{W}{tag.level}"), scope)
    text = "".join(str(element.text or "") for element in scope.iter(f"{W}t"))
    rest = text.replace(tag.raw, "", 1).strip()
    if rest:
        return rest if len(rest) <= 40 else f"{rest[:40]}…"
    return "图片或分节符" if next(scope.iter(*_OBJECTS), None) is not None else ""


def _problem(code: str, message: str, block: Block) -> Problem:
    return Problem(code, message, place=block.place, value=" ".join(block.text.split()))
