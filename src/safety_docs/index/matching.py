"""Where a text leaf of a query stands in normal forms; offsets count from 0, ends exclusive."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from safety_docs.index.tree import ANY_ONE, Phrase

if TYPE_CHECKING:
    from collections.abc import Iterator

    from safety_docs.index.searchable import Searchable
    from safety_docs.index.tree import Wild


def places(term: Phrase | Wild, normal: str) -> Iterator[tuple[int, int]]:
    """All places of `term` in one normal form, left to right, not overlapping."""
    if isinstance(term, Phrase):
        return _phrase_places(term, normal)
    return _wild_places(term, normal)


def is_in(term: Phrase | Wild, record: Searchable) -> bool:
    """Whether some value of the record that `term` looks at holds it."""
    return any(is_in_text(term, normal) for normal in record.normals(term.field))


def is_in_text(term: Phrase | Wild, normal: str) -> bool:
    """Whether `term` stands in one normal form."""
    if isinstance(term, Phrase):
        return term.text in normal
    return next(_wild_places(term, normal), None) is not None


def parts(wild: Wild) -> tuple[str, ...]:
    """The texts that must stand in a record for `wild` to match, in order."""
    texts = (part for segment in wild.segments for part in segment.split(ANY_ONE))
    return tuple(dict.fromkeys(text for text in texts if text))


def _phrase_places(term: Phrase, normal: str) -> Iterator[tuple[int, int]]:
    at = normal.find(term.text)
    while at >= 0:
        yield at, at + len(term.text)
        at = normal.find(term.text, at + len(term.text))


def _wild_places(term: Wild, normal: str) -> Iterator[tuple[int, int]]:
    """Each segment at its first place after the one before: exact, and never backtracks."""
    end = 0
    while True:
        start = None
        for segment in term.segments:
            match = _pattern(segment).search(normal, end)
            if match is None:
                return
            start = match.start() if start is None else start
            end = match.end()
        yield (start or 0), end


@lru_cache(maxsize=256)
def _pattern(segment: str) -> re.Pattern[str]:
    return re.compile(".".join(map(re.escape, segment.split(ANY_ONE))), re.DOTALL)
