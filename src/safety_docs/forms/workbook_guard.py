"""Looks through an .xlsx file as a stream before the spreadsheet library may open it.

The library would hold what the file claims: one cell at XFD1048576 ends the whole process. So every
entry is inflated piece by piece and counted, every XML part is read by expat with no document type,
and the largest row and column are known beforehand. What passes is within the limits below
(reference: reliability.md §5.3 S3; ASVS 5.0 5.2.1, 5.2.3, 1.5.1). Rows and columns count from 1.
"""

from __future__ import annotations

import io
import posixpath
import struct
import zipfile
import zlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar
from xml.parsers import expat

from safety_docs.forms.errors import RosterError
from safety_docs.forms.workbook_scans import (
    MAX_TEXT,
    TOO_BIG,
    ListScan,
    LongestText,
    RefusedWorkbookError,
    SheetScan,
    TextScan,
    UseScan,
    XmlScan,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from safety_docs.forms.workbook_scans import SheetFacts

MAX_FILE_BYTES = 50 * 1024 * 1024
MAX_ENTRIES = 2_000
MAX_INFLATED_BYTES = 200 * 1024 * 1024
MAX_RATIO = 100
RATIO_FROM_BYTES = 1024 * 1024
_PIECE = 64 * 1024
_LOCAL_HEADER = struct.Struct("<4s22xHH")
_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_BROKEN = "损坏了，不能读取；请用 Excel 或 WPS 打开后另存为新的 .xlsx。"
_WORKBOOK, _LINKS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
_STRINGS = "xl/sharedstrings.xml"
_NOT_XLSX = "不是 Excel 工作簿（.xlsx）；请用 Excel 或 WPS 打开后另存为 .xlsx。"


_AnyScan = TypeVar("_AnyScan", bound="XmlScan | None")


@dataclass(slots=True)
class WorkbookFacts:
    """What the scan of a workbook found.

    Attributes:
        sheets: By worksheet name.
        starts_1904: Whether serial numbers of dates count from 1904.
    """

    sheets: dict[str, SheetFacts] = field(default_factory=dict)
    starts_1904: bool = False


def scan_workbook(name: str, data: bytes) -> WorkbookFacts:
    """Look through the workbook `data`, which the user knows as the file `name`.

    Raises:
        RosterError: If it is no .xlsx, is encrypted or damaged, or exceeds a limit.
    """
    try:
        return _scan(data)
    except RefusedWorkbookError as refused:
        raise RosterError(name, str(refused)) from refused
    except (zipfile.BadZipFile, zlib.error, struct.error, expat.ExpatError, ValueError) as error:
        raise RosterError(name, _BROKEN) from error


def inflated_parts(name: str, data: bytes) -> dict[str, bytes]:
    """All parts of the workbook `data`, by their names; only sizes are looked at.

    Raises:
        RosterError: If it is damaged or exceeds a limit of size.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            entries = {entry.filename: entry for entry in package.infolist()}
        reading = _Reading(data, entries)
        return {path: reading.content(path) for path in entries if not path.endswith("/")}
    except RefusedWorkbookError as refused:
        raise RosterError(name, str(refused)) from refused
    except (zipfile.BadZipFile, zlib.error, struct.error) as error:
        raise RosterError(name, _BROKEN) from error


def _scan(data: bytes) -> WorkbookFacts:
    if data.startswith(_COMPOUND):
        raise RefusedWorkbookError(_why_compound(data))
    if not data.startswith(b"PK\x03\x04"):
        raise RefusedWorkbookError(_NOT_XLSX)
    if data.count(b"PK\x01\x02") > MAX_ENTRIES:
        raise RefusedWorkbookError(_BROKEN)
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        entries = {_path_of(entry): entry for entry in package.infolist()}
        _refuse_other_kinds(entries, len(package.infolist()))
    reading = _Reading(data, entries)
    workbook = reading.scan(_WORKBOOK, ListScan("sheet", "workbookPr"))
    links = reading.scan(_LINKS, ListScan("Relationship")) if _LINKS in entries else None
    strings = reading.scan(_STRINGS, LongestText()) if _STRINGS in entries else None
    paths = _sheet_paths(workbook, links)
    sheets = {path: reading.scan(path, SheetScan()) for path in dict.fromkeys(paths.values())}
    for path in entries:
        reading.scan(path, XmlScan() if path.endswith((".xml", ".rels")) else None)
    if strings:
        large = {
            path: sheet
            for path, sheet in sheets.items()
            if sheet.facts.cells * strings.longest > MAX_TEXT
        }
        _refuse_multiplied_text(data, entries, large)
    calendar = [found for name, found in workbook.found if name == "workbookPr"]
    return WorkbookFacts(
        sheets={name: sheets[path].facts for name, path in paths.items()},
        starts_1904=any(found.get("date1904") in {"1", "true"} for found in calendar),
    )


def _sheet_paths(workbook: ListScan, links: ListScan | None) -> dict[str, str]:
    """Part of each worksheet by the worksheet's name."""
    targets = {
        found.get("Id", ""): _resolved(found.get("Target", ""))
        for _, found in (links.found if links else ())
    }
    paths = {}
    for kind, found in workbook.found:
        link = next((value for key, value in found.items() if key.endswith(":id")), "")
        if kind == "sheet" and link in targets:
            paths[found.get("name", "")] = targets[link]
    return paths


def _resolved(target: str) -> str:
    """A link of xl/workbook.xml as a path from the root of the package."""
    path = target.replace("\\", "/").lower()
    if path.startswith(("/", "xl/")):
        return path.lstrip("/")
    return posixpath.normpath(f"xl/{path}")


def _refuse_multiplied_text(
    data: bytes, entries: Mapping[str, zipfile.ZipInfo], sheets: Mapping[str, SheetScan]
) -> None:
    """Refuse a workbook that becomes huge once each cell has its own copy of a shared string."""
    if not sheets:
        return
    lengths = _Reading(data, entries).scan(_STRINGS, TextScan()).lengths
    for path, sheet in sheets.items():
        if lengths and sheet.facts.cells * max(lengths) > MAX_TEXT:
            _Reading(data, entries).scan(path, UseScan(lengths))


def _why_compound(data: bytes) -> str:
    if _ENCRYPTED in data:
        return "加了密码，请在 Excel 或 WPS 里取消密码后再用。"
    return "是旧格式（.xls），请用 Excel 或 WPS 打开，另存为 .xlsx 后再用。"


def _refuse_other_kinds(entries: Mapping[str, zipfile.ZipInfo], count: int) -> None:
    if count > MAX_ENTRIES or len(entries) != count:
        raise RefusedWorkbookError(_BROKEN)
    if "word/document.xml" in entries:
        message = "是 Word 文件，不是名册；名册应是 .xlsx 或 .csv。"
        raise RefusedWorkbookError(message)
    if _WORKBOOK not in entries or entries.keys() & {"content.xml", "xl/workbook.bin"}:
        raise RefusedWorkbookError(_NOT_XLSX)
    if any(entry.flag_bits & 1 for entry in entries.values()):
        message = "加了密码，请取消密码后再用。"
        raise RefusedWorkbookError(message)
    if sum(entry.file_size for entry in entries.values()) > MAX_INFLATED_BYTES:
        raise RefusedWorkbookError(TOO_BIG)


def _path_of(entry: zipfile.ZipInfo) -> str:
    """How the library finds an entry: without regard to case."""
    return entry.filename.replace("\\", "/").lower()


class _Reading:
    """Inflates each entry once, counting all bytes against one limit."""

    def __init__(self, data: bytes, entries: Mapping[str, zipfile.ZipInfo]) -> None:
        self._data = data
        self._entries = entries
        self._seen: set[str] = set()
        self._total = 0

    def scan(self, path: str, scan: _AnyScan) -> _AnyScan:
        """Feed the entry `path` to `scan`; None only counts it. An entry seen before is left out.

        Raises:
            RefusedWorkbookError: If the entry is missing, too large or not allowed.
        """
        if path not in self._entries:
            raise RefusedWorkbookError(_BROKEN)
        if path not in self._seen:
            self._seen.add(path)
            self._feed(self._entries[path], scan)
        return scan

    def content(self, path: str) -> bytes:
        """The whole entry `path`."""
        return b"".join(self._pieces(self._entries[path]))

    def _feed(self, entry: zipfile.ZipInfo, scan: XmlScan | None) -> None:
        for piece in self._pieces(entry):
            if scan:
                scan.feed(piece)
        if scan:
            scan.close()

    def _pieces(self, entry: zipfile.ZipInfo) -> Iterator[bytes]:
        size = 0
        for piece in _inflated(self._data, entry):
            size += len(piece)
            self._total += len(piece)
            is_dense = size > RATIO_FROM_BYTES and size > MAX_RATIO * max(entry.compress_size, 1)
            if is_dense or self._total > MAX_INFLATED_BYTES:
                raise RefusedWorkbookError(TOO_BIG)
            yield piece


def _inflated(data: bytes, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """The entry's content piece by piece, however long it really is."""
    signature, name_length, extra_length = _LOCAL_HEADER.unpack_from(data, entry.header_offset)
    if signature != b"PK\x03\x04" or entry.compress_type not in {0, 8}:
        raise RefusedWorkbookError(_BROKEN)
    start = entry.header_offset + _LOCAL_HEADER.size + name_length + extra_length
    packed = memoryview(data)[start : start + entry.compress_size]
    if entry.compress_type == 0:
        for offset in range(0, len(packed), _PIECE):
            yield bytes(packed[offset : offset + _PIECE])
        return
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    waiting: bytes | memoryview = packed
    while not inflater.eof:
        piece = inflater.decompress(waiting, _PIECE)
        waiting = inflater.unconsumed_tail
        if not piece and not waiting:
            return
        yield piece
