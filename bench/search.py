"""Search over 2,000 records: recall, precision and time of 500 random substrings, both engines.

Run: python bench/search.py [records] [substrings]
"""

from __future__ import annotations

import datetime as dt
import random
import statistics
import sys
import tempfile
import time
from pathlib import Path

from safety_docs.core.digest import Digest
from safety_docs.core.record import FilePart, IndexedRecord, Position, Record
from safety_docs.index import ENGINES, SearchRequest, literal, open_engine
from safety_docs.index.searchable import searchable

SURNAMES = "李王张刘陈杨赵黄周吴欧阳阿买"
GIVEN = "某示例范明华丽强𠮷敏静磊·娜"
SENTENCES = (
    "为落实学校安全工作责任，学校与{name}签订本责任书，责任期限自{year}年9月1日至次年8月31日。",
    "{name}负责本班学生的日常安全教育，每周不少于1次，每次不少于15分钟，并做好记录。",
    "严禁学生私自下水游泳；发现险情立即报告，联系电话{phone}。",
    "演练于{year}年{month}月{day}日举行，参加{count}人，疏散用时{seconds}秒，秩序良好。",
    "检查发现消防通道堆放杂物（{count}处），整改期限{day}日，责任人：{name}。",
    "会议由{name}主持，学习了《中小学幼儿园安全管理办法》第{day}条，R&D 组列席。",
    "食堂从业人员须持健康证上岗，留样≥125g，保存48小时以上，每餐必查。",
    "校车GPS-{count}号车行驶证、驾驶证齐全；乘车学生{count}名，跟车教师{name}。",
    "阿卜杜拉·买买提同学家长已阅读并知晓防溺水“六不”要求，𠮷野老师负责回访。",
)
KINDS = (
    "班主任安全责任书",
    "家长安全责任书",
    "火灾应急演练总结",
    "隐患排查治理台账",
    "安全工作会议记录",
)


def record(rng: random.Random, number: int) -> IndexedRecord:
    name = rng.choice(SURNAMES) + "".join(rng.choice(GIVEN) for _ in range(2))
    kind = rng.randrange(len(KINDS))
    year = rng.choice([2022, 2023, 2024])
    sentences = [rng.choice(SENTENCES) for _ in range(rng.randint(8, 40))]
    text = "\n".join(
        sentence.format(
            name=name,
            year=year,
            month=rng.randint(1, 12),
            day=rng.randint(1, 28),
            count=rng.randint(1, 900),
            seconds=rng.randint(60, 300),
            phone=f"138{rng.randrange(10**8):08d}",
        )
        for sentence in sentences
    )
    category = f"{kind + 2:02d}"
    path = f"boxes/{year}/{category}-{KINDS[kind]}/D30-001/data/{number:04d}.docx"
    made = Record(
        seq=number,
        page_id=f"{number:032x}",
        code=f"Z109-WS·{year}-D30-A{category}-{number:04d}",
        title=f"{name}-{KINDS[kind]}",
        category=category,
        year=year,
        retention="D30",
        date=dt.date(year, rng.randint(1, 12), rng.randint(1, 28)),
        form=f"bench/form-{kind}",
        form_title=KINDS[kind],
        template="",
        people=(name,),
        values={},
        parts=(FilePart("正本", path, Digest.of(b""), 0),),
        filed_at=dt.datetime(year, 9, 1, tzinfo=dt.UTC),
        filed_by="李某某",
    )
    return IndexedRecord(made, text)


def substrings(
    rng: random.Random, texts: dict[str, tuple[str, ...]], count: int
) -> list[tuple[str, set[str]]]:
    """Substrings of 1 to 12 characters of normal forms, with the records a plain scan finds."""
    found: list[tuple[str, set[str]]] = []
    everything = [value for values in texts.values() for value in values]
    while len(found) < count:
        text = rng.choice(everything)
        start = rng.randrange(len(text))
        part = text[start : start + rng.randint(1, 12)]
        codes = {code for code, values in texts.items() if any(part in value for value in values)}
        found.append((part, codes))
    return found


def main(records: int = 2_000, count: int = 500) -> None:
    rng = random.Random(2022)
    documents = [record(rng, number) for number in range(records)]
    texts = {each.record.code: searchable(each.record, each.text).normals("") for each in documents}
    size = sum(len(each.text) for each in documents)
    print(f"{records} records, {size:,} characters, {count} substrings of 1 to 12 characters")
    parts = substrings(rng, texts, count)
    middles = {}
    for name in ENGINES:
        with tempfile.TemporaryDirectory() as folder, open_engine(name, Path(folder)) as engine:
            started = time.perf_counter()
            for start in range(0, records, 500):
                batch = documents[start : start + 500]
                engine.apply(batch, Position(start + len(batch) - 1, "0" * 64))
            built = time.perf_counter() - started
            times, recall, precision, marked = [], 0.0, 0.0, True
            for part, _ in parts:
                request = SearchRequest(literal(part))
                started = time.perf_counter()
                page = engine.search(request)
                times.append((time.perf_counter() - started) * 1000)
                marked = marked and all(hit.marks for hit in page.hits)
            for part, expected in parts:
                everything = engine.search(SearchRequest(literal(part), limit=records, sort="code"))
                codes = {hit.code for hit in everything.hits}
                recall += len(codes & expected) / len(expected)
                precision += len(codes & expected) / max(1, len(codes))
            p50, p95 = statistics.median(times), statistics.quantiles(times, n=20)[-1]
            middles[name] = p50
            print(
                f"{name:7} build {built:5.2f} s  recall {recall / count:.4f}"
                f"  precision {precision / count:.4f}  every hit marked: {marked}"
                f"  p50 {p50:.2f} ms  p95 {p95:.2f} ms"
            )
    print(f"whoosh takes {middles['whoosh'] / middles['sqlite']:.0f} times as long as sqlite (p50)")


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))
