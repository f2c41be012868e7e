"""The global options of one run, and what they open."""

from __future__ import annotations

import datetime as dt
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import click

import safety_docs

if TYPE_CHECKING:
    from safety_docs.app.house import House


class SystemClock:
    """The machine's clock, in its own zone."""

    def now(self) -> dt.datetime:
        """The current time with its offset, to the second."""
        return dt.datetime.now().astimezone().replace(microsecond=0)


@dataclass
class Settings:
    """What was said before the command.

    Attributes:
        archive: Folder that holds the cabinet.
        templates: The user's own template folder, or None.
        as_json: Print one JSON object instead of text.
    """

    archive: Path
    templates: Path | None
    as_json: bool
    _house: House | None = field(default=None, repr=False)

    @property
    def house(self) -> House:
        """The wired-up parts, built once."""
        if self._house is None:
            from safety_docs.app.wiring import wire

            own = (self.templates,) if self.templates else ()
            templates = (shipped_templates(), *own)
            self._house = wire(self.archive, templates, SystemClock(), os.urandom)
        return self._house


def shipped_templates() -> Path:
    """The template folder that came with the program: in the package, or beside ``src``."""
    package = Path(safety_docs.__file__).resolve().parent
    installed = package / "templates"
    return installed if installed.is_dir() else package.parents[1] / "templates"


pass_settings = click.make_pass_decorator(Settings)
