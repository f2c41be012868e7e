"""Every demand of the plan has a form that evidences it, and every form serves one or says why."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.forms_library.conftest import TEMPLATES

from safety_docs.core.classification import Classification
from safety_docs.core.retention import Retention
from safety_docs.plan import load_plan

if TYPE_CHECKING:
    from safety_docs.forms import Library
    from safety_docs.plan import Plan


@pytest.fixture(scope="module")
def plan() -> Plan:
    return load_plan(TEMPLATES / "plans/2022.toml")


def test_the_plan_has_its_138_demands(plan: Plan) -> None:
    bases = [obligation.basis for obligation in plan.obligations]
    assert len(bases) == 138
    assert (bases.count("E"), bases.count("A"), bases.count("Q")) == (51, 43, 44)


def test_every_demand_is_evidenced_by_a_form(plan: Plan, library: Library) -> None:
    served = {one for form in library.forms for one in form.obligations}
    assert [one.id for one in plan.obligations if one.id not in served] == []


def test_every_form_serves_a_demand_of_the_plan_or_says_why_not(
    plan: Plan, library: Library
) -> None:
    known = {one.id for one in plan.obligations}
    for form in library.forms:
        assert set(form.obligations) <= known, form.id
        assert len(set(form.obligations)) == len(form.obligations), form.id
        assert bool(form.obligations) != bool(form.no_obligation), form.id


def test_forms_keep_evidence_at_least_as_long_as_proposed(plan: Plan, library: Library) -> None:
    """A form may serve demands of several classes; the first one named is its own."""
    proposed = {one.id: Retention.parse(one.retention) for one in plan.obligations}
    for form in library.forms:
        for first in form.obligations[:1]:
            assert Retention.parse(form.retention).is_at_least(proposed[first]), form.id


def test_categories_of_the_plan_and_of_the_forms_are_in_the_scheme(
    plan: Plan, library: Library
) -> None:
    scheme = Classification.from_toml((TEMPLATES / "classification.toml").read_text("utf-8"))
    codes = {category.code for category in scheme.categories}
    assert {one.category for one in plan.obligations} <= codes
    assert {form.category for form in library.forms} <= codes


def test_every_category_of_the_scheme_is_used(library: Library) -> None:
    scheme = Classification.from_toml((TEMPLATES / "classification.toml").read_text("utf-8"))
    used = {form.category for form in library.forms}
    assert {category.code for category in scheme.categories} == used
