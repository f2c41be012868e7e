"""Fill one form: from a TOML or JSON file, or a mapping, to a filed record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from safety_docs.app.desk import file_all
from safety_docs.app.printing import NO_CORRECTION, Printer
from safety_docs.app.scrutiny import Scrutiny
from safety_docs.core.errors import ProblemsError
from safety_docs.core.page_code import page_code_key

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from safety_docs.app.house import House
    from safety_docs.app.printing import Correction
    from safety_docs.archive import Filed
    from safety_docs.core.problem import Problem
    from safety_docs.forms import Form


def fill(
    house: House,
    form_name: str,
    raw: Mapping[str, object],
    *,
    base: Path,
    correction: Correction = NO_CORRECTION,
    warn: Callable[[Problem], None] = lambda _problem: None,
) -> Filed:
    """Check `raw`, print it and file it.

    Args:
        house: The wired-up parts.
        form_name: Id, code or title of the form.
        raw: What the user wrote, by field name or label.
        base: Folder that relative photo paths start from.
        correction: Which record this one corrects.
        warn: Called with each problem that stops nothing.

    Returns:
        The record; it was filed before if the same values were handed in before.

    Raises:
        ProblemsError: If any field has a problem; all are named and nothing is filed.
    """
    form, values = _checked(house, form_name, raw, base)
    problems = Scrutiny(house, form).problems(values)
    if any(problem.severity == "error" for problem in problems):
        raise ProblemsError(problems)
    for problem in problems:
        warn(problem)
    printer = Printer(form, code_key=page_code_key(house.cabinet.secret))
    (filed,) = file_all(house, [printer.submission(values, correction)])
    return filed


def preview_form(
    house: House, form_name: str, raw: Mapping[str, object], *, base: Path, target: Path
) -> Path:
    """Print `raw` to the file `target` without filing it; the reference code stays empty.

    Returns:
        The file written; its ending is that of the form.

    Raises:
        ProblemsError: If any field has a problem; nothing is written.
    """
    form, values = _checked(house, form_name, raw, base)
    file = with_ending(target, f".{form.output}")
    file.write_bytes(Printer(form).render(values).data)
    return file


def with_ending(target: Path, ending: str) -> Path:
    """`target` under the ending of the form; a point inside a name, as in 样张v1.0, stays.

    A folder is given back as it is: writing to it says what is wrong.
    """
    if target.is_dir():
        return target
    stem = target.stem if target.suffix.lower() in {".docx", ".xlsx"} else target.name
    return target.with_name(stem + ending)


def _checked(
    house: House, form_name: str, raw: Mapping[str, object], base: Path
) -> tuple[Form, dict[str, Any]]:
    form = house.library.find(form_name)
    checked = form.check(raw, given=house.facts, base=base)
    if checked.values is None:
        raise ProblemsError(checked.problems)
    return form, checked.values
