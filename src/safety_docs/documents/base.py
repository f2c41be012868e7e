"""The package around a typeset text: a small base document, every part of it written here.

Only styles that the typesetter uses are in it, so a finished letter is small. Elements stand in
the order of the schema (ECMA-376-1, annex A): Word refuses what LibreOffice forgives. Fonts are
always named for all four scripts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from safety_docs.documents.profiles import FONTS, PAGE_HEIGHT, PAGE_WIDTH
from safety_docs.documents.zipwriter import join, pack

if TYPE_CHECKING:
    from safety_docs.documents.profiles import Profile, Style

_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_NAMESPACES = f'xmlns:w="{_W}" xmlns:r="{_R}"'
_PARTS = {
    "document": "document.main",
    "styles": "styles",
    "settings": "settings",
    "fontTable": "fontTable",
    "footer1": "footer",
    "footer2": "footer",
}
_BUILT_IN = frozenset(
    ["Normal", "Normal Indent", "Title", "heading 1", "heading 2", "heading 3", "footer"]
)


def package(body: str, profile: Profile, title: str) -> bytes:
    """A Word file; the same text gives the same bytes.

    Args:
        body: Paragraphs and tables, as markup with the prefix ``w``.
        profile: The layout.
        title: Title of the document, in its properties.
    """
    parts = {
        "[Content_Types].xml": _content_types(),
        "_rels/.rels": _root_relations(),
        "word/document.xml": _document(body, profile),
        "word/_rels/document.xml.rels": _document_relations(),
        "word/styles.xml": styles(profile),
        "word/settings.xml": _settings(profile),
        "word/fontTable.xml": _font_table(profile),
        "word/footer1.xml": _footer(profile, is_even=False),
        "word/footer2.xml": _footer(profile, is_even=True),
        "docProps/core.xml": _core(title),
    }
    return join(pack(name, (_HEAD + text).encode("utf-8")) for name, text in parts.items())


def fonts(name: str) -> str:
    """Markup that sets one font for all four scripts (else T113)."""
    font = quoteattr(name)
    return (
        f'<w:rFonts w:hint="eastAsia" w:ascii={font} w:hAnsi={font} w:eastAsia={font} w:cs={font}/>'
    )


def _content_types() -> str:
    overrides = "".join(
        f'<Override PartName="/word/{part}.xml" ContentType="{_WORD}.{kind}+xml"/>'
        for part, kind in _PARTS.items()
    )
    return (
        f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{overrides}'
        '<Override PartName="/docProps/core.xml" '
        'ContentType="application/vnd.openxmlformats-package.core-properties+xml"/></Types>'
    )


def _root_relations() -> str:
    return (
        f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_R}/officeDocument" Target="word/document.xml"/>'
        f'<Relationship Id="rId2" Type="{_PACKAGE}/relationships/metadata/core-properties" '
        'Target="docProps/core.xml"/></Relationships>'
    )


def _document_relations() -> str:
    targets = [part for part in _PARTS if part != "document"]
    entries = "".join(
        f'<Relationship Id="rId{number}" Type="{_R}/{_PARTS[part]}" Target="{part}.xml"/>'
        for number, part in enumerate(targets, 1)
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{entries}</Relationships>'


def _document(body: str, profile: Profile) -> str:
    return f"<w:document {_NAMESPACES}><w:body>{body}{_section(profile)}</w:body></w:document>"


def _section(profile: Profile) -> str:
    """Section properties; footer relations 4 and 5 as in `_document_relations`."""
    top, right, bottom, left = profile.margins
    footers = '<w:footerReference w:type="default" r:id="rId4"/>'
    if profile.mirrors_numbers:
        footers += '<w:footerReference w:type="even" r:id="rId5"/>'
    return (
        f'<w:sectPr>{footers}<w:pgSz w:w="{PAGE_WIDTH}" w:h="{PAGE_HEIGHT}"/>'
        f'<w:pgMar w:top="{top}" w:right="{right}" w:bottom="{bottom}" w:left="{left}" '
        f'w:header="851" w:footer="{profile.footer}" w:gutter="0"/></w:sectPr>'
    )


def _settings(profile: Profile) -> str:
    even = "<w:evenAndOddHeaders/>" if profile.mirrors_numbers else ""
    return (
        f'<w:settings {_NAMESPACES}><w:defaultTabStop w:val="420"/>{even}'
        '<w:characterSpacingControl w:val="compressPunctuation"/><w:compat>'
        '<w:compatSetting w:name="compatibilityMode" '
        'w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat>'
        '<w:themeFontLang w:val="en-US" w:eastAsia="zh-CN"/></w:settings>'
    )


def _font_table(profile: Profile) -> str:
    used = sorted({style.font for style in profile.styles} | {profile.kai})
    entries = "".join(
        f"<w:font w:name={quoteattr(name)}><w:altName w:val={quoteattr(FONTS[name])}/>"
        '<w:charset w:val="86"/><w:family w:val="auto"/><w:pitch w:val="default"/></w:font>'
        for name in used
    )
    return f"<w:fonts {_NAMESPACES}>{entries}</w:fonts>"


def _footer(profile: Profile, *, is_even: bool) -> str:
    """— 1 — with a PAGE field: every program numbers it without being asked."""
    place = ""
    if profile.mirrors_numbers:
        side = "left" if is_even else "right"
        place = f'<w:ind w:{side}Chars="100" w:{side}="280"/><w:jc w:val="{side}"/>'
    field = (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        '<w:r><w:instrText xml:space="preserve"> PAGE </w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
        '<w:r><w:t>1</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )
    return (
        f'<w:ftr {_NAMESPACES}><w:p><w:pPr><w:pStyle w:val="footer"/>{place}</w:pPr>'
        f'<w:r><w:t xml:space="preserve">— </w:t></w:r>{field}'
        '<w:r><w:t xml:space="preserve"> —</w:t></w:r></w:p></w:ftr>'
    )


def _core(title: str) -> str:
    return (
        f'<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<dc:title>{escape(title)}</dc:title><dc:language>zh-CN</dc:language></cp:coreProperties>"
    )


def styles(profile: Profile) -> str:
    """The part with the styles of a profile."""
    body = profile.styles[0]
    spacing = f'<w:spacing w:val="{profile.run_spacing}"/>' if profile.run_spacing else ""
    defaults = (
        f"<w:docDefaults><w:rPrDefault><w:rPr>{fonts(body.font)}{spacing}"
        f'<w:kern w:val="2"/><w:sz w:val="{body.size}"/><w:szCs w:val="{body.size}"/>'
        '<w:lang w:val="en-US" w:eastAsia="zh-CN" w:bidi="ar-SA"/></w:rPr></w:rPrDefault>'
        "<w:pPrDefault/></w:docDefaults>"
    )
    found = "".join(_style(style) for style in profile.styles)
    return f"<w:styles {_NAMESPACES}>{defaults}{found}{_grid(profile)}</w:styles>"


def _style(style: Style) -> str:
    is_normal = style.id == "Normal"
    custom = "" if style.name in _BUILT_IN else ' w:customStyle="1"'
    default = ' w:default="1"' if is_normal else ""
    based = "" if is_normal else '<w:basedOn w:val="Normal"/>'
    following = '<w:next w:val="Body"/>' if style.outline or style.id == "Title" else ""
    return (
        f'<w:style w:type="paragraph"{default}{custom} w:styleId="{style.id}">'
        f"<w:name w:val={quoteattr(style.name)}/>{based}{following}<w:qFormat/>"
        f"<w:pPr>{_paragraph_properties(style)}</w:pPr>"
        f"<w:rPr>{_run_properties(style)}</w:rPr></w:style>"
    )


def _paragraph_properties(style: Style) -> str:
    pitch = f' w:line="{style.line}" w:lineRule="exact"'
    pitch = pitch if style.line else ' w:line="240" w:lineRule="auto"'
    return (
        ("<w:keepNext/>" if style.keeps_next else "")
        + "<w:widowControl/>"
        + ('<w:autoSpaceDE w:val="0"/><w:autoSpaceDN w:val="0"/>' if style.is_tight else "")
        + f'<w:spacing w:before="{style.before}" w:after="{style.after}"{pitch}/>'
        + _indent(style)
        + f'<w:jc w:val="{style.align}"/>'
        + (f'<w:outlineLvl w:val="{style.outline - 1}"/>' if style.outline else "")
    )


def _indent(style: Style) -> str:
    """Indents in characters for Word and in twips for everyone else."""
    em = style.size * 10
    sides = first = ""
    if style.inset:
        chars, width = style.inset * 100, style.inset * em
        sides = f' w:leftChars="{chars}" w:left="{width}" w:rightChars="{chars}" w:right="{width}"'
    if style.indent:
        first = f' w:firstLineChars="{style.indent * 100}" w:firstLine="{style.indent * em}"'
    return f"<w:ind{sides}{first}/>" if sides or first else ""


def _run_properties(style: Style) -> str:
    bold = "<w:b/><w:bCs/>" if style.is_bold else ""
    return f'{fonts(style.font)}{bold}<w:sz w:val="{style.size}"/><w:szCs w:val="{style.size}"/>'


def _grid(profile: Profile) -> str:
    """The table style: single lines of half a point."""
    sides = ("top", "left", "bottom", "right", "insideH", "insideV")
    borders = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="auto"/>' for side in sides
    )
    wide, high = profile.cell_margin, profile.cell_margin // 3
    margins = "".join(
        f'<w:{side} w:w="{width}" w:type="dxa"/>'
        for side, width in (("top", high), ("left", wide), ("bottom", high), ("right", wide))
    )
    return (
        '<w:style w:type="table" w:default="1" w:styleId="Plain"><w:name w:val="Normal Table"/>'
        '<w:uiPriority w:val="99"/><w:tblPr><w:tblInd w:w="0" w:type="dxa"/>'
        f"<w:tblCellMar>{margins}</w:tblCellMar></w:tblPr></w:style>"
        '<w:style w:type="table" w:styleId="Grid"><w:name w:val="Table Grid"/>'
        '<w:basedOn w:val="Plain"/>'
        f"<w:tblPr><w:tblBorders>{borders}</w:tblBorders></w:tblPr></w:style>"
    )
