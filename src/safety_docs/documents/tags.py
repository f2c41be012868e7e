"""Finding the tags in a piece of text, and what is wrong with how they are typed.

Counted in characters from 0, ends exclusive. A tag stands inside one paragraph; nothing here looks
beyond the text it is given, so a broken tag cannot swallow its neighbours.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_WIDTHS = str.maketrans({"｛": "{", "｝": "}", "％": "%"})
_DELIMITER = re.compile(r"\{\{|\{%|\{#|\}\}|%\}|#\}")
_CLOSER = {"{{": "}}", "{%": "%}", "{#": "#}"}
_LEVEL = re.compile(r"(p|tr|tc|r)\s")
_COMMENT_LEVEL = re.compile(r"(p|tr|tc)\s")
_WORDS = r"(?:for|if|elif|else|endfor|endif|set)\b"
LEVEL_APART = re.compile(rf"\s+(p|tr|tc|r)\s+{_WORDS}")
LEVEL_GLUED = re.compile(rf"(p|tr|tc|r){_WORDS}")
_STRING = re.compile(r"'[^']*'|\"[^\"]*\"")
_QUOTED = re.compile(f"({_STRING.pattern})")
_PUNCTUATION = re.compile(r"[“”‘’（），．｜：；\uff3b\uff3d＝＞＜！]")
MAX_TAG_LENGTH = 2_000


@dataclass(frozen=True, slots=True)
class Tag:
    """One complete tag.

    Attributes:
        start: First character in the text.
        end: One after the last.
        raw: As typed.
        opener: ``{{``, ``{%`` or ``{#``.
        level: What the tag replaces: "" itself, ``p`` its paragraph, ``tr`` its row, ``tc`` its
            cell, ``r`` its run.
        body: The inside without level and whitespace-control marks.
        trims: Whether it has a ``-`` or ``+`` beside a delimiter.
    """

    start: int
    end: int
    raw: str
    opener: str
    level: str
    body: str
    trims: bool

    @property
    def keyword(self) -> str:
        """First word of a ``{%`` tag, else ""."""
        words = self.body.split(maxsplit=1)
        return words[0] if self.opener == "{%" and words else ""


@dataclass(frozen=True, slots=True)
class Slip:
    """Something typed wrongly: a lint code and a sentence without the place."""

    code: str
    message: str


def has_tag(text: str) -> bool:
    """Whether there is any delimiter, half- or full-width."""
    return bool(_DELIMITER.search(text.translate(_WIDTHS)))


def scan(text: str) -> tuple[tuple[Tag, ...], tuple[Slip, ...]]:
    """All complete tags of `text` in order, and every slip.

    >>> [tag.body for tag in scan("{{ 姓名 }}于{{日期|日期}}")[0]]
    ['姓名', '日期|日期']
    >>> scan("姓名 {{ 姓名 }")[1][0].code
    'T101'
    """
    normal = text.translate(_WIDTHS)
    tags: list[Tag] = []
    slips: list[Slip] = []
    opened: re.Match[str] | None = None
    for match in _DELIMITER.finditer(normal):
        mark = match.group()
        if opened and opened.group() == "{#" and mark != "#}":
            continue
        if mark in _CLOSER:
            if opened:
                slips.append(_unclosed(text[opened.start() : match.start()], opened.group()))
            opened = match
        elif opened is None:
            slips.append(_unopened(text[: match.end()], mark))
        elif _CLOSER[opened.group()] != mark:
            slips.append(_unclosed(text[opened.start() : match.end()], opened.group()))
            opened = None
        else:
            tag = _tag(text, opened.start(), match.end(), opened.group())
            tags.append(tag)
            slips += _slips(tag)
            opened = None
    if opened:
        slips.append(_unclosed(text[opened.start() :], opened.group()))
    return tuple(tags), tuple(slips)


def _unclosed(fragment: str, opener: str) -> Slip:
    closer = _CLOSER[opener]
    typed = fragment.rstrip()
    half = closer[0] if typed.endswith(closer[0]) and closer != "}}" else ""
    lacks = closer[1] if typed.endswith(closer[0]) or half else closer
    return Slip("T101", f"标签“{_short(typed)}”没有写完，缺少“{lacks}”。")


def _unopened(fragment: str, mark: str) -> Slip:
    opener = next(key for key, closer in _CLOSER.items() if closer == mark)
    return Slip("T101", f"“{_short(fragment[-24:])}”只有结尾，前面缺少“{opener}”。")


def _short(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:40]}…"


def _tag(text: str, start: int, end: int, opener: str) -> Tag:
    inner = text[start + 2 : end - 2]
    trims = inner[:1] in {"-", "+"} or inner[-1:] in {"-", "+"}
    inner = inner[1:] if inner[:1] in {"-", "+"} else inner
    inner = inner[:-1] if inner[-1:] in {"-", "+"} else inner
    level = (_COMMENT_LEVEL if opener == "{#" else _LEVEL).match(inner)
    body = inner[level.end() :] if level else inner
    found = level.group(1) if level else ""
    return Tag(start, end, text[start:end], opener, found, _folded(body), trims)


def _folded(body: str) -> str:
    """`body` with each run of white space outside quotes as one space.

    >>> _folded("  甲 |default( '　　' ) ")
    "甲 |default( '　　' )"
    """
    pieces = _QUOTED.split(body)
    folded = [
        piece if index % 2 else re.sub(r"\s+", " ", piece) for index, piece in enumerate(pieces)
    ]
    return "".join(folded).strip()


def _slips(tag: Tag) -> list[Slip]:
    if tag.opener == "{#":
        return []
    bare = without_strings(tag.raw)
    found = []
    if bare != bare.translate(_WIDTHS) or "\u3000" in bare:
        fixed = fix_widths(tag.raw)
        found.append(Slip("T102", f"用了全角符号“{tag.raw}”，请改成“{fixed}”。"))
    if glued := LEVEL_APART.match(tag.raw[2:]):
        right = f"{{%{glued.group(1)} "
        found.append(Slip("T106", f"“{_short(tag.raw)}”中间多了空格，应以“{right}”开头。"))
    elif glued := LEVEL_GLUED.match(tag.raw[2:]):
        right = f"{{%{glued.group(1)} "
        found.append(Slip("T106", f"“{_short(tag.raw)}”少了空格，应以“{right}”开头。"))
    if wrong := _PUNCTUATION.search(bare):
        found.append(
            Slip("T108", f"标签“{_short(tag.raw)}”里用了中文标点“{wrong.group()}”，应为英文标点。")
        )
    if len(tag.raw) > MAX_TAG_LENGTH:
        found.append(Slip("T109", f"标签“{_short(tag.raw)}”太长，请拆开写。"))
    return found


def without_strings(text: str) -> str:
    """`text` with its quoted strings blanked out, the same length.

    >>> without_strings("x|default('（无）')")
    'x|default(     )'
    """
    return _STRING.sub(lambda match: " " * len(match.group()), text)


def fix_widths(text: str) -> str:
    """Half-width delimiters and spaces, outside strings.

    >>> fix_widths("｛｛　姓名 ｝｝")
    '{{ 姓名 }}'
    """
    bare = without_strings(text)
    narrow = bare.translate(_WIDTHS).replace("\u3000", " ")
    return "".join(
        new if old != new else typed for typed, old, new in zip(text, bare, narrow, strict=True)
    )
