"""What is wrong with a printed sample: each check takes a proof and gives Chinese sentences."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import docx
from openpyxl import load_workbook
from tests.forms_library.pages import squeezed

from safety_docs.core import chinese
from safety_docs.core.photo import PhotoFile
from safety_docs.documents.filters import FILTERS
from safety_docs.documents.profiles import profile_named

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from tests.forms_library.pages import Line, Page, Proof

    from safety_docs.forms import Form

TAGS = re.compile(r"\{\{|\{%|\{#|\}\}|%\}|#\}")
PLACEHOLDERS = re.compile(
    r"待填|待补|待完善|此处填|占位|TODO|TBD|Lorem|[Xx×Ｘ]{2,}|\bNone\b|Undefined|\bTrue\b|\bFalse\b"
    r"|#{3,}|#REF|#N/A|#VALUE|＊＊"
)
LEAST_LAST_LINES = 3
EDGE_MM = 4.0
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def leftover_tags(proof: Proof) -> list[str]:
    """No tag is printed."""
    return [
        f"第{page.number}页印出了标签：{_around(page.text, found)}"
        for page in proof.pages
        for found in TAGS.finditer(page.text)
    ]


def placeholders(proof: Proof) -> list[str]:
    """Nothing stands for something that is still to be written."""
    return [
        f"像是没写完的内容“{found.group()}”：{_around(text, found)}"
        for text in texts_of(proof)
        for found in PLACEHOLDERS.finditer(text)
    ]


def empty_rows(proof: Proof) -> list[str]:
    """No row of a table is empty."""
    rows = _empty_rows_of_word if proof.form.output == "docx" else _empty_rows_of_excel
    return [f"表格里有空行：{place}" for place in rows(proof)]


def lonely_signatures(proof: Proof) -> list[str]:
    """A signature block is on one page, and not alone there."""
    if proof.form.output != "docx":
        return []
    return [
        complaint for block in _signature_blocks(proof) for complaint in _lonely(block, proof.pages)
    ]


def page_count(proof: Proof) -> list[str]:
    """The sample has as many pages as the form says."""
    wanted, found = proof.form.sample_pages, len(proof.pages)
    return [] if wanted == found else [f"样张有{found}页，form.toml 的 sample_pages 是{wanted}"]


def thin_last_page(proof: Proof) -> list[str]:
    """The last page is worth its paper."""
    last = proof.pages[-1]
    if last.pictures or len(proof.pages) == 1 or len(last.body) >= LEAST_LAST_LINES:
        return []
    return [f"末页只有{len(last.body)}行：{last.text[:40]}"]


def empty_pages(proof: Proof) -> list[str]:
    """No page is blank."""
    return [
        f"第{page.number}页是空白页" for page in proof.pages if not page.text and not page.pictures
    ]


def cut_off(proof: Proof) -> list[str]:
    """Nothing is printed beyond the paper or where no printer reaches."""
    return [
        f"第{page.number}页的文字超出纸边：{line.text[:30]}"
        for page in proof.pages
        for line in page.lines
        if line.left < EDGE_MM or line.right > page.width - EDGE_MM
    ]


def silent_values(proof: Proof) -> list[str]:
    """Everything in the sample is printed."""
    form, text = proof.form, proof.text
    return [
        f"样例的值没有印出来：{path}＝{value!s:.40}"
        for path, value in leaves(form, proof.values)
        if not is_printed(value, text)
    ]


def broken_labels(proof: Proof) -> list[str]:
    """No label of a table leaves one character alone on its last line."""
    if proof.form.output != "docx":
        return []
    return [
        f"栏目“{label}”断行不好（一行{room}字），请调整列宽或用<br>断开"
        for label, room in _labels(proof)
        if any(_breaks_badly(line, room) for line in label.split("\n"))
    ]


def stray_ends(proof: Proof) -> list[str]:
    """Short cells that run over by one or two characters: a hint for writers, no fault."""
    if proof.form.output != "docx":
        return []
    texts = {squeezed(_text(cell)) for cell in _body(proof).iter(f"{W}tc")}
    return [
        f"格内末行只有{last}字：{text}"
        for text in sorted(texts)
        if 4 < len(text) <= 40
        for page in proof.pages
        for last in _short_last_lines(page, text)
    ]


CHECKS: tuple[Callable[[Proof], list[str]], ...] = (
    leftover_tags,
    placeholders,
    empty_rows,
    lonely_signatures,
    page_count,
    thin_last_page,
    empty_pages,
    cut_off,
    silent_values,
    broken_labels,
)
"""All of the above."""


def texts_of(proof: Proof) -> Iterator[str]:
    """The paragraphs of a Word file, or the cells of a workbook."""
    if proof.form.output == "docx":
        for paragraph in _body(proof).iter(f"{W}p"):
            yield _text(paragraph)
        return
    for sheet in load_workbook(proof.document).worksheets:
        for row in sheet.iter_rows():
            yield from (cell.value for cell in row if isinstance(cell.value, str))


def leaves(form: Form, values: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Path and value of everything in `values` that has to be printed."""
    hidden = set(form.not_printed)
    for field in form.fields:
        if field.name not in hidden:
            yield from _leaves(field.name, values[field.name], hidden)


