"""Loading ``form.toml``: everything that can be wrong with a form is found before it is used."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from safety_docs.core.page_code import CODED_PAGES, MAX_FORM
from safety_docs.core.retention import Retention, RetentionError
from safety_docs.forms.checking import Checker
from safety_docs.forms.clause_choice import ClauseChoice
from safety_docs.forms.clauses import ClauseLibrary
from safety_docs.forms.expression import Expression, ExpressionError, Title
from safety_docs.forms.kinds import reader_of
from safety_docs.forms.plain_text import RefusedError, is_empty, nearest
from safety_docs.forms.spec import read_spec

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    from safety_docs.forms.spec import FieldSpec, FormSpec

SYSTEM_NAMES = ("档号", "件号")
"""Values that filing adds to every document."""
OTHER_SIDE = "对方"
"""In the check of a link: the values of the record that is referred to."""
_RESERVED = frozenset(
    [
        "and",
        "or",
        "not",
        "in",
        "is",
        "if",
        "else",
        "elif",
        "for",
        "true",
        "false",
        "none",
        "True",
        "False",
        "None",
        "loop",
        "self",
        "super",
        "varargs",
        "kwargs",
        "caller",
        "namespace",
        "cycler",
        "joiner",
        "lipsum",
        "range",
        "dict",
    ]
)
_ROWS = frozenset({"table", "photos"})
_CHOICES = frozenset({"choice", "multi-choice"})
_TEXTS = frozenset({"text", "paragraph", "person", "reference"})
_NAMES_OF_SUBJECTS = frozenset({"text", "person", "choice"})
_BOUNDED = frozenset({"integer", "decimal", "date", "time", "datetime"})


@dataclass(frozen=True, slots=True)
class Parsed:
    """A form whose description is sound.

    Attributes:
        spec: The file's content.
        checker: Checks values against it.
        title: Makes the title of a record.
        links: Checks of links that have one, by the link's field.
    """

    spec: FormSpec
    checker: Checker
    title: Title
    links: Mapping[str, Expression]


def _no_clauses() -> ClauseLibrary:
    return ClauseLibrary(())


def parse_form(
    data: Mapping[str, Any], load_clauses: Callable[[], ClauseLibrary] = _no_clauses
) -> tuple[Parsed | None, list[str]]:
    """The form, or None and every fault found, one Chinese sentence each.

    Args:
        data: The content of ``form.toml`` with what it includes.
        load_clauses: Loads the clause library; called only if the form takes clauses.

    Raises:
        InputError: If the clause library cannot be read.
    """
    spec, faults = read_spec(data)
    if spec is None:
        return None, faults
    faults += _form_faults(spec)
    faults += _field_faults(spec.fields, SYSTEM_NAMES)
    known = {field.name for field in spec.fields}
    derived: dict[str, Expression] = {}
    for item in spec.derived:
        expression = _expression(item.value, known, f"推算项“{item.name}”", faults)
        if expression:
            derived[item.name] = expression
        faults += _name_faults(item.name, known | set(SYSTEM_NAMES))
        known.add(item.name)
    library = load_clauses() if spec.clauses else _no_clauses()
    choices = [ClauseChoice(one, library) for one in spec.clauses]
    for choice in choices:
        faults += _clause_faults(choice, spec, known)
        known.update(choice.names)
    rules = []
    for rule in spec.rules:
        expression = _expression(rule.check, known, f"规则“{rule.message}”", faults)
        if expression:
            rules.append((rule, expression))
        faults += [
            f"规则“{rule.message}”：没有“{one}”这一项。" for one in rule.fields if one not in known
        ]
    links = _links(spec, known, faults)
    title = _title(spec.record_title, known, faults)
    if faults or title is None:
        return None, faults
    return Parsed(spec, Checker(spec, derived, rules, choices), title, links), []


def _links(spec: FormSpec, known: set[str], faults: list[str]) -> dict[str, Expression]:
    """The checks of the form's links."""
    checks = {}
    types = {field.name: field.type for field in spec.fields}
    for link in spec.links:
        place = f"link“{link.field}”"
        if types.get(link.field) != "reference":
            faults.append(f"{place}：应是一个 reference 类型的字段。")
        if link.check is None:
            continue
        if not link.message:
            faults.append(f"{place}：有 check 就要有 message。")
        expression = _expression(link.check, {*known, OTHER_SIDE}, place, faults)
        if expression:
            checks[link.field] = expression
    return checks


def _clause_faults(choice: ClauseChoice, spec: FormSpec, known: set[str]) -> Iterator[str]:
    place = f"clauses“{choice.spec.name}”"
    by_name = {field.name: field for field in spec.fields}
    roles = list(choice.spec.roles)
    for name in choice.names:
        yield from _name_faults(name, {*known, *SYSTEM_NAMES})
    for name in choice.spec.roles_from:
        field = by_name.get(name)
        if field is None or field.type not in {"text", *_CHOICES}:
            yield f"{place}：roles_from 里的“{name}”应是文字或可选项的字段。"
        else:
            roles += field.choices
    yield from _role_faults(choice, roles, place)


def _role_faults(choice: ClauseChoice, roles: Sequence[str], place: str) -> Iterator[str]:
    for role in roles:
        try:
            choice.check_role(role)
        except RefusedError as refused:
            yield f"{place}：{refused.message}"


def _expression(
    source: str, known: Collection[str], place: str, faults: list[str]
) -> Expression | None:
    try:
        expression = Expression(source)
    except ExpressionError as error:
        faults.append(f"{place}：{error}")
        return None
    faults += _unknown_names(expression.names, known, place)
    return expression


