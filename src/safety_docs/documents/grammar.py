"""What a single tag may say: checked on Jinja's syntax tree, before anything is compiled.

Jinja's own optimiser evaluates constants while compiling, so the check must come first.
"""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from jinja2 import TemplateSyntaxError, nodes

from safety_docs.documents.sandbox import (
    BUILTIN_TESTS,
    FILTER_NAMES,
    FORBIDDEN_FILTERS,
    make_sandbox,
)
from safety_docs.documents.tags import Slip

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from safety_docs.documents.tags import Tag

CELL_WORDS = frozenset({"colspan", "cellbg", "vm", "hm"})
_CLOSING = frozenset({"else", "endif", "endfor", "vm", "hm"})
_FRAMES = {
    "for": "{{% {} %}}{{% endfor %}}",
    "if": "{{% {} %}}{{% endif %}}",
    "elif": "{{% if 1 %}}{{% {} %}}{{% endif %}}",
    "set": "{{% {} %}}",
}
_ALLOWED = (
    nodes.Template,
    nodes.Output,
    nodes.TemplateData,
    nodes.For,
    nodes.If,
    nodes.Assign,
    nodes.Name,
    nodes.Const,
    nodes.List,
    nodes.Tuple,
    nodes.Dict,
    nodes.Pair,
    nodes.Keyword,
    nodes.CondExpr,
    nodes.Filter,
    nodes.Test,
    nodes.Compare,
    nodes.Operand,
    nodes.And,
    nodes.Or,
    nodes.Not,
    nodes.Neg,
    nodes.Pos,
    nodes.Add,
    nodes.Sub,
    nodes.Mul,
    nodes.Div,
    nodes.FloorDiv,
    nodes.Mod,
    nodes.Concat,
    nodes.Getattr,
    nodes.Getitem,
    nodes.Slice,
)
_sandbox = make_sandbox()


def check_tag(tag: Tag) -> tuple[nodes.Template | None, tuple[Slip, ...]]:
    """The syntax tree of one tag, None when it has none or cannot be read, and what is wrong."""
    if tag.opener == "{#" or tag.keyword in _CLOSING:
        return None, _bare_keyword(tag)
    source = _source(tag)
    if source is None:
        return None, (Slip("T109", f"不允许使用标签“{tag.raw}”。"),)
    try:
        tree = _sandbox.parse(source)
    except (TemplateSyntaxError, RecursionError):
        return None, (Slip("T120", f"标签“{tag.raw}”的写法不对，请对照说明改写。"),)
    slips = dict.fromkeys(slip for node in _walk(tree) for slip in _check(node, tag))
    return tree, tuple(slips)


def _bare_keyword(tag: Tag) -> tuple[Slip, ...]:
    if tag.opener == "{#" or tag.body == tag.keyword:
        return ()
    return (Slip("T120", f"标签“{tag.raw}”里“{tag.keyword}”后面不能再写别的。"),)


def _source(tag: Tag) -> str | None:
    if tag.opener == "{{":
        return f"{{{{ {tag.body} }}}}"
    if tag.keyword in {"colspan", "cellbg"}:
        return f"{{{{ {tag.body.removeprefix(tag.keyword)} }}}}"
    frame = _FRAMES.get(tag.keyword)
    return frame.format(tag.body) if frame else None


def _walk(node: nodes.Node) -> Iterator[nodes.Node]:
    yield node
    for child in node.iter_child_nodes():
        yield from _walk(child)


def _check(node: nodes.Node, tag: Tag) -> Iterator[Slip]:
    if isinstance(node, nodes.Call):
        if not _is_range(node):
            yield Slip("T109", f"标签“{tag.raw}”里不允许调用函数。")
    elif not isinstance(node, _ALLOWED):
        yield Slip("T109", f"不允许使用标签“{tag.raw}”这样的写法。")
    if isinstance(node, nodes.Filter):
        yield from _check_filter(node, tag)
    elif isinstance(node, nodes.Test) and node.name not in BUILTIN_TESTS:
        yield Slip("T107", f"没有“{node.name}”这种判断。")
    elif isinstance(node, nodes.Assign):
        yield from _check_assign(node, tag)
    elif isinstance(node, nodes.Mul) and _multiplies_text(node):
        yield Slip("T109", f"标签“{tag.raw}”里文字和清单不能相乘。")
    for name in _names(node):
        if name.startswith("_") or "__" in name or _takes_loop(node):
            yield Slip("T109", f"不允许使用“{name}”（标签“{tag.raw}”）。")


