"""Filters of a request, cleaned: what both engines compare with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from safety_docs.core.idnumber import PLACEHOLDER
from safety_docs.core.retention import Retention, RetentionError
from safety_docs.index.errors import QueryError
from safety_docs.index.lexer import pieces
from safety_docs.index.masking import mask
from safety_docs.index.normalise import normalise

if TYPE_CHECKING:
    import datetime as dt

    from safety_docs.index.engine import SearchRequest

NUMBER_NOTE = "身份证号和手机号不进全文索引，按号码查不到，请改用姓名查找。"
FIELD_NOTE = "冒号前面的字当作字段查了；要照原样查，请整段放进中文引号“”。"


@dataclass(frozen=True, slots=True)
class Filters:
    """What a record must have besides matching the query; empty and None ask for nothing.

    Attributes:
        category: Category code, or normal form of a category name.
        year: 年度.
        date_from: First date, included.
        date_to: Last date, included.
        person: Normal form of a whole name.
        form: Form id, the last part of one, or a form title, as typed.
        retention: Retention code.
        with_superseded: Whether corrected records count.
    """

    category: str
    year: int | None
    date_from: dt.date | None
    date_to: dt.date | None
    person: str
    form: str
    retention: str
    with_superseded: bool


def filters(request: SearchRequest) -> Filters:
    """Read the filters of `request`.

    Raises:
        QueryError: If the retention period cannot be read.
    """
    category = normalise(request.category)
    return Filters(
        category=category.zfill(2) if category.isascii() and category.isdigit() else category,
        year=request.year,
        date_from=request.date_from,
        date_to=request.date_to,
        person=normalise(mask(request.person).hidden),
        form=request.form.strip(),
        retention=_retention(request.retention),
        with_superseded=request.with_superseded,
    )


def notes(query: str) -> tuple[str, ...]:
    """A sentence for those who search by a hidden number, or by text that reads like a field.

    A full-width colon is how text is printed; who means a field may type it as well.
    """
    found = [NUMBER_NOTE] if mask(query).spans and PLACEHOLDER not in query else []
    fields = [piece.source for piece in pieces(query) if piece.kind == "field"]
    if any("：" in field for field in fields):
        found.append(FIELD_NOTE)
    return tuple(found)


def _retention(text: str) -> str:
    if not text.strip():
        return ""
    try:
        return Retention.parse(text).code
    except RetentionError as error:
        problem = f"期限“{text}”看不懂，请写 永久、30年 或 10年"
        raise QueryError(problem) from error
