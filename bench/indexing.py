"""What taking in a letter costs the default engine, and how the cost grows with the index.

    python bench/indexing.py                 10,000 letters
    python bench/indexing.py 1000 50000      as many as each number says, one index after the other

Letters are homeroom teachers' letters, rendered once; name, class, number of pupils and telephone
number differ in each. CPU times are of this process and its threads, per letter: "read" is the text
as workers make it, "apply" what the engine does with it, in groups as a batch makes them.
"""

from __future__ import annotations

import argparse
import datetime as dt
import itertools
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from safety_docs.core.digest import Digest
from safety_docs.core.record import FilePart, IndexedRecord, Position, Record
from safety_docs.documents import compile_template
from safety_docs.forms import load_form
from safety_docs.index import open_engine, read_parts

if TYPE_CHECKING:
    from collections.abc import Iterator

FORMS = Path(__file__).parent.parent / "templates" / "forms"
LETTER = FORMS / "responsibility-letters" / "homeroom-teacher"
SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏"
DIGITS = "零一二三四五六七八九"
GROUP = 100
"""Letters per transaction, as in a batch."""
WINDOW = 1_000
"""Letters of which the first and the last cost are taken."""


class Cost(NamedTuple):
    """CPU milliseconds a letter, over `WINDOW` letters."""

    read: float
    apply: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("letters", nargs="*", type=int, default=[10_000])
    options = parser.parse_args()
    for count in options.letters:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            costs = list(take_in(folder, count))
            size = sum(path.stat().st_size for path in folder.iterdir())
        show(count, costs, size)


def show(count: int, costs: list[Cost], size: int) -> None:
    read = sum(cost.read for cost in costs) / len(costs)
    apply = sum(cost.apply for cost in costs) / len(costs)
    tenth = max(1, len(costs) // 10)
    first = sum(cost.apply for cost in costs[:tenth]) / tenth
    last = sum(cost.apply for cost in costs[-tenth:]) / tenth
    print(
        f"{count:7,} letters  read {read:.3f} ms  apply {apply:.3f} ms"
        f"  first tenth {first:.3f}  last {last:.3f} ({last / first:.2f})"
        f"  most in {WINDOW:,} letters {max(cost.apply for cost in costs):.3f}"
        f"  {size / count / 1000:.1f} KB a letter"
    )


def take_in(folder: Path, count: int) -> Iterator[Cost]:
    """The cost of each `WINDOW` letters, while `count` are taken in."""
    made = letters()
    with open_engine("sqlite", folder) as engine:
        for start in range(0, count, WINDOW):
            end = min(start + WINDOW, count)
            read = apply = 0.0
            for first in range(start, end, GROUP):
                group = list(itertools.islice(made, min(GROUP, end - first)))
                began = time.process_time()
                records = [IndexedRecord(record, read_parts(parts)) for record, parts in group]
                middle = time.process_time()
                engine.apply(records, Position(records[-1].record.seq, "0" * 64))
                read += middle - began
                apply += time.process_time() - middle
            yield Cost(*(1000 * spent / (end - start) for spent in (read, apply)))


def letters() -> Iterator[tuple[Record, dict[str, bytes]]]:
    """Letters without end: the record and its parts."""
    form = load_form(LETTER)
    values = dict(form.sample())
    template = compile_template(form.template_path, names=form.names)
    for number in itertools.count():
        given = DIGITS[number // 10 % 10] + DIGITS[number % 10]
        person = SURNAMES[number // 100 % len(SURNAMES)] + given
        telephone = f"13800{number % 10**6:06d}"
        values |= {"姓名": person, "班级": f"{number % 12 + 1}班", "手机号": telephone}
        values["学生人数"] = 30 + number % 25
        yield _record(form.title, person, number), dict(template.render_parts(values).parts)


def _record(title: str, person: str, number: int) -> Record:
    path = f"boxes/2022/02-{title}/D30-001/data/{number:06d}-{person}.docx"
    return Record(
        seq=number,
        page_id=f"{number:032x}",
        code=f"Z109-WS·2022-D30-A02-{number:06d}",
        title=f"{person}-{title}",
        category="02",
        year=2022,
        retention="D30",
        date=dt.date(2022, 9, 1),
        form="responsibility-letters/homeroom-teacher",
        form_title=title,
        template="",
        people=(person,),
        values={},
        parts=(FilePart("正本", path, Digest.of(b""), 0),),
        filed_at=dt.datetime(2022, 9, 1, tzinfo=dt.UTC),
        filed_by="李某某",
    )


if __name__ == "__main__":
    main()
