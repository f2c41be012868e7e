from __future__ import annotations

import json
import platform
import subprocess
import sys
import threading
from typing import TYPE_CHECKING

import pytest

from safety_docs.archive import LockedError, verify
from safety_docs.core.errors import SafetyDocsError

if TYPE_CHECKING:
    from tests.archive.conftest import Workshop

# Takes the lock in a process of its own, says so, and dies or waits.
HOLD = """
import datetime as dt, os, pathlib, sys
from safety_docs.archive import find_cabinet
class Clock:
    def now(self):
        return dt.datetime.now(dt.timezone.utc)
with find_cabinet(pathlib.Path(sys.argv[1])).writer(clock=Clock(), entropy=os.urandom):
    print(os.getpid(), flush=True)
    if sys.argv[2] == "die":
        os._exit(9)
    sys.stdin.read()
"""


def hold(shop: Workshop, then: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", HOLD, str(shop.archive), then]
    return subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
    )


def test_a_held_lock_says_who_holds_it(shop: Workshop) -> None:
    shop.create()
    with hold(shop, "wait") as process:
        assert process.stdout is not None
        pid = int(process.stdout.readline())
        with pytest.raises(LockedError, match=str(pid)) as caught:
            shop.file([shop.filing("甲")])
        process.communicate("")
    assert caught.value.exit_status == 11
    assert caught.value.holder is not None
    assert (caught.value.holder.pid, caught.value.holder.host) == (pid, platform.node())
    assert len(shop.file([shop.filing("甲")])) == 1


def test_the_lock_of_a_dead_process_is_taken_over_and_the_notebook_says_so(shop: Workshop) -> None:
    cabinet = shop.create()
    with hold(shop, "die") as process:
        assert process.stdout is not None
        pid = process.stdout.readline().strip()
        process.communicate("")
    shop.file([])
    (entry,) = cabinet.entries(after=0)
    assert entry.kind == "recover"
    assert pid in entry.summary
    assert verify(cabinet).findings == ()


def test_a_lock_from_another_computer_is_never_broken(shop: Workshop) -> None:
    shop.create()
    note = shop.archive / ".safety-docs" / "writer.json"
    said = {"host": "另一台电脑", "pid": 1, "since": "2022-09-01T08:00:00+08:00", "token": "00"}
    note.write_text(json.dumps(said), "utf-8")
    with pytest.raises(LockedError, match="另一台电脑"):
        shop.file([])
    assert note.exists()


def test_a_cabinet_is_free_unless_a_living_process_writes_to_it(shop: Workshop) -> None:
    cabinet = shop.create()
    cabinet.check_free()
    with hold(shop, "wait") as process:
        assert process.stdout is not None
        pid = process.stdout.readline().strip()
        with pytest.raises(LockedError, match=pid):
            cabinet.check_free()
        process.communicate("")
    cabinet.check_free()
    with hold(shop, "die") as process:
        process.communicate("")
    assert (shop.archive / ".safety-docs" / "writer.json").exists()
    cabinet.check_free()
    assert len(shop.file([shop.filing("甲")])) == 1  # asking has kept nobody out


def test_a_note_that_cannot_be_read_stops_nobody(shop: Workshop) -> None:
    shop.create()
    (shop.archive / ".safety-docs" / "writer.json").write_bytes(b'{"host":')
    assert len(shop.file([shop.filing("甲")])) == 1


def test_of_many_threads_one_writes_at_a_time(shop: Workshop) -> None:
    cabinet = shop.create()
    refused = []
    barrier = threading.Barrier(8)

    def race(name: str) -> None:
        barrier.wait()
        for number in range(5):
            try:
                shop.file([shop.filing(f"{name}{number}")])
            except LockedError:
                refused.append(name)

    threads = [threading.Thread(target=race, args=(str(n),)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(list(cabinet.records())) == 40 - len(refused)
    assert verify(cabinet).findings == ()


def test_a_reader_needs_no_lock(shop: Workshop) -> None:
    cabinet = shop.furnish()
    with shop.open().writer(clock=shop.clock, entropy=shop.entropy):
        assert len(list(cabinet.records())) == 11
        assert verify(cabinet).ok


def test_the_projections_can_be_deleted_at_any_time(shop: Workshop) -> None:
    cabinet = shop.furnish()
    for path in (shop.archive / ".safety-docs").iterdir():
        path.unlink()
    (again, new) = shop.file([shop.filing("甲3"), shop.filing("新")])
    assert (again.is_new, new.is_new) == (False, True)
    assert new.record.code == "Z109-WS·2022-D30-A02-0010"
    assert verify(cabinet).findings == ()


def test_a_register_of_another_cabinet_is_dropped(shop: Workshop) -> None:
    shop.create()
    shop.file([shop.filing(str(n)) for n in range(4)])
    register = shop.archive / ".safety-docs" / "register.sqlite"
    foreign = register.read_bytes()
    for path in shop.archive.iterdir():
        path.rename(path.with_name(f".{path.name}-old"))
    cabinet = shop.create()
    register.write_bytes(foreign)
    (filed,) = shop.file([shop.filing("甲")])
    assert filed.record.code.endswith("0001")
    register.write_bytes(b"junk" * 1000)
    (filed,) = shop.file([shop.filing("乙")])
    assert filed.record.code.endswith("0002")
    assert verify(cabinet).findings == ()


def test_a_register_that_cannot_be_written_stops_the_writer(shop: Workshop) -> None:
    cabinet = shop.create()
    register = shop.archive / ".safety-docs" / "register.sqlite"
    register.mkdir()
    with pytest.raises(SafetyDocsError, match=r"register\.sqlite"):
        shop.file([shop.filing("甲")])
    assert cabinet.position().seq == 0
