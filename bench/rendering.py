"""Rendering in memory: the compiled path and docxtpl, same template, same run, same machine.

    python bench/rendering.py [--rounds 5]

Each round renders docxtpl a few times and the compiled path many times, one after the other; the
best round of each counts. "with identity" also writes the form's values into the document, "and
page codes" marks every page with a QR code of its own; docxtpl does neither.
"""

from __future__ import annotations

import argparse
import io
import itertools
import sys
import time
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docxtpl import DocxTemplate
from lxml import etree

from safety_docs.core.page_code import page_identity
from safety_docs.documents import Identity, PageMarks, compile_template
from safety_docs.forms import load_form

if TYPE_CHECKING:
    from collections.abc import Callable

HOME = Path(__file__).parent.parent
FORMS = HOME / "templates" / "forms"
LETTER = "responsibility-letters/homeroom-teacher"
GATE = 30
"""The ratio that the letter must reach (issue 2, bars)."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--form", default=LETTER)
    options = parser.parse_args()
    form = load_form(FORMS / options.form)
    values = form.sample()
    path = form.template_path
    started = time.perf_counter()
    template = compile_template(path, names=form.names, page_codes=form.page_codes)
    compiling = time.perf_counter() - started
    identity = Identity(form.id, str(template.digest), "page", "code", form.to_json(values))
    if canonical(template.render(values)) != canonical(by_docxtpl(path, values)):
        sys.exit("document.xml differs from docxtpl's")

    def fast() -> bytes:
        return template.render(values)

    def marked() -> bytes:
        return template.render(values, identity=identity)

    pages = itertools.count()

    def coded() -> bytes:
        page = page_identity(f"{next(pages) << 64:032x}")
        marks = PageMarks(form.code, page, 1, b"key", "学校留存") if form.page_codes else None
        return template.render_parts(values, identity=identity, marks=marks).data

    def slow() -> bytes:
        return by_docxtpl(path, values)

    codes = "with identity and page codes"
    times = {"docxtpl": 1e9, "compiled": 1e9, "compiled, with identity": 1e9, codes: 1e9}
    for _ in range(options.rounds):
        for name, work, count in (
            ("docxtpl", slow, 5),
            ("compiled", fast, 200),
            ("compiled, with identity", marked, 200),
            (codes, coded, 200),
        ):
            times[name] = min(times[name], seconds(work, count))
    print(f"{options.form}: {len(fast())} bytes, document.xml equal after C14N")
    print(f"{'compile':29}{compiling * 1000:9.2f} ms, once per template")
    for name, spent in times.items():
        ratio = times["docxtpl"] / spent
        print(f"{name:29}{spent * 1000:9.3f} ms{1 / spent:10.0f} documents/s{ratio:8.1f} x")
    if times["docxtpl"] / times["compiled"] < GATE:
        sys.exit(f"below {GATE} times docxtpl")


def by_docxtpl(path: Path, values: dict[str, Any]) -> bytes:
    template = DocxTemplate(str(path))
    template.render(values, autoescape=True)
    buffer = io.BytesIO()
    template.save(buffer)
    return buffer.getvalue()


def canonical(data: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        root = etree.fromstring(archive.read("word/document.xml"))
    return etree.tostring(root, method="c14n")


def seconds(work: Callable[[], bytes], count: int) -> float:
    started = time.perf_counter()
    for _ in range(count):
        work()
    return (time.perf_counter() - started) / count


if __name__ == "__main__":
    main()
