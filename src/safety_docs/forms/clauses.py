"""The clause library: duties by post, from which responsibility letters are put together.

``templates/clauses/*.toml`` hold the clauses. A form says whose duties it takes (``[[clauses]]``
of ``form.toml``); a person with two posts gets the union, each clause once.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictStr, StringConstraints, ValidationError

from safety_docs.forms.errors import InputError
from safety_docs.forms.expression import Expression, ExpressionError, Wording
from safety_docs.forms.inputs import read_input
from safety_docs.forms.plain_text import RefusedError, nearest, shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path


_Line = Annotated[StrictStr, StringConstraints(min_length=1, max_length=200)]
_Lines = Annotated[tuple[_Line, ...], Field(strict=False)]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class TaskSpec(_Table):
    """A periodic task that a clause brings with it.

    Attributes:
        what: The task.
        how_often: How often, or until when.
        record: What record it leaves.
        from_plan: Whether the district's plan demands it, frequency included.
    """

    what: _Line
    how_often: _Line
    record: _Line
    from_plan: bool = False


class ClauseSpec(_Table):
    """One clause as its file has it.

    Attributes:
        id: Unique over the library; never given to another clause.
        roles: Posts that carry the duty.
        party: Whose duty it is.
        topic: A few words, printed in bold.
        text: The wording; ``{{ }}`` and ``{% if %}`` over the form's values.
        basis: Ids of obligations, or titles of official texts.
        when: Condition over the form's values; a name that the form lacks counts as false.
        tasks: Lines for the table of periodic tasks.
    """

    id: Annotated[StrictStr, StringConstraints(pattern=r"^[A-Z]{2,4}-[0-9]{2,3}$")]
    roles: Annotated[tuple[_Line, ...], Field(strict=False, min_length=1)]
    party: Literal["甲方", "乙方"] = "乙方"
    topic: _Line
    text: Annotated[StrictStr, StringConstraints(min_length=5, max_length=1_000)]
    basis: _Lines = ()
    when: _Line | None = None
    tasks: Annotated[tuple[TaskSpec, ...], Field(strict=False, alias="task")] = ()


class _ClauseFile(_Table):
    area: _Line
    clauses: Annotated[tuple[ClauseSpec, ...], Field(strict=False, alias="clause")] = ()


@dataclass(frozen=True)
class Clause:
    """One clause, ready to be put into a letter.

    Attributes:
        spec: As written.
        area: Subject of the file that holds it.
        wording: Its text.
        condition: When it applies, or None for always.
        digest: First eight hexadecimal digits of the SHA-256 of topic and text.
    """

    spec: ClauseSpec
    area: str
    wording: Wording
    condition: Expression | None
    digest: str

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Names of values that it uses."""
        return (*self.wording.names, *(self.condition.names if self.condition else ()))

    def applies(self, values: Mapping[str, Any]) -> bool:
        """Whether it belongs into a letter of these values.

        Raises:
            ExpressionError: If the condition cannot be computed.
        """
        return self.condition is None or bool(self.condition(_Lenient(values)))

    def item(self, number: int, values: Mapping[str, Any]) -> dict[str, Any]:
        """The clause as a template prints it.

        Raises:
            ExpressionError: If the text cannot be computed.
        """
        return {
            "序号": number,
            "编号": self.spec.id,
            "主题": self.spec.topic,
            "条文": self.wording(_Lenient(values)),
            "依据": list(self.spec.basis),
            "版本": self.digest,
        }


class _Lenient(dict[str, Any]):
    """Values in which a name that the form lacks is an empty text."""

    def __missing__(self, key: str) -> str:
        return ""


@dataclass(frozen=True, slots=True)
class ClauseLibrary:
    """All clauses, in the order of the files' names and then of the files.

    Attributes:
        clauses: Their ids are unique.
    """

    clauses: tuple[Clause, ...]

    @property
    def roles(self) -> tuple[str, ...]:
        """Every post that has a clause, in order."""
        return tuple(dict.fromkeys(role for one in self.clauses for role in one.spec.roles))

    def of(self, roles: Iterable[str], party: str) -> list[Clause]:
        """The union of the clauses of `roles`, each once, in the order of `roles`.

        Raises:
            RefusedError: If a post has no clause (D224).
        """
        found: dict[str, Clause] = {}
        for role in roles:
            mine = [c for c in self.clauses if role in c.spec.roles and c.spec.party == party]
            if not mine:
                raise RefusedError(code="D224", message=self._no_duties(role))
            found.update((clause.spec.id, clause) for clause in mine if clause.spec.id not in found)
        return list(found.values())

    def _no_duties(self, role: str) -> str:
        near = nearest(role, self.roles)
        hint = f"是不是“{near}”？" if near and near != role else ""
        return (
            f"岗位“{shown(role)}”还没有责任条款，写不出责任书。{hint}"
            "请改用已有条款的岗位名称，或先在 templates/clauses 里补上这个岗位的条款。"
        )


def load_clauses(folders: Sequence[Path]) -> ClauseLibrary:
    """Load the clause files of several folders, later ones overriding earlier ones file by file.

    Raises:
        InputError: If a file has a fault, or two clauses have the same id.
    """
    files = {path.name: path for folder in folders for path in sorted(folder.glob("*.toml"))}
    clauses: dict[str, Clause] = {}
    for name in sorted(files):
        for clause in _read(files[name]):
            if clause.spec.id in clauses:
                raise InputError(name, f"里的编号“{clause.spec.id}”已有别的条款在用，请换一个。")
            clauses[clause.spec.id] = clause
    return ClauseLibrary(tuple(clauses.values()))


def _read(path: Path) -> Iterator[Clause]:
    try:
        file = _ClauseFile.model_validate(read_input(path))
        for spec in file.clauses:
            condition = Expression(spec.when) if spec.when else None
            yield Clause(spec, file.area, Wording(spec.text), condition, _digest(spec))
    except ValidationError as error:
        fault = error.errors(include_url=False)[0]
        place = ".".join(map(str, fault["loc"]))
        raise InputError(path.name, f"的 {place} 写法不对（{fault['msg']}）。") from error
    except ExpressionError as error:
        raise InputError(path.name, f"里有写法不对的条款：{error}") from error


def _digest(spec: ClauseSpec) -> str:
    return hashlib.sha256(f"{spec.topic}\n{spec.text}".encode()).hexdigest()[:8]


def recorded(clauses: Iterable[Mapping[str, Any]]) -> list[str]:
    """What a page keeps of a list of clauses: id and version of each, as ``HT-02@1f3a9c2e``."""
    return [f"{clause['编号']}@{clause['版本']}" for clause in clauses]
