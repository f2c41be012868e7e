"""Relevance in the SQLite engine: which of the hits come first (the rule is in ``ranking``)."""

from __future__ import annotations

import json
from operator import add
from typing import TYPE_CHECKING

from safety_docs.index.matching import is_in_text
from safety_docs.index.ranking import (
    EXACT_POINTS,
    MAX_COUNTED,
    MAX_WEIGHED,
    body_points,
    exact_fields,
)
from safety_docs.index.sqlite_texts import names_field
from safety_docs.index.tree import Phrase

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

    from safety_docs.index.sqlite_texts import Texts, Weighed
    from safety_docs.index.tree import Wild


def best(
    connection: sqlite3.Connection,
    texts: Texts,
    hits: list[int],
    terms: Sequence[Phrase | Wild],
    count: int,
) -> list[int]:
    """The `count` most relevant of the records numbered `hits`, best first."""
    newest = sorted(hits, reverse=True)
    points = _points(texts, newest[:MAX_WEIGHED], terms)
    least = _least(points, count)
    chosen = [number for number, worth in points.items() if worth >= least] if least else hits
    codes = _codes(connection, chosen)
    order = sorted(chosen, key=lambda number: (-points.get(number, 0.0), codes[number]))
    return order[:count]


def _codes(connection: sqlite3.Connection, numbers: list[int]) -> dict[int, str]:
    rows = connection.execute(
        "SELECT id, code FROM records WHERE id IN (SELECT value FROM json_each(?))",
        (json.dumps(numbers),),
    )
    return dict(rows.fetchall())


def _points(texts: Texts, numbers: list[int], terms: Sequence[Phrase | Wild]) -> dict[int, float]:
    """Points of each of `numbers`, which stand newest first."""
    points = [0.0] * len(numbers)
    weighed = texts.weighed(numbers) if terms else {}
    kept = [weighed[number] for number in numbers] if terms else []
    for term in terms:
        if term.field in {"", "body"}:
            counted = _body_points(term, kept[:MAX_COUNTED])
            points[: len(counted)] = map(add, points, counted)
        if exact_fields(term) and isinstance(term, Phrase):
            points = list(map(add, points, _exact_points(term, kept)))
    return dict(zip(numbers, points, strict=True))


def _body_points(term: Phrase | Wild, kept: list[Weighed]) -> list[float]:
    if isinstance(term, Phrase):
        text = term.text
        counts = [body.count(text) for body, _ in kept]
    else:
        counts = [int(is_in_text(term, body)) for body, _ in kept]
    by_count = {count: body_points(count) for count in set(counts)}
    return [by_count[count] for count in counts]


def _exact_points(term: Phrase, kept: list[Weighed]) -> list[float]:
    text, field = term.text, term.field
    return [
        EXACT_POINTS if text in names and text in names_field(names, field) else 0.0
        for _, names in kept
    ]


def _least(points: dict[int, float], count: int) -> float:
    """Points that each of the best `count` has at least; others may have them too."""
    ordered = sorted(points.values(), reverse=True)
    return ordered[count - 1] if 0 < count <= len(ordered) else 0.0
