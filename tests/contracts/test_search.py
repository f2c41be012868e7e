"""What every search engine keeps, whatever it is built on."""

from __future__ import annotations

import datetime as dt
import random
import shutil
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from safety_docs.core.idnumber import hide_numbers
from safety_docs.core.record import START, Position
from safety_docs.index import QueryError, SearchRequest, literal, open_engine

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from safety_docs.core.record import IndexedRecord
    from safety_docs.index import Engine

Make = Any
NAMES = ("sqlite", "whoosh")
ODD = "·•．🏫é́𠮷𠀀\ue000\u3400Ａａß葛\U000e0100"
ALPHABET = "安全责任书演练火灾的一 ，。：（）“”12Ab\n" + ODD


@pytest.fixture(params=NAMES)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def engine(name: str, tmp_path: Path) -> Any:
    with open_engine(name, tmp_path / "index") as opened:
        yield opened


def fill(engine: Engine, documents: list[IndexedRecord]) -> None:
    engine.apply(documents, Position(len(documents), "a" * 64))


def codes(engine: Engine, query: str = "", **filters: Any) -> set[str]:
    results = engine.search(SearchRequest(query, limit=10_000, **filters))
    found = [hit.code for hit in results.hits]
    assert len(found) == len(set(found)) == results.total
    return set(found)


def scanned(text: str) -> str:
    """The analyzer of §7.2, written once more and plainly."""
    kept = []
    for original in text:
        for character in unicodedata.normalize("NFKC", original).casefold():
            dropped = unicodedata.category(character) in {"Cc", "Cf", "Cs"}
            selector = "\ufe00" <= character <= "\ufe0f" or "\U000e0100" <= original <= "\U000e01ef"
            if not (dropped or selector or character.isspace()):
                kept.append("·" if character in "·•．・‧." else character)
    return "".join(kept)


def random_text(rng: random.Random, size: int, alphabet: str = ALPHABET) -> str:
    return "".join(rng.choice(alphabet) for _ in range(size))


def test_hits_of_random_substrings_equal_a_plain_scan(engine: Engine, record: Make) -> None:
    rng = random.Random(7)
    documents = [record(n, random_text(rng, 200)) for n in range(80)]
    fill(engine, documents)
    texts = {each.record.code: scanned(each.text) for each in documents}
    titles = {each.record.code: scanned(each.record.title) for each in documents}
    for _ in range(120):
        text = rng.choice(documents).text
        start = rng.randrange(len(text))
        part = text[start : start + rng.randint(1, 12)]
        wanted = scanned(part)
        if wanted:
            expected = {code for code in texts if wanted in texts[code] or wanted in titles[code]}
            assert codes(engine, literal(part)) == expected, part


@pytest.mark.parametrize("name", NAMES)
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
def test_any_substring_of_any_text_is_found(
    name: str, record: Make, tmp_path: Path, data: st.DataObject
) -> None:
    texts = data.draw(
        st.lists(
            st.text(
                alphabet=st.one_of(
                    st.sampled_from(ALPHABET), st.characters(exclude_categories=["Cs"])
                ),
                min_size=1,
                max_size=30,
            ),
            min_size=1,
            max_size=4,
        )
    )
    source = data.draw(st.sampled_from(texts))
    start = data.draw(st.integers(0, len(source) - 1))
    part = source[start : data.draw(st.integers(start + 1, len(source)))]
    shutil.rmtree(tmp_path / "index", ignore_errors=True)
    with open_engine(name, tmp_path / "index") as engine:
        fill(engine, [record(n, text, title="题") for n, text in enumerate(texts)])
        wanted = scanned(hide_numbers(part))
        expected = {
            record(n).record.code
            for n, text in enumerate(texts)
            if wanted in scanned(hide_numbers(text)) or wanted == "题"
        }
        assert codes(engine, literal(part)) == expected


@dataclass(frozen=True)
class Case:
    """A query as typed, and what it means, told without the code under test."""

    query: str
    matches: Callable[[IndexedRecord], bool]


