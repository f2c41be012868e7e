"""What of a record is searched, field by field, and how it is shown.

Every field holds values; a value is what people read (numbers masked) and its normal form (each
number one placeholder). A search never crosses from one value into the next.
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from safety_docs.core.record import ReadLine, ReadText
from safety_docs.index.masking import Masked, mask
from safety_docs.index.normalise import DOT, normalise
from safety_docs.index.tokens import tokens

if TYPE_CHECKING:
    from collections.abc import Iterator

    from safety_docs.core.record import Record

BARE_FIELDS = ("title", "people", "form", "body")
"""Where a bare word is looked for. Codes are not among them: ``20`` would match every record of
the years 2000 to 2099; a word that reads like a piece of a code is looked for in codes as well."""

MAX_KEPT_LINES = 8_192
"""Lines of bodies whose normal form is remembered within a process."""

_CODE_MARKS = str.maketrans(dict.fromkeys("-‐‑\u2012–—−﹣/", DOT))
_LONE = re.compile("[\ud800-\udfff]")
_CODE_PIECE = re.compile(r"·?[a-z0-9]+(?:·[a-z0-9]+)+·?")


class Value:
    """One searchable value.

    Attributes:
        masked: What is shown, with the places of masked numbers.
    """

    def __init__(
        self, masked: Masked, normal: str | None = None, token_text: str | None = None
    ) -> None:
        self.masked = masked
        if normal is not None:
            self.normal = normal
        if token_text is not None:
            self.token_text = token_text

    @cached_property
    def normal(self) -> str:
        """Normal form of what is searched; made when first asked for, unless it was given."""
        return normalise(self.masked.hidden)

    @cached_property
    def token_text(self) -> str:
        """Tokens of the normal form, for an engine that takes them."""
        return tokens(self.normal)


@dataclass(frozen=True, slots=True)
class Searchable:
    """A record as search sees it: for each of ``tree.TEXT_FIELDS``, its values in order."""

    fields: Mapping[str, tuple[Value, ...]]

    def normals(self, field: str) -> tuple[str, ...]:
        """Normal forms of the values of `field`; the empty name means `BARE_FIELDS`."""
        names = (field,) if field else BARE_FIELDS
        return tuple(value.normal for name in names for value in self.fields[name])


def searchable(record: Record, text: str | ReadText) -> Searchable:
    """Take from `record` and the text of its files what is searched."""
    return Searchable(
        {
            "title": (text_value(record.title),),
            "people": tuple(text_value(person) for person in record.people),
            "form": (text_value(record.form_title),),
            "code": (code_value(record.code),),
            "category": (text_value(category_name(record)),),
            "body": (body_value(text),),
        }
    )


def to_json(record: Searchable) -> str:
    """All fields but the body: for each its values, as text with the spans of numbers."""
    fields = {
        name: [[value.masked.text, value.masked.spans] for value in values]
        for name, values in record.fields.items()
        if name != "body"
    }
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":"))


def from_json(text: str, body: Value) -> Searchable:
    """The record of which `to_json` wrote all but `body`."""
    return Searchable(_Fields(text, body))


class _Fields(Mapping[str, tuple[Value, ...]]):
    """Fields read from JSON when first asked for: most snippets need only the body."""

    def __init__(self, text: str, body: Value) -> None:
        self._text = text
        self._body = (body,)

    def __getitem__(self, name: str) -> tuple[Value, ...]:
        return self._body if name == "body" else self._others[name]

    def __iter__(self) -> Iterator[str]:
        return iter((*self._others, "body"))

    def __len__(self) -> int:
        return len(self._others) + 1

    @cached_property
    def _others(self) -> dict[str, tuple[Value, ...]]:
        return {
            name: tuple(_value(name, shown, spans) for shown, spans in values)
            for name, values in json.loads(self._text).items()
        }


def _value(field: str, shown: str, spans: list[list[int]]) -> Value:
    masked = Masked(shown, tuple((start, end) for start, end in spans))
    return Value(masked, code_form(shown)) if field == "code" else Value(masked)


def text_value(text: str) -> Value:
    """A value in which numbers are masked."""
    return Value(mask(_LONE.sub("\ufffd", text)))


@functools.lru_cache(maxsize=MAX_KEPT_LINES)
def read_line(text: str) -> ReadLine:
    """A line of a body; those that came lately are remembered."""
    value = text_value(text)
    masked = value.masked
    return ReadLine(masked.text, masked.spans, value.normal, tokens(value.normal))


def read_text(text: str) -> ReadText:
    """The text of a record's files, read for search.

    Neither a number nor a normal form reaches over a line break, so lines are read one by one, and
    those that came lately are not read again: the letters of a term differ in a few lines only.
    """
    return ReadText(tuple([read_line(line) for line in text.split("\n")]))


def body_value(text: str | ReadText) -> Value:
    """The text of a record's files; lines are put together."""
    lines = (text if isinstance(text, ReadText) else read_text(text)).lines
    spans: list[tuple[int, int]] = []
    start = 0
    for line in lines:
        if line.spans:
            spans += [(start + first, start + last) for first, last in line.spans]
        start += len(line.shown) + 1
    return Value(
        Masked("\n".join([line.shown for line in lines]), tuple(spans)),
        "".join([line.normal for line in lines]),
        " ".join([line.tokens for line in lines if line.normal]),
    )


def code_value(code: str) -> Value:
    """A reference code; it holds no numbers to mask."""
    return Value(Masked(code), code_form(code))


def code_form(text: str) -> str:
    """Normal form of a reference code or a piece of one: every separator is the same.

    >>> code_form("Z109－WS·2022-D30") == code_form("z109-ws-2022-d30")
    True
    """
    return normalise(text).translate(_CODE_MARKS)


def is_code_piece(text: str) -> bool:
    """Whether `text` reads like a piece of a reference code, such as ``A02-0001``."""
    form = code_form(text)
    return (
        len(form) >= 6
        and _CODE_PIECE.fullmatch(form) is not None
        and any(character.isdigit() for character in form)
        and any(character.isalpha() for character in form)
    )


def category_name(record: Record) -> str:
    """The category's name, read from the folder of the main file; empty if it does not tell."""
    if not record.parts:
        return ""
    prefix = f"{record.category}-"
    for folder in record.path.split("/")[:-1]:
        if folder.startswith(prefix):
            return folder.removeprefix(prefix)
    return ""
