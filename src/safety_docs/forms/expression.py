"""Expressions of ``form.toml``: derived values, rules and titles, in Jinja's expression language.

A form may come from any district, so an expression can compute but not reach out: only names of the
form, attributes that are not private, the listed filters and tests; no calls, no powers, no
repeating of text by ``*``, no loops. What is not on the list is refused when the form is loaded.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from jinja2 import StrictUndefined, TemplateError, Undefined, nodes
from jinja2.exceptions import SecurityError
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

from safety_docs.core import chinese
from safety_docs.core.photo import PhotoFile
from safety_docs.forms.plain_expression import NotPlainError, plain_evaluator

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

MAX_TITLE = 200
_ALLOWED_NODES = (
    nodes.Template,
    nodes.Output,
    nodes.TemplateData,
    nodes.Literal,
    nodes.Pair,
    nodes.Keyword,
    nodes.Name,
    nodes.Getattr,
    nodes.Getitem,
    nodes.Slice,
    nodes.Filter,
    nodes.Test,
    nodes.CondExpr,
    nodes.Compare,
    nodes.Operand,
    nodes.Concat,
    nodes.Add,
    nodes.Sub,
    nodes.Mul,
    nodes.Div,
    nodes.FloorDiv,
    nodes.Mod,
    nodes.And,
    nodes.Or,
    nodes.Not,
    nodes.Neg,
    nodes.Pos,
)
_WORDING_NODES = (*_ALLOWED_NODES, nodes.If)
"""A wording may also leave something out: ``{% if 学科 %}…{% endif %}``."""
_FILTERS = [
    "abs",
    "count",
    "d",
    "default",
    "dictsort",
    "first",
    "float",
    "format",
    "groupby",
    "int",
    "items",
    "join",
    "last",
    "length",
    "list",
    "lower",
    "map",
    "max",
    "min",
    "reject",
    "rejectattr",
    "reverse",
    "round",
    "select",
    "selectattr",
    "sort",
    "string",
    "sum",
    "trim",
    "unique",
    "upper",
]
_TESTS = [
    "boolean",
    "defined",
    "divisibleby",
    "eq",
    "equalto",
    "even",
    "false",
    "float",
    "ge",
    "gt",
    "in",
    "integer",
    "iterable",
    "le",
    "lt",
    "mapping",
    "ne",
    "none",
    "number",
    "odd",
    "sameas",
    "sequence",
    "string",
    "true",
    "undefined",
]
_WIDE_FORMAT = re.compile(r"%[^%a-zA-Z]*(?:\*|\d{3,}|\.\d{3,})")
_FAILURES = (TemplateError, ArithmeticError, TypeError, ValueError, LookupError, AttributeError)


class ExpressionError(Exception):
    """An expression is not allowed or cannot be computed; the text says why, in Chinese."""


def _of_date(text: Callable[[dt.date], str]) -> Callable[[Any], str]:
    def of_value(value: Any) -> str:
        if value is None or value == "":
            return ""
        if not isinstance(value, dt.date):
            message = f"“{value}”不是日期"
            raise TypeError(message)
        return text(value)

    return of_value


def _clock_time(value: dt.datetime | dt.time | None) -> str:
    return f"{value:%H:%M}" if value else ""


def _document_number(year: int, number: int | None = None, office: str = "") -> str:
    # Brackets of six corners (GB/T 9704-2012, 7.2.5).
    return f"{office}\u3014{year}\u3015{'' if number is None else number}号"


def _listing(items: Any) -> str:
    return chinese.listing([str(item) for item in items])


def _bounded_format(template: str, *values: Any) -> str:
    """``%`` formatting with widths below 100, so that a form cannot ask for gigabytes."""
    if _WIDE_FORMAT.search(template):
        message = "格式里的宽度太大"
        raise SecurityError(message)
    return str(template) % values


_OURS: dict[str, Callable[..., Any]] = {
    "日期": _of_date(chinese.date_text),
    "年月": _of_date(chinese.month_text),
    "星期": _of_date(chinese.weekday_text),
    "中文日期": _of_date(chinese.date_numerals),
    "学年": _of_date(chinese.school_year_text),
    "学期": _of_date(chinese.term_text),
    "中文数字": chinese.numeral,
    "时刻": _clock_time,
    "顿号": _listing,
    "文号": _document_number,
    "format": _bounded_format,
}


class _Environment(ImmutableSandboxedEnvironment):
    """Jinja with our filters only, and no way to make text grow by multiplication."""

    intercepted_binops = frozenset({"*"})

    def __init__(self) -> None:
        # No HTML is made here: values go into templates, which escape them.
        super().__init__(autoescape=False, undefined=StrictUndefined)
        self.globals.clear()
        self.filters = {name: self.filters[name] for name in _FILTERS} | _OURS
        self.tests = {name: self.tests[name] for name in _TESTS}

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        if not isinstance(left, int | float | Decimal) or not isinstance(
            right, int | float | Decimal
        ):
            message = "乘法只能用于数字"
            raise SecurityError(message)
        return super().call_binop(context, operator, left, right)


_ENVIRONMENT = _Environment()


class Expression:
    """One expression, checked when it is made and compiled when it is first computed.

    Attributes:
        source: As written in ``form.toml``.
        names: Names of the form that it uses, sorted.
    """

    def __init__(self, source: str) -> None:
        """Parse `source`.

        Raises:
            ExpressionError: If it is no expression, or uses what is not allowed.
        """
        self.source = source
        self.names = _checked_names("{{ (" + source + "\n) }}")
        self._compute: Callable[[dict[str, Any]], Any] | None = None

    def __call__(self, values: Mapping[str, Any]) -> Any:
        """Compute over `values`.

        Raises:
            ExpressionError: If it cannot be computed, for example because a date is missing.
        """
        if self._compute is None:
            self._compute = _plainly(self.source) or _compiled(self.source)
        try:
            return _plain(self._compute({name: values[name] for name in self.names}))
        except _FAILURES as error:
            raise ExpressionError(str(error)) from error


def _plainly(source: str) -> Callable[[dict[str, Any]], Any] | None:
    """What computes `source` without a template where it can, None if it never can."""
    (output,) = _ENVIRONMENT.parse("{{ (" + source + "\n) }}").body
    plain = plain_evaluator(output.nodes[0]) if isinstance(output, nodes.Output) else None
    if plain is None:
        return None
    compiled = _compiled(source)

    def compute(values: dict[str, Any]) -> Any:
        try:
            return plain(values)
        except NotPlainError:
            return compiled(values)

    return compute


def _compiled(source: str) -> Callable[[dict[str, Any]], Any]:
    """What computes `source` over values by name, as Jinja's ``compile_expression``."""
    run = _runner("{% set result = (" + source + "\n) %}")

    def compute(values: dict[str, Any]) -> Any:
        return run(values)[1].vars["result"]

    return compute