def random_case(rng: random.Random, depth: int = 0) -> Case:
    kind = rng.choice(
        ["word", "word", "field", "date", "year"] + ["and", "or", "not"] * (depth < 3)
    )
    if kind == "word":
        return word_case(random_text(rng, rng.randint(1, 3), "安全责任书演练火灾"))
    if kind == "field":
        word = rng.choice(["号", "1", "文", "7号"])
        return Case(f"题名：{word}", lambda each: word in each.record.title)
    if kind == "date":
        first = dt.date(2022, rng.randint(1, 6), rng.randint(1, 28))
        last = dt.date(2022, rng.randint(6, 12), 28)
        return Case(
            f"日期:[{first:%Y%m%d} TO {last}]", lambda each: first <= each.record.date <= last
        )
    if kind == "year":
        year = rng.choice([2021, 2022])
        return Case(f"年度:{year}", lambda each: each.record.year == year)
    return joined_case(rng, kind, depth)


def word_case(word: str) -> Case:
    return Case(word, lambda each: word in each.text or word in each.record.title)


def joined_case(rng: random.Random, kind: str, depth: int) -> Case:
    left, right = random_case(rng, depth + 1), random_case(rng, depth + 1)
    if kind == "not":
        return Case(f"NOT ({left.query})", lambda each: not left.matches(each))
    if kind == "and":
        sign = rng.choice([" ", " AND "])
        return Case(
            f"(({left.query}){sign}（{right.query}）)",
            lambda each: left.matches(each) and right.matches(each),
        )
    return Case(
        f"({left.query} OR ({right.query}))", lambda each: left.matches(each) or right.matches(each)
    )


def test_random_trees_equal_a_brute_force_evaluator(engine: Engine, record: Make) -> None:
    rng = random.Random(11)
    documents = [
        record(
            n,
            random_text(rng, 12, "安全责任书演练火灾"),
            date=dt.date(2022, rng.randint(1, 12), rng.randint(1, 28)),
            year=rng.choice([2021, 2022]),
        )
        for n in range(60)
    ]
    fill(engine, documents)
    for _ in range(250):
        case = random_case(rng)
        if len(case.query) <= 256 and case.query.count("(") < 16:
            expected = {each.record.code for each in documents if case.matches(each)}
            assert codes(engine, case.query) == expected, case.query


def test_both_engines_give_the_same_hits_in_the_same_order(record: Make, tmp_path: Path) -> None:
    rng = random.Random(3)
    people = ["李某某", "张示例", "周示范"]
    documents = [
        record(
            n,
            random_text(rng, 150),
            people=(rng.choice(people),),
            title=random_text(rng, 9, "安全责任书演练"),
            form=rng.choice(["", "drills/plan"]),
            date=dt.date(2022, 9, rng.randint(1, 30)),
        )
        for n in range(60)
    ]
    with open_engine("sqlite", tmp_path) as first, open_engine("whoosh", tmp_path) as second:
        fill(first, documents)
        fill(second, documents)
        queries = [
            "安",
            "安全",
            "责任 OR 演练",
            "李某某",
            "人员:李某某 安",
            "安*演",
            "的?一",
            "NOT 全",
            "",
            "档号:0001",
            "表单:应急",
        ]
        requests = [
            SearchRequest(query, sort=sort, limit=30, offset=offset)
            for query in queries
            for sort in ("relevance", "date", "code")
            for offset in (0, 5)
        ]
        for request in requests:
            assert first.search(request) == second.search(request), request


def test_a_phrase_never_crosses_from_one_field_or_name_into_the_next(
    engine: Engine, record: Make
) -> None:
    fill(engine, [record(1, "全体教师", title="消防安", people=("张示", "例范"))])
    assert codes(engine, "安全") == set()
    assert codes(engine, "示例") == set()
    assert codes(engine, "消*教师") == set()
    assert codes(engine, "张示") != set()


