"""Marks inside a paragraph, to runs of one look each.

A tag is one piece of text from its first brace to its last: it is never split over two runs, and
a mark inside it is no mark.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from safety_docs.documents.markdown import TAG

if TYPE_CHECKING:
    from collections.abc import Iterator

FILL_WIDTH = 8
"""Full-width blanks that an empty fill-in run is wide."""

_FIRST_STAND_IN = 0xE000
_STAND_INS = re.compile("[\ue000-\uf8ff]")
_MARKS = re.compile(
    r"\*\*(?P<bold>.+?)\*\*|__(?P<fill>.+?)__|\*(?P<kai>[^\s*](?:[^*]*[^\s*])?)\*"
    r"|(?P<line><br>|\n)|\\(?P<literal>[*_<\\])"
)
_OUTPUT = re.compile(r"\{\{\s*(?P<body>[^{}]+?)\s*\}\}")


@dataclass(frozen=True, slots=True)
class Run:
    """Text of one look.

    Attributes:
        text: As it is printed, tags included; a line feed alone is a line break.
        is_bold: Bold.
        is_kai: In 楷体.
        is_fill: Underlined, to be filled in by hand.
    """

    text: str
    is_bold: bool = False
    is_kai: bool = False
    is_fill: bool = False


def runs(text: str) -> tuple[Run, ...]:
    """The runs of a paragraph.

    >>> [(run.text, run.is_bold) for run in runs("1. **岗位。**{{ 甲 * 2 }}")]
    [('1. ', False), ('岗位。', True), ('{{ 甲 * 2 }}', False)]
    """
    tags: list[str] = []

    def hide(match: re.Match[str]) -> str:
        tags.append(match.group())
        return chr(_FIRST_STAND_IN + len(tags) - 1)

    def show(match: re.Match[str]) -> str:
        return tags[ord(match.group()) - _FIRST_STAND_IN]

    marked = _split(TAG.sub(hide, text), Run(""))
    shown = (replace(run, text=_STAND_INS.sub(show, run.text)) for run in marked)
    return tuple(
        replace(run, text=_room(run.text)) if run.is_fill else run for run in _merged(shown)
    )


def plain(text: str) -> str:
    r"""The text without marks and tags; what a program reads as the title of a document.

    >>> plain("{{ 学校 }}**火灾**\n应急预案")
    '火灾应急预案'
    """
    return "".join(TAG.sub("", run.text) for run in runs(text) if run.text != "\n").strip()


def _split(text: str, look: Run) -> Iterator[Run]:
    done = 0
    for match in _MARKS.finditer(text):
        if match.start() > done:
            yield replace(look, text=text[done : match.start()])
        done = match.end()
        kind = match.lastgroup
        if kind == "bold":
            yield from _split(match["bold"], replace(look, is_bold=True))
        elif kind == "fill":
            yield from _split(match["fill"], replace(look, is_fill=True))
        elif kind == "kai":
            yield from _split(match["kai"], replace(look, is_kai=True))
        else:
            yield replace(look, text=match["literal"] or "\n")
    if done < len(text):
        yield replace(look, text=text[done:])


def _merged(found: Iterator[Run]) -> Iterator[Run]:
    """Neighbours of one look as one run; a line break stays alone."""
    last: Run | None = None
    for run in found:
        if last is not None and "\n" not in {run.text, last.text} and _same_look(run, last):
            last = replace(last, text=last.text + run.text)
            continue
        if last is not None:
            yield last
        last = run
    if last is not None:
        yield last


def _same_look(one: Run, other: Run) -> bool:
    return replace(one, text="") == replace(other, text="")


def _room(text: str) -> str:
    """A value to be filled in, or blanks to write on when it is empty; a 0 is a value.

    It needs no filter of our own, so that any docxtpl environment prints it.
    """
    blanks = "\u3000" * FILL_WIDTH
    match = _OUTPUT.fullmatch(text.strip())
    if match is None or match["body"].startswith("r "):
        return text
    value = match["body"]
    return f"{{% if ({value}) in ('', none) %}}{blanks}{{% else %}}{{{{ {value} }}}}{{% endif %}}"
