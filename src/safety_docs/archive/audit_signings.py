"""Signed copies: each belongs to an earlier record and lies beside it (rules 30 and 31)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from safety_docs.archive.audit_layout import is_bad_path
from safety_docs.archive.audit_records import list_part

if TYPE_CHECKING:
    from safety_docs.archive.audit_pages import PageAudit
    from safety_docs.archive.audit_records import RecordAudit


def audit_signings(pages: PageAudit, audit: RecordAudit) -> None:
    """Look at all sound pages of kind ``sign``; lists their files and adds findings.

    Args:
        pages: The pages.
        audit: What the records list. A page that is not sound may be that of a missing record, and
            so may one whose code has a finding.
    """
    folders: dict[str, str] = {}
    is_certain = not pages.broken and not audit.findings
    for said in pages.said:
        payload = said.payload
        if said.line.kind == "file":
            paths = [part["path"] for part in payload["parts"]]
            folders[payload["code"]] = _folder(paths[0]) if paths else ""
        if said.line.kind != "sign":
            continue
        code = payload["record"]
        if code not in folders and is_certain:
            audit.report("E070", code, code=code)
        for part in payload["parts"]:
            list_part(part, code, "", audit)
            path = part["path"]
            if code in folders and _folder(path) != folders[code] and not is_bad_path(path):
                audit.report("E086", path, code=code)


def _folder(path: str) -> str:
    return path.rpartition("/")[0]
