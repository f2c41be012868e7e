from __future__ import annotations

import datetime as dt
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from openpyxl.worksheet.cell_range import CellRange

from safety_docs.core.idnumber import check_digit
from safety_docs.forms import RosterError, read_roster

if TYPE_CHECKING:
    from safety_docs.forms import Form, Roster

Write = Callable[..., Path]
ID_NUMBER = "11010119900307123" + check_digit("11010119900307123")


def errors(roster: Roster) -> list[tuple[str, int | None, str | None]]:
    found = [*roster.problems, *(one for row in roster.rows for one in row.checked.problems)]
    return [(one.code, one.row, one.column) for one in found if one.severity == "error"]


def values(roster: Roster) -> list[dict[str, Any]]:
    return [row.checked.values for row in roster.rows if row.checked.values is not None]


def test_rows_are_read_below_a_title_and_an_empty_row(form: Form, roster_file: Write) -> None:
    path = roster_file(
        ["某校值班登记"], [], [None, "值班人", "值班日期"], [None, "张某某", dt.date(2022, 9, 1)]
    )
    roster = read_roster(path, form)
    assert [(row.sheet, row.row) for row in roster.rows] == [("名册", 4)]
    assert values(roster)[0]["日期"] == dt.date(2022, 9, 1)
    assert roster.notes[0] == "读取了“名册”表：表头在第 3 行，数据 1 行。"


def test_synonyms_are_mapped_and_other_columns_named_but_not_kept(
    form: Form, roster_file: Write
) -> None:
    path = roster_file(["教师 姓名*", "值班日期：", "收入"], ["张某某", "2022-09-01", 9999])
    roster = read_roster(path, form)
    assert "收入" not in values(roster)[0]
    assert 9999 not in values(roster)[0].values()
    assert roster.notes[1:] == (
        "列的对应：“教师 姓名”作为“值班人”，“值班日期：”作为“日期”。",
        "没有用到、也不会保存的列：收入。",
    )


def test_the_label_wins_over_a_synonym(form: Form, roster_file: Write) -> None:
    path = roster_file(["名字", "值班人", "日期"], ["乙", "甲", "2022-09-01"])
    assert values(read_roster(path, form))[0]["姓名"] == "甲"


def test_every_problem_is_placed_as_the_clerk_sees_it(form: Form, roster_file: Write) -> None:
    path = roster_file(
        ["名字", "值班日期", "人数", "岗位", "身份证号"],
        ["张某某", "2022-09-01", 5, "门卫", ID_NUMBER],
        ["", "2024.13.1", "许多", "班主仼", 110101199003071234],
    )
    roster = read_roster(path, form)
    assert errors(roster) == [
        ("D201", 3, "名字"),
        ("D203", 3, "值班日期"),
        ("D209", 3, "人数"),
        ("D206", 3, "岗位"),
        ("D202", 3, "身份证号"),
    ]
    assert len(values(roster)) == 1
    assert str(roster.rows[1].checked.problems[0]) == "“名册”表第 3 行“名字”：是空的，请填写。"


def test_a_missing_column_is_said_once_not_for_every_row(form: Form, roster_file: Write) -> None:
    roster = read_roster(roster_file(["名字"], ["张某某"], ["李某某"]), form)
    assert errors(roster) == [("D216", None, None)]
    assert "缺少“日期”" in roster.problems[0].message
    assert values(roster) == []


def test_common_values_fill_what_a_row_leaves_empty(form: Form, roster_file: Write) -> None:
    path = roster_file(["名字", "备注"], ["张某某", ""], ["李某某", "自填"])
    facts = {"日期": "2022-09-01", "备注": "统一", "学校名称": "示范学校", "全宗号": "Z109"}
    found = values(read_roster(path, form, given=facts))
    assert [(one["备注"], one["学校"]) for one in found] == [
        ("统一", "示范学校"),
        ("自填", "示范学校"),
    ]


