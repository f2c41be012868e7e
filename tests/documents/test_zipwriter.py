from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safety_docs.documents import zipwriter
from safety_docs.documents.zipwriter import join, pack


@given(
    st.dictionaries(
        st.text(st.characters(codec="utf-8", exclude_characters="\0\\"), min_size=1, max_size=20),
        st.binary(max_size=500),
        max_size=8,
    )
)
def test_what_is_written_is_read_back(parts: dict[str, bytes]) -> None:
    data = join(pack(name, content) for name, content in parts.items())
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        assert {name: archive.read(name) for name in archive.namelist()} == parts


def test_entries_carry_no_date_and_pictures_are_stored() -> None:
    data = join([pack("文档.xml", b"x" * 999), pack("图.jpeg", b"x" * 999), pack("短.xml", b"x")])
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        methods = [entry.compress_type for entry in archive.infolist()]
        assert methods == [zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED, zipfile.ZIP_STORED]
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert archive.namelist()[0] == "文档.xml"


def test_what_needs_the_64_bit_format_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    one = pack("一", b"x")
    monkeypatch.setattr(zipwriter, "MAX_ENTRIES", 3)
    with pytest.raises(OverflowError):
        join([one] * 4)
    monkeypatch.setattr(zipwriter, "MAX_BYTES", 100)
    with pytest.raises(OverflowError):
        join([one] * 3)
    with pytest.raises(OverflowError):
        pack("大", b"x" * 100)
