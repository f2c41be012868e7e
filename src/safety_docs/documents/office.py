"""LibreOffice turns a print pack into a PDF; always optional, never trusted without a look.

One process at a time with a profile of its own, so that a window that is open elsewhere does not
matter, and with a hard time limit: it is known to hang. LibreOffice leaves out the blank pages that
let each letter begin on the front of a sheet unless ``IsSkipEmptyPages`` is off.

LibreOffice shows the first page's header on the second page of a section of type ``oddPage``, which
would repeat the page code of page 1 (seen in 7.4). With the type ``nextPage`` and numbers that
start at 1 it puts the section on an odd page all the same and the headers are right; so it gets the
pack with that type. Word needs ``oddPage``.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Self

from safety_docs.documents.errors import OfficeError
from safety_docs.documents.pack_parts import LEVEL, as_it_lies
from safety_docs.documents.pack_plan import MAIN
from safety_docs.documents.zipreader import read_entries
from safety_docs.documents.zipwriter import join, pack

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_PROGRAMS = ("soffice", "libreoffice")
_PLACES = (
    r"C:\Program Files\LibreOffice\program\soffice.com",
    r"C:\Program Files (x86)\LibreOffice\program\soffice.com",
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
)
START_SECONDS, COPY_SECONDS = 90.0, 2.0
"""Time limit of one conversion: at most this long, and this long for each copy in it."""
_OPTIONS = {
    "IsSkipEmptyPages": {"type": "boolean", "value": "false"},
    "ExportBookmarksToPDFDestination": {"type": "boolean", "value": "true"},
}
_FILTER = "pdf:writer_pdf_Export:" + json.dumps(_OPTIONS, separators=(",", ":"))
_ODD_PAGE = re.compile(
    rb'<w:type w:val="oddPage"/>((?:(?!</w:sectPr>).)*?<w:pgNumType [^<>]*?w:start="1")', re.DOTALL
)
_PDF = b"%PDF-"


def find_office() -> Path | None:
    """LibreOffice on this machine; None if there is none."""
    found = next(filter(None, map(shutil.which, _PROGRAMS)), None)
    if found:
        return Path(found)
    return next((place for place in map(Path, _PLACES) if place.is_file()), None)


class Office:
    """LibreOffice with a profile of its own; a context manager."""

    def __init__(self, program: Path) -> None:
        """Use `program`, as from `find_office`."""
        self._program = program
        self._stack = contextlib.ExitStack()

    def __enter__(self) -> Self:
        folder = tempfile.TemporaryDirectory(prefix="safety-docs-", ignore_cleanup_errors=True)
        self._folder = Path(self._stack.enter_context(folder))
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._stack.close()

    def to_pdf(self, docx: bytes, copies: int) -> bytes:
        """Convert a pack.

        Args:
            docx: From `pack.Pack.finish`.
            copies: How many copies it holds, for the time limit.

        Raises:
            OfficeError: If LibreOffice fails or takes too long.
        """
        source, target = self._folder / "pack.docx", self._folder / "pack.pdf"
        target.unlink(missing_ok=True)
        source.write_bytes(for_office(docx))
        profile = f"-env:UserInstallation={(self._folder / 'profile').as_uri()}"
        options = ("--headless", "--norestore", "--nolockcheck", "--convert-to", _FILTER)
        command = [
            str(self._program),
            profile,
            *options,
            "--outdir",
            str(self._folder),
            str(source),
        ]
        _run(command, START_SECONDS + COPY_SECONDS * copies)
        pdf = target.read_bytes() if target.is_file() else b""
        if not pdf.startswith(_PDF):
            raise OfficeError
        return pdf


def for_office(docx: bytes) -> bytes:
    """The pack with the section type that LibreOffice gets right; see the module."""
    entries = read_entries(docx, "pack.docx", bounded=False)
    main = _ODD_PAGE.sub(rb'<w:type w:val="nextPage"/>\1', entries[MAIN].content(MAIN))
    return join(
        pack(name, main, LEVEL) if name == MAIN else as_it_lies(name, raw)
        for name, raw in entries.items()
    )


def _run(command: list[str], seconds: float) -> None:
    """Run a program; it and all that it started are ended when the time is over.

    Raises:
        OfficeError: If it cannot be started or takes too long.
    """
    try:
        process = subprocess.Popen(  # noqa: S603 # our own arguments, no shell
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError as error:
        raise OfficeError from error
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired as error:
        raise OfficeError(seconds) from error
    finally:
        _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a process that is still running, with its children."""
    if process.poll() is not None:
        return
    if hasattr(os, "killpg"):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    process.kill()
    process.wait()


def missing_fonts(names: Iterable[str]) -> tuple[str, ...]:
    """Those of `names` that are not installed; none if that cannot be found out (Windows)."""
    program = shutil.which("fc-list")
    if program is None:
        return ()
    try:
        done = subprocess.run(  # noqa: S603 # fixed arguments, no shell
            [program, ":", "family"], capture_output=True, timeout=START_SECONDS, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return ()
    installed = set(_families(done.stdout.decode("utf-8", "replace")))
    return tuple(sorted(name for name in set(names) if name.casefold() not in installed))


def _families(listing: str) -> Iterator[str]:
    for line in listing.splitlines():
        yield from (name.strip().replace("\\", "").casefold() for name in line.split(","))
