"""Who keeps which of the copies of a letter that is signed in several."""

from __future__ import annotations

COPY_LABELS = ("学校留存", "本人留存", "备份")
"""Who keeps copies 1, 2 and 3; copy 1 is the one that is filed."""


def copy_label(copy: int, copies: int) -> str:
    """What is printed on one of several copies to tell them apart; nothing on a single one.

    >>> copy_label(1, 2), copy_label(4, 4), copy_label(1, 1)
    ('学校留存', '第4份', '')
    """
    if copies < 2:
        return ""
    return COPY_LABELS[copy - 1] if copy <= len(COPY_LABELS) else f"第{copy}份"
