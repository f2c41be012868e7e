from __future__ import annotations

from typing import Any

import pytest
from openpyxl import Workbook
from openpyxl.formatting.rule import Rule
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.pagebreak import Break

from safety_docs.documents.workbook_rows import insert_rows_below, remove_rows_below


@pytest.fixture
def sheet() -> Any:
    worksheet: Any = Workbook().active
    for row in range(1, 8):
        worksheet.cell(row, 1, row)
    return worksheet


def test_cells_below_move_and_those_above_stay(sheet: Any) -> None:
    insert_rows_below(sheet, 3, 2)
    column = [sheet.cell(row, 1).value for row in range(1, 10)]
    assert column == [1, 2, 3, None, None, 4, 5, 6, 7]


def test_nothing_happens_for_no_rows(sheet: Any) -> None:
    insert_rows_below(sheet, 3, 0)
    insert_rows_below(sheet, 3, -1)
    assert sheet.max_row == 7


def test_heights_move_with_their_rows(sheet: Any) -> None:
    sheet.row_dimensions[2].height = 22
    sheet.row_dimensions[5].height = 55
    insert_rows_below(sheet, 3, 2)
    assert (sheet.row_dimensions[2].height, sheet.row_dimensions[7].height) == (22, 55)
    assert sheet.row_dimensions[5].height is None


def test_merges_above_stay_across_grow_and_below_move(sheet: Any) -> None:
    for area in ("A1:B1", "C2:C5", "A6:B7"):
        sheet.merge_cells(area)
    insert_rows_below(sheet, 3, 2)
    assert {area.coord for area in sheet.merged_cells.ranges} == {"A1:B1", "C2:C7", "A8:B9"}


def test_drop_downs_grow_or_move(sheet: Any) -> None:
    for area in ("A1:A2", "B3:B4", "C3", "D5:D6"):
        rule = DataValidation(type="list", formula1='"是,否"')
        rule.add(area)
        sheet.add_data_validation(rule)
    insert_rows_below(sheet, 3, 2)
    areas = [str(rule.sqref) for rule in sheet.data_validations.dataValidation]
    assert areas == ["A1:A2", "B3:B6", "C3:C5", "D7:D8"]


def test_conditional_formats_below_move_with_their_formula(sheet: Any) -> None:
    sheet.conditional_formatting.add("A5:A6", Rule(type="expression", formula=["$A5>1"]))
    sheet.conditional_formatting.add("A3:A4", Rule(type="expression", formula=["$A3>1"]))
    insert_rows_below(sheet, 3, 2)
    found = {str(f.sqref): [r.formula for r in f.rules] for f in sheet.conditional_formatting}
    assert found == {"A7:A8": [["$A7>1"]], "A3:A6": [["$A3>1"]]}


def test_named_areas_filter_print_area_and_breaks_follow(sheet: Any) -> None:
    sheet.parent.defined_names["字典"] = DefinedName("字典", attr_text="'Sheet'!$A$3:$A$5")
    sheet.parent.defined_names["上面"] = DefinedName("上面", attr_text="'Sheet'!$A$1:$A$2")
    sheet.auto_filter.ref = "A2:B7"
    sheet.print_area = "A1:B7"
    sheet.row_breaks.append(Break(id=5))
    insert_rows_below(sheet, 3, 2)
    names = sheet.parent.defined_names
    assert names["字典"].attr_text == "'Sheet'!$A$3:$A$7"
    assert names["上面"].attr_text == "'Sheet'!$A$1:$A$2"
    assert sheet.auto_filter.ref == "A2:B9"
    assert sheet.print_area == "'Sheet'!$A$1:$B$9"
    assert [brk.id for brk in sheet.row_breaks.brk] == [7]


def test_removed_rows_take_their_cells_and_heights_with_them(sheet: Any) -> None:
    sheet.row_dimensions[4].height = 44
    sheet.row_dimensions[6].height = 66
    remove_rows_below(sheet, 3, 2)
    assert [sheet.cell(row, 1).value for row in range(1, 6)] == [1, 2, 3, 6, 7]
    assert sheet.max_row == 5
    assert (sheet.row_dimensions[4].height, sheet.row_dimensions[6].height) == (66, None)


def test_no_row_is_removed_for_none(sheet: Any) -> None:
    remove_rows_below(sheet, 3, 0)
    remove_rows_below(sheet, 3, -2)
    assert sheet.max_row == 7


def test_merges_shrink_move_or_go_with_removed_rows(sheet: Any) -> None:
    for area in ("A1:B1", "A4:B4", "C2:C5", "D3:D4", "E5:E7", "A6:B7"):
        sheet.merge_cells(area)
    remove_rows_below(sheet, 3, 2)
    merged = {area.coord for area in sheet.merged_cells.ranges}
    assert merged == {"A1:B1", "C2:C3", "E4:E5", "A4:B5"}


def test_drop_downs_shrink_move_or_go_with_removed_rows(sheet: Any) -> None:
    for area in ("A1:A2", "B3:B5", "C4:C5", "D5:D6", "E6:E7"):
        rule = DataValidation(type="list", formula1='"是,否"')
        rule.add(area)
        sheet.add_data_validation(rule)
    remove_rows_below(sheet, 3, 2)
    areas = [str(rule.sqref) for rule in sheet.data_validations.dataValidation]
    assert areas == ["A1:A2", "B3", "D4", "E4:E5"]


def test_conditional_formats_below_removed_rows_move_with_their_formula(sheet: Any) -> None:
    for first, last in ((3, 5), (4, 5), (6, 7)):
        rule = Rule(type="expression", formula=[f"$A{first}>1"])
        sheet.conditional_formatting.add(f"A{first}:A{last}", rule)
    remove_rows_below(sheet, 3, 2)
    found = {str(f.sqref): [r.formula for r in f.rules] for f in sheet.conditional_formatting}
    assert found == {"A3": [["$A3>1"]], "A4:A5": [["$A4>1"]]}


def test_named_areas_filter_print_area_and_breaks_follow_removed_rows(sheet: Any) -> None:
    for name, area in (("字典", "$A$3:$A$5"), ("备用", "$A$4:$A$5"), ("下面", "$A$6:$A$7")):
        sheet.parent.defined_names[name] = DefinedName(name, attr_text=f"'Sheet'!{area}")
    sheet.auto_filter.ref = "A2:B7"
    sheet.print_area = "A1:B7"
    for row in (4, 6):
        sheet.row_breaks.append(Break(id=row))
    remove_rows_below(sheet, 3, 2)
    names = sheet.parent.defined_names
    assert {name: names[name].attr_text.rpartition("!")[2] for name in names} == {
        "字典": "$A$3:$A$3",
        "备用": "$A$3:$A$3",
        "下面": "$A$4:$A$5",
    }
    assert sheet.auto_filter.ref == "A2:B5"
    assert sheet.print_area == "'Sheet'!$A$1:$B$5"
    assert [brk.id for brk in sheet.row_breaks.brk] == [3, 4]
