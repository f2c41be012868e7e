"""The query language: Whoosh's, with Chinese field names, read into one small tree.

``火灾 演练`` both; ``火灾 OR 地震``; ``责任书 NOT 家长``; ``(…)``; ``"…"`` exactly these
characters; ``题名:责任书``; ``日期:[20220901 TO 20221231]``; ``年度:2022``; ``安全*书`` with
anything between, ``?`` for one character. Every bare word is a substring.

As in Whoosh, ``NOT`` binds tightest, then ``AND``, then ``OR``; words side by side are joined by
``AND`` last of all.

`lexer` decides what is an operator. Whoosh's parser then reads an expression in which each term is
the number of its piece, so no text can be mistaken for syntax. A query without operators and
brackets needs no parser; the tests hold both ways equal.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any

from safety_docs.core.retention import Retention, RetentionError
from safety_docs.index.dates import span, years
from safety_docs.index.errors import QueryError
from safety_docs.index.lexer import FIELDS, MAX_TERMS, pieces
from safety_docs.index.normalise import normalise
from safety_docs.index.searchable import code_form, is_code_piece
from safety_docs.index.tree import (
    ANY_ONE,
    And,
    DateRange,
    Equals,
    Everything,
    Not,
    Or,
    Phrase,
    Wild,
    YearRange,
    positive_terms,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from safety_docs.index.lexer import Piece
    from safety_docs.index.tree import (
        Tree,
    )

_ANY_FIELD = "any"


def parse_query(query: str) -> Tree:
    """Read `query`; an empty one is `Everything`.

    Raises:
        QueryError: If it is too long, has too many terms, or a date, year or retention period in
            it cannot be read.
    """
    found = pieces(query)
    plain = all(piece.kind in {"word", "phrase", "range", "field"} for piece in found)
    tree = _side_by_side(found) if plain else _with_whoosh(found)
    if sum(_size(term) for term in positive_terms(tree)) > 2 * MAX_TERMS:
        problem = "通配符太多"
        raise QueryError(problem)
    return tree


def literal(text: str) -> str:
    """A query that finds exactly the records containing `text`.

    >>> parse_query(literal("（一）AND"))
    Phrase(field='', text='(一)and')
    """
    compact = "".join(text.split())
    return f'"{compact}"'


def _size(term: Phrase | Wild) -> int:
    return len(term.segments) if isinstance(term, Wild) else 1


def _side_by_side(found: list[Piece]) -> Tree:
    branches, field = [], ""
    for piece in found:
        if piece.kind == "field":
            field = piece.text
        else:
            branches.append(_leaf(field, piece))
            field = ""
    return _all_of(branches)


def _with_whoosh(found: list[Piece]) -> Tree:
    expression = " ".join(_symbol(at, piece) for at, piece in enumerate(found))
    tree = _parser().parse(expression.replace(": ", ":"), normalize=False)
    return _translate(tree, found) or Everything()


def _symbol(at: int, piece: Piece) -> str:
    match piece.kind:
        case "open":
            return "("
        case "close":
            return ")"
        case "field":
            return f"{piece.text}:"
        case "AND" | "OR" | "NOT":
            return piece.kind
        case _:
            return str(at)


@cache
def _parser() -> Any:
    """Whoosh's parser with groups, operators and fields, over fields that keep a term whole."""
    from whoosh.fields import ID, Schema  # noqa: PLC0415 - 0.1 s, and most queries go without
    from whoosh.qparser import QueryParser, plugins  # noqa: PLC0415 - likewise

    schema = Schema(**{name: ID() for name in {*FIELDS.values(), _ANY_FIELD}})
    operators = plugins.OperatorsPlugin(AndNot=None, AndMaybe=None, Require=None)
    wanted = [plugins.WhitespacePlugin(), plugins.GroupPlugin(), operators, plugins.FieldsPlugin()]
    return QueryParser(_ANY_FIELD, schema, plugins=wanted)


def _translate(node: Any, found: list[Piece]) -> Tree | None:
    """Our tree for a tree of Whoosh; None for a part that says nothing."""
    kind = type(node).__name__
    if kind == "Term":
        field = "" if node.fieldname == _ANY_FIELD else node.fieldname
        return _leaf(field, found[int(node.text)])
    if kind == "Not":
        branch = _translate(node.query, found)
        return None if branch is None else Not(branch)
    branches = [_translate(child, found) for child in node.children()]
    if kind == "Or":
        kept = tuple(branch for branch in branches if branch is not None)
        return _single(Or(kept)) if kept else None
    return _all_of(branches)


def _single(tree: Or) -> Tree:
    return tree.branches[0] if len(tree.branches) == 1 else tree


def _all_of(branches: list[Tree | None]) -> Tree:
    kept = tuple(branch for branch in branches if branch is not None)
    if not kept:
        return Everything()
    return kept[0] if len(kept) == 1 else And(kept)


def _leaf(field: str, piece: Piece) -> Tree | None:
    """The tree of one term; None if its normal form is empty."""
    if field in _SPECIAL:
        return _special(field, piece)
    if piece.kind == "word" and re.search(r"[*?]", piece.text):
        return _wild(field, piece.text)
    return _phrase(field, piece.text)


def _special(field: str, piece: Piece) -> Tree | None:
    """The tree of a term whose field holds no free text."""
    try:
        return _SPECIAL[field](piece.text)
    except QueryError as error:
        if piece.kind != "word":
            raise
        hint = "冒号前面的字当作字段，要照原样查，请整段放进中文引号“”"
        problem = f"{error.problem}；{hint}"
        raise QueryError(problem) from error


def _phrase(field: str, text: str) -> Tree | None:
    normal = normalise(text)
    if not normal:
        return None
    if field == "code":
        return Phrase("code", code_form(text))
    if field == "form":
        return Or((Phrase("form", normal), Equals("form", text.strip())))
    if not field and is_code_piece(text):
        return Or((Phrase("", normal), Phrase("code", code_form(text))))
    return Phrase(field, normal)


def _wild(field: str, text: str) -> Tree | None:
    """A word with ``*`` or ``?`` in it; those at its ends say nothing and are dropped."""
    stripped = text.strip("*?")
    if not stripped:
        return Everything() if "*" in text else _phrase(field, text)
    form: Callable[[str], str] = code_form if field == "code" else normalise
    parts = (ANY_ONE.join(map(form, part.split("?"))) for part in stripped.split("*"))
    segments = tuple(part for part in parts if part)
    if not segments:
        return None
    if len(segments) == 1 and ANY_ONE not in segments[0]:
        return _phrase(field, segments[0])
    return Wild(field, segments)


def _dates(text: str) -> Tree:
    return DateRange(*span(text))


def _years(text: str) -> Tree:
    return YearRange(*years(text))


def _retention(text: str) -> Tree:
    try:
        return Equals("retention", Retention.parse(normalise(text)).code)
    except RetentionError as error:
        problem = f"期限“{text}”看不懂，请写 永久、30年 或 10年"
        raise QueryError(problem) from error


def _category(text: str) -> Tree | None:
    normal = normalise(text)
    if normal.isascii() and normal.isdigit():
        return Equals("category", normal.zfill(2))
    return Phrase("category", normal) if normal else None


_SPECIAL: dict[str, Callable[[str], Tree | None]] = {
    "date": _dates,
    "year": _years,
    "retention": _retention,
    "category": _category,
}
