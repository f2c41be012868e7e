"""Photos in documents: checked before decoding, turned, stripped, made print size, placed.

Only JPEG and PNG are opened. Everything a camera writes beside the pixels, the position above all,
stays out of the document; the original is filed apart and keeps it.
"""

from __future__ import annotations

import io
import struct
import threading
import zlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lxml import etree
from markupsafe import Markup
from PIL import ImageOps
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile

from safety_docs.core.digest import Digest
from safety_docs.core.photo import PhotoFile
from safety_docs.documents.blank import Blank
from safety_docs.documents.errors import PhotoError
from safety_docs.documents.identity import empty_relations
from safety_docs.documents.missing import current
from safety_docs.documents.package import parse_part, rels_name
from safety_docs.documents.zipwriter import pack

if TYPE_CHECKING:
    from PIL.Image import Image

    from safety_docs.documents.missing import RenderLog
    from safety_docs.documents.zipwriter import Packed

MAX_FILE_BYTES = 40_000_000
MAX_PIXELS = 60_000_000
PRINT_DPI = 220
QUALITY = 85
CACHE_SIZE = 64
_EMU_PER_MM = 36_000
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_IMAGE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/image"
_DRAWING = (
    '<w:r><w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing">'
    '<wp:extent cx="{cx}" cy="{cy}"/><wp:docPr id="0" name="照片{n}" descr="照片"/>'
    '<a:graphic xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main">'
    '<a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture">'
    '<pic:pic xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture">'
    '<pic:nvPicPr><pic:cNvPr id="0" name="{file}"/><pic:cNvPicPr/></pic:nvPicPr>'
    '<pic:blipFill><a:blip r:embed="{rid}" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"/>'
    "<a:stretch><a:fillRect/></a:stretch></pic:blipFill>"
    '<pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="{cx}" cy="{cy}"/></a:xfrm>'
    '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr>'
    "</pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>"
)


@dataclass(frozen=True, slots=True)
class Picture:
    """A photo ready for print.

    Attributes:
        data: JPEG or PNG without metadata.
        suffix: ``.jpeg`` or ``.png``.
        width_mm, height_mm: Printed size.
    """

    data: bytes
    suffix: str
    width_mm: float
    height_mm: float


@dataclass(slots=True)
class PictureShop:
    """Prepares pictures for one compiled template and remembers the last ones.

    Attributes:
        prefix: Beginning of relationship ids and media names that the template does not use.
    """

    prefix: str = "Photo"
    _known: dict[tuple[str, float, float], Picture] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def get(self, photo: PhotoFile, width_mm: float, height_mm: float) -> Picture:
        """The picture, fitted into a box.

        Raises:
            PhotoError: As `load_photo`.
        """
        data = _read(photo)
        key = (Digest.of(data).hex, width_mm, height_mm)
        picture = self._known.get(key)
        if picture is None:
            picture = _prepare(photo.path.name, data, width_mm, height_mm)
            with self._lock:
                self._known[key] = picture
                while len(self._known) > CACHE_SIZE:
                    self._known.pop(next(iter(self._known)))
        return picture


def load_photo(photo: PhotoFile, *, width_mm: float = 75, height_mm: float = 0) -> Picture:
    """Read a photo and make it ready for print.

    Args:
        photo: The file.
        width_mm: Width of the box it is fitted into.
        height_mm: Height of the box, 0 for as high as it gets.

    Raises:
        PhotoError: If it is missing, too large, damaged, or neither JPEG nor PNG.
    """
    return _prepare(photo.path.name, _read(photo), width_mm, height_mm)


def _read(photo: PhotoFile) -> bytes:
    path = photo.path
    if not path.is_file():
        raise PhotoError(path.name, "不存在，请检查文件名和文件夹。")
    if path.stat().st_size > MAX_FILE_BYTES:
        raise PhotoError(path.name, "超过 40 MB，请先压缩。")
    return path.read_bytes()


def _prepare(name: str, data: bytes, width_mm: float, height_mm: float) -> Picture:
    try:
        image = _open(name, data)
        if image.width * image.height > MAX_PIXELS:
            raise PhotoError(name, "超过 6000 万像素，请先缩小。")
        return _fit(image, width_mm, height_mm)
    except (OSError, SyntaxError, ValueError, EOFError, struct.error, zlib.error) as error:
        raise PhotoError(name, "已损坏，打不开，请换一张。") from error


