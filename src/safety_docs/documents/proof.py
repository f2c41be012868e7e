"""A proof, made once for a template, that whatever is filled in leaves well-formed XML.

What is proved: let every printed value be a string of characters that XML allows, with ``&``,
``<``, ``>``, ``"`` and ``'`` escaped (`press.written` prints nothing else without noting it in the
`RenderLog`). Then whichever way the conditions and loops go, the part is well-formed, with its
namespaces. A template without a proof is parsed each time it was filled in; nothing is refused
here.

The argument, by induction over Jinja's syntax tree. A body is the template itself, a branch of an
``if`` or the inside of a ``for``: a sequence of text, expressions and statements; ``set`` prints
nothing. In each body every expression is replaced by one character and every statement by another.
The template is then parsed as a document. Any other body is parsed where its statement stands:
behind the start tags that are open there, before their end tags, and it must leave the same
elements open, by name and namespace declarations, as it found.

1. The two characters may stand in text but in no name. So an expression that the parser lets pass
   stands in character data or in an attribute value, and so does a statement; one in an attribute
   value is refused. Comments, CDATA, processing instructions and a DOCTYPE are refused: nothing
   else could hold them, and there is no entity but the five of XML.
2. Tokens do not run into each other. Every ``<``, ``&`` and quote of the template was seen to begin
   and end what it belongs to *with the characters in place*, and values bring none of their own but
   in whole references. What is left is ``]]>``, which character data may not contain: values have
   no ``>``, and a body with a bare ``>`` in its character data is refused.
3. So what is printed for a body is a sequence of whole tags, attribute values and character data,
   which begins and ends in character data. By induction a statement, whatever it prints (one
   branch, none, a loop any number of times), leaves the same elements open as it found, and closes
   none that was not open. Hence which elements are open, and which namespaces are in scope, is the
   same at each point of the template in every rendering, namely as the parser saw it; each tag
   meets what it met there, and the document element closes at the end.
4. Names of attributes and namespaces never change, so no attribute stands twice. The declared
   encoding is UTF-8, and so is what is written.

Source: Extensible Markup Language 1.0, 5th edition, productions 1, 10, 14, 39 to 43; Namespaces in
XML 1.0, 6.1 and 6.3.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.parsers import expat

from jinja2 import nodes
from markupsafe import escape

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    Open = tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
    """Elements that are open, outermost first: name, and the namespaces declared there."""

_VALUE, _STATEMENT, _END = "\ufdd0", "\ufdd1", "\ufddf"
"""Noncharacters: XML allows them in text and in attribute values, and in no name."""
_RESERVED = re.compile(f"[{_VALUE}{_STATEMENT}{_END}]")
_TAG = re.compile(r"""<(?:[^<>"']|"[^"]*"|'[^']*')*>""")
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'


class _Unproven(Exception):  # noqa: N818 - an answer, not an error
    """There is no proof; says why."""


def is_well_formed(template: nodes.Template) -> bool:
    """Whether every rendering is well-formed.

    Args:
        template: Syntax tree of the source that `patch` makes.
    """
    return not why_unproven(template)


def why_unproven(template: nodes.Template) -> str:
    """Why there is no proof, in English, for developers; "" when there is one."""
    try:
        _prove(template.body, ())
    except _Unproven as reason:
        return str(reason)
    return ""


def _prove(body: Sequence[nodes.Node], around: Open) -> None:
    """Prove one body and the bodies in it; nothing is `around` the template itself."""
    pieces, statements = _pieces(body)
    source = "".join(pieces)
    if not around:
        source = _without_declaration(source)
    if "<!" in source or "<?" in source:
        message = "a comment, CDATA, DOCTYPE or processing instruction"
        raise _Unproven(message)
    places = _Body(around).parse(source)
    if ">" in _TAG.sub("", source):
        message = "a bare > in character data"
        raise _Unproven(message)
    for statement, place in zip(statements, places, strict=True):
        for branch in _branches(statement):
            _prove(branch, place)


def _without_declaration(source: str) -> str:
    if not source.startswith(_HEAD):
        message = "no declaration of UTF-8"
        raise _Unproven(message)
    return source.removeprefix(_HEAD)


def _pieces(body: Sequence[nodes.Node]) -> tuple[list[str], list[nodes.Node]]:
    """The text of a body with its placeholders, and the statements these stand for, in order."""
    pieces: list[str] = []
    statements: list[nodes.Node] = []
    for node in body:
        if isinstance(node, nodes.Output):
            pieces += map(_piece, node.nodes)
        elif isinstance(node, nodes.If | nodes.For):
            pieces.append(_STATEMENT)
            statements.append(node)
        elif not isinstance(node, nodes.Assign):
            message = f"a statement of another kind: {type(node).__name__}"
            raise _Unproven(message)
    return pieces, statements


def _piece(node: nodes.Expr) -> str:
    if not isinstance(node, nodes.TemplateData):
        return _VALUE
    if _RESERVED.search(node.data):
        message = "a placeholder in the template"
        raise _Unproven(message)
    return node.data


def _branches(statement: nodes.Node) -> Iterator[Sequence[nodes.Node]]:
    if isinstance(statement, nodes.For):
        yield statement.body
        yield statement.else_
    elif isinstance(statement, nodes.If):
        yield statement.body
        for other in statement.elif_:
            yield from _branches(other)
        yield statement.else_


class _Body:
    """Parses one body and notes which elements are open at each statement.

    Args:
        around: The elements that are open where the body stands.
    """

    def __init__(self, around: Open) -> None:
        self._around = around
        self._open: Open = ()
        self._declared: list[tuple[str, str]] = []
        self._places: list[Open] = []
        self._end: Open = around

    def parse(self, source: str) -> list[Open]:
        """The elements open at each statement, in order.

        Raises:
            _Unproven: If the body is not well-formed in its place, or does not leave it as it was,
                or a tag of the template stands where it may not.
        """
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.namespace_prefixes = True
        parser.StartNamespaceDeclHandler = self._declare
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._close
        parser.CharacterDataHandler = self._text
        try:
            parser.Parse(self._in_place(source).encode(), True)  # noqa: FBT003 - by position only
        except (expat.ExpatError, UnicodeEncodeError) as error:
            raise _Unproven(str(error)) from error
        if self._end != self._around:
            message = "other elements are open behind a branch than before it"
            raise _Unproven(message)
        return self._places

    def _in_place(self, source: str) -> str:
        if not self._around:
            return source
        before = "".join(map(_start_tag, self._around))
        after = "".join(f"</{name}>" for name, _ in reversed(self._around))
        return f"{before}{source}{_END}{after}"

    def _declare(self, prefix: str | None, uri: str | None) -> None:
        if _RESERVED.search(uri or ""):
            message = "a tag in the name of a namespace"
            raise _Unproven(message)
        self._declared.append((prefix or "", uri or ""))

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if any(_STATEMENT in value for value in attributes.values()):
            message = "a statement in an attribute value"
            raise _Unproven(message)
        self._open = (*self._open, (_qualified(name), tuple(self._declared)))
        self._declared = []

    def _close(self, _name: str) -> None:
        self._open = self._open[:-1]

    def _text(self, text: str) -> None:
        self._places += [self._open] * text.count(_STATEMENT)
        if _END in text:
            self._end = self._open


def _qualified(name: str) -> str:
    """Expat's ``uri local prefix``, ``uri local`` or ``local`` as written in the source.

    >>> _qualified("urn:w p w"), _qualified("urn:w p"), _qualified("p")
    ('w:p', 'p', 'p')
    """
    parts = name.split(" ")
    return f"{parts[-1]}:{parts[-2]}" if len(parts) == 3 else parts[-1]


def _start_tag(element: tuple[str, tuple[tuple[str, str], ...]]) -> str:
    name, declared = element
    attributes = "".join(
        f' xmlns{":" * bool(prefix)}{prefix}="{escape(uri)}"' for prefix, uri in declared
    )
    return f"<{name}{attributes}>"
