"""The other ways to fill the same letter in: docxtpl, python-docx, docxtemplater.

Each gets the values ready-made and gives the bytes of a .docx, in memory, on one core.
"""

from __future__ import annotations

import base64
import copy
import io
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import docx
from docxtpl import DocxTemplate

from twin import W

if TYPE_CHECKING:
    from collections.abc import Iterator

PACKAGES = ("docxtemplater@3", "pizzip@3")
_SCRIPT = Path(__file__).with_name("docxtemplater.js")
_SECTION = re.compile(r"\{([#^])(\w+)\}(.*?)\{/\2\}", re.DOTALL)
_VALUE = re.compile(r"\{(\w+)\}")
_LOOP = re.compile(r"\{#(\w+)\}")
_ROW = re.compile(r"\{#(\w+)\}.*\{/\1\}", re.DOTALL)


def by_docxtpl(path: Path, values: dict[str, Any]) -> bytes:
    """A letter by docxtpl from our own template: a new object each time, as it must be."""
    template = DocxTemplate(str(path))
    template.render(values, autoescape=True)
    return _saved(template)


def by_python_docx(twin: bytes, values: dict[str, Any]) -> bytes:
    """A letter by python-docx from the twin, the ordinary way.

    Open the file, copy the rows and paragraphs that are repeated, put the values into the runs. It
    works on the elements of the body; going through ``document.paragraphs`` takes longer.
    """
    document = docx.Document(io.BytesIO(twin))
    body = document.element.body
    for row in list(body.iter(f"{W}tr")):
        loop = _ROW.fullmatch(_text(row))
        if loop and isinstance(values[loop[1]], list):
            _repeat([row], loop[1], values)
    for paragraph in list(body.iterchildren(f"{W}p")):
        loop = _LOOP.fullmatch(_text(paragraph))
        if loop:
            _repeat(_up_to(paragraph, f"{{/{loop[1]}}}"), loop[1], values)
    _fill(body, values)
    return _saved(document)


def _text(element: Any) -> str:
    return "".join(text.text or "" for text in element.iter(f"{W}t"))


def _up_to(start: Any, end: str) -> list[Any]:
    """The elements between two tags in paragraphs of their own, which go."""
    between = []
    for element in start.itersiblings():
        if _text(element) == end:
            break
        between.append(element)
    for tag in (start, element):
        tag.getparent().remove(tag)
    return between


def _repeat(elements: list[Any], name: str, values: dict[str, Any]) -> None:
    """A filled-in copy of the elements in their place for each item of the list `name`."""
    for item in values[name]:
        for element in elements:
            made = copy.deepcopy(element)
            _fill(made, {**values, **item}, (f"{{#{name}}}", f"{{/{name}}}"))
            elements[0].addprevious(made)
    for element in elements:
        element.getparent().remove(element)


def _fill(element: Any, values: dict[str, Any], dropped: tuple[str, ...] = ()) -> None:
    for text in element.iter(f"{W}t"):
        if "{" in (text.text or ""):
            for tag in dropped:
                text.text = text.text.replace(tag, "")
            text.text = _filled(text.text, values)


def _filled(text: str, values: dict[str, Any]) -> str:
    def section(found: re.Match[str]) -> str:
        return found[3] if bool(values[found[2]]) == (found[1] == "#") else ""

    return _VALUE.sub(lambda found: str(values[found[1]]), _SECTION.sub(section, text))


def _saved(document: Any) -> bytes:
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


class Docxtemplater:
    """docxtemplater in one Node process that stays warm.

    Attributes:
        version: Of docxtemplater and of Node.
    """

    def __init__(self, twin: bytes, values: dict[str, Any]) -> None:
        self._folder = _installed()
        self.version = self._version()
        self._work = tempfile.TemporaryDirectory()
        template, data = (Path(self._work.name) / name for name in ("twin.docx", "values.json"))
        template.write_bytes(twin)
        data.write_text(json.dumps(values, default=str, ensure_ascii=False), encoding="utf-8")
        self._process = subprocess.Popen(
            ["node", str(_SCRIPT), str(self._folder), str(template), str(data)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
        )

    def render(self, count: int) -> tuple[float, bytes]:
        """Seconds for one of `count` letters, and the last of them.

        The smaller of wall clock and CPU counts: neither a busy machine nor the threads with which
        Node compiles and collects garbage are held against docxtemplater.
        """
        print(count, file=self._process.stdin, flush=True)
        line = self._process.stdout.readline() if self._process.stdout else ""
        answer = json.loads(line or sys.exit("docxtemplater failed"))
        spent = min(answer["wall"], answer["cpu"]) / 1000 / count
        return spent, base64.b64decode(answer["letter"])

    def close(self) -> None:
        """End the Node process."""
        self._process.communicate()
        self._work.cleanup()

    def _version(self) -> str:
        package = self._folder / "node_modules" / "docxtemplater" / "package.json"
        number = json.loads(package.read_text(encoding="utf-8"))["version"]
        node = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True)
        return f"{number}, Node {node.stdout.strip()}"


def _installed() -> Path:
    """The folder where docxtemplater is installed; made once, outside of the project."""
    if not (shutil.which("node") and shutil.which("npm")):
        sys.exit("docxtemplater needs Node: install nodejs and npm (Debian's packages) first")
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = cache / "safety-docs-bench" / "-".join(PACKAGES).replace("@", "")
    if all(_modules(folder)):
        return folder
    folder.mkdir(parents=True, exist_ok=True)
    install = ["npm", "install", "--no-package-lock", "--no-save", "--silent", *PACKAGES]
    if subprocess.run(install, cwd=folder, check=False).returncode or not all(_modules(folder)):
        sys.exit(f"npm could not install {' and '.join(PACKAGES)}")
    return folder


def _modules(folder: Path) -> Iterator[bool]:
    for package in PACKAGES:
        name = package.partition("@")[0]
        yield (folder / "node_modules" / name / "package.json").is_file()
