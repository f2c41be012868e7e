"""Findings of `verify` as data: code, severity, exit status and sentence stand in one table.

E is unsound, W wants attention, U could not be checked. A number never changes its meaning; each
is a rule of docs/format.md. Exit statuses: 12 newer format, 4 the notebook contradicts itself,
3 damage, 5 only a projection differs, 7 warnings only.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Severity = Literal["error", "warning", "unchecked"]
_SEVERITIES: Mapping[str, Severity] = {"E": "error", "W": "warning", "U": "unchecked"}


class Rule(NamedTuple):
    """One row of the table.

    Attributes:
        name: Short English name.
        status: Exit status that it causes.
        sentence: Chinese, with the facts as ``{name}``; says what is wrong and what to do.
    """

    name: str
    status: int
    sentence: str


RULES: Mapping[str, Rule] = {
    "E001": Rule("no-declaration", 3, "{what}，请从备份恢复这个文件。"),
    "E002": Rule("bad-format-version", 3, "格式版本“{found}”与专本写的“{expected}”不一致。"),
    "E003": Rule("stray-in-root", 3, "专柜里多出了不属于它的东西，请移到别处。"),
    "E004": Rule("path-escape", 3, "专本记的路径指到了专柜外面，不能相信。"),
    "E005": Rule("link-or-device", 3, "专柜里不能有链接或设备，请换成真正的文件。"),
    "E006": Rule("case-clash", 3, "与“{other}”只差大小写，复制到别的电脑会互相覆盖。"),
    "E007": Rule("nfc-nfd-clash", 3, "与“{other}”看起来同名，只是编码不同。"),
    "E008": Rule("bad-name", 3, "名称里有不能用的字符，换一台电脑可能打不开。"),
    "E009": Rule("name-too-long", 3, "名称或路径太长，有的电脑打不开。"),
    "E013": Rule("box-folder-missing", 3, "整盒不见了（应有 {count} 个文件），请从备份恢复。"),
    "E014": Rule("box-folder-unknown", 3, "专本里没有这一盒，请查明来历。"),
    "E020": Rule("no-spine", 4, "专本不见了，或开头不是专本，请从备份恢复。"),
    "E021": Rule("bad-line", 4, "第 {line} 行不合格式：{what}。"),
    "E022": Rule("duplicate-seq", 4, "第 {line} 行的序号 {found} 重复。"),
    "E023": Rule("skipped-seq", 4, "第 {line} 行的序号应是 {expected}，却是 {found}。"),
    "E024": Rule("broken-chain", 4, "第 {line} 行与{neighbour}不衔接，其中一行被改过。"),
    "E025": Rule("torn-tail-acknowledged", 4, "末尾缺了已经生效的内容（应到第 {expected} 行）。"),
    "E026": Rule("page-altered", 3, "第 {seq} 条的页被改过，请从备份恢复。"),
    "E027": Rule("page-missing", 3, "第 {seq} 条的页不见了，请从备份恢复。"),
    "E029": Rule("page-orphan", 3, "第 {line} 行这一页在专本里没有对应的条目。"),
    "E030": Rule("checkpoint-differs", 4, "专本与 {size} 条时的校验点不符，专本被改写过。"),
    "E031": Rule("checkpoint-ahead", 4, "校验点有 {size} 条，专本只有 {found} 条，末尾被截掉了。"),
    "E032": Rule("salt-reused", 3, "第 {seq} 条的页的盐太短，或与别的页相同。"),
    "E035": Rule("head-unreadable", 4, "两个头标都读不出，不知道专本生效到哪一行。"),
    "E036": Rule("personal-data-in-spine", 4, "第 {line} 行有不该有的内容（{what}）。"),
    "E040": Rule("missing-file", 3, "文件不见了（{code}），请从备份恢复。"),
    "E041": Rule("wrong-digest", 3, "文件内容被改过（{code}），请从备份恢复。"),
    "E042": Rule(
        "wrong-size", 3, "文件应有 {expected} 字节，现有 {found}（{code}），请从备份恢复。"
    ),
    "E043": Rule("extra-file", 3, "专本里没有这个文件，请查明来历，该归档的用 receive 归档。"),
    "E044": Rule("weak-or-unnamed-digest", 3, "校验值“{digest}”没有写明算法，或算法不可靠。"),
    "E046": Rule("swapped-files", 3, "内容其实是“{other}”的（{code}），两个文件可能被调换。"),
    "E047": Rule("self-description-differs", 3, "文件自带的页号或档号与专本不同（{code}）。"),
    "E048": Rule("wrong-type", 3, "内容不是 {suffix} 文件（{code}）。"),
    "E060": Rule("code-malformed", 4, "档号“{code}”不合格式。"),
    "E061": Rule("code-not-canonical", 4, "档号“{code}”的写法不规范，应写“{expected}”。"),
    "E062": Rule("code-duplicate", 4, "档号“{code}”用了两次（第 {seq} 条和第 {other} 条）。"),
    "E063": Rule("number-gap", 4, "号段 {series} 缺件号 {missing}，没有说明。"),
    "E064": Rule("series-start", 4, "号段 {series} 不是从 1 号开始，第一个是 {first}。"),
    "E065": Rule("code-vs-metadata", 4, "档号“{code}”里的{what}与专本记的不同。"),
    "E067": Rule("old-code-lost", 4, "“{code}”要更正的“{old}”{what}。"),
    "E068": Rule("part-missing-or-shared", 4, "这个文件同时属于“{code}”和“{other}”。"),
    "E069": Rule("part-order", 4, "“{code}”应当有且只有一个正本并排在最前。"),
    "E070": Rule("signed-nothing", 4, "签字件说的“{code}”不在专本里。"),
    "E086": Rule("mixed-box", 4, "“{code}”不该放在这一盒。"),
    "E124": Rule("index-ahead", 5, "检索目录“{name}”与专本对不上，请运行 rebuild。"),
    "W001": Rule("torn-tail", 7, "末尾有未写完、从未生效的内容，下次归档时会自动移走。"),
    "W002": Rule("staging-leftovers", 7, "有中断的归档，下次归档时会自动处理。"),
    "W003": Rule("clock-backwards", 7, "第 {line} 行的时间早于上一行，请检查电脑的时钟。"),
    "W007": Rule("empty-folder", 7, "空文件夹，可以删除。"),
    "W009": Rule("projection-behind", 5, "检索目录“{name}”落后 {count} 条，请运行 rebuild。"),
    "W023": Rule("head-slot-unreadable", 7, "头标有一个读不出，另一个完好，下次归档时会重写。"),
    "W024": Rule("litter", 7, "电脑或办公软件自己留下的文件，不是档案，可以删除。"),
    "U001": Rule("unreadable", 3, "读不出来（{reason}），没有核对。"),
    "U007": Rule("newer-format", 12, "格式 {found} 比本程序新，请先升级程序。"),
}
"""All findings that this version can give."""

_STATUS_ORDER = (12, 4, 3, 5, 7)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as docs/format.md demands.

    Attributes:
        code: Key of `RULES`.
        path: Relative to the cabinet's folder; empty for the whole.
        message: One Chinese sentence.
    """

    code: str
    path: str
    message: str

    @property
    def severity(self) -> Severity:
        """``error``, ``warning`` or ``unchecked``, by the first letter of the code."""
        return _SEVERITIES[self.code[0]]


def finding(code: str, path: str, /, **facts: object) -> Finding:
    """A finding with its sentence from the table."""
    return Finding(code, path, RULES[code].sentence.format(**facts))


def exit_status(findings: Iterable[Finding]) -> int:
    """The status that wins among those of `findings`; 0 without any."""
    statuses = {RULES[one.code].status for one in findings}
    return next((status for status in _STATUS_ORDER if status in statuses), 0)
