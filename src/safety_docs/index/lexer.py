"""Cuts a query into pieces and decides which characters are operators and which are text.

Chinese text is full of brackets, quotes and colons, so an operator counts only where a word ends:

* a quote opens a phrase at the start of a word, and closes it at the end of one;
* a bracket opens a group at the start of a word, if its partner closes at the end of one;
* a colon ends a field name only if the name is known;
* ``AND``, ``OR``, ``NOT`` stand alone and have what they join.

Everything else is text: ``关于印发（试行）的通知`` is one word. The full-width forms ``：（）“”``
count as their ASCII forms.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from safety_docs.index.errors import QueryError

MAX_LENGTH = 256
MAX_TERMS = 16
MAX_DEPTH = 16

Kind = Literal["word", "phrase", "range", "field", "open", "close", "AND", "OR", "NOT"]

FIELDS = {
    "题名": "title",
    "标题": "title",
    "title": "title",
    "类目": "category",
    "category": "category",
    "日期": "date",
    "date": "date",
    "年度": "year",
    "year": "year",
    "姓名": "people",
    "人员": "people",
    "责任者": "people",
    "person": "people",
    "people": "people",
    "表单": "form",
    "form": "form",
    "档号": "code",
    "code": "code",
    "期限": "retention",
    "保管期限": "retention",
    "retention": "retention",
    "正文": "body",
    "text": "body",
    "body": "body",
}
"""Field names as people type them, and the names used inside."""

_OPENERS, _CLOSERS = "(（", ")）"
_QUOTES = {'"': '"＂', "＂": '"＂', "“": "”", "”": "”"}
_FIELD = re.compile(rf"({'|'.join(sorted(FIELDS, key=len, reverse=True))})[:：]\s*", re.IGNORECASE)
_OPERATOR = re.compile(r"(?:AND|OR|NOT)(?=[\s(（\"“＂]|$)")
_RANGE = re.compile(r"[\[{][^\]}]*[\]}](?=[\s)）]|$)")
_WORD_END = re.compile(r"\s|$|(?:AND|OR|NOT)(?=[\s(（])")


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece of a query.

    Attributes:
        kind: What it is.
        text: The text of a word, phrase or range; the inner name of a field; as typed otherwise.
        source: As typed.
    """

    kind: Kind
    text: str
    source: str


def pieces(query: str) -> list[Piece]:
    """Cut `query` into pieces that form a sound expression.

    Raises:
        QueryError: If it is longer than 256 characters, has more than 16 terms or is nested
            deeper than 16.
    """
    if len(query) > MAX_LENGTH:
        problem = f"太长，有 {len(query)} 个字，最多 {MAX_LENGTH} 个字"
        raise QueryError(problem)
    found = _operators_with_operands(_Lexer(query).pieces())
    terms = sum(piece.kind in {"word", "phrase", "range"} for piece in found)
    if terms > MAX_TERMS:
        problem = f"有 {terms} 个词，最多 {MAX_TERMS} 个"
        raise QueryError(problem)
    return found


class _Lexer:
    """One walk over a query."""

    def __init__(self, query: str) -> None:
        self._query = query
        self._at = 0
        self._closers: list[int] = []
        self._found: list[Piece] = []

    def pieces(self) -> list[Piece]:
        while self._at < len(self._query):
            if self._query[self._at].isspace():
                self._at += 1
            elif self._closers and self._at == self._closers[-1]:
                self._closers.pop()
                self._take("close", self._at + 1)
            else:
                self._piece()
        return self._found

    def _piece(self) -> None:
        """Take the piece that starts here, at the start of a word."""
        character = self._query[self._at]
        if operator := _OPERATOR.match(self._query, self._at):
            self._take(_operator_kind(operator.group()), operator.end())
        elif field := _FIELD.match(self._query, self._at):
            self._take("field", field.end(), FIELDS[field[1].lower()])
        elif character in _QUOTES and (end := self._phrase_end()):
            self._take("phrase", end, self._query[self._at + 1 : end - 1])
        elif character in _OPENERS and (end := self._group_end()):
            self._closers.append(end)
            self._take("open", self._at + 1)
        else:
            self._value()

    def _value(self) -> None:
        after_field = bool(self._found) and self._found[-1].kind == "field"
        is_dated = after_field and self._found[-1].text in {"date", "year"}
        interval = _RANGE.match(self._query, self._at) if is_dated else None
        if interval:
            self._take("range", interval.end())
        else:
            self._take("word", self._word_end())

    def _take(self, kind: Kind, end: int, text: str | None = None) -> None:
        source = self._query[self._at : end]
        self._found.append(Piece(kind, source if text is None else text, source))
        self._at = end

    def _word_end(self) -> int:
        limit = self._closers[-1] if self._closers else len(self._query)
        end = self._at
        while end < limit and not self._query[end].isspace():
            end += 1
        return max(end, self._at + 1)

    def _phrase_end(self) -> int:
        """Just after the quote that closes the phrase opened here; 0 if none does."""
        closers = _QUOTES[self._query[self._at]]
        limit = self._closers[-1] if self._closers else len(self._query)
        for end in range(self._at + 2, limit + 1):
            if self._query[end - 1] in closers and self._is_word_end(end):
                return end
        return 0

    def _is_word_end(self, at: int) -> bool:
        if self._closers and at == self._closers[-1]:
            return True
        return _WORD_END.match(self._query, at) is not None

    def _group_end(self) -> int:
        """Where the bracket opened here is closed; 0 if it is text."""
        depth = 0
        limit = self._closers[-1] if self._closers else len(self._query)
        for end in range(self._at, limit):
            depth += (self._query[end] in _OPENERS) - (self._query[end] in _CLOSERS)
            if depth == 0:
                is_group = self._is_word_end(end + 1) and self._query[self._at + 1 : end].strip()
                return end if is_group and self._is_shallow() else 0
        return 0

    def _is_shallow(self) -> bool:
        if len(self._closers) < MAX_DEPTH:
            return True
        problem = f"括号套了 {MAX_DEPTH} 层以上"
        raise QueryError(problem)


def _operator_kind(text: str) -> Kind:
    return "AND" if text == "AND" else "OR" if text == "OR" else "NOT"


def _operators_with_operands(found: list[Piece]) -> list[Piece]:
    """Turn operators and field names that have nothing to work on into words."""
    while True:
        odd = next((at for at in range(len(found)) if not _is_sound(found, at)), None)
        if odd is None:
            return found
        source = found[odd].source
        found = [*found[:odd], Piece("word", source, source), *found[odd + 1 :]]


def _is_sound(found: list[Piece], at: int) -> bool:
    kind = found[at].kind
    before = found[at - 1].kind if at else "open"
    after = found[at + 1].kind if at + 1 < len(found) else "close"
    if kind == "field":
        return after in {"word", "phrase", "range", "open"}
    if kind == "NOT":
        return after in {"word", "phrase", "range", "open", "field"}
    if kind in {"AND", "OR"}:
        return before in {"word", "phrase", "range", "close"} and after not in {
            "AND",
            "OR",
            "close",
        }
    return True
