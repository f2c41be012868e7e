"""The parts of an .xlsx package that are changed when a copy of it is marked; all others stay.

Names and namespaces are taken from the workbook itself, so that both the transitional and the
strict kind (ISO/IEC 29500-4 and -1) stay what they are.
"""

from __future__ import annotations

import io
import posixpath
import zipfile
from typing import TYPE_CHECKING

from lxml import etree

from safety_docs.forms.workbook_guard import inflated_parts

if TYPE_CHECKING:
    from collections.abc import Container

    from lxml.etree import _Element

_FIXED_DATE = (1980, 1, 1, 0, 0, 0)
_TYPES = "[Content_Types].xml"
_SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
PLAIN_STYLES = (
    f'<styleSheet xmlns="{_MAIN}">'
    '<fonts count="1"><font><sz val="11"/><name val="宋体"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>'
    "</styleSheet>"
).encode()
"""The least that a workbook may have."""
_QUICK = 1
"""Level of deflate: a marked copy is looked at once, and level 6 takes three times as long."""


def parsed(data: bytes) -> _Element:
    """One small XML part; the guard has refused document types before."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True
    )
    return etree.fromstring(data, parser)


def unparsed(root: _Element) -> bytes:
    """An XML part as it is written."""
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def local_name(element: _Element) -> str:
    """Name without its namespace."""
    return str(element.tag).rpartition("}")[2]


class WorkbookParts:
    """A workbook as its parts, by their names in the package."""

    def __init__(self, name: str, data: bytes) -> None:
        """Take the workbook `data`, which the user knows as the file `name`.

        Raises:
            RosterError: If it is damaged or too large.
        """
        self.parts = inflated_parts(name, data)
        self._by_lower = {path.lower(): path for path in self.parts}
        self._book_path = self._by_lower["xl/workbook.xml"]
        self._links_path = self._by_lower["xl/_rels/workbook.xml.rels"]
        self._book = parsed(self.parts[self._book_path])
        self._links = parsed(self.parts[self._links_path])
        self._types = parsed(self.parts[_TYPES])

    @property
    def sheet_names(self) -> list[str]:
        """Names of all sheets, in their order."""
        return [sheet.get("name", "") for sheet in self._sheets()]

    def sheet_path(self, name: str) -> str:
        """The part that holds the sheet `name`."""
        (sheet,) = (one for one in self._sheets() if one.get("name") == name)
        return self._target(self._link(_link_id(sheet)))

    def styles(self) -> bytes:
        """The part that holds the styles; plain ones if there is none."""
        path = self._styles_path()
        return self.parts[path] if path else PLAIN_STYLES

    def put_styles(self, data: bytes) -> None:
        """Replace the part that holds the styles."""
        path = self._styles_path()
        if path is None:
            path = "xl/styles.xml"
            kind = self._link(_link_id(self._sheets()[0])).get("Type", "").rpartition("/")[0]
            self._add_link(path, f"{kind}/styles")
            self._add_type(path, "styles")
        self.parts[path] = data

    def _styles_path(self) -> str | None:
        links = (link for link in self._links if link.get("Type", "").endswith("/styles"))
        return next((self._target(link) for link in links), None)

    def remove_sheet(self, name: str) -> None:
        """Take a sheet away, with the names that are defined in it alone."""
        place = self.sheet_names.index(name)
        (sheet,) = (one for one in self._sheets() if one.get("name") == name)
        link = self._link(_link_id(sheet))
        path = self._target(link)
        folder, file = posixpath.split(path)
        self.parts.pop(path)
        self.parts.pop(f"{folder}/_rels/{file}.rels", None)
        _remove(sheet)
        _remove(link)
        self._remove_type(path)
        self._renumber(place)

    def _renumber(self, removed: int) -> None:
        """Close the gap that a removed sheet leaves in what counts sheets."""
        for one in list(self._book.iter()):
            kind = local_name(one)
            if kind == "definedName" and one.get("localSheetId") is not None:
                at = int(one.get("localSheetId", ""))
                if at == removed:
                    _remove(one)
                elif at > removed:
                    one.set("localSheetId", str(at - 1))
            elif kind == "workbookView":
                for key in ("activeTab", "firstSheet"):
                    if int(one.get(key, "0")) >= max(removed, 1):
                        one.set(key, str(int(one.get(key, "0")) - 1))

    def add_sheet(self, name: str, data: bytes) -> None:
        """Add a worksheet at the end."""
        sheets = self._sheets()
        path = _free(self._by_lower, "xl/worksheets/sheet{}.xml")
        self.parts[path] = data
        last = sheets[-1]
        kind = self._link(_link_id(last)).get("Type", "").rpartition("/")[0]
        sheet = etree.SubElement(_parent(last), last.tag)
        sheet.set("name", name)
        sheet.set("sheetId", str(max(int(one.get("sheetId", "0")) for one in sheets) + 1))
        sheet.set(_link_key(last), self._add_link(path, f"{kind}/worksheet"))
        self._add_type(path, "worksheet")

    def _add_link(self, path: str, kind: str) -> str:
        """Link the workbook with a part; the id of the link."""
        link_id = _free({link.get("Id", "") for link in self._links}, "rId{}")
        link = etree.SubElement(self._links, _tag_like(self._links, "Relationship"))
        link.set("Id", link_id)
        link.set("Type", kind)
        link.set("Target", f"/{path}")
        return link_id

    def _add_type(self, path: str, kind: str) -> None:
        override = etree.SubElement(self._types, _tag_like(self._types, "Override"))
        override.set("PartName", f"/{path}")
        override.set("ContentType", f"{_SPREADSHEET}.{kind}+xml")

    def packed(self) -> bytes:
        """The workbook as one file."""
        self._remove_calculation_chain()
        self.parts[self._book_path] = unparsed(self._book)
        self.parts[self._links_path] = unparsed(self._links)
        self.parts[_TYPES] = unparsed(self._types)
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=_QUICK) as package:
            for path, data in self.parts.items():
                entry = zipfile.ZipInfo(path, _FIXED_DATE)
                entry.compress_type = zipfile.ZIP_DEFLATED
                package.writestr(entry, data, compresslevel=_QUICK)
        return buffer.getvalue()

    def _remove_calculation_chain(self) -> None:
        """Excel makes it anew; an old one that names a removed sheet is called damage."""
        for link in list(self._links):
            if link.get("Type", "").endswith("/calcChain"):
                path = self._target(link)
                self.parts.pop(path, None)
                _remove(link)
                self._remove_type(path)

    def _sheets(self) -> list[_Element]:
        return [one for one in self._book.iter() if local_name(one) == "sheet"]

    def _link(self, link_id: str) -> _Element:
        return next(link for link in self._links if link.get("Id") == link_id)

    def _target(self, link: _Element) -> str:
        target = link.get("Target", "").replace("\\", "/")
        path = target[1:] if target.startswith("/") else posixpath.normpath(f"xl/{target}")
        if path.lower() not in self._by_lower:
            path = target
        return self._by_lower[path.lower()]

    def _remove_type(self, path: str) -> None:
        for one in list(self._types):
            if one.get("PartName", "").lower() == f"/{path}".lower():
                _remove(one)


def _link_key(sheet: _Element) -> str:
    return next(key for key in map(str, sheet.attrib) if key.endswith("}id"))


def _link_id(sheet: _Element) -> str:
    return sheet.get(_link_key(sheet), "")


def _parent(element: _Element) -> _Element:
    parent = element.getparent()
    if parent is None:
        raise ValueError(element.tag)
    return parent


def _remove(element: _Element) -> None:
    _parent(element).remove(element)


def _tag_like(root: _Element, name: str) -> str:
    return f"{{{etree.QName(root).namespace}}}{name}"


def _free(taken: Container[str], pattern: str) -> str:
    """The first name of the pattern that is not taken."""
    number = 1
    while pattern.format(number) in taken:
        number += 1
    return pattern.format(number)
