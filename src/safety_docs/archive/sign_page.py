"""Signed copies as pages: what a page of kind ``sign`` says, and what follows from it."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, get_args

from safety_docs.archive.faults import DamageError
from safety_docs.archive.record_page import page_id_of, part_json, record_of
from safety_docs.core.digest import Digest
from safety_docs.core.record import FilePart, Role, Signing

if TYPE_CHECKING:
    from collections.abc import Mapping

    from safety_docs.archive.pages import PageLine
    from safety_docs.archive.spine import SpineLine
    from safety_docs.core.record import Record

KIND = "sign"
ROLE: Role = get_args(Role)[-1]
"""签字扫描: what the file of a signed copy is."""
FIELDS: Mapping[str, type] = {
    "copy": int,
    "filed_by": str,
    "key": str,
    "pages": int,
    "parts": list,
    "record": str,
    "source": str,
}
"""What the payload of a ``sign`` page holds, with the JSON type."""
MAX_COPY = 31
"""As many as a page code can tell apart."""
MAX_PAGES = 1000


def is_sound(payload: Mapping[str, Any]) -> bool:
    """Whether a payload with the right fields says something that can be.

    A scanned copy has one file and at least one side; one that was only seen has neither.
    """
    parts = payload["parts"]
    return (
        1 <= payload["copy"] <= MAX_COPY
        and 0 <= payload["pages"] <= MAX_PAGES
        and len(parts) == (payload["pages"] > 0)
        and all(part["role"] == ROLE for part in parts)
    )


def payload_of(signing: Signing, key: str) -> dict[str, object]:
    """The payload of a signing; its number and time stand in the spine."""
    return {
        "copy": signing.copy,
        "filed_by": signing.filed_by,
        "key": key,
        "pages": signing.pages,
        "parts": [part_json(part) for part in signing.parts],
        "record": signing.record,
        "source": signing.source,
    }


def signing_of(line: SpineLine, page: PageLine) -> Signing:
    """The signing that a page tells.

    Raises:
        DamageError: If the page lacks something; a page that opens its commitment never does.
    """
    try:
        return _signing(line, page.payload)
    except (KeyError, TypeError, ValueError) as error:
        problem = f"第 {line.seq} 条的页内容不合格式（{error}）"
        raise DamageError(finding="E021", path=f"pages/{line.segment}", problem=problem) from error


def said_by(line: SpineLine, page: PageLine) -> Record | Signing | None:
    """What an entry adds to the cabinet: a record, a signed copy, or nothing."""
    if line.kind == KIND:
        return signing_of(line, page)
    return record_of(line, page) if line.kind == "file" else None


def _signing(line: SpineLine, data: Mapping[str, Any]) -> Signing:
    parts = tuple(
        FilePart(part["role"], part["path"], Digest.parse(part["digest"]), part["size"])
        for part in data["parts"]
    )
    return Signing(
        seq=line.seq,
        page_id=page_id_of(data["key"]),
        record=data["record"],
        copy=data["copy"],
        pages=data["pages"],
        source=data["source"],
        parts=parts,
        filed_at=dt.datetime.fromisoformat(line.time),
        filed_by=data["filed_by"],
    )