def _leaves(path: str, value: Any, hidden: set[str]) -> Iterator[tuple[str, Any]]:
    if isinstance(value, list):
        for number, item in enumerate(value, 1):
            if isinstance(item, dict):
                for key, inner in item.items():
                    if f"{path}.{key}" not in hidden:
                        yield from _leaves(f"{path}[{number}].{key}", inner, hidden)
            else:
                yield from _leaves(path, item, hidden)
    elif isinstance(value, str):
        yield from ((path, line) for line in value.splitlines() if line.strip())
    elif value is not None and not isinstance(value, bool | PhotoFile):
        yield path, value


def is_printed(value: Any, text: str) -> bool:
    """Whether `value` can be read in a page's text in any way in which it may be written."""
    if isinstance(value, dt.datetime):
        return is_printed(value.date(), text) and is_printed(value.time(), text)
    if isinstance(value, dt.date) and _is_month(value, text):
        return True
    return any(squeezed(way) in text for way in _ways_to_print(value))


def _ways_to_print(value: Any) -> set[str]:
    if isinstance(value, dt.date):
        return _days(value)
    if isinstance(value, dt.time):
        return _times(value)
    if isinstance(value, int | Decimal):
        return _numbers(Decimal(value))
    text = str(value)
    masked = {FILTERS["脱敏"](text), text[-4:]} if re.fullmatch(r"\d{7,17}[\dXx]", text) else set()
    return {text} | masked


def _days(day: dt.date) -> set[str]:
    numbers = [(day.year, day.month, day.day), (day.month, day.day)]
    plain = {sep.join(map(str, part)) for part in numbers for sep in "-./"}
    padded = {sep.join(f"{one:02}" for one in part) for part in numbers for sep in "-./"}
    return {
        *plain,
        *padded,
        f"{day:%Y%m%d}",
        chinese.date_text(day),
        chinese.date_numerals(day),
        chinese.school_year_text(day),
        f"{day.month}月{day.day}日",
        f"{day.month:02}月{day.day:02}日",
    }


def _is_month(day: dt.date, text: str) -> bool:
    """Whether the month alone is printed, which is enough for the date of a monthly record."""
    month = re.escape(chinese.month_text(day))
    number = rf"{day:%Y-%m}|{day:%Y%m}"
    return re.search(rf"{month}(?!\d{{1,2}}日)|(?:{number})(?![\d-])", text) is not None


def _times(time: dt.time) -> set[str]:
    hour, minute = time.hour, time.minute
    exact = {f"{hour}时"} if not minute else set()
    return {f"{hour}:{minute:02}", f"{hour}时{minute:02}分", f"{hour}时{minute}分", *exact}


def _numbers(number: Decimal) -> set[str]:
    plain = f"{number.normalize():f}"
    percent = f"{(number * 100).normalize():f}%"
    grouped = {f"{number:,}", f"{number:,.2f}", f"{number:.2f}", f"{number:.1f}"}
    if number == number.to_integral_value() and 0 <= number < 10_000:
        grouped.add(chinese.numeral(int(number)))
    return {plain, percent, str(number), *grouped}


def _around(text: str, found: re.Match[str]) -> str:
    return text[max(found.start() - 12, 0) : found.end() + 12]


def _text(element: Any) -> str:
    return "".join(part.text or "" for part in element.iter(f"{W}t"))


