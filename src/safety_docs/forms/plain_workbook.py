"""A workbook of one worksheet of plain text, for rosters that came as .csv."""

from __future__ import annotations

import io
import zipfile
from html import escape
from typing import TYPE_CHECKING

from safety_docs.forms.sheet_xml import escaped_text
from safety_docs.forms.workbook_parts import PLAIN_STYLES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_LINKS = "http://schemas.openxmlformats.org/package/2006/relationships"
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def plain_workbook(sheet: str, rows: Iterable[Sequence[str]]) -> bytes:
    """The .xlsx with `rows` in a worksheet called `sheet`; text stays text, as ``=1+1`` does."""
    parts = {
        "[Content_Types].xml": (
            f'<Types xmlns="{_TYPES}"><Default Extension="rels" ContentType='
            '"application/vnd.openxmlformats-package.relationships+xml"/>'
            + "".join(
                f'<Override PartName="/xl/{path}" ContentType="{_SHEET_TYPE}.{kind}+xml"/>'
                for path, kind in (
                    ("workbook.xml", "sheet.main"),
                    ("styles.xml", "styles"),
                    ("worksheets/sheet1.xml", "worksheet"),
                )
            )
            + "</Types>"
        ),
        "_rels/.rels": _links(("officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": (
            f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>'
            f'<sheet name="{escape(sheet)}" sheetId="1" r:id="rId1"/></sheets></workbook>'
        ),
        "xl/_rels/workbook.xml.rels": _links(
            ("worksheet", "worksheets/sheet1.xml"), ("styles", "styles.xml")
        ),
        "xl/worksheets/sheet1.xml": (
            f'<worksheet xmlns="{_MAIN}"><sheetData>{"".join(_rows(rows))}</sheetData></worksheet>'
        ),
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        for path, text in parts.items():
            package.writestr(path, _DECLARATION + text)
        package.writestr("xl/styles.xml", PLAIN_STYLES)
    return buffer.getvalue()


def _links(*targets: tuple[str, str]) -> str:
    links = "".join(
        f'<Relationship Id="rId{number}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets, start=1)
    )
    return f'<Relationships xmlns="{_LINKS}">{links}</Relationships>'


def _rows(rows: Iterable[Sequence[str]]) -> Iterator[str]:
    for cells in rows:
        yield f"<row>{''.join(map(_cell, cells))}</row>"


def _cell(text: str) -> str:
    if not text:
        return "<c/>"
    inner = escape(escaped_text(text), quote=False)
    return f'<c t="inlineStr"><is><t xml:space="preserve">{inner}</t></is></c>'