def _takes_loop(node: nodes.Node) -> bool:
    """``loop`` is the loop's own; no variable may have that name."""
    return isinstance(node, nodes.Name) and node.ctx == "store" and node.name == "loop"


def _is_range(node: nodes.Call) -> bool:
    plain = not (node.kwargs or node.dyn_args or node.dyn_kwargs)
    return isinstance(node.node, nodes.Name) and node.node.name == "range" and plain


def _names(node: nodes.Node) -> Iterator[str]:
    for value in (getattr(node, "name", None), getattr(node, "attr", None)):
        if isinstance(value, str):
            yield value
    key = node.arg if isinstance(node, nodes.Getitem) else None
    constants = [key] if key else []
    if isinstance(node, nodes.Filter):
        constants += [*node.args, *(keyword.value for keyword in node.kwargs)]
    for constant in constants:
        if isinstance(constant, nodes.Const) and "__" in str(constant.value):
            yield str(constant.value)


def _check_filter(node: nodes.Filter, tag: Tag) -> Iterator[Slip]:
    if node.name in FORBIDDEN_FILTERS:
        yield Slip("T109", f"不允许使用格式“{node.name}”（标签“{tag.raw}”）。")
    elif node.name not in FILTER_NAMES:
        guess = nearest(node.name, FILTER_NAMES)
        yield Slip("T107", f"没有“{node.name}”这个格式{guess}。")
    elif node.name == "图片" and not _is_outermost(node, tag):
        yield Slip("T109", f"“图片”只能写在标签的最后（标签“{tag.raw}”）。")


def _is_outermost(node: nodes.Filter, tag: Tag) -> bool:
    return tag.opener == "{{" and outer_filter(_sandbox.parse(f"{{{{ {tag.body} }}}}")) == node.name


def outer_filter(tree: nodes.Template | None) -> str:
    """Name of the filter that a ``{{ }}`` tag ends with, "" if there is none."""
    output = tree.body[0] if tree and tree.body else None
    last = output.nodes[0] if isinstance(output, nodes.Output) and output.nodes else None
    return last.name if isinstance(last, nodes.Filter) else ""


def _check_assign(node: nodes.Assign, tag: Tag) -> Iterator[Slip]:
    building = (nodes.Concat, nodes.List, nodes.Tuple, nodes.Dict)
    plain = isinstance(node.target, nodes.Name)
    if not plain or any(isinstance(child, building) for child in _walk(node.node)):
        yield Slip("T109", f"标签“{tag.raw}”里不允许拼接，set 只能保存一个算好的值。")


def _multiplies_text(node: nodes.Mul) -> bool:
    return any(
        isinstance(side, nodes.List | nodes.Tuple)
        or (isinstance(side, nodes.Const) and not isinstance(side.value, int | float))
        for side in (node.left, node.right)
    )


def names_used(tree: nodes.Template) -> set[str]:
    """Names that the tag reads from outside itself."""
    loop = tree.find(nodes.For)
    if loop is not None:
        own = names_set(tree)
        test = _loaded(loop.test) - own if loop.test is not None else set()
        return _loaded(loop.iter) | test
    return _loaded(tree)


def _loaded(node: nodes.Node) -> set[str]:
    names = [node] if isinstance(node, nodes.Name) else node.find_all(nodes.Name)
    return {name.name for name in names if name.ctx == "load"} - {"range"}


def names_set(tree: nodes.Template) -> set[str]:
    """Names that the tag gives to what follows: loop variables, ``set``."""
    return {node.name for node in tree.find_all(nodes.Name) if node.ctx == "store"}


def nearest(name: str, known: Collection[str]) -> str:
    """，是不是“…”？ for the known name most like `name`, or nothing.

    >>> nearest("性名", ["姓名", "部门"])
    '，是不是“姓名”'
    """
    close = difflib.get_close_matches(name, known, n=1, cutoff=0.4)
    return f"，是不是“{close[0]}”" if close else ""
