"""The columns of the workbook to fill in: those of one form, or of several that share a roster.

Several forms share a roster when the post (岗位) of each person says which form a row is for. A
field that several of them have under one name is one column, with the choices of all of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from safety_docs.forms.describing import example_of, rule_text
from safety_docs.forms.posts import HEADINGS
from safety_docs.forms.spec import TYPE_NAMES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from safety_docs.forms.form import Form
    from safety_docs.forms.spec import FieldSpec

POST = HEADINGS[0]
"""Heading of the column that says which form a row is for."""
_FIRST = ("姓名", POST)
"""Names of the fields that stand first when several forms share a roster."""
_LISTED = frozenset({"table", "photos"})


@dataclass(frozen=True, slots=True)
class RosterColumn:
    """One column, or a table or photos of a form, which is explained but not part of a roster.

    Attributes:
        heading: As every form that reads it knows it.
        type: Of the values.
        choices: What may be chosen; empty if anything may be written.
        filled: Whether rows must fill it in: of all forms, of some, of none.
        must: The same in words, for people.
        rule: What a value must satisfy, in words.
        help: What it means, in words.
        examples: For the sample row of each form; empty where a form does not read it.
    """

    heading: str
    type: str
    choices: tuple[str, ...]
    filled: Literal["all", "some", "none"]
    must: str
    rule: str
    help: str
    examples: tuple[str, ...]

    @property
    def is_listed(self) -> bool:
        """Whether it is filled in elsewhere."""
        return self.type in _LISTED

    @property
    def example(self) -> str:
        """The first example."""
        return next((one for one in self.examples if one), "")

    @property
    def type_name(self) -> str:
        """Its type as a clerk reads it."""
        return TYPE_NAMES[self.type]


def columns_of(forms: Sequence[Form]) -> tuple[RosterColumn, ...]:
    """The columns of a roster for these forms.

    Of several forms the name and the post come first; then a column that a form has for itself
    follows the one that it follows in its form. What the post can be is what their `Form.roles`
    tell.
    """
    read: dict[str, dict[int, FieldSpec]] = {}
    names: list[str] = []
    for place, form in enumerate(forms):
        at = 0
        for field in form.fields:
            if field.name not in read:
                names.insert(at, field.name)
            at = names.index(field.name) + 1
            read.setdefault(field.name, {})[place] = field
    if len(forms) == 1:
        return tuple(_column(forms, read[name]) for name in names)
    first = [name for name in _FIRST if name in read or name == POST]
    return tuple(
        _post(forms, read.get(name, {})) if name == POST else _column(forms, read[name])
        for name in dict.fromkeys([*first, *names])
    )


def _column(forms: Sequence[Form], fields: Mapping[int, FieldSpec]) -> RosterColumn:
    all_fields = list(fields.values())
    first = all_fields[0]
    labels = {field.shown_name for field in all_fields}
    types = {field.type for field in all_fields}
    choices = [
        choice
        for field in all_fields
        for choice in (("是", "否") if field.type == "boolean" else field.choices)
    ]
    required = [place for place, field in fields.items() if field.required]
    left = [place for place in required if _is_left_to_rows(fields[place])]
    return RosterColumn(
        heading=labels.pop() if len(labels) == 1 else first.name,
        type=first.type if len(types) == 1 else "text",
        choices=tuple(dict.fromkeys(choices)) if len(types) == 1 else (),
        filled="none" if not left else "all" if len(left) == len(forms) else "some",
        must="" if not required else "必填" if len(required) == len(forms) else "有的必填",
        rule=_said(forms, {place: rule_text(field) for place, field in fields.items()}),
        help=_help(forms, fields, required),
        examples=tuple(
            example_of(fields[place].example) if place in fields else ""
            for place in range(len(forms))
        ),
    )


def _post(forms: Sequence[Form], fields: Mapping[int, FieldSpec]) -> RosterColumn:
    posts = [role for form in forms for role in form.roles]
    examples = [
        (example_of(fields[place].example) if place in fields else "") or form.roles[0]
        for place, form in enumerate(forms)
    ]
    return RosterColumn(
        heading=POST,
        type="choice",
        choices=tuple(dict.fromkeys(posts)),
        filled="all",
        must="必填",
        rule=_said(forms, {at: "、".join(form.roles) for at, form in enumerate(forms)}),
        help="签哪一种责任书，由岗位决定。",
        examples=tuple(examples),
    )


def _is_left_to_rows(field: FieldSpec) -> bool:
    """Whether nothing else fills the field in."""
    return field.required and field.default is None and field.default_from is None


def _help(forms: Sequence[Form], fields: Mapping[int, FieldSpec], required: Sequence[int]) -> str:
    is_listed = next(iter(fields.values())).type in _LISTED
    note = "不在名册里填，写在内容文件里。" if is_listed else ""
    words = note + _said(forms, {place: field.help for place, field in fields.items()})
    return "\n".join(filter(None, (_use(forms, fields, required), words)))


def _use(forms: Sequence[Form], fields: Mapping[int, FieldSpec], required: Sequence[int]) -> str:
    """Which of several forms read the column, and which of them require it; "" if all do."""
    must = f"{_titles(forms, required)}必填。" if 0 < len(required) < len(forms) else ""
    if len(fields) == len(forms):
        return must
    used = _titles(forms, fields)
    return f"用于{used}，必填。" if len(required) == len(fields) else f"用于{used}。{must}"


def _titles(forms: Sequence[Form], places: Iterable[int]) -> str:
    return "、".join(forms[place].title for place in places)


def _said(forms: Sequence[Form], texts: Mapping[int, str]) -> str:
    """What the forms say once if they say the same, else a line for each text, with its forms."""
    places: dict[str, list[int]] = {}
    for place, text in texts.items():
        places.setdefault(text, []).append(place)
    if len(places) == 1:
        return next(iter(places))
    return "\n".join(f"{_titles(forms, at)}：{text}" for text, at in places.items() if text)
