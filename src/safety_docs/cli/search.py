"""``safety-docs search``: find records in Chinese."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from safety_docs.cli.output import print_json
from safety_docs.cli.settings import pass_settings
from safety_docs.cli.speech import ChineseCommand, Day, OneOf, Whole
from safety_docs.core.retention import Retention

if TYPE_CHECKING:
    from safety_docs.cli.settings import Settings
    from safety_docs.index import Hit, Results

FACETS = {"category": "类目", "year": "年度", "form": "表单", "retention": "期限"}
FACET_VALUES = 8


@click.command(
    "search",
    cls=ChineseCommand,
    short_help="用中文检索专柜里的全部文件",
    examples=(
        ("含有“疏散”的全部文件", "safety-docs search 疏散"),
        ("两个词都有", "safety-docs search 疏散 集合点"),
        ("有其中一个", "safety-docs search 火灾 OR 地震"),
        ("有这个、没有那个", "safety-docs search 责任书 NOT 家长"),
        ("照原样查一段文字", "safety-docs search “年度：2022年”"),
        ("只查题名；按日期", 'safety-docs search "题名:责任书 日期:[20220901 TO 20221231]"'),
        (
            "某一类、某一年、某个人",
            "safety-docs search 责任书 --category 02 --year 2022 --person 王示例",
        ),
    ),
)
@click.argument("words", metavar="检索词...", nargs=-1, required=True)
@click.option("--limit", type=Whole(1, 10_000), default=20, help="最多列出几件，默认 20。")
@click.option("--offset", type=Whole(0, 1_000_000), default=0, help="跳过前几件，用来翻页。")
@click.option(
    "--engine",
    type=OneOf("sqlite", "whoosh"),
    default="sqlite",
    help="检索引擎，默认 sqlite。",
)
@click.option("--category", default="", metavar="类目", help="类号或类名。")
@click.option("--year", type=Whole(1900, 2999), default=None, help="年度。")
@click.option("--from", "date_from", type=Day(), default=None, help="从这一天起（含）。")
@click.option("--to", "date_to", type=Day(), default=None, help="到这一天止（含）。")
@click.option("--person", default="", metavar="姓名", help="涉及的人，写全名。")
@click.option("--form", default="", metavar="表单", help="表单编号或名称。")
@click.option("--retention", default="", metavar="期限", help="永久、30年或 10年。")
@click.option(
    "--sort",
    type=OneOf("relevance", "date", "code"),
    default="relevance",
    help="按相关、日期或档号排，默认按相关。",
)
@click.option("--all", "with_superseded", is_flag=True, help="连被更正的旧件也列出来。")
@pass_settings
def command(settings: Settings, /, words: tuple[str, ...], engine: Any, **options: Any) -> None:
    """检索。写几个词就是都要有；一个字也能查；中文引号“”里的照原样查。

    OR 两边有一个就行，NOT 后面的不要；* 代表任意多个字，? 代表一个字。
    字段：题名、正文、姓名、档号、类目、年度、日期、表单、期限，写成“字段:内容”。
    """
    from safety_docs.app.find import find, request_of

    request = request_of(settings.house, _joined(words), **options)
    results = find(settings.house, request, engine)
    if settings.as_json:
        print_json(_results_json(results))
    else:
        _say(settings, results)


def _joined(words: tuple[str, ...]) -> str:
    """The query.

    Raises:
        click.UsageError: If the system's encoding could not hold it; the rest would find anything.
    """
    query = " ".join(words)
    if any("\ud800" <= character <= "\udfff" for character in query):
        problem = "检索词没有读对，请把系统的文字编码设为 UTF-8。"
        raise click.UsageError(problem)
    return query


def _results_json(results: Results) -> dict[str, Any]:
    hits = [
        {
            "code": hit.code,
            "title": hit.title,
            "category": hit.category,
            "date": hit.date.isoformat(),
            "path": hit.card.path,
            "snippet": hit.snippet,
            "marks": [list(mark) for mark in hit.marks],
        }
        for hit in results.hits
    ]
    return {
        "total": results.total,
        "hits": hits,
        "facets": {k: dict(v) for k, v in results.facets.items()},
        "notes": list(results.notes),
    }


def _say(settings: Settings, results: Results) -> None:
    for note in results.notes:
        click.echo(f"提示：{note}")
    if not results.total:
        click.echo("没有找到。可以少写几个字，或去掉筛选条件再试。")
        return
    click.echo(f"找到 {results.total} 件，列出 {len(results.hits)} 件：")
    names = {row.code: row.folder for row in settings.house.cabinet.classification.categories}
    for hit in results.hits:
        click.echo()
        category = names.get(hit.category, "")
        click.echo(f"{click.style(hit.title, bold=True)}  {hit.date}  {category}")
        click.echo(f"  {hit.code}  {hit.card.path}")
        if hit.snippet:
            click.echo(f"  {_highlighted(hit)}")
    click.echo()
    labels = {**names, **{code: Retention.parse(code).label for code in ("Y", "D10", "D30")}}
    for facet, label in FACETS.items():
        counts = list(results.facets.get(facet, {}).items())[:FACET_VALUES]
        if counts:
            shown = "，".join(f"{labels.get(value, value)} {count}" for value, count in counts)
            click.echo(f"{label}：{shown}")


def _highlighted(hit: Hit) -> str:
    """The snippet with its marks set off: colour on a terminal, nothing elsewhere."""
    pieces, end = [], 0
    for start, stop in hit.marks:
        pieces += [
            hit.snippet[end:start],
            click.style(hit.snippet[start:stop], fg="red", bold=True),
        ]
        end = stop
    return ("".join(pieces) + hit.snippet[end:]).replace("\n", " ")
