"""Tags in worksheet cells: `{{ 表达式 }}`, text with tags, and the row marker.

The language, its checks and its sandbox are those of the Word templates (`tags`, `grammar`,
`sandbox`). A cell that holds one `{{ … }}` and nothing else takes the value with its type: a date
stays a date. Tags within text become text. A row is repeated when one of its cells begins with
`{%tr for 行 in 隐患 %}`. After that may stand `{% set 名 = 表达式 %}`, names for the cells of the
row. There is no endfor: the marker governs its own row. `loop.index` counts rows from 1.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import jinja2

from safety_docs.documents import tags as typed
from safety_docs.documents.grammar import check_tag, names_set, names_used
from safety_docs.documents.sandbox import make_sandbox
from safety_docs.documents.tags import Slip

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from safety_docs.documents.sandbox import Sandbox

_FOR = re.compile(r"for (\w+) in (.+)", re.DOTALL)
_SET = re.compile(r"set (\w+) ?= ?(.+)", re.DOTALL)
_PLAIN = re.compile(r"(\w+)\.(\w+)")
_NO_NAMES: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Formula:
    """Compiled text of a cell.

    Attributes:
        source: As typed.
        names: Names that it reads.
        evaluate: From names to a value; a missing name raises `jinja2.UndefinedError`.
    """

    source: str
    names: frozenset[str]
    evaluate: Callable[[Mapping[str, Any]], Any]


@dataclass(frozen=True, slots=True)
class RowMarker:
    """What a `{%tr for … %}` cell says about its row.

    Attributes:
        variable: Name of one row.
        rows: The iterable.
        lets: Names computed for each row, in order.
    """

    variable: str
    rows: Formula
    lets: tuple[tuple[str, Formula], ...]


@dataclass(frozen=True, slots=True)
class CellText:
    """The text of one cell, understood.

    Attributes:
        marker: Of the row, if the cell begins with one.
        formula: What fills the cell, None when nothing does.
        slips: What is wrong; if anything is, `marker` and `formula` are None.
    """

    marker: RowMarker | None = None
    formula: Formula | None = None
    slips: tuple[Slip, ...] = ()


def parse_cell(text: str) -> CellText:
    """Understand the text of one cell that has tags."""
    found, slips = typed.scan(text)
    checked = [check_tag(tag) for tag in found]
    slips += tuple(slip for _, more in checked for slip in more)
    head = _marker_length(text, found)
    slips += tuple(_misplaced(tag) for tag in found[head:] if tag.level)
    if slips:
        return CellText(slips=slips)
    names = {tag.start: _names(tree) for tag, (tree, _) in zip(found, checked, strict=True)}
    marker = _marker(found[:head], names) if head else None
    rest = text[found[head - 1].end :] if head else text
    return _with_formula(marker, rest, found[head:], names)


def _marker_length(text: str, found: Sequence[typed.Tag]) -> int:
    """How many tags at the beginning belong to the row marker."""
    first = found[0] if found else None
    if (
        first is None
        or first.level != "tr"
        or first.keyword != "for"
        or text[: first.start].strip()
    ):
        return 0
    count = 1
    while count < len(found) and found[count].keyword == "set" and not found[count].level:
        count += 1
    return count


def _misplaced(tag: typed.Tag) -> Slip:
    if tag.level == "tr" and tag.keyword == "endfor":
        return Slip("T105", "表格里不用写“{%tr endfor %}”：行标签只管它所在的一行，请删去。")
    return Slip("T105", f"标签“{tag.raw}”应写在单元格的最前面，格式为“{{%tr for 行 in 表 %}}”。")


def _names(tree: jinja2.nodes.Template | None) -> frozenset[str]:
    return frozenset(names_used(tree) - names_set(tree)) if tree else _NO_NAMES


def _marker(found: Sequence[typed.Tag], names: Mapping[int, frozenset[str]]) -> RowMarker | None:
    loop = _FOR.fullmatch(found[0].body)
    if loop is None:
        return None
    lets = []
    for tag in found[1:]:
        let = _SET.fullmatch(tag.body)
        if let is not None:
            lets.append((let[1], _expression(let[2], tag.raw, names[tag.start])))
    rows = _expression(loop[2], found[0].raw, names[found[0].start])
    return RowMarker(loop[1], rows, tuple(lets))


def _with_formula(
    marker: RowMarker | None,
    rest: str,
    found: Sequence[typed.Tag],
    names: Mapping[int, frozenset[str]],
) -> CellText:
    used = _NO_NAMES.union(*(names[tag.start] for tag in found))
    if len(found) == 1 and found[0].opener == "{{" and rest.strip() == found[0].raw:
        return CellText(marker, _expression(found[0].body, rest, used))
    try:
        template = _environment().from_string(rest)
    except jinja2.TemplateSyntaxError:
        return CellText(slips=(Slip("T103", f"“{rest}”里的 if、for 没有配对的结尾。"),))
    if not found and not rest:
        return CellText(marker)
    return CellText(marker, Formula(rest, used, template.render))


def _expression(source: str, whole: str, names: frozenset[str]) -> Formula:
    compiled = _environment().compile_expression(source, undefined_to_none=False)
    plain = _PLAIN.fullmatch(source.strip())
    outer, inner = (plain[1], plain[2]) if plain else ("", "")

    def evaluate(values: Mapping[str, Any]) -> Any:
        row = values.get(outer) if outer else None
        if type(row) is dict and inner in row:  # most cells: spares a Jinja context for each
            return row[inner]
        value = compiled(values)
        if isinstance(value, jinja2.Undefined):
            str(value)  # a strict undefined raises, and says what is missing
        return value

    return Formula(whole.strip(), names, evaluate)


@functools.cache
def _environment() -> Sandbox:
    """One for all workbooks; nothing in it changes after this."""
    sandbox = make_sandbox()
    sandbox.autoescape = False  # cells are not markup: openpyxl escapes when it writes
    sandbox.undefined = jinja2.StrictUndefined
    sandbox.keep_trailing_newline = True
    return sandbox