def test_a_bad_or_unknown_common_value_is_said_once(form: Form, roster_file: Write) -> None:
    path = roster_file(["名字"], ["张某某"], ["李某某"])
    roster = read_roster(path, form, given={"日期": "明天", "日朝": "2022-09-01"})
    assert errors(roster) == [("D203", None, "日期")]
    assert (roster.problems[0].code, roster.problems[0].severity) == ("D215", "warning")
    assert "是不是“日期”" in roster.problems[0].message


def test_blank_rows_and_totals_are_left_out(form: Form, roster_file: Write) -> None:
    path = roster_file(
        ["名字", "日期", "人数"],
        ["张某某", "2022-09-01", 3],
        [None, None, None],
        ["　", " ", None],
        ["合 计：", None, 3],
        ["合计明", "2022-09-01", 3],
    )
    roster = read_roster(path, form)
    assert [row.row for row in roster.rows] == [2, 6]
    assert "跳过了合计行（第 5 行）。" in roster.notes


def test_a_unique_value_twice_names_both_rows(form: Form, roster_file: Write) -> None:
    path = roster_file(
        ["名字", "日期", "身份证号"],
        ["张某某", "2022-09-01", ID_NUMBER],
        ["李某某", "2022-09-01", ID_NUMBER],
    )
    roster = read_roster(path, form)
    assert errors(roster) == [("D204", 3, "身份证号")]
    (problem,) = roster.rows[1].checked.problems
    assert "和第 2 行相同" in problem.message
    assert ID_NUMBER not in problem.message + str(problem.value)


def test_the_same_row_twice_is_an_error_but_the_same_name_a_warning(
    form: Form, roster_file: Write
) -> None:
    path = roster_file(
        ["名字", "日期", "人数"],
        ["王某", "2022-09-01", 1],
        ["王　某", "2022-09-01", 2],
        ["王某", "2022-09-01", 1],
    )
    roster = read_roster(path, form)
    assert errors(roster) == [("D204", 4, None)]
    (warning,) = (one for one in roster.problems if one.code == "D205")
    assert (warning.severity, warning.row) == ("warning", 3)
    assert "有 2 位“王某”（第 2、3 行）" in warning.message


def test_a_missing_table_is_asked_for_in_the_common_file(
    make_form: Callable[[str], Form], roster_file: Write
) -> None:
    form = make_form("""
[[field]]
name = "姓名"
type = "text"
[[field]]
name = "日期"
type = "date"
required = true
[[field]]
name = "措施"
type = "table"
required = true
[[field.column]]
name = "事项"
type = "text"
""")
    roster = read_roster(roster_file(["姓名", "日期"], ["张某某", "2022-09-01"]), form)
    assert "请写在内容文件里（--common）" in roster.problems[0].message


def test_the_best_worksheet_is_chosen_unless_one_is_named(form: Form, roster_file: Write) -> None:
    path = roster_file(["名字"], ["张某某"], sheet="说明")
    book = openpyxl.load_workbook(path)
    page = book.create_sheet("教师")
    page.append(["名字", "日期"])
    page.append(["李某某", "2022-09-01"])
    hidden = book.create_sheet("旧表")
    hidden.append(["名字", "日期", "人数"])
    hidden.sheet_state = "hidden"
    book.save(path)
    roster = read_roster(path, form)
    assert [row.sheet for row in roster.rows] == ["教师"]
    assert "“教师”表（共 2 张表，这张最像）" in roster.notes[0]
    named = read_roster(path, form, sheet="说明", given={"日期": "2022-09-01"})
    assert [one["姓名"] for one in values(named)] == ["张某某"]
    with pytest.raises(RosterError, match="里没有“学生”表，有的是：说明、教师、旧表"):
        read_roster(path, form, sheet="学生")


