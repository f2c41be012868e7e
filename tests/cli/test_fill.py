from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Outcome

HOMEROOM = "班主任安全责任书"


@pytest.fixture
def content(school: Callable[..., Outcome], tmp_path: Path) -> Path:
    path = tmp_path / "内容.toml"
    path.write_text(school("forms", "show", HOMEROOM, "--sample").out, "utf-8")
    return path


@pytest.mark.parametrize(
    ("target", "written"),
    [
        ("样张.docx", "样张.docx"),
        ("样张.XLSX", "样张.docx"),
        ("样张", "样张.docx"),
        ("样张v1.0", "样张v1.0.docx"),
    ],
)
def test_a_preview_keeps_the_name_and_gets_the_ending_of_the_form(
    school: Callable[..., Outcome], content: Path, target: str, written: str
) -> None:
    outcome = school("--json", "fill", HOMEROOM, content, "--preview", target)
    assert outcome.json == {"preview": written}
    assert content.with_name(written).read_bytes().startswith(b"PK")
    assert school("--json", "notebook").json["size"] == 1


@pytest.mark.parametrize("target", ["", ".", "..", "archive"])
def test_a_preview_cannot_be_a_folder(
    school: Callable[..., Outcome], content: Path, target: str
) -> None:
    outcome = school("--json", "fill", HOMEROOM, content, "--preview", target)
    assert outcome.status == 1
    assert outcome.error["code"] == "C003"


def test_a_reason_without_the_record_it_corrects_files_nothing(
    school: Callable[..., Outcome], content: Path
) -> None:
    outcome = school("--json", "fill", HOMEROOM, content, "--reason", "人数写错")
    assert outcome.status == 2
    assert "--corrects" in outcome.error["message"]
    assert school("--json", "notebook").json["size"] == 1


@pytest.mark.parametrize("name", ["名册.csv", "名册"])
def test_the_workbook_to_fill_in_is_not_written_under_another_ending(
    school: Callable[..., Outcome], tmp_path: Path, name: str
) -> None:
    outcome = school("forms", "sheet", HOMEROOM, "-o", name)
    assert outcome.status == 2
    assert ".xlsx" in outcome.err
    assert not (tmp_path / name).exists()


def test_the_workbook_filled_in_by_a_clerk_becomes_letters(
    school: Callable[..., Outcome], tmp_path: Path
) -> None:
    import datetime as dt

    import openpyxl

    school("forms", "sheet", HOMEROOM, "-o", "名册.xlsx")
    roster = tmp_path / "名册.xlsx"
    book = openpyxl.load_workbook(roster)
    table = book.worksheets[0]
    first, last = dt.datetime(2022, 9, 1), dt.datetime(2023, 8, 31)  # noqa: DTZ001 # Excel's
    for row, name in enumerate(("李样甲", "李样乙"), start=4):
        phone, head = 13800000000 + row, "周示范"
        values = (name, "三（2）班", 42, phone, None, None, head, None, first, last, first)
        for column, value in enumerate(values, start=2):
            table.cell(row, column).value = value
    book.save(roster)
    done = school("--json", "batch", HOMEROOM, roster)
    assert (done.status, done.json["filed"]) == (0, 2), done.err
    table.cell(5, 4).value = 43
    book.save(roster)
    again = school("--json", "batch", HOMEROOM, roster).json
    assert (again["filed"], again["already_filed"]) == (1, 1)
    assert [code[-4:] for code in again["codes"]] == ["0001", "0003"]
