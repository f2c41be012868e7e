from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from safety_docs.index.seal import is_sealed, seal

if TYPE_CHECKING:
    from pathlib import Path


def folder(tmp_path: Path) -> Path:
    made = tmp_path / "index"
    made.mkdir()
    (made / "one.seg").write_bytes(b"1")
    seal(made, "1")
    return made


def test_a_folder_is_sealed_until_something_changes(tmp_path: Path) -> None:
    made = folder(tmp_path)
    assert is_sealed(made, "1")
    (made / "one.seg").write_bytes(b"2")
    assert not is_sealed(made, "1")


def test_an_added_file_breaks_the_seal(tmp_path: Path) -> None:
    made = folder(tmp_path)
    (made / "two.seg").write_bytes(b"")
    assert not is_sealed(made, "1")


def test_another_schema_breaks_the_seal(tmp_path: Path) -> None:
    assert not is_sealed(folder(tmp_path), "2")


def test_a_copy_is_not_sealed(tmp_path: Path) -> None:
    made = folder(tmp_path)
    shutil.copytree(made, tmp_path / "copy")
    assert not is_sealed(tmp_path / "copy", "1")


def test_a_folder_without_seal_is_not_sealed(tmp_path: Path) -> None:
    assert not is_sealed(tmp_path, "1")
