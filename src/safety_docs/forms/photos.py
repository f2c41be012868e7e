"""Photos of a form: files that the user chose, named relative to the input file.

Only the name and the kind of file are looked at here; the renderer opens them, with limits.
"""

from __future__ import annotations

from pathlib import Path, PureWindowsPath

from safety_docs.core.photo import PhotoFile
from safety_docs.forms.plain_text import RefusedError, clean, shown
from safety_docs.forms.spec import FieldSpec

SUFFIXES = frozenset({".jpg", ".jpeg", ".png"})
MAX_PHOTO_BYTES = 50 * 1024 * 1024
_COLUMNS = (
    FieldSpec(name="文件", type="photos", required=True),
    FieldSpec(name="说明", type="text", max_length=200),
    FieldSpec(name="时间", type="datetime"),
    FieldSpec(name="地点", type="text", max_length=100),
    FieldSpec(name="阶段", type="text", max_length=30),
)


def photo_columns() -> tuple[FieldSpec, ...]:
    """What can be said of one photo; the column 文件 is read by `read_photo`."""
    return _COLUMNS


def read_photo(raw: object, base: Path | None) -> PhotoFile:
    """The file that `raw` names, which must lie where it is said to.

    Args:
        raw: Path as the user wrote it, with slashes or backslashes.
        base: Folder that a relative path starts from; None allows absolute paths only.

    Raises:
        RefusedError: D217 if there is no such regular file, or it is no JPEG or PNG by its name.
    """
    if isinstance(raw, PhotoFile):
        return raw
    if not isinstance(raw, str):
        raise RefusedError(code="D209", message="应写照片的文件名。")
    text = clean(raw)
    path = Path(PureWindowsPath(text).as_posix() if "\\" in text else text)
    if not path.is_absolute():
        if base is None:
            raise RefusedError(code="D217", message=f"“{shown(raw)}”应写出完整的位置。")
        path = base / path
    _refuse_wrong_kind(path)
    return PhotoFile(path)


def _refuse_wrong_kind(path: Path) -> None:
    name = shown(path.name)
    suffix = path.suffix.lower()
    if suffix in {".heic", ".heif"}:
        message = f"“{name}”是苹果手机的 HEIC 格式，请先另存为 JPEG（.jpg）。"
        raise RefusedError(code="D217", message=message)
    if suffix not in SUFFIXES:
        raise RefusedError(code="D217", message=f"“{name}”不是 .jpg、.jpeg 或 .png 照片。")
    try:
        size = path.stat().st_size if path.is_file() else None
    except (OSError, ValueError) as error:
        message = f"“{name}”不能读取，请检查文件名和权限。"
        raise RefusedError(code="D217", message=message) from error
    if size is None:
        raise RefusedError(code="D217", message=f"找不到照片“{name}”，请检查文件名和所在的文件夹。")
    if not 0 < size <= MAX_PHOTO_BYTES:
        raise RefusedError(code="D217", message=f"“{name}”是空的或者超过 50 MB，请换一张。")
