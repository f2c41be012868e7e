"""Puts a finished file into a folder of the user's: whole or not at all, and never over another."""

from __future__ import annotations

import itertools
import os
from typing import TYPE_CHECKING

from safety_docs.core.errors import SafetyDocsError
from safety_docs.core.names import portable

if TYPE_CHECKING:
    from pathlib import Path

    from safety_docs.core.ports import Entropy

_MAX_STEM_BYTES = 200


class NoFolderError(SafetyDocsError):
    """Files are to go into something that is no folder."""

    code = "A179"

    def __init__(self, path: Path) -> None:
        super().__init__(f"“{path}”已经有了，但不是文件夹，请换一个文件夹（-o）。")


def place(folder: Path, stem: str, suffix: str, data: bytes, entropy: Entropy) -> Path:
    """Write a file under a free name, made from `stem`.

    Args:
        folder: Made if it is not there.
        stem: What the file is called, as people write it; a number is added when it is taken.
        suffix: With its dot.
        data: All of it.
        entropy: For the name while it is written.

    Returns:
        The path it got.

    Raises:
        NoFolderError: If `folder` is a file.
        OSError: If it cannot be written; then nothing of it is left.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except FileExistsError:
        raise NoFolderError(folder) from None
    unfinished = folder / f".{entropy(8).hex()}.tmp"
    try:
        unfinished.write_bytes(data)
        for number in itertools.count(1):
            name = portable(stem, _MAX_STEM_BYTES) + (f"（{number}）" if number > 1 else "")
            path = folder / f"{name}{suffix}"
            if _moved(unfinished, path):
                return path
        raise AssertionError  # pragma: no cover - counting never ends
    finally:
        unfinished.unlink(missing_ok=True)


def _moved(source: Path, target: Path) -> bool:
    """Give a file its name unless that is taken; a link refuses, a rename may overwrite."""
    try:
        os.link(source, target)
    except FileExistsError:
        return False
    except OSError:  # a stick without links
        if target.exists():
            return False
        source.rename(target)
    return True
