from __future__ import annotations

import io
import re
import shutil
import subprocess
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from safety_docs.documents import build_workbook, compile_workbook
from safety_docs.documents.package import read_package

form_module = pytest.importorskip("safety_docs.forms")

FOLDER = Path(__file__).parents[2] / "templates" / "forms" / "hazards" / "ledger"
SHEETS = {
    "D0 封面与说明",
    "D1 每日检查",
    "D2 每周检查",
    "D3 每月检查",
    "D4 重点部位日检",
    "D5 隐患登记台账",
    "D6 重大隐患日监测",
    "D7 整改与督办",
    "D8 验收销号",
    "D9 上报记录",
    "D10 月度汇总",
    "DZ 责任区与字典",
}
FIRST_SUMMARY_ROW = 4


@pytest.fixture(scope="module")
def form() -> Any:
    return form_module.load_form(FOLDER)


@pytest.fixture(scope="module")
def sample(form: Any) -> dict[str, Any]:
    values: dict[str, Any] = form.sample()
    return values


@pytest.fixture(scope="module")
def data(form: Any, sample: dict[str, Any]) -> bytes:
    return compile_workbook(form.template_path, names=form.names).render(sample)


def test_the_template_is_what_the_sheets_describe() -> None:
    text = (FOLDER / "sheets.toml").read_text(encoding="utf-8")
    committed = (FOLDER / "template.xlsx").read_bytes()
    # parts, not bytes: another zlib may deflate differently
    assert read_package(committed, "template.xlsx") == read_package(build_workbook(text), "new")


def test_all_twelve_sheets_are_there_and_no_tag_is_left(data: bytes) -> None:
    workbook = load_workbook(io.BytesIO(data))
    assert set(workbook.sheetnames) == SHEETS
    for sheet in workbook.worksheets:
        texts = [str(c.value) for row in sheet.iter_rows() for c in row if c.value is not None]
        assert not [text for text in texts if "{{" in text or "{%" in text]


def test_one_number_runs_through_all_sheets(sample: dict[str, Any]) -> None:
    known = [row["隐患编号"] for row in sample["隐患"]]
    assert known == sorted(set(known))
    for table in ("日监测", "整改督办", "验收销号", "上报记录"):
        assert {row["隐患编号"] for row in sample[table]} <= set(known)
    for table in ("每周检查", "每月检查"):
        for row in sample[table]:
            assert set(re.findall(r"YH-\d{4}-\d{4}", row["隐患编号"])) <= set(known)


def test_the_monthly_summary_agrees_with_the_hazards(data: bytes, sample: dict[str, Any]) -> None:
    sheet = load_workbook(io.BytesIO(data))["D10 月度汇总"]
    rows: list[Any] = list(sheet.iter_rows(min_row=FIRST_SUMMARY_ROW, values_only=True))
    rows = [row for row in rows if isinstance(row[0], int)]
    found = Counter((h["发现时间"].month, h["类别"]) for h in sample["隐患"])
    closed = Counter(
        (h["发现时间"].month, h["类别"]) for h in sample["隐患"] if h["状态"] == "已销号"
    )
    assert {(r[0], r[1]): r[3] for r in rows if r[3]} == dict(found)
    assert {(r[0], r[1]): r[4] for r in rows if r[4]} == dict(closed)
    assert all(r[3] == r[4] + r[5] for r in rows)
    assert [r[8] for r in rows if r[6]] == [1]


def test_signatures_are_left_to_be_written_by_hand(data: bytes) -> None:
    for sheet in load_workbook(io.BytesIO(data)).worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, str) and cell.value.rstrip("*").endswith("签名"):
                    below = [sheet.cell(cell.row + n, cell.column).value for n in range(1, 5)]
                    assert below == [None] * 4


@pytest.mark.parametrize(
    ("table", "changes", "phrase"),
    [
        ("隐患", {"监管责任人": "张示例"}, "监管责任人不能是同一人"),
        ("隐患", {"督查人": "张示例"}, "督查（办）人不能是同一人"),
        ("隐患", {"复查人": "张示例"}, "复查人不能是整改责任人"),
        ("隐患", {"隐患编号": "YH-2022-0002"}, "重复"),
        ("隐患", {"销号日期": None}, "销号日期"),
        ("隐患", {"级别": "重大"}, "定级依据"),
        ("隐患", {"级别": "特大"}, "不在可选的内容里"),
        ("日监测", {"隐患编号": "YH-2022-0099"}, "隐患登记台账里有的"),
        ("每日检查", {"结果": "×"}, "隐患描述"),
    ],
)
def test_the_rules_of_the_ledger_are_enforced(
    form: Any, table: str, changes: dict[str, Any], phrase: str
) -> None:
    raw = form_module.read_input(FOLDER / "sample.toml")
    raw[table][0].update(changes)
    problems = form.check(raw).problems
    assert any(phrase in problem.message for problem in problems), problems


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_every_page_fits_the_paper(data: bytes, tmp_path: Path) -> None:
    pdfium = pytest.importorskip("pypdfium2")
    (tmp_path / "book.xlsx").write_bytes(data)
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = ["soffice", profile, "--headless", "--convert-to", "pdf", "book.xlsx"]
    subprocess.run(command, cwd=tmp_path, check=True, timeout=120, capture_output=True)
    document = pdfium.PdfDocument(tmp_path / "book.pdf")
    # D5 is three pages wide, D7 two, all others one
    assert len(document) == len(SHEETS) + 2 + 1
    document.close()
