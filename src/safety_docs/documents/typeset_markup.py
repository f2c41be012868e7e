"""Paragraphs and runs as markup, elements in the order of the schema (ECMA-376-1, 17.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from safety_docs.documents.base import fonts
from safety_docs.documents.typeset_inline import runs

if TYPE_CHECKING:
    from safety_docs.documents.profiles import Profile
    from safety_docs.documents.typeset_flow import Para
    from safety_docs.documents.typeset_inline import Run

_LINE_END = set("。，、；：？！）》】”’…")
"""A title's line must not begin with one of these."""


def paragraph(para: Para, profile: Profile, *, align: str = "") -> str:
    """A paragraph; `align` overrules that of its style."""
    text = _balanced(para.text, profile) if para.style == "Title" else para.text
    spacing = "".join(
        f' w:{side}="{width}"'
        for side, width in (("before", para.before), ("after", para.after))
        if width is not None
    )
    properties = (
        f'<w:pStyle w:val="{para.style}"/>'
        + ("<w:keepNext/>" if para.keeps_next else "")
        + ("<w:pageBreakBefore/>" if para.begins_page else "")
        + (_cut_tabs(profile) if para.style == "CutLine" else "")
        + (f"<w:spacing{spacing}/>" if spacing else "")
        + (f'<w:jc w:val="{align}"/>' if align else "")
    )
    return f"<w:p><w:pPr>{properties}</w:pPr>{inline(text, profile)}</w:p>"


def tag_paragraph(source: str, style: str = "Body") -> str:
    """A paragraph that is only a tag and vanishes with it."""
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr><w:r>{_text(source)}</w:r></w:p>'


def inline(text: str, profile: Profile) -> str:
    """The runs of a paragraph."""
    return "".join(_run(run, profile) for run in runs(text))


def _run(run: Run, profile: Profile) -> str:
    if run.text == "\n":
        return "<w:r><w:br/></w:r>"
    properties = (
        (fonts(profile.kai) if run.is_kai else "")
        + ("<w:b/><w:bCs/>" if run.is_bold else "")
        + ('<w:u w:val="single"/>' if run.is_fill else "")
    )
    look = f"<w:rPr>{properties}</w:rPr>" if properties else ""
    pieces = [_text(piece) if piece else "" for piece in run.text.split("\t")]
    return f"<w:r>{look}{'<w:tab/>'.join(pieces)}</w:r>"


def _text(text: str) -> str:
    return f'<w:t xml:space="preserve">{escape(text)}</w:t>'


def _cut_tabs(profile: Profile) -> str:
    width = profile.text_width
    return (
        f'<w:tabs><w:tab w:val="center" w:leader="hyphen" w:pos="{width // 2}"/>'
        f'<w:tab w:val="right" w:leader="hyphen" w:pos="{width}"/></w:tabs>'
    )


def _balanced(text: str, profile: Profile) -> str:
    """A title in lines of about the same length (7.3.1); one with tags or breaks is left as it is.

    Its length is not known before it is filled in; there the writer breaks the line.
    """
    style = profile.style("Title")
    room = profile.text_width // (style.size * 10) - 2 * style.inset
    if "{" in text or "\n" in text or len(text) <= room:
        return text
    count = -(-len(text) // room)
    lines, rest = [], text
    for left in range(count, 1, -1):
        at = -(-len(rest) // left)
        while at < len(rest) and rest[at] in _LINE_END:
            at += 1
        lines.append(rest[:at])
        rest = rest[at:]
    return "\n".join([*lines, rest])
