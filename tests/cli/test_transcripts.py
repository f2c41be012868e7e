"""The command line as a person sees it: each file in tests/transcripts is typed and compared.

``$`` begins a command, ``2>`` a line on stderr, ``=>`` the exit status; ``#`` is a remark. The
folder holds what the lines before made. Times and hashes are replaced before comparing.
"""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cli.conftest import Outcome

FOLDER = Path(__file__).resolve().parents[1] / "transcripts"
RUN_DEPENDENT = (
    (re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d"), "<时间>"),
    (re.compile(r"\d+\.\d\d 秒"), "<秒数>"),
    (re.compile(r"\b[0-9a-f]{16}…"), "<校验值>"),
)


def settled(text: str, folder: Path) -> str:
    text = text.replace(str(folder), "<文件夹>")
    for pattern, word in RUN_DEPENDENT:
        text = pattern.sub(word, text)
    return text


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.txt")), ids=lambda path: path.stem)
def test_the_transcript_is_what_a_person_sees(
    shell: Callable[..., Outcome], tmp_path: Path, path: Path, *, update: bool
) -> None:
    (tmp_path / "计划.txt").write_text(
        "每月开展一次应急演练，做到有方案、总结、评估和照片。", "utf-8"
    )
    seen: list[str] = []
    for line in path.read_text("utf-8").splitlines():
        if line.startswith("#"):
            seen.append(line)
        elif line.startswith("$ safety-docs"):
            outcome = shell(*shlex.split(line)[2:])
            seen += ["", line]
            seen += settled(outcome.out, tmp_path).splitlines()
            seen += [f"2> {row}" for row in settled(outcome.err, tmp_path).splitlines()]
            seen.append(f"=> {outcome.status}")
    text = "\n".join(seen) + "\n"
    if update:
        path.write_text(text, "utf-8")
    assert text == path.read_text("utf-8")
