"""The wording of a form, `text.md`, read into blocks. The language: docs/template-language.md.

Lines are counted from 1. Only ASCII blanks are trimmed: a line with one full-width space is an
empty line that is meant to be printed. What stands inside a Jinja tag is never read as markup.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from safety_docs.documents.typeset_errors import (
    BlockOptionError,
    MisplacedLineError,
    UnclosedBlockError,
    UnevenRowError,
    UnknownBlockError,
    UnprintableError,
    WidthsError,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}")
"""One complete tag inside a line."""

_BLANKS = " \t\r"
_PARAGRAPH_TAG = re.compile(r"\{%p\s((?!%\}).)*%\}")
_ROW_TAG = re.compile(r"\{%tr\s((?!%\}).)*%\}")
_HEADING = re.compile(r"(#{1,4})[ \t]+(.+)")
_HEIGHT = re.compile(r"\[高=(\d{1,3})\]$")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ufdd0-\ufdef\ue000-\uf8ff]")

Look = Literal["body", "note", "left", "centre", "right", "small"]
TableKind = Literal["表格", "信息表", "签署栏"]
_LOOKS: dict[str, Look] = {"主送": "left", "居中": "centre", "居右": "right", "小字": "small"}
_TABLES: dict[str, TableKind] = {"表格": "表格", "信息表": "信息表", "签署栏": "签署栏"}
_ALIGNMENTS = {"左": "left", "中": "center", "右": "right"}
_BLOCKS = (*_LOOKS, *_TABLES, "照片", "回执", "分页")


@dataclass(frozen=True, slots=True)
class Heading:
    r"""A title (level 0) or a heading of level 1 to 3; a line break stands as ``\n``."""

    level: int
    text: str
    line: int


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph, its lines joined."""

    look: Look
    text: str
    line: int


@dataclass(frozen=True, slots=True)
class BlockTag:
    """A ``{%p %}`` tag alone on its line."""

    source: str
    line: int


