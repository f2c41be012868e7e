"""One token per character for Whoosh; the text it gets is in normal form already."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from whoosh.analysis import Token, Tokenizer

from safety_docs.index.tokens import tokens

if TYPE_CHECKING:
    from collections.abc import Iterator


class CharacterTokenizer(Tokenizer):  # type: ignore[misc]  # whoosh is untyped
    """Gives every character its token and its place."""

    def __call__(self, value: str, **wanted: Any) -> Iterator[Any]:
        """One `Token` object, changed for each character, as Whoosh expects."""
        token = Token(positions=wanted.get("positions", False), chars=wanted.get("chars", False))
        for place, text in enumerate(tokens(value).split()):
            token.text = text
            token.pos = place
            token.startchar, token.endchar = place, place + 1
            yield token

    def __eq__(self, other: object) -> bool:
        return isinstance(other, CharacterTokenizer)

    def __hash__(self) -> int:
        return hash(CharacterTokenizer)
