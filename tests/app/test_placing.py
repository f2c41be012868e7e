"""A file of the user's is whole or not there, and never in the place of another."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pytest

from safety_docs.app.placing import place

if TYPE_CHECKING:
    from pathlib import Path


def test_a_taken_name_gets_a_number(tmp_path: Path) -> None:
    folder = tmp_path / "打印" / "九月"
    paths = [place(folder, "册", ".docx", data, os.urandom) for data in (b"1", b"2", b"3")]
    assert [path.name for path in paths] == ["册.docx", "册（2）.docx", "册（3）.docx"]
    assert [path.read_bytes() for path in paths] == [b"1", b"2", b"3"]
    assert len(list(folder.iterdir())) == 3


def test_a_name_is_made_fit_for_every_system(tmp_path: Path) -> None:
    path = place(tmp_path, "一/二:班" + "长" * 200, ".docx", b"1", os.urandom)
    assert path.name.startswith("一_二_班长")
    assert len(path.name.encode()) < 240


def test_a_stick_without_links_takes_it_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "link", refuse)
    paths = [place(tmp_path, "册", ".docx", data, os.urandom) for data in (b"1", b"2")]
    assert [path.name for path in paths] == ["册.docx", "册（2）.docx"]
    assert [path.read_bytes() for path in sorted(tmp_path.iterdir())] == [b"1", b"2"]


def test_nothing_is_left_when_it_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from pathlib import Path as AnyPath

    def half(path: AnyPath, data: bytes) -> None:
        with path.open("wb") as stream:
            stream.write(data[:1])
        raise OSError(28, "full")

    monkeypatch.setattr(AnyPath, "write_bytes", half)
    with pytest.raises(OSError, match="full"):
        place(tmp_path, "册", ".docx", b"123", os.urandom)
    assert list(tmp_path.iterdir()) == []