def _empty_rows_of_word(proof: Proof) -> Iterator[str]:
    """Rows of ruled tables without a word or a picture; unruled ones show nothing."""
    for table in _body(proof).iter(f"{W}tbl"):
        if _style(table, "tblStyle") == "Plain":
            continue
        head = ""
        for number, row in enumerate(table.iterchildren(f"{W}tr"), 1):
            if not _text(row).strip() and next(row.iter(f"{W}drawing"), None) is None:
                yield f"“{head}…”表第{number}行"
            head = head or _text(row)[:16]


def _empty_rows_of_excel(proof: Proof) -> Iterator[str]:
    for sheet in load_workbook(proof.document).worksheets:
        numbers = [str(number) for number in _empty_framed_rows(sheet)]
        if numbers:
            yield f"“{sheet.title}”第{'、'.join(numbers)}行"


def _empty_framed_rows(sheet: Any) -> Iterator[int]:
    """Framed rows without a value; a cell merged with a filled one above is not empty."""
    covered = {
        row
        for area in sheet.merged_cells.ranges
        if sheet.cell(area.min_row, area.min_col).value is not None
        for row in range(area.min_row, area.max_row + 1)
    }
    for cells in sheet.iter_rows():
        number = cells[0].row
        is_framed = any(
            cell.border.bottom is not None and cell.border.bottom.style for cell in cells
        )
        is_blank = all(cell.value is None or not str(cell.value).strip() for cell in cells)
        if is_framed and is_blank and number not in covered:
            yield number


def _labels(proof: Proof) -> Iterator[tuple[str, int]]:
    """Each label of a table, and how many characters fit on a line of its cell."""
    profile = profile_named(proof.form.profile)
    for cell in _body(proof).iter(f"{W}tc"):
        style = _style(cell, "pStyle")
        if style in {"Label", "Head"}:
            width = int(next(cell.iter(f"{W}tcW")).get(f"{W}w")) - 2 * profile.cell_margin
            room = width // (profile.style(style).size * 10 + profile.run_spacing)
            yield _lines_of(cell), room


def _lines_of(cell: Any) -> str:
    parts = cell.iter(f"{W}t", f"{W}br", f"{W}p")
    return "".join(part.text or "" if part.tag == f"{W}t" else "\n" for part in parts).strip("\n")


def _breaks_badly(line: str, room: int) -> bool:
    """One character left over, or a short word torn; one character a line is a choice."""
    length = sum(0.5 if character.isascii() else 1 for character in line)
    if length <= room or room < 2:
        return False
    return length <= 4 or 0 < length % room <= 1


def _body(proof: Proof) -> Any:
    return docx.Document(str(proof.document)).element.body


def _style(element: Any, name: str) -> str:
    found = next(element.iter(f"{W}{name}"), None)
    return "" if found is None else str(found.get(f"{W}val"))


def _signature_blocks(proof: Proof) -> Iterator[list[str]]:
    """The cells of each signature block, blanks removed, empty ones left out."""
    for table in _body(proof).iter(f"{W}tbl"):
        if _style(table, "tblStyle") == "Plain" and _style(table, "pStyle") == "Sign":
            cells = [squeezed(_text(cell)) for cell in table.iter(f"{W}tc")]
            yield [cell for cell in cells if cell]


def _lonely(cells: list[str], pages: tuple[Page, ...]) -> list[str]:
    if not cells:
        return []
    holding = [page for page in pages if all(cell in page.text for cell in cells)]
    if not holding:
        return [f"签署栏分在了两页：{cells[0]}"]
    if any(_other_lines(page, cells) for page in holding):
        return []
    return [f"签署栏独占第{holding[0].number}页：{cells[0]}"]


def _other_lines(page: Page, cells: list[str]) -> list[Line]:
    """Lines of the body that are no part of the signature block."""
    block = "".join(cells)
    return [line for line in page.body if not set(line.text) <= set(block)]


def _short_last_lines(page: Page, text: str) -> Iterator[int]:
    """Characters on the second and last line of `text`, where there are one or two."""
    if len(page.characters) == len(squeezed("".join(one.text for one in page.characters))):
        start = page.text.find(text)
        bases = (
            [one.base for one in page.characters[start : start + len(text)]] if start >= 0 else []
        )
        lines = sorted({round(base, 1) for base in bases})
        last = sum(1 for base in bases if round(base, 1) == lines[-1]) if lines else 0
        if len(lines) == 2 and last <= 2:
            yield last
