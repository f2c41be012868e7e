"""``forms print --blank``: the paper version of a form."""

from __future__ import annotations

from typing import TYPE_CHECKING

import docx
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Outcome

HOMEROOM = "班主任安全责任书"


def _words(path: Path) -> str:
    document = docx.Document(str(path))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(one.text for one in document.paragraphs), *cells])


@pytest.mark.parametrize(
    ("options", "written"),
    [
        ((), f"{HOMEROOM}-空白.docx"),
        (("-o", "责任书.docx"), "责任书.docx"),
        (("-o", "责任书v1.0"), "责任书v1.0.docx"),
    ],
)
def test_a_blank_form_is_written_and_not_filed(
    school: Callable[..., Outcome], tmp_path: Path, options: tuple[str, ...], written: str
) -> None:
    outcome = school("--json", "forms", "print", HOMEROOM, "--blank", *options)
    assert outcome.json == {"path": written}
    assert "示范学校" in _words(tmp_path / written)
    assert school("--json", "notebook").json["size"] == 1


def test_a_blank_form_needs_no_cabinet(shell: Callable[..., Outcome], tmp_path: Path) -> None:
    assert shell("forms", "print", HOMEROOM, "--blank", "-o", "空.docx").status == 0
    assert "示范学校" not in _words(tmp_path / "空.docx")


def test_what_is_known_is_printed(school: Callable[..., Outcome], tmp_path: Path) -> None:
    (tmp_path / "已知.toml").write_text('"班主任姓名" = "李示例"\n', "utf-8")
    outcome = school("forms", "print", HOMEROOM, "--blank", "--input", "已知.toml", "-o", "一.docx")
    assert outcome.status == 0, outcome.err
    assert "李示例" in _words(tmp_path / "一.docx")


def test_what_is_wrong_in_the_known_is_named_and_nothing_written(
    school: Callable[..., Outcome], tmp_path: Path
) -> None:
    (tmp_path / "已知.toml").write_text('"班主人" = "李示例"\n', "utf-8")
    outcome = school(
        "--json", "forms", "print", HOMEROOM, "--blank", "--input", "已知.toml", "-o", "一.docx"
    )
    assert outcome.status != 0
    assert "班主任" in outcome.err
    assert not (tmp_path / "一.docx").exists()


def test_a_file_that_is_there_is_not_overwritten(
    school: Callable[..., Outcome], tmp_path: Path
) -> None:
    (tmp_path / "空.docx").write_bytes(b"mine")
    outcome = school("--json", "forms", "print", HOMEROOM, "--blank", "-o", "空.docx")
    assert outcome.status == 2
    assert (tmp_path / "空.docx").read_bytes() == b"mine"
    forced = school("forms", "print", HOMEROOM, "--blank", "-o", "空.docx", "--force")
    assert forced.status == 0


def test_without_blank_the_other_way_is_shown(school: Callable[..., Outcome]) -> None:
    outcome = school("--json", "forms", "print", HOMEROOM)
    assert outcome.status == 2
    assert "--preview" in outcome.error["message"]
