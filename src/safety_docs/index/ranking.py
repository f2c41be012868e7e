"""The order of hits by relevance: it re-ranks, it never filters.

A phrase gives 8 points when it stands in the title, the people or the reference code, and
3 × ln(1 + how often) for standing in the body; a word with wildcards counts once. Ties go by
reference code. Of the newest 5,000 hits the names are looked at, of the newest 1,000 the bodies;
older ones follow by code (counting in more bodies would
take longer than finding the hits).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from safety_docs.index.matching import is_in_text
from safety_docs.index.tree import Wild

if TYPE_CHECKING:
    from safety_docs.index.searchable import Searchable
    from safety_docs.index.tree import Phrase

MAX_WEIGHED = 5_000
MAX_COUNTED = 1_000
EXACT_FIELDS = ("title", "people", "code")
EXACT_POINTS = 8.0
_COUNT_FACTOR = 3.0


def body_points(count: int) -> float:
    """Points for standing `count` times in the body."""
    return _COUNT_FACTOR * math.log1p(count)


def exact_fields(term: Phrase | Wild) -> tuple[str, ...]:
    """Fields in which `term` earns `EXACT_POINTS`."""
    if not term.field:
        return EXACT_FIELDS
    return (term.field,) if term.field in EXACT_FIELDS else ()


def points_of_body(term: Phrase | Wild, record: Searchable) -> float:
    """What `term` is worth in the body of one record."""
    bodies = record.normals("body") if term.field in {"", "body"} else ()
    if isinstance(term, Wild):
        return sum(body_points(int(is_in_text(term, body))) for body in bodies)
    return sum(body_points(body.count(term.text)) for body in bodies)


def points_of_names(term: Phrase | Wild, record: Searchable) -> float:
    """What `term` is worth in the title, people and reference code of one record."""
    if isinstance(term, Wild):
        return 0.0
    values = (value for name in exact_fields(term) for value in record.normals(name))
    return EXACT_POINTS if any(term.text in value for value in values) else 0.0
