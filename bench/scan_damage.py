"""What happens to a printed page on its way back: pens, seals, stains, scanners and phones.

Everything follows from the `Handling` and its seed: the same page comes out twice the same. Lengths
are in millimetres of the paper.
"""

from __future__ import annotations

import math
import random
from dataclasses import dataclass
from statistics import NormalDist
from typing import Literal

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageOps

WIDTH_MM, HEIGHT_MM = 210, 297
JPEG_QUALITY = 60
_WHITE = (255, 255, 255)
_PAGE_CODE_MM = 15.0
"""From the outer edge and the top to the middle of a page's code (decision 0010)."""
_LAST_CODE_MM = (WIDTH_MM / 2, 13.0)
_HOLES_MM = ((12.0, 108.5), (12.0, 188.5))
"""ISO 838: two holes 80 mm apart, 12 mm from the edge."""
_DESK = (150, 128, 104)
"""What a phone sees around the paper."""

_SEAL = (205, 40, 45)

Damage = Literal["", "stain", "torn"]


@dataclass(frozen=True)
class Handling:
    """What is done to one page.

    Attributes:
        seed: Of everything that is not said here.
        dpi: 150, 200 or 300.
        is_colour: Scanned in colour; else in shades of grey.
        tilt: Degrees by which the paper lies askew.
        turn: 0, 90, 180 or 270 degrees by which the picture is turned.
        blur_mm: Radius of the blur.
        noise: Standard deviation of the noise, in levels of 255.
        black: Level of printed black.
        white: Level of white paper.
        light: Brightness of the darkest edge, as a share of that of the brightest.
        damage: What covers the codes.
        is_photo: Taken with a phone from a little aside.
    """

    seed: str
    dpi: int
    is_colour: bool
    tilt: float
    turn: int
    blur_mm: float
    noise: float
    black: int
    white: int
    light: float
    damage: Damage = ""
    is_photo: bool = False


def any_handling(rng: random.Random, *, damage: Damage = "", is_photo: bool = False) -> Handling:
    """Within what issue 4 says: 150 to 300 dpi, askew by up to 8 degrees, some upside down."""
    return Handling(
        seed=rng.randbytes(8).hex(),
        dpi=200 if is_photo else rng.choice((150, 200, 300)),
        is_colour=is_photo or rng.random() < 1 / 3,
        tilt=rng.uniform(-8, 8),
        turn=rng.choices((0, 180, 90, 270), (76, 14, 5, 5))[0],
        blur_mm=rng.uniform(0, 0.2),
        noise=rng.uniform(1, 14),
        black=rng.randint(0, 70),
        white=rng.randint(215, 255),
        light=rng.uniform(0.55, 0.8) if is_photo else rng.uniform(0.65, 1),
        damage=damage,
        is_photo=is_photo,
    )


def signed(page: Image.Image, rng: random.Random) -> Image.Image:
    """Names written over the lines for them, and the school's red seal."""
    draw, mm = ImageDraw.Draw(page), page.width / WIDTH_MM
    for x in (45, 60, 130, 150):
        _scribble(draw, rng, (x + rng.uniform(-4, 4), rng.uniform(172, 205)), mm)
    _seal(draw, (rng.uniform(120, 160), rng.uniform(170, 195)), mm)
    return page


def _seal(draw: ImageDraw.ImageDraw, middle: tuple[float, float], mm: float) -> None:
    x, y = middle
    ring = [(x - 20) * mm, (y - 20) * mm, (x + 20) * mm, (y + 20) * mm]
    draw.ellipse(ring, outline=_SEAL, width=round(1.2 * mm))
    star = [((x + across) * mm, (y + down) * mm) for across, down in map(_star, range(10))]
    draw.polygon(star, fill=_SEAL)


def _star(corner: int) -> tuple[float, float]:
    radius, angle = (7, 2.7)[corner % 2], math.pi * (corner / 5 - 0.5)
    return radius * math.cos(angle), radius * math.sin(angle)


def _scribble(
    draw: ImageDraw.ImageDraw, rng: random.Random, start: tuple[float, float], mm: float
) -> None:
    ink = rng.choice(((20, 25, 70), (15, 15, 15), (30, 50, 140)))
    for stroke in range(rng.randint(4, 8)):
        x, y = start[0] + stroke * 3.5, start[1] + rng.uniform(-3, 3)
        points: list[tuple[float, float]] = []
        for _ in range(6):
            points.append((x * mm, y * mm))
            x, y = x + rng.uniform(-2, 3.5), y + rng.uniform(-3.5, 3.5)
        draw.line(points, fill=ink, width=max(1, round(rng.uniform(0.4, 0.8) * mm)), joint="curve")