def _title(source: str, known: Collection[str], faults: list[str]) -> Title | None:
    try:
        title = Title(source)
    except ExpressionError as error:
        faults.append(f"record_title：{error}")
        return None
    faults += _unknown_names(title.names, known, "record_title")
    return title


def _unknown_names(names: Sequence[str], known: Collection[str], place: str) -> list[str]:
    unknown = [name for name in names if name not in known]
    return [f"{place}：没有“{name}”这一项{_hint(name, known)}" for name in unknown]


def _hint(name: str, known: Collection[str]) -> str:
    near = nearest(name, sorted(known))
    return f"，是不是“{near}”？" if near else "。"


def _form_faults(spec: FormSpec) -> Iterator[str]:
    """What the form says of its fields, and its retention period."""
    by_name = {field.name: field for field in spec.fields}
    dated = by_name.get(spec.record_date)
    if dated is None or dated.type not in {"date", "datetime"} or not _is_always_filled(dated):
        yield f"record_date：“{spec.record_date}”应是一个必填的日期字段。"
    if spec.record_year is not None:
        year = by_name.get(spec.record_year)
        if (
            year is None
            or year.type not in {"integer", "date", "datetime"}
            or not _is_always_filled(year)
        ):
            yield f"record_year：“{spec.record_year}”应是一个必填的整数或日期字段。"
    yield from _subject_faults(spec, by_name)
    if (spec.output == "xlsx") != (spec.profile == "ledger"):
        yield "output 是 xlsx 时 profile 应是 ledger，其余的不能是 ledger。"
    if spec.page_codes:
        yield from _code_faults(spec)
    try:
        Retention.parse(spec.retention)
    except RetentionError as error:
        yield error.message


def _subject_faults(spec: FormSpec, by_name: Mapping[str, FieldSpec]) -> Iterator[str]:
    for name in spec.subject:
        field = by_name.get(name)
        if field is None or field.type not in _NAMES_OF_SUBJECTS or not _is_always_filled(field):
            yield f"subject：“{name}”应是一个必填的文字、人名或选项字段。"
    if spec.group is not None and spec.group not in spec.subject:
        yield f"group：“{spec.group}”应是 subject 里的一个字段。"
    replaces = by_name.get(spec.replaces) if spec.replaces else None
    if spec.replaces and (replaces is None or replaces.type != "reference"):
        yield f"replaces：“{spec.replaces}”应是一个 reference 类型的字段。"


def _code_faults(spec: FormSpec) -> Iterator[str]:
    """What stands in the way of codes on pages."""
    if spec.output != "docx" or len(spec.code) > MAX_FORM:
        yield f"page_codes：只有 docx 表单能印页码二维码，code 不超过 {MAX_FORM} 个字符。"
    if (spec.sample_pages or 1) > CODED_PAGES:
        yield f"page_codes：页码二维码只分得清 {CODED_PAGES} 页，请排在 {CODED_PAGES} 页以内。"


def _is_always_filled(field: FieldSpec) -> bool:
    return field.required or field.default is not None


def _field_faults(fields: Sequence[FieldSpec], taken: Collection[str]) -> Iterator[str]:
    names, labels = set(taken), set[str]()
    for field in fields:
        yield from _name_faults(field.name, names)
        if field.shown_name in labels:
            yield f"有两个字段都叫“{field.shown_name}”。"
        names.add(field.name)
        labels.add(field.shown_name)
        place = f"字段“{field.name}”"
        yield from (f"{place}：{fault}" for fault in _key_faults(field))
        yield from (f"{place}：{fault}" for fault in _value_faults(field))
        yield from (f"{place}：{fault}" for fault in _field_faults(field.columns, ()))


def _name_faults(name: str, taken: Collection[str]) -> Iterator[str]:
    if not name.isidentifier() or name.startswith("_") or name in _RESERVED:
        yield f"“{name}”不能作名称：只用汉字、字母和数字，不以数字开头。"
    if name in taken:
        yield f"“{name}”这个名称用了两次，或是系统保留的。"


def _key_faults(field: FieldSpec) -> Iterator[str]:
    """Keys that the field's type does not have, or needs."""
    allowed = {
        "choices": _CHOICES,
        "column": {"table"},
        "min_rows": _ROWS,
        "max_rows": _ROWS,
        "min_length": _TEXTS,
        "max_length": _TEXTS,
        "pattern": _TEXTS,
        "min": _BOUNDED,
        "max": _BOUNDED,
    }
    for key, types in allowed.items():
        value = getattr(field, "columns" if key == "column" else key)
        if value not in (None, ()) and field.type not in types:
            yield f"{field.type} 类型没有 {key} 这个键。"
    if field.type in _CHOICES and len(set(field.choices)) != max(len(field.choices), 1):
        yield "choices 是空的，或有重复。"
    if field.type == "table" and not field.columns:
        yield "表格至少要有一列（[[field.column]]）。"
    if any(column.type in _ROWS for column in field.columns):
        yield "表格的列不能是表格或照片。"


def _value_faults(field: FieldSpec) -> Iterator[str]:
    """The pattern compiles; default and example are values that the field itself accepts."""
    try:
        re.compile(field.pattern or "")
    except re.error as error:
        yield f"pattern 不是正则表达式（{error}）。"
        return
    if field.type in _ROWS:
        return
    for key in ("default", "example"):
        value = getattr(field, key)
        if is_empty(value):
            continue
        try:
            reader_of(field)(value)
        except RefusedError as refused:
            yield f"{key} 不合本字段的要求：{refused.message}"
        except TypeError:
            yield f"{key} 或 min、max 的类型与本字段不合。"
