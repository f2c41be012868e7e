"""The cover of a print pack: what is in it, and a list to tick off what goes out and comes back.

It is the first section of the pack, built without the styles of the letters, whose names are not
ours: every paragraph says its spacing and every run its font. It has no page codes and is not
filed.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

SONG, HEI = "宋体", "黑体"
TITLE, TEXT, SMALL = 36, 24, 21
"""Sizes in half-points: 小二, 小四, 五号."""
ROW_TWIPS = 420
_WIDTHS = (800, 2400, 1300, 850, 850, 2872)
_WIDE_CODE = (800, 2400, 2900, 850, 850, 1272)
"""Columns in twips, for the number of an item and for a whole code; together the text's width."""
_SHORT_CODE = 8
_HEADS = ("序号", "姓名", "档号", "发出", "收回", "备注")
_MARGINS = '<w:left w:w="28" w:type="dxa"/><w:right w:w="28" w:type="dxa"/>'
"""Of cells, so narrow that a reference code stands on one line."""
_BOX = "□"
_SECTION = (
    '<w:p><w:pPr><w:spacing w:before="0" w:after="0" w:line="20" w:lineRule="exact"/><w:sectPr>'
    '<w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1417" w:right="1417" w:bottom="1134" '
    'w:left="1417" w:header="851" w:footer="567" w:gutter="0"/></w:sectPr></w:pPr></w:p>'
)
_BORDERS = "".join(
    f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="000000"/>'
    for side in ("top", "left", "bottom", "right", "insideH", "insideV")
)


@dataclass(frozen=True, slots=True)
class CoverLine:
    """One person on the list.

    Attributes:
        name: Who gets the letter.
        code: Its reference code, or the end of it.
        note: What else tells it from others.
    """

    name: str
    code: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Cover:
    """What a cover says; all text.

    Attributes:
        title: The heading.
        facts: Label and text of each line below it.
        lines: Everybody, in the order of the pack.
        advice: How to print and hand out.
        closing: What to count at the end.
    """

    title: str
    facts: Sequence[tuple[str, str]]
    lines: Sequence[CoverLine]
    advice: str
    closing: Sequence[str]


def cover_section(cover: Cover) -> bytes:
    """The cover as block elements, closed by its section properties."""
    facts = [
        _paragraph(_run(f"{label}：", HEI, TEXT) + _run(text, SONG, TEXT))
        for label, text in cover.facts
    ]
    blocks = [
        _paragraph(_run(cover.title, HEI, TITLE), jc="center", after=240),
        *facts,
        _paragraph(_run(cover.advice, SONG, SMALL), before=120, after=120),
        _table(cover.lines),
        *(_paragraph(_run(one, SONG, TEXT), before=120, keep=True) for one in cover.closing),
        _SECTION,
    ]
    return "".join(blocks).encode()


def _table(lines: Sequence[CoverLine]) -> str:
    is_short = all(len(line.code) <= _SHORT_CODE for line in lines)
    widths = _WIDTHS if is_short else _WIDE_CODE
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    rows = [_row(_HEADS, HEI, widths, is_head=True)]
    rows += [
        _row((str(number), line.name, line.code, _BOX, _BOX, line.note), SONG, widths)
        for number, line in enumerate(lines, 1)
    ]
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:jc w:val="center"/>'
        f'<w:tblBorders>{_BORDERS}</w:tblBorders><w:tblLayout w:type="fixed"/>'
        f"<w:tblCellMar>{_MARGINS}</w:tblCellMar></w:tblPr>"
        f"<w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>"
    )


def _row(texts: Iterable[str], font: str, widths: Sequence[int], *, is_head: bool = False) -> str:
    cells = "".join(
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/><w:vAlign w:val="center"/></w:tcPr>'
        f"{_paragraph(_run(text, font, SMALL), jc='center')}</w:tc>"
        for text, width in zip(texts, widths, strict=True)
    )
    repeated = "<w:tblHeader/>" if is_head else ""
    return (
        f'<w:tr><w:trPr><w:cantSplit/><w:trHeight w:val="{ROW_TWIPS}" w:hRule="atLeast"/>'
        f"{repeated}</w:trPr>{cells}</w:tr>"
    )


def _paragraph(
    runs: str, *, jc: str = "left", before: int = 0, after: int = 0, keep: bool = False
) -> str:
    kept = "<w:keepNext/>" if keep else ""
    return (
        f'<w:p><w:pPr>{kept}<w:spacing w:before="{before}" w:after="{after}" w:line="300" '
        'w:lineRule="auto"/><w:ind w:leftChars="0" w:left="0" w:rightChars="0" w:right="0" '
        f'w:firstLineChars="0" w:firstLine="0"/><w:jc w:val="{jc}"/></w:pPr>{runs}</w:p>'
    )


def _run(text: str, font: str, size: int) -> str:
    names = " ".join(f'w:{slot}="{font}"' for slot in ("ascii", "hAnsi", "eastAsia", "cs"))
    return (
        f'<w:r><w:rPr><w:rFonts w:hint="eastAsia" {names}/><w:b w:val="0"/>'
        f'<w:color w:val="000000"/><w:sz w:val="{size}"/><w:szCs w:val="{size}"/></w:rPr>'
        f'<w:t xml:space="preserve">{escape(text, quote=False)}</w:t></w:r>'
    )
