"""The typesetter: the wording of a form becomes a Word template in docxtpl's language.

The template is an ordinary .docx that people can open and change in Word or WPS. The same text
gives the same bytes, so that `make templates` can tell whether a template is up to date.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from safety_docs.documents.base import package
from safety_docs.documents.markdown import Heading, parse
from safety_docs.documents.profiles import profile_named
from safety_docs.documents.typeset_flow import Grid, Para, Tag, flow
from safety_docs.documents.typeset_inline import plain
from safety_docs.documents.typeset_markup import paragraph, tag_paragraph
from safety_docs.documents.typeset_table import photo_grid, table

if TYPE_CHECKING:
    from collections.abc import Iterable

    from safety_docs.documents.markdown import Block
    from safety_docs.documents.profiles import Profile
    from safety_docs.documents.typeset_flow import Item


def typeset(text: str, profile: str) -> bytes:
    """Typeset a `text.md` (docs/template-language.md).

    Args:
        text: The wording.
        profile: ``official``, ``letter`` or ``form``.

    Returns:
        A .docx.

    Raises:
        TypesetError: If the wording breaks the rules of the language; it names the line.
        UnknownProfileError: If there is no such profile.
    """
    layout = profile_named(profile)
    blocks = parse(text)
    body = "".join(_markup(item, layout) for item in flow(blocks, layout))
    return package(body, layout, _title(blocks))


def _markup(item: Item, profile: Profile) -> str:
    if isinstance(item, Tag):
        return tag_paragraph(item.source)
    if isinstance(item, Para):
        return paragraph(item, profile)
    if isinstance(item, Grid):
        return table(item, profile)
    return photo_grid(item, profile)


def _title(blocks: Iterable[Block]) -> str:
    """The first title without its tags, for the properties of the document."""
    titles = (block.text for block in blocks if isinstance(block, Heading) and not block.level)
    return plain(next(titles, ""))
