"""QR codes of page codes as PNG files, a few microseconds each.

ISO/IEC 18004: alphanumeric, level M, always version 2 (25 modules), which holds 38 characters.

Everything from the text to the compressed picture is linear over GF(2): error correction, places of
the modules, the mask (`qr_symbol`), and also the deflated scan lines (`qr_picture`). So the bits of
a picture are the XOR of two integers for each pair of characters, and nothing is left to be drawn
or deflated.

The mask is always the same: a reader takes it from the format information, and any mask is legal
to read. Weighing all eight (7.8.3) would take longer than everything else; of the eight, `MASK` has
the lowest mean penalty over page codes (tests/documents/test_qr.py weighs them).
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING

from safety_docs.documents.qr_picture import Picture
from safety_docs.documents.qr_symbol import DATA_BITS, MAX_CHARACTERS, basis, frame

if TYPE_CHECKING:
    from collections.abc import Sequence

MASK = 3
_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_VALUES = {one: value for value, one in enumerate(_ALPHABET)}
_PAIRS = {
    one + other: 45 * first + second
    for one, first in _VALUES.items()
    for other, second in _VALUES.items()
}
_MODE_BITS, _COUNT_BITS, _PAIR_BITS, _SINGLE_BITS = 4, 9, 11, 6
_ALPHANUMERIC = 0b0010
_PADS = (0xEC, 0x11)
_LOW_BITS = 5
_SHARED = 20
"""Characters at the beginning that most codes of one letter have in common; an even number."""


def png(text: str) -> bytes:
    """A QR code as a PNG file, black and white, four pixels a module, with its quiet zone.

    Args:
        text: At most 38 of the characters ``0-9 A-Z $%*+-./:`` and space.

    Raises:
        ValueError: If it does not fit.
    """
    return _pen().png(text)


@functools.cache
def _pen() -> _Pen:
    picture = Picture()
    bits = [picture.bits(modules) for modules in basis()]
    places = range(_MODE_BITS + _COUNT_BITS, DATA_BITS - _SINGLE_BITS + 1, _PAIR_BITS)
    return _Pen(
        picture,
        bits,
        [_sums(bits[place : place + _PAIR_BITS - _LOW_BITS]) for place in places],
        [_sums(bits[place + _PAIR_BITS - _LOW_BITS : place + _PAIR_BITS]) for place in places],
        [_sums(bits[place : place + _SINGLE_BITS]) for place in places],
    )


def _sums(bits: Sequence[int]) -> list[int]:
    """The XOR of `bits` for every number that can be written with them, the first bit highest."""
    sums = [0]
    for bit in reversed(bits):
        sums += [bit ^ one for one in sums]
    return sums


@dataclass(frozen=True, eq=False, slots=True)
class _Pen:
    """Writes codes into one kind of picture.

    Attributes:
        picture: The picture.
        bits: What each data bit turns over in it.
        high, low: The same for the upper six and the lower five bits of a pair, by place and value.
        single: The same for a last character without a partner.
    """

    picture: Picture
    bits: list[int]
    high: list[list[int]]
    low: list[list[int]]
    single: list[list[int]]

    def png(self, text: str) -> bytes:
        try:
            stream = _begun(self, len(text), text[:_SHARED])
            for place in range(_SHARED, len(text) - 1, 2):
                value = _PAIRS[text[place : place + 2]]
                stream ^= self.high[place >> 1][value >> _LOW_BITS]
                stream ^= self.low[place >> 1][value & (1 << _LOW_BITS) - 1]
            if len(text) & 1 and len(text) > _SHARED:
                stream ^= self.single[len(text) >> 1][_VALUES[text[-1]]]
        except (KeyError, IndexError):
            msg = f"no text for a code: {text!r}"
            raise ValueError(msg) from None
        return self.picture.png(stream)

    def begin(self, length: int, text: str) -> int:
        """The picture of a text of some length whose first characters only are known."""
        stream = _empty(self, length)
        for place in range(0, len(text) - 1, 2):
            value = _PAIRS[text[place : place + 2]]
            stream ^= self.high[place >> 1][value >> _LOW_BITS]
            stream ^= self.low[place >> 1][value & (1 << _LOW_BITS) - 1]
        return stream ^ (self.single[length >> 1][_VALUES[text[-1]]] if len(text) & 1 else 0)


@functools.cache
def _empty(pen: _Pen, length: int) -> int:
    """The picture of a text whose characters are all 0: mode, count and padding (7.4)."""
    if not 0 < length <= MAX_CHARACTERS:
        raise IndexError(length)
    used = _MODE_BITS + _COUNT_BITS + _PAIR_BITS * (length // 2) + _SINGLE_BITS * (length % 2)
    head = (_ALPHANUMERIC << _COUNT_BITS | length) << (DATA_BITS - _MODE_BITS - _COUNT_BITS)
    first_pad = -(-min(used + 4, DATA_BITS) // 8)
    for number, place in enumerate(range(first_pad, DATA_BITS // 8)):
        head |= _PADS[number % 2] << (DATA_BITS - 8 - 8 * place)
    stream = pen.picture.bits(frame(MASK)) ^ pen.picture.blank
    for place, bit in enumerate(pen.bits):
        if head >> (DATA_BITS - 1 - place) & 1:
            stream ^= bit
    return stream


@functools.lru_cache(maxsize=256)
def _begun(pen: _Pen, length: int, text: str) -> int:
    """Remembered, because the codes of one letter begin alike."""
    return pen.begin(length, text)
