"""R5 and R6: every changed byte is found; a rewritten notebook is found by any older checkpoint."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from safety_docs.archive import verify

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.archive.conftest import Forged, Workshop

    from safety_docs.archive import Cabinet, Checkpoint


def all_files(cabinet: Cabinet) -> list[Path]:
    return sorted(path for path in cabinet.folder.rglob("*") if path.is_file())


def flips(cabinet: Cabinet, step: int) -> Iterator[tuple[Path, int]]:
    """Files and offsets, every `step`-th byte of the cabinet."""
    count = 0
    for path in all_files(cabinet):
        path.chmod(0o644)
        for offset in range(path.stat().st_size):
            count += 1
            if count % step == 0:
                yield path, offset


def undetected(cabinet: Cabinet, step: int, mask: int) -> list[tuple[str, int]]:
    """Changes that no finding names the file of."""
    missed = []
    for path, offset in flips(cabinet, step):
        data = bytearray(path.read_bytes())
        data[offset] ^= mask
        path.write_bytes(data)
        name = path.relative_to(cabinet.folder).as_posix()
        if name not in {finding.path for finding in verify(cabinet).findings}:
            missed.append((name, offset))
        data[offset] ^= mask
        path.write_bytes(data)
    return missed


@pytest.mark.parametrize("mask", [0x01, 0xFF])
def test_a_changed_byte_is_found_and_its_file_named(shop: Workshop, mask: int) -> None:
    assert undetected(shop.furnish(), 71, mask) == []


@pytest.mark.slow
@pytest.mark.parametrize("mask", [0x01, 0xFF])
def test_any_changed_byte_is_found_and_its_file_named(shop: Workshop, mask: int) -> None:
    assert undetected(shop.furnish(), 1, mask) == []


def test_a_truncated_file_is_found(shop: Workshop) -> None:
    cabinet = shop.furnish()
    for path in all_files(cabinet):
        path.chmod(0o644)
        data = path.read_bytes()
        path.write_bytes(data[:-1])
        name = path.relative_to(cabinet.folder).as_posix()
        assert name in {finding.path for finding in verify(cabinet).findings}, name
        path.write_bytes(data)


def test_a_rewritten_notebook_passes_the_chain_and_fails_every_later_checkpoint(
    shop: Workshop,
) -> None:
    cabinet = shop.create()
    kept: list[Checkpoint] = []
    for number in range(6):
        shop.file([shop.filing(str(number))])
        kept.append(shop.write(lambda writer: writer.checkpoint()))
    for path in cabinet.notebook.checkpoints.iterdir():
        path.chmod(0o644)
    for rewritten in range(1, cabinet.position().seq + 1, 2):

        def edit(entries: list[Forged], place: int = rewritten) -> None:
            entries[place].payload["reason"] = f"改写 {place}"

        shop.forge(cabinet, edit)
        report = verify(cabinet, checkpoints=kept)
        failed = {finding.message for finding in report.findings if finding.code == "E030"}
        expected = {one.size for one in kept if one.size > 1}
        assert len(failed) == len(expected)
        assert not {one.code for one in report.findings} & {"E024", "E026"}


def test_a_checkpoint_before_the_rewriting_still_holds(shop: Workshop) -> None:
    cabinet = shop.create()
    shop.file([shop.filing("甲")])
    early: Checkpoint = shop.write(lambda writer: writer.checkpoint())
    shop.file([shop.filing("乙")])
    late: Checkpoint = shop.write(lambda writer: writer.checkpoint())
    for path in cabinet.notebook.checkpoints.iterdir():
        path.unlink()
    shop.forge(cabinet, lambda entries: entries[3].payload.update(reason="改写"))
    codes = {one.code for one in verify(cabinet, checkpoints=[early]).findings}
    assert "E030" not in codes
    codes = {one.code for one in verify(cabinet, checkpoints=[late]).findings}
    assert "E030" in codes
