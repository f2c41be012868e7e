"""A crew: helpers that do parts of one job side by side, in processes of their own or in this one.

A crew learns one picklable recipe, by which every helper is built, and then takes tasks, first
come, first served. Processes take a while to start, so a crew is best made early and taught later.
What a task raises is raised where its result is asked for. Tasks for one helper are done in the
order in which they were handed out, so a helper may keep something from one task to the next.

A helper ends when the crew is closed, and by itself when the process that started it dies: it
watches it, so nobody goes on writing after a kill.
"""

from __future__ import annotations

import contextlib
import functools
import gc
import importlib
import multiprocessing as mp
import pickle
import signal
import threading
from collections import deque
from dataclasses import dataclass, field
from multiprocessing.connection import wait
from typing import TYPE_CHECKING, Any, Protocol, Self

from safety_docs.core.errors import SafetyDocsError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from multiprocessing.connection import Connection

    Helper = Callable[[Any], Any]
    """Does one task: a picklable task in, a picklable result out."""
    Recipe = Callable[[], Helper]
    """Builds a helper; picklable."""

_IN_PIPE = 2
"""Tasks that a helper has before it: one to do, one to begin with when that is done."""
_SELDOM = 50_000
"""Objects made between two looks, see `undisturbed`."""
_SMALL_BYTES = 32 * 1024
"""A message of this size always fits into an empty pipe, so handing it over never blocks."""


class HelperDiedError(SafetyDocsError):
    """A helper's process has ended without being asked to, such as for lack of memory."""

    code = "A141"

    def __init__(self) -> None:
        super().__init__(
            "一个并行处理的进程意外结束（可能内存不足）。已归档的不受影响，"
            "请关掉别的程序后再运行一次同样的命令，或加 --jobs 1。"
        )


class Ticket(Protocol):
    """A task that was handed out."""

    @property
    def helper(self) -> int:
        """Number of the helper that has it."""
        ...

    def result(self) -> Any:
        """Wait for the result; raises what the task raised."""
        ...


