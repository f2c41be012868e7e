"""What can be wrong with a `text.md`. Each error names the line, counted from 1 as editors do."""

from __future__ import annotations

from typing import ClassVar

from safety_docs.core.errors import SafetyDocsError


class TypesetError(SafetyDocsError):
    """The wording of a form cannot be typeset.

    Attributes:
        line: Line of the text, from 1.
        problem: What is wrong and what to do, half a Chinese sentence.
    """

    code: ClassVar[str] = "T200"

    def __init__(self, line: int, problem: str) -> None:
        super().__init__(f"正文第 {line} 行：{problem}。")
        self.line = line
        self.problem = problem


class UnknownBlockError(TypesetError):
    """A ``:::`` block whose name is not in the language."""

    code: ClassVar[str] = "T201"


class UnclosedBlockError(TypesetError):
    """A block without its end, or an end without a block."""

    code: ClassVar[str] = "T202"


class UnevenRowError(TypesetError):
    """A table row with more or fewer cells than the table has columns, or an impossible merge."""

    code: ClassVar[str] = "T203"


class WidthsError(TypesetError):
    """Column widths or alignments that do not fit the table."""

    code: ClassVar[str] = "T204"


class BlockOptionError(TypesetError):
    """An option that the block does not have, or a value that cannot be read."""

    code: ClassVar[str] = "T205"


class MisplacedLineError(TypesetError):
    """A line that must not stand where it stands."""

    code: ClassVar[str] = "T206"


class UnprintableError(TypesetError):
    """A character that no document can hold."""

    code: ClassVar[str] = "T207"


class UnknownProfileError(SafetyDocsError):
    """A layout profile that does not exist.

    Attributes:
        name: As given.
    """

    code: ClassVar[str] = "T208"

    def __init__(self, name: str, known: tuple[str, ...]) -> None:
        super().__init__(f"没有“{name}”这种版式，可以用的是：{'、'.join(known)}。")
        self.name = name
