"""Structured input: form.toml, fields, rosters and input workbooks.

A form is loaded once (`load_form`, `load_library`), checks what people fill in (`Form.check`,
`read_input`, `read_roster`) and says what to fill in (`input_workbook`, `Form.schema_rows`). All
problems of an input are collected; none stops the search for the others.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from safety_docs.forms.checking import Checked
from safety_docs.forms.errors import (
    PROBLEMS,
    FormError,
    InputError,
    RosterError,
    UnknownFormError,
)
from safety_docs.forms.form import Form, SchemaRow, load_form
from safety_docs.forms.inputs import read_input
from safety_docs.forms.library import Library, load_library
from safety_docs.forms.neighbours import Neighbours
from safety_docs.forms.open_roster import OpenRoster
from safety_docs.forms.phrases import Phrases, Slip, load_phrases
from safety_docs.forms.plain_text import nearest
from safety_docs.forms.posts import Posts, read_posts
from safety_docs.forms.roster_rows import RawRow, RosterPlan, RosterRow, Traits
from safety_docs.forms.rosters import NoRoster, Roster, open_roster, read_roster
from safety_docs.forms.row_checker import RowChecker
from safety_docs.forms.spec import DerivedSpec, FieldSpec, LinkSpec, RuleSpec

if TYPE_CHECKING:
    from safety_docs.forms.annotating import annotated
    from safety_docs.forms.input_workbook import input_workbook

_LATER = {"annotated": "annotating", "input_workbook": "input_workbook"}
"""Parts that write workbooks are loaded when first asked for: openpyxl is slow to load."""

__all__ = [
    "PROBLEMS",
    "Checked",
    "DerivedSpec",
    "FieldSpec",
    "Form",
    "FormError",
    "InputError",
    "Library",
    "LinkSpec",
    "Neighbours",
    "NoRoster",
    "OpenRoster",
    "Phrases",
    "Posts",
    "RawRow",
    "Roster",
    "RosterError",
    "RosterPlan",
    "RosterRow",
    "RowChecker",
    "RuleSpec",
    "SchemaRow",
    "Slip",
    "Traits",
    "UnknownFormError",
    "annotated",
    "input_workbook",
    "load_form",
    "load_library",
    "load_phrases",
    "nearest",
    "open_roster",
    "read_input",
    "read_posts",
    "read_roster",
]


def __getattr__(name: str) -> Any:
    """The parts that are loaded late (PEP 562)."""
    if name not in _LATER:
        raise AttributeError(name)
    part = getattr(importlib.import_module(f"{__name__}.{_LATER[name]}"), name)
    globals()[name] = part  # in place of the module of that name
    return part
