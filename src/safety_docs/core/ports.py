"""What the inner parts need from outside; adapters are chosen in ``app/wiring.py``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import datetime as dt


class Clock(Protocol):
    """Tells the time. The time orders nothing: order is the notebook's sequence number."""

    def now(self) -> dt.datetime:
        """The current time with its offset."""
        ...


class Entropy(Protocol):
    """Random bytes for salts and ids, from the system's generator."""

    def __call__(self, size_bytes: int, /) -> bytes:
        """`size_bytes` unpredictable bytes."""
        ...
