"""Make ``docs/gallery.md``: every form with a picture of the first page of its sample.

Needs LibreOffice and the extra ``pdf``. A digest of template and sample is kept in the page for
each form; a picture is drawn anew only when its digest has changed, so that a small change of the
library is a small change of the gallery. ``make docs`` runs this.
"""

from __future__ import annotations

import hashlib
import json
import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pypdfium2
from office import to_pdf

from safety_docs.documents import compile_template
from safety_docs.forms import load_library

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from safety_docs.forms import Form

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
FORMS = ROOT / "templates" / "forms"
PAGE = ROOT / "docs" / "gallery.md"
PICTURES = HERE / "gallery"
WIDTH, COLORS = 260, 12
ACROSS = 2
"""Forms side by side."""
_MARK = re.compile(r"^([A-Z]{2}-[0-9A-Z]{2,6}) ([0-9a-f]{16})$", re.MULTILINE)


def digest(form: Form) -> str:
    """Of everything that the picture of a form shows."""
    values = form.sample()
    seen = hashlib.sha256(form.template_path.read_bytes())
    seen.update(json.dumps(form.to_json(values), ensure_ascii=False, sort_keys=True).encode())
    for photo in form.photos_of(values):
        seen.update(photo.path.read_bytes())
    return seen.hexdigest()[:16]


def page(forms: Sequence[Form]) -> str:
    """The page; the same forms give the same text."""
    families: dict[str, list[Form]] = {}
    for form in _in_order(forms):
        families.setdefault(form.family, []).append(form)
    contents = "　".join(
        f"[{name}](#{_anchor(name)})（{len(them)}）" for name, them in families.items()
    )
    sections = "\n".join(_section(name, them) for name, them in families.items())
    digests = "\n".join(f"{form.code} {digest(form)}" for form in forms)
    return f"""\
# 表单样张

共 {len(forms)} 种表单。每种一张样张的首页，姓名、电话都是虚构的。看一种表单要填什么：\
`safety-docs forms show 编号`；取样例改成自己的：`safety-docs forms show 编号 --sample`；\
印空白表手写：`safety-docs forms print 编号 --blank`。

{contents}

{sections}
<!-- 由 make docs 生成，请勿手改。样张指纹：
{digests}
-->
"""


def _in_order(forms: Sequence[Form]) -> list[Form]:
    """Families in the order of the categories that their forms are filed under."""
    first: dict[str, str] = {}
    for form in forms:
        first[form.family] = min(first.get(form.family, form.category), form.category)
    return sorted(forms, key=lambda form: (first[form.family], form.family, form.code))


def _anchor(heading: str) -> str:
    """Where a link to a heading leads: without punctuation, as Git hosts do it."""
    return re.sub(r"[^\w-]", "", heading.replace(" ", "-"))


def _section(family: str, forms: Sequence[Form]) -> str:
    head = "|" + " 样张 | 说明 |" * ACROSS + "\n|" + "---|---|" * ACROSS + "\n"
    rows = "".join(
        "|" + "".join(_cells(form) for form in row) + " | |" * (ACROSS - len(row)) + "\n"
        for row in (forms[at : at + ACROSS] for at in range(0, len(forms), ACROSS))
    )
    return f"## {family}\n\n{head}{rows}"


def _cells(form: Form) -> str:
    picture = f"![{form.title}](pictures/gallery/{form.code}.png)"
    return f" {picture} | {'<br>'.join(_facts(form))} |"


def _facts(form: Form) -> Iterator[str]:
    yield f"**{form.title}**（{form.code}）"
    yield form.purpose.replace("|", "／")
    yield f"填：{form.filled_by}" + (f"；签：{'、'.join(form.signed_by)}" if form.signed_by else "")
    if form.frequency:
        yield f"多久：{form.frequency}"
    yield f"要求：{'、'.join(form.obligations) or form.no_obligation}"
    kind = "Excel" if form.output == "xlsx" else "Word"
    yield f"{kind}，样张 {form.sample_pages} 页"
    if form.default_off:
        yield f"平时不用：{form.default_off}"


def marked(text: str) -> dict[str, str]:
    """The digests that a page holds, by code."""
    return dict(_MARK.findall(text))


def stale(forms: Iterable[Form], known: dict[str, str]) -> list[Form]:
    """The forms whose picture is missing or shows something else."""
    return [
        form
        for form in forms
        if known.get(form.code) != digest(form) or not picture(form).is_file()
    ]


def picture(form: Form) -> Path:
    """The file that shows the form."""
    return PICTURES / f"{form.code}.png"


def draw(forms: Sequence[Form]) -> None:
    """Draw the first page of each form's sample."""
    if not forms:
        return
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        documents = [folder / f"{form.code}.{form.output}" for form in forms]
        for form, document in zip(forms, documents, strict=True):
            template = compile_template(form.template_path, names=form.names)
            document.write_bytes(template.render(form.sample()))
        to_pdf(documents, folder)
        for form in forms:
            _thumbnail(folder / f"{form.code}.pdf").save(picture(form), optimize=True)


def _thumbnail(pdf: Path) -> Any:
    """The first page, small, in a few greys and colours, with a thin border."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        first = document[0]
        large = first.render(scale=3 * WIDTH / first.get_width()).to_pil()
    finally:
        document.close()
    small = large.reduce(3).convert("RGB")
    border = 0xC0
    for edge in ((0, 0, small.width, 1), (0, 0, 1, small.height)):
        small.paste((border,) * 3, edge)
    small.paste((border,) * 3, (small.width - 1, 0, small.width, small.height))
    small.paste((border,) * 3, (0, small.height - 1, small.width, small.height))
    return small.quantize(COLORS)


def main() -> None:
    forms = load_library([FORMS]).forms
    known = marked(PAGE.read_text("utf-8")) if PAGE.is_file() else {}
    draw(stale(forms, known))
    wanted = {picture(form) for form in forms}
    for old in PICTURES.glob("*.png"):
        if old not in wanted:
            old.unlink()
    PAGE.write_text(page(forms), "utf-8")


if __name__ == "__main__":
    main()
