"""LibreOffice for the pictures of the documentation: documents to PDF, with our stand-in fonts."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

FONTS = Path(__file__).resolve().parent / "fonts.conf"


def to_pdf(documents: Sequence[Path], folder: Path) -> None:
    """Convert all documents into `folder` in one run, which takes longer to start than to work."""
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    subprocess.run(
        ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", folder, *documents],
        check=True,
        capture_output=True,
        env={**os.environ, "FONTCONFIG_FILE": str(FONTS)},
    )
