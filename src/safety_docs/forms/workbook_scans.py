"""What one XML part of a workbook holds, found while it streams by; nothing is kept in memory.

Each scan is fed the bytes of one part and refuses what no honest workbook has. Rows and columns
count from 1.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from xml.parsers import expat

MAX_ROWS = 200_000
MAX_COLUMNS = 200
MAX_CELLS = 3_000_000
MAX_TEXT = 200_000_000
"""Characters of all cells together, shared strings counted as often as they are used."""
TOO_BIG = "展开后太大，不像名册；请只留下要用的表和行，另存为新的 .xlsx。"
_LOCAL_NAMES = frozenset({"c", "v", "row", "is", "t"})
"""Names that need not be looked through for a prefix."""
_MAX_QUIET_PIECES = 4
"""Pieces without any element: one text longer than 32,767 characters (Excel's limit) by far."""


_SHARED_STRING = re.compile(rb"<si[\s/>]")


class RefusedWorkbookError(Exception):
    """The file is not to be opened; the text is the reason for the user."""


@dataclass(slots=True)
class SheetFacts:
    """What the scan of one worksheet found.

    Attributes:
        rows: Largest row.
        columns: Largest column.
        cells: Number of cells.
        hidden: Number of hidden rows.
        unsolved: Row and column of formulas that have no stored result.
    """

    rows: int = 0
    columns: int = 0
    cells: int = 0
    hidden: int = 0
    unsolved: set[tuple[int, int]] = field(default_factory=set)


class XmlScan:
    """Reads one XML part; counts its elements, refuses a document type.

    Attributes:
        elements: Start tags seen so far.
    """

    def __init__(self) -> None:
        self.elements = 0
        self._quiet = self._before = 0
        self.parser = expat.ParserCreate()
        self.parser.StartDoctypeDeclHandler = _refuse_doctype
        self.parser.StartElementHandler = self.start

    def feed(self, piece: bytes) -> None:
        """Read on; pieces may end anywhere.

        Raises:
            RefusedWorkbookError: If the part holds what no honest workbook has.
            expat.ExpatError: If it is not well-formed XML.
        """
        self.parser.Parse(piece, False)  # noqa: FBT003 # expat takes it by position
        self._quiet = 0 if self.elements > self._before else self._quiet + 1
        self._before = self.elements
        if self._quiet > _MAX_QUIET_PIECES:
            raise RefusedWorkbookError(TOO_BIG)

    def close(self) -> None:
        """Say that there are no more pieces; raises as `feed` does."""
        self.parser.Parse(b"", True)  # noqa: FBT003 # expat takes it by position

    def start(self, _name: str, _attributes: dict[str, str]) -> None:
        """See one start tag; attributes by name, prefixes as written."""
        self.elements += 1


def _refuse_doctype(*_declaration: object) -> None:
    message = "里有不该有的 DOCTYPE 声明，不安全，没有打开。"
    raise RefusedWorkbookError(message)


class ListScan(XmlScan):
    """Keeps the attributes of some elements: sheets and their files, the start of the calendar."""

    def __init__(self, *wanted: str) -> None:
        super().__init__()
        self._wanted = wanted
        self.found: list[tuple[str, dict[str, str]]] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Keep the attributes of a wanted element."""
        self.elements += 1
        local = name.rpartition(":")[2]
        if local in self._wanted:
            self.found.append((local, attributes))


class LongestText(XmlScan):
    """Bytes that the longest shared string takes at most, found without looking at each.

    A shared string lies between the starts of two of them. Where that cannot be seen (a prefix,
    another encoding, a comment), the length is taken to be more than it is, never less.

    Attributes:
        longest: Known when the part is closed.
    """

    def __init__(self) -> None:
        super().__init__()
        self.parser.StartElementHandler = None
        self.longest = 0
        self._open = 0
        self._last = b""

    def feed(self, piece: bytes) -> None:
        """Read on; pieces may end anywhere."""
        if b"<!" in self._last + piece:
            self.longest = MAX_TEXT
        first, *rest = _SHARED_STRING.split(piece)
        self.elements += piece.count(b"<")
        self._open += len(first)
        if rest:
            self.longest = max(self.longest, self._open, *map(len, rest))
            self._open = len(rest[-1])
        self._last = piece[-1:]
        super().feed(piece)

    def close(self) -> None:
        """Say that there are no more pieces."""
        super().close()
        self.longest = max(self.longest, self._open)


class TextScan(XmlScan):
    """Length of each shared string."""

    def __init__(self) -> None:
        super().__init__()
        self.lengths: list[int] = []
        self.parser.CharacterDataHandler = self._text

    def start(self, name: str, _attributes: dict[str, str]) -> None:
        """Begin a new shared string."""
        self.elements += 1
        if name == "si" or name.endswith(":si"):
            self.lengths.append(0)

    def _text(self, text: str) -> None:
        if self.lengths:
            self.lengths[-1] += len(text)


class SheetScan(XmlScan):
    """Size of a worksheet, its hidden rows, and formulas without a stored result."""

    def __init__(self) -> None:
        super().__init__()
        self.facts = SheetFacts()
        self._letters: dict[str, int] = {}
        self._row, self._column, self._row_text = 0, 0, ""
        self._formula: tuple[int, int] | None = None
        self._is_text = False
        self._cells = 0

    def close(self) -> None:
        """Say that there are no more pieces; raises as `feed` does."""
        super().close()
        self.facts.cells = self._cells

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """See a row, a cell, a formula or a result."""
        if name == "v" and self._formula is None:
            return  # Half of all elements; the cell around it was counted.
        self.elements += 1
        local = name if name in _LOCAL_NAMES else name.rpartition(":")[2]
        if local == "c":
            if self._formula:
                self._end_formula()
            self._is_text = attributes.get("t") == "str"
            self._cells += 1
            place = attributes.get("r", "")
            # Nearly all cells stand in the row they say, in a column that was seen before.
            digits = len(place) - len(self._row_text)
            column = self._letters.get(place[:digits])
            if column and place[digits:] == self._row_text:
                self._column = column
            else:
                self._start_cell(place)
        elif local == "row":
            self._start_row(attributes)
        elif local == "f":
            self._formula = (self._row, self._column)
            self.facts.unsolved.add(self._formula)
        elif local == "v" and self._formula:
            if self._is_text:
                self._solve()
            else:
                self.parser.CharacterDataHandler = self._solve

    def _solve(self, _text: str = "") -> None:
        if self._formula:
            self.facts.unsolved.discard(self._formula)
        self._end_formula()

    def _end_formula(self) -> None:
        self._formula = None
        self.parser.CharacterDataHandler = None

    def _start_row(self, attributes: dict[str, str]) -> None:
        number = attributes.get("r")
        self._row = int(number) if number else self._row + 1
        self._row_text, self._column = number or "", 0
        if attributes.get("hidden") in {"1", "true"}:
            self.facts.hidden += 1
        self._note_row()

    def _start_cell(self, place: str) -> None:
        if place:
            letters = place.rstrip("0123456789")
            self._column = self._letters.get(letters) or self._new_column(letters)
            row = place[len(letters) :]
            if row != self._row_text:
                self._row, self._row_text = int(row), row
                self._note_row()
        else:
            self._column += 1
            self._note_column()

    def _new_column(self, letters: str) -> int:
        number = 0
        for letter in letters[:4].upper():
            number = number * 26 + ord(letter) - 64
        self._letters[letters] = self._column = number
        self._note_column()
        return number

    def _note_row(self) -> None:
        if not 0 < self._row <= MAX_ROWS:
            message = f"的行数太多，最多 {MAX_ROWS} 行；请删去多余的行（含空白但设过格式的）。"
            raise RefusedWorkbookError(message)
        self.facts.rows = max(self.facts.rows, self._row)
        self._refuse_area()

    def _note_column(self) -> None:
        if not 0 < self._column <= MAX_COLUMNS:
            message = f"的列数太多，最多 {MAX_COLUMNS} 列；请删去右边多余的列。"
            raise RefusedWorkbookError(message)
        self.facts.columns = max(self.facts.columns, self._column)
        self._refuse_area()

    def _refuse_area(self) -> None:
        if max(self.facts.rows * self.facts.columns, self._cells) > MAX_CELLS:
            message = "的行和列太多了；请只留下要用的列，另存为新的 .xlsx。"
            raise RefusedWorkbookError(message)


class UseScan(XmlScan):
    """Characters that a worksheet holds once its shared strings are put in place."""

    def __init__(self, lengths: list[int]) -> None:
        super().__init__()
        self.characters = 0
        self.parser.buffer_text = True
        self._lengths = lengths
        self._is_shared = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """See whether the next text is the index of a shared string."""
        self.elements += 1
        local = name.rpartition(":")[2]
        if local == "c":
            self._is_shared = attributes.get("t") == "s"
        is_index = self._is_shared and local == "v"
        self.parser.CharacterDataHandler = self._use if is_index else None

    def _use(self, text: str) -> None:
        if text.isdigit() and int(text) < len(self._lengths):
            self.characters += self._lengths[int(text)]
        if self.characters > MAX_TEXT:
            raise RefusedWorkbookError(TOO_BIG)
