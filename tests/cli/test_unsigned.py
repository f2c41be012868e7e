"""Who has not signed: on the screen, as a workbook, as slips, and as JSON."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import docx
import pytest
from openpyxl import Workbook, load_workbook

from safety_docs.archive import Returned, find_cabinet
from safety_docs.cli.settings import SystemClock

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from tests.cli.conftest import Outcome

FORM = "班主任安全责任书"
ROWS = (
    ("李样一", "一（1）班", 40, "13800000001"),
    ("=1+1", "一（2）班", 41, "13800000002"),
    ("赵样三", "一（1）班", 42, "13800000003"),
)
PUPIL_HEADER = (
    *("学生姓名", "学号", "班级", "监护人", "关系", "监护人电话", "备用电话"),
    *("上下学方式", "班主任"),
)
PUPILS = (
    (
        "赵某某",
        "20200301",
        "三（1）班",
        "赵样",
        "母亲",
        "13800000021",
        "13800000031",
        "接送",
        "李样",
    ),
    (
        "钱某某",
        "20200302",
        "三（1）班",
        "钱样",
        "父亲",
        "13800000022",
        "13800000032",
        "接送",
        "李样",
    ),
    (
        "孙某某",
        "20200303",
        "三（2）班",
        "孙样",
        "父亲",
        "13800000023",
        "13800000033",
        "接送",
        "周样",
    ),
)
COMMON = (
    *("--set", "校长=周示范", "--set", "起日=2022-09-01", "--set", "止日=2023-08-31"),
    *("--set", "签订日期=2022-09-01"),
)


@pytest.fixture
def letters(school: Callable[..., Outcome], tmp_path: Path) -> list[str]:
    """Codes of three letters of two classes; the first came back signed."""
    book = Workbook()
    for row in (("姓名", "班级", "学生人数", "手机号"), *ROWS):
        book.worksheets[0].append(list(row))
        book.worksheets[0].cell(book.worksheets[0].max_row, 1).data_type = "s"
    book.save(tmp_path / "名册.xlsx")
    done = school("--json", "batch", FORM, tmp_path / "名册.xlsx", *COMMON)
    assert done.status == 0, done.out + done.err
    cabinet = find_cabinet(tmp_path / "archive")
    records = list(cabinet.records())
    with cabinet.writer(clock=SystemClock(), entropy=bytes_of) as writer:
        list(writer.sign([Returned(records[0], 1, b"%PDF-1.7", ".pdf", 3, "扫描.pdf")]))
        list(writer.sign([Returned(records[1], 2, b"%PDF-1.7", ".pdf", 3, "扫描.pdf")]))
    return [one.code for one in records]


def bytes_of(size_bytes: int, /) -> bytes:
    with open("/dev/urandom", "rb") as stream:  # noqa: PTH123 # a stream of the system
        return stream.read(size_bytes)


def test_it_counts_by_class_and_names_who_is_missing(
    school: Callable[..., Outcome], letters: list[str]
) -> None:
    found: Any = school("--json", "unsigned", FORM).json
    assert (found["forms"], found["years"]) == ([FORM], [2022])
    assert (found["due"], found["back"], found["rate"]) == (3, 1, "33.3%")
    assert found["groups"] == [
        {"group": "一（1）班", "due": 2, "back": 1, "rate": "50.0%"},
        {"group": "一（2）班", "due": 1, "back": 0, "rate": "0.0%"},
    ]
    assert [(one["code"], one["name"], one["phone"]) for one in found["missing"]] == [
        (letters[1], "=1+1", "138****0002"),
        (letters[2], "赵样三", "138****0003"),
    ]


def test_without_a_form_it_looks_at_all_that_come_back(
    school: Callable[..., Outcome], letters: list[str]
) -> None:
    shown = school("unsigned")
    assert shown.status == 0, shown.err
    assert FORM in shown.out
    assert "33.3%" in shown.out
    assert letters[2] in shown.out
    assert letters[0] not in shown.out
    assert "13800000003" not in shown.out


def test_a_superseded_letter_does_not_count(
    school: Callable[..., Outcome], letters: list[str], tmp_path: Path
) -> None:
    book = load_workbook(tmp_path / "名册.xlsx")
    book.worksheets[0]["D2"] = "13900000001"
    book.save(tmp_path / "改.xlsx")
    assert school("batch", FORM, tmp_path / "改.xlsx", *COMMON).status == 0
    found = school("--json", "unsigned").json
    assert (found["due"], found["back"]) == (3, 0)
    assert letters[0] not in [one["code"] for one in found["missing"]]


def test_the_workbook_holds_text_and_no_formula(
    school: Callable[..., Outcome], letters: list[str], tmp_path: Path
) -> None:
    assert school("unsigned", FORM, "-o", "名单.xlsx").status == 0
    book = load_workbook(tmp_path / "名单.xlsx")
    assert book.sheetnames == ["签字回收汇总", "未收回名单"]
    total = [cell.value for cell in book["签字回收汇总"][5]]
    assert total == ["合计", 3, 1, 2, "33.3%"]
    rows = list(book["未收回名单"].iter_rows(min_row=3, values_only=True))
    assert [row[5] for row in rows] == [letters[2], letters[1]]
    assert rows[1][2] == "=1+1"
    kinds = {cell.data_type for sheet in book for row in sheet for cell in row if cell.value}
    assert kinds == {"s", "n"}


def test_the_reminder_has_a_page_for_each_class_and_chinese_fonts(
    school: Callable[..., Outcome], letters: list[str], tmp_path: Path
) -> None:
    assert school("unsigned", FORM, "--reminder", "催交单.docx").status == 0
    document = docx.Document(io.BytesIO((tmp_path / "催交单.docx").read_bytes()))
    slips = [one for one in document.paragraphs if one.text == "责任书催交单"]
    assert [bool(one.paragraph_format.page_break_before) for one in slips] == [False, True]
    assert [[cell.text for cell in table.columns[3].cells[1:]] for table in document.tables] == [
        [letters[2]],
        [letters[1]],
    ]
    runs = [run for one in document.paragraphs for run in one.runs]
    runs += [
        run
        for table in document.tables
        for cell in table._cells
        for one in cell.paragraphs
        for run in one.runs
    ]
    assert all(run._element.rPr.rFonts.get(docx.oxml.ns.qn("w:eastAsia")) for run in runs)


def test_a_paper_that_was_seen_counts_once(
    school: Callable[..., Outcome], letters: list[str]
) -> None:
    found = school("--json", "unsigned", "--paper", letters[1], "--paper", letters[2]).json
    assert (found["back"], found["confirmed"], found["missing"]) == (3, 2, [])
    again = school("unsigned", "--paper", letters[1])
    assert "记下纸质原件已收回 0 件，以前已记过 1 件" in again.out
    assert "全部收回" in again.out
    shown = school("show", letters[1])
    assert "纸质原件已签字收回，未扫描" in shown.out
    assert "收回签字件" in school("notebook").out
    assert school("verify").status == 0


def test_show_lists_signed_copies(school: Callable[..., Outcome], letters: list[str]) -> None:
    (copy,) = school("--json", "show", letters[0]).json["signed_copies"]
    assert (copy["copy"], copy["pages"], copy["source"]) == (1, 3, "扫描.pdf")
    assert f"{copy['path']}（3 页）" in school("show", letters[0]).out


LEADER = ("--set", "分管安全副校长=孙示例")


@pytest.mark.usefixtures("letters")
def test_the_list_is_filed_from_what_came_back(
    school: Callable[..., Outcome], tmp_path: Path
) -> None:
    filed = school("--json", "unsigned", "--file", *LEADER)
    assert filed.status == 0, filed.err
    record = list(find_cabinet(tmp_path / "archive").records())[-1]
    assert record.code == filed.json["code"]
    assert record.form_title == "安全责任书签订情况一览表"
    values = record.values
    assert values["学年"] == "2022—2023学年"
    assert values["统计日期"] == SystemClock().now().date().isoformat()
    assert values["应签"] == [{"类型": "RL-05 班主任", "应签份数": 3}]
    assert [(row["乙方"], row["收回方式"] or "") for row in values["签订"]] == [
        ("李样一", "扫描"),
        ("=1+1", ""),
        ("赵样三", ""),
    ]
    assert values["签订"][0]["收回日期"] == values["统计日期"]
    assert {row["签订日期"] for row in values["签订"]} == {None}
    letter = next(find_cabinet(tmp_path / "archive").records())
    printed = docx.Document(str(find_cabinet(tmp_path / "archive").folder / letter.path))
    cells = [cell.text for table in printed.tables for cell in table._cells]
    assert values["签订"][0]["编号"] in cells
    assert school("verify").status == 0


def test_the_same_list_is_filed_once_and_a_changed_one_again(
    school: Callable[..., Outcome], letters: list[str], tmp_path: Path
) -> None:
    first = school("--json", "unsigned", FORM, "--file", *LEADER).json
    again = school("--json", "unsigned", FORM, "--file", *LEADER).json
    assert (again["code"], again["already_filed"]) == (first["code"], True)
    later = school("--json", "unsigned", "--paper", letters[1], "--file", *LEADER).json
    assert later["code"] != first["code"]
    record = list(find_cabinet(tmp_path / "archive").records())[-1]
    assert [row["收回方式"] or "" for row in record.values["签订"]] == ["扫描", "纸质原件", ""]


def _file_pupils(
    school: Callable[..., Outcome], folder: Path, rows: Sequence[tuple[str, ...]]
) -> list[str]:
    """Codes of the parents' letters of `rows`."""
    book = Workbook()
    for row in (PUPIL_HEADER, *rows):
        book.worksheets[0].append(list(row))
    book.save(folder / "学生.xlsx")
    common = (
        "--set",
        "起日=2022-09-01",
        "--set",
        "止日=2023-08-31",
        "--set",
        "签订日期=2022-09-05",
    )
    done = school("--json", "batch", "家长安全责任书", folder / "学生.xlsx", *common)
    assert done.status == 0, done.out + done.err
    codes: list[str] = done.json["codes"]
    return codes


