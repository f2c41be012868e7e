"""Office packages (zip files) from outside: limits are checked before anything is unpacked.

Limits: at most 2,000 entries, 200 MB in all, packed at most
1 : 100 (which small parts may exceed).
"""

from __future__ import annotations

import zipfile
import zlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import BinaryIO

MAX_ENTRIES = 2_000
MAX_TOTAL_BYTES = 200_000_000
MAX_RATIO = 100
_SMALL_BYTES = 1_000_000


class PackageError(ValueError):
    """A package that is not unpacked; the text is the beginning of a Chinese sentence."""


def read_package(file: BinaryIO) -> zipfile.ZipFile:
    """Open a package that keeps the limits.

    Raises:
        PackageError: If it does not keep them.
        zipfile.BadZipFile: If it is no zip file.
    """
    package = zipfile.ZipFile(file)
    entries = package.infolist()
    if len(entries) > MAX_ENTRIES or sum(each.file_size for each in entries) > MAX_TOTAL_BYTES:
        problem = "文件解开后太大"
        raise PackageError(problem)
    for entry in entries:
        if entry.file_size > max(_SMALL_BYTES, MAX_RATIO * entry.compress_size):
            problem = "文件压缩得不正常，像压缩炸弹"
            raise PackageError(problem)
    return package


def part(package: zipfile.ZipFile, name: str) -> bytes:
    """One part, unpacked; it has no document type declaration.

    Raises:
        KeyError: If it is missing.
        PackageError: If it declares a document type or is encrypted or damaged.
    """
    try:
        with package.open(name) as stream:
            data = stream.read(MAX_TOTAL_BYTES + 1)
    except (RuntimeError, zlib.error, EOFError) as error:
        problem = "文件已损坏或加了密"
        raise PackageError(problem) from error
    if b"<!DOCTYPE" in data or len(data) > MAX_TOTAL_BYTES:
        problem = "文件里有不该有的声明"
        raise PackageError(problem)
    return data
