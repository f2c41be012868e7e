"""A form: the single description of what is filled in, checked, printed and filed.

A form folder holds ``form.toml``, the wording (``text.md`` or ``sheets.toml``), the template and
``sample.toml``. A `Form` never changes after loading. Several folders can stand behind one form: a
district's own folder overrides the shipped one file by file.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from safety_docs.core.photo import PhotoFile
from safety_docs.core.problem import Problem
from safety_docs.core.record import CONFIDENTIAL
from safety_docs.core.retention import Retention
from safety_docs.core.school_year import school_year
from safety_docs.forms.clauses import recorded
from safety_docs.forms.describing import example_of, rule_text
from safety_docs.forms.errors import FormError, InputError
from safety_docs.forms.expression import ExpressionError
from safety_docs.forms.parsing import OTHER_SIDE, SYSTEM_NAMES, parse_form
from safety_docs.forms.sources import Sources, merged
from safety_docs.forms.spec import TYPE_NAMES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from safety_docs.forms.checking import Checked, Checker
    from safety_docs.forms.expression import Expression, Title
    from safety_docs.forms.spec import ClausesSpec, DerivedSpec, FieldSpec, LinkSpec, RuleSpec

SAMPLE_FACTS = {
    "学校名称": "示范学校",
    "学校简称": "示范",
    "全宗号": "Z109",
    "学段": "小学",
    "专人": "李某某",
}
"""Facts of the fictional school that samples belong to."""


class SchemaRow(NamedTuple):
    """One field as documentation shows it, all text in Chinese.

    Attributes:
        name: As in templates and input files.
        label: As printed.
        kind: The type.
        required: 必填, or empty.
        rule: What a value must satisfy.
        help: What to fill in.
        example: As a clerk would type it.
    """

    name: str
    label: str
    kind: str
    required: str
    rule: str
    help: str
    example: str


@dataclass(frozen=True)
class Form:
    """One form, ready to check input; made by `load_form`.

    Attributes:
        id: ``<family>/<form>``, the folder's place in the library.
        sources: Where its files lie.
        fields: In the order of the form.
        derived: Computed values, each may use those before it.
        no_obligation: Why it serves no obligation, if it serves none.
        confidentiality: 公开, 内部 or 保密; the text of 保密 records stays out of the index.
        default_off: Why the form is out of use unless asked for, or empty.
        page_codes: Whether each page of a filed document carries a code, so that signed copies can
            be told apart when they come back.
        sample_pages: Pages of its printed sample.
        not_printed: Fields, or columns as ``表.列``, that are kept but not printed.
        subject: Fields that tell whom or what a letter is for, so that a changed row of a roster
            finds the letter it replaces; empty if that is not asked for.
        group: The one of `subject` by which letters are handed out, such as the class; or None.
        replaces: The reference field that holds the code of the letter that this one replaces.
        record_date: Name of the field that dates the record.
        record_year: Name of the field that gives the archival year, or None for `record_date`.
    """

    id: str
    sources: Sources
    title: str
    code: str
    family: str
    purpose: str
    category: str
    retention: str
    output: str
    profile: str
    copies: int
    filled_by: str
    signed_by: tuple[str, ...]
    frequency: str
    obligations: tuple[str, ...]
    no_obligation: str
    aliases: tuple[str, ...]
    confidentiality: str
    default_off: str
    page_codes: bool
    sample_pages: int | None
    not_printed: tuple[str, ...]
    subject: tuple[str, ...]
    group: str | None
    replaces: str | None
    fields: tuple[FieldSpec, ...]
    derived: tuple[DerivedSpec, ...]
    rules: tuple[RuleSpec, ...]
    links: tuple[LinkSpec, ...]
    clauses: tuple[ClausesSpec, ...]
    record_date: str
    record_year: str | None
    checker: Checker
    title_source: Title
    link_checks: Mapping[str, Expression]

    @property
    def folder(self) -> Path:
        """The folder whose ``form.toml`` counts."""
        return self.file("form.toml").parent

    @property
    def template_path(self) -> Path:
        """The Word or Excel template that counts; it may not exist before it is built."""
        return self.file(f"template.{self.output}")

    @cached_property
    def names(self) -> tuple[str, ...]:
        """All names that a template may use."""
        return (
            *(field.name for field in self.fields),
            *(item.name for item in self.derived),
            *(name for item in self.clauses for name in (item.name, item.tasks) if name),
            *SYSTEM_NAMES,
        )

    @property
    def inner_names(self) -> frozenset[str]:
        """Names that the form itself uses, so that a template need not."""
        links = (name for check in self.link_checks.values() for name in check.names)
        kept = (self.record_date, *([self.record_year] if self.record_year else ()))
        return self.checker.inner_names.union(self.title_source.names, links, kept)

    @cached_property
    def roles(self) -> tuple[str, ...]:
        """Posts of the people whom this form is for, as its clauses tell; empty if they do not."""
        own = [item for item in self.clauses if item.party != "甲方"]
        roles = [role for item in own for role in item.roles]
        names = {name for item in own for name in item.roles_from}
        for one in self.fields:
            if one.name in names and one.type == "choice":
                roles += one.choices
        return tuple(dict.fromkeys(roles))

    @property
    def is_confidential(self) -> bool:
        """Whether text and people of its records stay out of indexes."""
        return self.confidentiality == CONFIDENTIAL

    def file(self, name: str) -> Path:
        """One of the form's files, from the last root that has it.

        If none has it: where it would be in the first root.
        """
        return self.sources.file(name)

    def wording(self) -> str:
        """``text.md`` or ``sheets.toml``, which the template is built from, with quoted texts.

        Raises:
            InputError: If a shared text that it quotes cannot be used.
        """
        return self.sources.wording("sheets.toml" if self.output == "xlsx" else "text.md")

    def check(
        self,
        raw: Mapping[str, object],
        *,
        given: Mapping[str, object] | None = None,
        base: Path | None = None,
    ) -> Checked:
        """Check what was filled in; bad data gives problems, never an exception.

        Args:
            raw: Values by field name or label.
            given: Facts of the cabinet for fields that ask for them by ``default_from``, and values
                by field name or label; both only fill what `raw` leaves empty.
            base: Folder that relative photo paths start from.
        """
        facts = given or {}
        common = self.checker.common(self.checker.by_name(facts), facts, base)
        checked = self.checker.check(self.checker.by_name(raw), common, base=base)
        return checked.with_problems((*self.checker.unknown_keys(raw), *common.problems))

    def sample(self) -> dict[str, Any]:
        """The values of ``sample.toml``, checked, with derived values and an example code.

        Raises:
            FormError: If the sample does not pass the form's own check.
        """
        base = self.file("sample.toml").parent
        checked = self.check(self.sample_input(), given=SAMPLE_FACTS, base=base)
        if checked.values is None:
            raise FormError(self.id, [f"样例：{problem}" for problem in checked.problems])
        retention = Retention.parse(self.retention).code
        year = self.year_of(checked.values)
        code = f"Z109-WS·{year}-{retention}-A{self.category}-0001"
        return {**checked.values, "档号": code, "件号": "0001"}

    def sample_input(self) -> dict[str, Any]:
        """``sample.toml`` with what it includes, as a clerk would write it in one file.

        Raises:
            FormError: If the sample cannot be read.
        """
        try:
            own = self.sources.read("sample.toml")
            parts = [*self.sources.included(own), own]
        except InputError as error:
            raise FormError(self.id, [error.message]) from error
        return {key: value for part in parts for key, value in part.items()}

    def title_of(self, values: Mapping[str, Any]) -> str:
        """The title of the record that `values` make; the form's own title if it were empty.

        Raises:
            ExpressionError: If `values` were not checked by this form.
        """
        return self.title_source(values) or self.title

    def date_of(self, values: Mapping[str, Any]) -> dt.date:
        """The date of the record."""
        return _as_date(values[self.record_date])

    def year_of(self, values: Mapping[str, Any]) -> int:
        """The archival year (年度) of the record."""
        value = values[self.record_year or self.record_date]
        return value if isinstance(value, int) else _as_date(value).year

    def people_of(self, values: Mapping[str, Any]) -> tuple[str, ...]:
        """Everyone whom a person field names, in the order of the form, each once."""
        return tuple(dict.fromkeys(name for name in self._people(values) if name))

    def _people(self, values: Mapping[str, Any]) -> Iterator[str]:
        for field in self.fields:
            if field.type == "person":
                yield values[field.name]
            for column in field.columns:
                if column.type == "person":
                    yield from (row[column.name] for row in values[field.name])

    def subject_of(self, values: Mapping[str, Any]) -> tuple[str, ...]:
        """Scope (form and school year), then the names; empty if the form tells no subject.

        The group comes first, so that a class lies together wherever subjects are sorted.
        """
        if not self.subject:
            return ()
        first, second = school_year(self.date_of(values))
        fields = sorted(self.subject, key=lambda name: name != self.group)
        names = (str(values[name]) for name in fields)
        return (f"{self.id} {first}-{second}", *names)

    def photos_of(self, values: Mapping[str, Any]) -> tuple[PhotoFile, ...]:
        """All photos, in the order of the form."""
        rows = [
            row for field in self.fields if field.type == "photos" for row in values[field.name]
        ]
        return tuple(row["文件"] for row in rows)

    def to_json(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Fields and derived values in JSON types: the page's values, and what tells pages apart.

        Dates and times are ISO 8601, exact numbers are text, a photo is its file name, a clause is
        its id and version; periodic tasks follow from the clauses and are left out.
        """
        names = [one.name for one in self.fields] + [one.name for one in self.derived]
        plain = {name: _json(values[name]) for name in names}
        return plain | {item.name: recorded(values[item.name]) for item in self.clauses}

    def link_problem(
        self, link: LinkSpec, values: Mapping[str, Any], other: Mapping[str, Any] | None
    ) -> Problem | None:
        """What is wrong with a reference to another record (D225).

        Args:
            link: One of the form's links.
            values: Checked values of this form.
            other: JSON values of the page that the reference code names, None if there is no such
                record of the linked form.
        """
        label = next(field.shown_name for field in self.fields if field.name == link.field)
        if other is None:
            message = "专柜里没有这个档号，或它不是应引用的那种表单。"
        elif self._agrees(link, {**self.to_json(values), OTHER_SIDE: other}):
            return None
        else:
            message = link.message
        return Problem("D225", message, column=label, value=values[link.field])

    def _agrees(self, link: LinkSpec, both: Mapping[str, Any]) -> bool:
        try:
            return link.check is None or bool(self.link_checks[link.field](both))
        except ExpressionError:  # the other record lacks what is compared
            return False

    def schema_rows(self) -> tuple[SchemaRow, ...]:
        """One row for each field, and after a table one for each of its columns."""
        return tuple(row for field in self.fields for row in _rows_of(field))


