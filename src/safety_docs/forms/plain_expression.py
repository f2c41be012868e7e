"""Expressions that need no template engine: comparing, and, or, not, a part of a text.

Most rules compare two values, and a roster asks them of every row. They mean what Jinja means by
them, only without its context, ten times as fast; tests compare both. What is not on this short
list is left to Jinja.
"""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Any

from jinja2 import nodes

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Evaluator = Callable[[Mapping[str, Any]], Any]

_OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    "eq": operator.eq,
    "ne": operator.ne,
    "lt": operator.lt,
    "lteq": operator.le,
    "gt": operator.gt,
    "gteq": operator.ge,
}


class NotPlainError(Exception):
    """The values are of other kinds than this module knows; Jinja has to compute."""


def plain_evaluator(node: nodes.Node) -> Evaluator | None:
    """What computes `node` over values by name, None if it takes more than this module knows.

    It may raise TypeError, when values cannot be compared, and NotPlainError.
    """
    build = _BUILDERS.get(type(node))
    return build(node) if build else None


def _constant(node: nodes.Const) -> Evaluator:
    value = node.value
    return lambda _values: value


def _negation(node: nodes.Not) -> Evaluator | None:
    inner = plain_evaluator(node.node)
    return inner and (lambda values: not inner(values))


def _comparison(node: nodes.Compare) -> Evaluator | None:
    if len(node.ops) != 1 or node.ops[0].op not in _OPERATORS:
        return None
    left, right = plain_evaluator(node.expr), plain_evaluator(node.ops[0].expr)
    compare = _OPERATORS[node.ops[0].op]
    if left is None or right is None:
        return None
    return lambda values: compare(left(values), right(values))


def _junction(node: nodes.And | nodes.Or) -> Evaluator | None:
    left, right = plain_evaluator(node.left), plain_evaluator(node.right)
    if left is None or right is None:
        return None
    if isinstance(node, nodes.And):
        return lambda values: left(values) and right(values)
    return lambda values: left(values) or right(values)


def _part(node: nodes.Getitem) -> Evaluator | None:
    whole = plain_evaluator(node.node)
    if whole is None or not isinstance(node.arg, nodes.Slice):
        return None
    try:
        ends = [_end(one) for one in (node.arg.start, node.arg.stop, node.arg.step)]
    except nodes.Impossible:
        return None
    wanted = slice(*ends)

    def of_text(values: Mapping[str, Any]) -> str:
        text = whole(values)
        if not isinstance(text, str):
            raise NotPlainError
        return text[wanted]

    return of_text


def _end(node: nodes.Expr | None) -> Any:
    return None if node is None else node.as_const()


_BUILDERS: dict[type[nodes.Node], Callable[[Any], Evaluator | None]] = {
    nodes.Name: lambda node: operator.itemgetter(node.name),
    nodes.Const: _constant,
    nodes.Not: _negation,
    nodes.Compare: _comparison,
    nodes.And: _junction,
    nodes.Or: _junction,
    nodes.Getitem: _part,
}
