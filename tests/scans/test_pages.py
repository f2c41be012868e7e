from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pypdfium2
import pytest
from PIL import Image
from tests.scans.drawing import (
    back_of,
    blank_page,
    code_picture,
    coded_page,
    letter,
    scanned,
    shining_through,
    with_a_name,
    without_codes,
    write_jpeg,
    write_pdf,
    written_page,
)

from safety_docs.core.page_code import LAST, PageCode, page_code_key, page_identity
from safety_docs.scans import (
    PageSource,
    ScanError,
    count_pages,
    expand,
    join_pages,
    lone_page,
    read_page,
)

if TYPE_CHECKING:
    from pathlib import Path

    from safety_docs.scans import ScannedPage

KEY = page_code_key(b"k" * 32)
IDENTITY = page_identity("0123456789abcdef" * 2)
CODE = PageCode("RL-05", IDENTITY, 2, 1)
TURNS = (0, 8, -8, 90, 180, 270, 172, 188)


def read(path: Path, number: int = 1) -> ScannedPage:
    return read_page(PageSource(path, number), KEY)


@pytest.mark.parametrize("degrees", TURNS)
@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_page_is_known_however_it_lies_on_the_glass(
    tmp_path: Path, number: int, degrees: float
) -> None:
    page = coded_page(PageCode("RL-05", IDENTITY, number, 2), KEY, is_last=number == 3)
    found = read(write_jpeg(tmp_path / "照片.jpg", scanned(page, degrees)))
    numbers = {code.number for code in found.codes}
    assert numbers == ({3, LAST} if number == 3 else {number})
    assert {(code.form, code.page, code.copy) for code in found.codes} == {("RL-05", IDENTITY, 2)}
    assert found.turn == -round(degrees / 90) * 90 % 360


def test_pages_of_a_pdf_are_read_each_for_itself(tmp_path: Path) -> None:
    other = page_identity("f" * 32)
    pages = [
        coded_page(CODE, KEY),
        without_codes(written_page()),
        blank_page(),
        coded_page(PageCode("RL-09", other, 1, 1), KEY, is_last=True),
    ]
    path = write_pdf(tmp_path / "扫描.pdf", pages)
    assert count_pages(path) == 4
    found = [read(path, number) for number in range(1, 5)]
    assert [[code.page for code in one.codes] for one in found] == [[IDENTITY], [], [], [other] * 2]
    assert [one.is_blank for one in found] == [False, False, True, False]


@pytest.mark.parametrize("degrees", TURNS)
def test_the_back_of_a_page_is_blank_whatever_shines_through(degrees: int, tmp_path: Path) -> None:
    back = scanned(back_of(coded_page(CODE, KEY, is_last=True)), degrees)
    found = read(write_jpeg(tmp_path / "背面.jpg", back))
    assert (found.is_blank, found.codes) == (True, ())


@pytest.mark.parametrize("degrees", TURNS)
def test_a_name_on_the_back_is_kept_and_the_code_of_the_front_is_not_its_code(
    degrees: int, tmp_path: Path
) -> None:
    back = scanned(with_a_name(back_of(coded_page(CODE, KEY, is_last=True))), degrees)
    found = read(write_jpeg(tmp_path / "背面.jpg", back))
    assert (found.is_blank, found.codes, found.foreign) == (False, (), 0)


def test_a_page_is_not_the_last_because_its_back_is(tmp_path: Path) -> None:
    first, second = letter("RL-05", IDENTITY, KEY, pages=2)
    sheet = scanned(shining_through(second, first), 2, blur=0.3)
    found = read(write_jpeg(tmp_path / "正面.jpg", sheet))
    assert [code.number for code in found.codes] == [1]


def test_codes_of_others_are_counted_and_never_taken(tmp_path: Path) -> None:
    stranger = page_code_key(b"x" * 32)
    page = coded_page(PageCode("RL-05", IDENTITY, 1, 1), stranger)
    page.paste(code_picture("HTTP://EXAMPLE.COM", 18), (300, 400))
    found = read(write_jpeg(tmp_path / "页.jpg", page))
    assert (found.codes, found.foreign) == ((), 2)


def test_a_photo_is_turned_as_the_camera_held_it(tmp_path: Path) -> None:
    path = tmp_path / "照片.jpg"
    lying = scanned(coded_page(CODE, KEY)).rotate(90, expand=True)
    held = Image.Exif()
    held[0x0112] = 6
    lying.save(path, "JPEG", quality=70, exif=held)
    assert read(path).turn == 0
    (tmp_path / "一页.pdf").write_bytes(lone_page(PageSource(path, 1), 0))
    assert read(tmp_path / "一页.pdf").codes == (CODE,)
    assert read(tmp_path / "一页.pdf").turn == 0


