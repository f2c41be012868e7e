"""What `forms check` says of the shipped forms: nothing."""

from __future__ import annotations

import datetime as dt
import os
from typing import TYPE_CHECKING

import docx
import pytest
from tests.forms_library.conftest import TEMPLATES

from safety_docs.app.form_check import FormChecker
from safety_docs.app.wiring import wire

if TYPE_CHECKING:
    from pathlib import Path


class Clock:
    """The clock of a house in which nothing is filed."""

    def now(self) -> dt.datetime:
        return dt.datetime(2022, 9, 1, tzinfo=dt.UTC)


@pytest.mark.slow
def test_no_shipped_form_has_an_error_or_a_warning(tmp_path: Path) -> None:
    house = wire(tmp_path, (TEMPLATES,), Clock(), os.urandom)
    checker = FormChecker(house)
    reports = [checker.check(head.id) for head in house.library.heads]
    found = [f"{report.form}: {problem}" for report in reports for problem in report.problems]
    assert len(reports) > 180
    assert found == []


def test_a_changed_template_that_has_no_place_for_codes_is_named(tmp_path: Path) -> None:
    letter = "responsibility-letters/staff"
    document = docx.Document(str(TEMPLATES / "forms" / letter / "template.docx"))
    document.add_section()
    own = tmp_path / "own" / "forms" / letter
    own.mkdir(parents=True)
    document.save(str(own / "template.docx"))
    house = wire(tmp_path, (TEMPLATES, tmp_path / "own"), Clock(), os.urandom)
    problems = FormChecker(house).check(letter).problems
    assert [(problem.code, problem.place) for problem in problems] == [("T330", "页面设置")]
