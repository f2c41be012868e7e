"""The examples of docs/format.md are a real cabinet, and docs/check.sh agrees with `verify`."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from safety_docs.archive import Part, verify
from safety_docs.archive.head import SLOTS, make_slot, read_slot
from safety_docs.core.record import Position

if TYPE_CHECKING:
    from tests.archive.conftest import Workshop

    from safety_docs.archive import Cabinet

DOCS = Path(__file__).parents[2] / "docs"
BLOCK = re.compile(r"(<!-- example (\S+) -->\n```\w*\n)(.*?)(```\n)", re.DOTALL)


def example(shop: Workshop) -> dict[str, str]:
    """The cabinet of the examples: one letter, its signed copy, one checkpoint."""
    profile = replace(shop.profile, records_per_box=500)
    cabinet = shop.create(profile=profile)
    letter = Part("正本", ".docx", b"example")
    filing = shop.filing("李晓梅", title="李晓梅-班主任安全责任书", parts=lambda _: [letter])
    (filed,) = shop.file([replace(filing, people=("李晓梅",), values={"姓名": "李晓梅"})])
    shop.sign([replace(shop.returned(filed.record), source="三（2）班.pdf 第1—2页")])
    shop.write(lambda writer: writer.checkpoint())
    return {
        "cabinet.toml": (cabinet.folder / "cabinet.toml").read_text("utf-8"),
        "spine.jsonl": cabinet.notebook.spine.read_text("utf-8"),
        "pages.jsonl": (cabinet.notebook.pages / "2022-09.jsonl").read_text("utf-8"),
        "head": newest_slot(cabinet),
        "checkpoint": (cabinet.notebook.checkpoints / "0000000003.json").read_text("utf-8"),
    }


def newest_slot(cabinet: Cabinet) -> str:
    slots = [(cabinet.notebook.folder / name).read_bytes() for name in SLOTS]
    return max(slots, key=lambda data: slot.seq if (slot := read_slot(data)) else -1).decode()


def test_the_examples_in_the_format_are_real(shop: Workshop, *, update: bool) -> None:
    expected = example(shop)
    page = DOCS / "format.md"
    text = page.read_text("utf-8")
    if update:
        text = BLOCK.sub(lambda match: match[1] + expected[match[2]] + match[4], text)
        page.write_text(text, "utf-8", newline="\n")
    assert {match[2]: match[3] for match in BLOCK.finditer(text)} == expected


def run_check(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["sh", str(DOCS / "check.sh"), str(folder)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


needs_shell = pytest.mark.skipif(shutil.which("sha256sum") is None, reason="needs sha256sum")


@needs_shell
def test_a_sound_cabinet_passes_the_plain_tools(shop: Workshop) -> None:
    cabinet = shop.furnish()
    result = run_check(cabinet.folder)
    assert (result.returncode, result.stdout) == (0, "sound: 17 entries\n"), result


@needs_shell
@pytest.mark.parametrize(
    "part", ["spine", "page", "file", "lost file", "head", "tail", "settings", "checkpoint"]
)
def test_the_plain_tools_find_what_verify_finds(shop: Workshop, part: str) -> None:
    cabinet = shop.furnish()
    letter = cabinet.folder / next(cabinet.records()).path
    target = {
        "spine": cabinet.notebook.spine,
        "page": cabinet.notebook.pages / "2022-09.jsonl",
        "head": cabinet.notebook.folder / "head.a",
        "tail": cabinet.notebook.spine,
        "settings": cabinet.folder / "cabinet.toml",
        "checkpoint": next(cabinet.notebook.checkpoints.iterdir()),
    }.get(part, letter)
    target.chmod(0o644)
    data = bytearray(target.read_bytes())
    if part == "lost file":
        target.unlink()
    elif part == "tail":
        target.write_bytes(data[: data.rfind(b"\n", 0, -1) + 1])
    elif part == "head":
        for name in SLOTS:
            slot = make_slot(Position(cabinet.position().seq, "0" * 64))
            (cabinet.notebook.folder / name).write_bytes(slot)
    else:
        data[len(data) // 2] ^= 1
        target.write_bytes(data)
    assert not verify(cabinet).ok
    assert run_check(cabinet.folder).returncode == 1


@needs_shell
def test_the_plain_tools_accept_a_head_that_lags(shop: Workshop) -> None:
    cabinet = shop.furnish()
    shop.set_head(cabinet, 3)
    assert verify(cabinet).findings == ()
    assert run_check(cabinet.folder).returncode == 0
