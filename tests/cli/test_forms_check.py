"""``forms check`` and ``forms list``: what can be known before anything is filled in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from docx import Document

from safety_docs.documents import typeset

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

FORM = """
title = "自制通知"
code = "ZZ-01"
family = "自制"
purpose = "测试用。"
category = "07"
retention = "10年"
output = "docx"
profile = "form"
record_title = "{{ 事项 }}"
record_date = "日期"
filled_by = "办公室"
obligations = ["M3.1.2-d"]
[[field]]
name = "事项"
type = "text"
required = true
[[field]]
name = "日期"
type = "date"
required = true
[[field]]
name = "备注"
type = "text"
"""
SAMPLE = '"事项" = "放假"\n"日期" = 2022-09-30\n"备注" = "无"\n'
WORDING = "# {{ 事项 }}\n\n{{ 日期|日期 }}　{{ 备注 }}\n"


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A template folder with one sound form."""
    return write(tmp_path / "own")


def write(folder: Path, form: str = FORM, sample: str = SAMPLE, wording: str = WORDING) -> Path:
    place = folder / "forms/own/notice"
    place.mkdir(parents=True, exist_ok=True)
    (place / "form.toml").write_text(form, "utf-8")
    (place / "sample.toml").write_text(sample, "utf-8")
    (place / "template.docx").write_bytes(typeset(wording, "form"))
    return folder


def codes(outcome: Any) -> list[str]:
    (report,) = outcome.json["forms"]
    return [problem["code"] for problem in report["problems"]]


def test_a_sound_form_passes(shell: Callable[..., Any], own: Path) -> None:
    checked = shell("--json", "--templates", own, "forms", "check", "自制通知")
    assert checked.status == 0
    assert checked.json["forms"][0]["ok"]
    assert codes(checked) == []


FAULTS = [
    ("F102", 1, {"form": FORM.replace("M3.1.2-d", "M9.9-z")}),
    ("F103", 1, {"form": FORM.replace('["M3.1.2-d"]', "[]")}),
    ("F104", 1, {"form": FORM.replace('category = "07"', 'category = "99"')}),
    ("F104", 1, {"form": FORM.replace("10年", "3年")}),
    ("F101", 1, {"sample": '"事项" = "放假"\n'}),
    ("F101", 1, {"form": FORM.replace('type = "date"', 'type = "data"')}),
    ("T107", 1, {"wording": WORDING.replace("备注", "备住")}),
    ("T110", 0, {"wording": WORDING.replace("备注", "事项")}),
    ("D226", 1, {"wording": WORDING + "\n擅自下水，后果自负。\n"}),
    ("D226", 1, {"wording": WORDING + "\n{% if 备注 == '甲' %}概不负责{% endif %}\n"}),
    ("D226", 1, {"sample": SAMPLE.replace("无", "概由家长负责")}),
    ("D227", 0, {"form": FORM.replace("测试用", "《校车管理条例》")}),
]


@pytest.mark.parametrize(("code", "status", "files"), FAULTS)
def test_each_fault_of_a_form_is_found(
    shell: Callable[..., Any], tmp_path: Path, code: str, status: int, files: dict[str, str]
) -> None:
    own = write(tmp_path / "own", **files)
    checked = shell("--json", "--templates", own, "forms", "check", "ZZ-01")
    assert code in codes(checked)
    assert checked.status == status


def test_a_template_that_was_never_built_is_named(shell: Callable[..., Any], own: Path) -> None:
    (own / "forms/own/notice/template.docx").unlink()
    checked = shell("--templates", own, "forms", "check", "ZZ-01")
    assert checked.status == 1
    assert "forms build" in checked.out


def test_a_finished_document_is_checked_and_the_correction_shown(
    shell: Callable[..., Any], tmp_path: Path
) -> None:
    document = Document()
    document.add_paragraph("根据《中小学公共安全指导纲要》，现将有关事项通如下：学生")
    document.add_table(1, 1).cell(0, 0).text = "擅自离校的，一切责任由家长承担。"
    document.save(str(tmp_path / "通知.docx"))
    checked = shell("forms", "check", "通知.docx")
    assert checked.status == 1
    for words in ("《中小学公共安全教育指导纲要》", "应改为：通知", "民法典"):
        assert words in checked.out


def test_a_document_that_cannot_be_read_is_said(shell: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "照片.jpg").write_bytes(b"\xff\xd8\xff")
    checked = shell("forms", "check", "照片.jpg")
    assert checked.status == 1
    assert "读不出文字" in checked.out


def test_forms_are_listed_by_family_and_by_obligation(shell: Callable[..., Any], own: Path) -> None:
    listed = shell("--templates", own, "forms", "list")
    assert "自制（1）" in listed.out
    assert "办公室填" in listed.out
    served = shell("--json", "--templates", own, "forms", "list", "--obligation", "M3.1.2-d")
    found = {form["code"]: form["obligations"] for form in served.json["forms"]}
    assert "ZZ-01" in found
    assert all("M3.1.2-d" in obligations for obligations in found.values())


def test_a_form_that_is_off_is_listed_only_when_asked(
    shell: Callable[..., Any], tmp_path: Path
) -> None:
    own = write(tmp_path / "own", 'default_off = "疫情防控期间才启用。"\n' + FORM)
    ask = ("--templates", own, "forms", "list", "--family", "自制")
    assert "自制通知" not in shell(*ask).out
    assert "自制通知（默认不启用）" in shell(*ask, "--all").out
    assert "疫情防控期间才启用" in shell("--templates", own, "forms", "show", "ZZ-01").out
