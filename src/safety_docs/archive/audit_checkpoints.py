"""Checkpoints and settings: compared with what the notebook says of them (rules 1, 2, 17)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from safety_docs.archive.checkpoint import FOLDER, CheckpointError, read_checkpoint
from safety_docs.archive.findings import finding
from safety_docs.core.digest import Digest

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from safety_docs.archive.audit_layout import Layout
    from safety_docs.archive.audit_pages import PageAudit
    from safety_docs.archive.audit_spine import SpineAudit
    from safety_docs.archive.checkpoint import Checkpoint
    from safety_docs.archive.findings import Finding

_FORMAT = re.compile(rb'^format = "([^"\n]*)"$', re.MULTILINE)
_SETTINGS = ("cabinet.toml", "classification.toml")


def audit_settings(root: Path, spine: SpineAudit, pages: PageAudit) -> list[Finding]:
    """Compare the two settings files with line 0 and page 0."""
    digests = pages.said[0].payload["files"] if pages.of_kind("open") else {}
    findings = []
    for name in _SETTINGS:
        path = root / name
        if not path.is_file():
            findings.append(finding("E001", name, what="文件不见了"))
            continue
        data = path.read_bytes()
        match = _FORMAT.search(data) if name == _SETTINGS[0] else None
        expected = spine.opening.format if spine.opening else ""
        if match and expected and match[1].decode("utf-8", "replace") != expected:
            found = match[1].decode("utf-8", "replace")
            findings.append(finding("E002", name, found=found, expected=expected))
        elif digests and str(Digest.of(data)) != digests.get(name):
            findings.append(finding("E001", name, what="内容被改过"))
    return findings


def audit_checkpoints(
    root: Path, layout: Layout, pages: PageAudit, spine: SpineAudit, outside: Iterable[Checkpoint]
) -> tuple[list[Finding], set[str]]:
    """Compare checkpoints in the cabinet and from outside with the notebook.

    Returns:
        The findings, and the paths of checkpoint files that may be there.
    """
    findings: list[Finding] = []
    listed = {said.payload["path"]: said.payload["digest"] for said in pages.of_kind("checkpoint")}
    known: set[str] = set(listed) & layout.sizes.keys()
    findings += [
        finding("E040", path, code="校验点") for path in listed if path not in layout.sizes
    ]
    sound: list[tuple[str, Checkpoint]] = [("", one) for one in outside]
    for path in sorted(path for path in layout.sizes if path.startswith(FOLDER + "/")):
        data = (root / path).read_bytes()
        if path in listed and str(Digest.of(data)) != listed[path]:
            findings.append(finding("E041", path, code="校验点"))
            continue
        try:
            sound.append((path, read_checkpoint(data, path)))
        except CheckpointError:
            continue
        known.add(path)
    if spine.is_chained:
        findings += _compare(sound, spine)
    return findings, known


def _compare(checkpoints: list[tuple[str, Checkpoint]], spine: SpineAudit) -> Iterable[Finding]:
    roots = spine.roots([checkpoint.size for _, checkpoint in checkpoints])
    cabinet = spine.opening.cabinet_id if spine.opening else ""
    for path, checkpoint in checkpoints:
        size, count = checkpoint.size, len(spine.lines)
        head = spine.hashes.get(size - 1)
        if size > count:
            yield finding("E031", path, size=size, found=count)
        elif (checkpoint.root, checkpoint.head, checkpoint.cabinet) != (roots[size], head, cabinet):
            yield finding("E030", path, size=size)
