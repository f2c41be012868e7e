from __future__ import annotations

import functools
import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

import pytest

from safety_docs.app.crew import HelperDiedError, make_crew
from safety_docs.core.errors import ProblemsError
from safety_docs.core.problem import Problem

if TYPE_CHECKING:
    from pathlib import Path

# what travels must be found by name in another process, so helpers are made of library functions
EVAL = functools.partial(functools.partial, eval)


def crew_of(helpers: int, recipe: Any = EVAL) -> Any:
    crew = make_crew(helpers, "functools")
    crew.learn(recipe)
    return crew


@pytest.fixture(params=[0, 1, 3], ids=["here", "one", "three"])
def helpers(request: pytest.FixtureRequest) -> int:
    count: int = request.param
    return count


def test_results_come_back_in_whatever_order_they_are_asked_for(helpers: int) -> None:
    with crew_of(helpers) as crew:
        tickets = [crew.hand_out(f"{n} ** 2") for n in range(40)]
        assert [one.result() for one in reversed(tickets)] == [n**2 for n in reversed(range(40))]


def test_large_tasks_and_large_results_pass_without_waiting_for_each_other(helpers: int) -> None:
    with crew_of(helpers) as crew:
        tickets = [crew.hand_out(f"'{n}' * 1_000_000 + '{'x' * 500_000}'") for n in range(8)]
        assert [len(one.result()) for one in tickets] == [1_500_000] * 8


def test_a_helper_keeps_what_its_tasks_leave(helpers: int) -> None:
    keep = functools.partial(functools.partial, exec)
    with crew_of(helpers, keep) as crew:
        first = crew.hand_out("import sys; sys.left_behind = 7")
        first.result()
        crew.hand_out("import sys; assert sys.left_behind == 7", first.helper).result()


def test_an_error_is_raised_where_the_result_is_asked_for(helpers: int) -> None:
    problem = "Problem('D201', '是空的。', row=3)"
    code = (
        "(lambda: (_ for _ in ()).throw(__import__('safety_docs.core.errors', fromlist=['x'])"
        f".ProblemsError([__import__('safety_docs.core.problem', fromlist=['x']).{problem}])))()"
    )
    with crew_of(helpers) as crew:
        bad, good = crew.hand_out(code), crew.hand_out("1 + 1")
        with pytest.raises(ProblemsError) as caught:
            bad.result()
        assert caught.value.problems == (Problem("D201", "是空的。", row=3),)
        assert good.result() == 2


def test_a_helper_that_dies_is_told_and_nobody_waits_for_ever() -> None:
    with crew_of(1) as crew:
        assert crew.hand_out("1").result() == 1
        tickets = [crew.hand_out("__import__('os')._exit(9)"), *map(crew.hand_out, "123456")]
        for ticket in tickets:
            with pytest.raises(HelperDiedError):
                ticket.result()


def test_a_recipe_that_fails_is_told_by_every_task() -> None:
    with crew_of(1, functools.partial(eval, "1 / 0")) as crew:
        for task in "12":
            with pytest.raises(ZeroDivisionError):
                crew.hand_out(task).result()


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL")
def test_helpers_end_when_the_process_that_started_them_is_killed(tmp_path: Path) -> None:
    script = tmp_path / "boss.py"
    script.write_text(
        "import functools, time\n"
        "from safety_docs.app.crew import make_crew\n"
        "if __name__ == '__main__':\n"
        "    crew = make_crew(2, 'functools')\n"
        "    crew.learn(functools.partial(functools.partial, eval))\n"
        "    pids = [crew.hand_out('__import__(\"os\").getpid()').result() for _ in range(2)]\n"
        "    print(*pids, flush=True)\n"
        "    time.sleep(60)\n"
    )
    boss = subprocess.Popen([sys.executable, script], stdout=subprocess.PIPE, encoding="utf-8")
    assert boss.stdout is not None
    pids = [int(word) for word in boss.stdout.readline().split()]
    assert len(set(pids)) == 2
    os.kill(boss.pid, signal.SIGKILL)
    boss.wait()
    boss.stdout.close()
    deadline = time.monotonic() + 20
    while any(map(_is_alive, pids)):
        assert time.monotonic() < deadline, "a helper outlived its boss"
        time.sleep(0.05)


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return not _is_zombie(pid)


def _is_zombie(pid: int) -> Any:
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii") as stream:  # noqa: PTH123 # no Path there
            return stream.read().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True
