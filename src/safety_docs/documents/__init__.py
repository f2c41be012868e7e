"""Templates in, files out: lint, compile and render Word templates; typeset; workbooks.

Typesetter and workbooks are loaded when first asked for, so that filling in a Word template does
not pay for openpyxl.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from safety_docs.documents.blank import MOMENTS, Blank, BlankRows
from safety_docs.documents.compile import CompiledTemplate, compile_template
from safety_docs.documents.errors import PackageError, PhotoError, RenderError, TemplateError
from safety_docs.documents.filters import FILTERS
from safety_docs.documents.identity import Identity, identity_parts, identity_xml, read_identity
from safety_docs.documents.lint import lint_template
from safety_docs.documents.listing import Slip, Table, slips_of, workbook_of
from safety_docs.documents.page_marks import PageMarks, remarked
from safety_docs.documents.photos import load_photo
from safety_docs.documents.render import Rendered

if TYPE_CHECKING:
    from safety_docs.documents.blank_page import render_blank
    from safety_docs.documents.slow import SubDocument
    from safety_docs.documents.typeset_template import typeset
    from safety_docs.documents.workbook import CompiledWorkbook, compile_workbook
    from safety_docs.documents.workbook_template import build_workbook

_LATER = {
    "SubDocument": "slow",
    "render_blank": "blank_page",
    "typeset": "typeset_template",
    "build_workbook": "workbook_template",
    "compile_workbook": "workbook",
    "CompiledWorkbook": "workbook",
}

__all__ = [
    "FILTERS",
    "MOMENTS",
    "Blank",
    "BlankRows",
    "CompiledTemplate",
    "CompiledWorkbook",
    "Identity",
    "PackageError",
    "PageMarks",
    "PhotoError",
    "RenderError",
    "Rendered",
    "Slip",
    "SubDocument",
    "Table",
    "TemplateError",
    "build_workbook",
    "compile_template",
    "compile_workbook",
    "identity_parts",
    "identity_xml",
    "lint_template",
    "load_photo",
    "read_identity",
    "remarked",
    "render_blank",
    "slips_of",
    "typeset",
    "workbook_of",
]


def __getattr__(name: str) -> Any:
    """The parts that are loaded late (PEP 562)."""
    if name not in _LATER:
        raise AttributeError(name)
    return getattr(importlib.import_module(f"{__name__}.{_LATER[name]}"), name)
