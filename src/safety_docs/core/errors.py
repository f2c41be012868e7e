"""The one base of all errors that a user can cause or mend.

Two kinds of error exist. Ours derive from `SafetyDocsError`: the message is one Chinese sentence
for the clerk, saying what is wrong, where, and what to do. Anything else is a bug and shows a
traceback. Subclasses stand beside the code that raises them, take typed facts and write their own
sentence.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from collections.abc import Sequence

    from safety_docs.core.problem import Problem


class SafetyDocsError(Exception):
    """A user's mistake, a refusal by rule, or a damaged archive; never a bug.

    Attributes:
        code: Stable identifier, listed in docs/errors.md; never renumbered.
        exit_status: Exit code of the command line, one of the table in docs/cli.md.
    """

    code: ClassVar[str] = "S001"
    exit_status: ClassVar[int] = 1

    @property
    def message(self) -> str:
        """The Chinese sentence that the user sees."""
        return str(self)

    def __reduce__(self) -> tuple[Any, ...]:
        """Travels between processes as it is, whatever its constructor asks for."""
        return _revived, (type(self), self.args, self.__dict__)


def _revived(
    kind: type[SafetyDocsError], args: tuple[Any, ...], facts: dict[str, Any]
) -> SafetyDocsError:
    error = kind.__new__(kind, *args)
    error.__dict__.update(facts)
    return error


class ProblemsError(SafetyDocsError):
    """Input has problems; all of them were collected before this was raised.

    Attributes:
        problems: At least one, in the order of the input.
    """

    code: ClassVar[str] = "D200"

    def __init__(self, problems: Sequence[Problem], heading: str = "") -> None:
        self.problems = tuple(problems)
        lines = [heading or f"发现 {len(self.problems)} 处问题，没有生成任何文件："]
        lines += [f"  {problem}" for problem in self.problems]
        super().__init__("\n".join(lines))
