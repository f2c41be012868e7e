"""Pages: each opens its commitment, is there once, and says what its kind says (rules 11, 14, 15).

Pages are matched to spine lines by their hash, so that a page whose number was altered is still
recognised as the missing one.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from safety_docs.archive.findings import finding
from safety_docs.archive.pages import SALT_BYTES, page_seq, read_page
from safety_docs.archive.record_page import FIELDS, OPTIONAL_FIELDS, PART_FIELDS
from safety_docs.archive.sign_page import FIELDS as SIGN_FIELDS
from safety_docs.archive.sign_page import is_sound

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from safety_docs.archive.audit_layout import Layout
    from safety_docs.archive.audit_spine import SpineAudit
    from safety_docs.archive.findings import Finding
    from safety_docs.archive.pages import PageLine
    from safety_docs.archive.spine import SpineLine

PAGES = "notebook/pages/"
_SEGMENT = re.compile(r"[0-9]{4}-[0-9]{2}\.jsonl")
_PATH = re.compile(rb'"path":"((?:boxes|notebook)/[^"\\]+)"')
_SCHEMAS: Mapping[str, Mapping[str, type]] = {
    "open": {"custodian": str, "files": dict, "secret": str},
    "file": FIELDS,
    "sign": SIGN_FIELDS,
    "checkpoint": {"digest": str, "head": str, "path": str, "root": str, "size": int},
    "recover": {"done": list},
}


class Said(NamedTuple):
    """A sound page: its entry and its payload, without the form's values."""

    line: SpineLine
    payload: dict[str, Any]


class _Loose(NamedTuple):
    """A page line that opens no commitment.

    Attributes:
        segment: Its segment.
        place: 0-based line within it.
        raw: Its bytes.
        is_torn: Whether it lacks its newline.
    """

    segment: str
    place: int
    raw: bytes
    is_torn: bool


@dataclass(slots=True)
class PageAudit:
    """What the pages say and what is wrong with them.

    Attributes:
        said: Sound pages in the order of the spine.
        segments: Paths of all segments.
        shadows: Paths named by pages that are not sound; nothing is said about those files.
        broken: How many entries have no sound page or no sound line.
        findings: What was found.
    """

    said: list[Said] = field(default_factory=list)
    segments: set[str] = field(default_factory=set)
    shadows: set[str] = field(default_factory=set)
    broken: int = 0
    findings: list[Finding] = field(default_factory=list)
    _salts: set[str] = field(default_factory=set)

    def of_kind(self, kind: str) -> list[Said]:
        """Sound pages of one kind."""
        return [said for said in self.said if said.line.kind == kind]

    def report(self, code: str, segment: str, **facts: object) -> None:
        """Add a finding about a segment."""
        self.findings.append(finding(code, PAGES + segment, **facts))


def audit_pages(root: Path, layout: Layout, spine: SpineAudit) -> PageAudit:
    """Read all segments and match them with the spine."""
    audit = PageAudit()
    expected: dict[str, dict[str, SpineLine]] = defaultdict(dict)
    for line in spine.lines:
        expected[line.segment][line.commitment] = line
    names = {path.removeprefix(PAGES) for path in layout.sizes if path.startswith(PAGES)}
    segments = sorted(name for name in names if _SEGMENT.fullmatch(name))
    audit.segments = {PAGES + name for name in segments}
    loose: list[_Loose] = []
    for segment in segments:
        loose += _read_segment(root, segment, expected[segment], audit)
    audit.said.sort(key=lambda said: said.line.seq)
    missing = [line for lines in expected.values() for line in lines.values()]
    _pair(missing, loose, spine, audit)
    return audit


