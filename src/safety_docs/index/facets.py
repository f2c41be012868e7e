"""Facets: how many hits there are of each category, year, form and retention period."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

FACETS = ("category", "year", "form", "retention")


@dataclass(frozen=True, slots=True)
class FacetKey:
    """What the facets see of a record: its category code, year, form title, retention code."""

    category: str
    year: int
    form: str
    retention: str


def facets(counts: Mapping[FacetKey, int]) -> dict[str, dict[str, int]]:
    """Counts by value for each facet, most frequent first, then by value; no empty values."""
    return {name: _ordered(_sums(counts, name)) for name in FACETS}


def _sums(counts: Mapping[FacetKey, int], name: str) -> Counter[str]:
    sums: Counter[str] = Counter()
    for key, count in counts.items():
        sums[str(getattr(key, name))] += count
    del sums[""]
    return sums


def _ordered(sums: Counter[str]) -> dict[str, int]:
    return dict(sorted(sums.items(), key=lambda item: (-item[1], item[0])))
