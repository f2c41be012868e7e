"""``safety-docs batch``: one form, one roster, a filed letter a row."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from safety_docs.cli.failure import problem_json, report
from safety_docs.cli.form_names import form_names
from safety_docs.cli.jobs import processes_for
from safety_docs.cli.output import print_json
from safety_docs.cli.pairs import values_of
from safety_docs.cli.progress import progress_bar
from safety_docs.cli.settings import pass_settings
from safety_docs.cli.speech import ChineseCommand
from safety_docs.core.errors import ProblemsError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from safety_docs.app.batch import BatchReport
    from safety_docs.app.preflight import Preflight
    from safety_docs.cli.settings import Settings


_LARGE_ROSTER_BYTES = 60_000
"""About 1,000 rows."""
_LISTED = 20
_HELPERS_NEED = "safety_docs.app.rows"
"""What helpers do stands here; they begin to load it while this process still loads the rest."""


@click.command(
    "batch",
    cls=ChineseCommand,
    short_help="按名册成批生成并归档",
    examples=(
        ("取要填写的名册工作簿", "safety-docs forms sheet 班主任安全责任书 -o 名册.xlsx"),
        ("全部生成并归档", "safety-docs batch 班主任安全责任书 名册.xlsx"),
        (
            "各行相同的内容写一次",
            "safety-docs batch 家长安全责任书 学生.xlsx --set 签订日期=2022-09-01",
        ),
        ("一份教职工名册，按岗位各签各的", "safety-docs batch 按岗位 教职工.xlsx"),
        ("先检查名册，不归档", "safety-docs batch 按岗位 教职工.xlsx --check"),
        ("有问题的行先跳过", "safety-docs batch 班主任安全责任书 名册.xlsx --skip-bad"),
    ),
)
@click.argument("form", metavar="表单")
@click.argument("roster", metavar="名册", type=click.Path(path_type=Path))
@click.option(
    "--sheet", default=None, metavar="工作表", help="读哪一张工作表；不写就读最像的那张。"
)
@click.option(
    "--common",
    type=click.Path(path_type=Path),
    metavar="文件",
    help="各行相同的内容（.toml 或 .json）。",
)
@click.option(
    "--set", "pairs", multiple=True, metavar="字段=内容", help="各行相同的一项内容，可以写多次。"
)
@click.option("--skip-bad", is_flag=True, help="跳过有问题的行，并列出跳过了哪些。")
@click.option(
    "--jobs",
    type=click.IntRange(0, 64),
    metavar="个数",
    help="同时用几个进程；不写就按名册大小和电脑的核数定，0 是不另开进程。",
)
@click.option("--check", is_flag=True, help="只检查，不归档；另存一份标出错误的名册。")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    metavar="文件",
    help="标出错误的名册存到哪里（与 --check 同用）；不写就存为“名册名-检查结果.xlsx”。",
)
@pass_settings
def command(
    settings: Settings,
    form: str,
    roster: Path,
    sheet: str | None,
    common: Path | None,
    pairs: tuple[str, ...],
    *,
    skip_bad: bool,
    jobs: int | None,
    check: bool,
    output: Path | None,
) -> int:
    """按“名册”（.xlsx 或 .csv）给每一行生成一份文件，编号、归档。

    “表单”可以写一种，或用顿号连写几种，每一行按“岗位”一列归到对应的一种；写“按岗位”就由岗位定。

    中途断电或关掉也不要紧：再运行一次，已归档的不会重复，没做完的接着做，编号不断不重。名册改过
    再运行，改过的行重新生成并代替原来的，新加的行补上，少了的人会列出来，不会删除。
    """
    forms = form_names(form)
    if check:
        with _without_collection():
            return _check(settings, forms, roster, sheet, _common(common, pairs), output)
    if output:
        message = "-o 要和 --check 一起用"
        raise click.UsageError(message)
    from safety_docs.app.crew import make_crew

    helpers = _processes(roster) if jobs is None else jobs
    try:
        with (
            make_crew(helpers, _HELPERS_NEED) as crew,
            progress_bar("生成并归档", quiet=settings.as_json) as show,
        ):
            from safety_docs.app.batch import batch  # helpers load what they need meanwhile

            done = batch(
                settings.house,
                forms,
                roster,
                sheet=sheet,
                common=_common(common, pairs),
                skip_bad=skip_bad,
                crew=crew,
                progress=show,
            )
    except ProblemsError as error:
        if settings.as_json:
            _print_bad_rows(error)
        return report(error, as_json=settings.as_json)
    if settings.as_json:
        print_json(_report_json(done))
    else:
        _say(settings, done)
    return 0


def _processes(roster: Path) -> int:
    size = roster.stat().st_size if roster.is_file() else 0  # what is wrong is said when it is read
    return processes_for(size, worth_from_bytes=_LARGE_ROSTER_BYTES)


def _check(
    settings: Settings,
    forms: list[str],
    roster: Path,
    sheet: str | None,
    common: dict[str, object],
    output: Path | None,
) -> int:
    from safety_docs.app.preflight import preflight

    target = output or _free_name(roster)
    if target.suffix.lower() != ".xlsx":
        message = f"“{target}”应以 .xlsx 结尾"
        raise click.BadParameter(message, param_hint="-o")
    if target.exists():
        message = f"“{target}”已经有了，请换一个名字"
        raise click.BadParameter(message, param_hint="-o")
    found = preflight(settings.house, forms, roster, sheet=sheet, common=common)
    if found.workbook is not None:
        target.write_bytes(found.workbook)
    path = str(target) if found.workbook is not None else None
    if settings.as_json:
        print_json(_check_json(found, path))
    else:
        _say_check(found, path)
    return 0 if found.is_clean else 1


@contextmanager
def _without_collection() -> Iterator[None]:
    """No garbage collection: nothing goes round in circles here, and looking takes a tenth."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _free_name(roster: Path) -> Path:
    """A name beside the roster that no file has, so that no correction is written over."""
    stem = roster.stem.partition("-检查结果")[0]
    number, name = 1, f"{stem}-检查结果.xlsx"
    while roster.with_name(name).exists():
        number += 1
        name = f"{stem}-检查结果{number}.xlsx"
    return roster.with_name(name)


