"""Turns checked values of a form into a page that waits to be filed."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from safety_docs.app.copies import copy_label
from safety_docs.app.desk import Composed, Submission
from safety_docs.archive import Part
from safety_docs.core.digest import Digest
from safety_docs.core.page_code import page_identity
from safety_docs.documents import Identity, PageMarks, compile_template
from safety_docs.index import extract_text, read_parts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from safety_docs.archive import Assigned
    from safety_docs.core.record import ReadText
    from safety_docs.documents import Rendered
    from safety_docs.forms import Form


@dataclass(frozen=True, slots=True)
class Correction:
    """Which record a new one corrects, and why; both empty for an ordinary filing."""

    supersedes: str = ""
    reason: str = ""


NO_CORRECTION = Correction()


class Printer:
    """One form with its compiled template; prints any number of pages."""

    def __init__(self, form: Form, *, code_key: bytes | None = None) -> None:
        """Compile the form's template.

        Args:
            form: The form.
            code_key: Key of the codes on pages, from `core.page_code.page_code_key`; None prints
                none, which is enough for previews.

        Raises:
            TemplateError: If the template has faults; all are named.
        """
        self.form = form
        self._code_key = code_key if form.page_codes else None
        self._template = compile_template(
            form.template_path, names=form.names, page_codes=self._code_key is not None
        )

    def submission(
        self, values: Mapping[str, Any], correction: Correction = NO_CORRECTION
    ) -> Submission:
        """A page of `values`, which have been checked by the form."""
        form = self.form
        stored = form.to_json(values)
        template = str(self._template.digest)
        canonical = json.dumps(stored, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        photos = [str(Digest.of(photo.path.read_bytes())) for photo in form.photos_of(values)]
        key = ("form/1", form.id, template, canonical, *photos)

        def compose(assigned: Assigned) -> Composed:
            return self._compose(values, canonical, assigned)

        return Submission(
            key=(*key, correction.supersedes) if correction.supersedes else key,
            title=form.title_of(values),
            category=form.category,
            date=form.date_of(values),
            year=form.year_of(values),
            retention=form.retention,
            compose=compose,
            form=form.id,
            form_title=form.title,
            template=template,
            people=form.people_of(values),
            confidentiality=form.confidentiality if form.is_confidential else "",
            values=stored,
            canonical=canonical,
            supersedes=correction.supersedes,
            reason=correction.reason,
        )

    def render(self, values: Mapping[str, Any]) -> Rendered:
        """Print `values` without filing them: no code, no number, no identity."""
        return self._template.render_parts({**values, "档号": "", "件号": ""})

    def _filed(self, values: Mapping[str, Any], stored: str, assigned: Assigned) -> Rendered:
        """Print `values`, which the page keeps as the JSON text `stored`."""
        identity = Identity(
            form=self.form.id,
            template=str(self._template.digest),
            page_id=assigned.page_id,
            code=assigned.code,
            values_json=stored,
        )
        context = {**values, "档号": assigned.code, "件号": assigned.number}
        return self._template.render_parts(context, identity=identity, marks=self._marks(assigned))

    def _marks(self, assigned: Assigned) -> PageMarks | None:
        """What the pages of the filed copy are marked with."""
        if self._code_key is None:
            return None
        return PageMarks(
            form=self.form.code,
            page=page_identity(assigned.page_id),
            copy=1,
            key=self._code_key,
            label=copy_label(1, self.form.copies),
        )

    def _compose(self, values: Mapping[str, Any], stored: str, assigned: Assigned) -> Composed:
        rendered = self._filed(values, stored, assigned)
        suffix = f".{self.form.output}"
        parts = [Part("正本", suffix, rendered.data)]
        text: str | ReadText
        if self.form.output == "docx":
            text, unreadable = read_parts(rendered.parts), ""
        else:
            extracted = extract_text(rendered.data, suffix)
            text, unreadable = extracted.text, extracted.unreadable
        parts += [
            Part("照片", photo.path.suffix.lower(), photo.path.read_bytes())
            for photo in self.form.photos_of(values)
        ]
        return Composed(parts, text, unreadable)
