"""Check forms before anyone fills them in: shape, sample, template, wording, obligations, category.

The same wording check reads any finished document, for those whom the school writes by hand.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from safety_docs.app.scrutiny import SLIP_CODES, WORDING
from safety_docs.core.classification import Classification, UnknownCategoryError
from safety_docs.core.errors import ProblemsError, SafetyDocsError
from safety_docs.core.problem import Problem
from safety_docs.core.retention import Retention
from safety_docs.documents import compile_template
from safety_docs.forms import FormError, load_phrases
from safety_docs.index import extract_text, text_of_parts
from safety_docs.plan import load_plan

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from safety_docs.app.house import House
    from safety_docs.documents import CompiledTemplate
    from safety_docs.forms import Form, Phrases

PLAN = "plans/2022.toml"
CLASSIFICATION = "classification.toml"
_UNUSED = "T110"


@dataclass(frozen=True, slots=True)
class FormReport:
    """What was found in one form.

    Attributes:
        form: Its id.
        title: Its title; the id where the form cannot be loaded.
        problems: Errors and warnings.
    """

    form: str
    title: str
    problems: tuple[Problem, ...]

    @property
    def ok(self) -> bool:
        """Whether the form can be used as it is."""
        return not any(problem.severity == "error" for problem in self.problems)


class FormChecker:
    """Checks forms of one house against its plan, its classification and its list of wording."""

    def __init__(self, house: House) -> None:
        """Read what forms are checked against.

        Raises:
            SafetyDocsError: If the plan, the classification or the list of wording cannot be read.
        """
        self._library = house.library
        self._phrases: Phrases = load_phrases(house.template_file(WORDING))
        self._known = {one.id for one in load_plan(house.template_file(PLAN)).obligations}
        text = house.template_file(CLASSIFICATION).read_text("utf-8")
        self._scheme = Classification.from_toml(text)

    def check(self, form_id: str) -> FormReport:
        """Check the form with this id; a form that cannot be loaded is a finding, not an error."""
        try:
            form = self._library.form(form_id)
        except FormError as error:
            faults = tuple(Problem("F101", fault) for fault in error.faults)
            return FormReport(form_id, form_id, faults)
        problems = [*self._obligation_problems(form), *self._category_problems(form)]
        problems += [*self._slips(_own_words(form), "form.toml"), *self._print_problems(form)]
        return FormReport(form.id, form.title, tuple(dict.fromkeys(problems)))

    def check_file(self, path: Path) -> FormReport:
        """Check the wording of a finished document (.docx, .xlsx, .pdf, .txt)."""
        found = extract_text(path.read_bytes(), path.suffix.lower())
        if found.unreadable:
            problem = Problem("F101", f"读不出文字：{found.unreadable}。")
            return FormReport(str(path), path.name, (problem,))
        return FormReport(str(path), path.name, tuple(self._slips(found.text, None)))

    def _obligation_problems(self, form: Form) -> Iterator[Problem]:
        for one in form.obligations:
            if one not in self._known:
                yield Problem("F102", f"计划里没有“{one}”这一条要求。", column="obligations")
        if not form.obligations and not form.no_obligation:
            message = "没有写对应哪条要求；确实没有的，用 no_obligation 写明理由。"
            yield Problem("F103", message, column="obligations")

    def _category_problems(self, form: Form) -> Iterator[Problem]:
        try:
            category = self._scheme.category(form.category)
        except UnknownCategoryError as error:
            yield Problem("F104", error.message, column="category")
            return
        if not Retention.parse(form.retention).is_at_least(category.retention):
            message = f"“{form.retention}”短于“{category.name}”类的{category.retention}。"
            yield Problem("F104", message, column="retention")

    def _print_problems(self, form: Form) -> Iterator[Problem]:
        """Findings of the template's lint, of its words, and of the printed sample."""
        if not form.template_path.is_file():
            message = f"没有 {form.template_path.name}，请运行 safety-docs forms build。"
            yield Problem("F101", message)
            return
        try:
            template = compile_template(
                form.template_path, names=form.names, page_codes=form.page_codes
            )
            sample = form.sample()
            yield from (one for one in template.warnings if not _is_used_inside(one, form))
            yield from self._slips(_template_text(form), form.template_path.name)
            yield from self._slips(_printed_text(form, template, sample), "sample.toml")
        except ProblemsError as error:
            yield from error.problems
        except FormError as error:
            yield from (Problem("F101", fault) for fault in error.faults)
        except SafetyDocsError as error:
            yield Problem("F101", error.message)

    def _slips(self, text: str, place: str | None) -> Iterator[Problem]:
        for slip in self._phrases.slips(text):
            yield Problem(
                SLIP_CODES[slip.severity],
                slip.sentence,
                value=slip.around,
                place=place,
                severity=slip.severity,
            )


def _is_used_inside(problem: Problem, form: Form) -> bool:
    """Whether the lint misses a field that the form itself uses, or keeps without printing."""
    used = {*form.inner_names, *form.not_printed}
    return problem.code == _UNUSED and problem.column in used


def _own_words(form: Form) -> str:
    """Everything that ``form.toml`` makes people read."""
    spec: list[Any] = [form.title, form.purpose, form.frequency, form.no_obligation]
    spec += [field.model_dump(mode="json") for field in form.fields]
    spec += [rule.message for rule in form.rules]
    return json.dumps(spec, ensure_ascii=False, default=str)


def _template_text(form: Form) -> str:
    """Every word of the template, also where the sample's switches leave it out."""
    return extract_text(form.template_path.read_bytes(), f".{form.output}").text


def _printed_text(form: Form, template: CompiledTemplate, sample: dict[str, Any]) -> str:
    rendered = template.render_parts(sample)
    if form.output == "xlsx":
        return extract_text(rendered.data, ".xlsx").text
    return text_of_parts(rendered.parts)
