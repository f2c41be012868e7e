"""A photo as a form names it: a file on disk that the user chose, not yet opened."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class PhotoFile:
    """A picture file given by the user. Templates see its name; only the renderer opens it.

    Attributes:
        path: Where it lies now.
    """

    path: Path

    def __str__(self) -> str:
        return self.path.name
