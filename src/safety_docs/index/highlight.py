"""Snippets: plain text around what was found, with the offsets of every place found.

Nothing is escaped and no markup is made here: who shows a snippet escapes it, then marks it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from heapq import merge
from itertools import chain
from typing import TYPE_CHECKING

from safety_docs.index.matching import is_in_text, places
from safety_docs.index.normalise import OffsetMap
from safety_docs.index.searchable import BARE_FIELDS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from safety_docs.index.searchable import Searchable, Value
    from safety_docs.index.tree import Phrase, Wild

Range = tuple[int, int]

MAX_FRAGMENTS = 3
_BEFORE, _AFTER, _OPENING = 16, 40, 80
_ORDER = ("body", "title", "people", "form", "code", "category")
_BLANK = re.compile("[\\x00-\\x1f]")
_ELLIPSIS = "…"


@dataclass(frozen=True, slots=True)
class Snippet:
    """Plain text and the ranges in it that the query found."""

    text: str
    marks: tuple[Range, ...]


def snippet(record: Searchable, terms: Sequence[Phrase | Wild]) -> Snippet:
    """At most three fragments around what `terms` found; the text's opening if there is none."""
    homes: dict[int, tuple[Value, list[Phrase | Wild]]] = {}
    for term in terms:
        value = _home(record, term)
        if value is not None:
            homes.setdefault(id(value), (value, []))[1].append(term)
    if not homes:
        return _opening(record)
    return _join(list(homes.values()))


def _home(record: Searchable, term: Phrase | Wild) -> Value | None:
    """The value that shows `term`: of the body if it is there."""
    fields = (term.field,) if term.field else BARE_FIELDS
    for name in _ORDER:
        if name in fields:
            for value in record.fields[name]:
                if is_in_text(term, value.normal):
                    return value
    return None


def _opening(record: Searchable) -> Snippet:
    text = record.fields["body"][0].masked.text[: 2 * _OPENING]
    words = " ".join(text.split())
    return Snippet(words[:_OPENING] + (_ELLIPSIS if len(words) > _OPENING else ""), ())


def _join(homes: Sequence[tuple[Value, list[Phrase | Wild]]]) -> Snippet:
    text, marks, room = "", [], MAX_FRAGMENTS
    for value, terms in homes:
        shown = value.masked.text
        windows, found = _windows(value, terms, room)
        room -= len(windows)
        for low, high in windows:
            if (low > 0 or text) and not text.endswith(_ELLIPSIS):
                text += _ELLIPSIS
            shift = len(text) - low
            text += _BLANK.sub(" ", shown[low:high])
            marks += [(a + shift, b + shift) for a, b in _inside(found, low, high)]
            if high < len(shown):
                text += _ELLIPSIS
    return Snippet(text, tuple(marks))


def _windows(
    value: Value, terms: Sequence[Phrase | Wild], limit: int
) -> tuple[list[Range], list[Range]]:
    """Parts of the shown text to print, at most `limit`, and what was found in and around them.

    The first place of each term comes first, then further places from left to right. Both lists
    are ascending and without overlaps.
    """
    offsets = OffsetMap(value.masked.hidden)
    windows: list[Range] = []
    found: list[Range] = []
    firsts = [next(places(term, value.normal)) for term in terms]
    rest = merge(*(places(term, value.normal) for term in terms))
    for at, place in enumerate(chain(firsts, rest)):
        start, end = value.masked.shown_range(*offsets.original_range(*place))
        if not any(low <= start and end <= high for low, high in windows):
            if len(windows) < limit:
                windows.append(_window(start, end, len(value.masked.text)))
            elif at >= len(firsts) and all(start >= high for _, high in windows):
                break
        found.append((start, end))
    return _merged(windows), _merged(found)


def _window(start: int, end: int, size: int) -> Range:
    return max(0, start - _BEFORE), min(size, end + _AFTER)


def _merged(ranges: list[Range]) -> list[Range]:
    merged: list[Range] = []
    for start, end in sorted(ranges):
        if merged and start < merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return merged


def _inside(ranges: Sequence[Range], low: int, high: int) -> list[Range]:
    """The parts of `ranges` that lie in the window."""
    return [(max(a, low), min(b, high)) for a, b in ranges if a < high and b > low]
