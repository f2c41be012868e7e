"""Found a cabinet: the one-time act that gives a school its cabinet and its notebook."""

from __future__ import annotations

from typing import TYPE_CHECKING

from safety_docs.archive import Cabinet

if TYPE_CHECKING:
    from safety_docs.app.house import House
    from safety_docs.archive import CabinetProfile


def found(house: House, profile: CabinetProfile, scheme: str = "classification.toml") -> Cabinet:
    """Make the cabinet of `profile` in the archive folder.

    Args:
        house: The wired-up parts.
        profile: Who the school is and who its custodian.
        scheme: File of the classification in the template folders.

    Raises:
        SafetyDocsError: If the folder already holds a cabinet, or cannot be written.
    """
    text = house.template_file(scheme).read_text("utf-8")
    return Cabinet.create(house.archive, profile, text, clock=house.clock, entropy=house.entropy)