def test_parents_are_counted_by_class_and_only_the_missing_are_named(
    school: Callable[..., Outcome], letters: list[str], tmp_path: Path
) -> None:
    codes = _file_pupils(school, tmp_path, PUPILS)
    done = school("unsigned", "--paper", codes[0], "--file", *LEADER)
    assert done.status == 0, done.err
    values = list(find_cabinet(tmp_path / "archive").records())[-1].values
    assert [(row["类型"], row["应签份数"]) for row in values["应签"]] == [
        ("RL-05 班主任", len(letters)),
        ("RL-09 家长", 3),
    ]
    assert [
        (row["班级"], row["班主任"], row["应签"], row["已收回"], row["未收回学生"])
        for row in values["班级回收"]
    ] == [("三（1）班", "李样", 2, 1, "钱某某"), ("三（2）班", "周样", 1, 0, "孙某某")]
    assert len(values["签订"]) == len(letters)


def test_names_that_fill_pages_are_counted_instead(
    school: Callable[..., Outcome], tmp_path: Path
) -> None:
    name, number, *rest = PUPILS[0]
    rows = [(f"{name}{chr(0x4E00 + n)}", str(int(number) + n), *rest) for n in range(81)]
    _file_pupils(school, tmp_path, rows)
    assert school("unsigned", "家长安全责任书", "--file", *LEADER).status == 0
    values = list(find_cabinet(tmp_path / "archive").records())[-1].values
    (row,) = values["班级回收"]
    assert row["未收回学生"] == "共81人，姓名见未收回名单（unsigned -o）"
    assert (row["应签"], row["已收回"]) == (81, 0)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("家长安全责任书",), "A181"),
        (("--year", "2021"), "A181"),
        (("学校安全工作会议记录",), "A182"),
        ((FORM, "--by", "星座"), "A183"),
        (("--paper", "Z109-WS·2022-D30-A02-0099"), "A130"),
        (("--file",), "D200"),
        (("--file", "--by", "班级"), "C001"),
        (("--file", "--set", "分管安全副校长"), "C001"),
        (("--set", "分管安全副校长=孙示例"), "C001"),
        ((FORM, "家长安全责任书"), "A181"),
        (("-o", "名单.docx"), "C001"),
        (("--reminder", "名册.xlsx"), "C001"),
    ],
)
@pytest.mark.usefixtures("letters")
def test_what_cannot_be_answered_is_said(
    school: Callable[..., Outcome], arguments: tuple[str, ...], code: str
) -> None:
    failed = school("--json", "unsigned", *arguments)
    assert failed.status != 0
    assert failed.error["code"] == code
