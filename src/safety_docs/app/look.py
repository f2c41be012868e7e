"""Look up one record by its reference code, with its files and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from safety_docs.app.projection import read_up
from safety_docs.archive import LockedError
from safety_docs.core.errors import SafetyDocsError
from safety_docs.core.reference_code import ReferenceCode

if TYPE_CHECKING:
    from safety_docs.app.house import House
    from safety_docs.archive import Cabinet
    from safety_docs.core.record import Record
    from safety_docs.index import Engine, Located


class UnknownCodeError(SafetyDocsError):
    """A reference code under which nothing is filed."""

    code = "A130"

    def __init__(self, wanted: str) -> None:
        super().__init__(f"专柜里没有档号为“{wanted}”的档案，请用 search 查一查。")


@dataclass(frozen=True, slots=True)
class Sight:
    """A record as it is shown.

    Attributes:
        record: The record.
        superseded_by: Code of the record that corrects it; empty if it is current.
        folder: The cabinet's folder, as text.
    """

    record: Record
    superseded_by: str
    folder: str


def look(house: House, code_text: str) -> Sight:
    """The record with this code, typed with any separator.

    Raises:
        ReferenceCodeError: If `code_text` is no reference code.
        UnknownCodeError: If nothing is filed under it.
        LockedError: If somebody is filing, and it may be among what the index does not hold yet.
    """
    cabinet = house.cabinet
    code = ReferenceCode.parse(code_text).render(cabinet.profile.style)
    engine = house.engine()
    try:
        found = _locate(cabinet, engine, code)
    finally:
        engine.close()
    if found is None:
        raise UnknownCodeError(code)
    return Sight(cabinet.record(found.seq), found.corrected_by, str(cabinet.folder))


def _locate(cabinet: Cabinet, engine: Engine, code: str) -> Located | None:
    try:
        read_up(cabinet, engine)
    except LockedError:
        found = engine.locate(code)
        if found is None:
            raise
        return found
    return engine.locate(code)
