"""Rendering in memory, one core: our letter against docxtpl, python-docx and docxtemplater.

    python bench/rendering.py [--rounds 7]

All fill in the homeroom teacher's letter with the same values, in one run: each round renders with
one after the other, and the best round of each counts. docxtpl reads our own template;
docxtemplater and python-docx read its twin (`twin`). Before anything is timed, document.xml must be
equal to docxtpl's after C14N, and the text equal to that of the others. Times are CPU times, so
that other work on the machine does not count. "identity" also writes the form's values into the
document, "codes" marks every page with a QR code of its own; the others do neither.

Needs Node and npm: docxtemplater is installed in the user's cache folder.
"""

from __future__ import annotations

import argparse
import functools
import io
import itertools
import sys
import time
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

from lxml import etree

from rivals import Docxtemplater, by_docxtpl, by_python_docx
from safety_docs.core.page_code import page_identity
from safety_docs.documents import Identity, PageMarks, compile_template
from safety_docs.forms import load_form
from twin import BODY, Twin, W

if TYPE_CHECKING:
    from collections.abc import Callable

FORMS = Path(__file__).parent.parent / "templates" / "forms"
LETTER = FORMS / "responsibility-letters" / "homeroom-teacher"
OURS = "compiled"
MARKED = "compiled, identity"
CODED = "compiled, identity, codes"
GATES = {
    OURS: {"docxtpl": 60, "docxtemplater": 20},
    MARKED: {"docxtpl": 60, "docxtemplater": 20},
    CODED: {"docxtpl": 30, "docxtemplater": 10},
}
"""How many times as fast as the others a letter must be (issue 4, bars)."""
COUNTS = {"docxtpl": 8, "python-docx": 8, "docxtemplater": 100}
"""Letters in a round; 200 of ours."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=7)
    options = parser.parse_args()
    form = load_form(LETTER)
    values = dict(form.sample())
    path = form.template_path
    started = time.process_time()
    template = compile_template(path, names=form.names, page_codes=True)
    compiling = time.process_time() - started
    identity = Identity(form.id, str(template.digest), "page", "code", form.to_json(values))
    pages = itertools.count()

    def coded() -> bytes:
        page = page_identity(f"{next(pages) << 64:032x}")  # each letter has codes of its own
        marks = PageMarks(form.code, page, 1, b"key", "学校留存")
        return template.render_parts(values, identity=identity, marks=marks).data

    twin = Twin(path.read_bytes())
    twin_values = twin.values(values)
    node = Docxtemplater(twin.data, twin_values)
    ways: dict[str, Callable[[], bytes]] = {
        "docxtpl": functools.partial(by_docxtpl, path, values),
        "python-docx": functools.partial(by_python_docx, twin.data, twin_values),
        OURS: functools.partial(template.render, values),
        MARKED: functools.partial(template.render, values, identity=identity),
        CODED: coded,
    }
    letters = {name: work() for name, work in ways.items()}
    letters["docxtemplater"] = node.render(300)[1]
    _compare(letters)
    times = dict.fromkeys(letters, 1e9)
    for _ in range(options.rounds):
        for name, work in ways.items():
            times[name] = min(times[name], _seconds(work, COUNTS.get(name, 200)))
        spent, _ = node.render(COUNTS["docxtemplater"])
        times["docxtemplater"] = min(times["docxtemplater"], spent)
    node.close()
    print(f"{form.id}: document.xml equal to docxtpl's after C14N, text equal to the others'")
    print(f"docxtemplater {node.version}; compile {compiling * 1000:.1f} ms, once per template")
    _print_table(times, letters)
    _judge(times)


def _compare(letters: dict[str, bytes]) -> None:
    """Stop unless all have made the same letter."""
    if _canonical(letters[OURS]) != _canonical(letters["docxtpl"]):
        sys.exit("document.xml differs from docxtpl's")
    for name, letter in letters.items():
        if _text(letter) != _text(letters[OURS]):
            sys.exit(f"the text by {name} differs")


def _body(data: bytes) -> etree._Element:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return etree.fromstring(archive.read(BODY))


def _canonical(data: bytes) -> bytes:
    return etree.tostring(_body(data), method="c14n")


def _text(data: bytes) -> list[str]:
    """The text of every paragraph, in tables too."""
    paragraphs = _body(data).iter(f"{W}p")
    return ["".join(text.text or "" for text in each.iter(f"{W}t")) for each in paragraphs]


def _seconds(work: Callable[[], bytes], count: int) -> float:
    started = time.process_time()
    for _ in range(count):
        work()
    return (time.process_time() - started) / count


def _print_table(times: dict[str, float], letters: dict[str, bytes]) -> None:
    head = f"{'':26}{'ms':>9}{'letters/s':>11}{'bytes':>8}{'x docxtpl':>11}{'x docxtemplater':>17}"
    print(head)
    for name, spent in sorted(times.items(), key=lambda entry: -entry[1]):
        ratios = [times[other] / spent for other in ("docxtpl", "docxtemplater")]
        row = f"{name:26}{spent * 1000:9.3f}{1 / spent:11,.0f}{len(letters[name]):8}"
        print(f"{row}{ratios[0]:11.1f}{ratios[1]:17.1f}")


def _judge(times: dict[str, float]) -> None:
    missed = [
        f"{name} is below {bar} times {other}"
        for name, bars in GATES.items()
        for other, bar in bars.items()
        if times[other] / times[name] < bar
    ]
    if missed:
        sys.exit("; ".join(missed))


if __name__ == "__main__":
    main()
