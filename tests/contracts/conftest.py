from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest

from safety_docs.core.digest import Digest
from safety_docs.core.record import FilePart, IndexedRecord, Record

if TYPE_CHECKING:
    from collections.abc import Callable

CATEGORIES = {"01": "上级文件", "02": "安全责任书", "07": "应急演练", "12": "隐患排查"}
FORMS = {
    "": "",
    "letters/homeroom": "班主任安全责任书",
    "drills/plan": "应急演练方案",
    "hazards/register": "隐患排查治理台账",
}


def make_record(number: int, text: str = "", **changes: Any) -> IndexedRecord:
    values: dict[str, Any] = {
        "seq": number,
        "page_id": f"{number:032x}",
        "title": f"第{number}号文件",
        "category": "02",
        "year": 2022,
        "retention": "D30",
        "date": dt.date(2022, 9, 1),
        "form": "",
        "template": "",
        "people": (),
        "values": {},
        "filed_at": dt.datetime(2022, 9, 1, 8, 0, tzinfo=dt.UTC),
        "filed_by": "李某某",
    }
    unreadable = changes.pop("unreadable", "")
    values.update(changes)
    category, year, retention = values["category"], values["year"], values["retention"]
    values.setdefault("form_title", FORMS.get(values["form"], ""))
    values.setdefault("code", f"Z109-WS·{year}-{retention}-A{category}-{number:04d}")
    box = f"boxes/{year}/{category}-{CATEGORIES[category]}/{retention}-001/data"
    part = FilePart("正本", f"{box}/{number:04d}.docx", Digest.of(b""), 0)
    return IndexedRecord(Record(parts=(part,), **values), text, unreadable)


@pytest.fixture(scope="session")
def record() -> Callable[..., IndexedRecord]:
    return make_record
