from __future__ import annotations

import io

from hypothesis import given
from hypothesis import strategies as st

from safety_docs.archive.lines import last_whole_line, lines_backwards, seek_line


@given(st.sets(st.integers(0, 10**6), max_size=40), st.integers(0, 10**6 + 1), st.booleans())
def test_a_number_is_found_where_a_scan_finds_it(
    numbers: set[int],
    wanted: int,
    has_torn_end: bool,  # noqa: FBT001 # hypothesis gives it by place
) -> None:
    lines = [b"%d\n" % number for number in sorted(numbers)]
    data = b"".join(lines)
    stream = io.BytesIO(data + (b"999" if has_torn_end else b""))
    expected = sum(len(line) for line in lines if int(line) < wanted)
    assert seek_line(stream, wanted, int) == expected


@given(st.lists(st.binary(max_size=20).filter(lambda line: b"\n" not in line), max_size=10))
def test_lines_are_read_from_the_end(lines: list[bytes]) -> None:
    lines = [b"x" + line for line in lines]
    data = b"".join(line + b"\n" for line in lines)
    for torn in (b"", b"torn"):
        stream = io.BytesIO(data + torn)
        assert [raw for _, raw in lines_backwards(stream)] == lines[::-1]
        assert last_whole_line(stream)[1] == (lines[-1] if lines else b"")


def test_long_lines_are_read_from_the_end() -> None:
    stream = io.BytesIO(b"a\n" + b"b" * 200_000 + b"\n" + b"c" * 70_000)
    assert [len(raw) for _, raw in lines_backwards(stream)] == [200_000, 1]
