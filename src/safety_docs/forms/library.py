"""All forms of the installation: the shipped ones, and those of a district's own folders.

There are a hundred and more, so only the heads of the files are read at first: the keys before the
first table. A form is loaded when it is asked for.
"""

from __future__ import annotations

import difflib
import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from safety_docs.forms.errors import FormError, UnknownFormError
from safety_docs.forms.form import load_from
from safety_docs.forms.plain_text import comparable
from safety_docs.forms.sources import Sources

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from safety_docs.forms.form import Form


@dataclass(frozen=True, slots=True)
class Head:
    """What a form can be found by.

    Attributes:
        id: ``<family>/<form>``.
        code: Short code.
        title: Title.
        aliases: Other names.
        has_subject: Whether rows of a roster are letters for someone.
    """

    id: str
    code: str
    title: str
    aliases: tuple[str, ...]
    has_subject: bool = False


class Library:
    """The forms, sorted by code.

    Attributes:
        heads: Codes and titles are unique.
    """

    def __init__(self, heads: Iterable[Head], load: Callable[[str], Form]) -> None:
        self.heads = tuple(sorted(heads, key=lambda head: head.code))
        self._load = load
        self._loaded: dict[str, Form] = {}

    @property
    def forms(self) -> tuple[Form, ...]:
        """Every form, loaded.

        Raises:
            FormError: If a form has faults.
        """
        return tuple(self.form(head.id) for head in self.heads)

    def form(self, form_id: str) -> Form:
        """The form with this id, loaded once.

        Raises:
            FormError: If it has faults; all are named.
        """
        if form_id not in self._loaded:
            self._loaded[form_id] = self._load(form_id)
        return self._loaded[form_id]

    def find(self, name: str) -> Form:
        """The form with this id, last part of the id, code, title or alias; width and case ignored.

        Raises:
            UnknownFormError: If none has it, or more than one; it names the nearest.
            FormError: If the form has faults.
        """
        return self.form(self.id_of(name))

    def id_of(self, name: str) -> str:
        """The id of the form that `find` would give, without loading it.

        Raises:
            UnknownFormError: If none has the name, or more than one.
        """
        wanted = comparable(name)
        for keys_of in (_main_keys, _last_part, _aliases):
            found = [head for head in self.heads if wanted in map(comparable, keys_of(head))]
            if len(found) == 1:
                return found[0].id
            if found:
                raise UnknownFormError(name, [head.title for head in found])
        raise UnknownFormError(name, self._nearest(wanted))

    def _nearest(self, wanted: str) -> list[str]:
        titles: dict[str, str] = {}
        for head in self.heads:
            for key in (*_main_keys(head), *_last_part(head), *_aliases(head)):
                titles.setdefault(comparable(key), head.title)
        holding = [key for key in titles if wanted and wanted in key]
        close = difflib.get_close_matches(wanted, titles, n=3, cutoff=0.5)
        return list(dict.fromkeys(titles[key] for key in [*holding, *close]))[:3]


def _main_keys(head: Head) -> Iterable[str]:
    return (head.id, head.code, head.title)


def _last_part(head: Head) -> Iterable[str]:
    return (head.id.rpartition("/")[2],)


def _aliases(head: Head) -> Iterable[str]:
    return head.aliases


def load_library(roots: Sequence[Path]) -> Library:
    """Find every form below `roots`.

    Args:
        roots: Folders that hold ``<family>/<form>/``; a later one overrides an earlier one file by
            file, and may add forms. One that does not exist is passed over.

    Raises:
        FormError: If the head of a form cannot be read, or two forms have the same code or title.
    """
    ids = {
        f"{path.parent.parent.name}/{path.parent.name}"
        for root in roots
        for path in root.glob("*/*/form.toml")
    }
    heads = [_head(roots, form_id) for form_id in sorted(ids)]
    _refuse_doubles(heads)
    return Library(heads, lambda form_id: load_from(roots, form_id))


def _head(roots: Sequence[Path], form_id: str) -> Head:
    """The head of a form; one that cannot be used is loaded whole, so that all faults are named."""
    try:
        text = Sources(tuple(roots), form_id).file("form.toml").read_text("utf-8-sig")
        data = tomllib.loads(text[: text.find("\n[")] if "\n[" in text else text)
        code, title, aliases = data["code"], data["title"], data.get("aliases", [])
        has_subject = bool(data.get("subject"))
    except (OSError, ValueError, KeyError):
        code = title = aliases = None
        has_subject = False
    if isinstance(code, str) and isinstance(title, str) and isinstance(aliases, list):
        return Head(form_id, code, title, tuple(map(str, aliases)), has_subject)
    form = load_from(roots, form_id)
    return Head(form_id, form.code, form.title, form.aliases, bool(form.subject))


def _refuse_doubles(heads: Sequence[Head]) -> None:
    seen: dict[str, Head] = {}
    for head in heads:
        for key in (head.code, head.title):
            other = seen.setdefault(comparable(key), head)
            if other is not head:
                raise FormError(head.id, [f"“{key}”与表单“{other.id}”相同，请换一个。"])
