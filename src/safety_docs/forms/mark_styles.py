"""Cell formats for marks: as the cell's own format, with our colour behind it.

The styles of the workbook are only added to, so every cell keeps its look. Formats are numbered
from 0, as the attribute ``s`` of a cell counts them (ECMA-376 part 1, 18.8.10 ``cellXfs``).
"""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING

from lxml import etree

from safety_docs.forms.workbook_parts import local_name, parsed, unparsed

if TYPE_CHECKING:
    from lxml.etree import _Element

    from safety_docs.core.problem import Severity

_COLOURS: dict[Severity, str] = {"error": "FFFFC7CE", "warning": "FFFFEB9C"}


class MarkStyles:
    """The styles of one workbook, growing with the marks that are wanted."""

    def __init__(self, data: bytes) -> None:
        self._root = parsed(data)
        self._fonts = self._part("fonts")
        self._fills = self._part("fills")
        self._formats = self._part("cellXfs")
        self._made: dict[tuple[int, str], int] = {}
        ours = {
            at
            for at, fill in enumerate(self._fills)
            if any(one.get("rgb", "").upper() in _COLOURS.values() for one in fill.iter())
        }
        self.marked = frozenset(
            at for at, one in enumerate(self._formats) if int(one.get("fillId", "0")) in ours
        )
        self._fill_of: dict[str, int] = {}

    def coloured(self, style: int, severity: Severity) -> int:
        """The format `style` with the colour of `severity` behind it."""
        return self._variant(style, severity, self._fill(_COLOURS[severity]))

    def cleared(self, style: int) -> int:
        """The format `style` without a colour behind it."""
        return self._variant(style, "cleared", 0)

    def message(self, severity: Severity | None = None) -> int:
        """The format of a cell of sentences, coloured or not."""
        made = self._made.get((0, f"message {severity}"))
        if made is None:
            fill = self._fill(_COLOURS[severity]) if severity else 0
            made = self._add(copy.deepcopy(self._formats[0]), f"message {severity}", fill)
            self._align(self._formats[made])
        return made

    def heading(self, severity: Severity | None = None) -> int:
        """The format of the heading of the column of sentences: bold."""
        made = self._made.get((0, f"heading {severity}"))
        if made is None:
            fill = self._fill(_COLOURS[severity]) if severity else 0
            made = self._add(copy.deepcopy(self._formats[0]), f"heading {severity}", fill)
            self._formats[made].set("fontId", str(self._bold_font()))
            self._formats[made].set("applyFont", "1")
            self._align(self._formats[made])
        return made

    def data(self) -> bytes:
        """The part with all that was added."""
        for part in (self._fonts, self._fills, self._formats):
            part.set("count", str(len(part)))
        return unparsed(self._root)

    def _part(self, name: str) -> _Element:
        return next(one for one in self._root if local_name(one) == name)

    def _variant(self, style: int, kind: str, fill: int) -> int:
        made = self._made.get((style, kind))
        if made is None:
            own = self._formats[style if style < len(self._formats) else 0]
            made = self._add(copy.deepcopy(own), kind, fill, style)
        return made

    def _add(self, one: _Element, kind: str, fill: int, style: int = 0) -> int:
        one.set("fillId", str(fill))
        one.set("applyFill", "1")
        self._formats.append(one)
        self._made[style, kind] = len(self._formats) - 1
        return len(self._formats) - 1

    def _fill(self, colour: str) -> int:
        if colour not in self._fill_of:
            fill = self._new(self._fills, "fill")
            pattern = self._new(fill, "patternFill")
            pattern.set("patternType", "solid")
            self._new(pattern, "fgColor").set("rgb", colour)
            self._new(pattern, "bgColor").set("indexed", "64")
            self._fill_of[colour] = len(self._fills) - 1
        return self._fill_of[colour]

    def _bold_font(self) -> int:
        font = self._new(self._fonts, "font")
        self._new(font, "b")
        self._new(font, "sz").set("val", "11")
        self._new(font, "name").set("val", "宋体")
        return len(self._fonts) - 1

    def _align(self, one: _Element) -> None:
        for old in [part for part in one if local_name(part) == "alignment"]:
            one.remove(old)
        alignment = etree.Element(self._tag("alignment"))
        alignment.set("vertical", "center")
        alignment.set("wrapText", "1")
        one.insert(0, alignment)
        one.set("applyAlignment", "1")

    def _new(self, parent: _Element, name: str) -> _Element:
        return etree.SubElement(parent, self._tag(name))

    def _tag(self, name: str) -> str:
        return f"{{{etree.QName(self._root).namespace}}}{name}"