def test_a_code_is_found_by_any_of_its_separators(engine: Engine, record: Make) -> None:
    fill(engine, [record(1), record(2)])
    for query in (
        "Z109-WS·2022-D30-A02-0001",
        "z109－ws・2022·d30·a02·0001",
        "A02-0001",
        "档号:0001",
    ):
        assert codes(engine, query) == {"Z109-WS·2022-D30-A02-0001"}, query


def test_digits_alone_do_not_match_every_code_of_the_year(engine: Engine, record: Make) -> None:
    fill(engine, [record(1, "二〇二二年"), record(2, "2022年")])
    assert codes(engine, "2022") == {"Z109-WS·2022-D30-A02-0002"}


@pytest.mark.parametrize(
    ("filters", "numbers"),
    [
        ({"category": "2"}, {1, 2}),
        ({"category": "应急演练"}, {3}),
        ({"year": 2021}, {2}),
        ({"date_from": dt.date(2022, 9, 1)}, {1, 3}),
        ({"date_to": dt.date(2022, 8, 31)}, {2}),
        ({"person": "张示例"}, {1}),
        ({"person": "张示"}, set()),
        ({"form": "plan"}, {3}),
        ({"form": "drills/plan"}, {3}),
        ({"form": "应急演练方案"}, {3}),
        ({"retention": "永久"}, {2}),
        ({"retention": "D30", "category": "02"}, {1}),
    ],
)
def test_filters_keep_what_they_name(
    engine: Engine, record: Make, filters: dict[str, Any], numbers: set[int]
) -> None:
    documents = [
        record(1, people=("张示例", "周示范")),
        record(2, year=2021, date=dt.date(2021, 9, 1), retention="Y"),
        record(3, category="07", form="drills/plan"),
    ]
    fill(engine, documents)
    assert codes(engine, **filters) == {
        each.record.code for each in documents if each.record.seq in numbers
    }


def test_facets_count_all_hits_and_not_only_the_page(engine: Engine, record: Make) -> None:
    fill(
        engine,
        [
            record(1, "消防"),
            record(2, "消防", category="07", form="drills/plan"),
            record(3, "消防", year=2021),
            record(4, "溺水"),
        ],
    )
    results = engine.search(SearchRequest("消防", limit=1))
    assert (results.total, len(results.hits)) == (3, 1)
    assert results.facets == {
        "category": {"02": 2, "07": 1},
        "year": {"2022": 2, "2021": 1},
        "form": {"应急演练方案": 1},
        "retention": {"D30": 3},
    }


def test_every_hit_of_a_query_with_text_has_marks_that_lie_on_it(
    engine: Engine, record: Make
) -> None:
    rng = random.Random(5)
    fill(engine, [record(n, random_text(rng, 300)) for n in range(40)])
    for query in ("安", "书演", "·", "𠮷", "a", "第", "火 OR 文件", "安?任", "NOT 书演练 号"):
        for hit in engine.search(SearchRequest(query, limit=100)).hits:
            assert hit.marks, query
            assert hit.snippet.count("…") <= 4
            for start, end in hit.marks:
                assert 0 <= start < end <= len(hit.snippet)
                if len(query) <= 2:
                    assert scanned(query) in scanned(hit.snippet[start:end])


def test_a_search_without_text_shows_the_opening_and_no_marks(engine: Engine, record: Make) -> None:
    fill(engine, [record(1, "消防\n安全 " * 50)])
    (hit,) = engine.search(SearchRequest("年度:2022")).hits
    assert hit.snippet.startswith("消防 安全 消防")
    assert hit.marks == ()


def test_a_corrected_record_is_hidden_unless_asked_for(engine: Engine, record: Make) -> None:
    old = record(1, "消防")
    fill(engine, [old])
    fill(engine, [record(2, "消防", supersedes=old.record.code)])
    assert codes(engine, "消防") == {record(2).record.code}
    results = engine.search(SearchRequest("消防", with_superseded=True))
    assert {hit.code: hit.card.superseded for hit in results.hits} == {
        old.record.code: True,
        record(2).record.code: False,
    }
    assert engine.count() == 2


