"""``print``: filed letters become packs that a clerk hands out."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import docx
import pytest
import zxingcpp
from openpyxl import Workbook
from PIL import Image

from safety_docs.archive import find_cabinet
from safety_docs.core.page_code import PageCode, page_code_key, page_identity
from safety_docs.documents import office

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tests.cli.conftest import Outcome

HOMEROOM, PARENTS = "班主任安全责任书", "家长安全责任书"


def term(year: int) -> tuple[str, ...]:
    """What all letters of a school year have in common."""
    dates = {"起日": f"{year}-09-01", "止日": f"{year + 1}-08-31", "签订日期": f"{year}-09-01"}
    return tuple(word for name, date in dates.items() for word in ("--set", f"{name}={date}"))


HEADER = ("姓名", "班级", "学生人数", "手机号")
LI, WANG, ZHAO = (
    (name, room, 40, f"1380000000{number}")
    for number, (name, room) in enumerate(
        [("李样一", "一（1）班"), ("王样二", "一（2）班"), ("赵样三", "一（1）班")], 1
    )
)
DIGITS = "零一二三四五六七八九"


def roster(folder: Path, header: Sequence[str], rows: Sequence[Sequence[object]]) -> Path:
    book = Workbook()
    for row in (header, *rows):
        book.worksheets[0].append(list(row))
    path = folder / "名册.xlsx"
    book.save(path)
    return path


@pytest.fixture
def teachers(school: Callable[..., Outcome], tmp_path: Path) -> Callable[..., Outcome]:
    """A school's command line; call `file` on it to file homeroom letters."""

    def file(*rows: Sequence[object], year: int = 2022) -> None:
        common = (*term(year), "--set", "校长=周示范")
        done = school("batch", HOMEROOM, roster(tmp_path, HEADER, rows), *common)
        assert done.status == 0, done.err

    school.file = file  # type: ignore[attr-defined]
    return school


def file(shell: Any, *rows: Sequence[object], **options: int) -> None:
    shell.file(*rows, **options)


def pupils(shell: Callable[..., Outcome], folder: Path, rooms: int = 2, each: int = 6) -> None:
    """Files parents' letters of some classes, whose rows alternate in the roster."""
    header = ("学生姓名", "班级", "家长姓名", "与学生关系", "联系电话", "学号")
    rows = [
        (
            f"学样{DIGITS[number]}{DIGITS[room]}",
            f"三（{room}）班",
            "李示例",
            "母亲",
            f"139000{number:03d}{room:02d}",
            f"2022{number:02d}{room:02d}",
        )
        for number in range(each)
        for room in range(1, rooms + 1)
    ]
    common = {
        "第二联系电话": "13700000001",
        "家庭住址": "示范路1号",
        "上下学方式": "步行",
        "班主任姓名": "王示例",
    }
    words = [word for name, text in common.items() for word in ("--set", f"{name}={text}")]
    done = shell("batch", PARENTS, roster(folder, header, rows), *term(2022), *words)
    assert done.status == 0, done.err


def lines(path: str | Path) -> list[list[str]]:
    """The checklist on the cover."""
    table = docx.Document(str(path)).tables[0]
    return [[cell.text for cell in row.cells] for row in table.rows][1:]


def cover(path: str | Path) -> str:
    return "\n".join(paragraph.text for paragraph in docx.Document(str(path)).paragraphs[:12])


def codes(path: str | Path, key: bytes) -> list[PageCode]:
    """The code on the first page of each copy."""
    found = []
    for section in list(docx.Document(str(path)).sections)[1:]:
        part = section.first_page_header.part
        (picture,) = [rel.target_part for rel in part.rels.values() if "image" in rel.reltype]
        (code,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(picture.blob)).convert("L"))
        found.append(PageCode.parse(code.text, key))
    return found


def test_of_several_named_letters_each_must_be_there(
    school: Callable[..., Outcome], teachers: Callable[..., Outcome], tmp_path: Path
) -> None:
    file(teachers, LI)
    refused = school("print", f"{HOMEROOM}、{PARENTS}", "-o", tmp_path / "打印")
    assert refused.status == 1
    assert f"没有可打印的“{PARENTS}”" in refused.err
    assert not (tmp_path / "打印").exists()
    assert school("print", f"{HOMEROOM}、{PARENTS}", "Z109-WS·2022-D30-A02-0001").status == 2


