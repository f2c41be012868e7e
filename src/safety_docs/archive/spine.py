"""The spine: one line per entry of the notebook, chained by hashes, without personal data.

A line is JSON with sorted keys, no spaces, ASCII only, ended by one newline. What is hashed is the
line as stored, without its newline; nothing is parsed and written again. The number of a line,
counted from 0, is the order of entries; its time is information only.
"""

from __future__ import annotations

import hashlib
import re
from typing import NamedTuple

from safety_docs.core.errors import SafetyDocsError

FORMAT = "safety-docs/1"
ALGORITHM = "sha256"
NO_HASH = "0" * 64
"""What line 0 gives as the hash of the line before it."""

KINDS = ("open", "file", "sign", "checkpoint", "recover")
"""Kinds that format 1 writes and accepts."""

_TIME = rb"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}[+-][0-9]{2}:[0-9]{2}"
_TAIL = (
    rb'"k":"(?P<k>[a-z]+)","n":(?P<n>0|[1-9][0-9]{0,11}),"p":"(?P<p>[0-9a-f]{64})",'
    rb'"t":"(?P<t>' + _TIME + rb')","w":"(?P<w>a[0-9]{2,4})"\}'
)
_LINE = re.compile(rb'\{"c":"(?P<c>[0-9a-f]{64})",' + _TAIL)
_OPENING = re.compile(
    rb'\{"a":"(?P<a>[a-z0-9]+)","c":"(?P<c>[0-9a-f]{64})","f":"(?P<f>safety-docs/[0-9]{1,4})",'
    rb'"i":"(?P<i>[0-9a-f]{32})",' + _TAIL
)


class NewerFormatError(SafetyDocsError):
    """The cabinet was written by a newer format version than this program knows."""

    code = "A209"
    exit_status = 12

    def __init__(self, found: str) -> None:
        super().__init__(f"这个专柜的格式是 {found}，本程序只认识 {FORMAT}，请先升级程序再打开它。")


class SpineLine(NamedTuple):
    """One line of the spine.

    Attributes:
        seq: Its number, from 0.
        kind: One of `KINDS`.
        time: ISO 8601 to the second, with offset.
        actor: Account number, such as ``a01``; never a name.
        commitment: SHA-256 of the page line, hex.
        previous: SHA-256 of the line before, hex.
        raw: The line as stored, without its newline.
    """

    seq: int
    kind: str
    time: str
    actor: str
    commitment: str
    previous: str
    raw: bytes

    @property
    def digest(self) -> str:
        """SHA-256 of the line, hex."""
        return hashlib.sha256(self.raw).hexdigest()

    @property
    def segment(self) -> str:
        """Name of the page segment that holds its page: year and month of its time."""
        return f"{self.time[:7]}.jsonl"


class Opening(NamedTuple):
    """What only line 0 carries."""

    algorithm: str
    format: str
    cabinet_id: str


def make_line(kind: str, seq: int, time: str, commitment: str, previous: str) -> SpineLine:
    """A line, in the one way to write it. The actor is the custodian's account ``a01``."""
    raw = (
        f'{{"c":"{commitment}","k":"{kind}","n":{seq},"p":"{previous}","t":"{time}","w":"a01"}}'
    ).encode("ascii")
    return SpineLine(seq, kind, time, "a01", commitment, previous, raw)


def make_opening(cabinet_id: str, time: str, commitment: str) -> SpineLine:
    """Line 0."""
    raw = (
        f'{{"a":"{ALGORITHM}","c":"{commitment}","f":"{FORMAT}","i":"{cabinet_id}","k":"open",'
        f'"n":0,"p":"{NO_HASH}","t":"{time}","w":"a01"}}'
    ).encode("ascii")
    return SpineLine(0, "open", time, "a01", commitment, NO_HASH, raw)


def read_line(raw: bytes) -> SpineLine | None:
    """Read a line without its newline; None if it is not exactly what `make_line` writes."""
    match = _LINE.fullmatch(raw) or _OPENING.fullmatch(raw)
    if match is None:
        return None
    seq, kind = int(match["n"]), match["k"].decode()
    if kind not in KINDS or (kind == "open") != (seq == 0) or (seq == 0) != raw.startswith(b'{"a"'):
        return None
    return SpineLine(
        seq,
        kind,
        match["t"].decode(),
        match["w"].decode(),
        match["c"].decode(),
        match["p"].decode(),
        raw,
    )


def read_opening(raw: bytes) -> Opening | None:
    """What line 0 says of the cabinet; None if it is no opening line of any version."""
    match = _OPENING.fullmatch(raw)
    if match is None:
        return None
    return Opening(match["a"].decode(), match["f"].decode(), match["i"].decode())
