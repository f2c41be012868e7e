"""The notebook (专本): reads the spine and the pages that belong to it.

What is read is checked as it is read: every line against the one before, every page against its
commitment. A last line without its newline is a filing in progress or one cut short, and is not
part of the notebook yet.
"""

from __future__ import annotations

import contextlib
import hashlib
from typing import IO, TYPE_CHECKING

from safety_docs.archive.faults import DamageError, NotebookContradictionError, NotInNotebookError
from safety_docs.archive.lines import lines_backwards, seek_line
from safety_docs.archive.pages import page_seq, read_page
from safety_docs.archive.spine import (
    FORMAT,
    NewerFormatError,
    read_line,
    read_opening,
)
from safety_docs.core.record import START, Position

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from safety_docs.archive.pages import PageLine
    from safety_docs.archive.spine import (
        Opening,
        SpineLine,
    )


class Notebook:
    """The notebook in the folder ``notebook`` of a cabinet."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.spine = folder / "spine.jsonl"
        self.pages = folder / "pages"
        self.checkpoints = folder / "checkpoints"

    def opening(self) -> Opening:
        """What line 0 says.

        Raises:
            NewerFormatError: If a newer version wrote the cabinet.
            NotebookContradictionError: If there is no such line.
        """
        with self._open_spine() as stream:
            opening = read_opening(stream.readline().removesuffix(b"\n"))
        if opening is None:
            raise NotebookContradictionError(finding="E020", line=1, problem="不是专本的开头")
        if opening.format != FORMAT:
            raise NewerFormatError(opening.format)
        return opening

    def position(self) -> Position:
        """The last whole line that can be read; reads only the end of the file."""
        with self._open_spine() as stream:
            for _, raw in lines_backwards(stream):
                line = read_line(raw)
                if line is not None:
                    return Position(line.seq, line.digest)
        raise NotebookContradictionError(finding="E020", line=1, problem="不是专本的开头")

    def lines(self, after: Position = START) -> Iterator[SpineLine]:
        """Whole spine lines after a position, each checked against the one before.

        Raises:
            NotInNotebookError: If `after` is no point of this chain.
            NotebookContradictionError: If a line does not fit.
        """
        with self._open_spine() as stream:
            self._go_behind(stream, after)
            seq, head = after.seq, after.head
            for raw in stream:
                if not raw.endswith(b"\n"):
                    return
                line = read_line(raw[:-1])
                if line is None:
                    raise NotebookContradictionError(finding="E021", line=seq + 2, problem="看不懂")
                if line.previous != head or line.seq != seq + 1:
                    raise NotebookContradictionError(
                        finding="E024", line=seq + 2, problem="与上一行不衔接"
                    )
                seq, head = line.seq, line.digest
                yield line

    def entries(self, after: Position = START) -> Iterator[tuple[SpineLine, PageLine]]:
        """Lines after a position with their pages.

        Raises:
            DamageError: If a page is missing or altered.
        """
        with contextlib.ExitStack() as stack:
            segments: dict[str, IO[bytes]] = {}
            for line in self.lines(after):
                if line.segment not in segments:
                    stream = stack.enter_context(self._open_segment(line))
                    stream.seek(seek_line(stream, line.seq, self._page_number))
                    segments[line.segment] = stream
                yield line, self._matching(line, segments[line.segment].readline())

    def line(self, seq: int) -> SpineLine:
        """One spine line by its number.

        Raises:
            NotInNotebookError: If there is none.
        """
        with self._open_spine() as stream:
            stream.seek(seek_line(stream, seq, _line_number))
            line = read_line(stream.readline().removesuffix(b"\n"))
        if line is None or line.seq != seq:
            raise NotInNotebookError(seq)
        return line

    def page(self, line: SpineLine) -> PageLine:
        """The page of a spine line.

        Raises:
            DamageError: If it is missing or altered.
        """
        with self._open_segment(line) as stream:
            stream.seek(seek_line(stream, line.seq, self._page_number))
            return self._matching(line, stream.readline())

    def position_before(self, seq: int) -> Position:
        """The position just before line `seq`; `START` for 0."""
        if seq <= 0:
            return START
        line = self.line(seq - 1)
        return Position(line.seq, line.digest)

    def _open_spine(self) -> IO[bytes]:
        try:
            return self.spine.open("rb")
        except FileNotFoundError:
            raise NotebookContradictionError(
                finding="E020", line=1, problem="不见了（没有 spine.jsonl）"
            ) from None

    def _open_segment(self, line: SpineLine) -> IO[bytes]:
        path = self.pages / line.segment
        try:
            return path.open("rb")
        except FileNotFoundError:
            raise DamageError(
                finding="E027", path=f"pages/{line.segment}", problem="不见了"
            ) from None

    def _go_behind(self, stream: IO[bytes], after: Position) -> None:
        if after == START:
            return
        stream.seek(seek_line(stream, after.seq, _line_number))
        raw = stream.readline()
        whole = raw.endswith(b"\n") and hashlib.sha256(raw[:-1]).hexdigest() == after.head
        line = read_line(raw[:-1])
        if not whole or line is None or line.seq != after.seq:
            raise NotInNotebookError(after.seq)

    def _matching(self, line: SpineLine, raw: bytes) -> PageLine:
        page = read_page(raw.removesuffix(b"\n"))
        where = f"pages/{line.segment}"
        if page is None or page.seq != line.seq:
            raise DamageError(finding="E027", path=where, problem=f"里没有第 {line.seq} 条的页")
        if page.commitment != line.commitment:
            raise DamageError(finding="E026", path=where, problem=f"里第 {line.seq} 条的页被改过")
        return page

    @staticmethod
    def _page_number(raw: bytes) -> int:
        number = page_seq(raw)
        if number is None:
            raise DamageError(finding="E026", path="pages", problem="里有一行看不懂")
        return number


def _line_number(raw: bytes) -> int:
    line = read_line(raw)
    if line is None:
        raise NotebookContradictionError(finding="E021", line=0, problem="有一行看不懂")
    return line.seq
