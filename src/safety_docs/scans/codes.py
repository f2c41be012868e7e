"""Finding page codes on the picture of a page.

The picture is looked at as it is, small, then in full, then made clearer. Whatever is found is
what the code itself says: its check must fit, or it counts as foreign. A page code says where the
code of the last page would be (decision 0010), so that one is looked for once more, close up.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, NamedTuple

from PIL import Image, ImageChops, ImageFilter, ImageOps, ImageStat

from safety_docs.core.page_code import LAST, PageCode, PageCodeError
from safety_docs.scans.errors import NoScanLibraryError

if TYPE_CHECKING:
    from collections.abc import Iterator

_SMALL = 1_800
"""Long side in pixels at which a page is looked at first: about 150 dpi."""
_CODE_MM = 20
"""Side of the code of a page; the module size of the last page's code follows from its own."""
_TO_LAST_MM = 90
"""From the middle of a page's code to the middle of the last page's code, along the top edge."""
_CLOSE_MM = 17
"""Half of the side of what is looked at close up."""
_CLOSE_PIXELS = 400
_MODULES = 25
_SHINING_THROUGH = 0.12
"""Contrast (deviation by mean) below which a code is on the other side of the paper, for codes are
also read in mirror writing. In bench/scanback.py the faintest print has 0.26, what shines through
0.03."""


class Found(NamedTuple):
    """A code on a picture.

    Attributes:
        code: What it says; None for a code that is not of this cabinet.
        turn: By how many degrees clockwise it is turned, 0 to 359.
        middle: Its middle in pixels of the whole picture.
        side: Length of its side in those pixels.
    """

    code: PageCode | None
    turn: int
    middle: tuple[float, float]
    side: float


@dataclass(slots=True)
class Codes:
    """All codes of a page.

    Attributes:
        own: Codes of this cabinet, each once.
        foreign: Number of other QR codes.
        turn: By how many degrees clockwise the page is turned: 0, 90, 180 or 270.
    """

    own: list[PageCode] = field(default_factory=list)
    foreign: int = 0
    turn: int = 0


def find_codes(picture: Image.Image, key: bytes, *, is_glance: bool = False) -> Codes:
    """All codes on a page.

    Args:
        picture: In shades of grey.
        key: Of the checks.
        is_glance: Look once only, not ever closer.

    Raises:
        NoScanLibraryError: If zxing-cpp is not installed.
    """
    found: list[Found] = []
    for clearer, scale in itertools.islice(_views(picture), 1 if is_glance else None):
        found = [_scaled(one, scale) for one in _read(clearer, key)]
        found = [one for one in found if _is_on_this_side(picture, one)]
        if any(one.code is not None and one.code.number != LAST for one in found):
            break
    own = {one.code: one for one in found if one.code is not None}
    numbered = [one for code, one in own.items() if code.number != LAST]
    if len(numbered) == 1 and len(own) == 1:
        last = _last_beside(picture, numbered[0], key)
        if last is not None:
            own[last] = numbered[0]
    foreign = sum(one.code is None for one in found)
    turns = [one.turn for one in own.values()] or [0]
    return Codes(list(own), foreign, round(turns[0] / 90) % 4 * 90)


def _views(picture: Image.Image) -> Iterator[tuple[Image.Image, float]]:
    """The picture ever clearer, with the factor from its pixels to those of the original."""
    factor = max(picture.size) / _SMALL
    if factor > 1.2:
        yield picture.resize(_size(picture, 1 / factor), Image.Resampling.BOX), factor
    yield picture, 1
    plain = ImageOps.autocontrast(picture.filter(ImageFilter.MedianFilter(3)), cutoff=1)
    yield plain, 1
    yield _levelled(picture), 1
    larger = 2 if max(picture.size) < 2 * _SMALL else 1.5
    sharp = picture.resize(_size(picture, larger), Image.Resampling.BICUBIC)
    yield sharp.filter(ImageFilter.UnsharpMask(4, 180, 2)), 1 / larger


def _is_on_this_side(picture: Image.Image, one: Found) -> bool:
    """Whether a code is printed here, and does not only shine through from the other side."""
    x, y = one.middle
    half = one.side / 2
    box = (round(x - half), round(y - half), round(x + half), round(y + half))
    small = picture.crop(box).resize((_MODULES, _MODULES), Image.Resampling.BOX)
    stat = ImageStat.Stat(small)
    return stat.stddev[0] > _SHINING_THROUGH * stat.mean[0]


def _size(picture: Image.Image, factor: float) -> tuple[int, int]:
    return max(1, round(picture.width * factor)), max(1, round(picture.height * factor))


def _levelled(picture: Image.Image) -> Image.Image:
    """Black and white by the brightness around each pixel, so that shadows do not matter."""
    around = picture.filter(ImageFilter.BoxBlur(max(picture.size) // 60))
    darker = Image.blend(around, Image.new("L", picture.size, 0), 0.12)
    return _where_brighter(picture, darker)


def _where_brighter(picture: Image.Image, limit: Image.Image) -> Image.Image:
    return ImageChops.subtract(picture, limit).point(lambda value: 255 if value else 0)


def _read(picture: Image.Image, key: bytes) -> list[Found]:
    return [_found(one, key) for one in _library().read_barcodes(picture, formats=_qr())]


def _library() -> Any:
    try:
        import zxingcpp  # noqa: PLC0415 - only who reads scans needs it
    except ImportError as error:
        library = "zxing-cpp"
        raise NoScanLibraryError(library) from error
    return zxingcpp


def _qr() -> Any:
    return _library().BarcodeFormat.QRCode


def _found(one: Any, key: bytes) -> Found:
    corners = one.position
    points = [corners.top_left, corners.top_right, corners.bottom_right, corners.bottom_left]
    middle = (sum(point.x for point in points) / 4, sum(point.y for point in points) / 4)
    across = math.dist((points[0].x, points[0].y), (points[1].x, points[1].y))
    try:
        code = PageCode.parse(one.text, key)
    except PageCodeError:
        code = None
    return Found(code, one.orientation % 360, middle, across)


def _scaled(one: Found, factor: float) -> Found:
    middle = (one.middle[0] * factor, one.middle[1] * factor)
    return one._replace(middle=middle, side=one.side * factor)


def _last_beside(picture: Image.Image, page: Found, key: bytes) -> PageCode | None:
    """The code of the last page where it would be beside the code of this page."""
    if page.code is None:
        return None
    wanted = replace(page.code, number=LAST)
    per_mm = page.side / _CODE_MM
    to_inside = -1 if page.code.number % 2 else 1  # odd pages have their code on the right
    angle = math.radians(page.turn)
    x = page.middle[0] + to_inside * _TO_LAST_MM * per_mm * math.cos(angle)
    y = page.middle[1] + to_inside * _TO_LAST_MM * per_mm * math.sin(angle)
    half = _CLOSE_MM * per_mm
    box = (round(x - half), round(y - half), round(x + half), round(y + half))
    close = picture.crop(box).resize((_CLOSE_PIXELS, _CLOSE_PIXELS), Image.Resampling.BICUBIC)
    for view in (close, ImageOps.autocontrast(close, cutoff=2), _levelled(close)):
        for one in _read(view, key):
            if one.code == wanted and _is_on_this_side(close, one):
                return wanted
    return None
