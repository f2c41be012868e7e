from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING

import openpyxl
from openpyxl.styles import Font
from tests.cli.test_batch import COMMON, HOMEROOM, names, write

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Outcome

RED = "FFFFC7CE"


def spoiled(path: Path) -> Path:
    """Five rows, one without a name and with a wrong count, and a worksheet of another kind."""
    rows = names(5)
    rows[2] = ("", "一（3）班", "很多", "13800000003")
    book = openpyxl.load_workbook(write(path, *rows))
    book.create_sheet("说明")["A1"] = "校内使用"
    sheet = book.worksheets[0]
    sheet["A1"].font = Font(bold=True)
    sheet.column_dimensions["B"].width = 33
    book.save(path)
    return path


def test_a_check_files_nothing_and_hands_the_workbook_back_marked(
    school: Callable[..., Outcome], tmp_path: Path
) -> None:
    roster = spoiled(tmp_path / "名册.xlsx")
    before = roster.read_bytes()
    found = school("--json", "batch", HOMEROOM, roster, *COMMON, "--check")
    assert found.out, found.err
    counts = {key: found.json[key] for key in ("rows", "good", "failed", "warned")}
    assert counts == {"rows": 5, "good": 4, "failed": 1, "warned": 0}
    assert roster.read_bytes() == before
    assert school("--json", "notebook").json["size"] == 1
    book = openpyxl.load_workbook(tmp_path / "名册-检查结果.xlsx")
    assert book.sheetnames[1:] == ["说明", "待改"]
    sheet = book.worksheets[0]
    assert sheet["E1"].value == "错误信息"
    assert (sheet["A1"].font.bold, sheet.column_dimensions["B"].width) == (True, 33)
    assert "“姓名”" in sheet["E4"].value
    assert "“学生人数”" in sheet["E4"].value
    red = {c.coordinate for row in sheet.iter_rows() for c in row if c.fill.fgColor.rgb == RED}
    assert red == {"A4", "C4"}


def test_checking_the_marked_workbook_again_changes_nothing(
    school: Callable[..., Outcome], tmp_path: Path
) -> None:
    roster = spoiled(tmp_path / "名册.xlsx")
    first, second = tmp_path / "一.xlsx", tmp_path / "二.xlsx"
    one = school("--json", "batch", HOMEROOM, roster, *COMMON, "--check", "-o", first).json
    two = school("--json", "batch", HOMEROOM, first, *COMMON, "--check", "-o", second).json
    assert one["problems"] == two["problems"]
    books = [openpyxl.load_workbook(path) for path in (first, second)]
    cells = [
        [
            [(c.coordinate, c.value, c.fill.fgColor.rgb) for row in sheet for c in row]
            for sheet in book
        ]
        for book in books
    ]
    assert cells[0] == cells[1]


def test_the_failed_rows_are_corrected_on_their_own_and_filed(
    school: Callable[..., Outcome], tmp_path: Path
) -> None:
    roster = spoiled(tmp_path / "名册.xlsx")
    marked = tmp_path / "查.xlsx"
    school("batch", HOMEROOM, roster, *COMMON, "--check", "-o", marked)
    book = openpyxl.load_workbook(marked)
    assert book["待改"].max_row == 2
    book["待改"]["A2"], book["待改"]["C2"] = "李样本", 40
    book.save(marked)
    options = (*COMMON, "--sheet", "待改")
    assert school("batch", HOMEROOM, marked, *options, "--check").status == 0
    done = school("--json", "batch", HOMEROOM, marked, *options)
    assert done.json["filed"] == 1, done.err


def test_a_csv_comes_back_as_a_workbook_with_text_kept_as_text(
    school: Callable[..., Outcome], tmp_path: Path
) -> None:
    roster = tmp_path / "名册.csv"
    roster.write_text("姓名,班级,学生人数,手机号\n,=1+1,40,13800000001\n", "utf-8-sig")
    assert school("batch", HOMEROOM, roster, *COMMON, "--check").status == 1
    sheet = openpyxl.load_workbook(tmp_path / "名册-检查结果.xlsx").worksheets[0]
    assert (sheet["B2"].value, sheet["B2"].data_type) == ("=1+1", "s")
    assert "是空的" in sheet["E2"].value


