"""What can be wrong with a template, with the values for it, or with a file that is read.

Codes: T001-T009 a file that cannot be read as a Word or Excel package; T1xx findings of the lint
(`documents.lint`); T3xx findings while one document is rendered; T4xx photos.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from safety_docs.core.errors import ProblemsError, SafetyDocsError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from safety_docs.core.problem import Problem


class PackageError(SafetyDocsError):
    """A file is not a package that can be read safely.

    Attributes:
        name: File name as the user knows it.
        reason: What is wrong, half a Chinese sentence.
    """

    code: ClassVar[str] = "T001"

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"“{name}”{reason}")
        self.name = name
        self.reason = reason


class TemplateError(ProblemsError):
    """A template has errors and was not compiled; `problems` holds every finding of the lint."""

    code: ClassVar[str] = "T100"

    def __init__(self, name: str, problems: Sequence[Problem]) -> None:
        super().__init__(problems, f"模板“{name}”有 {len(problems)} 处问题，没有使用：")
        self.name = name


class RenderError(ProblemsError):
    """One document could not be made; `problems` names the fields and quotes the paragraphs."""

    code: ClassVar[str] = "T300"

    def __init__(self, name: str, problems: Sequence[Problem]) -> None:
        super().__init__(problems, f"“{name}”没有生成，发现 {len(problems)} 处问题：")
        self.name = name


class PhotoError(SafetyDocsError):
    """A photo cannot be put into a document.

    Attributes:
        name: File name of the photo.
        reason: What is wrong and what to do, half a Chinese sentence.
    """

    code: ClassVar[str] = "T401"

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"照片“{name}”{reason}")
        self.name = name
        self.reason = reason
