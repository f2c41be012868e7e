"""Whether a folder of index files is the one that was written here.

Whoosh unpickles what it opens, and a pickle can run any code; so an index that came with a backup,
a copy or a download must not be opened. The seal is a digest over the files and over the folder's
own identity on this disk, which no copy keeps. It is no secret: it does not hold against someone
who may write into this folder as this program does.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

SEAL = "SEAL"
_LOCK_ENDING = "_WRITELOCK"


def is_sealed(folder: Path, schema: str) -> bool:
    """Whether nothing in `folder` changed since `seal`, and it is still the same folder."""
    try:
        return (folder / SEAL).read_text(encoding="ascii") == _digest(folder, schema)
    except (FileNotFoundError, UnicodeDecodeError):
        return False


def seal(folder: Path, schema: str) -> None:
    """Note the present state of `folder`, written under the schema named `schema`."""
    (folder / SEAL).write_text(_digest(folder, schema), encoding="ascii", newline="\n")


def _digest(folder: Path, schema: str) -> str:
    total = hashlib.sha256(f"{schema} {folder.stat().st_ino}".encode())
    for path in sorted(folder.iterdir()):
        if path.name != SEAL and not path.name.endswith(_LOCK_ENDING):
            content = hashlib.sha256(path.read_bytes()).hexdigest()
            total.update(f"\n{path.name} {content}".encode())
    return total.hexdigest()