def _check_json(found: Preflight, path: str | None) -> dict[str, object]:
    return {
        "rows": found.rows,
        "good": found.good,
        "failed": found.rows - found.good,
        "warned": found.warned,
        "forms": [{"form": one.form, "rows": one.rows, "good": one.good} for one in found.forms],
        "problems": [{**problem_json(one), "severity": one.severity} for one in found.problems],
        "notes": list(found.notes),
        "path": path,
    }


def _say_check(found: Preflight, path: str | None) -> None:
    for note in found.notes:
        click.echo(note)
    for one in found.problems:
        click.echo(f"{'错误' if one.severity == 'error' else '提醒'}：{one}")
    click.echo(
        f"共 {found.rows} 行：{found.good} 行可以归档（其中 {found.warned} 行有提醒），"
        f"{found.rows - found.good} 行要改。什么也没有归档。"
    )
    if len(found.forms) > 1:
        for form in found.forms:
            click.echo(f"  {form.form}：{form.rows} 行，{form.good} 行可以归档")
    if path:
        click.echo(f"标出错误的名册：{path}")


def _common(file: Path | None, pairs: tuple[str, ...]) -> dict[str, object]:
    from safety_docs.forms import read_input

    return (dict(read_input(file)) if file else {}) | values_of(pairs)


def _report_json(done: BatchReport) -> dict[str, object]:
    return {
        "filed": done.filed,
        "already_filed": done.already_filed,
        "failed": [problem_json(problem) for problem in done.failed],
        "codes": list(done.codes),
        "forms": [
            {
                "form": one.form,
                "filed": one.filed,
                "already_filed": one.already_filed,
                "codes": list(one.codes),
            }
            for one in done.forms
        ],
        "changed": [{"old": old, "new": new} for old, new in done.changed],
        "by_hand": list(done.by_hand),
        "vanished": [{"names": list(names), "code": code} for names, code in done.vanished],
        "seconds": round(sum(done.seconds.values()), 3),
        "stages": {stage: round(seconds, 3) for stage, seconds in done.seconds.items()},
    }


def _print_bad_rows(error: ProblemsError) -> None:
    from safety_docs.app.batch import BatchReport

    failed = [problem_json(problem) for problem in error.problems]
    nothing = BatchReport((), (), (), (), (), (), (), {})
    print_json({**_report_json(nothing), "failed": failed})


def _say(settings: Settings, done: BatchReport) -> None:
    for note in done.notes:
        click.echo(note)
    for problem in done.warnings:
        click.echo(f"提醒：{problem}")
    seconds = sum(done.seconds.values())
    rate = f"，每秒 {done.filed / seconds:.0f} 份" if done.filed and seconds else ""
    stages = "、".join(f"{stage} {spent:.2f} 秒" for stage, spent in done.seconds.items())
    click.echo(f"归档 {done.filed} 份，用时 {seconds:.2f} 秒{rate}（{stages}）。")
    for one in done.forms:
        if len(done.forms) > 1:
            click.echo(f"  {one.form}：新归档 {one.filed} 份，以前已归档 {one.already_filed} 份")
    if done.already_filed:
        click.echo(f"另有 {done.already_filed} 份以前已归档，没有重复。")
    _say_changes(done)
    if done.codes:
        click.echo(f"档号：{done.codes[0]} 至 {done.codes[-1]}")
        click.echo(f"专柜：{settings.house.cabinet.folder}")
    if done.failed:
        rows = len({problem.row for problem in done.failed})
        click.echo(f"跳过了下面 {rows} 行，改好后再运行一次即可补上：")
        for problem in done.failed:
            click.echo(f"  {problem}")


def _say_changes(done: BatchReport) -> None:
    """What a second run with a changed roster has to tell."""
    if done.changed:
        click.echo(f"名册有更改的 {len(done.changed)} 行已重新生成，代替原来的，请重新打印、签字：")
        _list(f"{new} 代替 {old}" for old, new in done.changed)
    if done.by_hand:
        click.echo(f"{len(done.by_hand)} 份以前单独更正过，以更正的为准，没有动：")
        _list(done.by_hand)
    if done.vanished:
        count = len(done.vanished)
        click.echo(f"以前归档过、这次名册里没有的有 {count} 人，原件仍在专柜里，请核对：")
        _list(f"{'、'.join(names)}（{code}）" for names, code in done.vanished)


def _list(lines: Iterable[str]) -> None:
    """The first of many lines, and how many more there are."""
    shown = list(lines)
    for line in shown[:_LISTED]:
        click.echo(f"  {line}")
    if len(shown) > _LISTED:
        click.echo(f"  ……还有 {len(shown) - _LISTED} 个，加 --json 可看全部。")
