"""Check the cabinet, and whether the projections beside it keep up with the notebook."""

from __future__ import annotations

from typing import TYPE_CHECKING

from safety_docs.app.house import PROJECTIONS
from safety_docs.archive import verify

if TYPE_CHECKING:
    from safety_docs.app.house import House
    from safety_docs.archive import Report
    from safety_docs.core.record import Position
    from safety_docs.index import EngineName

ENGINES: tuple[EngineName, ...] = ("sqlite", "whoosh")


def check(house: House) -> Report:
    """Verify every file, page and line of the cabinet; nothing is changed.

    Raises:
        NoCabinetError: If there is no cabinet.
    """
    return verify(house.cabinet, projections=_positions(house))


def _positions(house: House) -> dict[str, Position]:
    """Where each projection that exists stands."""
    positions: dict[str, Position] = {}
    for name in ENGINES:
        if not (house.archive / PROJECTIONS / name).is_dir():
            continue
        engine = house.engine(name)
        try:
            positions[name] = engine.position()
        finally:
            engine.close()
    return positions
