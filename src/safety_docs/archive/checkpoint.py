"""Checkpoints: size, head and root of the notebook, to be kept by people outside.

Whoever holds one can tell that the notebook was rewritten or cut, which the chain alone cannot.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from safety_docs.archive.pages import canonical
from safety_docs.archive.spine import ALGORITHM
from safety_docs.core.digest import Digest
from safety_docs.core.errors import SafetyDocsError

if TYPE_CHECKING:
    from pathlib import Path

CHECKPOINT_EVERY = 1000
"""Entries after which the writer takes one by itself."""

FOLDER = "notebook/checkpoints"
_NAME = re.compile(r"([0-9]{10})\.json")


class CheckpointError(SafetyDocsError):
    """A file that is no checkpoint."""

    code = "A217"

    def __init__(self, name: str) -> None:
        super().__init__(f"“{name}”不是校验点文件，请选用本程序生成的校验点。")


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The notebook at one moment.

    Attributes:
        cabinet: Id of the cabinet.
        size: Number of spine lines.
        head: Hash of the last of them.
        root: Root of the tree over them (RFC 6962).
        time: When it was taken, ISO 8601.
        signer: Name of the custodian.
    """

    cabinet: str
    size: int
    head: str
    root: str
    time: str
    signer: str

    @property
    def path(self) -> str:
        """Its place relative to the cabinet's folder."""
        return f"{FOLDER}/{self.size:010d}.json"

    def to_bytes(self) -> bytes:
        """The file: one line of JSON."""
        said = {
            "alg": ALGORITHM,
            "cabinet": self.cabinet,
            "head": self.head,
            "root": self.root,
            "signer": self.signer,
            "size": self.size,
            "time": self.time,
        }
        return canonical(said) + b"\n"

    def payload(self, data: bytes) -> dict[str, object]:
        """What the notebook says about its file, whose bytes are `data`."""
        return {
            "digest": str(Digest.of(data)),
            "head": self.head,
            "path": self.path,
            "root": self.root,
            "size": self.size,
        }


def read_checkpoint(data: bytes, name: str) -> Checkpoint:
    """Read a checkpoint.

    Raises:
        CheckpointError: If it is none.
    """
    try:
        said = json.loads(data)
        texts = [str(said[key]) for key in ("cabinet", "head", "root", "time", "signer")]
        cabinet, head, root, time, signer = texts
        size = int(said["size"])
    except (ValueError, KeyError, TypeError) as error:
        raise CheckpointError(name) from error
    return Checkpoint(cabinet, size, head, root, time, signer)


def last_size(folder: Path) -> int:
    """Size of the newest checkpoint in `folder`; 0 if there is none."""
    if not folder.is_dir():
        return 0
    matches = [_NAME.fullmatch(child.name) for child in folder.iterdir()]
    return max((int(match[1]) for match in matches if match), default=0)
