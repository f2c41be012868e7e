"""QR codes: module for module those of segno, and read back by ZXing."""

from __future__ import annotations

import io
import random
import struct
import zlib
from typing import TYPE_CHECKING, Any
from unittest import mock

import pytest
import segno
import zxingcpp
from hypothesis import example, given
from hypothesis import strategies as st
from PIL import Image
from segno import encoder

from safety_docs.core.page_code import PageCode, page_code_key, page_identity
from safety_docs.documents.qr import MASK, png
from safety_docs.documents.qr_picture import PIXELS, QUIET
from safety_docs.documents.qr_symbol import MAX_CHARACTERS, SIZE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
KEY = page_code_key(b"s" * 32)
CODES = st.builds(
    PageCode,
    form=st.from_regex(r"[A-Z0-9-]{1,7}", fullmatch=True),
    page=st.integers(0, 2**128 - 1).map(lambda number: page_identity(f"{number:032x}")),
    number=st.integers(1, 31),
    copy=st.integers(1, 31),
)


def by_segno(text: str, mask: int = MASK) -> Sequence[bytearray]:
    """Rows of modules, 1 is dark.

    Where a text ends on a full byte, segno 1.6.6 fills up a further one; the standard only fills up
    the last one (ISO/IEC 18004, 7.4.10), so that is mended here.
    """

    def fill_up(bits: Any, _version: int, length: int) -> None:
        bits.extend([0] * (-length % 8))

    with mock.patch.object(encoder, "write_padding_bits", fill_up):
        code = segno.make_qr(
            text, version=2, error="m", mask=mask, mode="alphanumeric", boost_error=False
        )
    rows: Sequence[bytearray] = code.matrix
    return rows


def pixels(rows: Sequence[Sequence[int]]) -> bytes:
    """The picture of a symbol, one byte a pixel."""
    side = SIZE + 2 * QUIET
    image = Image.new("L", (side, side), 255)
    for row, modules in enumerate(rows):
        for column, is_dark in enumerate(modules):
            image.putpixel((column + QUIET, row + QUIET), 0 if is_dark else 255)
    return image.resize((side * PIXELS, side * PIXELS), Image.Resampling.NEAREST).tobytes()


def opened(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    assert image.mode == "1"
    return image.convert("L")


@given(st.text(ALPHABET, min_size=1, max_size=MAX_CHARACTERS))
@example("A" * MAX_CHARACTERS)
@example(":" * (MAX_CHARACTERS - 1))
@example("0")
@example("0000000")
def test_every_module_is_that_of_another_encoder(text: str) -> None:
    assert opened(png(text)).tobytes() == pixels(by_segno(text))


@given(CODES)
def test_a_page_code_is_read_back(code: PageCode) -> None:
    text = code.text(KEY)
    (found,) = zxingcpp.read_barcodes(opened(png(text)))
    assert found.text == text
    assert found.format == zxingcpp.BarcodeFormat.QRCode
    assert PageCode.parse(found.text, KEY) == code


@given(st.text(ALPHABET, min_size=1, max_size=MAX_CHARACTERS))
def test_the_file_is_sound_to_the_last_check_sum(text: str) -> None:
    data = png(text)
    kinds = dict(chunks(data))
    assert list(kinds) == [b"IHDR", b"IDAT", b"IEND"]
    side = (SIZE + 2 * QUIET) * PIXELS
    assert kinds[b"IHDR"] == struct.pack(">2L5B", side, side, 1, 0, 0, 0, 0)
    engine = zlib.decompressobj()
    lines = engine.decompress(kinds[b"IDAT"])
    assert engine.eof
    assert not engine.unused_data
    assert len(lines) == side * (1 + -(-side // 8))


def chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Kind and content of each part of a PNG, whose check sums are right."""
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    place = 8
    while place < len(data):
        (length,) = struct.unpack_from(">L", data, place)
        kind, content = data[place + 4 : place + 8], data[place + 8 : place + 8 + length]
        (check,) = struct.unpack_from(">L", data, place + 8 + length)
        assert check == zlib.crc32(kind + content)
        yield kind, content
        place += length + 12


@pytest.mark.parametrize("text", ["", "a", "班", "A" * 39, "A" * 20 + "_", "A" * 18 + "é", "1\n"])
def test_what_a_code_cannot_hold_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no text for a code"):
        png(text)


def test_the_mask_has_the_lowest_mean_penalty_over_page_codes() -> None:
    chance = random.Random(1)
    codes = [
        PageCode(
            f"RL-{chance.randint(1, 10):02}",
            page_identity(f"{chance.getrandbits(128):032x}"),
            chance.choice((1, 2, 3, 31)),
            chance.choice((1, 2)),
        )
        for _ in range(150)
    ]
    penalties = [
        sum(
            encoder.evaluate_mask(by_segno(code.text(KEY), mask), width=SIZE, height=SIZE)
            for code in codes
        )
        for mask in range(8)
    ]
    assert penalties.index(min(penalties)) == MASK