def test_each_class_gets_a_pack_in_the_order_of_the_roster(
    school: Callable[..., Outcome], tmp_path: Path
) -> None:
    pupils(school, tmp_path)
    done = school("--json", "print", PARENTS)
    assert done.status == 0, done.err
    assert (done.json["form"], done.json["year"], done.json["notes"]) == (PARENTS, 2022, [])
    packs = done.json["packs"]
    assert [pack["group"] for pack in packs] == ["三（1）班", "三（2）班"]
    assert [(pack["letters"], pack["copies"]) for pack in packs] == [(6, 12), (6, 12)]
    first, second = (Path(pack["path"]) for pack in packs)
    assert first == tmp_path / "打印" / "家长安全责任书-2022年-三（1）班-6人.docx"
    assert [line[:3] for line in lines(first)] == [
        [str(place + 1), f"学样{DIGITS[place]}一", f"{2 * place + 1:04d}"] for place in range(6)
    ]
    assert [line[3:5] for line in lines(second)] == [["□", "□"]] * 6
    assert [code[-4:] for code in packs[1]["codes"]] == ["0002", "0012"]


def test_the_cover_says_what_to_count(school: Callable[..., Outcome], tmp_path: Path) -> None:
    pupils(school, tmp_path)
    (pack,) = school("--json", "print", PARENTS, "--only", "三（2）班").json["packs"]
    words = cover(pack["path"])
    record = next(iter(find_cabinet(tmp_path / "archive").records()))
    for said in (
        "示范学校",
        "家长安全责任书（RL-09），2022年度",
        "三（2）班",
        f"{pack['codes'][0]} 至 0012",
        record.template.partition(":")[2][:8],
        "6 人，每人 2 份（学校留存、本人留存），共 12 份",
        "应有 6 人、12 份",
    ):
        assert said in words


def test_copies_of_one_person_lie_together_and_have_codes_of_their_own(
    teachers: Callable[..., Outcome], tmp_path: Path
) -> None:
    file(teachers, LI, WANG)
    (pack,) = teachers("--json", "print", HOMEROOM, "--copies", 3).json["packs"]
    cabinet = find_cabinet(tmp_path / "archive")
    pages = [page_identity(record.page_id) for record in cabinet.records()]
    assert codes(pack["path"], page_code_key(cabinet.secret)) == [
        PageCode("RL-05", page, 1, copy) for page in pages for copy in (1, 2, 3)
    ]
    labels = [
        section.first_page_header.paragraphs[-1].text.rpartition("　")[2]
        for section in list(docx.Document(pack["path"]).sections)[1:]
    ]
    assert labels == ["学校留存", "本人留存", "备份"] * 2


def test_few_letters_are_not_divided_unless_that_is_asked_for(
    teachers: Callable[..., Outcome],
) -> None:
    file(teachers, LI, WANG, ZHAO)
    (pack,) = teachers("--json", "print", HOMEROOM).json["packs"]
    assert pack["group"] == ""
    assert [line[5] for line in lines(pack["path"])] == ["一（1）班", "一（2）班", "一（1）班"]
    packs = teachers("--json", "print", HOMEROOM, "--by", "班级").json["packs"]
    assert [(one["group"], one["letters"]) for one in packs] == [("一（1）班", 2), ("一（2）班", 1)]
    (pack,) = teachers("--json", "print", HOMEROOM, "--only", "一（2）班").json["packs"]
    assert lines(pack["path"])[0][1] == "王样二"


def test_everything_in_one_pack(school: Callable[..., Outcome], tmp_path: Path) -> None:
    pupils(school, tmp_path)
    (pack,) = school("--json", "print", PARENTS, "--together", "--copies", 1).json["packs"]
    assert (pack["letters"], pack["copies"]) == (12, 12)
    assert [line[2] for line in lines(pack["path"])] == [f"{n:04d}" for n in range(1, 13)]


