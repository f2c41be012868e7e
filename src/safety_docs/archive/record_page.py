"""Records as pages: what a page of kind ``file`` says, and the record that follows from it."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import json
from typing import TYPE_CHECKING, Any

from safety_docs.archive.faults import DamageError
from safety_docs.archive.pages import canonical
from safety_docs.core.digest import Digest
from safety_docs.core.record import FilePart, Record

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from safety_docs.archive.filing import Filing
    from safety_docs.archive.pages import PageLine
    from safety_docs.archive.spine import SpineLine

FIELDS: Mapping[str, type] = {
    "category": str,
    "code": str,
    "date": str,
    "filed_by": str,
    "form": str,
    "form_title": str,
    "key": str,
    "parts": list,
    "people": list,
    "reason": str,
    "retention": str,
    "supersedes": str,
    "template": str,
    "title": str,
    "values": dict,
    "year": int,
}
"""What the payload of a ``file`` page holds, with the JSON type."""
OPTIONAL_FIELDS: Mapping[str, type] = {"confidentiality": str, "subject": list}
"""What it holds only when there is something to say; nothing else is allowed."""

PART_FIELDS: Mapping[str, type] = {"digest": str, "path": str, "role": str, "size": int}
_PAGE_ID_DIGITS = 32


def key_digest(secret: bytes, key: Sequence[str]) -> str:
    """HMAC-SHA-256 over the canonical JSON array of an idempotency key, hex.

    An array, so that boundaries count; keyed, so that a guessed row cannot be confirmed.
    """
    text = json.dumps(list(key), ensure_ascii=False, separators=(",", ":"))
    return hmac.new(secret, text.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()


def page_id_of(digest: str) -> str:
    """The page id that follows from a key digest."""
    return digest[:_PAGE_ID_DIGITS]


def payload_bytes(
    filing: Filing,
    facts: tuple[str, str, str, str],
    parts: Sequence[FilePart],
    values: bytes,
) -> bytes:
    """The payload of a filing as canonical JSON.

    Args:
        filing: What is filed.
        facts: Reference code, code of the retention period, name of the custodian, key digest.
        parts: Its files.
        values: Its values as canonical JSON; empty: those of `filing`.

    Raises:
        ValueError: If something is not JSON, or a lone surrogate.
        TypeError: If something is of no JSON type.
    """
    code, retention, filed_by, key = facts
    said: dict[str, object] = {"subject": list(filing.subject)} if filing.subject else {}
    if filing.confidentiality:
        said["confidentiality"] = filing.confidentiality
    body = canonical(
        said
        | {
            "category": filing.category,
            "code": code,
            "date": filing.date.isoformat(),
            "filed_by": filed_by,
            "form": filing.form,
            "form_title": filing.form_title,
            "key": key,
            "parts": [part_json(part) for part in parts],
            "people": list(filing.people),
            "reason": filing.reason,
            "retention": retention,
            "supersedes": filing.supersedes,
            "template": filing.template,
            "title": filing.title,
        }
    )
    values = values or canonical(dict(filing.values))
    # sorted by name these two are the last, so values made elsewhere need not be read again
    return b'%b,"values":%b,"year":%d}' % (body[:-1], values, filing.year)


def part_json(part: FilePart) -> dict[str, object]:
    """One entry of ``parts``."""
    return {
        "digest": str(part.digest),
        "path": part.path,
        "role": part.role,
        "size": part.size_bytes,
    }


def record_of(line: SpineLine, page: PageLine) -> Record:
    """The record that a page files.

    Raises:
        DamageError: If the page lacks something; a page that opens its commitment never does.
    """
    try:
        return _record(line, page.payload)
    except (KeyError, TypeError, ValueError) as error:
        problem = f"第 {line.seq} 条的页内容不合格式（{error}）"
        raise DamageError(finding="E021", path=f"pages/{line.segment}", problem=problem) from error


def _record(line: SpineLine, data: Mapping[str, Any]) -> Record:
    parts = tuple(
        FilePart(part["role"], part["path"], Digest.parse(part["digest"]), part["size"])
        for part in data["parts"]
    )
    return Record(
        seq=line.seq,
        page_id=page_id_of(data["key"]),
        code=data["code"],
        title=data["title"],
        category=data["category"],
        year=data["year"],
        retention=data["retention"],
        date=dt.date.fromisoformat(data["date"]),
        form=data["form"],
        form_title=data["form_title"],
        template=data["template"],
        people=tuple(data["people"]),
        values=data["values"],
        parts=parts,
        filed_at=dt.datetime.fromisoformat(line.time),
        filed_by=data["filed_by"],
        supersedes=data["supersedes"],
        reason=data["reason"],
        confidentiality=data.get("confidentiality", ""),
        subject=tuple(data.get("subject", ())),
    )
