"""Templates are built from their wording, and the check says which are no longer what it gives."""

from __future__ import annotations

import io
import os
import shutil
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from safety_docs.app.library import build_all
from safety_docs.app.wiring import wire
from safety_docs.cli.settings import SystemClock

if TYPE_CHECKING:
    from collections.abc import Callable

FORMS = Path(__file__).parents[2] / "templates" / "forms"


@pytest.fixture
def template(tmp_path: Path) -> Path:
    """A template in a folder of the school's own."""
    folder = tmp_path / "own" / "forms" / "hazards" / "ledger"
    shutil.copytree(FORMS / "hazards" / "ledger", folder)
    return folder / "template.xlsx"


@pytest.fixture
def is_current(tmp_path: Path) -> Callable[..., bool]:
    """Builds the form of a library that has one; whether its template was current."""

    def built(*, write: bool = False) -> bool:
        house = wire(tmp_path / "archive", (tmp_path / "own",), SystemClock(), os.urandom)
        (result,) = build_all(house, write=write)
        return result.is_current

    return built


def test_a_template_packed_by_another_zlib_is_current(
    template: Path, is_current: Callable[..., bool]
) -> None:
    packed = _repacked(template, change=b"")
    template.write_bytes(packed)
    assert is_current(write=True)
    assert template.read_bytes() == packed


@pytest.mark.parametrize("fault", ["changed", "damaged", "missing"])
def test_a_template_that_says_something_else_is_built_anew(
    template: Path, is_current: Callable[..., bool], fault: str
) -> None:
    was = _repacked(template, change=b"")
    if fault == "missing":
        template.unlink()
    else:
        data = _repacked(template, change=b" ")
        template.write_bytes(data if fault == "changed" else data[:-40])
    assert not is_current()
    assert not is_current(write=True)
    assert _parts(template.read_bytes()) == _parts(was)
    assert is_current()


def _repacked(template: Path, *, change: bytes) -> bytes:
    """The same parts, stored without deflating; `change` is put after the last of them."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        *others, (name, last) = _parts(template.read_bytes()).items()
        for other in others:
            archive.writestr(*other)
        archive.writestr(name, last + change)
    return packed.getvalue()


def _parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}
