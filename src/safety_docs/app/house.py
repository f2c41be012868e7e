"""The house: what a use case may ask for. Which adapters stand behind it, `wiring` decides."""

from __future__ import annotations

import dataclasses
import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Never

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from safety_docs.archive import Cabinet
    from safety_docs.core.ports import Clock, Entropy
    from safety_docs.forms import Library
    from safety_docs.index import Engine, EngineName


class _Nothing:
    """Stands for a port that a helper must not use."""

    def now(self) -> Never:
        """No helper asks for the time."""
        raise NotImplementedError

    def __call__(self, size_bytes: int, /) -> Never:
        """No helper asks for random bytes."""
        raise NotImplementedError


_NOTHING = _Nothing()

PROJECTIONS = ".safety-docs"
"""Folder beside the cabinet that holds what can be deleted and rebuilt."""


@dataclass(frozen=True)
class House:
    """Everything that a use case may need; each part is opened when it is first asked for.

    Attributes:
        archive: Folder that holds the cabinet and the projections.
        templates: Template folders, the shipped one first; a later one overrides an earlier one
            file by file.
        clock: Tells the time.
        entropy: Random bytes.
        open_cabinet: Opens the one cabinet in the archive folder.
        open_library: Loads the forms of the template folders.
        open_engine: Opens a search engine over the projection in a folder.
    """

    archive: Path
    templates: tuple[Path, ...]
    clock: Clock
    entropy: Entropy
    open_cabinet: Callable[[Path], Cabinet]
    open_library: Callable[[tuple[Path, ...]], Library]
    open_engine: Callable[[EngineName, Path], Engine]

    @functools.cached_property
    def cabinet(self) -> Cabinet:
        """The one cabinet in the archive folder.

        Raises:
            NoCabinetError: If there is none.
        """
        return self.open_cabinet(self.archive)

    @functools.cached_property
    def library(self) -> Library:
        """The forms of all template folders.

        Raises:
            FormError: If a form cannot be used.
        """
        return self.open_library(self.templates)

    @functools.cached_property
    def facts(self) -> Mapping[str, str]:
        """What the cabinet knows of its school, for fields that ask for it by ``default_from``."""
        profile = self.cabinet.profile
        return {
            "学校名称": profile.name,
            "全宗号": profile.fonds,
            "学段": profile.level,
            "专人": self.cabinet.custodian,
        }

    def for_helpers(self) -> House:
        """The same house for another process: nothing opened, without clock and random bytes."""
        return dataclasses.replace(self, clock=_NOTHING, entropy=_NOTHING)

    def engine(self, name: EngineName = "sqlite") -> Engine:
        """Open a search engine over its own projection; the caller closes it."""
        return self.open_engine(name, self.archive / PROJECTIONS / name)

    def template_file(self, relative: str) -> Path:
        """A file of the template folders, the last folder that has it winning.

        Raises:
            FileNotFoundError: If none has it, which means a broken installation.
        """
        for folder in reversed(self.templates):
            if (folder / relative).is_file():
                return folder / relative
        raise FileNotFoundError(relative)