def _runner(source: str) -> Callable[[dict[str, Any]], tuple[str, Context]]:
    """What runs a template over values by name: its text and the context it leaves.

    The context is copied and not built anew for every row of a roster, as Jinja would do.
    """
    template = _ENVIRONMENT.from_string(source)
    render = template.root_render_func
    empty = vars(template.new_context())

    def run(values: dict[str, Any]) -> tuple[str, Context]:
        context = Context.__new__(Context)
        context.__dict__.update(empty, parent=values, vars={}, exported_vars=set())
        return "".join(render(context)), context

    return run


class Title:
    """A title with ``{{ }}`` in it."""

    _nodes: tuple[type[nodes.Node], ...] = _ALLOWED_NODES

    def __init__(self, source: str) -> None:
        """Parse `source`.

        Raises:
            ExpressionError: If it holds anything but text and allowed expressions.
        """
        self.source = source
        self.names = _checked_names(source, self._nodes)
        self._run: Callable[[dict[str, Any]], tuple[str, Context]] | None = None

    def __call__(self, values: Mapping[str, Any]) -> str:
        """The title on one line, at most `MAX_TITLE` characters.

        Raises:
            ExpressionError: If it cannot be computed.
        """
        return " ".join(self._text(values).split())[:MAX_TITLE]

    def _text(self, values: Mapping[str, Any]) -> str:
        if self._run is None:
            self._run = _runner(self.source)
        try:
            return self._run({name: values[name] for name in self.names})[0]
        except _FAILURES as error:
            raise ExpressionError(str(error)) from error


class Wording(Title):
    """A piece of wording with ``{{ }}`` and ``{% if %}`` in it; kept as it is when it has none."""

    _nodes = _WORDING_NODES

    def __call__(self, values: Mapping[str, Any]) -> str:
        """The text.

        Raises:
            ExpressionError: If it cannot be computed.
        """
        return self._text(values) if self.names else self.source


def _checked_names(
    source: str, allowed: tuple[type[nodes.Node], ...] = _ALLOWED_NODES
) -> tuple[str, ...]:
    try:
        tree = _ENVIRONMENT.parse(source)
    except TemplateError as error:
        message = f"“{source}”不是表达式：{error}"
        raise ExpressionError(message) from error
    for fault in _faults(tree, allowed):
        raise ExpressionError(fault)
    return tuple(sorted({node.name for node in tree.find_all(nodes.Name)}))


def _faults(tree: nodes.Template, allowed: tuple[type[nodes.Node], ...]) -> Iterator[str]:
    """What the tree uses that is not allowed."""
    for node in tree.find_all(nodes.Node):
        if isinstance(node, nodes.Filter) and node.name not in _ENVIRONMENT.filters:
            yield f"没有“{node.name}”这个过滤器。"
        elif isinstance(node, nodes.Test) and node.name not in _ENVIRONMENT.tests:
            yield f"没有“{node.name}”这个判断。"
        elif isinstance(node, nodes.Getattr) and node.attr.startswith("_"):
            yield f"不能使用“{node.attr}”。"
        elif not isinstance(node, allowed):
            yield f"表达式里不能使用 {type(node).__name__}。"


def _plain(result: Any) -> Any:
    """A result as templates may have it: no generators, no floats, nothing undefined.

    Raises:
        TypeError: If it is anything else.
    """
    if isinstance(result, float):
        return Decimal(str(result))
    if isinstance(result, dt.timedelta):
        return result.days
    if isinstance(result, str | int | Decimal | dt.date | dt.time) or result is None:
        return result
    if isinstance(result, Undefined) or not isinstance(result, Iterable):
        message = "结果不是文字、数字、日期或列表"
        raise TypeError(message)
    if isinstance(result, dict):
        return {str(key): _plain(value) for key, value in result.items()}
    return [item if isinstance(item, PhotoFile) else _plain(item) for item in result]
