"""Boxes (盒): which folder a number belongs to, and what its files are called.

A box holds one year, one category and one retention period (DA/T 22-2015), and a fixed count of
consecutive numbers, so that the place of a record follows from its reference code.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from safety_docs.core.names import MAX_COMPONENT_BYTES, portable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from safety_docs.core.classification import Category
    from safety_docs.core.reference_code import ReferenceCode

MAX_PATH_UNITS = 200
"""Longest path within a cabinet in UTF-16 units, so that Windows can open it where it lies."""

_BOX = re.compile(
    r"boxes/(?P<year>[0-9]{4})/(?P<category>[0-9]{2})-[^/]+/(?P<term>Y|D[0-9]{1,3})-"
    r"(?P<number>[0-9]{3,4})"
)
_LABEL_BYTES = 60


def box_of(code: ReferenceCode, category: Category, records_per_box: int) -> str:
    """The box of a code, relative to the cabinet: ``boxes/2022/02-安全责任书/D30-001``."""
    series = code.series
    box = (code.number - 1) // records_per_box + 1
    return f"boxes/{series.year}/{category.folder}/{series.retention}-{box:03d}"


def box_in(path: str) -> re.Match[str] | None:
    """The box part of a stored path, with groups ``year category term number``."""
    return _BOX.match(path)


def file_names(number: int, title: str, parts: Sequence[tuple[str, str]], room: int) -> list[str]:
    """Names for the files of one record, in order.

    Args:
        number: 件号 within the series.
        title: 题名, cut as far as needed.
        parts: Label and suffix of each file; the first is the main one and shows no label.
        room: UTF-16 units left for a name after the folder's path.
    """
    labels = ["", *(portable(label, _LABEL_BYTES) for label, _ in parts[1:])]
    tails = [parts[0][1]]
    for place in range(1, len(parts)):
        label = labels[place]
        alike = [other for other in range(1, len(parts)) if labels[other] == label]
        count = str(alike.index(place) + 1) if len(alike) > 1 else ""
        tails.append(f".{label}{count}{parts[place][1]}")
    longest = max(tails, key=lambda tail: len(tail.encode("utf-8")))
    stem = _stem(f"{number:04d}-", title, longest, room)
    return [f"{stem}{tail}" for tail in tails]


def name_beside(path: str, label: str, count: int, suffix: str) -> str:
    """Path for a file that is added to a record later, in the folder of its main file.

    Args:
        path: Stored path of the main file.
        label: What the added file is.
        count: How many of this label there are then; the first shows no count.
        suffix: Ending of the name.
    """
    folder, _, name = path.rpartition("/")
    number, _, title = name.rpartition(".")[0].partition("-")
    tail = f".{portable(label, _LABEL_BYTES)}{count if count > 1 else ''}{suffix}"
    room = MAX_PATH_UNITS - units(folder) - 1
    return f"{folder}/{_stem(f'{number}-', title, tail, room)}{tail}"


def _stem(prefix: str, title: str, tail: str, room: int) -> str:
    max_bytes = MAX_COMPONENT_BYTES - len(prefix) - len(tail.encode("utf-8"))
    max_units = room - len(prefix) - units(tail)
    name = portable(title, max_bytes)
    while units(name) > max_units:
        name = portable(name[:-1])
    return prefix + name


def units(text: str) -> int:
    """Length in UTF-16 units, as Windows counts."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
