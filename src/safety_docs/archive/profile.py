"""Who a cabinet belongs to: ``cabinet.toml``, written once when the cabinet is made.

The custodian is not in it, because custodians change: that is said by the notebook.
"""

from __future__ import annotations

import json
import re
import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from safety_docs.archive.spine import FORMAT, NewerFormatError
from safety_docs.core.errors import SafetyDocsError
from safety_docs.core.names import is_portable, portable

if TYPE_CHECKING:
    from safety_docs.core.reference_code import Style

STYLES: tuple[Style, ...] = ("DA/T 22-2015", "DA/T 13-2022")
_FONDS = re.compile(r"[A-Z0-9]{1,8}")
_FOLDER_BYTES = 120


class ProfileError(SafetyDocsError):
    """What is said about the school cannot be used."""

    code = "A204"

    def __init__(self, problem: str) -> None:
        super().__init__(f"专柜的设置有误：{problem}。")


@dataclass(frozen=True, slots=True)
class CabinetProfile:
    """The school, its custodian and the choices that never change.

    Attributes:
        fonds: 全宗号, 1 to 8 capital letters and digits.
        name: Name of the school.
        level: 学段, such as 小学.
        custodian: Name of the one person responsible now.
        style: How reference codes are written.
        records_per_box: Records in a box before the next box is begun.
    """

    fonds: str
    name: str
    level: str
    custodian: str
    style: Style = "DA/T 22-2015"
    records_per_box: int = 500

    @property
    def folder(self) -> str:
        """Name of the cabinet's folder."""
        return portable(f"{self.fonds}-{self.name}", _FOLDER_BYTES)

    def check(self) -> None:
        """Refuse what cannot stand in names, codes or files.

        Raises:
            ProfileError: Naming the first fault.
        """
        if not _FONDS.fullmatch(self.fonds):
            problem = f"全宗号“{self.fonds}”应是 1 到 8 个大写字母或数字"
            raise ProfileError(problem)
        texts = {"学校名称": self.name, "学段": self.level, "专人": self.custodian}
        for label, text in texts.items():
            if not is_portable(text):
                problem = f"{label}“{text}”为空，或含有不能用的字符"
                raise ProfileError(problem)
        if self.style not in STYLES:
            problem = f"档号格式“{self.style}”不认识，可用：{'、'.join(STYLES)}"
            raise ProfileError(problem)
        if not 1 <= self.records_per_box <= 9999:
            problem = "每盒件数应在 1 到 9999 之间"
            raise ProfileError(problem)


def to_toml(profile: CabinetProfile, cabinet_id: str, created: str) -> str:
    """Text of ``cabinet.toml``. A JSON string without control characters is a TOML string too."""

    def quoted(text: str) -> str:
        return json.dumps(text, ensure_ascii=False)

    return (
        f"format = {quoted(FORMAT)}\n"
        f"id = {quoted(cabinet_id)}\n"
        f"fonds = {quoted(profile.fonds)}\n"
        f"name = {quoted(profile.name)}\n"
        f"level = {quoted(profile.level)}\n"
        f"style = {quoted(profile.style)}\n"
        f"records_per_box = {profile.records_per_box}\n"
        f"created = {quoted(created)}\n"
    )


def from_toml(text: str, custodian: str) -> CabinetProfile:
    """Read ``cabinet.toml``.

    Raises:
        ProfileError: If it is no such file.
        NewerFormatError: If a newer version wrote it.
    """
    try:
        data = tomllib.loads(text)
        found = str(data["format"])
        profile = CabinetProfile(
            data["fonds"],
            data["name"],
            data["level"],
            custodian,
            data["style"],
            data["records_per_box"],
        )
    except (tomllib.TOMLDecodeError, KeyError) as error:
        problem = f"cabinet.toml 读不懂（{error}）"
        raise ProfileError(problem) from error
    if found != FORMAT:
        raise NewerFormatError(found)
    profile.check()
    return profile
