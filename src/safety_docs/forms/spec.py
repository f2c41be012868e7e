"""``form.toml`` as typed, frozen data: what the file may say, and what is wrong with it.

pydantic checks the shape of the file; what one entry means for another is checked in `form`.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictStr, StringConstraints, ValidationError

from safety_docs.forms.plain_text import nearest

if TYPE_CHECKING:
    from collections.abc import Mapping

FieldType = Literal[
    "text",
    "paragraph",
    "integer",
    "decimal",
    "date",
    "time",
    "datetime",
    "boolean",
    "choice",
    "multi-choice",
    "person",
    "phone",
    "id-number",
    "table",
    "photos",
    "reference",
]
TYPE_NAMES: Mapping[str, str] = {
    "text": "文字",
    "paragraph": "多行文字",
    "integer": "整数",
    "decimal": "数字",
    "date": "日期",
    "time": "时间",
    "datetime": "日期和时间",
    "boolean": "是/否",
    "choice": "选一项",
    "multi-choice": "可选多项",
    "person": "姓名",
    "phone": "电话",
    "id-number": "身份证号",
    "table": "表格",
    "photos": "照片",
    "reference": "档号或编号",
}
"""How a clerk reads a field type."""
FACTS = ("学校名称", "学校简称", "全宗号", "学段", "专人")
"""Facts of the cabinet that a field may ask for with ``default_from``."""
Bound = int | Decimal | dt.datetime | dt.date | dt.time
Line = Annotated[StrictStr, StringConstraints(min_length=1, max_length=500)]
Lines = Annotated[tuple[Line, ...], Field(strict=False)]
Expression = Annotated[StrictStr, StringConstraints(min_length=1, max_length=2_000)]
Length = Annotated[int, Field(ge=0, le=30_000)]
RowCount = Annotated[int, Field(ge=0, le=2_000)]


class _Table(BaseModel):
    """A table of the file: unknown keys are refused, nothing is converted, nothing changes."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class FieldSpec(_Table):
    """One field of a form, or one column of a table field; keys as in ``form.toml``."""

    name: Line
    label: StrictStr = ""
    type: FieldType
    required: bool = False
    unique: bool = False
    synonyms: Lines = ()
    help: StrictStr = ""
    example: Any = None
    default: Any = None
    default_from: Literal["学校名称", "学校简称", "全宗号", "学段", "专人"] | None = None
    min: Bound | None = None
    max: Bound | None = None
    min_length: Length | None = None
    max_length: Length | None = None
    pattern: Annotated[StrictStr, StringConstraints(max_length=200)] | None = None
    choices: Lines = ()
    min_rows: RowCount | None = None
    max_rows: RowCount | None = None
    columns: Annotated[tuple[FieldSpec, ...], Field(strict=False, alias="column")] = ()

    @property
    def shown_name(self) -> str:
        """The label, or the name where the file gives none."""
        return self.label or self.name


class DerivedSpec(_Table):
    """A value that is computed from checked values."""

    name: Line
    label: StrictStr = ""
    value: Expression


class RuleSpec(_Table):
    """A condition over several fields, and what to say when it does not hold."""

    check: Expression
    message: Line
    fields: Lines = ()


class LinkSpec(_Table):
    """A reference field that must hold the reference code of a filed record of a certain form.

    Attributes:
        field: The reference field; an empty one is not checked.
        form: Id of the form that the other record must be of.
        check: Expression over this record's values and ``对方``, the values of the other record's
            page; both sides are JSON, so dates and times are ISO 8601 text.
        message: What to say when it does not hold.
    """

    field: Line
    form: Annotated[StrictStr, StringConstraints(pattern=r"^[a-z0-9-]+/[a-z0-9-]+$")]
    check: Expression | None = None
    message: StrictStr = ""


class ClausesSpec(_Table):
    """Duties that are taken from the clause library.

    Attributes:
        name: Name of the list of clauses in templates.
        tasks: Name of the list of their periodic tasks, or empty.
        party: Whose duties.
        roles: Posts whose clauses are always taken.
        roles_from: Fields whose values are posts too.
    """

    name: Line
    tasks: StrictStr = ""
    party: Literal["甲方", "乙方"] = "乙方"
    roles: Lines = ()
    roles_from: Lines = ()


class FormSpec(_Table):
    """A whole ``form.toml``, with what it includes."""

    title: Line
    code: Annotated[StrictStr, StringConstraints(pattern=r"^[A-Z]{2}-[0-9A-Z]{2,6}$")]
    family: Line
    purpose: Line
    category: Annotated[StrictStr, StringConstraints(pattern=r"^[0-9]{2}$")]
    retention: Line
    output: Literal["docx", "xlsx"]
    profile: Literal["official", "letter", "form", "ledger"]
    record_title: Expression
    record_date: Line
    record_year: Line | None = None
    copies: Annotated[int, Field(ge=1, le=50)] = 1
    filled_by: Line
    signed_by: Lines = ()
    frequency: StrictStr = ""
    obligations: Lines = ()
    no_obligation: StrictStr = ""
    aliases: Lines = ()
    confidentiality: Literal["公开", "内部", "保密"] = "内部"
    default_off: StrictStr = ""
    page_codes: bool = False
    sample_pages: Annotated[int, Field(ge=1, le=200)] | None = None
    not_printed: Lines = ()
    subject: Lines = ()
    group: Line | None = None
    replaces: Line | None = None
    fields: Annotated[tuple[FieldSpec, ...], Field(strict=False, alias="field", min_length=1)]
    derived: Annotated[tuple[DerivedSpec, ...], Field(strict=False)] = ()
    rules: Annotated[tuple[RuleSpec, ...], Field(strict=False, alias="rule")] = ()
    links: Annotated[tuple[LinkSpec, ...], Field(strict=False, alias="link")] = ()
    clauses: Annotated[tuple[ClausesSpec, ...], Field(strict=False)] = ()


def read_spec(data: Mapping[str, Any]) -> tuple[FormSpec | None, list[str]]:
    """The typed file, or None and one Chinese sentence for every fault of its shape."""
    try:
        return FormSpec.model_validate(data), []
    except ValidationError as error:
        return None, [_sentence(dict(fault), data) for fault in error.errors(include_url=False)]


def _sentence(fault: Mapping[str, Any], data: Mapping[str, Any]) -> str:
    place = _place(fault["loc"], data)
    if fault["type"] == "extra_forbidden":
        key = str(fault["loc"][-1])
        near = nearest(key, _KEYS)
        return f"{place}：不认识这个键" + (f"，是不是“{near}”？" if near else "。")
    if fault["type"] == "missing":
        return f"{place}：缺少这个键。"
    return f"{place}：写法不对（{fault['msg']}）。"


_KEYS = sorted(
    {
        info.alias or key
        for model in (FieldSpec, DerivedSpec, RuleSpec, LinkSpec, ClausesSpec, FormSpec)
        for key, info in model.model_fields.items()
    }
)


def _place(location: tuple[int | str, ...], data: Any) -> str:
    """The way to a fault, tables named by their ``name`` where they have one."""
    words = []
    for step in location:
        if isinstance(data, dict):
            data = data.get(str(step))
        elif isinstance(data, list) and isinstance(step, int) and step < len(data):
            data = data[step]
        else:
            data = None
        name = data.get("name") if isinstance(data, dict) else None
        words.append(
            f"“{name}”" if name else f"第 {step + 1} 个" if isinstance(step, int) else step
        )
    return " ".join(words)