def _read_segment(
    root: Path, segment: str, expected: dict[str, SpineLine], audit: PageAudit
) -> Iterable[_Loose]:
    """Take the pages of one segment out of `expected`; returns those that were not expected."""
    try:
        data = (root / PAGES / segment).read_bytes()
    except OSError as error:
        audit.report("U001", segment, reason=error.strerror)
        expected.clear()
        return []
    raws = data.split(b"\n")
    loose = []
    last = 0
    for place, raw in enumerate(raws):
        is_last = place == len(raws) - 1
        if is_last and not raw:
            break
        line = None if is_last else expected.pop(hashlib.sha256(raw).hexdigest(), None)
        if line is None:
            loose.append(_Loose(segment, place, raw, is_last))
            continue
        if line.seq < last:
            audit.report("E021", segment, line=place + 1, what="页的次序不对")
        last = line.seq
        _take(line, raw, place, audit)
    return loose


def _take(line: SpineLine, raw: bytes, place: int, audit: PageAudit) -> None:
    """A page that opens its commitment: look at its number, salt and fields."""
    page = read_page(raw)
    payload = _payload(page, line)
    if page is None or payload is None:
        audit.report("E021", line.segment, line=place + 1, what="页的内容不合格式")
        audit.broken += 1
        return
    if len(page.salt) != 2 * SALT_BYTES or page.salt in audit._salts:  # noqa: SLF001 # same module
        audit.report("E032", line.segment, seq=line.seq)
    audit._salts.add(page.salt)  # noqa: SLF001
    payload.pop("values", None)
    audit.said.append(Said(line, payload))


def _payload(page: PageLine | None, line: SpineLine) -> dict[str, Any] | None:
    """The payload if it has exactly the fields of its kind, optional ones where it has them."""
    if page is None or page.seq != line.seq:
        return None
    try:
        payload = page.payload
    except (ValueError, KeyError):
        return None
    optional = OPTIONAL_FIELDS if line.kind == "file" else {}
    extra = {name: kind for name, kind in optional.items() if name in payload}
    if not _fits(payload, {**_SCHEMAS[line.kind], **extra}):
        return None
    if not all(_fits(part, PART_FIELDS) for part in payload.get("parts", ())):
        return None
    if line.kind == "sign" and not is_sound(payload):
        return None
    return payload


def _fits(value: object, schema: Mapping[str, type]) -> bool:
    return (
        isinstance(value, dict)
        and value.keys() == schema.keys()
        and all(type(value[key]) is kind for key, kind in schema.items())
    )


def _pair(
    missing: list[SpineLine], loose: list[_Loose], spine: SpineAudit, audit: PageAudit
) -> None:
    """Say which loose page is the altered page of which entry; the rest is missing or too many."""
    audit.broken += len(missing) + (not spine.is_chained)
    audit.shadows |= {
        match.decode("utf-8", "replace") for page in loose for match in _PATH.findall(page.raw)
    }
    missing = [line for line in missing if line.seq not in spine.doubtful]
    loose = [page for page in loose if page_seq(page.raw) not in spine.doubtful]
    by_seq = {page_seq(page.raw): page for page in reversed(loose)}
    for line in missing:
        altered = by_seq.pop(line.seq, None) or next(
            (page for page in loose if page.segment == line.segment and _is_free(page, missing)),
            None,
        )
        if altered is None:
            audit.report("E027", line.segment, seq=line.seq)
        else:
            audit.report("E026", line.segment, seq=line.seq)
            loose.remove(altered)
    _report_orphans(loose, spine, audit)


def _is_free(page: _Loose, missing: list[SpineLine]) -> bool:
    """Whether a loose page does not already claim another missing entry."""
    return page_seq(page.raw) not in {line.seq for line in missing}


def _report_orphans(loose: list[_Loose], spine: SpineAudit, audit: PageAudit) -> None:
    """Pages that continue the notebook were never acknowledged; any other is one too many."""
    if not spine.is_chained:
        return
    following = spine.lines[-1].seq + 1 if spine.lines else 0
    unfinished: set[str] = set()
    for page in loose:
        if page_seq(page.raw) == following or page.is_torn:
            following += 1
            unfinished.add(page.segment)
        else:
            audit.report("E029", page.segment, line=page.place + 1)
    for segment in sorted(unfinished):
        audit.report("W001", segment)
