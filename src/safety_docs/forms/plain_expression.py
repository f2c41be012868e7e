"""Expressions that need no template engine: comparing, and, or, not.

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


def plain_evaluator(node: nodes.Node) -> Evaluator | None:
    """What computes `node` over values by name, None if it takes more than this module knows.

    It may raise TypeError, when values cannot be compared.
    """
    if isinstance(node, nodes.Name):
        return operator.itemgetter(node.name)
    if isinstance(node, nodes.Const):
        constant = node.value
        return lambda _values: constant
    if isinstance(node, nodes.Not):
        inner = plain_evaluator(node.node)
        return inner and (lambda values: not inner(values))
    if isinstance(node, nodes.Compare):
        return _comparison(node)
    if isinstance(node, nodes.And | nodes.Or):
        return _junction(node)
    return None


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
