"""The argument that names one form, several forms, or lets the posts of a roster decide."""

from __future__ import annotations

import re

BY_POST = "按岗位"
"""Stands for the forms when the posts of the roster decide."""


def form_names(text: str) -> list[str]:
    """The forms that were named; none when the posts decide."""
    if text == BY_POST:
        return []
    names = [name.strip() for name in re.split("[、,，]", text) if name.strip()]
    return names or [text]  # no form has such a name, and that will be said
