"""How much room text takes in a worksheet cell, estimated without fonts.

A Chinese character counts two columns, a half-width one counts one. The estimate leans to the
generous side, for the substitute fonts of a computer that lacks 宋体 are taller: nothing may be
clipped in print. Widths are Excel's character units (one digit of the 11 pt default font), sizes
and heights are points.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from math import ceil

MAX_ROW_HEIGHT_PT = 409.0
"""Excel's limit; what needs more cannot be printed in one row."""

_DEFAULT_SIZE_PT = 11.0
_LINE_PITCH = 1.42  # line height in font sizes; Noto CJK needs 1.44, 宋体 1.15 to 1.3
_PADDING_UNITS = 1.0  # left and right cell margins together
_PADDING_PT = 4.0
_WORDS = re.compile(r"[!-~]+|[^!-~]")  # runs of Latin stay together, all else breaks anywhere


@functools.lru_cache(maxsize=8192)
def columns_of(character: str) -> int:
    """2 for a wide character, 1 for a narrow one, 0 for a combining mark.

    >>> [columns_of(c) for c in "安a“𠮷"]
    [2, 1, 2, 2]
    """
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WFA" else 1


def text_columns(text: str) -> int:
    """Columns of one line of text.

    >>> text_columns("隐患YH-1")
    8
    """
    return sum(map(columns_of, text))


def line_count(text: str, width: float, size_pt: float) -> int:
    """Lines that `text` takes in a wrapping cell of `width` units; at least 1.

    >>> line_count("二十个汉字二十个汉字二十个汉字二十个汉字", 22, 10)
    2
    """
    capacity = max(2, int((width - _PADDING_UNITS) * _DEFAULT_SIZE_PT / size_pt))
    return sum(_wrapped_lines(paragraph, capacity) for paragraph in text.split("\n"))


def row_height_pt(lines: int, size_pt: float) -> float:
    """Height of a row of `lines` lines.

    >>> row_height_pt(1, 10)
    18.25
    """
    return ceil((lines * size_pt * _LINE_PITCH + _PADDING_PT) * 4) / 4


def _wrapped_lines(paragraph: str, capacity: int) -> int:
    if text_columns(paragraph) <= capacity:
        return 1
    lines, used = 1, 0
    for word in _WORDS.findall(paragraph):
        width = text_columns(word)
        if used + width <= capacity:
            used += width
        elif width <= capacity:
            lines, used = lines + 1, width
        else:
            extra, used = divmod(used + width, capacity)
            lines += extra
    return lines