def _open(name: str, data: bytes) -> JpegImageFile | PngImageFile:
    """Read the head of the file only; the plug-ins are called by name so that no other can be."""
    if data.startswith(b"\xff\xd8\xff"):
        return JpegImageFile(io.BytesIO(data))
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return PngImageFile(io.BytesIO(data))
    if data[4:8] == b"ftyp":
        raise PhotoError(name, "是 HEIC 格式，请在手机或电脑上另存为 JPEG 再用。")
    raise PhotoError(name, "不是 JPEG 或 PNG 图片，请另存为 JPEG 再用。")


def _fit(image: JpegImageFile | PngImageFile, width_mm: float, height_mm: float) -> Picture:
    is_png = isinstance(image, PngImageFile)
    if not is_png:
        longest = max(_pixels(width_mm), _pixels(height_mm))
        image.draft("RGB", (longest, longest))
    turned: Image = ImageOps.exif_transpose(image)
    scale = width_mm / turned.width
    if height_mm:
        scale = min(scale, height_mm / turned.height)
    size_mm = (turned.width * scale, turned.height * scale)
    plain = _without_extras(turned, is_png=is_png)
    wanted = tuple(_pixels(side) for side in size_mm)
    if wanted[0] < plain.width:
        plain = plain.resize((max(wanted[0], 1), max(wanted[1], 1)))
    buffer = io.BytesIO()
    if is_png:
        plain.save(buffer, "PNG")
    else:
        plain.save(buffer, "JPEG", quality=QUALITY)
    return Picture(buffer.getvalue(), ".png" if is_png else ".jpeg", size_mm[0], size_mm[1])


def _without_extras(image: Image, *, is_png: bool) -> Image:
    """The pixels alone: no EXIF, comment, profile or text chunk."""
    has_alpha = is_png and (image.mode in {"LA", "PA", "RGBA"} or "transparency" in image.info)
    plain = image.convert("RGBA" if has_alpha else "RGB")
    plain.info = {}
    return plain


def _pixels(side_mm: float) -> int:
    return round(side_mm / 25.4 * PRINT_DPI)


def picture_run(value: object, **size_mm: float) -> Markup:
    """The filter 图片: a run with the photo, ``宽`` and ``高`` of its box in millimetres.

    Raises:
        TypeError: If the value is no photo or the size is not given as 宽 and 高.
        PhotoError: If the photo cannot be used.
    """
    if isinstance(value, Blank):
        return value.run()
    if value is None or value == "":
        return Markup("")
    if not isinstance(value, PhotoFile):
        msg = f"“{value}”不是照片"
        raise TypeError(msg)
    if not size_mm.keys() <= {"宽", "高"} or not all(5 <= side <= 400 for side in size_mm.values()):
        msg = "图片的大小应写成“宽=75, 高=55”，单位毫米，5 到 400"
        raise TypeError(msg)
    log = current.get()
    shop = _shop(log)
    picture = shop.get(value, size_mm.get("宽", 75), size_mm.get("高", 0))
    number = _number(log, picture)
    log.uses.setdefault((log.part, number))
    return Markup(_DRAWING).format(  # noqa: S704 - a constant; format escapes what is put in
        cx=round(picture.width_mm * _EMU_PER_MM),
        cy=round(picture.height_mm * _EMU_PER_MM),
        n=number,
        file=_media(log, number, picture),
        rid=f"rId{shop.prefix}{number}",
    )


def _shop(log: RenderLog) -> PictureShop:
    if log.shop is None:
        msg = "这里不能放图片"
        raise TypeError(msg)
    return log.shop


def _number(log: RenderLog, picture: Picture) -> int:
    key = Digest.of(picture.data).hex
    log.pictures.setdefault(key, picture)
    return list(log.pictures).index(key) + 1


def _media(log: RenderLog, number: int, picture: Picture) -> str:
    return f"{_shop(log).prefix.lower()}{number}{picture.suffix}"


def placed_entries(log: RenderLog) -> list[Packed]:
    """Zip entries of all pictures used, stored as they are."""
    return [
        pack(f"word/media/{_media(log, number, picture)}", picture.data)
        for number, picture in enumerate(log.pictures.values(), 1)
    ]


def with_pictures(rels: bytes, rels_part: str, log: RenderLog) -> bytes:
    """A relationships part with the pictures used by its part added."""
    numbers = [number for part, number in log.uses if rels_name(part) == rels_part]
    root = parse_part(rels, rels_part) if rels else empty_relations()
    pictures = list(log.pictures.values())
    for number in numbers:
        entry = etree.SubElement(root, f"{{{_RELATIONS}}}Relationship")
        entry.set("Id", f"rId{_shop(log).prefix}{number}")
        entry.set("Type", _IMAGE)
        entry.set("Target", f"media/{_media(log, number, pictures[number - 1])}")
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
