"""``safety-docs demo``: a cabinet of a fictional school, to look around in."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from safety_docs.cli.output import print_json
from safety_docs.cli.settings import pass_settings, shipped_templates
from safety_docs.cli.speech import ChineseCommand

if TYPE_CHECKING:
    from safety_docs.cli.settings import Settings

DISTRICT_PLAN = Path("..", "shared", "reference", "plan-2022.txt")


@click.command(
    "demo",
    cls=ChineseCommand,
    short_help="做一个示范专柜",
    examples=(("在当前文件夹的 archive 里做示范", "safety-docs demo"),),
)
@click.option(
    "--plan",
    type=click.Path(path_type=Path),
    default=None,
    metavar="文件",
    help="要收的上级计划（.txt）；不写就用自带的。",
)
@pass_settings
def command(settings: Settings, plan: Path | None) -> None:
    """做一个虚构学校的专柜：收文件、填表、成批签责任书、检索、核对。

    人名、电话都是虚构的。可以反复运行，不会重复归档。
    """
    from safety_docs.app.demo import demo, tree

    house = settings.house
    source = plan or _plan()
    steps = []
    for number, step in enumerate(demo(house, source), start=1):
        steps.append(
            {"title": step.title, "lines": list(step.lines), "seconds": round(step.seconds, 3)}
        )
        if not settings.as_json:
            click.secho(f"\n{number}. {step.title}（{step.seconds:.2f} 秒）", bold=True)
            for line in step.lines:
                click.echo(f"   {line}")
    if settings.as_json:
        print_json({"path": str(house.cabinet.folder), "steps": steps})
        return
    click.secho("\n专柜就是一个普通的文件夹：", bold=True)
    for line in tree(house):
        click.echo(f"   {line}")
    _say_next(settings, sum(float(str(step["seconds"])) for step in steps))


def _plan() -> Path:
    """The district's plan where it lies beside the project, else our own wording of its facts."""
    given = Path.cwd() / DISTRICT_PLAN
    return given if given.is_file() else shipped_templates() / "demo" / "plan-facts.txt"


def _say_next(settings: Settings, seconds: float) -> None:
    program = _program(settings)
    click.secho(f"\n一共用时 {seconds:.2f} 秒。接下来可以试试：", bold=True)
    for words, remark in (
        ("search 防溺水", "检索"),
        ("notebook", "看专本"),
        ("forms list", "看表单"),
        ("forms sheet 班主任安全责任书", "取名册"),
        ("verify", "核对"),
    ):
        click.echo(f"   {remark}：{program} {words}")


def _program(settings: Settings) -> str:
    """How the program is called here, so that the lines can be typed as they stand."""
    script = Path(sys.argv[0])
    program = "safety-docs"
    if shutil.which(program) is None:
        program = sys.argv[0] if script.stem == program else f"{sys.executable} -m safety_docs.cli"
    if settings.archive == Path.cwd() / "archive":
        return program
    return f'{program} --archive "{settings.archive}"'
