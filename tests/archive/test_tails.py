"""R4: a notebook cut at any byte is either recovered to its last whole line, or not touched."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from safety_docs.archive import DamageError, NotebookContradictionError, verify
from safety_docs.archive.head import SLOTS

if TYPE_CHECKING:
    from pathlib import Path

    from tests.archive.conftest import Workshop

    from safety_docs.archive import Cabinet

LINES = 3


@pytest.fixture
def original(shop: Workshop, tmp_path: Path) -> Path:
    """A cabinet whose last three lines were not filed in one group."""
    shop.create()
    for number in range(5):
        shop.file([shop.filing(str(number))])
    shutil.move(shop.archive, tmp_path / "original")
    return tmp_path / "original"


def fresh(shop: Workshop, original: Path) -> Cabinet:
    shutil.rmtree(shop.archive, ignore_errors=True)
    shutil.copytree(original, shop.archive)
    return shop.open()


def test_a_tail_that_was_never_acknowledged_is_cut_to_the_last_whole_line(
    shop: Workshop, original: Path
) -> None:
    cut_unacknowledged(shop, original, step=29)


@pytest.mark.slow
def test_wherever_a_tail_is_cut_it_is_cut_to_the_last_whole_line(
    shop: Workshop, original: Path
) -> None:
    cut_unacknowledged(shop, original, step=1)


def cut_unacknowledged(shop: Workshop, original: Path, step: int) -> None:
    whole = fresh(shop, original).notebook.spine.read_bytes()
    lines = whole.splitlines(keepends=True)
    first = len(whole) - sum(map(len, lines[-LINES:]))
    for end in [*range(first, len(whole), step), len(whole) - 1, len(whole)]:
        cabinet = fresh(shop, original)
        shop.set_head(cabinet, len(lines) - LINES - 1)
        cabinet.notebook.spine.write_bytes(whole[:end])
        shop.file([])
        kept = whole[: whole.rfind(b"\n", 0, end) + 1]
        assert cabinet.notebook.spine.read_bytes().startswith(kept)
        last = [entry.kind for entry in cabinet.entries(after=kept.count(b"\n") - 1)]
        assert last == ["recover"]
        assert {one.code for one in verify(cabinet).findings} <= {"E043"}
        if end != len(kept):
            torn = whole[len(kept) : end]
            kept_apart = [path.read_bytes() for path in (cabinet.folder / ".quarantine").iterdir()]
            assert torn in kept_apart


def test_a_tail_that_was_acknowledged_is_not_touched(shop: Workshop, original: Path) -> None:
    cabinet = fresh(shop, original)
    whole = cabinet.notebook.spine.read_bytes()
    lines = whole.splitlines(keepends=True)
    for end in [*range(len(whole) - sum(map(len, lines[-LINES:])), len(whole), 7), len(whole) - 1]:
        cabinet.notebook.spine.write_bytes(whole[:end])
        with pytest.raises(NotebookContradictionError) as caught:
            shop.file([])
        assert caught.value.exit_status == 4
        assert cabinet.notebook.spine.read_bytes() == whole[:end]
        assert {one.code for one in verify(cabinet).findings} == {"E025"}


def test_junk_behind_the_head_is_set_aside(shop: Workshop, original: Path) -> None:
    cabinet = fresh(shop, original)
    before = cabinet.position()
    with cabinet.notebook.spine.open("ab") as stream:
        stream.write(bytes(300) + b"\n" + bytes(20))
    shop.file([])
    assert cabinet.notebook.line(before.seq).digest == before.head
    assert verify(cabinet).findings == ()


def test_pages_without_a_line_are_set_aside(shop: Workshop, original: Path) -> None:
    cabinet = fresh(shop, original)
    segment = max(cabinet.notebook.pages.iterdir())
    before = segment.read_bytes()
    (cabinet.notebook.pages / "2022-12.jsonl").write_bytes(b'{"d":{},"n":6,"s":"0')
    with segment.open("ab") as stream:
        stream.write(b'{"d":{},"n":6,"s":"%b"}\n{"d":' % (b"a" * 64))
    shop.file([])
    assert segment.read_bytes().startswith(before)
    assert verify(cabinet).findings == ()
    assert len(list((cabinet.folder / ".quarantine").iterdir())) == 2


def test_a_damaged_last_page_is_not_mistaken_for_a_leftover(shop: Workshop, original: Path) -> None:
    cabinet = fresh(shop, original)
    segment = max(cabinet.notebook.pages.iterdir())
    damaged = segment.read_bytes()[:-3]
    segment.write_bytes(damaged)
    with pytest.raises(DamageError, match="E026"):
        shop.file([])
    assert segment.read_bytes() == damaged


def test_one_lost_head_slot_does_no_harm(shop: Workshop, original: Path) -> None:
    for name in SLOTS:
        cabinet = fresh(shop, original)
        (cabinet.notebook.folder / name).write_bytes(b"")
        shop.file([])
        assert verify(cabinet).findings == ()


def test_without_any_head_only_a_whole_notebook_is_believed(shop: Workshop, original: Path) -> None:
    for cut in (0, 1, 100):
        cabinet = fresh(shop, original)
        for name in SLOTS:
            (cabinet.notebook.folder / name).unlink()
        whole = cabinet.notebook.spine.read_bytes()
        cabinet.notebook.spine.write_bytes(whole[: len(whole) - cut])
        if cut:
            with pytest.raises(NotebookContradictionError):
                shop.file([])
        else:
            shop.file([])
            assert verify(cabinet).findings == ()


def test_without_any_head_a_notebook_that_differs_from_its_checkpoint_is_not_believed(
    shop: Workshop, original: Path
) -> None:
    cabinet = fresh(shop, original)
    shop.write(lambda writer: writer.checkpoint())
    shop.forge(cabinet, lambda entries: entries[2].payload.update(reason="x"))
    for name in SLOTS:
        (cabinet.notebook.folder / name).unlink()
    with pytest.raises(NotebookContradictionError, match="E030"):
        shop.file([])
