"""The small tree that every engine evaluates; made by ``query.parse_query``.

Text in a tree is already in normal form. Fields have the names of `TEXT_FIELDS`; the empty name
means any of them that a bare word may match (see ``searchable.bare_fields``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import datetime as dt

TEXT_FIELDS = ("title", "people", "form", "code", "category", "body")
"""Fields whose text is searched, in the order of the index's columns."""

ANY_ONE = "\0"
"""Stands for one arbitrary character in a segment of `Wild`; normal forms never hold it."""


@dataclass(frozen=True, slots=True)
class Everything:
    """Every record."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """Records where the normal form of `field` contains `text`."""

    field: str
    text: str


@dataclass(frozen=True, slots=True)
class Wild:
    """Records where one value of `field` contains the segments in this order, not overlapping.

    Attributes:
        field: As in `Phrase`.
        segments: At least one, none empty; `ANY_ONE` in them stands for one character.
    """

    field: str
    segments: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Equals:
    """Records whose category code, retention code, or form id (whole or last part) is `value`."""

    field: Literal["category", "retention", "form"]
    value: str


@dataclass(frozen=True, slots=True)
class DateRange:
    """Records dated from `first` to `last`, both included; None leaves that side open."""

    first: dt.date | None
    last: dt.date | None


@dataclass(frozen=True, slots=True)
class YearRange:
    """Records of the years `first` to `last`, both included; None leaves that side open."""

    first: int | None
    last: int | None


@dataclass(frozen=True, slots=True)
class And:
    """Records that match every branch."""

    branches: tuple[Tree, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """Records that match some branch."""

    branches: tuple[Tree, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """Records that do not match the branch, the whole of it."""

    branch: Tree


Tree = Everything | Phrase | Wild | Equals | DateRange | YearRange | And | Or | Not


def positive_terms(tree: Tree) -> tuple[Phrase | Wild, ...]:
    """The text leaves outside any `Not`, in the order of the query, each once."""
    return tuple(dict.fromkeys(_positive(tree)))


def _positive(tree: Tree) -> list[Phrase | Wild]:
    match tree:
        case Phrase() | Wild():
            return [tree]
        case And(branches) | Or(branches):
            return [term for branch in branches for term in _positive(branch)]
        case _:
            return []
