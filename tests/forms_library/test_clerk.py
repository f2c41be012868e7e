"""A clerk changes the look of a template in Word or LibreOffice and saves it: it still prints.

Such programs split tags over runs and write the whole package anew.
"""

from __future__ import annotations

import copy
import io
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest
from docx import Document
from docx.text.paragraph import Paragraph
from docx.text.run import Run
from tests.forms_library.conftest import TEMPLATES

from safety_docs.documents import compile_template
from safety_docs.forms import load_library

if TYPE_CHECKING:
    from pathlib import Path

    from safety_docs.forms import Form, Library

BY_FAMILY = {
    path.parent.parent.name: path.parent.name
    for path in sorted(TEMPLATES.glob("forms/*/*/template.docx"))
}
WORD_FORMS = sorted((BY_FAMILY | {"drills": "photos", "hazards": "hazard-closure"}).values())
"""One form of each family: fields and wording of a family are of one kind."""
HOMEROOM = "responsibility-letters/homeroom-teacher"


def printed(template: Path, form: Form) -> list[str]:
    """Text of the paragraphs of the form's sample, those in tables included."""
    data = compile_template(template, names=form.names).render(form.sample())
    body = Document(io.BytesIO(data)).element.body
    texts = ("".join(p.xpath(".//w:t/text()")) for p in body.iter() if p.tag.endswith("}p"))
    return [text for text in texts if text.strip()]


def restyle(source: Path, target: Path) -> None:
    """Cut every run into three and give the middle one another look, as a spelling check does."""
    document = Document(str(source))
    for element in list(document.element.body.iter("{*}p")):
        for run in Paragraph(element, document).runs:
            text = run.text
            if len(text) > 2 and not {"\n", "\t"} & set(text):
                cuts = (0, len(text) // 3, 2 * len(text) // 3, len(text))
                middle, last = (Run(copy.deepcopy(run._r), run._parent) for _ in range(2))
                run._r.addnext(last._r)
                run._r.addnext(middle._r)
                for part, start, end in zip((run, middle, last), cuts, cuts[1:], strict=False):
                    part.text = text[start:end]
                middle.bold, middle.font.name = True, "微软雅黑"
    document.save(str(target))


@pytest.mark.parametrize("name", WORD_FORMS)
def test_runs_that_are_split_and_restyled_print_the_same(
    library: Library, tmp_path: Path, name: str
) -> None:
    form = library.find(name)
    restyle(form.template_path, tmp_path / "template.docx")
    assert printed(tmp_path / "template.docx", form) == printed(form.template_path, form)


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_templates_saved_by_libreoffice_print_the_same(library: Library, tmp_path: Path) -> None:
    forms = [library.find(name) for name in WORD_FORMS]
    for form in forms:
        shutil.copy(form.template_path, tmp_path / f"{form.code}.docx")
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    command = ["soffice", profile, "--headless", "--convert-to", "docx", "--outdir"]
    files = [str(tmp_path / f"{form.code}.docx") for form in forms]
    subprocess.run([*command, str(tmp_path / "saved"), *files], check=True, capture_output=True)
    for form in forms:
        saved = tmp_path / "saved" / f"{form.code}.docx"
        assert printed(saved, form) == printed(form.template_path, form)


def test_a_changed_template_in_a_folder_of_ones_own_comes_before_the_shipped_one(
    tmp_path: Path,
) -> None:
    own = tmp_path / "forms" / HOMEROOM / "template.docx"
    own.parent.mkdir(parents=True)
    document = Document(str(TEMPLATES / "forms" / HOMEROOM / "template.docx"))
    grid, tasks = document.tables[:2]
    row = copy.deepcopy(grid.rows[3]._tr)
    grid.rows[3]._tr.addnext(row)
    grid.rows[4].cells[0].text, grid.rows[4].cells[1].text = "备　　注", "任教{{ 学科 }}"
    tasks.rows[0]._tr.addnext(copy.deepcopy(tasks.rows[0]._tr))
    for cell, words in zip(tasks.rows[1].cells, ("校本安全课", "每月1次", "教案"), strict=True):
        cell.text = words
    document.save(str(own))

    shipped = load_library([TEMPLATES / "forms"]).find(HOMEROOM)
    form = load_library([TEMPLATES / "forms", tmp_path / "forms"]).find(HOMEROOM)
    assert form.template_path == own
    before, after = printed(shipped.template_path, shipped), printed(own, form)
    assert sorted({*after} - {*before}) == sorted(
        {"备　　注", "任教语文", "校本安全课", "每月1次", "教案"}
    )
    assert {*before} <= {*after}
    assert after.index("校本安全课") < after.index("学生考勤、缺课追踪")