def test_an_existing_file_is_never_written_over(
    school: Callable[..., Outcome], tmp_path: Path
) -> None:
    roster = spoiled(tmp_path / "名册.xlsx")
    refused = school("batch", HOMEROOM, roster, "--check", "-o", roster)
    assert refused.status == 2
    assert school("batch", HOMEROOM, roster, "-o", tmp_path / "x.xlsx").status == 2
    for _ in range(2):
        school("batch", HOMEROOM, roster, *COMMON, "--check")
    assert (tmp_path / "名册-检查结果2.xlsx").is_file()


def test_a_column_that_no_form_wants_stays_in_the_copy_and_reaches_no_other_file(
    school: Callable[..., Outcome], tmp_path: Path
) -> None:
    canary = "金丝雀87654321"
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append(["姓名", "班级", "学生人数", "手机号", "家庭收入"])
    sheet.append(["李样本", "一（1）班", 40, "13800000001", canary])
    sheet.append(["", "一（2）班", 40, "13800000002", canary])
    roster, marked = tmp_path / "名册.xlsx", tmp_path / "查.xlsx"
    book.save(roster)
    check = school("--json", "batch", HOMEROOM, roster, *COMMON, "--check", "-o", marked)
    assert canary not in check.out + check.err
    assert openpyxl.load_workbook(marked)["待改"]["E2"].value == canary
    done = school("--json", "batch", HOMEROOM, roster, *COMMON, "--skip-bad")
    assert done.json["filed"] == 1, done.err
    assert canary not in done.out + done.err
    assert school("--json", "search", canary).json["hits"] == []
    files = [path for path in (tmp_path / "archive").rglob("*") if path.is_file()]
    assert any(path.suffix == ".docx" for path in files)
    for path in files:
        assert not holds(path, canary), path


def holds(path: Path, text: str) -> bool:
    """Whether a file, or a part of a package, holds the text in any usual encoding."""
    data = [path.read_bytes()]
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as package:
            data += [package.read(name) for name in package.namelist()]
    forms = [text.encode(), text.encode("utf-16-le"), text.encode("gb18030")]
    forms.append(ascii(text)[1:-1].encode())
    return any(form in part for form in forms for part in data)


def test_a_bad_and_a_lost_identity_number_are_found(
    school: Callable[..., Outcome], tmp_path: Path
) -> None:
    templates = tmp_path / "自己的" / "forms" / "own" / "guard"
    templates.mkdir(parents=True)
    (templates / "form.toml").write_text(GUARD, "utf-8")
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append(["姓名", "日期", "身份证号"])
    sheet.append(["张某某", "2022-09-01", "110101199003071234"])
    sheet.append(["李某某", "2022-09-01", 110101199003071230])
    book.save(tmp_path / "名册.xlsx")
    options = ("--templates", tmp_path / "自己的", "--json")
    found = school(*options, "batch", "自定门卫登记", tmp_path / "名册.xlsx", "--check")
    assert found.out, found.err
    errors = [one for one in found.json["problems"] if one["severity"] == "error"]
    assert [(one["code"], one["row"]) for one in errors] == [("D213", 2), ("D202", 3)]
    assert "110101199003071234" not in found.out


GUARD = """
title = "自定门卫登记"
code = "ZZ-99"
family = "三防"
purpose = "测试用。"
category = "10"
retention = "10年"
output = "docx"
profile = "form"
record_title = "{{ 姓名 }}"
record_date = "日期"
filled_by = "门卫"
no_obligation = "测试用"
[[field]]
name = "姓名"
type = "person"
required = true
[[field]]
name = "日期"
type = "date"
required = true
[[field]]
name = "身份证号"
type = "id-number"
"""
