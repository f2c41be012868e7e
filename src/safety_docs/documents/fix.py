"""Putting right what can be put right without asking: widths, spaces and punctuation in tags.

Only characters inside tags change, each in the run where it stands, so the look of the template
stays as it is. What this mends are the findings T102, T106 and T108.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lxml import etree

from safety_docs.documents.package import CONTENT_TYPES, read_bounded, read_package
from safety_docs.documents.story import read_stories
from safety_docs.documents.tags import LEVEL_APART, LEVEL_GLUED, fix_widths, scan, without_strings
from safety_docs.documents.zipwriter import join, pack

if TYPE_CHECKING:
    from pathlib import Path

    from safety_docs.documents.story import Block

_QUOTES = str.maketrans("“”‘’", "\"\"''")
_MARKS = str.maketrans("（），．｜：；\uff3b\uff3d＝＞＜！", "(),.|:;[]=><!")
_SPACES = re.compile(r"\s+")


def fix_template(path: Path) -> bytes:
    """A copy of the template with T102, T106 and T108 put right; the file itself is not touched.

    Raises:
        PackageError: If the file is no Word document.
    """
    parts = read_package(read_bounded(path), path.name)
    for story in read_stories(parts, path.name):
        changed = [_mend(block) for block in story.blocks]
        if any(changed):
            parts[story.name] = etree.tostring(
                story.root, xml_declaration=True, encoding="UTF-8", standalone=True
            )
    names = sorted(parts, key=lambda name: name != CONTENT_TYPES)
    return join(pack(name, parts[name]) for name in names)


def _mend(block: Block) -> bool:
    """Mend the tags of one block; whether anything changed."""
    before = "".join(slot.text for slot in block.slots)
    for mend in (fix_widths, _quotes, _marks, _close_up, _set_apart):
        characters = list("".join(slot.text for slot in block.slots))
        for tag in scan("".join(characters))[0]:
            characters[tag.start : tag.end] = _spread(tag.raw, mend(tag.raw))
        _write(block, characters)
    return before != "".join(slot.text for slot in block.slots)


def _spread(old: str, new: str) -> list[str]:
    """`new` dealt out over the characters of `old`, so that every run keeps its share."""
    if len(old) == len(new):
        return list(new)
    head = next(n for n in range(len(old)) if old[n : n + 1] != new[n : n + 1])
    tail = len(old) - head - 1
    middle = new[head : len(new) - tail] if tail <= len(new) - head else ""
    if len(new) > len(old):
        return [*old[:head], middle, *old[head + 1 :]]
    gone = len(old) - len(new)
    return [*old[:head], *[""] * gone, *old[head + gone :]]


def _write(block: Block, characters: list[str]) -> None:
    position = 0
    for slot in block.slots:
        size = len(slot.text)
        slot.text = "".join(characters[position : position + size])
        position += size


def _quotes(raw: str) -> str:
    """First, because what stands in the quotes is a string and stays as it is."""
    return _outside_strings(raw, _QUOTES)


def _marks(raw: str) -> str:
    return _outside_strings(raw, _MARKS)


def _outside_strings(raw: str, table: dict[int, int]) -> str:
    bare = without_strings(raw)
    plain = bare.translate(table)
    return "".join(
        new if old != new else typed for typed, old, new in zip(raw, bare, plain, strict=True)
    )


def _close_up(raw: str) -> str:
    """``{% p for`` as ``{%p for``."""
    if LEVEL_APART.match(raw[2:]):
        return raw[:2] + _SPACES.sub("", raw[2:], count=1)
    return raw


def _set_apart(raw: str) -> str:
    """``{%pfor`` as ``{%p for``."""
    glued = LEVEL_GLUED.match(raw[2:])
    if glued:
        end = 2 + glued.end(1)
        return f"{raw[:end]} {raw[end:]}"
    return raw
