"""Layout profiles: the numbers of a page as data. One profile is one frozen `Profile`.

Units: twips (1/20 pt, 56.7 to the mm) for lengths; half points for type sizes, as OOXML has it.
Basis: GB/T 9704-2012 for ``official`` (clauses stand beside the numbers);
``letter`` and ``form`` are usual practice of school offices.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Literal

from safety_docs.documents.typeset_errors import UnknownProfileError

Alignment = Literal["left", "center", "right", "both"]

PAGE_WIDTH, PAGE_HEIGHT = 11906, 16838
"""A4 (GB/T 9704-2012, 5.1)."""

FONTS = {
    "仿宋": "华文仿宋",
    "仿宋_GB2312": "仿宋",
    "宋体": "SimSun",
    "方正小标宋简体": "华文中宋",
    "楷体": "华文楷体",
    "楷体_GB2312": "楷体",
    "黑体": "SimHei",
}
"""Every font that a profile may name, and the one to take where it is not installed."""


@dataclass(frozen=True, slots=True)
class Style:
    """A paragraph style.

    Attributes:
        id: ASCII id that paragraphs name.
        name: As Word lists it; names in English are Word's own styles.
        font: East Asian font, which also sets Latin letters, so that quotes stay full-width.
        size: In half points.
        line: Exact line pitch, 0 for as high as the text.
        align: Alignment.
        indent: First-line indent in characters.
        inset: Indent on both sides in characters, for titles that must not fill the line.
        before: Space above.
        after: Space below.
        is_bold: Bold.
        keeps_next: Never the last line of a page.
        outline: Level in the navigation pane, 1 to 9; 0 for none.
        is_tight: No space is added between Chinese and digits, for narrow columns.
    """

    id: str
    name: str
    font: str
    size: int
    line: int
    align: Alignment = "both"
    indent: int = 0
    inset: int = 0
    before: int = 0
    after: int = 0
    is_bold: bool = False
    keeps_next: bool = False
    outline: int = 0
    is_tight: bool = False


@dataclass(frozen=True, slots=True)
class Profile:
    """A layout.

    Attributes:
        name: As `form.toml` gives it.
        margins: Top, right, bottom, left.
        footer: From the lower edge of the paper to the page number.
        styles: By id; ``Normal`` first.
        kai: Font of emphasis in a paragraph.
        row_height: Minimum height of a form grid's rows.
        sign_height: Minimum height of a signature block's rows.
        cell_margin: Left and right inside a cell; half of it above and below.
        run_spacing: Added to every character's width, in twips.
        mirrors_numbers: Page numbers on the outer side (7.5), not in the middle.
        title_room: Blank space under the whole title, subtitle included.
    """

    name: str
    margins: tuple[int, int, int, int]
    footer: int
    styles: tuple[Style, ...]
    kai: str
    row_height: int
    sign_height: int
    cell_margin: int
    run_spacing: int = 0
    mirrors_numbers: bool = False
    title_room: int = 0
    _by_id: dict[str, Style] = field(default_factory=dict, compare=False, repr=False)

    def __post_init__(self) -> None:
        self._by_id.update((style.id, style) for style in self.styles)

    @property
    def text_width(self) -> int:
        """Between the margins."""
        return PAGE_WIDTH - self.margins[1] - self.margins[3]

    def style(self, style_id: str) -> Style:
        """The style with this id; every profile has all that the typesetter uses."""
        return self._by_id[style_id]


def _styles(
    fonts: tuple[str, str, str],
    body: tuple[int, int],
    title: tuple[int, int],
    note: int,
    room: int = 0,
) -> tuple[Style, ...]:
    """The styles that all profiles have.

    Args:
        fonts: Of the body, of titles, of level 2.
        body: Size and line pitch of the body.
        title: Size and line pitch of titles.
        note: Size of notes and small print.
        room: Space above headings of level 1.
    """
    font, of_title, of_level_2 = fonts
    size, line = body
    text = Style("Normal", "Normal", font, size, line)
    head = replace(text, indent=2, keeps_next=True)
    pitch = note * 16
    return (
        text,
        replace(text, id="Body", name="Normal Indent", indent=2),
        Style(
            "Title",
            "Title",
            of_title,
            *title,
            align="center",
            inset=1,
            is_bold=of_title == "宋体",
            keeps_next=True,
        ),
        replace(head, id="Heading1", name="heading 1", font="黑体", before=room, outline=1),
        replace(head, id="Heading2", name="heading 2", font=of_level_2, outline=2),
        replace(head, id="Heading3", name="heading 3", is_bold=True, outline=3),
        replace(text, id="Left", name="顶格", align="left"),
        replace(text, id="Centre", name="居中", align="center"),
        replace(text, id="Right", name="居右", align="right"),
        Style("Small", "小字", font, note, pitch, indent=2),
        Style("Note", "说明", font, note, pitch, after=60),
        Style("Sign", "签署", font, min(size, 28), min(line, 480), align="left", is_tight=True),
        Style("CutLine", "裁切线", font, 18, 320, before=240, after=80, keeps_next=True),
        Style("Gap", "表后间隔", font, 2, 120),
        Style("footer", "footer", "宋体", 28, 0, align="center"),
    )


def _cell_styles(font: str, grid: tuple[int, int], ruled: tuple[int, int]) -> tuple[Style, ...]:
    """Styles inside form grids and ruled tables, from the size and line pitch of each."""
    of_grid = Style("Cell", "表单文字", font, *grid, align="left", is_tight=True)
    of_ruled = replace(of_grid, id="Ruled", name="表格文字", size=ruled[0], line=ruled[1])
    return (
        of_grid,
        replace(of_grid, id="Label", name="表单栏目", font="黑体", align="center"),
        of_ruled,
        replace(of_ruled, id="Head", name="表头", font="黑体", align="center"),
        replace(of_ruled, id="Picture", name="照片", line=0, align="center"),
    )


OFFICIAL = Profile(
    name="official",
    margins=(2098, 1474, 1984, 1587),
    footer=1417,
    styles=(
        *_styles(("仿宋_GB2312", "方正小标宋简体", "楷体_GB2312"), (32, 560), (44, 700), note=24),
        *_cell_styles("仿宋_GB2312", (24, 380), (21, 330)),
    ),
    kai="楷体_GB2312",
    row_height=510,
    sign_height=680,
    cell_margin=85,
    run_spacing=-5,
    mirrors_numbers=True,
    title_room=560,
)

LETTER = Profile(
    name="letter",
    margins=(1361, 1474, 1304, 1474),
    footer=794,
    styles=(
        *_styles(("仿宋", "宋体", "楷体"), (24, 400), (44, 660), note=21, room=60),
        *_cell_styles("仿宋", (21, 320), (21, 320)),
    ),
    kai="楷体",
    row_height=425,
    sign_height=600,
    cell_margin=80,
    title_room=120,
)

FORM = Profile(
    name="form",
    margins=(1134, 1134, 1134, 1134),
    footer=567,
    styles=(
        *_styles(("仿宋", "宋体", "楷体"), (24, 440), (36, 600), note=21, room=80),
        *_cell_styles("仿宋", (24, 380), (21, 340)),
    ),
    kai="楷体",
    row_height=567,
    sign_height=640,
    cell_margin=90,
    title_room=120,
)

_PROFILES = {profile.name: profile for profile in (OFFICIAL, LETTER, FORM)}


def profile_named(name: str) -> Profile:
    """The profile with this name.

    Raises:
        UnknownProfileError: If there is none.
    """
    if name not in _PROFILES:
        raise UnknownProfileError(name, tuple(_PROFILES))
    return _PROFILES[name]
