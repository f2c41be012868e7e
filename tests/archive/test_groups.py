"""Groups under way: several in the making, one after the other committed."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import pytest

from safety_docs.archive import Composition, FilingRefusedError, StagedPart, stage_file, verify
from safety_docs.archive.disk import Disk

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tests.archive.conftest import Workshop

    from safety_docs.archive import Assigned, Composing, Filing


@dataclass
class Elsewhere:
    """Stages every file itself and hands over the values, as another process would."""

    bad: str = ""
    under_way: int = 0
    most: int = 0
    closed: list[str] = field(default_factory=list)

    def begin(self, job: str, filings: Sequence[tuple[Filing, Assigned]]) -> Composing:
        self.under_way += 1
        self.most = max(self.most, self.under_way)
        return _Making(self, job, filings)


@dataclass
class _Making:
    composer: Elsewhere
    job: str
    filings: Sequence[tuple[Filing, Assigned]]

    def __iter__(self) -> Iterator[Composition]:
        self.composer.under_way -= 1
        for filing, given in self.filings:
            data = f"{filing.title} {given.code}".encode()
            digest = stage_file(Disk(), f"{self.job}/w{given.number}", data)
            if filing.title == self.composer.bad:
                raise FilingRefusedError(filing.title, "做不出来")
            part = StagedPart("正本", ".txt", f"w{given.number}", digest, len(data))
            yield Composition([part], b'{"\xe4\xbb\xb6":1}')

    def close(self) -> None:
        self.composer.closed.append(self.job)


def _filings(shop: Workshop, count: int) -> Iterator[Filing]:
    return (shop.filing(f"{n:02d}") for n in range(count))


def test_files_staged_elsewhere_become_records_in_order(shop: Workshop) -> None:
    cabinet = shop.create()
    composer = Elsewhere()
    filed = shop.write(
        lambda one: list(one.file(_filings(shop, 12), group=3, composer=composer, ahead=2))
    )
    assert [one.record.code[-4:] for one in filed] == [f"{n:04d}" for n in range(1, 13)]
    assert all(one.is_new and one.record.values == {"件": 1} for one in filed)
    text = (cabinet.folder / filed[4].record.path).read_text("utf-8")
    assert text == f"04-责任书 {filed[4].record.code}"
    assert composer.most == 3
    assert list(cabinet.records()) == [one.record for one in filed]
    assert verify(cabinet).ok


def test_a_group_that_fails_takes_those_behind_it_along_and_leaves_no_trace(shop: Workshop) -> None:
    cabinet = shop.create()
    composer = Elsewhere(bad="04-责任书")
    with pytest.raises(FilingRefusedError):
        shop.write(
            lambda one: list(one.file(_filings(shop, 12), group=3, composer=composer, ahead=2))
        )
    assert len(composer.closed) == 3
    assert len(list(cabinet.records())) == 3
    assert verify(cabinet).ok
    assert list((cabinet.folder / ".staging").iterdir()) == []
    filed = shop.file(_filings(shop, 12))
    assert [one.is_new for one in filed] == [False] * 3 + [True] * 9
    assert [one.record.code[-4:] for one in filed] == [f"{n:04d}" for n in range(1, 13)]


def test_whoever_stops_listening_leaves_only_what_was_told(shop: Workshop) -> None:
    cabinet = shop.create()
    composer = Elsewhere()

    def listen(writer: object) -> None:
        filings = writer.file(_filings(shop, 9), group=3, composer=composer, ahead=1)  # type: ignore[attr-defined]
        for one in filings:
            if one.record.code.endswith("0003"):
                break
        filings.close()

    shop.write(listen)
    assert len(list(cabinet.records())) == 3
    assert verify(cabinet).ok


def test_a_key_in_an_earlier_group_under_way_is_not_filed_again(shop: Workshop) -> None:
    shop.create()
    twice = [shop.filing("甲"), shop.filing("乙"), shop.filing("甲"), shop.filing("丙")]
    filed = shop.write(lambda one: list(one.file(twice, group=1, composer=Elsewhere(), ahead=3)))
    assert [one.is_new for one in filed] == [True, True, False, True]
    assert filed[2].record == filed[0].record


def test_a_key_may_be_given_as_its_digest(shop: Workshop) -> None:
    shop.create()
    (first,) = shop.file([shop.filing("甲")])
    (entry,) = [one for one in shop.entries(shop.open()) if one.kind == "file"]
    (second,) = shop.file([replace(shop.filing("甲"), key=entry.payload["key"])])
    assert not second.is_new
    assert second.record == first.record


SCOPE = ("RL-05 2022", "王小明", "一（1）班")


def test_the_newest_record_of_a_subject_is_known_also_after_a_rebuild(shop: Workshop) -> None:
    cabinet = shop.create()
    (old,) = shop.file([shop.filing("旧", subject=SCOPE)])
    (new,) = shop.file([shop.filing("新", subject=SCOPE, supersedes=old.record.code, reason="改")])
    other = ("RL-05 2023", "王小明", "一（1）班")
    for _ in range(2):
        known = shop.write(lambda one: one.current([other, SCOPE]))
        assert known.keys() == {SCOPE}
        current = known[SCOPE]
        assert (current.code, current.page_id) == (new.record.code, new.record.page_id)
        assert (current.supersedes, current.is_by_hand) == (old.record.code, False)
        assert shop.write(lambda one: list(one.subjects(SCOPE[0]))) == [(SCOPE, new.record.code)]
        (cabinet.archive / ".safety-docs" / "register.sqlite").unlink()
    assert new.record.subject == SCOPE
    assert verify(cabinet).ok


def test_a_correction_takes_the_place_of_what_it_corrects_and_is_told_apart(shop: Workshop) -> None:
    shop.create()
    (old,) = shop.file([shop.filing("旧", subject=SCOPE)])
    (fixed,) = shop.file([shop.filing("改", supersedes=old.record.code, reason="电话写错")])
    current = shop.write(lambda one: one.current([SCOPE]))[SCOPE]
    assert (current.code, current.is_by_hand) == (fixed.record.code, True)


def test_subjects_are_asked_for_by_their_first_name(shop: Workshop) -> None:
    shop.create()
    rooms = ("一（1）班", "一（1）班#", '一（1）班"', "一（1）班\\", "二", "𠮷", "\uffff")
    subjects: list[tuple[str, ...]] = [
        ("RL-09 2022", room, f"学生{n}") for room in sorted(rooms) for n in range(3)
    ]
    subjects.append(("RL-09 2022", "只有名字"))
    shop.file([shop.filing(f"信{n}", subject=subject) for n, subject in enumerate(subjects)])

    def found(*asked: object) -> list[tuple[str, ...]]:
        asking = lambda one: list(one.subjects("RL-09 2022", *asked))  # noqa: E731
        return [subject for subject, _ in shop.write(asking)]

    assert sorted(found()) == sorted(subjects)
    for room in rooms:
        assert found({room}) == [one for one in subjects if one[1] == room]
    assert found(rooms[4:]) == [one for one in subjects if one[1] in rooms[4:]]
    assert found(["只有名字"]) == [subjects[-1]]
    assert found(["只有"]) == found(["学生1"]) == found([]) == []
