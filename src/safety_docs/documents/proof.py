"""A proof, made once for a template, that whatever is filled in leaves well-formed XML.

What is proved: let every printed value be a string of characters that XML allows, with ``&``,
``<``, ``>``, ``"`` and ``'`` escaped (`press.written` prints nothing else without noting it in the
`RenderLog`). Then whichever way the conditions and loops go, the part is well-formed, with its
namespaces. A template without a proof is parsed each time it was filled in; nothing is refused
here.

The argument, by induction over Jinja's syntax tree. A body is the template itself, a branch of an
``if`` or the inside of a ``for``: a sequence of text, expressions and statements; ``set`` prints
nothing. In each body every expression is replaced by one character, every statement by another, and
the result is parsed: the template as a document, any other body as the content of an element that
stands where its statement stands, with the namespaces in scope there.

1. The two characters may stand in text but in no name, so an expression that the parser lets pass
   stands in character data or in an attribute value, and so does a statement; one in an attribute
   value is refused (`_Body._start`). Comments, CDATA, processing instructions and a DOCTYPE are
   refused, so there is nothing else that could hold them, and no entity but the five of XML.
2. Tokens do not run into each other. The parser has seen every ``<``, ``&`` and quote of the
   template begin and end what it belongs to *with the characters in place*, and values bring none
   of their own but in complete references. What is left is ``]]>``, which character data may not
   contain: values have no ``>``, and a body with a bare ``>`` in its character data is refused.
3. So in an attribute value, any escaped value leaves an attribute value. In character data, any
   escaped value is *content* (XML 1.0, production 43), and by induction so is whatever a statement
   prints: a branch prints content, a branch not taken prints nothing, a loop prints content again
   and again; content beside content is content. Content in the place of a character of content is
   content. The document element therefore closes where it closed, and the attributes of an element,
   their names and namespaces never change.
4. The declared encoding is UTF-8, and so is what is written.

Source: Extensible Markup Language 1.0, 5th edition, productions 10, 14, 39 to 43; Namespaces in XML
1.0, 6 and 7.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.parsers import expat
from xml.sax.saxutils import quoteattr

from jinja2 import nodes

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_VALUE, _STATEMENT = "\ufdd0", "\ufdd1"
"""Noncharacters: XML allows them in text and in attribute values, and in no name."""
_TAG = re.compile(r"""<(?:[^<>"']|"[^"]*"|'[^']*')*>""")
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'


class Unproven(Exception):  # noqa: N818 - an answer, not an error
    """The proof does not hold; says why."""


def is_well_formed(template: nodes.Template) -> bool:
    """Whether every rendering is well-formed.

    Args:
        template: Syntax tree of the source that `patch` makes.
    """
    return not why_unproven(template)


def why_unproven(template: nodes.Template) -> str:
    """Why there is no proof, "" when there is one."""
    try:
        _prove(template.body, None)
    except Unproven as reason:
        return str(reason)
    return ""


def _prove(body: Sequence[nodes.Node], scope: Mapping[str, str] | None) -> None:
    """Prove one body and the bodies in it; `scope` is None for the template itself."""
    pieces, statements = _pieces(body)
    source = "".join(pieces)
    if scope is None:
        if not source.startswith(_HEAD):
            message = "no declaration of UTF-8"
            raise Unproven(message)
        source = source.removeprefix(_HEAD)
    if "<!" in source or "<?" in source:
        message = "a comment, CDATA, DOCTYPE or processing instruction"
        raise Unproven(message)
    scopes = _Body(scope).parse(source)
    if ">" in _TAG.sub("", source):
        message = "a bare > in character data"
        raise Unproven(message)
    for statement, inner in zip(statements, scopes, strict=True):
        for branch in _branches(statement):
            _prove(branch, inner)


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
            raise Unproven(message)
    return pieces, statements


def _piece(node: nodes.Expr) -> str:
    if not isinstance(node, nodes.TemplateData):
        return _VALUE
    if _VALUE in node.data or _STATEMENT in node.data:
        message = "a placeholder in the template"
        raise Unproven(message)
    return str(node.data)


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
    """Parses one body and notes which namespaces are in scope at each statement.

    Args:
        scope: Namespace by prefix ("" for the default one) around the body; None for a document.
    """

    def __init__(self, scope: Mapping[str, str] | None) -> None:
        self._wrap = scope is not None
        self._around = dict(scope or {})
        self._scope = {prefix: [uri] for prefix, uri in self._around.items()}
        self._found: list[Mapping[str, str]] = []

    def parse(self, source: str) -> list[Mapping[str, str]]:
        """The scopes of its statements, in order.

        Raises:
            Unproven: If the body is not well-formed, or a statement stands where it may not.
        """
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.StartElementHandler = self._start
        parser.CharacterDataHandler = self._text
        parser.StartNamespaceDeclHandler = self._declare
        parser.EndNamespaceDeclHandler = self._leave
        try:
            parser.Parse(self._wrapped(source).encode(), True)  # noqa: FBT003 - by position only
        except (expat.ExpatError, UnicodeEncodeError) as error:
            raise Unproven(str(error)) from error
        return self._found

    def _wrapped(self, source: str) -> str:
        if not self._wrap:
            return source
        declared = "".join(
            f" xmlns{':' * bool(prefix)}{prefix}={quoteattr(uri)}"
            for prefix, uri in self._around.items()
            if prefix != "xml"
        )
        return f"<body{declared}>{source}</body>"

    def _start(self, _name: str, attributes: dict[str, str]) -> None:
        if any(_STATEMENT in value for value in attributes.values()):
            message = "a statement in an attribute value"
            raise Unproven(message)

    def _text(self, text: str) -> None:
        scope = {prefix: uris[-1] for prefix, uris in self._scope.items() if uris}
        self._found += [scope] * text.count(_STATEMENT)

    def _declare(self, prefix: str | None, uri: str | None) -> None:
        if _VALUE in (uri or "") or _STATEMENT in (uri or ""):
            message = "a tag in a namespace"
            raise Unproven(message)
        self._scope.setdefault(prefix or "", []).append(uri or "")

    def _leave(self, prefix: str | None) -> None:
        self._scope[prefix or ""].pop()
