"""One token per character: its hexadecimal code point.

No engine can split, drop or fold such a token, so a phrase of tokens finds exactly the substrings.
"""

from __future__ import annotations

SEPARATOR = "\n"
"""Stands between values of one field; normal forms never hold it, so phrases do not cross it."""


class _Tokens(dict[str, str]):
    """Token of each character, filled as characters are met."""

    def __missing__(self, character: str) -> str:
        token = format(ord(character), "x")
        self[character] = token
        return token


_TOKENS = _Tokens()


def tokens(normal: str) -> str:
    """The tokens of a normal form, separated by spaces.

    >>> tokens("王𠮷")
    '738b 20bb7'
    """
    return " ".join(map(_TOKENS.__getitem__, normal))
