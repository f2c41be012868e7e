"""All forms of the installation: the shipped ones, and those of a district's own folders."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from safety_docs.forms.errors import FormError, UnknownFormError
from safety_docs.forms.form import load_layers
from safety_docs.forms.plain_text import comparable

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from safety_docs.forms.form import Form


@dataclass(frozen=True, slots=True)
class Library:
    """The forms, sorted by code.

    Attributes:
        forms: Codes and titles are unique.
    """

    forms: tuple[Form, ...]

    def find(self, name: str) -> Form:
        """The form with this id, last part of the id, code, title or alias; width and case ignored.

        Raises:
            UnknownFormError: If none has it, or more than one; it names the nearest.
        """
        wanted = comparable(name)
        for keys_of in (_main_keys, _last_part, _aliases):
            found = [form for form in self.forms if wanted in map(comparable, keys_of(form))]
            if len(found) == 1:
                return found[0]
            if found:
                raise UnknownFormError(name, [form.title for form in found])
        raise UnknownFormError(name, self._nearest(wanted))

    def _nearest(self, wanted: str) -> list[str]:
        titles: dict[str, str] = {}
        for form in self.forms:
            for key in (*_main_keys(form), *_last_part(form), *_aliases(form)):
                titles.setdefault(comparable(key), form.title)
        holding = [key for key in titles if wanted and wanted in key]
        close = difflib.get_close_matches(wanted, titles, n=3, cutoff=0.5)
        return list(dict.fromkeys(titles[key] for key in [*holding, *close]))[:3]


def _main_keys(form: Form) -> Iterable[str]:
    return (form.id, form.code, form.title)


def _last_part(form: Form) -> Iterable[str]:
    return (form.id.rpartition("/")[2],)


def _aliases(form: Form) -> Iterable[str]:
    return form.aliases


def load_library(roots: Sequence[Path]) -> Library:
    """Load every form below `roots`.

    Args:
        roots: Folders that hold ``<family>/<form>/``; a later one overrides an earlier one file by
            file, and may add forms. One that does not exist is passed over.

    Raises:
        FormError: If a form has faults, or two forms have the same code or title.
    """
    layers: dict[str, list[Path]] = {}
    for root in roots:
        for folder in sorted(path for path in root.glob("*/*") if path.is_dir()):
            layers.setdefault(f"{folder.parent.name}/{folder.name}", []).append(folder)
    forms = [
        load_layers(form_id, folders)
        for form_id, folders in layers.items()
        if any((folder / "form.toml").is_file() for folder in folders)
    ]
    _refuse_doubles(forms)
    return Library(tuple(sorted(forms, key=lambda form: form.code)))


def _refuse_doubles(forms: Sequence[Form]) -> None:
    seen: dict[str, Form] = {}
    for form in forms:
        for key in (form.code, form.title):
            other = seen.setdefault(comparable(key), form)
            if other is not form:
                raise FormError(form.id, [f"“{key}”与表单“{other.id}”相同，请换一个。"])