def test_a_workbook_with_nothing_to_see_is_called_hidden(form: Form, roster_file: Write) -> None:
    path = roster_file(["名字", "日期"], ["张某某", "2022-09-01"])
    with zipfile.ZipFile(path) as file:
        parts = {name: file.read(name) for name in file.namelist()}
    with zipfile.ZipFile(path, "w") as file:
        for name, data in parts.items():
            file.writestr(name, data.replace(b'state="visible"', b'state="hidden"'))
    with pytest.raises(RosterError, match="隐藏"):
        read_roster(path, form)


def test_hidden_rows_are_read_and_counted(form: Form, roster_file: Write) -> None:
    path = roster_file(["名字", "日期"], ["张某某", "2022-09-01"], ["李某某", "2022-09-01"])
    book = openpyxl.load_workbook(path)
    book.worksheets[0].row_dimensions[3].hidden = True
    book.save(path)
    roster = read_roster(path, form)
    assert len(values(roster)) == 2
    assert "其中 1 行是隐藏的" in roster.notes[0]


def test_a_formula_without_a_result_is_not_called_empty(form: Form, roster_file: Write) -> None:
    path = roster_file(["名字", "日期", "收入"], ["=SUM(A1)", "2022-09-01", "=SUM(B1)"])
    roster = read_roster(path, form)
    assert errors(roster) == [("D208", 2, "名字")]


def test_bare_serial_numbers_become_dates_and_are_mentioned(form: Form, roster_file: Write) -> None:
    path = roster_file(["名字", "日期"], ["张某某", 44805])
    roster = read_roster(path, form)
    assert values(roster)[0]["日期"] == dt.date(2022, 9, 1)
    assert "“日期”有 1 格是数字，已按 Excel 的日期换算，请核对。" in roster.notes


def test_a_workbook_that_starts_in_1904_gives_the_right_dates(
    form: Form, roster_file: Write
) -> None:
    path = roster_file(["名字", "日期"], ["张某某", dt.date(2022, 9, 1)], ["李某某", None])
    book = openpyxl.load_workbook(path)
    book.epoch = CALENDAR_MAC_1904
    book.worksheets[0]["B3"] = 44805 - 1462
    book.save(path)
    found = values(read_roster(path, form))
    assert [one["日期"] for one in found] == [dt.date(2022, 9, 1)] * 2


def test_merged_cells_are_filled_down_for_groups_and_refused_elsewhere(
    form: Form, roster_file: Write
) -> None:
    rows = [
        ["名字", "日期", "备注"],
        ["张某某", "2022-09-01", "一组"],
        ["李某某", "2022-09-01", None],
    ]
    path = roster_file(*rows, ["赵某某", "2022-09-01", "二组"], [None, "2022-09-01", "三组"])
    book = openpyxl.load_workbook(path)
    book.worksheets[0].merge_cells("C2:C3")
    book.worksheets[0].merge_cells("A4:A5")
    book.save(path)
    roster = read_roster(path, form)
    assert [one["备注"] for one in values(roster)] == ["一组", "一组"]
    assert "合并的单元格已向下填充：备注。" in roster.notes
    assert errors(roster) == [("D221", 4, "名字"), ("D221", 5, "名字"), ("D201", 5, "名字")]


def test_merged_cells_that_lie_over_each_other_are_refused_at_once(
    form: Form, roster_file: Write
) -> None:
    path = roster_file(["名字", "日期", "备注"], *([["张某某", "2022-09-01", "一组"]] * 3))
    book = openpyxl.load_workbook(path)
    book.worksheets[0].merged_cells.ranges |= {CellRange("A2:C4"), CellRange("A2:B4")}
    book.save(path)
    with pytest.raises(RosterError, match="合并"):
        read_roster(path, form)


def test_a_missing_column_names_the_heading_that_may_be_meant(
    form: Form, roster_file: Write
) -> None:
    path = roster_file(["值班人（签名）", "日期", "收入"], ["张某某", "2022-09-01", 1])
    (problem,) = (one for one in read_roster(path, form).problems if one.code == "D216")
    assert "“值班人（签名）”" in problem.message
    assert "收入" not in problem.message


