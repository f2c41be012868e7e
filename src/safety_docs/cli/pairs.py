"""Options of the shape ``--set 字段=内容``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Iterable


def values_of(pairs: Iterable[str]) -> dict[str, object]:
    """Values by field name or label.

    Raises:
        click.BadParameter: If a pair has no name or no equals sign.
    """
    values: dict[str, object] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals or not name.strip():
            message = f"“{pair}”应写成 字段=内容"
            raise click.BadParameter(message, param_hint="--set")
        values[name.strip()] = value
    return values
