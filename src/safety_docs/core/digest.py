"""Digests that carry the name of their algorithm, so that unlike ones are never compared."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

_DIGITS = re.compile("[0-9a-f]{64}")

ALGORITHMS = ("sha256",)
"""Algorithms accepted for new entries. MD5 and SHA-1 are refused (docs/format.md, rule 20)."""


@dataclass(frozen=True, slots=True)
class Digest:
    """A content digest; written ``sha256:<64 hex digits>``.

    >>> str(Digest.of(b"abc"))[:15]
    'sha256:ba7816bf'
    >>> Digest.parse(str(Digest.of(b"abc"))) == Digest.of(b"abc")
    True
    """

    algorithm: str
    hex: str

    @classmethod
    def of(cls, data: bytes) -> Digest:
        """Digest of `data` in the default algorithm."""
        return cls("sha256", hashlib.sha256(data).hexdigest())

    @classmethod
    def parse(cls, text: str) -> Digest:
        """Read ``algorithm:hex``.

        Raises:
            ValueError: If the algorithm is missing, unknown or refused, or the digits do not fit.
        """
        algorithm, colon, digits = text.partition(":")
        if not colon or algorithm not in ALGORITHMS:
            msg = f"unknown digest algorithm in {text!r}"
            raise ValueError(msg)
        if not _DIGITS.fullmatch(digits):
            msg = f"malformed digest {text!r}"
            raise ValueError(msg)
        return cls(algorithm, digits)

    def __reduce__(self) -> tuple[type[Digest], tuple[str, str]]:
        """Travels between processes by its two words."""
        return Digest, (self.algorithm, self.hex)

    def __str__(self) -> str:
        return f"{self.algorithm}:{self.hex}"
