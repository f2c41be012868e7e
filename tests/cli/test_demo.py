from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Outcome

QUERIES = ("买买提", "疏散路线 集合", "责任书 NOT 家长安全", "R", "2022", "，", "·买", "题名:演练")


def answers(shell: Callable[..., Outcome]) -> list[Any]:
    return [shell("--json", "search", query, "--limit", "600").json for query in QUERIES]


def test_the_demonstration_does_the_main_job_once(
    shell: Callable[..., Outcome], tmp_path: Path
) -> None:
    first = shell("--json", "demo")
    assert first.status == 0, first.err
    steps = {step["title"]: step["lines"] for step in first.json["steps"]}
    assert len(steps) == 6
    assert steps["核对专柜"] == ["530 件，全部完好"]
    letters = next(lines for title, lines in steps.items() if "责任书" in title)
    assert [line.split("，")[0] for line in letters] == [
        "教职工：新归档 120 份",
        "学生：新归档 400 份",
    ]
    assert all("→ 0 件" not in line for line in steps["检索"])
    assert len(list((tmp_path / "archive").glob("Z109-*/boxes/**/*.docx"))) == 528

    before = answers(shell)
    notebook = shell("--json", "notebook", "--limit", "1000").json
    shutil.rmtree(tmp_path / "archive" / ".safety-docs")
    assert shell("--json", "rebuild").json["records"] == 530
    assert answers(shell) == before

    assert shell("demo").status == 0
    assert shell("--json", "notebook", "--limit", "1000").json == notebook


def test_the_demonstration_leaves_a_real_school_alone(school: Callable[..., Outcome]) -> None:
    assert school("demo").status == 0  # the same fictional school
    refused = school(
        "--archive", "real", "init", "--fonds", "Z1", "--name", "某校", "--custodian", "王某某"
    )
    assert refused.status == 0
    outcome = school("--archive", "real", "demo")
    assert outcome.status == 1
    assert "某校" in outcome.err
    assert school("--archive", "real", "--json", "notebook").json["size"] == 1
