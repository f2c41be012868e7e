"""A school's cabinet over real files, as the command line wires it, with a clock that stands."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from safety_docs.app.found import found
from safety_docs.app.wiring import wire
from safety_docs.archive import CabinetProfile

if TYPE_CHECKING:
    from collections.abc import Callable

    from safety_docs.app.house import House

TEMPLATES = Path(__file__).parents[2] / "templates"
SCHOOL = CabinetProfile(
    fonds="Z109", name="示范学校", level="小学", custodian="李某某", style="DA/T 22-2015"
)

LETTER: dict[str, object] = {
    "姓名": "李样一",
    "班级": "三（2）班",
    "学生人数": "42",
    "手机号": "13800000001",
    "校长": "周示范",
    "起日": "2022-09-01",
    "止日": "2023-08-31",
    "签订日期": "2022-09-01",
}
"""What a class teacher's letter needs."""


class Clock:
    """Always the same moment."""

    def now(self) -> dt.datetime:
        return dt.datetime(2022, 9, 20, 8, tzinfo=dt.timezone(dt.timedelta(hours=8)))


@pytest.fixture
def open_school(tmp_path: Path) -> Callable[..., House]:
    """Opens the house of a new school, with template folders of its own."""

    def opened(*own: Path) -> House:
        house = wire(tmp_path / "archive", (TEMPLATES, *own), Clock(), os.urandom)
        found(house, SCHOOL)
        return wire(tmp_path / "archive", (TEMPLATES, *own), Clock(), os.urandom)

    return opened
