"""``safety-docs init``: make a school's cabinet."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from safety_docs.cli.output import print_json
from safety_docs.cli.settings import pass_settings
from safety_docs.cli.speech import ChineseCommand, OneOf

if TYPE_CHECKING:
    from safety_docs.cli.settings import Settings
    from safety_docs.core.reference_code import Style

STYLES: dict[str, Style] = {"DA/T22": "DA/T 22-2015", "DA/T13": "DA/T 13-2022"}
SCHEMES = {
    "22": "classification.toml",
    "12": "classification-12.toml",
    "kindergarten": "classification-kindergarten.toml",
}


@click.command(
    "init",
    cls=ChineseCommand,
    short_help="建立一所学校的专柜",
    examples=(
        (
            "给示范学校建专柜，专人是李某某",
            "safety-docs init --fonds Z109 --name 示范学校 --level 小学 --custodian 李某某",
        ),
    ),
)
@click.option(
    "--fonds",
    required=True,
    metavar="全宗号",
    help="一个大写字母加三位数字，如 Z109；没有就自己定一个。",
)
@click.option("--name", required=True, metavar="校名", help="学校全称，印在盒脊和文件上。")
@click.option(
    "--level",
    default="小学",
    metavar="学段",
    help="幼儿园、小学、初中、高中等，默认小学。",
)
@click.option("--custodian", required=True, metavar="姓名", help="专人：负责安全档案的那一位。")
@click.option(
    "--style",
    type=OneOf(*STYLES),
    default="DA/T22",
    help="档号按哪个标准写：DA/T22（默认）是 DA/T 22-2015，DA/T13 是 DA/T 13-2022。",
)
@click.option(
    "--scheme",
    type=OneOf(*SCHEMES),
    default="22",
    help="用哪一套类目：22 类（默认）、12 类、幼儿园。",
)
@pass_settings
def command(
    settings: Settings, fonds: str, name: str, level: str, custodian: str, style: str, scheme: str
) -> None:
    """建立一所学校的专柜。只做一次；建好后用 fill、batch、receive 归档。"""
    from safety_docs.app.found import found
    from safety_docs.archive import CabinetProfile

    profile = CabinetProfile(
        fonds=fonds, name=name, level=level, custodian=custodian, style=STYLES[style]
    )
    cabinet = found(settings.house, profile, SCHEMES[scheme])
    if settings.as_json:
        print_json({"path": str(cabinet.folder), "fonds": fonds, "name": name})
        return
    click.echo(f"专柜已建好：{cabinet.folder}")
    click.echo(f"专人：{custodian}；类目 {len(cabinet.classification.categories)} 类。")
    click.echo("备份就是把整个文件夹复制一份。下一步：safety-docs forms list")
