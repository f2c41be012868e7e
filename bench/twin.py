"""The twin of a built letter in docxtemplater's own language, made from ours by code.

``{{ 姓名 }}`` becomes ``{姓名}``, a loop over paragraphs ``{#职责}`` and ``{/职责}`` in paragraphs
of their own, a loop over rows the same around the text of its row, a condition ``{#学科}…{/学科}``
with ``{^学科}`` for its else. docxtemplater's free parser reads names only, so a condition that
compares becomes a name (条件1, 条件2, …) whose value goes into the data. python-docx fills in the
same twin.
"""

from __future__ import annotations

import io
import re
import zipfile
from typing import Any

from jinja2 import Environment
from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
BODY = "word/document.xml"
_TAG = re.compile(r"\{\{ *(?P<value>.+?) *\}\}|\{%(?P<level>p|tr)? *(?P<statement>.+?) *%\}")


class Twin:
    """A template in docxtemplater's language.

    Attributes:
        data: The .docx file.
    """

    def __init__(self, template: bytes) -> None:
        with zipfile.ZipFile(io.BytesIO(template)) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
        self._conditions: dict[str, str] = {}
        self._open: list[str] = []  # names of the sections that are open
        self._variables: list[str] = []  # loop variables
        root = etree.fromstring(parts[BODY])
        for text in list(root.iter(f"{W}t")):
            self._rewrite(text)
        parts[BODY] = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
        self.data = _zipped(parts)

    def values(self, values: dict[str, Any]) -> dict[str, Any]:
        """The values of a letter with those of the conditions beside them."""
        jinja = Environment(autoescape=True)
        return {
            **values,
            **{
                name: bool(jinja.compile_expression(condition)(**values))
                for condition, name in self._conditions.items()
            },
        }

    def _rewrite(self, text: etree._Element) -> None:
        tags = list(_TAG.finditer(text.text or ""))
        if [tag["level"] for tag in tags] == ["tr"]:
            self._row(text, tags[0]["statement"])
            return
        text.text = _TAG.sub(lambda tag: self._tag(tag["value"], tag["statement"]), text.text or "")

    def _row(self, text: etree._Element, statement: str) -> None:
        """Move a tag that has a row of its own into the row that is repeated; drop its row."""
        row = next(text.iterancestors(f"{W}tr"))
        tag = self._tag(None, statement)
        if statement == "endfor":
            last = list(row.getprevious().iter(f"{W}t"))[-1]
            last.text += tag
        else:
            first = next(row.getnext().iter(f"{W}t"))
            first.text = tag + first.text
        row.getparent().remove(row)

    def _tag(self, value: str | None, statement: str | None) -> str:
        if value is not None:
            return f"{{{self._name(value)}}}"
        word, _, rest = str(statement).partition(" ")
        if word == "for":
            variable, _, items = rest.partition(" in ")
            self._variables.append(variable)
            return self._section(items)
        if word == "if":
            return self._section(self._condition(rest))
        if word == "else":
            return f"{{/{self._open[-1]}}}{{^{self._open[-1]}}}"
        if word == "endfor":
            self._variables.pop()
        if word in {"endfor", "endif"}:
            return f"{{/{self._open.pop()}}}"
        raise ValueError(statement)

    def _section(self, name: str) -> str:
        self._open.append(name)
        return f"{{#{name}}}"

    def _condition(self, condition: str) -> str:
        name = self._name(condition)
        if name.isidentifier():
            return name
        return self._conditions.setdefault(condition, f"条件{len(self._conditions) + 1}")

    def _name(self, value: str) -> str:
        variable, dot, rest = value.partition(".")
        return rest if dot and variable in self._variables else value


def _zipped(parts: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return buffer.getvalue()