def test_a_record_taken_in_again_is_replaced_and_its_old_text_is_gone(
    engine: Engine, record: Make
) -> None:
    fill(engine, [record(1, "消防安全"), record(2, "防溺水")])
    fill(engine, [record(1, "交通安全")])
    assert codes(engine, "消防") == set()
    assert codes(engine, "交通") == {record(1).record.code}
    assert engine.count() == 2


def test_what_was_applied_is_there_when_opened_again(
    name: str, record: Make, tmp_path: Path
) -> None:
    with open_engine(name, tmp_path) as engine:
        assert engine.position() == START
        engine.apply([record(1, "消防")], Position(4, "b" * 64))
    with open_engine(name, tmp_path) as engine:
        assert engine.position() == Position(4, "b" * 64)
        assert codes(engine, "消防") == {record(1).record.code}


def test_a_failing_batch_changes_nothing(name: str, record: Make, tmp_path: Path) -> None:
    def documents() -> Any:
        yield record(2, "防溺水")
        raise KeyboardInterrupt

    with open_engine(name, tmp_path) as engine:
        engine.apply([record(1, "消防")], Position(1, "a" * 64))
        with pytest.raises(KeyboardInterrupt):
            engine.apply(documents(), Position(2, "b" * 64))
        assert engine.position() == Position(1, "a" * 64)
        assert codes(engine) == {record(1).record.code}
        engine.apply([record(3)], Position(3, "c" * 64))
        assert engine.count() == 2


def test_what_is_given_in_several_calls_is_there_after_the_last(
    name: str, record: Make, tmp_path: Path
) -> None:
    with open_engine(name, tmp_path) as engine:
        for number in range(1, 4):
            engine.apply([record(number, "消防")], Position(number, "a" * 64), more=True)
            assert engine.position() == Position(number, "a" * 64)
            assert len(codes(engine, "消防")) == engine.count() == number
        engine.apply([], Position(4, "b" * 64))
    with open_engine(name, tmp_path) as engine:
        assert engine.position() == Position(4, "b" * 64)
        assert len(codes(engine, "消防")) == 3


def test_a_call_that_fails_leaves_an_engine_that_holds_what_its_position_says(
    name: str, record: Make, tmp_path: Path
) -> None:
    def documents() -> Any:
        yield record(2, "防溺水")
        raise KeyboardInterrupt

    with open_engine(name, tmp_path) as engine:
        engine.apply([record(1, "消防")], Position(1, "a" * 64), more=True)
        with pytest.raises(KeyboardInterrupt):
            engine.apply(documents(), Position(2, "b" * 64), more=True)
        kept = {START: 0, Position(1, "a" * 64): 1}[engine.position()]
        assert engine.count() == len(codes(engine)) == kept


def test_clearing_forgets_everything(engine: Engine, record: Make) -> None:
    fill(engine, [record(1, "消防")])
    engine.clear()
    assert (engine.position(), engine.count(), codes(engine)) == (START, 0, set())
    fill(engine, [record(1, "消防")])
    assert engine.count() == 1


def test_an_index_copied_from_elsewhere_or_damaged_is_emptied(
    name: str, record: Make, tmp_path: Path
) -> None:
    with open_engine(name, tmp_path / "one") as engine:
        fill(engine, [record(1, "消防")])
    files = [path for path in (tmp_path / "one").rglob("*") if path.is_file()]
    for path in files:
        path.write_bytes(b"\0" * 100 + path.read_bytes()[100:])
    with open_engine(name, tmp_path / "one") as engine:
        assert (engine.position(), engine.count()) == (START, 0)
        fill(engine, [record(1, "消防")])
        assert codes(engine, "消防") == {record(1).record.code}


NUMBER = "110101199003071233"
PHONE = "13800000001"


