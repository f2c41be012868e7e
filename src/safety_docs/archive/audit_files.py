"""Files: every listed file is there with its bytes, and nothing else is (rules 3, 8, 19, 21)."""

from __future__ import annotations

import io
import re
import zipfile
from typing import TYPE_CHECKING

from safety_docs.archive.boxes import box_in
from safety_docs.archive.findings import finding
from safety_docs.core.digest import Digest
from safety_docs.core.file_kind import is_kind
from safety_docs.core.names import is_litter

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
    from pathlib import Path

    from safety_docs.archive.audit_layout import Layout
    from safety_docs.archive.audit_records import ListedFile
    from safety_docs.archive.findings import Finding

_KNOWN_KINDS = frozenset([".docx", ".xlsx", ".pdf", ".txt", ".jpg", ".jpeg", ".png"])
_OFFICE = frozenset([".docx", ".xlsx"])
_IDENTITY = re.compile(rb'\bxmlns(?::\w+)?="urn:safety-docs:page:1"')
_ATTRIBUTE = re.compile(rb'\b(page|code)="([^"]*)"')
_MAX_IDENTITY_BYTES = 10_000_000
_NUMBERED = re.compile(r"boxes/.*/[0-9]{4,}-[^/]*")
_BOX_DEPTH = 4


def audit_files(
    root: Path,
    layout: Layout,
    files: Sequence[ListedFile],
    progress: Callable[[int, int], None],
) -> list[Finding]:
    """Compare every listed file with what lies on the disk."""
    findings: list[Finding] = []
    lost = _lost_boxes(layout, files)
    findings += [finding("E013", box, count=count) for box, count in lost.items()]
    owners = {file.digest: file.path for file in files}
    for place, file in enumerate(files, start=1):
        box = box_in(file.path)
        if not (box and box.group() in lost) and not _is_reported(file.path, layout):
            findings += _audit_file(root, layout, file, owners)
        progress(place, len(files))
    return findings


def audit_extras(
    layout: Layout, known: Collection[str], boxes: Collection[str], *, is_complete: bool
) -> list[Finding]:
    """Report files and boxes that nothing names.

    Args:
        layout: What lies there.
        known: Paths that may be there.
        boxes: Boxes that records lie in.
        is_complete: Whether all pages are sound; if not, a numbered file or a whole box may belong
            to a record that cannot be read, and nothing is said about it.
    """
    findings: list[Finding] = []
    unknown: set[str] = set()
    for path in layout.sizes:
        if is_litter(path.rpartition("/")[2]) and path not in known:
            findings.append(finding("W024", path))
            continue
        if path in known or path in layout.clashing or path in layout.pending:
            continue
        box = "/".join(path.split("/")[:_BOX_DEPTH])
        is_in_box = path.startswith("boxes/") and path.count("/") >= _BOX_DEPTH
        if is_in_box and box not in boxes:
            unknown.add(box)
        elif is_complete or not _NUMBERED.fullmatch(path):
            findings.append(finding("E043", path))
    if is_complete:
        findings += [finding("E014", box) for box in sorted(unknown)]
    return findings


def _lost_boxes(layout: Layout, files: Iterable[ListedFile]) -> dict[str, int]:
    """Boxes without a folder, with the number of files that should be there."""
    lost: dict[str, int] = {}
    for file in files:
        box = box_in(file.path)
        if box and box.group() not in layout.folders and not _is_reported(box.group(), layout):
            lost[box.group()] = lost.get(box.group(), 0) + 1
    return lost


def _is_reported(path: str, layout: Layout) -> bool:
    """Whether the file or a folder above it already has a finding."""
    if not layout.odd:
        return False
    names = path.split("/")
    return any("/".join(names[:depth]) in layout.odd for depth in range(1, len(names) + 1))


def _audit_file(
    root: Path, layout: Layout, file: ListedFile, owners: Mapping[Digest, str]
) -> list[Finding]:
    size = layout.sizes.get(file.path)
    if size is None:
        return [finding("E040", file.path, code=file.code)]
    try:
        data = (root / file.path).read_bytes()
    except OSError as error:
        return [finding("U001", file.path, reason=error.strerror)]
    digest = Digest.of(data)
    if digest != file.digest:
        return [_difference(file, size, owners.get(digest))]
    suffix = file.path[file.path.rfind(".") :].lower()
    if suffix in _KNOWN_KINDS and not is_kind(data, suffix):
        return [finding("E048", file.path, suffix=suffix, code=file.code)]
    if suffix in _OFFICE and file.page_id and not _says_so_itself(data, file):
        return [finding("E047", file.path, code=file.code)]
    return []


def _says_so_itself(data: bytes, file: ListedFile) -> bool:
    """Whether the page id inside an office file is that of its record; true if it has none.

    The part is found by its namespace (docs/format.md, rule 22) and read without an XML parser.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        for entry in package.infolist():
            if not entry.filename.startswith("customXml/") or entry.file_size > _MAX_IDENTITY_BYTES:
                continue
            text = package.read(entry)
            if _IDENTITY.search(text):
                found = dict(_ATTRIBUTE.findall(text))
                return (found.get(b"page"), found.get(b"code")) == (
                    file.page_id.encode(),
                    file.code.encode(),
                )
    return True


def _difference(file: ListedFile, size: int, other: str | None) -> Finding:
    """The most specific code for a file that has other bytes; `other` owns these, if any does."""
    if other is not None:
        return finding("E046", file.path, other=other, code=file.code)
    if size != file.size_bytes:
        facts = {"expected": file.size_bytes, "found": size}
        return finding("E042", file.path, **facts, code=file.code)
    return finding("E041", file.path, code=file.code)
