"""The gallery shows the forms as they are; no LibreOffice is needed to know it."""

from __future__ import annotations

import runpy
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from safety_docs.forms import load_library

if TYPE_CHECKING:
    from safety_docs.forms import Form

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "gallery.md"
MOST_BYTES = 16_000

pytest.importorskip("pypdfium2", reason="the extra pdf is not installed")


@pytest.fixture(scope="module")
def gallery() -> dict[str, Any]:
    """What ``docs/pictures/gallery.py`` defines."""
    folder = str(ROOT / "docs" / "pictures")
    sys.path.insert(0, folder)
    try:
        return runpy.run_path(f"{folder}/gallery.py")
    finally:
        sys.path.remove(folder)


@pytest.fixture(scope="module")
def forms() -> tuple[Form, ...]:
    return load_library([ROOT / "templates" / "forms"]).forms


def test_the_gallery_is_what_the_forms_say(
    gallery: dict[str, Any], forms: tuple[Form, ...]
) -> None:
    assert PAGE.read_text("utf-8") == gallery["page"](forms), "run make docs"


def test_every_form_has_a_small_picture_and_no_picture_is_left_over(
    forms: tuple[Form, ...],
) -> None:
    pictures = {path.stem: path for path in PAGE.parent.glob("pictures/gallery/*.png")}
    assert pictures.keys() == {form.code for form in forms}
    assert [code for code, path in pictures.items() if path.stat().st_size > MOST_BYTES] == []


def test_a_changed_sample_or_template_makes_its_picture_stale(
    gallery: dict[str, Any], forms: tuple[Form, ...]
) -> None:
    known = {form.code: gallery["digest"](form) for form in forms[:3]}
    assert gallery["stale"](forms[:3], known) == []
    changed = known | {forms[1].code: "0" * 16}
    assert gallery["stale"](forms[:3], changed) == [forms[1]]
