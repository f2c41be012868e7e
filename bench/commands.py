"""Times of whole commands in one run: help, cold search, the demonstration with its 520 letters.

Figures of one run are comparable with one another only. ``python bench/commands.py``
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROUNDS = 7


def call(archive: Path, *arguments: str) -> tuple[float, str]:
    """Wall seconds and output of one command in a new process."""
    started = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "safety_docs.cli", "--archive", str(archive), *arguments],
        check=True,
        capture_output=True,
        encoding="utf-8",
    )
    return time.perf_counter() - started, done.stdout


def median_ms(archive: Path, *arguments: str) -> float:
    return 1000 * statistics.median(call(archive, *arguments)[0] for _ in range(ROUNDS))


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        archive = Path(folder) / "archive"
        seconds, output = call(archive, "--json", "demo")
        steps: list[dict[str, Any]] = json.loads(output)["steps"]
        print(f"demo, whole command                {seconds:8.2f} s   (bar 15 s)")
        for step in steps:
            print(f"  {step['seconds']:6.2f} s  {step['title']}")
        again, _ = call(archive, "--json", "demo")
        print(f"demo, again (files nothing)        {again:8.2f} s")
        for name, limit, arguments in (
            ("--help", 200, ("--help",)),
            ("search, cold process", 400, ("search", "责任书")),
            ("search, one character", 400, ("search", "王")),
            ("verify, 531 records", None, ("verify",)),
            ("rebuild", None, ("rebuild",)),
        ):
            bar = f"   (bar {limit} ms)" if limit else ""
            print(f"{name:34s} {median_ms(archive, *arguments):8.0f} ms{bar}")


if __name__ == "__main__":
    main()
