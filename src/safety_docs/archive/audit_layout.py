"""Layout: walks the cabinet's folder and looks at names alone (docs/format.md, rules 3 to 9)."""

from __future__ import annotations

import os
import stat
import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from safety_docs.archive.boxes import MAX_PATH_UNITS, units
from safety_docs.archive.findings import finding
from safety_docs.archive.quarantine import FOLDER as QUARANTINE
from safety_docs.archive.staging import FOLDER as STAGING
from safety_docs.archive.staging import group_in
from safety_docs.core.names import MAX_COMPONENT_BYTES, is_litter, is_portable

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from safety_docs.archive.findings import Finding

ROOT = frozenset(["cabinet.toml", "classification.toml", "notebook", "boxes", STAGING, QUARANTINE])
_MAY_BE_EMPTY = frozenset(["boxes", "notebook/pages", "notebook/checkpoints", STAGING, QUARANTINE])


@dataclass(slots=True)
class Layout:
    """What lies in the cabinet.

    Attributes:
        sizes: Size in bytes of every regular file outside staging and quarantine, by its path
            relative to the cabinet with ``/`` between components.
        folders: Every folder, likewise.
        odd: Paths for which a finding was given; nothing more is said about them.
        clashing: Paths of which another one is almost the same.
        pending: Final names and folders that an interrupted filing may have made already.
        findings: What was found.
    """

    sizes: dict[str, int] = field(default_factory=dict)
    folders: set[str] = field(default_factory=set)
    odd: set[str] = field(default_factory=set)
    clashing: set[str] = field(default_factory=set)
    pending: set[str] = field(default_factory=set)
    findings: list[Finding] = field(default_factory=list)

    def report(self, code: str, path: str, /, **facts: object) -> None:
        """Add a finding about `path`."""
        self.odd.add(path)
        self.findings.append(finding(code, path, **facts))


def audit_layout(root: Path) -> Layout:
    """Walk the cabinet without following links."""
    layout = Layout()
    _walk(root, "", layout)
    return layout


def is_bad_path(path: str) -> str:
    """Code of the rule that a stored path breaks, empty if none."""
    components = path.split("/")
    if path.startswith("/") or "\\" in path or not {".", "..", ""}.isdisjoint(components):
        return "E004"
    if ":" in components[0]:
        return "E004"
    return next((code for name in components if (code := _bad_name(name))), "") or _too_long(path)


def _walk(folder: Path, prefix: str, layout: Layout) -> None:
    try:
        with os.scandir(folder) as entries:
            children = sorted(entries, key=lambda entry: entry.name)
    except OSError as error:
        layout.report("U001", prefix.rstrip("/"), reason=error.strerror)
        return
    name = prefix.rstrip("/")
    if not children and name and name not in _MAY_BE_EMPTY | layout.pending:
        layout.report("W007", name)
    _find_clashes(prefix, [child.name for child in children], layout)
    for child in children:
        path = prefix + child.name
        mode = child.stat(follow_symlinks=False).st_mode
        if _is_in_place(path, mode, layout):
            _enter(folder / child.name, path, mode, layout)


def _is_in_place(path: str, mode: int, layout: Layout) -> bool:
    """Whether an entry may be looked into."""
    if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
        layout.report("E005", path)
        return False
    if path in layout.odd:
        return False
    if "/" not in path and path not in ROOT and not is_litter(path):
        layout.report("E003", path)
        return False
    code = _bad_name(path.rpartition("/")[2]) or _too_long(path)
    if code and path not in layout.clashing:
        layout.report(code, path)
        return False
    return True


def _enter(place: Path, path: str, mode: int, layout: Layout) -> None:
    if stat.S_ISREG(mode):
        layout.sizes[path] = place.stat().st_size
        return
    layout.folders.add(path)
    if path == STAGING:
        for job in sorted(place.iterdir()):
            layout.report("W002", f"{path}/{job.name}")
            group = group_in(job)
            if group is not None:
                layout.pending |= {*group.folders, *(file.final for file in group.files)}
    elif path != QUARANTINE:
        _walk(place, path + "/", layout)


def _find_clashes(prefix: str, names: Iterable[str], layout: Layout) -> None:
    """Report each name that another one in the same folder would be taken for."""
    by_normal: dict[str, str] = {}
    by_folded: dict[str, str] = {}
    for name in names:
        normal = unicodedata.normalize("NFC", name)
        folded = normal.casefold()
        twin = by_normal.get(normal)
        other = twin or by_folded.get(folded)
        if other is not None:
            layout.clashing |= {prefix + name, prefix + other}
            layout.report("E007" if twin else "E006", prefix + name, other=other)
        by_normal.setdefault(normal, name)
        by_folded.setdefault(folded, name)


def _bad_name(name: str) -> str:
    if len(name.encode("utf-8", "surrogateescape")) > MAX_COMPONENT_BYTES:
        return "E009"
    return "" if name in {STAGING, QUARANTINE} or is_portable(name) else "E008"


def _too_long(path: str) -> str:
    return "E009" if units(path) > MAX_PATH_UNITS else ""
