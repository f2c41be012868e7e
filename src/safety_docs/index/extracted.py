"""What text extraction gives."""

from __future__ import annotations

from dataclasses import dataclass

MAX_TEXT_CHARACTERS = 2_000_000
"""Longer texts are cut, and say so."""


@dataclass(frozen=True, slots=True)
class Extracted:
    """Text of a file.

    Attributes:
        text: As people read it; empty if there is none.
        unreadable: A Chinese sentence why some or all of the text is missing; empty if all is
            there.
    """

    text: str
    unreadable: str = ""
