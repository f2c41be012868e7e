"""What a school writes into its hazard ledger reaches the workbook as it was, or is refused."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cli.conftest import Outcome

LEDGER = "hazards/ledger"
SAMPLE = Path(__file__).parents[2] / "templates" / "forms" / LEDGER / "sample.toml"
TEXTS = (
    "R&D <b>“张三” 1<2 & 3",
    "=1+1",
    "+1",
    "-1",
    "@x",
    "前\t后",
    "第一行\n第二行",
    "𠮷野",
    "{{ 7*7 }}",
    "{% raw %}",
    "]]>",
    "零\u200b宽",
    "中\ufeff间",
)
UNPRINTABLE = ("尾\ufffe", "半\ud83d对", "响\x07铃")


def ledger(folder: Path, texts: tuple[str, ...]) -> Path:
    """The sample with one daily check for each text."""
    values: dict[str, Any] = tomllib.loads(SAMPLE.read_text("utf-8"))
    pattern = values["每日检查"][0]
    values["每日检查"] = [{**pattern, "部位": text, "隐患描述": text} for text in texts]
    path = folder / "台账.json"
    path.write_text(json.dumps(values, default=str), "ascii")
    return path


def test_what_is_written_in_the_ledger_is_what_excel_shows(
    school: Callable[..., Outcome], tmp_path: Path
) -> None:
    done = school("--json", "fill", LEDGER, ledger(tmp_path, TEXTS))
    assert done.status == 0, done.err
    (path,) = (tmp_path / "archive").glob("Z109-*/boxes/**/*.xlsx")
    sheet = openpyxl.load_workbook(path)["D1 每日检查"]
    header = [cell.value for cell in sheet[3]]
    for name in ("部位", "隐患描述"):
        at = next(at for at, label in enumerate(header) if name in str(label))
        cells = [row[at] for row in sheet.iter_rows(min_row=4, max_row=3 + len(TEXTS))]
        assert [(cell.value, cell.data_type) for cell in cells] == [(text, "s") for text in TEXTS]
    assert school("verify").status == 0


@pytest.mark.parametrize("text", UNPRINTABLE)
def test_what_no_workbook_can_hold_is_refused_with_its_row_and_column(
    school: Callable[..., Outcome], tmp_path: Path, text: str
) -> None:
    refused = school("--json", "fill", LEDGER, ledger(tmp_path, ("教室", text)))
    assert refused.status == 1
    assert [one["column"] for one in refused.error["problems"]] == ["每日检查（小检）"] * 2
    assert "第 2 行“区域／部位”" in refused.error["message"]
    assert "第 2 行“隐患描述”" in refused.error["message"]
    assert not list((tmp_path / "archive").glob("Z109-*/boxes/**/*.xlsx"))
