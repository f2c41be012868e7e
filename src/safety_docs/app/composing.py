"""Rows on their way to the writer: planned by helpers, then made by the same helpers.

A plan holds as many rows as a group of the writer, and gives it one filing for each, so a group is
always one plan and lies with one helper, which still has its values when its files are wanted.
"""

from __future__ import annotations

import contextlib
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from safety_docs.app.desk import Told
from safety_docs.app.rows import Forget, Make, Plan
from safety_docs.archive import Composition

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from safety_docs.app.crew import Ticket
    from safety_docs.app.rows import Addressed, Made, Planned
    from safety_docs.archive import Assigned, Filing
    from safety_docs.forms import RawRow


@dataclass(slots=True)
class _OpenPlan:
    """A plan of which the files may still be wanted.

    Attributes:
        number: Its number.
        ticket: The task.
        places: Place of each row by the key of its filing.
    """

    number: int
    ticket: Ticket
    places: dict[str, int] = field(default_factory=dict)


class RowComposer:
    """Plans rows and makes their files; a `archive.Composer`.

    Attributes:
        told: What the index is to be told, by page id.
    """

    def __init__(self, crew: Addressed) -> None:
        self.told: dict[str, Told] = {}
        self._crew = crew
        self._plan: _OpenPlan | None = None

    def plans(self, chunks: Iterable[Sequence[RawRow]], ahead: int) -> Iterator[Sequence[Planned]]:
        """Plan chunk after chunk.

        Args:
            chunks: As many rows each as a group of the writer has; the last may have fewer.
            ahead: Plans handed out while the first of them is waited for.

        Yields:
            What the rows of a chunk would file; `place` each of them before the next chunk.
        """
        waiting: deque[_OpenPlan] = deque()
        numbered = enumerate(chunks)
        while True:
            for number, rows in numbered:
                waiting.append(_OpenPlan(number, self._crew.hand_out(Plan(number, rows))))
                if len(waiting) > ahead:
                    break
            if not waiting:
                return  # the last plan may still be wanted
            self._forget()
            self._plan = waiting.popleft()
            planned: Sequence[Planned] = self._plan.ticket.result()
            yield planned

    def place(self, key: str, place: int) -> None:
        """Say under which key the row at this place of the current plan is filed."""
        if self._plan is not None:
            self._plan.places[key] = place

    def begin(self, job: str, filings: Sequence[tuple[Filing, Assigned]]) -> _Making:
        """See `archive.Composer.begin`."""
        plan, self._plan = self._plan, None
        if plan is None:
            msg = "a group that is no plan"
            raise AssertionError(msg)
        wanted = [
            (plan.places[str(filing.key)], given, filing.supersedes) for filing, given in filings
        ]
        ticket = self._crew.hand_out(Make(plan.number, job, wanted), plan.ticket.helper)
        return _Making(ticket, [given.page_id for _, given in filings], self.told)

    def _forget(self) -> None:
        """Nothing of the current plan was new."""
        if self._plan is not None:
            self._crew.hand_out(Forget(self._plan.number), self._plan.ticket.helper)
            self._plan = None


@dataclass(slots=True)
class _Making:
    """The files of one group; an `archive.Composing`."""

    ticket: Ticket
    page_ids: Sequence[str]
    told: dict[str, Told]

    def __iter__(self) -> Iterator[Composition]:
        made: Made
        for page_id, made in zip(self.page_ids, self.ticket.result(), strict=True):
            self.told[page_id] = Told(made.text, made.unreadable)
            yield Composition(made.parts, made.values)

    def close(self) -> None:
        """Wait until the helper has staged all it was asked for."""
        with contextlib.suppress(Exception):
            self.ticket.result()
