"""Whether a page is blank: nothing written or printed, whatever dust, shadows and punch holes."""

from __future__ import annotations

from PIL import Image, ImageChops, ImageFilter

_LONG_SIDE = 440
"""Pixels at which a page is looked at: about 40 dpi, at which single specks vanish."""
_SIDE, _TOP = 0.10, 0.05
"""Shares of the page at the sides and at top and bottom that are not looked at: punch holes are
12 mm from the edge, and scanners leave dark rims."""
_DARKER = 36
"""How much darker than its surroundings ink is, of 255."""
_MOST_INK = 0.0008
"""Share of the page that may be that dark. A line of text of half the width has 0.002."""


def is_blank(picture: Image.Image) -> bool:
    """Whether a page, in shades of grey, is blank."""
    scale = _LONG_SIDE / max(picture.size)
    size = (max(8, round(picture.width * scale)), max(8, round(picture.height * scale)))
    small = picture.resize(size, Image.Resampling.BOX).filter(ImageFilter.MedianFilter(3))
    around = small.filter(ImageFilter.MedianFilter(9)).filter(ImageFilter.BoxBlur(12))
    width, height = size
    middle = (
        round(width * _SIDE),
        round(height * _TOP),
        round(width * (1 - _SIDE)),
        round(height * (1 - _TOP)),
    )
    darkness = ImageChops.subtract(around, small).crop(middle)
    counts = darkness.histogram()
    return sum(counts[_DARKER:]) <= _MOST_INK * darkness.width * darkness.height
