"""What happened while one document was rendered: missing fields, photos, the budget of loops.

Jinja makes its undefined objects itself, so the record of the render under way is kept in a context
variable: each thread, and each render, has its own.
"""

from __future__ import annotations

import inspect
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NoReturn

from jinja2 import Template, Undefined
from jinja2.exceptions import SecurityError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType, TracebackType

    from safety_docs.documents.photos import Picture, PictureShop

MAX_RANGE_TURNS = 10_000
"""Turns that all `range` loops of one document may make together."""


@dataclass(slots=True)
class RenderLog:
    """The record of one render.

    Attributes:
        shop: Prepares pictures; belongs to the compiled template. None where there are none.
        missing: Name, line and part of each missing field, once each, in order; line 0 when it is
            not known.
        turns: Turns of `range` used so far.
        pictures: Pictures by the digest of their bytes, in order of first use.
        uses: Part and number (from 1) of each picture used there.
        drawings: Drawings numbered so far.
        part: Name of the part being rendered.
        doubts: Parts that nothing proves to be well-formed, which must be parsed; in order.
        is_forbidden: Whether a value has a character that XML cannot hold.
    """

    shop: PictureShop | None = None
    missing: dict[tuple[str, int, str], None] = field(default_factory=dict)
    turns: int = 0
    pictures: dict[str, Picture] = field(default_factory=dict)
    uses: dict[tuple[str, int], None] = field(default_factory=dict)
    drawings: int = 0
    part: str = ""
    doubts: dict[str, None] = field(default_factory=dict)
    is_forbidden: bool = False

    def doubt(self) -> None:
        """Have the part being rendered parsed."""
        self.doubts[self.part] = None

    def spend(self, turns: int) -> None:
        """Count turns of `range`.

        Raises:
            SecurityError: If the document has used up its turns.
        """
        self.turns += turns
        if self.turns > MAX_RANGE_TURNS:
            msg = f"循环次数超过 {MAX_RANGE_TURNS}"
            raise SecurityError(msg)


current: ContextVar[RenderLog] = ContextVar("current")
"""The record of the render under way."""


class Missing(Undefined):
    """Stands for a value that was not given; notes its name whenever it is looked at."""

    __slots__ = ()

    @property
    def path(self) -> str:
        """The name as written in the template, with its parents where they are missing too."""
        return str(self._undefined_name)

    def note(self) -> None:
        """Record this name as missing.

        Raises:
            SecurityError: If it stands for something that templates may not reach.
        """
        if self._undefined_exception is SecurityError:
            raise SecurityError(self._undefined_hint or self.path)
        log = current.get()
        log.missing.setdefault((self.path, _template_line(), log.part))

    def __getattr__(self, name: str) -> Missing:
        if name.startswith("_"):
            raise AttributeError(name)
        return Missing(name=f"{self.path}.{name}", exc=self._undefined_exception)

    def __getitem__(self, key: object) -> Missing:  # type: ignore[override] # the base fails
        return Missing(name=f"{self.path}.{key}", exc=self._undefined_exception)

    def __str__(self) -> str:
        self.note()
        return ""

    __html__ = __str__

    def __format__(self, _spec: str, /) -> str:
        return str(self)

    def __iter__(self) -> Iterator[NoReturn]:
        self.note()
        return iter(())

    def __len__(self) -> int:
        self.note()
        return 0

    def __bool__(self) -> bool:
        self.note()
        return False

    def __eq__(self, other: object) -> bool:
        self.note()
        return isinstance(other, Missing)

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        self.note()
        return hash(self.path)

    def _absorb(self, *_others: object) -> Missing:
        self.note()
        return self

    # the base class fails in all of these, which mypy reads as returning nothing
    __add__ = __radd__ = __sub__ = __rsub__ = _absorb  # type: ignore[assignment] # see above
    __mul__ = __rmul__ = __mod__ = __rmod__ = _absorb  # type: ignore[assignment] # see above
    __truediv__ = __rtruediv__ = _absorb  # type: ignore[assignment] # see above
    __floordiv__ = __rfloordiv__ = _absorb  # type: ignore[assignment] # see above
    __neg__ = __pos__ = __call__ = _absorb  # type: ignore[assignment] # see above

    def _never(self, _other: object) -> bool:
        self.note()
        return False

    __lt__ = __le__ = __gt__ = __ge__ = _never  # type: ignore[assignment] # see above

    def __int__(self) -> int:  # type: ignore[override] # see above
        return len(self)

    def __float__(self) -> float:  # type: ignore[override] # see above
        return float(len(self))


def _template_line() -> int:
    frame = inspect.currentframe()
    while frame is not None:
        line = frame_line(frame, frame.f_lineno)
        if line:
            return line
        frame = frame.f_back
    return 0


def frame_line(frame: FrameType, lineno: int) -> int:
    """Line of the template source that a frame of compiled code stands at, 0 for other frames."""
    template = frame.f_globals.get("__jinja_template__")
    if isinstance(template, Template):
        return template.get_corresponding_lineno(lineno)
    return 0


def error_line(trace: TracebackType | None) -> int:
    """Line of the template source where an error came from, 0 when unknown."""
    line = 0
    while trace is not None:
        line = frame_line(trace.tb_frame, trace.tb_lineno) or line
        trace = trace.tb_next
    return line
