"""Excel templates: compile once, then fill any number of times.

`compile_workbook` finds the tags, checks all of them and plans the filling; a workbook that holds
things which openpyxl would drop (charts, pictures, macros, formulas of its own) is refused rather
than damaged. `CompiledWorkbook` is immutable: each rendering loads the template's bytes anew, so
threads may share it. Same template, same values: same bytes.
"""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from openpyxl import load_workbook

from safety_docs.core.digest import Digest
from safety_docs.core.photo import PhotoFile
from safety_docs.core.problem import Problem
from safety_docs.documents.errors import PackageError, RenderError, TemplateError
from safety_docs.documents.missing import RenderLog, current
from safety_docs.documents.package import read_package
from safety_docs.documents.render import Rendered
from safety_docs.documents.sandbox import foreign_values
from safety_docs.documents.workbook_fill import SheetFiller
from safety_docs.documents.workbook_package import finish, text_parts, unsupported
from safety_docs.documents.workbook_plan import plan_sheets

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from pathlib import Path

    from openpyxl import Workbook

    from safety_docs.documents.identity import Identity
    from safety_docs.documents.workbook_plan import SheetPlan

MAX_TEMPLATE_BYTES = 20_000_000


@dataclass(frozen=True, slots=True)
class CompiledWorkbook:
    """A checked Excel template.

    Attributes:
        name: File name, for messages.
        digest: Of the template file.
    """

    name: str
    digest: Digest
    _data: bytes
    _plans: tuple[SheetPlan, ...]

    def render(self, values: Mapping[str, Any], *, identity: Identity | None = None) -> bytes:
        """The filled workbook.

        Raises:
            RenderError: Everything that is missing or cannot be printed, with sheet, row, column.
        """
        return self.render_parts(values, identity=identity).data

    def render_parts(
        self, values: Mapping[str, Any], *, identity: Identity | None = None
    ) -> Rendered:
        """The filled workbook, and the parts that hold its text.

        Raises:
            RenderError: As `render`.
        """
        foreign = foreign_values(values, frozenset({PhotoFile}))
        problems = [Problem("T302", "的内容不是普通数据，不能填写。", column=n) for n in foreign]
        workbook = load_workbook(io.BytesIO(self._data))
        if not problems:
            problems = _fill(workbook, self._plans, values)
        if problems:
            raise RenderError(self.name, problems)
        data, parts = finish(_saved(workbook), identity)
        return Rendered(data, text_parts(parts))


def compile_workbook(path: Path, *, names: Collection[str] | None = None) -> CompiledWorkbook:
    """Read, check and plan an Excel template.

    Args:
        path: The .xlsx file.
        names: All names that the form provides, if known; others are findings then.

    Raises:
        PackageError: If the file cannot be read as a workbook.
        TemplateError: All findings at once, each with sheet and cell.
    """
    data = _read(path)
    lost = unsupported(read_package(data, path.name))
    if lost:
        raise PackageError(
            path.name,
            f"里有填写时保不住的内容（图片、图表、宏、超级表等：{'、'.join(lost)}），请删去后再用。",
        )
    plans, problems = plan_sheets(_open(data, path.name), names)
    if problems:
        raise TemplateError(path.name, problems)
    return CompiledWorkbook(path.name, Digest.of(data), data, plans)


def _fill(
    workbook: Workbook, plans: tuple[SheetPlan, ...], values: Mapping[str, Any]
) -> list[Problem]:
    problems: list[Problem] = []
    token = current.set(RenderLog())
    try:
        for plan in plans:
            filler = SheetFiller(workbook[plan.name], values)
            filler.fill(plan)
            problems += filler.problems
    finally:
        current.reset(token)
    return problems


def _read(path: Path) -> bytes:
    try:
        size = path.stat().st_size
        if size > MAX_TEMPLATE_BYTES:
            raise PackageError(path.name, f"有 {size} 字节，模板最大 {MAX_TEMPLATE_BYTES} 字节。")
        return path.read_bytes()
    except OSError as error:
        raise PackageError(path.name, f"读不出来：{error.strerror}。") from error


def _open(data: bytes, name: str) -> Workbook:
    """Parse; a warning of openpyxl means that it drops something, so it stops us."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", UserWarning)
            return load_workbook(io.BytesIO(data))
    except UserWarning as error:
        raise PackageError(name, f"里有填写时保不住的设置（{error}），请删去后再用。") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise PackageError(name, "不是完好的 .xlsx 工作簿，请用 Excel 或 WPS 另存一份。") from error


def _saved(workbook: Workbook) -> bytes:
    buffer = io.BytesIO()
    workbook.save(buffer)
    return buffer.getvalue()
