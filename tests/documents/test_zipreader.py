"""Entries are read as they lie, and damage is seen."""

from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from safety_docs.documents.errors import PackageError
from safety_docs.documents.package import MAX_ENTRIES
from safety_docs.documents.zipreader import read_entries

CONTENTS = st.dictionaries(st.text("部件ab/.", min_size=1, max_size=8), st.binary(max_size=400))


def zipped(parts: dict[str, bytes], comment: bytes = b"") -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.comment = comment
        for name, data in parts.items():
            archive.writestr(zipfile.ZipInfo(name), data)
    return stream.getvalue()


@example({}, b"PK\5\6")
@example({"a": b"1"}, b"PK\5\6" + bytes(30))
@given(CONTENTS, st.binary(max_size=30))
def test_every_entry_has_the_content_that_was_written(
    parts: dict[str, bytes], comment: bytes
) -> None:
    found = read_entries(zipped(parts, comment), "文件.docx")
    assert {name: entry.content("文件.docx") for name, entry in found.items()} == parts


@given(st.data())
def test_a_changed_byte_is_an_error_or_changes_nothing(data: st.DataObject) -> None:
    parts = {"甲.xml": b"<a/>" * 40, "乙.png": b"\x89PNG" * 9}
    whole = bytearray(zipped(parts))
    place = data.draw(st.integers(0, len(whole) - 1))
    whole[place] ^= data.draw(st.integers(1, 255))
    try:
        found = read_entries(bytes(whole), "文件.docx")
        contents = [entry.content("文件.docx") for entry in found.values()]
    except PackageError:
        return
    assert set(contents) <= set(parts.values())


@pytest.mark.parametrize("data", [b"", b"PK", b"no zip file at all", b"PK\5\6" + b"\0" * 10])
def test_what_is_no_zip_file_is_refused(data: bytes) -> None:
    with pytest.raises(PackageError, match=r"文件\.docx"):
        read_entries(data, "文件.docx")


def test_too_many_entries_are_refused_unless_it_is_a_pack() -> None:
    data = zipped({f"{number}.xml": b"" for number in range(MAX_ENTRIES + 1)})
    with pytest.raises(PackageError, match="太多"):
        read_entries(data, "文件.docx")
    assert len(read_entries(data, "册.docx", bounded=False)) == MAX_ENTRIES + 1
