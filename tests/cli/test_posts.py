"""Several letters from one staff roster: each row goes to the letter of its post (岗位)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from openpyxl import Workbook, load_workbook
from tests.cli.test_preflight import RED
from tests.cli.test_term_start import COMMON, HOMEROOM, LI, records, roster

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cli.conftest import Outcome

STAFF = ("姓名", "岗位", "班级", "学生人数", "手机号", "责任范围", "学科", "联系电话")
EACH_KIND = (
    ("李样一", "班主任", "一（1）班", 40, "13800000001", "一（1）班教室", "语文", "13800000001"),
    ("", "班主任", "一（2）班", "很多", "13800000002", "一（2）班教室", "数学", "13800000002"),
    ("王样三", "体育教师", "", "", "1380000003", "操场", "体育", "1380000003"),
    ("赵样四", "园艺顾问", "", "", "13800000004", "花坛", "", "13800000004"),
    ("钱样五", "门卫", "", "", "13800000005", "大门", "", "13800000005"),
)


def staff(name: str, post: str, phone: str) -> tuple[object, ...]:
    return (name, post, "一（1）班", 40, phone, "一（1）班教室", "语文", phone)


def workbook(path: Path, *rows: tuple[object, ...]) -> Path:
    book = Workbook()
    book.worksheets[0].title = "教职工"
    for row in (STAFF, *rows):
        book.worksheets[0].append(list(row))
    book.save(path)
    return path


@pytest.fixture
def filled(school: Callable[..., Outcome], tmp_path: Path) -> Callable[..., Path]:
    """The shared workbook with rows, without the columns of a list."""

    def call(*rows: dict[str, str | int], without: tuple[str, ...] = ()) -> Path:
        path = tmp_path / "教职工.xlsx"
        assert school("forms", "sheet", "按岗位", "-o", path, "--force").status == 0
        book = load_workbook(path)
        sheet = book["教职工"]
        at = {str(cell.value).rstrip("*"): column for column, cell in enumerate(sheet[2], start=1)}
        for number, row in enumerate(rows, start=8):
            for name, value in {**row, "手机号": f"138{number:08d}"}.items():
                sheet.cell(number, at[name]).value = value
        for name in sorted(without, key=at.__getitem__, reverse=True):
            sheet.delete_cols(at[name])
        book.save(path)
        return path

    return call


GUARD: dict[str, str | int] = {"姓名": "王样二", "岗位": "门卫", "责任范围": "大门"}


# filing


def test_each_goes_to_the_letter_of_the_post(
    school: Callable[..., Outcome], tmp_path: Path
) -> None:
    path = roster(
        tmp_path,
        staff("李样一", "班主任", "13800000001"),
        staff("王样二", "体育教师", "13800000002"),
        staff("赵样三", "班主任", "13800000003"),
        staff("钱样四", "门卫", "13800000004"),
        header=STAFF,
    )
    done = school("--json", "batch", "按岗位", path, *COMMON)
    assert done.status == 0, done.out + done.err
    assert {one["form"]: one["filed"] for one in done.json["forms"]} == {
        "班主任安全责任书": 2,
        "任课教师安全责任书": 1,
        "职工安全责任书": 1,
    }
    titles = [one.title for one in records(tmp_path).values()]
    assert titles[:2] == ["李样一-一（1）班-班主任安全责任书", "赵样三-一（1）班-班主任安全责任书"]


def test_the_workbook_for_all_posts_is_filled_in_and_filed(
    school: Callable[..., Outcome], filled: Callable[..., Path]
) -> None:
    path = filled(
        {"姓名": "李样一", "岗位": "班主任", "责任班级": "一（1）班", "班级学生人数": 40},
        GUARD,
        {"姓名": "赵样三", "岗位": "教务主任", "责任范围": "教务处"},
    )
    done = school("--json", "batch", "按岗位", path, *COMMON)
    assert [(one["form"], one["filed"]) for one in done.json["forms"]] == [
        ("中层干部安全责任书", 1),
        ("班主任安全责任书", 1),
        ("职工安全责任书", 1),
    ]
    said = school("batch", "按岗位", path, *COMMON).out
    assert "班主任安全责任书：读取了“教职工”表：表头在第 2 行，数据 1 行。" in said
    assert "提醒" not in said


def test_a_letter_with_no_row_but_its_sample_wants_no_column(
    school: Callable[..., Outcome], filled: Callable[..., Path]
) -> None:
    path = filled(GUARD, without=("责任班级", "班级学生人数"))
    done = school("--json", "batch", "按岗位", path, *COMMON)
    assert (done.status, done.json["filed"]) == (0, 1), done.out + done.err


def test_what_was_read_is_told_of_the_only_letter_that_has_rows(
    school: Callable[..., Outcome], filled: Callable[..., Path]
) -> None:
    said = school("batch", "按岗位", filled(GUARD), *COMMON).out.splitlines()
    assert "读取了“教职工”表：表头在第 2 行，数据 1 行。" in said
    (unused,) = (line for line in said if line.startswith("没有用到、也不会保存的列："))
    assert "责任班级" in unused
    assert "上岗证件及有效期" not in unused


def test_a_form_that_is_for_no_post_shares_no_workbook(
    school: Callable[..., Outcome], tmp_path: Path
) -> None:
    refused = school(
        "forms", "sheet", f"{HOMEROOM}、安全管理员安全责任书", "-o", tmp_path / "x.xlsx"
    )
    assert refused.status == 1
    assert "“安全管理员安全责任书”不按岗位分" in refused.err
    assert not (tmp_path / "x.xlsx").exists()


def test_a_post_without_a_letter_stops_all_and_is_named(
    school: Callable[..., Outcome], tmp_path: Path
) -> None:
    rows = [staff("李样一", "班主仼", "13800000001"), staff("王样二", "", "13800000002")]
    path = roster(tmp_path, staff("赵样三", "班主任", "13800000003"), *rows, header=STAFF)
    done = school("--json", "batch", f"{HOMEROOM}、任课教师安全责任书", path, *COMMON)
    assert done.status == 1
    failed = [(one["row"], one["code"], one["problem"]) for one in done.json["failed"]]
    assert failed == [
        (3, "D240", "“班主仼”没有对应的责任书。是不是“班主任”？"),
        (4, "D240", "没有写岗位，不知道该签哪一种责任书，请补上。"),
    ]
    assert records(tmp_path) == {}


def test_a_roster_of_posts_without_a_row_is_told(
    school: Callable[..., Outcome], tmp_path: Path
) -> None:
    done = school("batch", "按岗位", roster(tmp_path, header=STAFF), *COMMON)
    assert done.status == 1
    assert "表头下面没有数据" in done.err


def test_posts_that_no_letter_knows_are_named_and_not_the_columns(
    school: Callable[..., Outcome], tmp_path: Path
) -> None:
    path = roster(tmp_path, staff("李样一", "园艺顾问", "13800000001"), header=STAFF)
    done = school("--json", "batch", "按岗位", path, *COMMON)
    assert [one["code"] for one in done.json["failed"]] == ["D240"]


def test_posts_cannot_decide_without_a_column_of_posts(
    school: Callable[..., Outcome], tmp_path: Path
) -> None:
    done = school("batch", "按岗位", roster(tmp_path, LI), *COMMON)
    assert done.status == 1
    assert "没有“岗位”这一列" in done.err


# checking


def test_each_row_is_checked_for_the_letter_of_its_post(
    school: Callable[..., Outcome], tmp_path: Path
) -> None:
    roster = workbook(tmp_path / "教职工.xlsx", *EACH_KIND)
    found = school("--json", "batch", "按岗位", roster, *COMMON, "--check").json
    counts = {key: found[key] for key in ("rows", "good", "failed", "warned")}
    assert counts == {"rows": 5, "good": 2, "failed": 3, "warned": 0}
    assert [(one["form"], one["rows"], one["good"]) for one in found["forms"]] == [
        ("班主任安全责任书", 2, 1),
        ("任课教师安全责任书", 1, 0),
        ("职工安全责任书", 1, 1),
    ]
    errors = [one for one in found["problems"] if one["severity"] == "error"]
    places = [(one["row"], one["column"]) for one in errors]
    assert places == [(3, "姓名"), (3, "学生人数"), (4, "手机号"), (5, "岗位")]
    sheet = load_workbook(tmp_path / "教职工-检查结果.xlsx")["教职工"]
    assert [bool(sheet[f"I{row}"].value) for row in range(2, 7)] == [False, True, True, True, False]
    red = {c.coordinate for row in sheet.iter_rows() for c in row if c.fill.fgColor.rgb == RED}
    assert red == {"A3", "D3", "E4", "B5"}


def test_failed_rows_of_several_letters_are_corrected_on_their_own_and_filed(
    school: Callable[..., Outcome], tmp_path: Path
) -> None:
    roster, marked = workbook(tmp_path / "教职工.xlsx", *EACH_KIND), tmp_path / "查.xlsx"
    school("batch", "按岗位", roster, *COMMON, "--check", "-o", marked)
    book = load_workbook(marked)
    sheet = book["待改"]
    assert [row[1].value for row in sheet.iter_rows(min_row=2)] == [
        "班主任",
        "体育教师",
        "园艺顾问",
    ]
    sheet["A2"], sheet["D2"], sheet["E3"], sheet["B4"] = "孙样二", 41, "13800000003", "门卫"
    book.save(marked)
    done = school("--json", "batch", "按岗位", marked, *COMMON, "--sheet", "待改")
    assert done.json["filed"] == 3, done.out + done.err


def test_what_one_letter_says_of_the_whole_roster_names_the_letter(
    school: Callable[..., Outcome], tmp_path: Path
) -> None:
    roster = workbook(tmp_path / "教职工.xlsx", EACH_KIND[0], EACH_KIND[4])
    book = load_workbook(roster)
    book["教职工"]["D1"] = "备注"
    book.save(roster)
    options = (*COMMON, "--set", "学生数=1", "--set", "乙方手机号=13800000009")
    found = school("--json", "batch", "按岗位", roster, *options, "--check").json
    whole = [(one["severity"], one["problem"]) for one in found["problems"] if one["row"] is None]
    assert [severity for severity, _ in whole] == ["warning", "error"]
    assert "学生数" in whole[0][1]
    assert whole[1][1].startswith("（班主任安全责任书）缺少")
    assert "乙方手机号" not in str(whole)
    assert found["path"]


def test_a_roster_of_posts_without_a_known_one_comes_back_marked_too(
    school: Callable[..., Outcome], tmp_path: Path
) -> None:
    roster = workbook(tmp_path / "教职工.xlsx", EACH_KIND[3])
    found = school("--json", "batch", "按岗位", roster, *COMMON, "--check").json
    assert (found["rows"], found["good"], found["forms"]) == (1, 0, [])
    sheet = load_workbook(found["path"])["教职工"]
    assert "“岗位”" in sheet["I2"].value


# printing


def term(year: int) -> tuple[str, ...]:
    dates = {"起日": f"{year}-09-01", "止日": f"{year + 1}-08-31", "签订日期": f"{year}-09-01"}
    return tuple(word for name, date in dates.items() for word in ("--set", f"{name}={date}"))


def test_the_letters_of_all_posts_are_printed_in_one_go(
    school: Callable[..., Outcome], tmp_path: Path
) -> None:
    old = [staff("李样一", "班主任", "13800000001"), staff("钱样四", "校医", "13800000004")]
    new = [staff("李样一", "班主任", "13800000001"), staff("王样二", "体育教师", "13800000002")]
    for year, rows in ((2021, old), (2022, new)):
        options = (*term(year), "--set", "校长=周示范")
        done = school("batch", "按岗位", workbook(tmp_path / "教职工.xlsx", *rows), *options)
        assert done.status == 0, done.err
    printed = school("--json", "print", "按岗位", "-o", tmp_path / "打印").json["forms"]
    assert [(one["form"], one["year"], one["packs"][0]["letters"]) for one in printed] == [
        (HOMEROOM, 2022, 1),
        ("任课教师安全责任书", 2022, 1),
    ]
    assert all(Path(one["packs"][0]["path"]).is_file() for one in printed)
    earlier = school("--json", "print", "按岗位", "--year", 2021, "-o", tmp_path / "旧").json[
        "forms"
    ]
    assert [one["form"] for one in earlier] == [HOMEROOM, "职工安全责任书"]


def test_no_letter_is_left_out_because_it_has_no_such_field(
    school: Callable[..., Outcome], tmp_path: Path
) -> None:
    path = workbook(tmp_path / "教职工.xlsx", EACH_KIND[0], EACH_KIND[4])
    assert school("batch", "按岗位", path, *COMMON).status == 0
    refused = school("print", "按岗位", "--by", "班级", "-o", tmp_path / "打印")
    assert refused.status == 1
    assert "没有“班级”这个字段" in refused.err
    only = school("--json", "print", "按岗位", "--only", "一（1）班", "-o", tmp_path / "打印").json
    assert [one["form"] for one in only["forms"]] == [HOMEROOM]


def test_with_no_letter_of_the_staff_there_is_nothing_to_print(
    school: Callable[..., Outcome],
) -> None:
    refused = school("print", "按岗位", "--year", 2019)
    assert (refused.status, "没有可打印的“教职工责任书”（2019年度）" in refused.err) == (1, True)
    assert "没有名为“”的表单" in school("print", "").err
