"""How the compiled path prints: Jinja's own code generator, with less in the way of each value.

The generated code yields UTF-8 bytes. What stands still in the template is encoded once; every
value goes through `written`, whatever its expression is, constants too, so that one function says
how a value becomes XML. Plain text and whole numbers are escaped there and then. Everything else
is printed as the sandbox prints it, and noted in the `RenderLog` where `proof` could not vouch for
it: that part is then parsed.

The hooks (`code_generator_class`, ``_output_child_*``) are those that Jinja's own native types use.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from jinja2 import Undefined, nodes
from jinja2.compiler import CodeGenerator
from markupsafe import escape

from safety_docs.documents.blank import Blank
from safety_docs.documents.missing import current
from safety_docs.documents.sandbox import Sandbox, make_sandbox, printable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from jinja2 import Template
    from jinja2.compiler import Frame

CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""Characters that XML cannot hold (XML 1.0, 2.2). None of them is printable in Unicode's sense."""


def written(value: Any) -> bytes:
    """What is printed for a value, as UTF-8 without a character that means anything in XML.

    Raises:
        TypeError: As `printable`.

    >>> written("甲<乙>").decode(), written(12)
    ('甲&lt;乙&gt;', b'12')
    """
    kind = type(value)
    if kind is str and value.isprintable():
        if "&" in value or "<" in value or ">" in value or '"' in value or "'" in value:
            return escape(value).encode()
        return value.encode()  # type: ignore[no-any-return] # a str, as asked above
    if kind is int:
        return b"%d" % value
    return _unusual(value)


def _unusual(value: Any) -> bytes:
    """As `written`, for what is rare: odd characters, dates, blanks, gaps, markup."""
    shown = printable(value)
    text = str(escape(shown))
    trusted = type(shown) is str or isinstance(shown, Blank | Undefined)
    if CONTROL.search(text):
        current.get().is_forbidden = True
        return b""
    if not trusted and hasattr(shown, "__html__"):
        current.get().doubt()
    return text.encode()


class _Generator(CodeGenerator):
    """Writes code that yields bytes and looks up keys of plain rows without a call."""

    def write_commons(self) -> None:
        super().write_commons()
        self.writeline("written = environment.written")

    def _output_const_repr(self, group: Iterable[Any]) -> str:
        return repr("".join(group).encode())

    def _output_child_to_const(self, node: nodes.Expr, _frame: Frame, _finalize: Any) -> str:
        """Only what stands still is constant; a constant expression is printed like any other."""
        if isinstance(node, nodes.TemplateData):
            return node.data
        raise nodes.Impossible

    def _output_child_pre(self, _node: nodes.Expr, _frame: Frame, _finalize: Any) -> None:
        self.write("written(")

    def _output_child_post(self, _node: nodes.Expr, _frame: Frame, _finalize: Any) -> None:
        self.write(")")

    def visit_Getattr(self, node: nodes.Getattr, frame: Frame) -> None:  # noqa: N802 - Jinja's
        """``行.姓名``: the key of a plain row at once, anything else as `Sandbox.getattr`."""
        row = node.node
        if not isinstance(row, nodes.Name) or hasattr(dict, node.attr):
            super().visit_Getattr(node, frame)
            return
        name, key = frame.symbols.ref(row.name), repr(node.attr)
        self.write(f"({name}[{key}] if type({name}) is dict and {key} in {name} else ")
        super().visit_Getattr(node, frame)
        self.write(")")


class Press(Sandbox):
    """The sandbox, with templates that yield UTF-8."""

    code_generator_class = _Generator
    written = staticmethod(written)


def fill(template: Template, values: Mapping[str, Any]) -> bytes:
    """What a template of the press prints for the values."""
    context = template.new_context(values)  # type: ignore[arg-type] # it only reads them
    return b"".join(template.root_render_func(context))  # type: ignore[arg-type] # bytes, as above


def make_press(more_filters: Mapping[str, Callable[..., Any]]) -> Sandbox:
    """A new environment for the compiled path; see `make_sandbox`."""
    return make_sandbox(more_filters, Press)
