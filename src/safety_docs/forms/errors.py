"""What can be wrong with a form, an input file or a roster as a whole, and the codes of problems.

Faults of single values are `core.problem.Problem`; `PROBLEMS` lists their codes. They are raised
only together, as `core.errors.ProblemsError`, by whoever decides that the work must stop.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from safety_docs.core.errors import SafetyDocsError

if TYPE_CHECKING:
    from collections.abc import Sequence

PROBLEMS = {
    "D201": "必填项是空的",
    "D202": "应为文字的长号码存成了数字，后几位已经丢失",
    "D203": "日期或时间看不懂、不存在或不完整",
    "D204": "不应重复的内容重复了",
    "D205": "有同名的人（提醒）",
    "D206": "不在可选的内容里",
    "D207": "有文件里放不下的控制字符",
    "D208": "公式没有计算结果",
    "D209": "类型不对，例如应填数字却填了文字",
    "D210": "太长、太短或格式不对",
    "D211": "数字、日期超出范围",
    "D212": "电话号码不对",
    "D213": "身份证号不对",
    "D214": "几项内容互相矛盾（表单的规则）",
    "D215": "表单里没有这一项",
    "D216": "名册里缺少必需的列或表头",
    "D217": "照片文件找不到或不能用",
    "D218": "行数太多或太少",
    "D219": "由其他内容推算的一项算不出来",
    "D221": "合并的单元格不能这样用",
    "D222": "名册里有两列是同一项",
    "D223": "样例行被改过",
    "D224": "岗位没有责任条款",
    "D225": "引用的记录不在专柜里，或与本记录对不上",
    "D226": "写了不许写的话，例如免责的话",
    "D227": "文件名称、节日名称等写错了（提醒）",
    "D231": "日期写成了文字，已经读懂（提醒）",
    "D240": "岗位没有写，或没有对应的责任书",
    "F101": "表单、样例或文件不能用",
    "F102": "表单对应的要求不在计划里",
    "F103": "表单没有写对应哪条要求",
    "F104": "类目不存在，或保管期限短于类目的",
}
"""Code of a problem, and what it means. D200 and D220 are errors that hold problems."""


class FormError(SafetyDocsError):
    """A form folder cannot be used.

    Attributes:
        form: Id or folder name of the form.
        faults: Every fault found, one Chinese sentence each.
    """

    code: ClassVar[str] = "F001"

    def __init__(self, form: str, faults: Sequence[str]) -> None:
        super().__init__(f"表单“{form}”不能用：" + "".join(f"\n  {fault}" for fault in faults))
        self.form = form
        self.faults = tuple(faults)


class UnknownFormError(SafetyDocsError):
    """No form, or more than one, has this name.

    Attributes:
        name: As the user wrote it.
        nearest: Titles of forms that may be meant.
    """

    code: ClassVar[str] = "F002"

    def __init__(self, name: str, nearest: Sequence[str]) -> None:
        hint = f"是不是{'、'.join(f'“{title}”' for title in nearest)}？" if nearest else ""
        super().__init__(f"没有名为“{name}”的表单。{hint}全部表单见 safety-docs forms list。")
        self.name = name
        self.nearest = tuple(nearest)


class InputError(SafetyDocsError):
    """A file of values (TOML or JSON) cannot be read.

    Attributes:
        name: File name.
        reason: What is wrong and what to do.
    """

    code: ClassVar[str] = "F003"

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"内容文件“{name}”{reason}")
        self.name = name
        self.reason = reason


class RosterError(SafetyDocsError):
    """A roster cannot be read at all, or is too large to be read safely.

    Attributes:
        name: File name.
        reason: What is wrong and what to do.
    """

    code: ClassVar[str] = "D230"

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"名册“{name}”{reason}")
        self.name = name
        self.reason = reason
