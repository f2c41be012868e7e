"""How many processes a piece of work is worth."""

from __future__ import annotations

import os

_MOST = 8


def processes_for(size_bytes: int, *, worth_from_bytes: int) -> int:
    """One for each core when the input is large enough; 0 does the work in this process.

    Args:
        size_bytes: Size of the files that are read.
        worth_from_bytes: From this size on the time saved is more than the half second that it
            takes to start processes.
    """
    return min(os.cpu_count() or 1, _MOST) if size_bytes >= worth_from_bytes else 0
