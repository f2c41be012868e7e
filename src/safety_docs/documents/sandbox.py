"""The one environment that templates run in: sandboxed, escaping, bounded.

What a template may say is checked on its syntax tree beforehand (`grammar`); what it may *do* is
bounded here: only listed filters and tests exist, text cannot be multiplied, and no filter may be
given a large number or make a long text. Time is bounded only by the size of the template and of
the values (docs: render templates of strangers in a process with limits).
"""

from __future__ import annotations

import datetime as dt
import functools
import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from jinja2 import Undefined
from jinja2.exceptions import SecurityError
from jinja2.filters import FILTERS as JINJA_FILTERS
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.tests import TESTS as JINJA_TESTS
from markupsafe import Markup, escape

from safety_docs.core.photo import PhotoFile
from safety_docs.documents.blank import Blank, BlankRows, shaped
from safety_docs.documents.filters import ACCEPT_MISSING, FILTERS
from safety_docs.documents.missing import Missing, current

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from jinja2.runtime import Context

MAX_TEXT = 1_000_000
MAX_NUMBER = 10_000
MAX_OPERAND = 10**18

_FILTERS = (
    "abs batch capitalize count d default dictsort e escape first float groupby int items join "
    "last length list lower map max min reject rejectattr reverse round select selectattr slice "
    "sort string sum title trim truncate unique upper wordcount"
)
_TESTS = (
    "boolean defined divisibleby eq equalto even false float ge greaterthan gt in integer iterable "
    "le lessthan lower lt mapping ne none number odd sameas sequence string true undefined upper "
    "!= < <= == > >="
)
BUILTIN_FILTERS = frozenset(_FILTERS.split())
_SIZED = frozenset({"batch", "slice", "round", "truncate"})
BUILTIN_TESTS = frozenset(_TESTS.split())
FILTER_NAMES = BUILTIN_FILTERS | FILTERS.keys() | {"replace", "图片"}
FORBIDDEN_FILTERS = frozenset(JINJA_FILTERS) - FILTER_NAMES


class Sandbox(ImmutableSandboxedEnvironment):
    """Jinja with nothing in it but what a form needs."""

    intercepted_binops = frozenset({"*", "+", "%", "**"})

    def getattr(self, obj: Any, attribute: str) -> Any:
        """``行.姓名``: what Jinja gives, found at once where it is a key of a plain row."""
        if type(obj) is dict and attribute in obj and not hasattr(dict, attribute):
            return obj[attribute]
        return super().getattr(obj, attribute)

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """Bounded arithmetic.

        Raises:
            SecurityError: If text or lists are multiplied, or numbers are huge.
        """
        sides = (left, right)
        if operator == "**" or (operator != "+" and _has_sequence(*sides)):
            msg = "文字和清单不能相乘"
            raise SecurityError(msg)
        if any(isinstance(side, int) and abs(side) > MAX_OPERAND for side in sides):
            msg = "数字太大"
            raise SecurityError(msg)
        if operator == "+" and _has_sequence(*sides) and sum(map(_length, sides)) > MAX_TEXT:
            msg = "文字太长"
            raise SecurityError(msg)
        return super().call_binop(context, operator, left, right)


def _has_sequence(*sides: object) -> bool:
    return any(isinstance(side, str | list | tuple | dict) for side in sides)


def _length(value: object) -> int:
    return len(value) if isinstance(value, str | list | tuple | dict) else 0


def make_sandbox(
    more_filters: Mapping[str, Callable[..., Any]] | None = None, kind: type[Sandbox] = Sandbox
) -> Sandbox:
    """A new environment; it is immutable once a template was compiled with it."""
    sandbox = kind(autoescape=True, undefined=Missing, finalize=printable)
    builtins = {name: JINJA_FILTERS[name] for name in BUILTIN_FILTERS}
    named = builtins | FILTERS | {"replace": replace}
    sandbox.filters = {name: _bounded(name, function) for name, function in named.items()}
    sandbox.filters.update(more_filters or {})
    sandbox.tests = {name: JINJA_TESTS[name] for name in BUILTIN_TESTS}
    sandbox.globals = {"range": bounded_range, "_lines": _lines, "_run": _run}
    sandbox.globals |= {"_span": _span, "_fill": _fill, "_attribute": _attribute}
    return sandbox


def printable(value: Any) -> Any:
    """What is printed for a value: nothing for None, 是 or 否 for a boolean.

    Raises:
        TypeError: If a list or a table is printed as a whole, or something that is no value.
    """
    kind = type(value)
    if kind is str or kind is Markup or kind is Blank:
        return value
    if value is None:
        return ""
    if kind is bool:
        return "是" if value else "否"
    if kind is Decimal:
        return format(value, "f")
    if kind in _PRINTED or isinstance(value, Undefined) or kind.__module__ == "docxtpl.subdoc":
        return value
    raise TypeError(_NOT_PRINTED.get(kind, "这里不是可以打印的值"))


