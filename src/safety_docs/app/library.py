"""The library of forms: input workbooks, samples, and building templates from their wording."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from safety_docs.documents import PackageError, build_workbook, typeset
from safety_docs.documents.package import read_bounded, read_package

if TYPE_CHECKING:
    from pathlib import Path

    from safety_docs.app.house import House
    from safety_docs.forms import Form


@dataclass(frozen=True, slots=True)
class Built:
    """What building did to one form.

    Attributes:
        form: The form.
        is_current: Whether the template on disk already said what its wording gives. Parts are
            compared, not files: another version of zlib deflates the same parts to other bytes.
    """

    form: Form
    is_current: bool


def build(form: Form) -> bytes:
    """The form's template, made from its wording; the same wording gives the same bytes.

    Raises:
        TypesetError: If the wording has a fault.
    """
    wording = form.wording()
    return build_workbook(wording) if form.output == "xlsx" else typeset(wording, form.profile)


def build_all(house: House, *, write: bool) -> list[Built]:
    """Build every form's template and compare it with the file on disk.

    Args:
        house: The wired-up parts.
        write: Put the built template in place where it differs.
    """
    results = []
    for form in house.library.forms:
        data = build(form)
        path = form.template_path
        is_current = _has_parts_of(path, data)
        if write and not is_current:
            path.write_bytes(data)
        results.append(Built(form, is_current))
    return results


def _has_parts_of(path: Path, built: bytes) -> bool:
    """Whether the template on disk has the parts of the one just built, in the same order."""
    try:
        on_disk = read_bounded(path)
        return on_disk == built or _parts(on_disk, path) == _parts(built, path)
    except PackageError:
        return False


def _parts(data: bytes, path: Path) -> list[tuple[str, bytes]]:
    return list(read_package(data, path.name).items())
