"""One print pack of 1,000 filed letters, two copies each: seconds of the whole command.

    python bench/packs.py

The letters are filed beforehand by a batch. Each round is one command in a process of its own,
start included, from the cabinet to the Word file; the best of the rounds counts, wall and CPU. As
in an installation the modules are compiled: the first round does that.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from term_start import FORM, batch, new_cabinet

LETTERS, ROUNDS = 1_000, 5
NO_BYTECODE = "PYTHONDONTWRITEBYTECODE"
SECONDS = 1.5
"""What one pack of that many letters may take (issue 4)."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--strict", action="store_true", help="exit non-zero above the bar")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        cabinet = new_cabinet(folder / "cabinet")
        batch(cabinet, folder, 0, LETTERS)
        rounds = [one_pack(cabinet, folder / f"packs-{number}") for number in range(ROUNDS)]
    wall, cpu = (min(times) for times in zip(*rounds, strict=True))
    print(f"{LETTERS:,} letters, 2 copies each, one pack: {wall:.2f} s, CPU {cpu:.2f} s")
    is_missed = max(wall, cpu) > SECONDS
    print(f"{'':37} (bar {SECONDS} s{': missed' if is_missed else ''})")
    if is_missed and options.strict:
        sys.exit(1)


def one_pack(cabinet: Path, folder: Path) -> tuple[float, float]:
    """Seconds of wall clock and of CPU."""
    compiled = f"pycache_prefix={cabinet.with_name('compiled')}"
    command = [sys.executable, "-X", compiled, "-m", "safety_docs.cli", "--archive", str(cabinet)]
    spent, started = _cpu(), time.perf_counter()
    done = subprocess.run(
        [*command, "--json", "print", FORM, "--together", "-o", str(folder)],
        env={name: text for name, text in os.environ.items() if name != NO_BYTECODE},
        check=True,
        capture_output=True,
        encoding="utf-8",
    )
    wall, cpu = time.perf_counter() - started, _cpu() - spent
    (pack,) = json.loads(done.stdout)["packs"]
    if (pack["letters"], pack["copies"]) != (LETTERS, 2 * LETTERS):
        sys.exit(f"not the pack that was wanted: {done.stdout}")
    print(f"  {wall:.2f} s, CPU {cpu:.2f} s, {Path(pack['path']).stat().st_size / 1e6:.1f} MB")
    return wall, cpu


def _cpu() -> float:
    """CPU seconds of the processes that have ended."""
    times = os.times()
    return times.children_user + times.children_system


if __name__ == "__main__":
    main()