class Crew(Protocol):
    """Helpers; a context manager that closes itself."""

    def learn(self, recipe: Recipe) -> None:
        """Say how helpers are built; once, before the first task."""
        ...

    def hand_out(self, task: Any, helper: int | None = None) -> Ticket:
        """Give a task to a helper, by default to each in turn."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(self, *exc_info: object) -> None: ...


def make_crew(helpers: int, module: str) -> Crew:
    """A crew of so many processes; of none: the work is done here, when it is handed out.

    Args:
        helpers: Number of processes.
        module: What recipes need; processes load it while they wait for the recipe.
    """
    return Processes(helpers, module) if helpers else Alone()


@contextlib.contextmanager
def undisturbed() -> Iterator[None]:
    """Look seldom for objects that only refer to each other: long work makes hardly any.

    What there is already is left out while it lasts; looking through it again and again took a
    twentieth of the time.
    """
    before = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(_SELDOM)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()


# here


@dataclass(frozen=True, slots=True)
class _Done:
    value: Any
    error: Exception | None
    helper: int = 0

    def result(self) -> Any:
        if self.error is not None:
            raise self.error
        return self.value


class Alone:
    """The crew without processes."""

    def __init__(self) -> None:
        self._work: Helper = _untaught

    def learn(self, recipe: Recipe) -> None:
        """See `Crew.learn`."""
        self._work = recipe()

    def hand_out(self, task: Any, helper: int | None = None) -> Ticket:
        """See `Crew.hand_out`."""
        del helper
        try:
            return _Done(self._work(task), None)
        except Exception as error:  # noqa: BLE001 # it is raised where the result is asked for
            return _Done(None, error)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        pass


def _untaught(task: Any) -> Any:
    raise AssertionError(task)


# in processes


@dataclass(slots=True)
class _Sent:
    """A task in another process."""

    process: _Process
    message: bytes
    answer: bytes | None = None
    done: threading.Event = field(default_factory=threading.Event)

    @property
    def helper(self) -> int:
        return self.process.number

    def result(self) -> Any:
        self.done.wait()
        if self.answer is None:
            raise HelperDiedError
        is_good, value = pickle.loads(self.answer)  # noqa: S301 # our own process wrote it
        self.answer = b""
        if not is_good:
            raise value
        return value


class _Process:
    """One helper in a process of its own; a thread takes in what it answers."""

    def __init__(self, number: int, module: str) -> None:
        context = mp.get_context("spawn")  # nothing of this process goes along, on any system
        self.number = number
        self._here, there = context.Pipe()
        self._process = context.Process(target=_serve, args=(there, module), daemon=True)
        self._process.start()
        there.close()
        self._lock = threading.Lock()
        self._waiting: deque[_Sent] = deque()
        self._under_way: deque[_Sent] = deque()
        self._is_dead = False
        self._thread = threading.Thread(target=self._take_in, daemon=True)
        self._thread.start()

    def hand_out(self, task: Any) -> _Sent:
        sent = _Sent(self, pickle.dumps(task, pickle.HIGHEST_PROTOCOL))
        self._waiting.append(sent)
        self.feed()
        return sent

    def feed(self) -> None:
        """Send what the process has room for."""
        with self._lock:
            while self._waiting and self._has_room(len(self._waiting[0].message)):
                sent = self._waiting.popleft()
                self._under_way.append(sent)
                try:
                    self._here.send_bytes(sent.message)
                except OSError:
                    self._is_dead = True
                sent.message = b""
            if self._is_dead:
                self._give_up()

    def _has_room(self, size_bytes: int) -> bool:
        allowed = _IN_PIPE if size_bytes <= _SMALL_BYTES else 1
        return self._is_dead or len(self._under_way) < allowed

    def _give_up(self) -> None:
        for sent in (*self._under_way, *self._waiting):
            sent.done.set()
        self._under_way.clear()
        self._waiting.clear()

    def _take_in(self) -> None:
        while True:
            try:
                answer = self._here.recv_bytes()
            except (EOFError, OSError):
                break
            with self._lock:
                sent = self._under_way.popleft()
            sent.answer = answer
            sent.done.set()
            self.feed()
        with self._lock:
            self._is_dead = True
            self._give_up()

    def close(self) -> None:
        """End the process when it has done what it is doing."""
        with self._lock:
            self._waiting.clear()
        with contextlib.suppress(OSError):  # it may have ended by itself
            self._here.send_bytes(b"")
        self._process.join(30)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()
        self._thread.join()
        self._here.close()


class Processes:
    """The crew of several processes."""

    def __init__(self, helpers: int, module: str) -> None:
        self._processes = [_Process(number, module) for number in range(helpers)]
        self._next = 0

    def learn(self, recipe: Recipe) -> None:
        """See `Crew.learn`."""
        for process in self._processes:
            process.hand_out(recipe)

    def hand_out(self, task: Any, helper: int | None = None) -> Ticket:
        """See `Crew.hand_out`."""
        if helper is None:
            helper, self._next = self._next, (self._next + 1) % len(self._processes)
        return self._processes[helper].hand_out(task)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        for process in self._processes:
            process.close()


def _serve(pipe: Connection, module: str) -> None:
    """Life of a helper: learn, then work until told to stop or left alone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that started it
    gc.set_threshold(_SELDOM)
    importlib.import_module(module)
    work: Helper = _built
    while message := _received(pipe):
        try:
            value = work(pickle.loads(message))  # noqa: S301 # our own process wrote it
            if work is _built:
                work, value = value, None
                gc.freeze()
            data = pickle.dumps((True, value), pickle.HIGHEST_PROTOCOL)
        except Exception as error:  # noqa: BLE001 # it is raised where the result is asked for
            data = _packed(error)
            if work is _built:  # every task is told why nothing can be done
                work = functools.partial(_refuse, error)
        try:
            pipe.send_bytes(data)
        except OSError:
            return


def _refuse(error: Exception, task: Any) -> Any:
    del task
    raise error


def _built(recipe: Recipe) -> Helper:
    return recipe()


def _received(pipe: Connection) -> bytes:
    """The next message; empty when there is none to come."""
    parent = mp.parent_process()
    watched: list[Any] = [pipe] if parent is None else [pipe, parent.sentinel]
    if pipe not in wait(watched):
        return b""
    try:
        return pipe.recv_bytes()
    except (EOFError, OSError):
        return b""


def _packed(error: Exception) -> bytes:
    """An error that arrives as it is, or as what it says if it cannot travel."""
    try:
        data = pickle.dumps((False, error), pickle.HIGHEST_PROTOCOL)
        pickle.loads(data)  # noqa: S301 # our own
    except Exception:  # noqa: BLE001 # whatever its constructor wants
        return pickle.dumps((False, RuntimeError(f"{type(error).__name__}: {error}")))
    return data
