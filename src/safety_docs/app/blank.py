"""The paper version of a form: printed to be filled in by hand, never filed.

What is known may be given and is printed; everything else is left blank. Switches count as on, so
that the paper has every section. Tables have the ready-made rows of the form, or as many empty rows
as its sample has filled ones.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from safety_docs.archive import NoCabinetError
from safety_docs.core.errors import ProblemsError
from safety_docs.documents import (
    FILTERS,
    MOMENTS,
    Blank,
    BlankRows,
    compile_template,
    render_blank,
)
from safety_docs.forms import FormError
from safety_docs.forms.clause_choice import ClauseChoice
from safety_docs.forms.expression import Expression, ExpressionError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from safety_docs.app.house import House
    from safety_docs.forms import FieldSpec, Form

LEAST_ROWS, MOST_ROWS = 5, 30
PHOTOS = 4
_MAX_BOXES_TEXT = 18
_WIDTHS = {"integer": 3, "decimal": 4, "id-number": 12, "reference": 12}
_LONG_TEXT = 40
_LINES = 4
_CHOICES = frozenset({"choice", "multi-choice"})
_COUNTS = frozenset({"integer", "decimal"})
_STANDING = frozenset({"text", "paragraph"})
"""Types whose default is wording of the form, not an answer."""


def print_blank(house: House, form: Form, raw: Mapping[str, object], *, base: Path) -> bytes:
    """Print a form to be filled in by hand.

    Args:
        house: The wired-up parts; facts of the school are printed if there is a cabinet.
        form: Which.
        raw: What is known already, by field name or label.
        base: Folder that relative photo paths start from.

    Returns:
        A file of the form's kind.

    Raises:
        ProblemsError: If something given does not fit the form; all is named.
    """
    return blank_document(form, raw, facts=_facts(house), base=base)


def blank_document(
    form: Form,
    raw: Mapping[str, object],
    *,
    facts: Mapping[str, object],
    base: Path | None = None,
) -> bytes:
    """The file; see `print_blank`.

    Raises:
        ProblemsError: If something given does not fit the form.
    """
    known = _known(form, raw, facts, base)
    template = compile_template(form.template_path, names=form.names)
    return render_blank(template, _values(form, known))


def _facts(house: House) -> Mapping[str, object]:
    try:
        return house.facts
    except NoCabinetError:
        return {}


def _known(
    form: Form, raw: Mapping[str, object], facts: Mapping[str, object], base: Path | None
) -> dict[str, Any]:
    """Checked values of what was given, facts of the school, and standing wording."""
    checker = form.checker
    given = checker.by_name(raw)
    common = checker.common(given, facts, base)
    labels = {field.shown_name for field in form.fields if field.name in given}
    problems = [
        *checker.unknown_keys(raw),
        *(problem for problem in common.problems if problem.column in labels),
    ]
    if problems:
        raise ProblemsError(problems)
    return {
        field.name: common.values[field.name]
        for field in form.fields
        if field.name in common.values
        and (field.name in given or field.type in _STANDING or facts.get(field.default_from or ""))
    }


def _values(form: Form, known: Mapping[str, Any]) -> dict[str, Any]:
    """A value for every name that the template may use."""
    filled = _rows_of_sample(form)
    values: dict[str, Any] = {
        field.name: known[field.name]
        if field.name in known
        else _blank_field(field, filled.get(field.name, 0))
        for field in form.fields
    }
    for item in form.derived:
        values[item.name] = _derived(item.value, values)
    for choice in (ClauseChoice(spec, form.sources.clauses()) for spec in form.clauses):
        values |= _clauses(choice, values, form)
    return {**values, "档号": "", "件号": ""}


def _rows_of_sample(form: Form) -> dict[str, int]:
    """How many rows each table of the sample has."""
    try:
        sample = form.checker.by_name(form.sample_input())
    except FormError:
        return {}
    return {name: len(rows) for name, rows in sample.items() if isinstance(rows, list)}


def _blank_field(field: FieldSpec, filled: int) -> Any:
    """What stands for a field of which nothing is known."""
    if field.type == "photos":
        return [_photo() for _ in range(min(field.max_rows or PHOTOS, PHOTOS))]
    if field.type != "table":
        return blank_of(field)
    if field.default:
        return list(_ready_made(field))
    most = field.max_rows or MOST_ROWS
    count = min(max(filled, LEAST_ROWS, field.min_rows or 0), most, MOST_ROWS)
    row = {column.name: blank_of(column, in_row=True) for column in field.columns}
    return BlankRows([row] * count, most)


def blank_of(field: FieldSpec, *, in_row: bool = False) -> Blank:
    """What stands for one value, with room after its type."""
    if field.type in MOMENTS:
        return Blank("words", words=MOMENTS[field.type], in_row=in_row)
    if field.type == "paragraph":
        return Blank("lines", 1 if in_row else _LINES, in_row=in_row)
    if field.type == "boolean":
        return Blank("boxes", words="☐ 是　☐ 否", in_row=in_row)
    boxes = FILTERS["勾选"](None, field.choices) if field.type in _CHOICES else ""
    if boxes and len(boxes) <= _MAX_BOXES_TEXT:
        return Blank("boxes", words=boxes, in_row=in_row)
    width = _WIDTHS.get(field.type, 12 if (field.max_length or 0) > _LONG_TEXT else 8)
    return Blank("number" if field.type in _COUNTS else "text", width, in_row=in_row)


def _photo() -> dict[str, Any]:
    moment = Blank("words", words=MOMENTS["datetime"])
    return {"文件": Blank("photo"), "说明": Blank(), "时间": moment, "地点": Blank(), "阶段": ""}


def _ready_made(field: FieldSpec) -> Iterator[dict[str, Any]]:
    """The default rows: what they ask is printed, what they answer is left blank."""
    rows: list[Mapping[str, Any]] = [
        {column.name: row.get(column.name, row.get(column.shown_name)) for column in field.columns}
        for row in field.default
    ]
    printed = {
        column.name
        for number, column in enumerate(field.columns)
        if _asks(column, [row[column.name] for row in rows], is_first=number == 0)
    }
    blanks = {column.name: blank_of(column, in_row=True) for column in field.columns}
    for row in rows:
        yield {
            name: row[name] if name in printed and row[name] is not None else blank
            for name, blank in blanks.items()
        }


def _asks(column: FieldSpec, values: list[Any], *, is_first: bool) -> bool:
    """Whether a column of the ready-made rows is a question: an answer is the same everywhere."""
    if column.type == "boolean" or (column.type in _COUNTS and 0 in values):
        return False
    return is_first or len(values) < 3 or len(set(map(str, values))) > 1


def _derived(source: str, values: Mapping[str, Any]) -> Any:
    """A computed value when everything in it is known."""
    expression = Expression(source)
    if not any(_is_blank(values.get(name)) for name in expression.names):
        try:
            return expression(values)
        except ExpressionError:
            pass
    return Blank("text", 4)


def _is_blank(value: Any) -> bool:
    if isinstance(value, dict):
        return any(map(_is_blank, value.values()))
    if isinstance(value, list):
        return isinstance(value, BlankRows) or any(map(_is_blank, value))
    return isinstance(value, Blank)


def _clauses(choice: ClauseChoice, values: Mapping[str, Any], form: Form) -> dict[str, Any]:
    """The duties of the posts that are known; lines to write duties on if none is."""
    switches = {field.name for field in form.fields if field.type == "boolean"}
    texts = {
        name: _as_text(value, is_switch=name in switches) for name, value in values.items()
    } | {name: _roles(values.get(name)) for name in choice.spec.roles_from}
    try:
        lists: dict[str, Any] = dict(choice(texts))
    except ExpressionError:
        lists = {}
    empty = {choice.spec.name: _empty_clauses(), choice.spec.tasks: _empty_tasks()}
    return {name: lists.get(name) or empty[name] for name in choice.names}


def _empty_clauses() -> list[dict[str, Any]]:
    """Numbered lines to write duties on."""
    room = {"主题": Blank(width=6), "条文": Blank(width=20), "编号": "", "依据": [], "版本": ""}
    return [{"序号": number, **room} for number in range(1, LEAST_ROWS + 1)]


def _empty_tasks() -> list[dict[str, Any]]:
    cell = Blank(in_row=True)
    return [{"工作": cell, "频次": cell, "记录": cell, "计划要求": False}] * LEAST_ROWS


def _as_text(value: Any, *, is_switch: bool) -> Any:
    """A value as the wording of clauses takes it: blanks as marks, switches on."""
    if not isinstance(value, Blank):
        return value
    return True if is_switch else str(value)


def _roles(value: Any) -> Any:
    return "" if isinstance(value, Blank) else value
