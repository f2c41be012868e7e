"""Make the pictures of the README, the manual and the gallery.

Needs LibreOffice and pdftoppm. The terminals are real output of the real commands, drawn by rich;
the letter is the homeroom teacher's, filled from its sample. ``make docs`` runs this.
"""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import gallery
from office import to_pdf
from rich.console import Console
from rich.text import Text

HERE = Path(__file__).resolve().parent
DEMO = ("--archive", "示范")
"""The manual shows the demonstration beside the school's own cabinet, not in its place."""


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "safety_docs.cli", *arguments]


def output(folder: Path, *arguments: str) -> str:
    """What a command prints, with colours, in `folder`."""
    done = subprocess.run(
        command(*arguments), cwd=folder, check=True, capture_output=True, encoding="utf-8"
    )
    return done.stdout.replace(str(folder), "/学校")


def draw(picture: str, prompt: str, text: str, lines: int) -> None:
    """Draw the first `lines` lines of a terminal as SVG."""
    console = Console(record=True, width=100, file=io.StringIO(), force_terminal=True)
    console.print(Text(f"> {prompt}", style="bold"))
    shown = text.strip("\n").splitlines()[:lines]
    console.print(Text.from_ansi("\n".join(shown)))
    (HERE / picture).write_text(
        console.export_svg(title="safety-docs", unique_id="safety"), "utf-8"
    )


def letter(folder: Path) -> None:
    """The first page of the letter that the demonstration filed, as PNG."""
    filed = next(folder.glob("示范/Z109-*/boxes/**/0001-*班主任安全责任书.docx"))
    shutil.copy(filed, folder / "letter.docx")
    to_pdf([folder / "letter.docx"], folder)
    page = ["pdftoppm", "-png", "-r", "70", "-f", "1", "-l", "1", "-singlefile", "letter.pdf"]
    subprocess.run([*page, str(HERE / "letter")], cwd=folder, check=True)


def pack(folder: Path) -> None:
    """The checklist of one class of the demonstration, as PNG."""
    made = json.loads(
        output(folder, *DEMO, "--json", "print", "家长安全责任书", "--only", "三（1）班")
    )["packs"][0]
    shutil.copy(folder / "打印" / Path(made["path"]).name, folder / "pack.docx")
    to_pdf([folder / "pack.docx"], folder)
    page = ["pdftoppm", "-png", "-r", "60", "-f", "1", "-l", "1", "-singlefile", "pack.pdf"]
    subprocess.run([*page, str(HERE / "pack")], cwd=folder, check=True)


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        draw("terminal.svg", "safety-docs --archive 示范 demo", output(folder, *DEMO, "demo"), 60)
        search = (*DEMO, "search", "疏散")
        draw("search.svg", f"safety-docs {' '.join(search)}", output(folder, *search), 40)
        letter(folder)
        pack(folder)
    gallery.main()


if __name__ == "__main__":
    main()
