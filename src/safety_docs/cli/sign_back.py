"""``safety-docs sign-back``: scanned signed letters back to their records."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import click

from safety_docs.cli.jobs import processes_for
from safety_docs.cli.output import print_json
from safety_docs.cli.progress import progress_bar
from safety_docs.cli.settings import pass_settings
from safety_docs.cli.speech import ChineseCommand

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from safety_docs.app.sign_back_report import LetterReport, SignBackReport
    from safety_docs.app.waiting_pages import WaitingPage
    from safety_docs.cli.settings import Settings

_LARGE_STACK_BYTES = 3_000_000
_STATES = {
    "complete": "已收回",
    "already": "以前已收回",
    "incomplete": "缺页",
    "long": "要核对页码",
    "superseded": "已换签，不收",
    "wrong_term": "非本学年，没有收",
    "unknown": "查无此件",
}
_PAGES = {
    "blank": "空白",
    "foreign": "不是本校打印的",
    "unreadable": "认不出",
    "conflict": "一页上有几份文件的页码",
}


@click.command(
    "sign-back",
    cls=ChineseCommand,
    short_help="把签好的责任书扫描件归到各人名下",
    examples=(
        ("扫描件和手机照片一起收", "safety-docs sign-back 扫描.pdf 照片/"),
        ("看哪些页还没有认出来", "safety-docs sign-back --queue"),
        (
            "对照纸上的页码指认一页",
            'safety-docs sign-back --assign 3f9c02ab71de --as "RL-05 04HM ASW9 NF6Y Y11X XXXX"',
        ),
        ("不要的页", "safety-docs sign-back --drop 3f9c02ab71de --reason 重复扫描"),
    ),
)
@click.argument("paths", metavar="[扫描件...]", nargs=-1, type=click.Path(path_type=Path))
@click.option("--year", type=int, metavar="年份", help="哪个学年的，写起始年份；不写就是本学年。")
@click.option("--any-term", is_flag=True, help="不管哪个学年的都收。")
@click.option("--queue", is_flag=True, help="列出等着的页：缺页的、认不出的。")
@click.option("--assign", metavar="编号", help="指认等着的一页，与 --as 一起写。")
@click.option("--as", "code", metavar="页码", help="纸上二维码旁边的字，空格和大小写随意。")
@click.option("--last", is_flag=True, help="这一页是最后一页（末页的码看不清时写）。")
@click.option("--drop", metavar="编号", help="作废等着的一页，与 --reason 一起写；不会删除。")
@click.option("--reason", metavar="原因", help="为什么作废。")
@click.option(
    "--jobs", type=click.IntRange(0, 64), metavar="个数", help="同时用几个进程；不写就自己定。"
)
@pass_settings
def command(
    settings: Settings,
    paths: tuple[Path, ...],
    year: int | None,
    assign: str | None,
    code: str | None,
    drop: str | None,
    reason: str | None,
    jobs: int | None,
    *,
    any_term: bool,
    queue: bool,
    last: bool,
) -> int:
    """读扫描仪或手机拍的一叠签好的纸，按每页的二维码归到各人名下，存成签字扫描件。

    页序、方向、正反、班级混在一起都可以。每一页只认自己的码，不从前后页猜。缺页的等其余的页，
    认不出的等人指认，都在“签回待认”文件夹里。同一叠再收一次不会重复。
    """
    from safety_docs.app.sign_back import sign_back

    if queue:
        return _queue(settings)
    if drop:
        return _drop(settings, drop, reason)
    if assign:
        _assign(settings, assign, code, is_last=last)
    elif not paths:
        message = "请写扫描件，或用 --queue 看等着的页"
        raise click.UsageError(message)
    with progress_bar("读页", quiet=settings.as_json, unit="页") as show:
        done = sign_back(
            settings.house,
            paths,
            year=year,
            any_term=any_term or bool(assign),
            helpers=_processes(paths) if jobs is None else jobs,
            progress=show,
        )
    if settings.as_json:
        print_json(_json(done))
    else:
        _say(done)
    return 0


def _processes(paths: Sequence[Path]) -> int:
    files = [child for path in paths for child in ([path] if path.is_file() else path.glob("*"))]
    size = sum(path.stat().st_size for path in files)
    return processes_for(size, worth_from_bytes=_LARGE_STACK_BYTES)


def _assign(settings: Settings, page_id: str, code: str | None, *, is_last: bool) -> None:
    from safety_docs.app.returned import Letter
    from safety_docs.app.sign_back import place
    from safety_docs.app.waiting_pages import WaitingPages
    from safety_docs.core.page_code import PageCode, page_code_key

    known = WaitingPages(settings.house.archive).find(page_id)
    if code:
        typed = PageCode.typed(code, page_code_key(settings.house.cabinet.secret))
        letter, number = Letter(typed.form, typed.page, typed.copy), typed.number
    elif known.identity and is_last:
        letter, number = Letter(known.form, known.identity, known.copy), known.number
    else:
        message = "请用 --as 写纸上的页码"
        raise click.UsageError(message)
    place(settings.house, page_id, letter, number, is_last=is_last)


def _drop(settings: Settings, page_id: str, reason: str | None) -> int:
    from safety_docs.app.waiting_pages import WaitingPages

    if not reason:
        message = "请用 --reason 写明为什么作废"
        raise click.UsageError(message)
    page = WaitingPages(settings.house.archive).drop(page_id, reason)
    if settings.as_json:
        print_json({"dropped": page.id})
    else:
        click.echo(f"已作废 {page.id}（{page.source} 第 {page.page} 页），放在“签回待认/已作废”。")
    return 0


def _queue(settings: Settings) -> int:
    from safety_docs.app.waiting_pages import FOLDER, WaitingPages

    pages = list(WaitingPages(settings.house.archive))
    if settings.as_json:
        print_json({"waiting": [_waiting_json(page) for page in pages]})
    elif not pages:
        click.echo("没有等着的页。")
    else:
        click.echo(f"有 {len(pages)} 页等着，图像在“{settings.house.archive / FOLDER}”：")
        _list_waiting(pages)
    return 0


def _list_waiting(pages: Iterable[WaitingPage]) -> None:
    for page in pages:
        known = f"，{page.form} 第 {page.copy} 份" if page.identity else ""
        number = f"第 {page.number} 页" if page.number else ""
        click.echo(f"  {page.id}  {page.source} 第 {page.page} 页：{page.reason}{known}{number}")


def _say(done: SignBackReport) -> None:
    by_state: dict[str, list[LetterReport]] = {}
    for letter in done.letters:
        by_state.setdefault(letter.state, []).append(letter)
    for state, title in _STATES.items():
        letters = by_state.get(state, [])
        if letters:
            click.echo(f"{title} {len(letters)} 份：")
            for one in letters:
                click.echo(f"  {_line(one)}")
    counts = Counter[str](page.state for page in done.pages)
    others = [f"{title} {counts[state]} 页" for state, title in _PAGES.items() if counts[state]]
    click.echo(f"共读 {len(done.pages)} 页，认出 {counts['read']} 页" + _joined(others) + "。")
    for page in done.pages:
        if page.problem:
            click.echo(f"  没有读成：{page.source} 第 {page.page} 页：{page.problem}")
    if done.waiting:
        click.echo(f"有 {len(done.waiting)} 页等着，用 sign-back --queue 看：")
        _list_waiting(done.waiting[:10])


def _joined(words: Sequence[str]) -> str:
    return "".join(f"，{word}" for word in words)


def _line(one: LetterReport) -> str:
    what = f"{one.code} {one.title}" if one.code else f"{one.letter.form} {one.letter.page}"
    copy = f"（第 {one.letter.copy} 份）" if one.letter.copy > 1 else ""
    return f"{what}{copy}{_fault(one)}"


def _fault(one: LetterReport) -> str:
    """What is missing, twice or replaced."""
    faults = []
    if one.state == "incomplete":
        faults += [f"缺第 {number} 页" for number in one.missing]
        if one.lacks_last:
            faults.append("缺最后一页，或末页的码看不清")
    if one.state == "superseded":
        faults.append(f"已由 {one.newer} 代替")
    if one.spare:
        faults.append(f"多 {one.spare} 页重复的")
    return "：" + "，".join(faults) if faults else ""


def _json(done: SignBackReport) -> dict[str, object]:
    codes = {one.letter: one.code for one in done.letters}
    return {
        "pages": [
            {
                "source": page.source,
                "page": page.page,
                "state": page.state,
                "code": (codes.get(page.letter) or None) if page.letter else None,
                "number": page.number,
                "copy": page.letter.copy if page.letter else None,
                "waiting": page.waiting or None,
                "problem": page.problem or None,
            }
            for page in done.pages
        ],
        "letters": [
            {
                "code": one.code or None,
                "title": one.title,
                "group": one.group,
                "copy": one.letter.copy,
                "state": one.state,
                "missing": list(one.missing),
                "lacks_last": one.lacks_last,
                "newer": one.newer or None,
                "spare": one.spare,
            }
            for one in done.letters
        ],
        "waiting": [_waiting_json(page) for page in done.waiting],
    }


def _waiting_json(page: WaitingPage) -> dict[str, object]:
    return {
        "id": page.id,
        "source": page.source,
        "page": page.page,
        "reason": page.reason,
        "form": page.form or None,
        "number": page.number or None,
        "copy": page.copy or None,
        "is_last": page.is_last,
    }