def test_a_superseded_letter_is_left_out(teachers: Callable[..., Outcome]) -> None:
    file(teachers, LI, WANG)
    file(teachers, (*LI[:3], "13900000009"), WANG)
    (pack,) = teachers("--json", "print", HOMEROOM).json["packs"]
    assert [line[1:3] for line in lines(pack["path"])] == [["王样二", "0002"], ["李样一", "0003"]]
    old = teachers("--json", "print", HOMEROOM, pack["codes"][0].replace("0002", "0001"))
    assert old.status == 1
    assert old.error["code"] == "A175"


def test_who_came_later_is_printed_alone(teachers: Callable[..., Outcome], tmp_path: Path) -> None:
    file(teachers, LI, WANG)
    (before,) = teachers("--json", "print", HOMEROOM).json["packs"]
    file(teachers, LI, WANG, ZHAO)
    (after,) = teachers("--json", "print", HOMEROOM, "--after", before["codes"][1]).json["packs"]
    assert [line[1] for line in lines(after["path"])] == ["赵样三"]
    assert f"{before['codes'][1]} 以后的" in cover(after["path"])
    code = before["codes"][0].replace("·", " · ").lower()
    (named,) = teachers("--json", "print", HOMEROOM, code).json["packs"]
    assert [line[1] for line in lines(named["path"])] == ["李样一"]
    assert teachers("--json", "print", HOMEROOM, "--since", "2000-01-01").status == 0
    nobody = teachers("--json", "print", HOMEROOM, "--since", "2999-01-01")
    assert (nobody.status, nobody.error["code"]) == (1, "A174")
    assert len(list((tmp_path / "打印").iterdir())) == 4


def test_the_newest_year_is_printed_unless_another_is_named(
    teachers: Callable[..., Outcome],
) -> None:
    file(teachers, LI, year=2022)
    file(teachers, WANG, year=2023)
    newest = teachers("--json", "print", HOMEROOM).json
    assert (newest["year"], newest["packs"][0]["letters"]) == (2023, 1)
    older = teachers("--json", "print", HOMEROOM, "--year", 2022).json
    assert lines(older["packs"][0]["path"])[0][1] == "李样一"
    assert teachers("--json", "print", HOMEROOM, "--year", 2020).error["code"] == "A174"


def test_printing_again_writes_over_nothing_and_files_nothing(
    teachers: Callable[..., Outcome], tmp_path: Path
) -> None:
    file(teachers, LI)
    size = teachers("--json", "notebook").json["size"]
    folder = tmp_path / "别处" / "册"
    for _ in (1, 2):
        assert teachers("print", HOMEROOM, "-o", folder).status == 0
    first, second = sorted(folder.iterdir(), key=lambda path: len(path.name))
    assert second.name == first.stem + "（2）.docx"
    assert first.read_bytes() == second.read_bytes()
    assert teachers("--json", "notebook").json["size"] == size
    assert teachers("verify").status == 0


def test_a_filed_file_that_was_changed_is_not_printed(
    teachers: Callable[..., Outcome], tmp_path: Path
) -> None:
    file(teachers, LI, WANG)
    filed = next((tmp_path / "archive").rglob("0002-*.docx"))
    filed.chmod(0o644)
    filed.write_bytes(filed.read_bytes() + b" ")
    changed = teachers("--json", "print", HOMEROOM)
    assert (changed.status, changed.error["code"]) == (3, "A178")
    assert filed.name in changed.error["message"]
    filed.unlink()
    assert teachers("--json", "print", HOMEROOM).error["code"] == "A178"
    assert not (tmp_path / "打印").exists()