@dataclass(frozen=True, slots=True)
class PageBreak:
    """What follows starts on a new page."""

    line: int


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table.

    Attributes:
        cells: One text a column; ``<`` and ``^`` are merged with the cell on the left or above.
        height_mm: Minimum height, 0 for as high as its text.
        tag: A ``{%tr %}`` tag when the row holds nothing else; then there are no cells.
        line: Line of the text.
    """

    cells: tuple[str, ...]
    height_mm: int
    tag: str
    line: int


@dataclass(frozen=True, slots=True)
class Table:
    """A ruled table, a form grid or a signature block.

    Attributes:
        kind: The name of its block.
        widths: Percent of the text width, one a column, 100 together.
        alignments: ``left``, ``center`` or ``right``, one a column.
        header_rows: How many rows are repeated on every page.
        rows: In order.
        line: Line of its opening.
    """

    kind: TableKind
    widths: tuple[int, ...]
    alignments: tuple[str, ...]
    header_rows: int
    rows: tuple[Row, ...]
    line: int


@dataclass(frozen=True, slots=True)
class PhotoGrid:
    """All photos of a field, two in a row."""

    field: str
    line: int


@dataclass(frozen=True, slots=True)
class Slip:
    """A tear-off slip with its own blocks."""

    blocks: tuple[Block, ...]
    line: int


Block = Heading | Paragraph | BlockTag | PageBreak | Table | PhotoGrid | Slip


def parse(text: str) -> tuple[Block, ...]:
    """Read the wording of a form.

    Raises:
        TypesetError: If a block is unknown, not closed, or does not fit together; it names the
            line.
    """
    lines = text.removeprefix("\ufeff").split("\n")
    for number, line in enumerate(lines, 1):
        if _CONTROL.search(line):
            raise UnprintableError(number, "有看不见的控制字符，请删去")
    return tuple(_Reader(lines).blocks())


class _Reader:
    """Walks down the lines; `_at` is the next line to read, from 0."""

    def __init__(self, lines: list[str]) -> None:
        self._lines = [line.strip(_BLANKS) for line in lines]
        self._at = 0

    def _next(self) -> str:
        self._at += 1
        return self._lines[self._at - 1]

    def _peek(self) -> str | None:
        return self._lines[self._at] if self._at < len(self._lines) else None

    def blocks(self, opened: tuple[str, int] | None = None) -> list[Block]:
        """Blocks up to the end of the text, or to the end of the block that is `opened`."""
        found: list[Block] = []
        while (line := self._peek()) is not None:
            if line in {":::", "::::"}:
                self._at += 1
                if opened is None:
                    raise UnclosedBlockError(self._at, f"“{line}”前面没有要结束的块，请删去")
                return found
            if line:
                found += self._block(line)
            else:
                self._at += 1
        if opened is not None:
            raise _unclosed(opened)
        return found

    def _block(self, line: str) -> list[Block]:
        number = self._at + 1
        if line.startswith(":::"):
            return self._fenced(self._next()[3:].strip(_BLANKS), number)
        if _PARAGRAPH_TAG.fullmatch(line):
            return [BlockTag(self._next(), number)]
        if line.startswith("|"):
            raise MisplacedLineError(number, "表格的行要写在“::: 表格”和“:::”之间")
        if match := _HEADING.fullmatch(line):
            self._at += 1
            return [Heading(len(match[1]) - 1, self._broken(match[2]), number)]
        look: Look = "note" if line.startswith(">") else "body"
        return [Paragraph(look, self._joined(is_note=look == "note"), number)]

    def _broken(self, text: str) -> str:
        """A heading, with the lines that follow a backslash at its end."""
        while text.endswith("\\") and self._peek():
            text = f"{text[:-1].rstrip(_BLANKS)}\n{self._next()}"
        return text

    def _joined(self, *, is_note: bool = False) -> str:
        """The lines of one paragraph in a row."""
        text = self._next().lstrip(">").strip(_BLANKS) if is_note else self._next()
        while (line := self._peek()) and not _starts_block(line, is_note=is_note):
            self._at += 1
            text = _join(text, line.lstrip(">").strip(_BLANKS) if is_note else line)
        return text

    def _fenced(self, head: str, number: int) -> list[Block]:
        words = head.split()
        name = words[0] if words else ""
        options = _options(words[1:], number)
        if name in _TABLES:
            return [self._table(_TABLES[name], options, number)]
        if name == "照片":
            return [self._photos(options, number)]
        if name not in _BLOCKS:
            known = "、".join(_BLOCKS)
            raise UnknownBlockError(number, f"没有“{name}”这种块，可以用的是：{known}")
        _expect(options, (), number)
        if name == "分页":
            return [PageBreak(number)]
        if name == "回执":
            return [Slip(tuple(self.blocks((name, number))), number)]
        return self._lines_of(name, number)

    def _lines_of(self, name: str, number: int) -> list[Block]:
        """Paragraphs of an alignment block: one a line, but 小字 joins its lines."""
        found: list[Block] = []
        while (line := self._peek()) is not None:
            at = self._at + 1
            if line in {":::", "::::"}:
                self._at += 1
                return found
            if line.startswith((":::", "#", "|")):
                raise MisplacedLineError(at, f"“::: {name}”里只能写段落，请先用“:::”结束它")
            if not line:
                self._at += 1
            elif _PARAGRAPH_TAG.fullmatch(line):
                found.append(BlockTag(self._next(), at))
            else:
                text = self._joined() if name == "小字" else self._next()
                found.append(Paragraph(_LOOKS[name], text, at))
        raise _unclosed((name, number))

    def _photos(self, options: Mapping[str, str], number: int) -> PhotoGrid:
        _expect(options, ("字段",), number)
        field = options.get("字段", "")
        if not field.isidentifier():
            raise BlockOptionError(number, "照片块要写明字段，例如“::: 照片 字段=照片”")
        while (line := self._peek()) is not None:
            self._at += 1
            if line == ":::":
                return PhotoGrid(field, number)
            if line:
                raise MisplacedLineError(self._at, "照片块里面不写内容，请先用“:::”结束它")
        raise _unclosed(("照片", number))

    def _table(self, kind: TableKind, options: Mapping[str, str], number: int) -> Table:
        _expect(options, ("列宽", "表头", "对齐"), number)
        rows: list[Row] = []
        while (line := self._peek()) is not None:
            self._at += 1
            if line == ":::":
                return _table(kind, options, tuple(rows), number)
            if line:
                rows.append(_row(line, self._at))
        raise _unclosed((kind, number))


def _unclosed(opened: tuple[str, int]) -> UnclosedBlockError:
    name, line = opened
    return UnclosedBlockError(line, f"“::: {name}”没有结束，请在它的后面加一行“:::”")


def _starts_block(line: str, *, is_note: bool) -> bool:
    if line.startswith(">"):
        return not is_note
    return bool(
        line.startswith((":::", "|")) or _HEADING.fullmatch(line) or _PARAGRAPH_TAG.fullmatch(line)
    )


def _join(text: str, line: str) -> str:
    """Two lines as one: a break after a backslash, a space between Latin words, nothing in Chinese.

    >>> _join("甲", "乙"), _join("one", "two")
    ('甲乙', 'one two')
    """
    if text.endswith("\\"):
        return f"{text[:-1].rstrip(_BLANKS)}\n{line}"
    is_latin = text[-1:].isascii() and text[-1:].isalnum() and line[:1].isascii()
    return f"{text} {line}" if is_latin and line[:1].isalnum() else text + line


def _options(words: list[str], line: int) -> dict[str, str]:
    options: dict[str, str] = {}
    for word in words:
        key, equals, value = word.partition("=")
        if not equals or not value or key in options:
            raise BlockOptionError(line, f"“{word}”看不懂，应写成“名称=内容”，每个名称一次")
        options[key] = value
    return options


def _expect(options: Mapping[str, str], known: tuple[str, ...], line: int) -> None:
    for key in options:
        if key not in known:
            hint = f"，可以用的是：{'、'.join(known)}" if known else ""
            raise BlockOptionError(line, f"这个块没有“{key}”这一项{hint}")


def _row(line: str, number: int) -> Row:
    if _ROW_TAG.fullmatch(line):
        return Row((), 0, line, number)
    height = _HEIGHT.search(line)
    body = line[: height.start()].rstrip(_BLANKS) if height else line
    if len(body) < 2 or not body.startswith("|") or not body.endswith("|"):
        raise UnevenRowError(number, "表格的行应以“|”开头、以“|”结尾")
    return Row(_cells(body[1:-1]), int(height[1]) if height else 0, "", number)


def _cells(body: str) -> tuple[str, ...]:
    """Split at ``|`` that is neither escaped nor inside a tag.

    >>> _cells(" {{ 日期|日期 }} | 乙 |")
    ('{{ 日期|日期 }}', '乙', '')
    """
    pieces = [""]
    for part in re.split(rf"({TAG.pattern}|\\\||\|)", body):
        if part == "|":
            pieces.append("")
        else:
            pieces[-1] += "|" if part == "\\|" else part
    return tuple(piece.strip(_BLANKS) for piece in pieces)


def _table(kind: TableKind, options: Mapping[str, str], rows: tuple[Row, ...], line: int) -> Table:
    first = next((row for row in rows if not row.tag), None)
    if first is None:
        raise UnevenRowError(line, "表格里一行也没有")
    columns = len(first.cells)
    table = Table(
        kind,
        _widths(options, columns, line),
        _alignments(options, columns, kind, line),
        _header_rows(options, kind, line),
        rows,
        line,
    )
    _check_rows(table)
    return replace(table, header_rows=min(table.header_rows, len(rows)))


def _widths(options: Mapping[str, str], columns: int, line: int) -> tuple[int, ...]:
    if "列宽" not in options:
        even = 100 // columns
        return (*(even for _ in range(columns - 1)), 100 - even * (columns - 1))
    words = options["列宽"].split(",")
    if len(words) != columns:
        raise WidthsError(line, f"列宽写了 {len(words)} 个，表格却有 {columns} 列")
    if not all(re.fullmatch("[0-9]{1,2}|100", word) and int(word) for word in words):
        raise WidthsError(line, "列宽应是 1 到 100 的整数，用英文逗号分开")
    widths = tuple(int(word) for word in words)
    if sum(widths) != 100:
        raise WidthsError(line, f"列宽加起来是 {sum(widths)}，应是 100")
    return widths


def _alignments(
    options: Mapping[str, str], columns: int, kind: TableKind, line: int
) -> tuple[str, ...]:
    if "对齐" not in options:
        middle = "center" if kind == "表格" else "left"
        return (middle,) * columns
    words = options["对齐"].split(",")
    if len(words) != columns or not set(words) <= _ALIGNMENTS.keys():
        raise WidthsError(line, f"对齐应是 {columns} 个“左”“中”或“右”，用英文逗号分开")
    return tuple(_ALIGNMENTS[word] for word in words)


def _header_rows(options: Mapping[str, str], kind: TableKind, line: int) -> int:
    text = options.get("表头", "1" if kind == "表格" else "0")
    if not re.fullmatch("[0-9]", text):
        raise BlockOptionError(line, "表头应是 0 到 9 的数字")
    return int(text)


def _check_rows(table: Table) -> None:
    is_first = True
    for row in table.rows:
        if row.tag:
            continue
        if len(row.cells) != len(table.widths):
            raise UnevenRowError(
                row.line,
                f"这一行有 {len(row.cells)} 格，表格却有 {len(table.widths)} 列",
            )
        if row.cells[0] == "<" or (is_first and "^" in row.cells):
            raise UnevenRowError(row.line, "“<”的左边、“^”的上边没有可以合并的格")
        is_first = False
