"""Printing: one JSON object on stdout with ``--json``, Chinese text otherwise; errors on stderr."""

from __future__ import annotations

import json
import sys
import unicodedata
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def use_utf8() -> None:
    """Write UTF-8 into pipes and files on every system; a terminal keeps its own encoding."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None and not stream.isatty():
            reconfigure(encoding="utf-8", errors="backslashreplace")


def print_json(value: Mapping[str, Any], *, to_stderr: bool = False) -> None:
    """Print one JSON object on one line."""
    click.echo(json.dumps(value, ensure_ascii=False, default=str), err=to_stderr)


def width(text: str) -> int:
    """Columns that `text` takes in a terminal; a Chinese character takes two."""
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1
        for char in text
    )


def print_table(headers: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print left-aligned columns, two spaces apart."""
    table = [headers, *rows]
    widths = [max(width(row[column]) for row in table) for column in range(len(headers))]
    for index, row in enumerate(table):
        cells = [cell + " " * (widths[column] - width(cell)) for column, cell in enumerate(row)]
        click.echo("  ".join(cells).rstrip())
        if index == 0:
            click.echo("  ".join("-" * columns for columns in widths))
