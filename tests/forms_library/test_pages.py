"""Every sample as a clerk gets it from the printer: converted by LibreOffice and read back."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from tests.forms_library.complaints import (
    CHECKS,
    cut_off,
    empty_pages,
    leftover_tags,
    lonely_signatures,
)
from tests.forms_library.conftest import TEMPLATES
from tests.forms_library.layout import (
    LAYOUT_CHECKS,
    full_lines,
    is_full_of_text,
    margins,
    page_numbers,
    paper,
)
from tests.forms_library.pages import proofs

from safety_docs.app.blank import blank_document
from safety_docs.forms import load_library
from safety_docs.forms.form import SAMPLE_FACTS

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.forms_library.pages import Proof

    from safety_docs.forms import Form

LIBRARY = load_library([TEMPLATES / "forms"])

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed"),
]


@pytest.fixture(scope="module")
def wanted(request: pytest.FixtureRequest) -> list[Form]:
    """The forms that are asked for: all, or those that ``-k`` leaves."""
    calls = [getattr(item, "callspec", None) for item in request.session.items]
    ids = {call.params["form_id"] for call in calls if call and "form_id" in call.params}
    return [LIBRARY.form(head.id) for head in LIBRARY.heads if head.id in ids]


@pytest.fixture(scope="module")
def printed_samples(
    wanted: list[Form], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Proof]:
    """The printed sample of each form; one run of LibreOffice for all."""
    return proofs(wanted, tmp_path_factory.mktemp("pages"))


@pytest.fixture(scope="module")
def printed_blanks(
    wanted: list[Form], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Proof]:
    """Each form as paper to be filled in by hand."""
    folder = tmp_path_factory.mktemp("blanks")
    return proofs(wanted, folder, lambda form: blank_document(form, {}, facts=SAMPLE_FACTS))


@pytest.mark.parametrize("form_id", [head.id for head in LIBRARY.heads])
@pytest.mark.parametrize("check", [*CHECKS, *LAYOUT_CHECKS], ids=lambda check: check.__name__)
def test_a_printed_sample_is_fit_to_be_issued(
    printed_samples: dict[str, Proof], form_id: str, check: Callable[[Proof], list[str]]
) -> None:
    assert check(printed_samples[form_id]) == []


def test_official_papers_have_pages_of_22_lines_and_lines_of_28_characters(
    printed_samples: dict[str, Proof],
) -> None:
    pages = [
        page
        for proof in printed_samples.values()
        if proof.form.profile == "official"
        for page in proof.pages
    ]
    counts = [len(line.characters) for page in pages for line in full_lines(page)]
    assert any(map(is_full_of_text, pages))
    assert counts.count(28) > 0.8 * len(counts)


@pytest.mark.parametrize("form_id", [head.id for head in LIBRARY.heads])
def test_a_blank_form_prints_well(printed_blanks: dict[str, Proof], form_id: str) -> None:
    proof = printed_blanks[form_id]
    checks = (leftover_tags, empty_pages, cut_off, lonely_signatures, paper, margins, page_numbers)
    assert [complaint for check in checks for complaint in check(proof)] == []
    assert len(proof.pages) <= (proof.form.sample_pages or 1) * 1.5 + 1
