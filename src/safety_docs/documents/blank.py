"""Values that are left to be written by hand: what stands for them while a template is rendered.

A blank is true in conditions, so that every section is printed; it equals what is empty, and is
neither less nor more than anything. Filters give it another shape (`filtered`) instead of failing.
It prints as a mark, which `blank_page` turns into an empty cell, a line or a box, depending on
where it stands. The code points around a mark are noncharacters (Unicode 16.0, 23.7): no text that
people write has them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from markupsafe import Markup, escape

from safety_docs.documents import filters

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

OPEN, CLOSE = "\ufdd2", "\ufdd3"
MARK = re.compile(rf"{OPEN}(\w+)\|(\d+)\|([01])\|([^{CLOSE}]*){CLOSE}")
"""Kind, width, whether it stands in a row of a table, and the words of a printed mark."""
LINE = "\uff3f"
SPACE = "\u3000"
LINES_IN_TEXT = 16
"""Width of a paragraph to be written, where it stands within a sentence."""
MOST_ROWS = 60
"""Rows of a table that has no limit of its own."""
ROWS_OF_LIST = 5
"""Rows of a list whose length nobody knows."""

Kind = Literal["text", "number", "lines", "words", "boxes", "photo"]

_DATE = "　　　　年　　月　　日"
_TIME = "　　时　　分"
WORDS = {
    "日期": _DATE,
    "中文日期": _DATE,
    "年月": "　　　　年　　月",
    "星期": "星期　",
    "时刻": _TIME,
    "学年": "　　　　—　　　　学年",
    "学期": "第　　学期",
    "班级": "　　年级（　　）班",
}
"""What is printed for an empty value behind a filter."""
MOMENTS = {"date": _DATE, "time": _TIME, "datetime": _DATE + _TIME}
"""What is printed for an empty value of a type without a filter."""
_COUNTS = frozenset({"length", "count"})
_NUMBERS = frozenset({"sum", "int", "float", "abs", "round", "min", "max", "序号", "中文数字"})
_CHOOSING = frozenset(
    {"list", "sort", "unique", "select", "selectattr", "reject", "rejectattr", "reverse", "default"}
)
_NO_TEMPLATE_NAMES = frozenset({"unsafe_callable", "alters_data", "jinja_pass_arg"})


@dataclass(frozen=True, slots=True, eq=False)
class Blank:
    """One value to be written by hand.

    Attributes:
        kind: What room it needs.
        width: In Chinese characters; for ``lines``, how many lines.
        words: What is printed of it in any case, such as 年月日 or the boxes of a choice.
        in_row: Whether it is a cell of a table with rows.
        size: What it counts, if it stands for the length of a table.
    """

    kind: Kind = "text"
    width: int = 8
    words: str = ""
    in_row: bool = False
    size: int | None = None

    def __str__(self) -> str:
        """The mark, without markup."""
        return f"{OPEN}{self.kind}|{self.width}|{int(self.in_row)}|{self.words}{CLOSE}"

    def __html__(self) -> str:
        return str(escape(str(self)))

    def __format__(self, _spec: str, /) -> str:
        return str(self)

    def run(self) -> Markup:
        """The mark as a run of its own, for where a picture would stand."""
        return Markup("<w:r><w:t>{}</w:t></w:r>").format(self)

    def filtered(self, name: str, arguments: Sequence[Any]) -> Any:
        """What the filter `name` makes of it."""
        if name == "勾选":
            return filters.tick(None, *arguments)
        if name in {"batch", "slice"}:
            return [[self]]
        if name in {"groupby", "dictsort", "items"}:
            return []
        return self._shaped(name, *arguments)

    def _shaped(self, name: str, *arguments: Any) -> Blank:
        if name in WORDS:
            return replace(self, kind="words", words=WORDS[name])
        if name == "空白线":
            return replace(self, kind="text", words="", width=(*arguments, 8)[0])
        if name == "分段" and self.kind != "lines":
            return replace(self, kind="lines", words="", width=3)
        if name in _NUMBERS or name in _COUNTS:
            return replace(self, kind="number", words="", width=3)
        return self

    def rows(self, count: int = ROWS_OF_LIST) -> BlankRows:
        """Rows of a list that is not known yet."""
        return BlankRows([replace(self, in_row=True)] * count)

    def __bool__(self) -> bool:
        return True

    def __eq__(self, other: object) -> bool:
        if isinstance(other, int) and self.size is not None:
            return self.size == other
        return other in ("", None)

    def __hash__(self) -> int:
        return hash("")

    def __iter__(self) -> Iterator[Blank]:
        return iter(self.rows())

    def __contains__(self, _item: object) -> bool:
        return False

    def __getattr__(self, name: str) -> Blank:
        if name.startswith("_") or name in _NO_TEMPLATE_NAMES:
            raise AttributeError(name)
        return self[name]

    def __getitem__(self, _key: object) -> Blank:
        return Blank(in_row=self.in_row)

    def __call__(self, *_arguments: object) -> Blank:
        """A method of what is not known gives what is not known."""
        return Blank(in_row=self.in_row)

    def _computed(self, _other: object = None) -> Blank:
        return Blank("number", 3, in_row=self.in_row)

    __add__ = __radd__ = __sub__ = __rsub__ = _computed
    __mul__ = __rmul__ = __mod__ = __rmod__ = _computed
    __truediv__ = __rtruediv__ = __floordiv__ = __rfloordiv__ = _computed
    __neg__ = __pos__ = _computed

    def __lt__(self, other: Any) -> bool:
        return self.size is not None and bool(self.size < other)

    def __le__(self, other: Any) -> bool:
        return self.size is not None and bool(self.size <= other)

    def __gt__(self, other: Any) -> bool:
        return self.size is not None and bool(self.size > other)

    def __ge__(self, other: Any) -> bool:
        return self.size is not None and bool(self.size >= other)


class BlankRows(list[Any]):
    """A table of which nothing is known: as many empty rows as are worth printing.

    Attributes:
        most: Rows that the table may have.
    """

    def __init__(self, rows: Iterable[Any], most: int = MOST_ROWS) -> None:
        super().__init__(rows)
        self.most = most

    def filling(self, count: int) -> BlankRows:
        """The same table with `count` rows, or as many as it may have."""
        return BlankRows([self[0]] * min(count, self.most), self.most)

    def filtered(self, name: str, _arguments: Sequence[Any]) -> Any:
        """What the filter `name` makes of it; NotImplemented to let it do its work."""
        if name in _COUNTS:
            return Blank("number", 3, size=len(self))
        if name in _NUMBERS:
            return Blank("number", 3)
        if name in {"join", "顿号"}:
            return Blank(width=12)
        if name == "map":
            return Blank().rows(len(self))
        if name == "groupby":
            return []
        return self if name in _CHOOSING else NotImplemented


def shaped(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """The filter `name` for a blank or a table of blanks.

    Args:
        name: Of the filter.
        function: The filter itself, for whatever is not left blank.
    """
    position = 1 if hasattr(function, "jinja_pass_arg") else 0

    def call(*args: Any, **kwargs: Any) -> Any:
        subject = args[position] if len(args) > position else None
        if isinstance(subject, Blank | BlankRows):
            result = subject.filtered(name, args[position + 1 :])
            if result is not NotImplemented:
                return result
        return function(*args, **kwargs)

    return call


def written_out(text: str) -> str:
    """Text with its marks as room to write in: a line, or white space in a row of a table.

    >>> written_out(f"共{Blank('number', 3, in_row=True)}人")
    '共　　　人'
    """

    def room(found: re.Match[str]) -> str:
        return room_for(found, SPACE if found[3] == "1" else LINE)

    return MARK.sub(room, text)


def room_for(found: re.Match[str], blank: str) -> str:
    """What is printed for one mark: its words, or as many times `blank` as it is wide.

    Boxes in a line of text would tear it: there the choices are printed with strokes between them,
    one of which is struck out or circled by hand.
    """
    if found[1] == "boxes" and blank == LINE:
        return found[4].replace("☐ ", "").replace(SPACE, "／")
    width = LINES_IN_TEXT if found[1] == "lines" else int(found[2])
    return found[4].replace(SPACE, blank) or blank * width