def replace(text: object, old: str, new: str) -> str:
    """All of `old` in `text` replaced by `new`, in bounded space."""
    source = str(text)
    if len(source) + source.count(old) * len(new) > MAX_TEXT:
        msg = "文字太长"
        raise SecurityError(msg)
    return source.replace(old, new)


def bounded_range(*bounds: int) -> range:
    """`range` that is counted against the budget of the document.

    Raises:
        SecurityError: If the budget is used up.
    """
    turns = range(*bounds)
    current.get().spend(max(len(turns), 1))
    return turns


def _is_huge(value: object) -> bool:
    return isinstance(value, int) and abs(value) > MAX_NUMBER


def _bounded(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """The filter with its arguments and its result checked."""
    takes_missing = name in ACCEPT_MISSING or name not in FILTERS
    apply = shaped(name, function)

    @functools.wraps(function)
    def checked(*args: Any, **kwargs: Any) -> Any:
        if name in _SIZED and any(map(_is_huge, (*args[1:], *kwargs.values()))):
            msg = f"“{name}”的参数太大"
            raise SecurityError(msg)
        if not takes_missing and isinstance(args[0], Undefined):
            return str(args[0])
        result = apply(*args, **kwargs)
        if isinstance(result, str) and len(result) > MAX_TEXT:
            msg = "文字太长"
            raise SecurityError(msg)
        return result

    return checked


_PLAIN: frozenset[type] = frozenset(
    {str, int, float, bool, type(None), Decimal, dt.date, dt.time, dt.datetime}
)
_TEXT = frozenset({str})
_PRINTED = _PLAIN | {PhotoFile}
_LIST = "这里是一张清单，不能整个打印，请逐项循环，或用“顿号”连起来"
_NOT_PRINTED: dict[type, str] = {list: _LIST, tuple: _LIST, dict: _LIST}


def foreign_values(values: Mapping[str, Any], allowed: frozenset[type]) -> list[str]:
    """Names of the values that are, or hold, anything but plain data.

    A live object would be at the template's mercy: its methods could be called, its ``__html__``
    would not be escaped.
    """
    atoms = _PLAIN | allowed | {Blank}
    return [
        name
        for name, value in values.items()
        if type(value) not in atoms and not _is_plain(value, atoms)
    ]


def _is_plain(value: Any, atoms: frozenset[type]) -> bool:
    """Whether a value whose own type is no atom consists of atoms; a letter holds hundreds."""
    kind = type(value)
    if kind is dict:
        if not _TEXT.issuperset(map(type, value)):
            return False
        items = value.values()
    elif kind is list or kind is tuple or kind is BlankRows:
        items = value
    else:
        return is_rich_text(value)
    for item in items:  # noqa: SIM110 - all() takes twice as long, a tenth of a whole letter
        if type(item) not in atoms and not _is_plain(item, atoms):
            return False
    return True


def _lines(text: object) -> list[str]:
    """Lines of a text, at least one, so that a table cell keeps a paragraph."""
    return str(text).split("\n")


def _attribute(value: object) -> object:
    """What stands for a value inside an XML attribute, where a bare line break would be lost."""
    shown = printable(value)
    text = str(escape(shown))
    if not any(raw in text for raw in "\n\t\r"):
        return shown
    for raw, safe in (("\n", "&#10;"), ("\t", "&#9;"), ("\r", "&#13;")):
        text = text.replace(raw, safe)
    return Markup(text)  # noqa: S704 - escaped above


def _run(value: object) -> Markup:
    """What stands for ``{{r value }}``: docxtpl's rich text as it is, anything else as a run."""
    if is_rich_text(value):
        markup = str(value)
        if "r:id=" in markup:
            msg = "富文本里不能有链接"
            raise ValueError(msg)
        return Markup(markup)  # noqa: S704 - the caller's markup, its words escaped by docxtpl
    return Markup('<w:r><w:t xml:space="preserve">{}</w:t></w:r>').format(printable(value))


def is_rich_text(value: object) -> bool:
    """Whether a value is docxtpl's RichText or Listing; docxtpl itself need not be loaded."""
    return type(value).__module__ == "docxtpl.richtext"


def _span(value: object) -> int:
    """A number of columns.

    Raises:
        ValueError: If it is not 1 to 63, the columns that Word allows.
    """
    if not isinstance(value, int) or not 1 <= value <= 63:
        msg = f"“{value}”不是 1 到 63 的列数"
        raise ValueError(msg)
    return value


def _fill(value: object) -> str:
    """A colour: six hexadecimal digits or auto.

    Raises:
        ValueError: If it is none.
    """
    text = str(value).removeprefix("#")
    if text != "auto" and not re.fullmatch("[0-9A-Fa-f]{6}", text):
        msg = f"“{text}”不是颜色，应为六位十六进制数"
        raise ValueError(msg)
    return text
