from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from safety_docs.forms import FormError, load_form

if TYPE_CHECKING:
    from pathlib import Path

    from safety_docs.forms import Form

FILLED = {
    "姓名": "张某某",
    "日期": "2022-09-01",
    "金额": "12.50",
    "时间": "8:05",
    "开始": "2022-09-02 09:00",
    "方式": "步行、校车",
    "措施": [{"事项": "巡查", "责任人": "李某某", "期限": "2022-09-30"}, {"事项": "登记"}],
}


def values_of(form: Form) -> dict[str, object]:
    values = form.check(FILLED).values
    assert values is not None
    return values


def test_the_id_is_the_place_in_the_library(form: Form) -> None:
    assert form.id == "guard/duty"
    assert form.template_path == form.folder / "template.docx"


def test_templates_may_use_fields_derived_values_and_the_code(form: Form) -> None:
    assert form.names[:2] == ("姓名", "日期")
    assert form.names[-4:] == ("日期文", "题头", "档号", "件号")
    assert set(values_of(form)) == set(form.names) - {"档号", "件号"}


def test_a_record_is_named_and_dated_by_its_values(form: Form) -> None:
    values = values_of(form)
    assert form.title_of(values) == "张某某-门卫登记"
    assert form.date_of(values) == dt.date(2022, 9, 1)
    assert form.year_of(values) == 2022


def test_everyone_named_is_found_once(form: Form) -> None:
    assert form.people_of(values_of(form)) == ("张某某", "李某某")


def test_json_holds_every_value_exactly(form: Form) -> None:
    stored = form.to_json(values_of(form))
    assert json.loads(json.dumps(stored, ensure_ascii=False)) == stored
    assert stored["金额"] == "12.50"
    assert stored["时间"] == "08:05:00"
    assert stored["开始"] == "2022-09-02T09:00:00"
    assert stored["措施"][0] == {"事项": "巡查", "责任人": "李某某", "期限": "2022-09-30"}
    assert stored["题头"] == "2022年9月1日（张某某）"


def test_what_was_stored_can_be_checked_again_and_is_the_same(form: Form) -> None:
    stored = form.to_json(values_of(form))
    again = form.check({name: stored[name] for name in stored if name not in {"日期文", "题头"}})
    assert again.problems == ()
    assert again.values == values_of(form)


def test_documentation_lists_fields_and_columns(form: Form) -> None:
    rows = {row.name: row for row in form.schema_rows()}
    assert rows["姓名"][1:4] == ("值班人", "姓名", "必填")
    assert rows["姓名"].example == "李示例"
    assert rows["人数"].rule == "在 1 到 100 之间"
    assert rows["措施.责任人"].kind == "姓名"
    assert "可选：班主任、门卫、校长" in rows["岗位"].rule
    assert "不填时取专柜登记的学校名称" in rows["学校"].rule


def test_a_sample_is_checked_and_complete(form: Form) -> None:
    (form.folder / "样例.png").write_bytes(b"\x89PNG")
    (form.folder / "sample.toml").write_text(
        '"姓名" = "张某某"\n"日期" = 2022-09-01\n"金额" = 1.50\n"照片" = ["样例.png"]\n', "utf-8"
    )
    sample = form.sample()
    assert sample["金额"] == Decimal("1.50")
    assert sample["学校"] == "示范学校"
    assert sample["档号"] == "Z109-WS·2022-D10-A10-0001"
    assert [photo.path.name for photo in form.photos_of(sample)] == ["样例.png"]
    assert set(sample) == set(form.names)


@pytest.mark.parametrize("sample", [None, '"姓名" = 1\n"日期" = "明天"', "坏"])
def test_a_sample_that_does_not_pass_is_a_fault_of_the_form(form: Form, sample: str | None) -> None:
    if sample is not None:
        (form.folder / "sample.toml").write_text(sample, "utf-8")
    with pytest.raises(FormError) as caught:
        form.sample()
    assert "sample.toml" in caught.value.message or "“日期”" in caught.value.message


def test_a_folder_without_a_form_is_named(tmp_path: Path) -> None:
    with pytest.raises(FormError, match=r"没有 form\.toml"):
        load_form(tmp_path)
