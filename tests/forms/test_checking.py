from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from safety_docs.forms import Form

GOOD: dict[str, Any] = {"姓名": "张某某", "日期": "2022-09-01"}


def problems(form: Form, **more: Any) -> list[tuple[str, str | None]]:
    return [(one.code, one.column) for one in form.check({**GOOD, **more}).problems]


def test_good_values_have_no_problems(form: Form) -> None:
    checked = form.check(GOOD)
    assert checked.problems == ()
    assert checked.values is not None
    assert checked.values["日期文"] == "2022年9月1日"


def test_what_was_left_out_is_empty_in_the_way_of_its_type(form: Form) -> None:
    values = form.check(GOOD).values
    assert values is not None
    empties = {
        name: values[name] for name in ("备注", "人数", "开始", "寄宿", "方式", "措施", "照片")
    }
    assert list(empties.values()) == ["", None, None, False, [], [], []]


def test_every_problem_is_named_not_only_the_first(form: Form) -> None:
    checked = form.check({"日期": "明天", "人数": "许多", "电话": "1", "证号": "2"})
    assert [one.code for one in checked.problems] == ["D201", "D203", "D209", "D212", "D213"]
    assert checked.values is None


def test_a_problem_names_the_label_and_the_value(form: Form) -> None:
    (problem,) = form.check({**GOOD, "姓名": "　 "}).problems
    assert str(problem) == "“值班人”：是空的，请填写。"
    (problem,) = form.check({**GOOD, "人数": "许多"}).problems
    assert (problem.column, problem.value) == ("人数", "许多")


def test_values_may_be_named_by_label(form: Form) -> None:
    values = form.check({"值班人": "张某某", "日期": "2022-09-01"}).values
    assert values is not None
    assert values["姓名"] == "张某某"


def test_an_unknown_name_is_a_problem_with_the_nearest(form: Form) -> None:
    (problem,) = form.check({**GOOD, "金領": 1}).problems
    assert problem.code == "D215"
    assert "是不是“金额”" in problem.message


def test_facts_and_defaults_fill_only_what_is_empty(form: Form) -> None:
    values = form.check(GOOD, given={"学校名称": "示范学校"}).values
    assert values is not None
    assert (values["学校"], values["岗位"]) == ("示范学校", "门卫")
    values = form.check(
        {**GOOD, "学校": "某校", "岗位": "校长"}, given={"学校名称": "示范学校"}
    ).values
    assert values is not None
    assert (values["学校"], values["岗位"]) == ("某校", "校长")


def test_a_bad_given_value_is_named_once(form: Form) -> None:
    checked = form.check({"姓名": "张某某"}, given={"日期": "明天"})
    assert [one.code for one in checked.problems] == ["D203"]


def test_a_rule_over_empty_values_is_skipped(form: Form) -> None:
    assert problems(form, 开始="") == []
    assert problems(form, 开始="2021-08-31 08:00") == [("D214", "开始")]


def test_rows_of_a_table_are_checked_with_their_number(form: Form) -> None:
    checked = form.check(
        {**GOOD, "措施": [{"事项": "巡查"}, {"责任人": "李某某", "期限": "明天", "多": 1}]}
    )
    assert [str(one) for one in checked.problems] == [
        "“措施”第 2 行“多”：表单里没有“多”这一项，请删去，或对照填写说明改名。",
        "“措施”第 2 行“事项”：是空的，请填写。",
        "“措施”第 2 行“期限”：“明天”不是日期，请写成 2024-09-01 或 2024年9月1日。",
    ]


@pytest.mark.parametrize("raw", ["巡查", 3, ["巡查"], [["巡查"]], {"事项": {"甲": 1}}])
def test_a_table_that_is_no_table_is_refused(form: Form, raw: object) -> None:
    assert problems(form, 措施=raw)[0][0] == "D209"


def test_too_many_rows_are_refused(form: Form) -> None:
    assert problems(form, 措施=[{"事项": "巡查"}] * 4) == [("D218", "措施")]


def test_rules_see_empty_texts_and_lists(make_form: Callable[[str], Form]) -> None:
    form = make_form("""
[[field]]
name = "姓名"
type = "person"
[[field]]
name = "日期"
type = "date"
required = true
[[field]]
name = "问题"
type = "table"
[[field.column]]
name = "期限"
type = "date"
[[rule]]
check = "问题|length > 0 or 姓名 != ''"
message = "没有问题的要写明是谁检查的。"
fields = ["姓名"]
[[rule]]
check = "问题|rejectattr('期限', 'ge', 日期)|list|length == 0"
message = "期限早于日期。"
fields = ["问题"]
""")
    assert [one.code for one in form.check({"日期": "2022-09-01"}).problems] == ["D214"]
    filled = {"日期": "2022-09-01", "问题": [{"期限": "2022-09-02"}]}
    assert form.check(filled).problems == ()
    assert form.check({**filled, "问题": [{}]}).problems == ()
    late = form.check({**filled, "问题": [{"期限": "2022-08-02"}]}).problems
    assert [(one.code, one.column) for one in late] == [("D214", "问题")]


def test_a_derived_value_that_cannot_be_computed_is_a_problem(
    make_form: Callable[[str], Form],
) -> None:
    form = make_form("""
[[field]]
name = "姓名"
type = "person"
[[field]]
name = "日期"
type = "date"
required = true
[[field]]
name = "应到"
type = "integer"
[[derived]]
name = "比例"
label = "出勤率"
value = "10 / 应到"
""")
    checked = form.check({"日期": "2022-09-01", "应到": 0})
    assert [(one.code, one.column) for one in checked.problems] == [("D219", "出勤率")]
    empty = form.check({"日期": "2022-09-01"})
    assert empty.values is not None
    assert empty.values["比例"] == ""


@pytest.mark.parametrize(
    "text", ["R&D <b>“张三” 1<2 & 3", "=1+1", "欧" * 30, "阿卜杜拉·买买提", "𠮷野", "张　三"]
)
def test_names_and_notes_stay_as_typed(form: Form, text: str) -> None:
    values = form.check({**GOOD, "姓名": text, "备注": f"\u3000{text}\u200b "}).values
    assert values is not None
    assert (values["姓名"], values["备注"]) == (text, text)


ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.decimals()
    | st.text(max_size=20)
    | st.dates(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["事项", "文件", "甲"]), inner, max_size=2)
    ),
    max_leaves=5,
)


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200, deadline=None
)
@given(data=st.data())
def test_bad_data_gives_problems_and_never_an_exception(
    form: Form, tmp_path: Path, data: st.DataObject
) -> None:
    names = st.sampled_from([field.name for field in form.fields])
    raw = data.draw(st.dictionaries(names | st.text(max_size=3), ANYTHING, max_size=6))
    checked = form.check(raw, base=tmp_path)
    errors = [one for one in checked.problems if one.severity == "error"]
    assert (checked.values is None) == bool(errors)
    if checked.values is not None:
        form.to_json(checked.values)


def test_a_rule_that_cannot_be_computed_over_filled_values_is_a_problem(
    make_form: Callable[[str], Form],
) -> None:
    form = make_form("""
[[field]]
name = "姓名"
type = "person"
[[field]]
name = "日期"
type = "date"
required = true
[[rule]]
check = "日期 > 姓名"
message = "不该这样比较。"
fields = ["姓名"]
""")
    assert problems(form) == [("D219", "姓名")]
