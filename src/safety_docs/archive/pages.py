"""Pages: what an entry says, each with its own salt, in one segment per month of filing.

A page line is ``{"d":{…},"n":12,"s":"<64 hex>"}``: JSON with sorted keys, no spaces, UTF-8 as it
is. Its commitment, the SHA-256 of the line, stands in the spine. The salt makes the commitment
useless to anyone who only guesses what the page says, so a page can be destroyed for good.
"""

from __future__ import annotations

import hashlib
import json
import re
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

SALT_BYTES = 32
_END = re.compile(rb',"n":(0|[1-9][0-9]{0,11}),"s":"([0-9a-f]*)"\}\Z')


class PageLine(NamedTuple):
    """A page as stored.

    Attributes:
        seq: Number of its entry.
        salt: As hex digits.
        raw: The line without its newline.
    """

    seq: int
    salt: str
    raw: bytes

    @property
    def commitment(self) -> str:
        """SHA-256 of the line, hex."""
        return hashlib.sha256(self.raw).hexdigest()

    @property
    def payload(self) -> dict[str, Any]:
        """What the page says.

        Raises:
            ValueError: If it is not an object.
        """
        data = json.loads(self.raw)["d"]
        if not isinstance(data, dict):
            msg = "the payload is no object"
            raise ValueError(msg)  # noqa: TRY004 # one kind of error for all malformed pages
        return data


def canonical(value: object) -> bytes:
    """JSON with sorted keys, no spaces, UTF-8 as it is.

    Raises:
        ValueError: If the value is not JSON, holds a number that JSON lacks, or a lone surrogate.
        TypeError: If some value is of no JSON type.
    """
    text = json.dumps(
        value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    )
    return text.encode("utf-8")


def make_page(seq: int, payload: Mapping[str, object] | bytes, salt: bytes) -> PageLine:
    """A page line; `payload` may be canonical JSON already."""
    body = payload if isinstance(payload, bytes) else canonical(payload)
    raw = b'{"d":%b,"n":%d,"s":"%b"}' % (body, seq, salt.hex().encode("ascii"))
    return PageLine(seq, salt.hex(), raw)


def read_page(raw: bytes) -> PageLine | None:
    """Read a page line without its newline; None if it does not look like one."""
    match = _END.search(raw)
    if match is None or not raw.startswith(b'{"d":'):
        return None
    return PageLine(int(match[1]), match[2].decode("ascii"), raw)


def page_seq(raw: bytes) -> int | None:
    """Number of the page line, None if it is none."""
    match = _END.search(raw)
    return int(match[1]) if match else None