def load_form(folder: Path) -> Form:
    """Load the form in `folder`, ``<root>/<family>/<form>``.

    Raises:
        FormError: If ``form.toml`` is missing or has faults; all are named.
    """
    resolved = folder.resolve()
    return load_from((resolved.parents[1],), f"{resolved.parent.name}/{resolved.name}")


def load_from(roots: Sequence[Path], form_id: str) -> Form:
    """Load a form whose files lie in several roots, later ones overriding earlier ones.

    Raises:
        FormError: If its ``form.toml`` is missing or has faults; all are named.
    """
    sources = Sources(tuple(roots), form_id)
    if not sources.has("form.toml"):
        raise FormError(form_id, [f"“{sources.file('form.toml').parent}”里没有 form.toml。"])
    try:
        own = sources.read("form.toml")
        data = merged(sources.included(own), own)
        parsed, faults = parse_form(data, sources.clauses)
    except InputError as error:
        raise FormError(form_id, [error.message]) from error
    if parsed is None:
        raise FormError(form_id, faults)
    spec = parsed.spec
    shared = {
        key: getattr(spec, key)
        for key in type(spec).model_fields
        if key in Form.__dataclass_fields__
    }
    return Form(
        id=form_id,
        sources=sources,
        checker=parsed.checker,
        title_source=parsed.title,
        link_checks=parsed.links,
        **shared,
    )


def _as_date(value: dt.date) -> dt.date:
    return value.date() if isinstance(value, dt.datetime) else value


def _json(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _json(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_json(item) for item in value]
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal | PhotoFile) else value


def _rows_of(field: FieldSpec, prefix: str = "") -> Iterator[SchemaRow]:
    yield SchemaRow(
        name=prefix + field.name,
        label=prefix + field.shown_name,
        kind=TYPE_NAMES[field.type],
        required="必填" if field.required else "",
        rule=rule_text(field),
        help=field.help,
        example=example_of(field.example),
    )
    for column in field.columns:
        yield from _rows_of(column, f"{prefix}{field.name}.")
