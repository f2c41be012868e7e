"""Whether a page is blank: nothing written or printed, whatever dust, shadows and punch holes."""

from __future__ import annotations

from PIL import Image, ImageChops, ImageFilter

_LONG_SIDE = 440
"""Pixels at which a page is looked at: about 40 dpi, at which single specks vanish."""
_SIDE, _TOP = 0.10, 0.05
"""Shares of the page at the sides and at top and bottom that are not looked at: punch holes are
12 mm from the edge, and scanners leave dark rims."""
_DARKER = 36
"""How much darker than the paper around it ink is, of 255."""
_BINDING = 0.17
"""Share of the page at each edge in which punch holes lie, also when the paper lay askew."""
_SOLID, _RIM = 5, 9
"""In pixels: what is dark over that many both ways is no stroke of a pen, and with its rim is left
out where holes may be."""
_MOST_INK = 0.0008
"""Share of the page that may be that dark. A line of text of half the width has 0.002."""


def is_blank(picture: Image.Image) -> bool:
    """Whether a page, in shades of grey, is blank."""
    scale = _LONG_SIDE / max(picture.size)
    size = (max(8, round(picture.width * scale)), max(8, round(picture.height * scale)))
    small = picture.resize(size, Image.Resampling.BOX).filter(ImageFilter.MedianFilter(3))
    darkness = ImageChops.subtract(_paper(small), small)
    ink = darkness.point([255 if level >= _DARKER else 0 for level in range(256)])
    ink = _cut(ImageChops.subtract(ink, _holes(ink)), _SIDE, _TOP)
    return ink.histogram()[255] <= _MOST_INK * ink.width * ink.height


def _paper(small: Image.Image) -> Image.Image:
    """How bright the paper is at each place: the brightest nearby."""
    bright = small.reduce(4).filter(ImageFilter.MaxFilter(3))
    return bright.resize(small.size, Image.Resampling.BILINEAR).filter(ImageFilter.BoxBlur(12))


def _holes(ink: Image.Image) -> Image.Image:
    """Solid dark spots near the edges."""
    solid = ink.filter(ImageFilter.MinFilter(_SOLID)).filter(ImageFilter.MaxFilter(_RIM))
    inner = _cut(solid, _BINDING, _BINDING)
    left, top = (solid.width - inner.width) // 2, (solid.height - inner.height) // 2
    solid.paste(0, (left, top, left + inner.width, top + inner.height))
    return solid


def _cut(picture: Image.Image, side: float, top: float) -> Image.Image:
    """Without these shares of the page at the sides, and at top and bottom."""
    across, down = round(picture.width * side), round(picture.height * top)
    return picture.crop((across, down, picture.width - across, picture.height - down))
