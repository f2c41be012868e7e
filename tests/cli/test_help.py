from __future__ import annotations

from typing import TYPE_CHECKING

import click
import pytest

from safety_docs.cli.main import COMMANDS, cli

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cli.conftest import Outcome

CONTEXT = click.Context(cli)


def every_command() -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = []
    for name in COMMANDS:
        command = cli.get_command(CONTEXT, name)
        found.append((name,))
        if isinstance(command, click.Group):
            found += [(name, sub) for sub in command.commands]
    return found


@pytest.mark.parametrize("command", every_command())
def test_every_command_explains_itself_in_chinese(
    shell: Callable[..., Outcome], command: tuple[str, ...]
) -> None:
    page = shell(*command, "--help")
    assert page.status == 0
    assert page.out.startswith("用法：safety-docs ")
    assert "选项" in page.out
    for english in ("Usage", "Options", "Show this message", "[required]", "default:"):
        assert english not in page.out


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_an_example_that_names_it(name: str) -> None:
    command = cli.get_command(CONTEXT, name)
    examples = getattr(command, "examples", ())
    assert examples
    assert any(line.startswith(f"safety-docs {name}") for _, line in examples)
    assert all(line.startswith("safety-docs ") for _, line in examples)
    assert not any("'" in line for _, line in examples), "Windows takes ' for text"


def test_the_help_of_the_whole_lists_every_command(shell: Callable[..., Outcome]) -> None:
    page = shell("--help").out
    for name, words in COMMANDS.items():
        assert name in page
        assert words in page
