"""Words that must not stand in a document, and names that are often written wrongly.

``templates/wording.toml`` lists them; a district's own file replaces it. Blanks and line breaks
inside a phrase do not hide it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StrictStr,
    StringConstraints,
    ValidationError,
    model_validator,
)

from safety_docs.forms.errors import InputError
from safety_docs.forms.inputs import read_input

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Self

_BLANKS = re.compile(r"[\s　]+")
_AROUND = 12
_Line = Annotated[StrictStr, StringConstraints(min_length=1, max_length=300)]


class PhraseSpec(BaseModel):
    """One ``[[phrase]]``.

    Attributes:
        find: Words to look for; or
        pattern: a regular expression, with
        shown: how to name what it finds.
        instead: What to write.
        reason: Why.
        severity: error or warning.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    find: Annotated[tuple[_Line, ...], Field(strict=False)] = ()
    pattern: _Line | None = None
    shown: StrictStr = ""
    instead: _Line
    reason: StrictStr = ""
    severity: Literal["error", "warning"] = "warning"

    @model_validator(mode="after")
    def _find_or_pattern(self) -> Self:
        if bool(self.find) == bool(self.pattern):
            message = "find 和 pattern 要有一个，只能有一个"
            raise ValueError(message)
        re.compile(self.pattern or "")
        return self


@dataclass(frozen=True, slots=True)
class Slip:
    """Words found that should not be there.

    Attributes:
        words: As they stand in the text.
        around: The words with some of the text around them.
        instead: What to write.
        reason: Why, or empty.
        severity: ``error`` or ``warning``.
    """

    words: str
    around: str
    instead: str
    reason: str
    severity: Literal["error", "warning"]

    @property
    def sentence(self) -> str:
        """What is wrong and what to do, in one Chinese sentence."""
        why = f"（{self.reason}）" if self.reason else ""
        return f"“{self.words}”应改为：{self.instead}{why}。"


class Phrases:
    """The list, ready to be looked for."""

    def __init__(self, specs: tuple[PhraseSpec, ...]) -> None:
        self._specs = specs
        sources = [spec.pattern or "|".join(map(re.escape, spec.find)) for spec in specs]
        self._patterns = [re.compile(source) for source in sources]
        self._any = re.compile("|".join(f"(?:{source})" for source in sources) or r"(?!)")

    def slips(self, text: str) -> list[Slip]:
        """Every place in `text` that the list objects to, by phrase and then by place."""
        joined = _BLANKS.sub("", text)
        if not self._any.search(joined):
            return []
        return [
            Slip(
                found[0],
                joined[max(found.start() - _AROUND, 0) : found.end() + _AROUND],
                spec.instead,
                spec.reason,
                spec.severity,
            )
            for spec, pattern in zip(self._specs, self._patterns, strict=True)
            for found in pattern.finditer(joined)
        ]


def load_phrases(path: Path) -> Phrases:
    """Read ``wording.toml``.

    Raises:
        InputError: If it is missing or has a fault.
    """
    data = read_input(path)
    entries = data.get("phrase", [])
    if data.keys() - {"phrase"} or not isinstance(entries, list):
        raise InputError(path.name, "里只应有 [[phrase]] 表。")
    try:
        return Phrases(tuple(PhraseSpec.model_validate(entry) for entry in entries))
    except (ValidationError, re.error) as error:
        raise InputError(path.name, f"里有写法不对的用语：{error}") from error
