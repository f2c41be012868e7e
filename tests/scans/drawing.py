"""Pages as a scanner or a phone would give them, drawn with the codes of our letters on them."""

from __future__ import annotations

import io
import random
from typing import TYPE_CHECKING

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageOps

from safety_docs.core.page_code import LAST, PageCode
from safety_docs.documents.qr import png

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

DPI = 150
_PER_MM = DPI / 25.4
WIDTH, HEIGHT = round(210 * _PER_MM), round(297 * _PER_MM)
PAPER = 250


def mm(length: float) -> int:
    return round(length * _PER_MM)


def code_picture(text: str, side_mm: float) -> Image.Image:
    """A code with its quiet zone; `side_mm` is the side without it."""
    picture = Image.open(io.BytesIO(png(text))).convert("L")
    side = mm(side_mm * 33 / 25)
    return picture.resize((side, side), Image.Resampling.BOX)


def written_page(seed: int = 1) -> Image.Image:
    """A page of something like text, with a signature, without codes."""
    chance = random.Random(seed)
    page = Image.new("L", (WIDTH, HEIGHT), PAPER)
    draw = ImageDraw.Draw(page)
    for top in range(35, 220, 8):
        for left in range(28, 180, 5):
            if chance.random() < 0.7:
                box = (mm(left), mm(top), mm(left + 4), mm(top + 4))
                draw.rectangle(box, outline=20, width=2)
    x, y = mm(60), mm(240)
    for _ in range(60):
        step = (chance.randrange(-4, 9), chance.randrange(-9, 10))
        draw.line((x, y, x + step[0], y + step[1]), fill=60, width=3)
        x, y = x + step[0], y + step[1]
    return page


def coded_page(code: PageCode, key: bytes, *, is_last: bool = False) -> Image.Image:
    """A page of a letter: codes stand where decision 0010 puts them."""
    page = written_page(code.number)
    picture = code_picture(code.text(key), 20)
    middle = 210 - 15 if code.number % 2 else 15
    page.paste(picture, (mm(middle) - picture.width // 2, mm(15) - picture.height // 2))
    if is_last:
        last = code_picture(PageCode(code.form, code.page, LAST, code.copy).text(key), 16)
        page.paste(last, (WIDTH // 2 - last.width // 2, mm(13) - last.height // 2))
    return page


def letter(
    form: str, identity: str, key: bytes, *, pages: int = 3, copy: int = 1
) -> list[Image.Image]:
    return [
        coded_page(PageCode(form, identity, number, copy), key, is_last=number == pages)
        for number in range(1, pages + 1)
    ]


def scanned(page: Image.Image, degrees: float = 0, *, blur: float = 0.7) -> Image.Image:
    """Turned, a little blurred and noisy."""
    turned = page.rotate(degrees, expand=True, fillcolor=PAPER - 10)
    soft = turned.filter(ImageFilter.GaussianBlur(blur))
    noise = Image.effect_noise(soft.size, 14).point(lambda value: value // 2)
    return Image.blend(soft, noise, 0.08)


def blank_page() -> Image.Image:
    """Paper with noise, a shadow at the edge and two punch holes."""
    page = punched(Image.new("L", (WIDTH, HEIGHT), PAPER))
    ImageDraw.Draw(page).rectangle((0, 0, mm(4), HEIGHT), fill=120)
    return scanned(page, 0.4)


def punched(page: Image.Image) -> Image.Image:
    draw = ImageDraw.Draw(page)
    for top in (108, 188):
        draw.ellipse((mm(9), mm(top), mm(15), mm(top + 6)), fill=30)
    return page


def back_of(page: Image.Image) -> Image.Image:
    """The blank back of a page, through which its front shines."""
    return punched(shining_through(page, Image.new("L", page.size, PAPER)))


def shining_through(back: Image.Image, front: Image.Image) -> Image.Image:
    """The front of a sheet of thin paper, printed on both sides."""
    trace = Image.blend(Image.new("L", back.size, 255), ImageOps.mirror(back), 0.07)
    return ImageChops.multiply(front, trace)


def with_a_name(page: Image.Image) -> Image.Image:
    """Three characters in pen."""
    draw = ImageDraw.Draw(page)
    for left in (60, 69, 78):
        draw.line((mm(left), mm(200), mm(left + 8), mm(200)), fill=60, width=3)
        draw.line((mm(left + 4), mm(196), mm(left + 4), mm(206)), fill=60, width=3)
        draw.line((mm(left + 1), mm(206), mm(left + 7), mm(197)), fill=60, width=3)
    return page


def without_codes(page: Image.Image) -> Image.Image:
    """The page with a stain over the whole of its top."""
    spoilt = page.copy()
    ImageDraw.Draw(spoilt).rectangle((0, 0, WIDTH, mm(32)), fill=40)
    return spoilt


def write_pdf(path: Path, pages: Sequence[Image.Image]) -> Path:
    """A PDF of one JPEG a page, as scanners write it."""
    first, *others = pages
    first.save(path, "PDF", save_all=True, append_images=others, resolution=DPI, quality=60)
    return path


def write_jpeg(path: Path, page: Image.Image) -> Path:
    page.save(path, "JPEG", quality=60)
    return path
