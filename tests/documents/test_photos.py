from __future__ import annotations

import io
import posixpath
import re
import struct
import zlib
from typing import TYPE_CHECKING

import docx
import pytest
from lxml import etree
from PIL import Image

from safety_docs.core.photo import PhotoFile
from safety_docs.documents import Identity, PhotoError, RenderError, compile_template, load_photo
from safety_docs.documents.photos import PRINT_DPI

if TYPE_CHECKING:
    from pathlib import Path

    from tests.documents.conftest import MakeTemplate, Reader


def photo(
    folder: Path, name: str, size: tuple[int, int] = (80, 60), **options: object
) -> PhotoFile:
    path = folder / name
    color = (len(name) * 9 % 256, sum(map(ord, name)) % 256, 80)
    Image.new("RGB", size, color).save(path, None, **options)
    return PhotoFile(path)


def camera_exif(orientation: int) -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "SECRETCAM"
    exif.get_ifd(0x8825)[1] = "N"
    return exif


def test_a_photo_is_turned_stripped_and_made_print_size(tmp_path: Path) -> None:
    source = photo(tmp_path, "大.jpg", (3000, 2000), exif=camera_exif(6), comment=b"SECRET")
    picture = load_photo(source, width_mm=50)
    image = Image.open(io.BytesIO(picture.data))
    assert image.size == (round(50 / 25.4 * PRINT_DPI), round(75 / 25.4 * PRINT_DPI))
    assert (picture.width_mm, picture.height_mm) == (50, 75)
    assert b"SECRET" not in picture.data
    assert not image.getexif()


def test_a_photo_fits_into_its_box_and_is_never_enlarged(tmp_path: Path) -> None:
    picture = load_photo(photo(tmp_path, "小.jpg", (40, 80)), width_mm=75, height_mm=55)
    assert (picture.width_mm, picture.height_mm) == (27.5, 55)
    assert Image.open(io.BytesIO(picture.data)).size == (40, 80)


@pytest.mark.parametrize(
    ("mode", "result"), [("RGBA", "RGBA"), ("P", "RGB"), ("L", "RGB"), ("1", "RGB")]
)
def test_png_keeps_only_its_transparency(tmp_path: Path, mode: str, result: str) -> None:
    path = tmp_path / "图.png"
    Image.new(mode, (8, 8)).save(path)
    picture = load_photo(PhotoFile(path))
    assert picture.suffix == ".png"
    assert Image.open(io.BytesIO(picture.data)).mode == result


def huge_png() -> bytes:
    head = struct.pack(">2I5B", 50_000, 50_000, 8, 2, 0, 0, 0)
    chunk = b"IHDR" + head
    return (
        b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + chunk + struct.pack(">I", zlib.crc32(chunk))
    )


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (huge_png(), "6000 万像素|打不开"),
        (b"SIMPLE  =                    T", "不是 JPEG"),
        (b"8BPS\0\1", "不是 JPEG"),
        (b"GIF89a", "不是 JPEG"),
        (b"\0\0\0\x18ftypheic", "HEIC"),
        (b"\xff\xd8\xff\xe0broken", "打不开"),
        (b"\x89PNG\r\n\x1a\nbroken", "打不开"),
        (b"", "不是 JPEG"),
    ],
)
def test_what_is_no_photo_is_refused_by_name(tmp_path: Path, content: bytes, reason: str) -> None:
    path = tmp_path / "现场.png"
    path.write_bytes(content)
    with pytest.raises(PhotoError, match=f"现场.png.*({reason})"):
        load_photo(PhotoFile(path))


def test_too_many_pixels_are_refused_before_decoding(tmp_path: Path) -> None:
    path = tmp_path / "巨.png"
    path.write_bytes(
        huge_png() + struct.pack(">I", 0) + b"IDAT" + struct.pack(">I", zlib.crc32(b"IDAT"))
    )
    with pytest.raises(PhotoError, match="6000 万像素"):
        load_photo(PhotoFile(path))


