"""Records: reference codes, number runs, corrections and parts as the pages give them.

Rules 4, 7, 20 and 24 to 29 of docs/format.md. Files are not opened here.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from safety_docs.archive.audit_layout import is_bad_path
from safety_docs.archive.boxes import box_in
from safety_docs.archive.findings import finding
from safety_docs.archive.record_page import page_id_of
from safety_docs.core.digest import Digest
from safety_docs.core.reference_code import (
    ReferenceCode,
    ReferenceCodeError,
    is_canonical,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from safety_docs.archive.audit_pages import PageAudit, Said
    from safety_docs.archive.findings import Finding
    from safety_docs.archive.profile import CabinetProfile
    from safety_docs.core.reference_code import (
        Series,
        Style,
    )

_STYLES: tuple[Style, ...] = ("DA/T 22-2015", "DA/T 13-2022")
_MAIN = "正本"


class ListedFile(NamedTuple):
    """A file that a page lists and that can be looked for.

    Attributes:
        path: Relative to the cabinet.
        digest: As listed.
        size_bytes: As listed.
        code: Of its record.
        page_id: What a document printed from a form says of itself; empty for all other files.
    """

    path: str
    digest: Digest
    size_bytes: int
    code: str
    page_id: str


@dataclass(slots=True)
class RecordAudit:
    """What the records list and what is wrong with them.

    Attributes:
        files: Every file that can be looked for, in the order of the notebook.
        paths: Every path that a page lists, with the code of its record.
        boxes: Boxes that records lie in.
        findings: What was found.
    """

    files: list[ListedFile] = field(default_factory=list)
    paths: dict[str, str] = field(default_factory=dict)
    boxes: set[str] = field(default_factory=set)
    findings: list[Finding] = field(default_factory=list)

    def report(self, code: str, path: str, /, **facts: object) -> None:
        """Add a finding."""
        self.findings.append(finding(code, path, **facts))


def audit_records(pages: PageAudit, profile: CabinetProfile | None) -> RecordAudit:
    """Look at all sound pages of kind ``file``.

    Args:
        pages: The pages.
        profile: The cabinet's; None if it cannot be read, then codes are not compared with it.
    """
    audit = RecordAudit()
    records = pages.of_kind("file")
    for said in records:
        _list_parts(said, audit)
    if profile is not None:
        _audit_numbers(records, pages, profile, audit)
    _audit_corrections(records, pages, audit)
    return audit


def _list_parts(said: Said, audit: RecordAudit) -> None:
    payload = said.payload
    code, parts = payload["code"], payload["parts"]
    roles = [part["role"] for part in parts]
    if roles[:1] != [_MAIN] or roles.count(_MAIN) != 1:
        audit.report("E069", code, code=code)
    for part in parts:
        is_printed = payload["form"] and part["role"] == _MAIN
        page_id = page_id_of(payload["key"]) if is_printed else ""
        list_part(part, code, page_id, audit)


def list_part(part: Mapping[str, Any], code: str, page_id: str, audit: RecordAudit) -> None:
    """List one file that a page of the record `code` names, unless it cannot be looked for.

    Args:
        part: One entry of ``parts``.
        code: Of the record.
        page_id: As in `ListedFile`.
        audit: Gets the file, or the finding.
    """
    path = part["path"]
    bad = is_bad_path(path)
    if bad:
        audit.report(bad, path)
        return
    if path in audit.paths:
        audit.report("E068", path, code=code, other=audit.paths[path])
        return
    audit.paths[path] = code
    box = box_in(path)
    if box is not None:
        audit.boxes.add(box.group())
    try:
        digest = Digest.parse(part["digest"])
    except ValueError:
        audit.report("E044", path, digest=part["digest"])
        return
    audit.files.append(ListedFile(path, digest, part["size"], code, page_id))


def _audit_numbers(
    records: Iterable[Said], pages: PageAudit, profile: CabinetProfile, audit: RecordAudit
) -> None:
    seen: dict[str, int] = {}
    series: dict[Series, list[int]] = defaultdict(list)
    for said in records:
        text = said.payload["code"]
        code = _read_code(text, profile.style, audit)
        if code is None:
            continue
        canonical = code.render(profile.style)
        if canonical in seen:
            audit.report("E062", text, code=text, seq=said.line.seq, other=seen[canonical])
            continue
        seen[canonical] = said.line.seq
        series[code.series].append(code.number)
        if _agrees(said, code, profile, audit):
            _audit_box(said, code, profile, audit)
    if not pages.broken and not audit.findings:
        for one, numbers in series.items():
            _audit_run(one, numbers, audit)


def _read_code(text: str, style: Style, audit: RecordAudit) -> ReferenceCode | None:
    try:
        code = ReferenceCode.parse(text)
    except ReferenceCodeError:
        audit.report("E060", text, code=text)
        return None
    if not is_canonical(text, style):
        is_other = any(is_canonical(text, other) for other in _STYLES)
        audit.report("E060" if is_other else "E061", text, code=text, expected=code.render(style))
    return code


def _agrees(said: Said, code: ReferenceCode, profile: CabinetProfile, audit: RecordAudit) -> bool:
    payload, series = said.payload, code.series
    facts = {
        "全宗号": (series.fonds, profile.fonds),
        "年度": (series.year, payload["year"]),
        "保管期限": (series.retention, payload["retention"]),
        "类目": (series.topic, f"A{payload['category']}"),
    }
    wrong = [name for name, (found, expected) in facts.items() if found != expected]
    if wrong:
        audit.report("E065", payload["code"], code=payload["code"], what="、".join(wrong))
    return not wrong


def _audit_box(
    said: Said, code: ReferenceCode, profile: CabinetProfile, audit: RecordAudit
) -> None:
    number = (code.number - 1) // profile.records_per_box + 1
    wanted = (str(code.series.year), code.series.topic[1:], code.series.retention, number)
    for part in said.payload["parts"]:
        box = box_in(part["path"])
        if is_bad_path(part["path"]):
            continue
        found = (box["year"], box["category"], box["term"], int(box["number"])) if box else None
        if found != wanted:
            audit.report("E086", part["path"], code=said.payload["code"])


def _audit_run(series: Series, numbers: list[int], audit: RecordAudit) -> None:
    """A run starts with 1 and has no hole; its name is its first code without the number."""
    name = series.code(1).render("DA/T 22-2015").rpartition("-")[0]
    first, last = min(numbers), max(numbers)
    if first != 1:
        audit.report("E064", name, series=name, first=first)
    missing = sorted(set(range(first, last + 1)) - set(numbers))
    if missing:
        shown = "、".join(f"{number:04d}" for number in missing[:20])
        audit.report("E063", name, series=name, missing=shown)


def _audit_corrections(records: Iterable[Said], pages: PageAudit, audit: RecordAudit) -> None:
    """A correction names an earlier record, and no other correction names the same."""
    codes: set[str] = set()
    corrected: set[str] = set()
    for said in records:
        code, old = said.payload["code"], said.payload["supersedes"]
        if old and old not in codes and not pages.broken:
            audit.report("E067", code, code=code, old=old, what="不在专本里")
        elif old in corrected:
            audit.report("E067", code, code=code, old=old, what="已由另一件更正")
        codes.add(code)
        if old:
            corrected.add(old)