def test_a_numbered_row_that_was_not_filled_in_is_left_out_and_said(
    form: Form, roster_file: Write
) -> None:
    path = roster_file(
        ["序号", "名字", "日期"],
        [1, "张某某", "2022-09-01"],
        [2, None, None],
        ["3", "　", None],
        ["王某某", None, None],
    )
    roster = read_roster(path, form)
    assert [row.row for row in roster.rows] == [2, 5]
    assert errors(roster) == [("D201", 5, "名字"), ("D201", 5, "日期")]
    assert "跳过了只有序号的行（第 3、4 行）。" in roster.notes


def test_a_row_of_formulas_without_results_is_not_left_out(form: Form, roster_file: Write) -> None:
    path = roster_file(["序号", "名字"], [1, "=SUM(1)"])
    roster = read_roster(path, form, given={"日期": "2022-09-01"})
    assert errors(roster) == [("D208", 2, "名字")]


def test_two_columns_of_one_heading_are_refused(form: Form, roster_file: Write) -> None:
    path = roster_file(["名字", "日期", "名字"], ["张某某", "2022-09-01", "李某某"])
    assert ("D222", None, "名字") in errors(read_roster(path, form))


def test_a_roster_without_a_header_says_what_is_needed(form: Form, roster_file: Write) -> None:
    roster = read_roster(roster_file(["甲", "乙"], ["1", "2"]), form)
    assert errors(roster) == [("D216", None, None)]
    assert "值班人、日期" in roster.problems[0].message
    assert roster.rows == ()


def test_an_empty_worksheet_and_a_header_alone_are_problems(form: Form, roster_file: Write) -> None:
    assert errors(read_roster(roster_file([]), form)) == [("D216", None, None)]
    assert errors(read_roster(roster_file(["名字", "日期"]), form)) == [("D216", None, None)]


def test_a_field_of_rows_cannot_be_a_column_but_a_common_value(
    form: Form, roster_file: Write
) -> None:
    path = roster_file(["名字", "日期", "措施"], ["张某某", "2022-09-01", "巡查"])
    found = values(read_roster(path, form, given={"措施": [{"事项": "巡查"}]}))
    assert found[0]["措施"] == [{"事项": "巡查", "责任人": "", "期限": None}]


@pytest.mark.parametrize(
    "text",
    ["R&D <b>“张三” 1<2 & 3", "=1+1", "欧" * 30, "阿卜杜拉·买买提", "𠮷野", "+86", "-1", "@x"],
)
def test_a_cell_arrives_as_typed(form: Form, roster_file: Write, text: str) -> None:
    (found,) = values(read_roster(roster_file(["名字", "日期"], [text, "2022-09-01"]), form))
    assert found["姓名"] == text


def test_a_control_character_is_refused_with_row_and_column(form: Form, roster_file: Write) -> None:
    roster = read_roster(roster_file(["名字", "日期"], ["张_x000B_某", "2022-09-01"]), form)
    assert errors(roster) == [("D207", 2, "名字")]


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None
)
@given(
    texts=st.lists(
        st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12).filter(
            lambda text: text.strip() and "_x" not in text
        ),
        min_size=1,
        max_size=5,
    )
)
def test_any_text_arrives_as_typed_or_is_refused_in_its_row(
    form: Form, roster_file: Write, texts: list[str]
) -> None:
    path = roster_file(
        ["名字", "日期", "人数", "经过"],
        *(["张某某", "2022-09-01", number, text] for number, text in enumerate(texts, start=1)),
    )
    rows = read_roster(path, form).rows
    assert [row.row for row in rows] == list(range(2, len(texts) + 2))
    for row, text in zip(rows, texts, strict=True):
        if row.checked.values is None:
            assert {one.row for one in row.checked.problems} == {row.row}
        else:
            assert row.checked.values["经过"] in text
            assert row.checked.values["经过"] or not text.strip().strip(
                "\u200b\u200c\u200d\u2060\ufeff"
            )
