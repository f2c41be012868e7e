"""PNG files whose compressed bits are linear in the modules of a QR code.

A module is four pixels wide and high, so a byte of a scan line (1 bit a pixel, 1 is white) holds
two modules and is 00, 0F, F0 or FF. The deflate block has a Huffman code made for that: each of the
four bytes is a word of three bits, 1, left module, right module; the other three scan lines of a
row of modules are a copy of the first, always the same words. So each module is one bit at a fixed
place of the stream, and the Adler-32 is a sum over these bits.
Sources: PNG (ISO/IEC 15948), zlib (RFC 1950), deflate (RFC 1951; sections stand beside the code).
"""

from __future__ import annotations

import struct
import zlib
from itertools import groupby
from typing import TYPE_CHECKING

from safety_docs.documents.qr_symbol import SIZE

if TYPE_CHECKING:
    from collections.abc import Mapping

PIXELS = 4
"""Width and height of a module, so that the smoothing of an enlarged picture cannot hurt."""
QUIET = 4
"""Modules of white around the symbol, the least that the standard allows (ISO/IEC 18004, 6.3.8).
Above and below, that is a scan line and five copies of three lines."""
_LEFT, _RIGHT = 0xF0, 0x0F
_END_OF_BLOCK = 256
_SIDE = (SIZE + 2 * QUIET) * PIXELS
_LINE = 1 + -(-_SIDE // 8)
"""Bytes of a scan line: 0 for no filter, then the pixels."""
_COPY, _COPY_EXTRA = 275, (54 - 51, 3)
"""Word and extra bits for a copy of three scan lines, 54 bytes (3.2.5)."""
_DISTANCE, _DISTANCE_EXTRA = 8, (18 - 17, 3)
"""The same for the distance of one scan line, 18 bytes."""
_LENGTHS = {0x00: 3, _RIGHT: 3, _LEFT: 3, 0xFF: 3, _END_OF_BLOCK: 2, _COPY: 2}
"""Lengths of the words: with these the last two bits of a byte's word are its two modules."""
_LENGTH_ORDER = (16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15)
_LENGTH_CODE = {1: 3, 2: 2, 3: 2, 17: 3, 18: 2}
_ADLER = 65_521
_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_ZLIB = b"\x78\x01"


class Picture:
    """The layout of a picture.

    Attributes:
        blank: Bits of the stream when every module is white.
    """

    def __init__(self) -> None:
        self._size = _SIDE * _LINE
        self._sums = [1, self._size]
        self._places: dict[int, int] = {}
        self._weights: list[tuple[int, int, int]] = []
        bits = self._stream()
        self.blank = bits.value
        self._length = -(-bits.length // 8)
        self._masks = self._sum_masks()
        about = struct.pack(">2L5B", _SIDE, _SIDE, 1, 0, 0, 0, 0)
        length = (len(_ZLIB) + self._length + 4).to_bytes(4, "big")
        self._head = _SIGNATURE + _chunk(b"IHDR", about) + length
        self._end = _chunk(b"IEND", b"")

    def bits(self, modules: int) -> int:
        """The bits of the stream that a set of modules turns over; as in `qr_symbol`."""
        return sum(1 << place for module, place in self._places.items() if modules >> module & 1)

    def png(self, stream: int) -> bytes:
        """The file, given the bits of its stream."""
        first, second = self._sums
        for mask, one, other in self._masks:
            count = (stream & mask).bit_count()
            first += count * one
            second += count * other
        check = (second % _ADLER << 16 | first % _ADLER).to_bytes(4, "big")
        data = b"IDAT" + _ZLIB + stream.to_bytes(self._length, "little") + check
        return self._head + data + zlib.crc32(data).to_bytes(4, "big") + self._end

    def _stream(self) -> _Bits:
        """One block: the white above, the rows of modules, the white below."""
        bits = _Bits()
        _begin(bits)
        words = _words(_LENGTHS)
        line = 0
        for row in range(-1, SIZE + 1):
            lines = PIXELS if 0 <= row < SIZE else PIXELS * QUIET
            bits.add_word(words[0])
            for byte in range(_LINE - 1):
                self._add_modules(bits, row, byte, range(line, line + lines))
            for _ in range((lines - 1) // 3):
                bits.add_word(words[_COPY])
                bits.add(*_COPY_EXTRA)
                bits.add(0, 1)
                bits.add(*_DISTANCE_EXTRA)
            line += lines
        bits.add_word(words[_END_OF_BLOCK])
        return bits

    def _add_modules(self, bits: _Bits, row: int, byte: int, lines: range) -> None:
        """Two white modules; what they add to the Adler-32 is noted."""
        bits.add(1, 1)
        for column, value in ((2 * byte, _LEFT), (2 * byte + 1, _RIGHT)):
            first = value * len(lines)
            offsets = (line * _LINE + 1 + byte for line in lines)
            second = value * sum(self._size - offset for offset in offsets) % _ADLER
            if 0 <= row < SIZE and 0 <= column - QUIET < SIZE:
                self._places[row * SIZE + column - QUIET] = bits.length
                self._weights.append((bits.length, first, second))
            else:
                self._sums = [self._sums[0] + first, self._sums[1] + second]
            bits.add(1, 1)

    def _sum_masks(self) -> list[tuple[int, int, int]]:
        """The sums of Adler-32 as weighted counts of bits: mask, weight in each of the two."""
        masks = [
            (sum(1 << place for place, first, _ in self._weights if first == weight), weight, 0)
            for weight in (_LEFT * PIXELS, _RIGHT * PIXELS)
        ]
        for bit in range(_ADLER.bit_length()):
            mask = sum(1 << place for place, _, second in self._weights if second >> bit & 1)
            masks.append((mask, 0, 1 << bit))
        return masks


class _Bits:
    """A stream of bits, the first one lowest (3.1.1)."""

    def __init__(self) -> None:
        self.value = 0
        self.length = 0

    def add(self, value: int, length: int) -> None:
        """A number, its lowest bit first."""
        self.value |= value << self.length
        self.length += length

    def add_word(self, word: str) -> None:
        """A word of a Huffman code."""
        self.add(int(word[::-1], 2), len(word))


def _begin(bits: _Bits) -> None:
    """The head of a last block with its own Huffman code (3.2.7); one word for distances."""
    bits.add(0b101, 3)
    bits.add(max(_LENGTHS) - 256, 5)
    bits.add(_DISTANCE, 5)
    bits.add(len(_LENGTH_ORDER) - 5, 4)
    for symbol in _LENGTH_ORDER[:-1]:
        bits.add(_LENGTH_CODE.get(symbol, 0), 3)
    words = _words(_LENGTH_CODE)
    each = [_LENGTHS.get(symbol, 0) for symbol in range(max(_LENGTHS) + 1)] + [0] * _DISTANCE + [1]
    for length, run in groupby(each):
        count = len(list(run))
        while count:
            count -= _add_run(bits, words, length, count)


def _add_run(bits: _Bits, words: Mapping[int, str], length: int, count: int) -> int:
    """Write some of `count` equal lengths; how many were written."""
    if length or count < 3:
        bits.add_word(words[length])
        return 1
    symbol, least, most, extra = (18, 11, 138, 7) if count > 10 else (17, 3, 10, 3)
    written = min(count, most)
    bits.add_word(words[symbol])
    bits.add(written - least, extra)
    return written


def _words(lengths: Mapping[int, int]) -> dict[int, str]:
    """The words of a Huffman code, given their lengths (3.2.2)."""
    words = {}
    number = length = 0
    for symbol, wanted in sorted(lengths.items(), key=lambda item: (item[1], item[0])):
        number <<= wanted - length
        length = wanted
        words[symbol] = f"{number:0{length}b}"
        number += 1
    return words


def _chunk(kind: bytes, data: bytes) -> bytes:
    check = zlib.crc32(kind + data).to_bytes(4, "big")
    return len(data).to_bytes(4, "big") + kind + data + check
