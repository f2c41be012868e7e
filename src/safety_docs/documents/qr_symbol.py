"""The modules of a QR code of version 2, level M, as integers over GF(2).

A set of modules is an integer: bit ``row * 25 + column`` stands for a module; rows and columns are
counted from 0 at the upper left corner. Turning modules over is XOR, and so is encoding: the
symbol of a text is the XOR of `frame` and of one item of `basis` for each data bit that is 1.
Source: ISO/IEC 18004:2015; clauses stand beside the numbers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SIZE = 25
DATA_BITS = 224
"""28 data codewords (table 9)."""
MAX_CHARACTERS = 38
"""Alphanumeric ones (table 7)."""
_CHECK_WORDS = 16
_ALIGNMENT = 18
_FIELD = 0x11D
_FORMAT_GENERATOR, _FORMAT_MASK = 0x537, 0x5412
_MASKS: tuple[Callable[[int, int], bool], ...] = (
    lambda row, column: (row + column) % 2 == 0,
    lambda row, _: row % 2 == 0,
    lambda _, column: column % 3 == 0,
    lambda row, column: (row + column) % 3 == 0,
    lambda row, column: (row // 2 + column // 3) % 2 == 0,
    lambda row, column: row * column % 2 + row * column % 3 == 0,
    lambda row, column: (row * column % 2 + row * column % 3) % 2 == 0,
    lambda row, column: ((row + column) % 2 + row * column % 3) % 2 == 0,
)
"""By mask pattern reference (table 10): where modules are turned over."""


def frame(mask: int) -> int:
    """The dark modules when all codewords are 0: function patterns, format information, mask.

    Args:
        mask: Mask pattern reference, 0 to 7.
    """
    turned = _MASKS[mask]
    dark = {place for place, is_dark in _patterns().items() if is_dark}
    dark |= {place for place in _free_places() if turned(*place)}
    dark |= set(_format_places(mask))
    return sum(_bit(place) for place in dark)


def basis() -> list[int]:
    """For each data bit the modules that it turns over: its own and those of its check bits."""
    places = [_bit(place) for place in _free_places()]
    found = []
    for index, checks in enumerate(_check_words()):
        for bit in range(7, -1, -1):
            turned = places[8 * index + 7 - bit]
            for number, word in enumerate(_times_bit(check, bit) for check in checks):
                first = DATA_BITS + 8 * number
                turned |= sum(places[first + 7 - one] for one in range(8) if word >> one & 1)
            found.append(turned)
    return found


def _bit(place: tuple[int, int]) -> int:
    return 1 << place[0] * SIZE + place[1]


def _patterns() -> dict[tuple[int, int], bool]:
    """Function patterns (6.3) with the room for the format information, and whether dark."""
    found = dict.fromkeys(_format_room(), False)
    for number in range(SIZE):
        found[6, number] = found[number, 6] = number % 2 == 0
    for row in range(-1, 8):
        for column in range(-1, 8):
            ring = max(abs(row - 3), abs(column - 3))
            for place in ((row, column), (row, SIZE - 1 - column), (SIZE - 1 - row, column)):
                if 0 <= place[0] < SIZE and 0 <= place[1] < SIZE:
                    found[place] = ring not in {2, 4}
    for row in range(-2, 3):
        for column in range(-2, 3):
            ring = max(abs(row), abs(column))
            found[_ALIGNMENT + row, _ALIGNMENT + column] = ring != 1
    found[SIZE - 8, 8] = True
    return found


def _format_room() -> list[tuple[int, int]]:
    """Both copies of the format information, each from bit 14 to bit 0 (7.9.1)."""
    beside = [(8, column) for column in (0, 1, 2, 3, 4, 5, 7)] + [(8, 8)]
    above = [(row, 8) for row in (7, 5, 4, 3, 2, 1, 0)]
    below = [(SIZE - 1 - number, 8) for number in range(7)]
    right = [(8, SIZE - 8 + number) for number in range(8)]
    return beside + above + below + right


def _format_places(mask: int) -> Iterator[tuple[int, int]]:
    """Dark modules of the format information; level M is 00 (table 12)."""
    remainder = mask << 10
    for bit in range(14, 9, -1):
        if remainder >> bit & 1:
            remainder ^= _FORMAT_GENERATOR << (bit - 10)
    word = (mask << 10 | remainder) ^ _FORMAT_MASK
    for number, place in enumerate(_format_room()):
        if word >> (14 - number % 15) & 1:
            yield place


def _free_places() -> list[tuple[int, int]]:
    """Modules of the codewords' bits in their order, and seven that remain (7.7.3)."""
    taken = _patterns()
    found = []
    rows = range(SIZE - 1, -1, -1)
    for right in (*range(SIZE - 1, 6, -2), 5, 3, 1):
        found += [(row, column) for row in rows for column in (right, right - 1)]
        rows = rows[::-1]
    return [place for place in found if place not in taken]


def _check_words() -> list[list[int]]:
    """The check words when one data word is 1 and all others are 0, by the data word's place."""
    generator = [1]
    root = 1
    for _ in range(_CHECK_WORDS):
        shifted = [*generator, 0]
        scaled = [0, *(_times(term, root) for term in generator)]
        generator = [one ^ other for one, other in zip(shifted, scaled, strict=True)]
        root = _times(root, 2)
    remainder = generator[1:]
    found = []
    for _ in range(DATA_BITS // 8):
        found.append(remainder)
        lead, rest = remainder[0], [*remainder[1:], 0]
        remainder = [
            one ^ _times(term, lead) for one, term in zip(rest, generator[1:], strict=True)
        ]
    return found[::-1]


def _times(one: int, other: int) -> int:
    """Product in the field of 256 elements (7.5.2)."""
    product = 0
    for bit in range(8):
        if other >> bit & 1:
            product ^= _times_bit(one, bit)
    return product


def _times_bit(one: int, bit: int) -> int:
    for _ in range(bit):
        one <<= 1
        if one & 0x100:
            one ^= _FIELD
    return one
