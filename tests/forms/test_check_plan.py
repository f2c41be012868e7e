"""One plan for many rows gives what a check of each row alone gives."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from safety_docs.forms.kinds import alike

if TYPE_CHECKING:
    from collections.abc import Callable

    from safety_docs.forms import Form

RULES = """
[[field]]
name = "姓名"
type = "person"
required = true
[[field]]
name = "日期"
type = "date"
required = true
[[field]]
name = "人数"
type = "integer"
max = 60
[[field]]
name = "金额"
type = "decimal"
[[field]]
name = "寄宿"
type = "boolean"
default = false
[[field]]
name = "方式"
type = "multi-choice"
choices = ["步行", "校车"]
[[field]]
name = "电话"
type = "phone"
default = "13800000000"
[[derived]]
name = "总数"
value = "人数 + 1"
[[derived]]
name = "方式文"
value = "方式|join('、') ~ 金额"
[[derived]]
name = "年份"
value = "日期.year"
[[rule]]
check = "总数 > 10 or 寄宿"
message = "人数太少。"
fields = ["人数"]
[[rule]]
check = "年份 == 2022"
message = "年份不对。"
fields = ["日期"]
"""
CELLS: dict[str, list[Any]] = {
    "姓名": ["张某某", " 李某某 ", "", "　", "王\x0b某", 3.0],
    "日期": ["2022-09-01", "2022.9.1", dt.date(2023, 9, 1), "明天", "", 44805.0],
    "人数": ["5", 5.0, "5 ", 40.0, "许多", "", 0.0, -0.0, True],
    "金额": ["2.5", "2.50", 2.5, "", "x"],
    "寄宿": ["是", True, 1.0, "", "也许", "否"],
    "方式": ["步行、校车", "步行", "", "飞机", "校车"],
    "电话": ["13800000001", "１３８00000001", "123", "", "0416-1234567"],
}
ROWS = st.lists(
    st.fixed_dictionaries({name: st.sampled_from(cells) for name, cells in CELLS.items()}),
    min_size=1,
    max_size=12,
)
GIVEN = st.sampled_from([{}, {"日期": "2022-09-02"}, {"日期": "坏"}, {"人数": "9", "寄宿": "是"}])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(rows=ROWS, names=st.sets(st.sampled_from(sorted(CELLS))), common=GIVEN)
def test_rows_that_share_a_plan_are_checked_as_if_alone(
    make_form: Callable[[str], Form],
    rows: list[dict[str, Any]],
    names: set[str],
    common: dict[str, Any],
) -> None:
    checker = make_form(RULES).checker
    filled = checker.common(common, {})
    columns = sorted(names)
    plan = checker.plan(columns, filled)
    for row in rows:
        raw = {name: row[name] for name in columns}
        alone = checker.check(raw, filled)
        values, problems = plan.check([row[name] for name in columns])
        assert repr(values) == repr(alone.values)
        assert tuple(problems) == alone.problems


def test_values_that_are_equal_but_print_otherwise_are_not_alike() -> None:
    assert alike(Decimal("2.5")) != alike(Decimal("2.50"))
    assert len({alike(one) for one in (1, True, "1", Decimal(1))}) == 4
    assert alike(["甲"]) == alike(["甲"])
