"""Where the files of a form lie: several template folders, a later one overriding file by file.

A form's folder is ``<root>/<family>/<form>/``. What several forms share lies in ``<root>/shared/``:
``include = ["shared/x.toml"]`` at the top of ``form.toml`` or ``sample.toml`` takes in its tables,
and the line ``::: 引用 shared/x.md`` of a wording its text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from safety_docs.forms.clauses import load_clauses
from safety_docs.forms.errors import InputError
from safety_docs.forms.inputs import read_input

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from safety_docs.forms.clauses import ClauseLibrary

_QUOTATION = re.compile(r"^:::[ \t]*引用[ \t]+(\S+)[ \t]*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Sources:
    """The files of one form.

    Attributes:
        roots: Folders that hold ``<family>/<form>/`` and ``shared/``, the least important first.
        form_id: ``<family>/<form>``.
    """

    roots: tuple[Path, ...]
    form_id: str

    def has(self, name: str) -> bool:
        """Whether any root has the form's file `name`."""
        return self._found(f"{self.form_id}/{name}") is not None

    def file(self, name: str) -> Path:
        """The form's file `name`; if none has it: where it would be in the first root."""
        relative = f"{self.form_id}/{name}"
        return self._found(relative) or self.roots[0] / relative

    def read(self, name: str) -> dict[str, Any]:
        """A TOML file of the form, without what it includes.

        Raises:
            InputError: If it cannot be read.
        """
        return read_input(self.file(name))

    def included(self, data: dict[str, Any]) -> list[dict[str, Any]]:
        """Take the key ``include`` out of `data` and read what it names, in order.

        Raises:
            InputError: If a file named is missing, unreadable, or includes others itself.
        """
        names = data.pop("include", [])
        if not isinstance(names, list):
            raise InputError(self.form_id, "的 include 应是文件名的列表。")
        parts = [read_input(self._shared(str(name))) for name in names]
        for name, part in zip(names, parts, strict=True):
            if "include" in part:
                raise InputError(str(name), "是共用文件，不能再用 include。")
        return parts

    def clauses(self) -> ClauseLibrary:
        """The clause library beside the roots: ``templates/clauses/`` for ``templates/forms/``.

        Raises:
            InputError: If a clause file has a fault.
        """
        return load_clauses([root.parent / "clauses" for root in self.roots])

    def wording(self, name: str) -> str:
        """The text of a file of the form, with the shared texts that it quotes in their places.

        Raises:
            InputError: If a text quoted is missing, or quotes others itself.
        """
        return _QUOTATION.sub(self._quoted, self.file(name).read_text("utf-8"))

    def _quoted(self, match: re.Match[str]) -> str:
        text = self._shared(match[1]).read_text("utf-8").rstrip("\n")
        if _QUOTATION.search(text):
            raise InputError(match[1], "是共用文字，不能再引用。")
        return text

    def _shared(self, relative: str) -> Path:
        path = PurePosixPath(relative)
        if path.is_absolute() or ".." in path.parts or path.parts[:1] != ("shared",):
            raise InputError(relative, "应在 templates/forms/shared/ 里，写成 shared/文件名。")
        found = self._found(relative)
        if found is None:
            raise InputError(relative, "找不到，请检查 include 或引用的文件名。")
        return found

    def _found(self, relative: str) -> Path | None:
        return next((r / relative for r in reversed(self.roots) if (r / relative).is_file()), None)


def merged(parts: list[dict[str, Any]], own: Mapping[str, Any]) -> dict[str, Any]:
    """The tables of ``form.toml`` and what it includes, as one.

    Lists are joined, those of `parts` first; a table of `own` with the ``name`` of an earlier one
    takes its place. Other keys of `own` win.
    """
    result: dict[str, Any] = {}
    for part in [*parts, own]:
        for key, value in part.items():
            earlier = result.get(key)
            if isinstance(value, list) and isinstance(earlier, list):
                result[key] = _joined(earlier, value)
            else:
                result[key] = value
    return result


def _joined(earlier: list[Any], later: list[Any]) -> list[Any]:
    named = {one["name"]: one for one in later if isinstance(one, dict) and "name" in one}
    kept = [named.pop(_name_of(one), one) for one in earlier]
    return [*kept, *(one for one in later if _name_of(one) is None or _name_of(one) in named)]


def _name_of(one: Any) -> Any:
    return one.get("name") if isinstance(one, dict) else None