@pytest.mark.parametrize(
    ("written", "digits"),
    [
        (NUMBER, NUMBER),
        (PHONE, PHONE),
        ("138 0000 0001", PHONE),
        ("".join(chr(ord(digit) + 0xFEE0) for digit in PHONE), PHONE),
    ],
)
def test_prefixes_of_a_number_never_narrow_anything(
    engine: Engine, record: Make, written: str, digits: str
) -> None:
    fill(
        engine,
        [record(1, f"联系电话{written}。", title="甲"), record(2, "联系电话无。", title="乙")],
    )
    for length in range(1, len(digits) + 1):
        assert codes(engine, digits[:length]) == set()
        assert codes(engine, f"话{digits[:length]}") == set()
    (hit,) = engine.search(SearchRequest("联系电话", limit=1)).hits
    assert scanned(digits) not in scanned(hit.snippet)


def test_numbers_are_masked_in_snippets_and_titles(engine: Engine, record: Make) -> None:
    fill(engine, [record(1, f"家长电话{PHONE}，证件{NUMBER}。", title=f"{PHONE}的登记")])
    (hit,) = engine.search(SearchRequest("证件")).hits
    assert hit.snippet == "家长电话138****0001，证件110101********1233。"
    assert [hit.snippet[start:end] for start, end in hit.marks] == ["证件"]
    assert hit.title == "138****0001的登记"


def test_searching_for_a_hidden_number_says_why_nothing_is_found(
    engine: Engine, record: Make
) -> None:
    fill(engine, [record(1, f"电话{PHONE}")])
    results = engine.search(SearchRequest(PHONE))
    assert results.total == 0
    assert len(results.notes) == 1
    assert "号码" in results.notes[0]


def test_hits_in_title_people_or_code_come_first(engine: Engine, record: Make) -> None:
    fill(
        engine,
        [record(1, "消防"), record(2, "消防" * 5), record(3, title="消防"), record(4, "消防")],
    )
    results = engine.search(SearchRequest("消防"))
    assert [hit.code[-1] for hit in results.hits] == ["3", "2", "1", "4"]


@pytest.mark.parametrize(("sort", "order"), [("date", ["2", "1", "3"]), ("code", ["1", "2", "3"])])
def test_hits_are_sorted_as_asked(
    engine: Engine, record: Make, sort: Any, order: list[str]
) -> None:
    fill(engine, [record(1), record(2, date=dt.date(2022, 10, 1)), record(3)])
    results = engine.search(SearchRequest(sort=sort))
    assert [hit.code[-1] for hit in results.hits] == order


def test_what_could_not_be_read_is_reported(engine: Engine, record: Make) -> None:
    fill(engine, [record(1, unreadable="图片没有文字层，只能按题名查找。"), record(2, "消防")])
    assert engine.unreadable() == ((record(1).record.code, "图片没有文字层，只能按题名查找。"),)
    assert codes(engine, "第1号") == {record(1).record.code}


def test_a_heavy_query_is_refused(engine: Engine) -> None:
    for query in ("安" * 10_000, " ".join("安" * 17), "*".join("安全责任书演练" * 12)):
        with pytest.raises(QueryError):
            engine.search(SearchRequest(query))


@pytest.mark.parametrize("change", ["records", "files"])
def test_search_text_may_hold_anything_a_name_may_hold(
    engine: Engine, record: Make, change: str
) -> None:
    odd = "R&D <b>“张三” 1<2 & 3\x00\ud800=1+1 阿卜杜拉·买买提 𠮷野 '\"--;"
    fill(
        engine,
        [record(1, odd if change == "files" else "", title=odd if change == "records" else "题")],
    )
    for query in ("R&D <b>“张三” 1<2", "阿卜杜拉・买买提", "𠮷野", "=1+1", "'\"--;"):
        assert codes(engine, literal(query)) == {record(1).record.code}, query


def test_a_code_leads_to_its_record_and_to_what_corrects_it(engine: Engine, record: Make) -> None:
    old, other = record(1), record(2)
    new = record(3, supersedes=old.record.code)
    fill(engine, [old, other, new])
    assert engine.locate(old.record.code) == (old.record.seq, new.record.code)
    assert engine.locate(other.record.code) == (other.record.seq, "")
    assert engine.locate("Z109-WS·2022-D30-A02-9999") is None