def test_a_tiff_of_several_pages_is_read(tmp_path: Path) -> None:
    path = tmp_path / "扫描.tif"
    first, *others = letter("RL-05", IDENTITY, KEY, pages=2)
    first.save(path, "TIFF", save_all=True, append_images=others)
    assert count_pages(path) == 2
    assert {code.number for code in read(path, 2).codes} == {2, LAST}


def test_joined_pages_are_the_same_pictures_upright_and_the_same_bytes(tmp_path: Path) -> None:
    photo = write_jpeg(tmp_path / "照片.jpg", scanned(coded_page(CODE, KEY), 180))
    scan = write_pdf(tmp_path / "扫描.pdf", [coded_page(CODE, KEY), written_page()])
    pages = [lone_page(PageSource(scan, 1), 0), lone_page(PageSource(photo, 1), 180)]
    joined = join_pages(pages)
    assert join_pages(pages) == joined
    (tmp_path / "合.pdf").write_bytes(joined)
    assert [read(tmp_path / "合.pdf", number).turn for number in (1, 2)] == [0, 0]
    document = pypdfium2.PdfDocument(joined)
    (held,) = document[1].get_objects()
    assert bytes(held.get_data(decode_simple=False)) == photo.read_bytes()
    document.close()


def test_a_page_joined_by_way_of_a_file_of_its_own_is_the_same(tmp_path: Path) -> None:
    scan = write_pdf(tmp_path / "扫描.pdf", [coded_page(CODE, KEY), written_page()])
    pages = [lone_page(PageSource(scan, number), 0) for number in (1, 2)]
    kept = tmp_path / "存.pdf"
    kept.write_bytes(pages[0])
    assert join_pages(pages) == join_pages([kept.read_bytes(), pages[1]])
    assert len(pypdfium2.PdfDocument(join_pages(pages))) == 2


def test_another_page_is_another_file(tmp_path: Path) -> None:
    path = write_pdf(tmp_path / "扫描.pdf", [coded_page(CODE, KEY), written_page()])
    assert lone_page(PageSource(path, 1), 0) != lone_page(PageSource(path, 2), 0)
    assert lone_page(PageSource(path, 1), 0) == lone_page(PageSource(path, 1), 0)


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("坏.pdf", b"%PDF-1.7 nothing more", "不是完好的 PDF"),
        ("坏.jpg", b"\xff\xd8\xff and no picture", "不是完好的图片"),
        ("空.pdf", b"", "是空文件"),
        ("文.docx", b"PK", "不是能读的扫描件"),
    ],
)
def test_a_file_that_is_no_scan_is_refused_by_name(
    tmp_path: Path, name: str, data: bytes, said: str
) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    assert f"“{name}”{said}" in fault_of(path)


def fault_of(path: Path) -> str:
    """What a stack with this file is told, at the latest when the page is read."""
    try:
        (file,) = expand([path])
        count_pages(file)
    except ScanError as error:
        return error.message
    return read(file).problem


def test_a_picture_of_too_many_pixels_is_not_decoded(tmp_path: Path) -> None:
    path = tmp_path / "巨.png"
    Image.new("1", (20_000, 20_000)).save(path)
    assert "像素太多" in read(path).problem


def test_a_torn_jpeg_is_told_and_not_guessed(tmp_path: Path) -> None:
    stream = io.BytesIO()
    coded_page(CODE, KEY).save(stream, "JPEG", quality=60)
    path = tmp_path / "半.jpg"
    path.write_bytes(stream.getvalue()[: len(stream.getvalue()) // 8])
    found = read(path)
    assert found.codes == ()
    assert found.problem


def test_a_pdf_page_whose_picture_is_damaged_is_told(tmp_path: Path) -> None:
    whole = write_pdf(tmp_path / "扫描.pdf", [coded_page(CODE, KEY), coded_page(CODE, KEY)])
    data = bytearray(whole.read_bytes())
    start = data.index(b"\xff\xd8\xff")
    data[start + 2 : start + 600] = bytes(598)
    whole.write_bytes(bytes(data))
    first, second = read(whole, 1), read(whole, 2)
    assert first.codes == ()
    assert second.codes == (CODE,)


def test_a_folder_stands_for_the_scans_in_it_by_name(tmp_path: Path) -> None:
    for name in ("2.jpg", "1.pdf", "说明.txt", "~$3.pdf", "4.PNG"):
        (tmp_path / name).write_bytes(b"x")
    assert [path.name for path in expand([tmp_path])] == ["1.pdf", "2.jpg", "4.PNG"]
    (tmp_path / "空").mkdir()
    with pytest.raises(ScanError, match="里没有扫描件"):
        expand([tmp_path / "空"])
