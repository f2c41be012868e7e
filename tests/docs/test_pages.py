"""What the pages say must be so."""

from __future__ import annotations

import importlib
import pkgutil
import re
from pathlib import Path

import click
import pytest

import safety_docs
from safety_docs.cli.form_names import BY_POST
from safety_docs.cli.main import COMMANDS, cli
from safety_docs.core.errors import SafetyDocsError
from safety_docs.forms import load_library

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted(
    [ROOT / "README.md", *ROOT.glob("docs/**/*.md"), *ROOT.glob("changelog/**/*.md")],
    key=str,
)
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")
COMMAND = re.compile(r"^(?:\.venv\\Scripts\\)?safety-docs (?:--archive \S+ )?(.+)$", re.MULTILINE)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_relative_link_leads_somewhere(page: Path) -> None:
    for target in LINK.findall(page.read_text("utf-8")):
        if "://" not in target:
            assert (page.parent / target).exists(), target


@pytest.mark.parametrize("page", ["README.md", "docs/manual.md"])
def test_every_command_in_the_pages_exists_with_its_options(page: str) -> None:
    lines = COMMAND.findall((ROOT / page).read_text("utf-8"))
    assert lines
    for line in lines:
        words = line.split(" > ")[0].split()
        command = cli.get_command(click.Context(cli), words[0])
        assert command is not None, line
        if isinstance(command, click.Group):
            command = command.commands[words[1]]
        known = {option for param in command.params for option in param.opts}
        for word in words[1:]:
            assert not word.startswith("-") or word in known, line


def test_the_readme_names_the_two_commands_and_the_manual_first() -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    assert "docs/manual.md" in text.splitlines()[0]
    for target in ("make demo", "make test"):
        assert target in text


def test_every_command_has_a_json_shape_and_a_heading() -> None:
    text = (ROOT / "docs" / "cli.md").read_text("utf-8")
    for name in COMMANDS:
        assert f"### safety-docs {name}\n" in text
        assert re.search(rf"^\| `{name}[` ]", text, re.MULTILINE), name


def family(kind: type[SafetyDocsError]) -> list[type[SafetyDocsError]]:
    return [kind, *(one for child in kind.__subclasses__() for one in family(child))]


def every_error() -> list[type[SafetyDocsError]]:
    """The base and all errors of all modules."""
    for module in pkgutil.walk_packages(safety_docs.__path__, "safety_docs."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    return family(SafetyDocsError)


def test_every_exit_code_stands_in_the_table() -> None:

    text = (ROOT / "docs" / "cli.md").read_text("utf-8")
    for kind in every_error():
        assert f"\n| {kind.exit_status} | " in text, kind


def test_error_codes_are_told_apart() -> None:
    seen: dict[str, type[SafetyDocsError]] = {}
    for kind in every_error():
        owner = seen.setdefault(kind.code, kind)
        assert owner is kind or issubclass(kind, owner), (owner, kind)


def test_the_manual_names_forms_that_exist() -> None:
    text = (ROOT / "docs" / "manual.md").read_text("utf-8")
    library = load_library([ROOT / "templates" / "forms"])
    named = re.findall(
        r"^safety-docs (?:forms (?:show|sheet)|fill|batch) (\S+)", text, re.MULTILINE
    )
    assert named
    assert BY_POST in named
    assert all(library.find(name).title == name for name in named if name != BY_POST)


def test_every_problem_code_in_the_sources_is_explained() -> None:
    from safety_docs.documents.errors import PROBLEMS as TEMPLATE_PROBLEMS
    from safety_docs.forms import PROBLEMS

    used = set()
    for module in (ROOT / "src").rglob("*.py"):
        if module.name != "errors.py":
            used |= set(re.findall(r'"([DFT]\d{3})"', module.read_text("utf-8")))
    raised = {kind.code for kind in every_error()}
    assert used - raised == ({*PROBLEMS, *TEMPLATE_PROBLEMS} - raised)
