"""Waivers, wrong names and the plan's misprints are found, and what is right is left alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from safety_docs.forms import InputError, load_phrases

SHIPPED = load_phrases(Path(__file__).parents[2] / "templates/wording.toml")


@pytest.mark.parametrize(
    ("text", "instead"),
    [
        ("学生擅自离校，后果自负。", "删去"),
        ("放学后发生事故的，学校概\n 不负责", "删去"),
        ("依据《中小学校岗位工作指南》", "《中小学校岗位安全工作指南》"),
        ("《中小学公共安全指导纲要》", "《中小学公共安全教育指导纲要》"),
        ("抓好传问题排查", "宗教问题"),
        ("现将有关事项通如下", "通知"),
        ("11.9消防安全宣传日", "全国消防日"),
        ("11月9日消防安全宣传日", "全国消防日"),
        ("12.2交通安全宣传日", "全国交通安全日"),
        ("5.12防震减灾科普宣传日", "全国防灾减灾日"),
        ("禁止16岁学生骑电动车", "未满16周岁"),
        ("示小安【2022】12号", "六角括号"),
        ("示小安(2022)第12号", "六角括号"),
        ("示小安〔2022〕第12号", "不加“第”"),
        ("示小安〔2022〕012号", "不编虚位"),
    ],
)
def test_a_slip_is_found_with_its_correction(text: str, instead: str) -> None:
    (slip, *_) = SHIPPED.slips(text)
    assert instead in slip.instead
    assert slip.words in slip.around


@pytest.mark.parametrize(
    "text",
    [
        "宣传问题、遗传问题和家传问题",
        "《中小学校岗位安全工作指南》《中小学公共安全教育指导纲要》",
        "11月9日全国消防日、12月2日全国交通安全日、5月12日全国防灾减灾日",
        "未满16周岁学生骑电动自行车的，当面劝止",
        "示小安〔2022〕12号、教基一厅〔2014〕2号、教育部令第23号",
        "学校承担教育管理责任，家长承担监护责任",
    ],
)
def test_what_is_right_is_left_alone(text: str) -> None:
    assert SHIPPED.slips(text) == []


def test_a_waiver_is_an_error_and_cites_the_law() -> None:
    (slip,) = SHIPPED.slips("一切责任由家长承担")
    assert slip.severity == "error"
    assert "民法典第五百零六条" in slip.sentence


def test_every_place_is_named() -> None:
    assert len(SHIPPED.slips("通如一。……通如二。")) == 2


@pytest.mark.parametrize(
    "text",
    [
        '[[phrase]]\ninstead = "甲"',
        '[[phrase]]\nfind = ["乙"]\npattern = "丙"\ninstead = "甲"',
        '[[phrase]]\npattern = "("\ninstead = "甲"',
        '[[phrase]]\nfind = ["乙"]\ninstead = "甲"\nseverity = "fatal"',
        "phrase = 1",
        "other = 1",
    ],
)
def test_a_faulty_list_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "wording.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(InputError, match=r"wording\.toml"):
        load_phrases(path)