def test_a_missing_photo_is_refused(make_template: MakeTemplate, tmp_path: Path) -> None:
    template = compile_template(make_template("照片：{{ 甲|图片(宽=75) }}"))
    with pytest.raises(RenderError) as caught:
        template.render({"甲": PhotoFile(tmp_path / "无.jpg")})
    (problem,) = caught.value.problems
    assert problem.place == "第 1 段"
    assert "无.jpg" in problem.message


def test_many_photos_in_body_and_header_are_all_there(
    make_template: MakeTemplate, read: type[Reader], tmp_path: Path
) -> None:
    path = make_template(
        [["{%tr for 张 in 照片 %}"], ["{{r 张.文件|图片(宽=75, 高=55) }}"], ["{%tr endfor %}"]],
        "前{{ 照片[0].文件|图片(宽=20) }}后",
        header="校徽{{ 校徽|图片(宽=10) }}",
    )
    photos = [{"文件": photo(tmp_path, f"照{'片' * number}.jpg")} for number in range(40)]
    values = {"照片": photos, "校徽": photo(tmp_path, "徽.png")}
    data = compile_template(path).render(values, identity=Identity("a", "b", "c", "d", {}))
    check_package(data, read)
    document = docx.Document(io.BytesIO(data))
    assert len(document.inline_shapes) == 41
    assert read.paragraphs(data)[-1] == "前后"
    numbers = [
        number
        for name in ("word/document.xml", "word/header1.xml")
        for number in re.findall(rb'docPr id="(\d+)"', read.part(data, name))
    ]
    assert len(numbers) == len(set(numbers)) == 42


def check_package(data: bytes, read: type[Reader]) -> None:
    """Every relationship leads somewhere, every part has a type, every r:id is known."""
    names = read.names(data)
    types = etree.fromstring(read.part(data, "[Content_Types].xml"))
    known = {entry.get("Extension") for entry in types} | {entry.get("PartName") for entry in types}
    for name in names:
        assert name == "[Content_Types].xml" or {f"/{name}", name.rpartition(".")[2]} & known
        folder, base = posixpath.split(name)
        rels = posixpath.join(folder, "_rels", base + ".rels")
        if name.endswith(".rels") or not name.endswith(".xml"):
            continue
        used = set(re.findall(rb'r:(?:id|embed)="([^"]+)"', read.part(data, name)))
        entries = etree.fromstring(read.part(data, rels)) if rels in names else ()
        ids = [str(entry.get("Id")).encode() for entry in entries]
        assert used <= set(ids)
        assert len(ids) == len(set(ids))
        for entry in entries:
            target = posixpath.normpath(posixpath.join(folder, entry.get("Target", "")))
            assert entry.get("TargetMode") == "External" or target in names


def test_photos_in_the_body_pass_the_package_check_without_identity(
    make_template: MakeTemplate, read: type[Reader], tmp_path: Path
) -> None:
    template = compile_template(make_template("{{ 甲|图片(宽=30) }}{{ 乙|图片 }}"))
    check_package(template.render({"甲": photo(tmp_path, "甲.jpg"), "乙": None}), read)


def test_the_same_photo_is_kept_once_and_gives_the_same_bytes(
    make_template: MakeTemplate, read: type[Reader], tmp_path: Path
) -> None:
    template = compile_template(make_template("{{ 甲|图片(宽=30) }}{{ 乙|图片(宽=30) }}"))
    same = photo(tmp_path, "甲.jpg")
    data = template.render({"甲": same, "乙": same})
    assert len([name for name in read.names(data) if name.startswith("word/media/")]) == 1
    assert template.render({"甲": same, "乙": same}) == data


def test_a_size_out_of_range_is_refused(make_template: MakeTemplate, tmp_path: Path) -> None:
    for size in ("宽=1", "宽=9999", "长=30"):
        template = compile_template(make_template(f"{{{{ 甲|图片({size}) }}}}"))
        with pytest.raises(RenderError, match="毫米"):
            template.render({"甲": photo(tmp_path, "甲.jpg")})
