"""The one composition root: decides which adapters exist and hands them in. Only ``cli`` calls it.

An adapter's module is loaded when the adapter is first asked for, so that `search` does not pay for
Word and Excel.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from safety_docs.app.house import House

if TYPE_CHECKING:
    from pathlib import Path

    from safety_docs.archive import Cabinet
    from safety_docs.core.ports import Clock, Entropy
    from safety_docs.forms import Library
    from safety_docs.index import Engine, EngineName


def wire(archive: Path, templates: tuple[Path, ...], clock: Clock, entropy: Entropy) -> House:
    """The house over real files."""
    return House(archive, templates, clock, entropy, _cabinet, _library, _engine)


def _cabinet(archive: Path) -> Cabinet:
    from safety_docs.archive import find_cabinet

    return find_cabinet(archive)


def _library(templates: tuple[Path, ...]) -> Library:
    from safety_docs.forms import load_library

    return load_library([folder / "forms" for folder in templates])


def _engine(name: EngineName, folder: Path) -> Engine:
    from safety_docs.index import open_engine

    return open_engine(name, folder)