@pytest.mark.parametrize(
    ("arguments", "status", "code", "words"),
    [
        ([PARENTS], 1, "A174", "batch"),
        ([HOMEROOM, "--by", "班"], 1, "A176", "班级"),
        ([HOMEROOM, "--by", "血型"], 1, "A176", "姓名"),
        ([HOMEROOM, "--only", "一（9）班"], 1, "A176", "一（1）班"),
        ([HOMEROOM, "Z109-WS·2022-D30-A02-0099"], 1, "A175", "0099"),
        ([HOMEROOM, "九号"], 1, "A102", "九号"),
        ([HOMEROOM, "--after", "九号"], 1, "A102", "九号"),
        (["没有的责任书"], 1, "F002", "职工安全责任书"),
        (["安全责任书签订情况一览表"], 1, "A177", "Excel"),
        ([HOMEROOM, "--together", "--by", "班级"], 2, "C001", "--together"),
        ([HOMEROOM, "--copies", "0"], 2, "C001", "--copies"),
    ],
)
def test_what_cannot_be_printed_is_said_in_chinese(
    teachers: Callable[..., Outcome],
    tmp_path: Path,
    arguments: list[str],
    status: int,
    code: str,
    words: str,
) -> None:
    file(teachers, LI)
    outcome = teachers("--json", "print", *arguments)
    assert (outcome.status, outcome.error["code"]) == (status, code), outcome.err
    assert words in outcome.error["message"]
    assert not (tmp_path / "打印").exists()


def test_a_file_in_the_place_of_the_folder_is_named(
    teachers: Callable[..., Outcome], tmp_path: Path
) -> None:
    file(teachers, LI)
    (tmp_path / "打印").write_text("", "utf-8")
    outcome = teachers("print", HOMEROOM)
    assert outcome.status == 1
    assert "打印" in outcome.err
    assert "Traceback" not in outcome.err


def test_letters_of_two_templates_go_into_two_volumes(
    teachers: Callable[..., Outcome], tmp_path: Path
) -> None:
    file(teachers, LI)
    own = tmp_path / "自己的" / "forms" / "responsibility-letters" / "homeroom-teacher"
    own.mkdir(parents=True)
    shipped = Path(__file__).parents[2] / "templates/forms/responsibility-letters/homeroom-teacher"
    template = docx.Document(str(shipped / "template.docx"))
    template.styles["Normal"].font.bold = True
    template.save(str(own / "template.docx"))
    common = (*term(2022), "--set", "校长=周示范")
    done = teachers(
        *("--templates", tmp_path / "自己的", "batch", HOMEROOM),
        *(roster(tmp_path, HEADER, [WANG]), *common),
    )
    assert done.status == 0, done.err
    packs = teachers("--json", "print", HOMEROOM).json["packs"]
    volumes = [re.search("（第.册，共.册）", pack["path"]) for pack in packs]
    assert [volume and volume[0] for volume in volumes] == [
        "（第1册，共2册）",
        "（第2册，共2册）",
    ]
    assert [lines(pack["path"])[0][1] for pack in packs] == ["李样一", "王样二"]


def test_without_libreoffice_the_word_file_is_the_print_file(
    teachers: Callable[..., Outcome], monkeypatch: pytest.MonkeyPatch
) -> None:
    file(teachers, LI)
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(office, "_PLACES", ())
    done = teachers("print", HOMEROOM, "--pdf")
    assert done.status == 0
    assert "没有 LibreOffice" in done.out
    (pack,) = teachers("--json", "print", HOMEROOM, "--pdf").json["packs"]
    assert (pack["pdf"], pack["pages"]) == (None, None)


def test_what_was_made_is_said_in_one_line_a_pack(
    teachers: Callable[..., Outcome],
) -> None:
    file(teachers, LI, WANG)
    said = teachers("print", HOMEROOM).out.splitlines()
    assert said[0].startswith(
        "班主任安全责任书-2022年-2人.docx：2 人 4 份，档号至 Z109-WS·2022-D30"
    )
    assert said[1] == "《班主任安全责任书》2022年度共 1 册、2 人、4 份。"
    assert said[2].startswith("文件夹：")


@pytest.mark.slow
def test_a_pdf_is_made_and_counted(teachers: Callable[..., Outcome]) -> None:
    file(teachers, LI, WANG)
    (pack,) = teachers("--json", "print", HOMEROOM, "--pdf").json["packs"]
    assert Path(pack["pdf"]).read_bytes().startswith(b"%PDF-")
    assert pack["long"] == []
    assert pack["pages"] == 2 + 4 * 4 - 1
