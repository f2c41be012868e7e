"""Normal form of text for search: one function for index, query and highlight.

Normalisation goes code point by code point: NFKC of the single character, then casefold. Never by
whole string: so any substring of a text normalises to a substring of the normalised text, and
substring search stays exact around combining marks.

Dropped: white space, control and format characters, lone surrogates and variation selectors. The
dots that stand in names are folded to ``·``. All other punctuation, all digits, private-use
characters and every astral plane stay.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right

DOT = "·"
_DOTS = frozenset("·•・‧.")
_DROPPED_CATEGORIES = frozenset({"Cc", "Cf", "Cs"})
_MAYBE_ODD = re.compile("[^\u4e00-\u9fff!-~，。、；：（）《》“”]")
"""All but the most usual of the characters that become exactly one."""
_SELECTORS = (range(0xFE00, 0xFE10), range(0xE0100, 0xE01F0))


class _Table(dict[int, str]):
    """What each code point becomes; filled as code points are met, for `str.translate`."""

    def __missing__(self, code_point: int) -> str:
        folded = _fold(chr(code_point))
        self[code_point] = folded
        return folded


class _Widths(dict[str, int]):
    """How many characters each character becomes; filled as characters are met."""

    def __missing__(self, character: str) -> int:
        width = len(_TABLE[ord(character)])
        self[character] = width
        return width


def _fold(character: str) -> str:
    if _is_dropped(character):
        return ""
    folded = unicodedata.normalize("NFKC", character).casefold()
    return "".join(DOT if part in _DOTS else part for part in folded if not _is_dropped(part))


def _is_dropped(character: str) -> bool:
    if character.isspace() or unicodedata.category(character) in _DROPPED_CATEGORIES:
        return True
    return any(ord(character) in selectors for selectors in _SELECTORS)


_TABLE = _Table()
_WIDTHS = _Widths()


def normalise(text: str) -> str:
    """The normal form of `text`.

    >>> normalise("阿卜杜拉 • Ａ班 ３")
    '阿卜杜拉·a班3'
    """
    return text.translate(_TABLE)


class OffsetMap:
    """Where each character of a normal form stood in the original; both counted from 0.

    Kept as runs: from a normalised offset on, characters stand one by one from an original offset
    on, or (a character that became several) all at the same one.
    """

    def __init__(self, original: str) -> None:
        self._normal_starts = [0]
        self._original_starts = [0]
        self._steps = [1]
        self._shift = 0
        self._odd = _MAYBE_ODD.finditer(original)

    def _run(self, normal: int, original: int, step: int) -> None:
        self._normal_starts.append(normal)
        self._original_starts.append(original)
        self._steps.append(step)

    def original_range(self, start: int, end: int) -> tuple[int, int]:
        """The original range that gave the normalised range `start` to `end`, ends exclusive."""
        return self._original(start), self._original(end - 1) + 1

    def _reach(self, normal: int) -> None:
        """Read on until the runs cover `normal`: what is shown mostly stands near the start."""
        while self._normal_starts[-1] <= normal and (match := next(self._odd, None)):
            width = _WIDTHS[match.group()]
            if width != 1:
                at = match.start()
                if width:
                    self._run(at + self._shift, at, 0)
                self._shift += width - 1
                self._run(at + 1 + self._shift, at + 1, 1)

    def _original(self, normal: int) -> int:
        self._reach(normal)
        run = bisect_right(self._normal_starts, normal) - 1
        return self._original_starts[run] + self._steps[run] * (normal - self._normal_starts[run])
