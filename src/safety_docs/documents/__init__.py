"""Templates in, files out: lint, compile and render Word templates; typeset; workbooks.

Each part is loaded when it is first asked for: who fills in a Word template does not pay for
openpyxl, who prints a pack not for Jinja.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from safety_docs.documents.errors import (
    OfficeError,
    PackageError,
    PackFullError,
    PackPagesError,
    PhotoError,
    RenderError,
    TemplateError,
    UnpackableError,
)
from safety_docs.documents.identity import Identity, identity_parts, identity_xml, read_identity
from safety_docs.documents.page_marks import PageMarks, remarked

if TYPE_CHECKING:
    from safety_docs.documents.blank import MOMENTS, Blank, BlankRows
    from safety_docs.documents.blank_page import render_blank
    from safety_docs.documents.compile import CompiledTemplate, compile_template
    from safety_docs.documents.filters import FILTERS
    from safety_docs.documents.lint import lint_template
    from safety_docs.documents.listing import Slip, Table, slips_of, workbook_of
    from safety_docs.documents.office import Office, find_office, missing_fonts
    from safety_docs.documents.pack import Pack
    from safety_docs.documents.pack_cover import Cover, CoverLine, cover_section
    from safety_docs.documents.pack_letter import PackLetter
    from safety_docs.documents.pack_pages import read_pages
    from safety_docs.documents.photos import load_photo
    from safety_docs.documents.render import Rendered
    from safety_docs.documents.slow import SubDocument
    from safety_docs.documents.typeset_template import typeset
    from safety_docs.documents.workbook import CompiledWorkbook, compile_workbook
    from safety_docs.documents.workbook_template import build_workbook

_LATER = {
    "FILTERS": "filters",
    "MOMENTS": "blank",
    "Blank": "blank",
    "BlankRows": "blank",
    "CompiledTemplate": "compile",
    "Rendered": "render",
    "compile_template": "compile",
    "lint_template": "lint",
    "Slip": "listing",
    "Table": "listing",
    "slips_of": "listing",
    "workbook_of": "listing",
    "load_photo": "photos",
    "Cover": "pack_cover",
    "CoverLine": "pack_cover",
    "Office": "office",
    "Pack": "pack",
    "PackLetter": "pack_letter",
    "SubDocument": "slow",
    "cover_section": "pack_cover",
    "find_office": "office",
    "missing_fonts": "office",
    "read_pages": "pack_pages",
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
    "Cover",
    "CoverLine",
    "Identity",
    "Office",
    "OfficeError",
    "Pack",
    "PackFullError",
    "PackLetter",
    "PackPagesError",
    "PackageError",
    "PageMarks",
    "PhotoError",
    "RenderError",
    "Rendered",
    "Slip",
    "SubDocument",
    "Table",
    "TemplateError",
    "UnpackableError",
    "build_workbook",
    "compile_template",
    "compile_workbook",
    "cover_section",
    "find_office",
    "identity_parts",
    "identity_xml",
    "lint_template",
    "load_photo",
    "missing_fonts",
    "read_identity",
    "read_pages",
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
