"""What passes between those who read a roster, check its rows and look at rows side by side.

All of it is small and can be pickled, so that rows may be checked in another process.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from safety_docs.core.problem import Problem
    from safety_docs.forms.checking import Checked, Common


class RawRow(NamedTuple):
    """One row with data, as it stands in the file.

    Attributes:
        number: As Excel shows it, from 1.
        cells: Cells of the columns that hold a field, in the order of `RosterPlan.names`; merged
            cells filled down, serial numbers counted from 1900. Other columns are not kept.
        problems: What is wrong with the row in the file, whatever it holds.
    """

    number: int
    cells: tuple[Any, ...]
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class RosterPlan:
    """How the rows of one roster are to be checked.

    Attributes:
        sheet: Worksheet name; empty for .csv.
        names: Fields that the roster has a column for, in the order of the form.
        headings: Heading as the clerk wrote it, by field name.
        common: What fills cells that are empty, and fields without a column.
    """

    sheet: str
    names: tuple[str, ...]
    headings: Mapping[str, str]
    common: Common


class Traits(NamedTuple):
    """What of a good row is compared with other rows.

    Attributes:
        number: Of the row.
        unique: Text of each unique field, in the order of the form; empty if not filled in.
        digest: Of all cells; empty if a unique field says enough.
        person: Name, empty if the roster has no person.
        marks: Values of the fields that tell people of one name apart, in the order of the form.
    """

    number: int
    unique: tuple[str, ...]
    digest: bytes
    person: str
    marks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RosterRow:
    """One row with data, checked.

    Attributes:
        sheet: Worksheet name; empty for .csv.
        row: As Excel shows it, from 1.
        checked: The outcome of its check.
        traits: For `Neighbours`; None if the row does not pass the check of the form.
    """

    sheet: str
    row: int
    checked: Checked
    traits: Traits | None = None
