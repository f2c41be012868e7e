"""Scan-back of a stack with known truth: what is assigned, what is wrong, and how fast.

    python bench/scanback.py                the bars: 600 pages
    python bench/scanback.py --pages 60     a smaller stack
    python bench/scanback.py --keep FOLDER  leaves the cabinet and the scans there to look at

The stack is read by one command in a process of its own, with its helpers. Needs LibreOffice.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from safety_docs.app.demo import SCHOOL
from safety_docs.app.found import found
from safety_docs.app.sign_book import SignBook
from safety_docs.app.wiring import wire
from scan_print import PAGES_OF_A_LETTER, Letter
from scan_stack import file_letters, make_stack

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from safety_docs.app.house import House
    from scan_stack import Sheet, Stack

TEMPLATES = Path(__file__).parents[1] / "templates"
YEAR = 2022
ASSIGNED = 0.995
"""Share of the readable pages that must be assigned (issue 4)."""
RATE = 15
"""Pages a second that must be read on two cores."""
_STATE = {"letter": "read", "destroyed": "unreadable", "blank": "blank", "foreign": "foreign"}
"""What a report is to say of each kind of sheet."""


@dataclass
class Score:
    """A report compared with the truth.

    Attributes:
        there: Number of sheets of each kind.
        found: Number of sheets of each kind that the report says are that, and whose if any.
        wrong: Pages and letters that the report says are what they are not.
        missed: Readable pages that were not assigned, and in which state they are.
        whole: Letters of which all pages are there and readable.
        attached: Such letters that were attached.
    """

    there: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)
    whole: int = 0
    attached: int = 0

    @property
    def share(self) -> float:
        """Of the readable pages, those that were assigned."""
        return self.found["letter"] / self.there["letter"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pages", type=int, default=600)
    parser.add_argument("--seed", type=int, default=4)
    parser.add_argument("--keep", type=Path, help="a new folder")
    parser.add_argument("--strict", action="store_true", help="the speed counts, too")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = options.keep or Path(name)
        folder.mkdir(exist_ok=True)
        faults = list(_bar(folder, options.pages, options.seed, is_strict=options.strict))
    if faults:
        sys.exit("\n".join(faults))


def _bar(folder: Path, pages: int, seed: int, *, is_strict: bool) -> Iterator[str]:
    started = time.perf_counter()
    house = new_school(folder / "archive", seed)
    file_letters(house, folder)
    stack = make_stack(house, folder, pages=pages, seed=seed)
    print(f"{len(stack.sheets)} pages made in {time.perf_counter() - started:.0f} s", flush=True)
    report, seconds, work = sign_back(house, stack)
    score = scored(report, stack)
    score.wrong += _wrongly_filed(house, stack)
    _show(score, len(stack.sheets), seconds, work)
    if score.wrong:
        yield f"{len(score.wrong)} wrong, wanted none"
    if score.share < ASSIGNED:
        yield f"{score.share:.2%} of the readable pages assigned, wanted {ASSIGNED:.1%}"
    if is_strict and len(stack.sheets) / seconds < RATE:
        yield f"{len(stack.sheets) / seconds:.1f} pages/s, wanted {RATE}"


class Clock:
    """Always a moment of the term that the letters are of."""

    def now(self) -> dt.datetime:
        return dt.datetime(YEAR, 9, 20, 8, tzinfo=dt.timezone(dt.timedelta(hours=8)))


def new_school(archive: Path, seed: int) -> House:
    """A new cabinet, with the same secret and ids each time."""
    entropy = random.Random(seed).randbytes
    found(wire(archive, (TEMPLATES,), Clock(), entropy), SCHOOL)
    return wire(archive, (TEMPLATES,), Clock(), entropy)


def sign_back(house: House, stack: Stack) -> tuple[Mapping[str, Any], float, float]:
    """What the command says of the stack, its seconds, and its seconds of work on all cores."""
    words = [str(path) for path in stack.files]
    command = [sys.executable, "-m", "safety_docs.cli", "--archive", str(house.archive), "--json"]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.perf_counter()
    done = subprocess.run(
        [*command, "sign-back", "--year", str(YEAR), *words],
        stdout=subprocess.PIPE,
        encoding="utf-8",
        check=False,
    )
    seconds = time.perf_counter() - started
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        sys.exit(f"the command failed: {done.stdout}")
    work = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    report: Mapping[str, Any] = json.loads(done.stdout)
    return report, seconds, work


def scored(report: Mapping[str, Any], stack: Stack) -> Score:
    """Compare what a command said of a stack with what is true of it."""
    score = Score()
    said = {(page["source"], page["page"]): page for page in report["pages"]}
    if len(said) != len(report["pages"]) or said.keys() != {
        (s.source, s.page) for s in stack.sheets
    }:
        score.wrong.append("the report leaves out pages, or tells of others")
        return score
    for sheet in stack.sheets:
        _count(score, sheet, said[sheet.source, sheet.page])
    whole = stack.whole
    complete = {
        Letter(one["code"], one["copy"]) for one in report["letters"] if one["state"] == "complete"
    }
    score.wrong += [f"{letter} is not complete" for letter in complete - whole]
    score.whole, score.attached = len(whole), len(complete & whole)
    return score


def _count(score: Score, sheet: Sheet, said: Mapping[str, Any]) -> None:
    score.there[sheet.kind] += 1
    where = f"{sheet.source} {sheet.page}: {sheet.kind}, {sheet.letter}, {sheet.number}; {said}"
    if said["state"] == "read" and not _is_right(sheet, said):
        score.wrong.append(where)
    elif said["state"] == _STATE[sheet.kind]:
        score.found[sheet.kind] += 1
    elif sheet.kind == "letter":
        score.missed.append(where)


def _is_right(sheet: Sheet, said: Mapping[str, Any]) -> bool:
    """Whether a page is assigned to where it belongs; a last page's number may be unknown."""
    numbers = {sheet.number, None} if sheet.is_last else {sheet.number}
    is_ours = sheet.kind in {"letter", "destroyed"}
    return is_ours and sheet.letter == (said["code"], said["copy"]) and said["number"] in numbers


def _wrongly_filed(house: House, stack: Stack) -> Iterator[str]:
    """Signed copies in the cabinet that are not whole letters of the stack, or not whole."""
    whole = stack.whole
    with SignBook(house) as book:
        for record in house.cabinet.records():
            for copy in book.copies(record.code):
                if Letter(record.code, copy.copy) not in whole or copy.pages != PAGES_OF_A_LETTER:
                    yield f"{copy.path} with {copy.pages} pages is no whole letter"


def _show(score: Score, pages: int, seconds: float, work: float) -> None:
    there, found_ = score.there, score.found
    for line in (*score.wrong, *score.missed):
        print(f"  {line}")
    rows = [
        ("pages", f"{pages}", f"{pages / seconds:.1f} pages/s, {work / pages * 1000:.0f} ms each"),
        ("readable", f"{there['letter']}", f"{found_['letter']} assigned, {score.share:.2%}"),
        ("wrong", f"{len(score.wrong)}", ""),
        ("blank", f"{there['blank']}", f"{found_['blank']} found"),
        ("destroyed", f"{there['destroyed']}", f"{found_['destroyed']} found unreadable"),
        ("foreign", f"{there['foreign']}", f"{found_['foreign']} found"),
        ("whole letters", f"{score.whole}", f"{score.attached} attached"),
    ]
    for what, count, remark in rows:
        print(f"{what:16}{count:>6}   {remark}")


if __name__ == "__main__":
    main()
