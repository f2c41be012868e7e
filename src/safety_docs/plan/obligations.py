"""The obligations of a plan: what is demanded of whom, how often, and what proves it.

``templates/plans/<year>.toml`` holds them; a district that issues another plan writes another file.
"""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictStr, StringConstraints, ValidationError

from safety_docs.core.errors import SafetyDocsError

if TYPE_CHECKING:
    from pathlib import Path

MAX_PLAN_BYTES = 2 * 1024 * 1024
BASIS_WORDS = {"E": "计划要求", "A": "计划要求（时限为建议）", "Q": "建议做法"}
"""How an obligation may be shown: a default of this product never as the plan's own demand."""
PERIOD_WORDS = {
    "lesson": "每节课",
    "day": "每天",
    "week": "每周",
    "month": "每月",
    "quarter": "每季度",
    "term": "每学期",
    "year": "每年",
    "hour": "限时上报",
    "event": "逢事即办",
    "standing": "长期有效",
}
_Line = Annotated[StrictStr, StringConstraints(min_length=1, max_length=300)]


class PlanError(SafetyDocsError):
    """A plan file cannot be used.

    Attributes:
        name: File name.
        reason: What is wrong.
    """

    code: ClassVar[str] = "P001"

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"工作计划文件“{name}”不能用：{reason}")
        self.name = name
        self.reason = reason


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Obligation(_Table):
    """One demand of the plan.

    Attributes:
        id: ``M3.1.2-d`` is part 三(一), item 2, fourth demand.
        quote: The plan's own words.
        parties: Who is obliged: 区教育局, 中心校, 学校/幼儿园.
        period: Key of `PERIOD_WORDS`.
        basis: Key of `BASIS_WORDS`.
        evidence: The document or record that proves it.
        category: Category of the classification scheme.
        retention: Retention period proposed for the evidence.
        applies_to: Kind or feature of the schools that it binds; ``all`` for every one.
        recommended_for_all: Whether other schools are advised to do it too.
    """

    id: Annotated[StrictStr, StringConstraints(pattern=r"^M\d(\.\d)+-[a-z0-9]+$")]
    quote: _Line
    parties: Annotated[tuple[_Line, ...], Field(strict=False, min_length=1)]
    period: Literal[
        "lesson",
        "day",
        "week",
        "month",
        "quarter",
        "term",
        "year",
        "hour",
        "event",
        "standing",
    ]
    basis: Literal["E", "A", "Q"]
    evidence: _Line
    category: Annotated[StrictStr, StringConstraints(pattern=r"^[0-9]{2}$")]
    retention: _Line
    applies_to: _Line
    recommended_for_all: bool = False


class Plan(_Table):
    """A whole plan.

    Attributes:
        title: Its title.
        year: The year that it is for.
        obligations: In the order of the plan; ids are unique.
    """

    title: _Line
    year: Annotated[int, Field(ge=2000, le=2100)]
    obligations: Annotated[tuple[Obligation, ...], Field(strict=False, alias="obligation")]


def load_plan(path: Path) -> Plan:
    """Read a plan file.

    Raises:
        PlanError: If it is missing, too large, badly written, or two obligations have one id.
    """
    plan = _parse(path)
    seen: set[str] = set()
    for obligation in plan.obligations:
        if obligation.id in seen:
            raise PlanError(path.name, f"“{obligation.id}”用了两次。")
        seen.add(obligation.id)
    return plan


def _parse(path: Path) -> Plan:
    try:
        with path.open("rb") as file:
            data = file.read(MAX_PLAN_BYTES + 1)
        if len(data) > MAX_PLAN_BYTES:
            raise PlanError(path.name, "超过 2 MB，太大了。")
        return Plan.model_validate(tomllib.loads(data.decode("utf-8-sig")))
    except FileNotFoundError as error:
        raise PlanError(path.name, "找不到这个文件。") from error
    except ValidationError as error:
        fault = error.errors(include_url=False)[0]
        place = ".".join(map(str, fault["loc"]))
        raise PlanError(path.name, f"{place} 写法不对（{fault['msg']}）。") from error
    except ValueError as error:
        raise PlanError(path.name, f"不是正确的 TOML（{error}）。") from error
