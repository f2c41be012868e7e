"""A command line run in this process, on a real cabinet in a temporary folder."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from safety_docs.cli.main import run

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@dataclass(frozen=True)
class Outcome:
    """What a person or a program sees of one command."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def error(self) -> Any:
        return json.loads(self.err)


@pytest.fixture
def shell(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Outcome]:
    """Run ``safety-docs`` in `tmp_path`, where ``archive`` is the archive folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SAFETY_DOCS_ARCHIVE", raising=False)

    def call(*arguments: object) -> Outcome:
        capsys.readouterr()
        status = run([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        return Outcome(status, captured.out, captured.err)

    return call


@pytest.fixture
def school(shell: Callable[..., Outcome]) -> Callable[..., Outcome]:
    """The same, in a folder that has a cabinet."""
    made = shell(
        "init", "--fonds", "Z109", "--name", "示范学校", "--level", "小学", "--custodian", "李某某"
    )
    assert made.status == 0, made.err
    return shell
