"""What can be wrong with a scan."""

from __future__ import annotations

from typing import TYPE_CHECKING

from safety_docs.core.errors import SafetyDocsError

if TYPE_CHECKING:
    from pathlib import Path


class ScanError(SafetyDocsError):
    """A file that cannot be read as scanned pages.

    Attributes:
        path: The file.
    """

    code = "A190"

    def __init__(self, path: Path, problem: str) -> None:
        super().__init__(f"“{path.name}”{problem}。")
        self.path = path


class NoScanLibraryError(SafetyDocsError):
    """The libraries that read scans are not installed."""

    code = "A191"

    def __init__(self, name: str) -> None:
        super().__init__(
            f"这台电脑没有装识别扫描件要用的程序库（{name}）。"
            "请在能上网时运行：pip install safety-docs[scan]，装好后再运行一次。"
        )
