from __future__ import annotations

import hashlib

from hypothesis import given
from hypothesis import strategies as st

from safety_docs.archive.tree import Peaks


def root(lines: list[bytes]) -> bytes:
    """RFC 6962 §2.1 as it is written there: split at the largest power of two below the size."""
    if not lines:
        return hashlib.sha256().digest()
    if len(lines) == 1:
        return hashlib.sha256(b"\0" + lines[0]).digest()
    split = 1
    while split * 2 < len(lines):
        split *= 2
    return hashlib.sha256(b"\1" + root(lines[:split]) + root(lines[split:])).digest()


@given(st.lists(st.binary(max_size=8), max_size=70))
def test_the_root_is_that_of_the_standard(lines: list[bytes]) -> None:
    peaks = Peaks()
    for line in lines:
        peaks.add(line)
    assert bytes.fromhex(peaks.root()) == root(lines)


@given(st.lists(st.binary(max_size=8), max_size=40), st.lists(st.binary(max_size=8), max_size=40))
def test_a_tree_grows_on_from_its_peaks(first: list[bytes], rest: list[bytes]) -> None:
    peaks = Peaks()
    for line in first:
        peaks.add(line)
    again = Peaks(peaks.size, peaks.hashes)
    for line in rest:
        again.add(line)
    assert bytes.fromhex(again.root()) == root(first + rest)


def test_the_empty_tree_and_the_first_leaf_are_known() -> None:
    peaks = Peaks()
    assert peaks.root() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    peaks.add(b"")
    assert peaks.root() == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
