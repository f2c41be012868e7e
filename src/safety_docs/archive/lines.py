"""Reading line files from their end or their middle, without reading all of them.

Lines end in one newline byte; numbers in them only grow. Offsets are bytes from the start.
"""

from __future__ import annotations

import os
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_BLOCK = 1 << 16


def seek_line(stream: IO[bytes], wanted: int, number: Callable[[bytes], int]) -> int:
    """Offset of the first line whose number is at least `wanted`, the end if there is none.

    Args:
        stream: Any place in the file.
        wanted: The number to look for.
        number: Number of a line given without its newline; raises if it has none.
    """
    low, high = 0, stream.seek(0, os.SEEK_END)
    while low < high:
        middle = (low + high) // 2
        start = _line_start(stream, middle)
        line = stream.readline()
        if start >= high or not line.endswith(b"\n"):
            high = middle
        elif number(line[:-1]) < wanted:
            low = start + len(line)
        else:
            high = middle
    return low


def last_whole_line(stream: IO[bytes], end: int | None = None) -> tuple[int, bytes]:
    """Offset and bytes (no newline) of the last line that ends in a newline at or before `end`.

    Returns:
        ``(0, b"")`` if there is none.
    """
    size = stream.seek(0, os.SEEK_END)
    end = size if end is None else min(end, size)
    block = b""
    start = end
    while start > 0:
        step = min(_BLOCK, start)
        start -= step
        stream.seek(start)
        block = stream.read(step) + block
        last = block.rfind(b"\n")
        before = block.rfind(b"\n", 0, last) if last > 0 else -1
        if last >= 0 and (before >= 0 or start == 0):
            return start + before + 1, block[before + 1 : last]
    return 0, b""


def lines_backwards(stream: IO[bytes]) -> Iterator[tuple[int, bytes]]:
    """Offset and bytes of each whole line, the last first."""
    offset, raw = last_whole_line(stream)
    while raw or offset:
        yield offset, raw
        if offset == 0:
            return
        offset, raw = last_whole_line(stream, offset)


def _line_start(stream: IO[bytes], offset: int) -> int:
    """Go to the first line start at or after `offset`."""
    if offset == 0:
        return stream.seek(0)
    stream.seek(offset - 1)
    stream.readline()
    return stream.tell()
