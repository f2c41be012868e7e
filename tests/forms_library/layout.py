"""The layout of printed samples, measured in the PDF: paper, text block, lines, page numbers.

The numbers are those of GB/T 9704-2012 (5.2, 7.5), written down once more here on purpose: what is
measured must not be taken from what printed it.
"""

from __future__ import annotations

import re
import statistics
import unicodedata
import zipfile
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.forms_library.pages import Line, Page, Proof

A4_MM = (210.0, 297.0)
MARGINS_MM = {
    "official": (37.0, 26.0, 35.0, 28.0),
    "letter": (24.0, 26.0, 23.0, 26.0),
    "form": (20.0, 20.0, 20.0, 20.0),
}
"""Top, right, bottom, left."""
OFFICIAL_FONTS = ("仿宋_GB2312", "黑体", "楷体_GB2312", "方正小标宋简体")
BODY_PT, PITCH_MM, CHARACTERS, LINES = 16.0, 28 * 25.4 / 72, 28, 22
ADVANCE_MM = 156 / 28
NUMBER_PT = 14.0
_OVERHANG_MM = 2.6  # a table's rule stands as far outside as its cell margin is wide
_CLOSING = "，。、；：！？）》”’…—,.;:!?)"


def paper(proof: Proof) -> list[str]:
    """Every page is A4; only ledgers lie on their side."""
    return [
        f"第{page.number}页不是A4：{page.width:.0f}×{page.height:.0f}毫米"
        for page in proof.pages
        if not _is_a4(page, may_lie=proof.form.output == "xlsx")
    ]


def margins(proof: Proof) -> list[str]:
    """No word stands outside the text block."""
    if proof.form.output != "docx":
        return []
    top, right, bottom, left = MARGINS_MM[proof.form.profile]
    return [
        f"第{page.number}页有文字在版心以外：{line.text[:30]}"
        for page in proof.pages
        for line in page.body
        if line.left < left - _OVERHANG_MM
        or line.right > page.width - right + _OVERHANG_MM
        or line.top < top - 1
        or line.base > page.height - bottom + 1
    ]


def page_numbers(proof: Proof) -> list[str]:
    """Word files: — 1 —, in official papers on the outer side; ledgers: 第 1 页，共 9 页."""
    if proof.form.output == "xlsx":
        count = len(proof.pages)
        return [
            f"第{page.number}页的页码不对"
            for page in proof.pages
            if not any(f"第{page.number}页,共{count}页" in line.text for line in page.lines)
        ]
    return [complaint for page in proof.pages for complaint in _number(page, proof.form.profile)]


def pitch(proof: Proof) -> list[str]:
    """Lines of an official text are 28 pt apart, and 22 of them fill a page."""
    if proof.form.profile != "official":
        return []
    crooked = [
        f"第{page.number}页行距{below.base - above.base:.1f}毫米，应为9.9：{below.text[:20]}"
        for page in proof.pages
        for above, below in pairwise(page.body)
        if _is_body(above) and _is_body(below) and not _is_on_grid(below.base - above.base)
    ]
    crowded = [
        f"第{page.number}页有{len(page.body)}行，应不多于{LINES}行"
        for page in proof.pages
        if all(map(_is_body, page.body)) and len(page.body) > LINES
    ]
    return crooked + crowded


def line_length(proof: Proof) -> list[str]:
    """A full line of an official text holds 28 characters; punctuation moves it by one."""
    if proof.form.profile != "official":
        return []
    found = []
    for page in proof.pages:
        for line in full_lines(page):
            count = len(line.characters)
            apart = statistics.median(
                right.origin - left.origin for left, right in pairwise(line.characters)
            )
            if abs(count - CHARACTERS) > 1 or abs(apart - ADVANCE_MM) > 0.25:
                found.append(
                    f"第{page.number}页一行{count}字，字距{apart:.2f}毫米：{line.text[:16]}"
                )
    return found


def fonts_named(proof: Proof) -> list[str]:
    """An official Word file names the fonts of the standard."""
    if proof.form.profile != "official":
        return []
    with zipfile.ZipFile(proof.document) as package:
        styles = package.read("word/styles.xml").decode("utf-8")
    return [f"样式里没有{font}" for font in OFFICIAL_FONTS if f'w:eastAsia="{font}"' not in styles]


LAYOUT_CHECKS: tuple[Callable[[Proof], list[str]], ...] = (
    paper,
    margins,
    page_numbers,
    pitch,
    line_length,
    fonts_named,
)
"""All of the above."""


def full_lines(page: Page) -> Iterator[Line]:
    """Lines of official body text that reach from margin to margin, all in wide characters."""
    _, right, _, left = MARGINS_MM["official"]
    for line in page.body:
        reaches = line.left < left + 2 and line.right > page.width - right - 4
        wide = all(unicodedata.east_asian_width(one.text[0]) in "WFA" for one in line.characters)
        if reaches and wide and _is_body(line) and line.characters[-1].text not in _CLOSING:
            yield line


def is_full_of_text(page: Page) -> bool:
    """Whether a page holds 22 lines of official text and nothing else."""
    return len(page.body) == LINES and all(map(_is_body, page.body))


def _is_a4(page: Page, *, may_lie: bool) -> bool:
    sizes = {A4_MM, A4_MM[::-1]} if may_lie else {A4_MM}
    return any(
        abs(page.width - width) < 0.5 and abs(page.height - height) < 0.5 for width, height in sizes
    )


def _is_body(line: Line) -> bool:
    return all(abs(one.size - BODY_PT) < 0.3 for one in line.characters)


def _is_on_grid(distance: float) -> bool:
    """A whole number of line pitches: an empty line may stand between."""
    lines = round(distance / PITCH_MM)
    return lines >= 1 and abs(distance - lines * PITCH_MM) < 0.15


def _number(page: Page, profile: str) -> list[str]:
    marks = [line for line in page.footer if re.fullmatch(rf"—{page.number}—", line.text)]
    if not marks:
        texts = "，".join(line.text for line in page.footer) or "没有"
        return [f"第{page.number}页的页码不是“— {page.number} —”：{texts}"]
    mark = marks[0]
    if profile != "official":
        is_centred = abs((mark.left + mark.right) / 2 - page.width / 2) < 1.5
        return [] if is_centred else [f"第{page.number}页的页码没有居中"]
    return _official_number(page, mark)


def _official_number(page: Page, mark: Line) -> list[str]:
    """7.5: 4号, 7 mm under the text block, one character from its outer edge."""
    _top, right, bottom, left = MARGINS_MM["official"]
    is_odd = page.number % 2 == 1
    gap = page.width - right - mark.right if is_odd else mark.left - left
    below = mark.base - (page.height - bottom)
    complaints = []
    if not 3 < gap < 8:
        side = "右" if is_odd else "左"
        complaints.append(f"第{page.number}页的页码应居{side}空一字，现在空{gap:.1f}毫米")
    if not 6 < below < 13:
        complaints.append(f"第{page.number}页的页码在版心下{below:.1f}毫米，应为7毫米左右")
    if any(abs(one.size - NUMBER_PT) > 0.3 for one in mark.characters):
        complaints.append(f"第{page.number}页的页码不是4号字")
    return complaints
