"""Small renderings that several commands share: a record as JSON and as a line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from safety_docs.core.idnumber import mask_numbers

if TYPE_CHECKING:
    from safety_docs.core.record import Record


def record_json(record: Record) -> dict[str, Any]:
    """A record without the form's values, which may be personal."""
    return {
        "code": record.code,
        "title": mask_numbers(record.title),
        "category": record.category,
        "year": record.year,
        "retention": record.retention,
        "date": record.date.isoformat(),
        "form": record.form,
        "path": record.path,
        "parts": [
            {
                "role": part.role,
                "path": part.path,
                "digest": str(part.digest),
                "size": part.size_bytes,
            }
            for part in record.parts
        ],
        "filed_at": record.filed_at.isoformat(),
        "filed_by": record.filed_by,
        "supersedes": record.supersedes,
    }


def masked(value: Any) -> Any:
    """A form's value with identity and phone numbers masked, at any depth."""
    if isinstance(value, str):
        return mask_numbers(value)
    if isinstance(value, dict):
        return {key: masked(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [masked(item) for item in value]
    return value
