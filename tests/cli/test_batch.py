from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from openpyxl import Workbook

from safety_docs.core.reference_code import ReferenceCode

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Outcome

HEADER = ("姓名", "班级", "学生人数", "手机号")
COMMON = (
    *("--set", "校长=周示范", "--set", "起日=2022-09-01", "--set", "止日=2023-08-31"),
    *("--set", "签订日期=2022-09-01"),
)
HOMEROOM = "班主任安全责任书"


def write(path: Path, *rows: tuple[object, ...]) -> Path:
    book = Workbook()
    sheet = book.worksheets[0]
    for row in (HEADER, *rows):
        sheet.append(list(row))
    for cells in sheet.iter_rows():
        for cell in cells:
            if isinstance(cell.value, str):
                cell.data_type = "s"
    book.save(path)
    return path


def names(count: int) -> list[tuple[object, ...]]:
    """Rows whose names hold no digit."""
    digits = "零一二三四五六七八九"
    return [
        (f"李样{digits[n // 10]}{digits[n % 10]}", f"一（{n}）班", 40, f"138000{n:05d}")
        for n in range(1, count + 1)
    ]


def test_a_roster_becomes_letters_in_its_order_without_gaps(
    school: Callable[..., Outcome], tmp_path: Path
) -> None:
    roster = write(tmp_path / "名册.xlsx", *names(25))
    done = school("--json", "batch", HOMEROOM, roster, *COMMON)
    assert done.status == 0, done.err
    assert (done.json["filed"], done.json["already_filed"], done.json["failed"]) == (25, 0, [])
    first, last = (ReferenceCode.parse(code) for code in done.json["codes"])
    assert (first.number, last.number) == (1, 25)
    assert first.series == last.series
    found = school("--json", "search", "题名:李样二五").json
    assert [hit["code"] for hit in found["hits"]] == [done.json["codes"][1]]
    assert school("verify").status == 0


def test_the_same_roster_again_files_nothing(
    school: Callable[..., Outcome], tmp_path: Path
) -> None:
    roster = write(tmp_path / "名册.xlsx", *names(5))
    school("batch", HOMEROOM, roster, *COMMON)
    again = school("--json", "batch", HOMEROOM, roster, *COMMON).json
    assert (again["filed"], again["already_filed"]) == (0, 5)
    write(tmp_path / "名册.xlsx", *names(7))
    more = school("--json", "batch", HOMEROOM, roster, *COMMON).json
    assert (more["filed"], more["already_filed"]) == (2, 5)
    assert [code[-4:] for code in more["codes"]] == ["0001", "0007"]


def test_one_bad_row_stops_all_and_every_problem_is_named(
    school: Callable[..., Outcome], tmp_path: Path
) -> None:
    good = names(4)
    good[1] = ("", "一（2）班", "很多", "13800000002")
    roster = write(tmp_path / "名册.xlsx", *good)
    stopped = school("--json", "batch", HOMEROOM, roster, *COMMON)
    assert stopped.status == 1
    failed = stopped.json["failed"]
    assert {(one["row"], one["column"]) for one in failed} == {(3, "姓名"), (3, "学生人数")}
    assert stopped.json["filed"] == 0
    assert school("--json", "notebook").json["size"] == 1

    skipped = school("--json", "batch", HOMEROOM, roster, *COMMON, "--skip-bad")
    assert skipped.status == 0
    assert skipped.json["filed"] == 3
    assert {one["row"] for one in skipped.json["failed"]} == {3}
    assert [code[-4:] for code in skipped.json["codes"]] == ["0001", "0003"]


HOSTILE = (
    "R&D <b>“张三” 1<2 & 3",
    "=1+1",
    "名" * 30,
    "阿卜杜拉·买买提",
    "𠮷野",
)


@pytest.mark.parametrize("value", HOSTILE)
def test_a_hostile_cell_reaches_the_document_unchanged(
    school: Callable[..., Outcome], tmp_path: Path, value: str
) -> None:
    import docx

    roster = write(tmp_path / "名册.xlsx", ("李样本", value, 40, "13800000001"))
    done = school("--json", "batch", HOMEROOM, roster, *COMMON)
    assert done.status == 0, done.out + done.err
    path = next((tmp_path / "archive").glob("Z109-*/boxes/**/*.docx"))
    cells = [
        cell.text
        for table in docx.Document(str(path)).tables
        for row in table.rows
        for cell in row.cells
    ]
    assert f"{value}（40人）" in cells


@pytest.mark.parametrize("character", ["\x01", "\x0b", "\x1f"])
def test_a_control_character_is_refused_with_its_cell(
    school: Callable[..., Outcome], tmp_path: Path, character: str
) -> None:
    roster = tmp_path / "名册.csv"
    header = ",".join(HEADER)
    roster.write_text(f"{header}\n李样{character}本,一（1）班,40,13800000001\n", "utf-8-sig")
    refused = school("--json", "batch", HOMEROOM, roster, *COMMON)
    assert refused.status == 1
    (failed,) = refused.json["failed"]
    assert (failed["row"], failed["column"]) == (2, "姓名")
    assert not list((tmp_path / "archive").glob("Z109-*/boxes/**/*.docx"))


def test_missing_columns_are_named_all_at_once_in_both_answers(
    school: Callable[..., Outcome], tmp_path: Path
) -> None:
    roster = write(tmp_path / "名册.xlsx", *names(3))
    stopped = school("--json", "batch", HOMEROOM, roster)
    assert stopped.status == 1
    assert stopped.json["filed"] == 0
    assert len(stopped.json["failed"]) == 4
    assert len(stopped.error["problems"]) == 4
    assert all("--set" in one["problem"] for one in stopped.json["failed"])


def test_what_is_wrong_with_an_option_is_named_by_the_option(
    school: Callable[..., Outcome], tmp_path: Path
) -> None:
    taken = tmp_path / "名册.xlsx"
    taken.write_bytes(b"")
    refused = school("forms", "sheet", HOMEROOM, "-o", taken)
    assert refused.status == 2
    assert "-o：" in refused.err
    assert "--force" in refused.err
    assert taken.read_bytes() == b""
