"""The Merkle tree over the spine (RFC 6962 §2.1): one root says all that the notebook says.

A leaf is H(0x00 ‖ line), a node H(0x01 ‖ left ‖ right), where H is SHA-256 and the line is as
stored, without its newline; the empty tree is H of nothing. The two prefixes keep a node from
passing for a leaf.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


class Peaks:
    """A growing tree, kept as the roots of its perfect subtrees, largest first.

    Attributes:
        size: Number of leaves taken in.
    """

    def __init__(self, size: int = 0, hashes: Iterable[bytes] = ()) -> None:
        self.size = size
        self._hashes = list(hashes)

    @property
    def hashes(self) -> tuple[bytes, ...]:
        """One hash of 32 bytes for every 1 bit of `size`, highest bit first."""
        return tuple(self._hashes)

    def add(self, line: bytes) -> None:
        """Take in the next spine line, without its newline."""
        node = hashlib.sha256(b"\0" + line).digest()
        rest = self.size
        while rest & 1:
            node = _node(self._hashes.pop(), node)
            rest >>= 1
        self._hashes.append(node)
        self.size += 1

    def root(self) -> str:
        """Root of the tree as it is now, hex."""
        if not self._hashes:
            return hashlib.sha256().hexdigest()
        node = self._hashes[-1]
        for left in reversed(self._hashes[:-1]):
            node = _node(left, node)
        return node.hex()


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\1" + left + right).digest()