def spoilt(page: Image.Image, number: int, damage: Damage, rng: random.Random) -> Image.Image:
    """The codes covered by a stain or torn off; they stand where decision 0010 puts them."""
    draw, mm = ImageDraw.Draw(page), page.width / WIDTH_MM
    outer = WIDTH_MM - _PAGE_CODE_MM if number % 2 else _PAGE_CODE_MM
    if damage == "stain":
        colour = rng.choice(((92, 60, 38), (45, 45, 50), (120, 80, 60)))
        for x, y in ((outer, _PAGE_CODE_MM), _LAST_CODE_MM):
            for _ in range(4):
                _blot(draw, (x + rng.uniform(-4, 4), y + rng.uniform(-4, 4)), mm, colour)
    elif damage == "torn":
        edge = [(x, rng.uniform(27, 34)) for x in range(0, WIDTH_MM + 1, 10)]
        jagged = [(0, 0), *edge, (WIDTH_MM, 0)]
        draw.polygon([(x * mm, y * mm) for x, y in jagged], fill=_WHITE)
    return page


def _blot(
    draw: ImageDraw.ImageDraw,
    middle: tuple[float, float],
    mm: float,
    colour: tuple[int, int, int],
) -> None:
    x, y = middle
    draw.ellipse([(x - 12) * mm, (y - 11) * mm, (x + 12) * mm, (y + 11) * mm], fill=colour)


def back(front: Image.Image, rng: random.Random) -> Image.Image:
    """The blank back of a page: punch holes, and sometimes a trace of what is on the front."""
    paper = Image.new("RGB", front.size, _WHITE)
    if rng.random() < 0.5:
        paper = Image.blend(paper, ImageOps.mirror(front), rng.uniform(0.02, 0.07))
    draw, mm = ImageDraw.Draw(paper), front.width / WIDTH_MM
    for x, y in _HOLES_MM:
        hole = [(x - 3) * mm, (y - 3) * mm, (x + 3) * mm, (y + 3) * mm]
        draw.ellipse(hole, fill=(70, 70, 70))
    return paper


def handled(page: Image.Image, handling: Handling) -> Image.Image:
    """The picture that a scanner or a phone makes of a sheet of paper, at its dpi."""
    rng = random.Random(handling.seed)
    picture = page if handling.is_colour else page.convert("L")
    around = _DESK if handling.is_photo else (rng.randint(240, 255),) * 3
    fill = around if handling.is_colour else around[0]
    picture = picture.rotate(handling.tilt, Image.Resampling.BILINEAR, expand=True, fillcolor=fill)
    if handling.is_photo:
        picture = _from_aside(picture, rng, fill)
    radius = handling.blur_mm * handling.dpi / 25.4
    picture = picture.filter(ImageFilter.GaussianBlur(radius)) if radius > 0.1 else picture
    picture = _lit(_faded(picture, handling), handling.light, rng)
    picture = _noisy(picture, handling.noise, rng)
    turns = {90: Image.Transpose.ROTATE_90, 180: Image.Transpose.ROTATE_180}
    turns[270] = Image.Transpose.ROTATE_270
    return picture.transpose(turns[handling.turn]) if handling.turn else picture


def _from_aside(
    picture: Image.Image, rng: random.Random, fill: int | tuple[int, ...]
) -> Image.Image:
    """Seen from a little aside, with the desk around it."""
    width, height = picture.size
    margins = [rng.uniform(0.01, 0.06) for _ in range(8)]
    corners = ((0, 0), (0, height), (width, height), (width, 0))  # as QUAD wants them
    quad = []
    for number, (x, y) in enumerate(corners):
        outward_x, outward_y = (1 if x else -1), (1 if y else -1)
        quad.append(x + outward_x * margins[2 * number] * width)
        quad.append(y + outward_y * margins[2 * number + 1] * height)
    return picture.transform(
        picture.size, Image.Transform.QUAD, quad, Image.Resampling.BILINEAR, fillcolor=fill
    )


def _faded(picture: Image.Image, handling: Handling) -> Image.Image:
    span = handling.white - handling.black
    return picture.point(
        [handling.black + level * span // 255 for level in range(256)] * len(picture.getbands())
    )


def _lit(picture: Image.Image, light: float, rng: random.Random) -> Image.Image:
    """Brighter at one side than at the other."""
    shade = Image.linear_gradient("L").rotate(rng.choice((0, 90, 180, 270)))
    shade = shade.point([round(255 * (light + (1 - light) * level / 255)) for level in range(256)])
    shade = shade.resize(picture.size, Image.Resampling.BILINEAR)
    if picture.mode == "RGB":
        shade = Image.merge("RGB", (shade,) * 3)
    return ImageChops.multiply(picture, shade)


def _noisy(picture: Image.Image, deviation: float, rng: random.Random) -> Image.Image:
    """Gaussian noise about each level; in colour the same for the three."""
    bell = NormalDist(128, deviation)
    levels = [min(255, max(0, round(bell.inv_cdf((n + 0.5) / 256)))) for n in range(256)]
    size = picture.width * picture.height
    grain = Image.frombytes("L", picture.size, rng.randbytes(size)).point(levels)
    if picture.mode == "RGB":
        grain = Image.merge("RGB", (grain,) * 3)
    return ImageChops.add(picture, grain, 1, -128)
