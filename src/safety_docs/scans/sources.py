"""Files of scanned pages: which there are, how many pages they hold, and each page as a picture.

A file is bounded before it is decoded: its bytes, its pages, the pixels of a page. A page of a PDF
that is nothing but one JPEG picture, as scanners write it, is taken as that picture.
"""

from __future__ import annotations

import contextlib
import io
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PIL import Image, ImageOps, UnidentifiedImageError

from safety_docs.core.names import is_litter
from safety_docs.scans.errors import NoScanLibraryError, ScanError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

PHOTO_SUFFIXES = (".jpg", ".jpeg", ".png")
SUFFIXES = (".pdf", *PHOTO_SUFFIXES, ".tif", ".tiff")
MAX_BYTES = 1024 * 1024 * 1024
MAX_PAGES = 5_000
MAX_PIXELS = 100_000_000
"""An A3 page at 600 dpi has 70 million."""
RENDER_DPI = 200
"""Of PDF pages that are more than one picture."""
_FORMATS = {".jpg": "JPEG", ".jpeg": "JPEG", ".png": "PNG", ".tif": "TIFF", ".tiff": "TIFF"}
_POINTS_PER_INCH = 72
_TOO_MANY_PIXELS = "的像素太多，请用 600 dpi 以下的分辨率重新扫描"


@dataclass(frozen=True, slots=True)
class PageSource:
    """One page of a file.

    Attributes:
        path: The file.
        number: Page within it, from 1.
    """

    path: Path
    number: int


def expand(paths: Iterable[Path]) -> list[Path]:
    """The files, and for a folder the scans in it, by name.

    Raises:
        ScanError: If one is missing, of another kind, or a folder without scans.
    """
    return [file for path in paths for file in _files(path)]


def _files(path: Path) -> list[Path]:
    if path.is_dir():
        found = sorted(
            child
            for child in path.iterdir()
            if child.suffix.lower() in SUFFIXES and child.is_file() and not is_litter(child.name)
        )
        if not found:
            raise ScanError(path, f"里没有扫描件（能读 {'、'.join(SUFFIXES)}）")
        return found
    if not path.is_file():
        raise ScanError(path, "找不到，请核对文件名")
    if path.suffix.lower() not in SUFFIXES:
        raise ScanError(path, f"不是能读的扫描件（能读 {'、'.join(SUFFIXES)}），请另存后再用")
    if not 0 < path.stat().st_size <= MAX_BYTES:
        raise ScanError(path, "是空文件" if not path.stat().st_size else "超过 1 GB，请分成几个")
    return [path]


def count_pages(path: Path) -> int:
    """Number of pages of a file.

    Raises:
        ScanError: If it cannot be read, or has more than `MAX_PAGES` pages.
    """
    suffix = path.suffix.lower()
    if suffix == ".pdf":
        with open_pdf(path) as document:
            count = len(document)
    elif suffix in PHOTO_SUFFIXES:
        count = 1
    else:
        with _opened(path) as picture:
            count = getattr(picture, "n_frames", 1)
    if not 0 < count <= MAX_PAGES:
        raise ScanError(path, f"有 {count} 页，一个文件最多 {MAX_PAGES} 页，请分成几个")
    return count


@contextlib.contextmanager
def open_pdf(path: Path) -> Iterator[Any]:
    """A pypdfium2 document.

    Raises:
        ScanError: If it is damaged or locked by a password.
        NoScanLibraryError: If pypdfium2 is not installed.
    """
    pdfium = pdf_library()
    try:
        document = pdfium.PdfDocument(path)
    except pdfium.PdfiumError as error:
        is_locked = "assword" in str(error)
        problem = "有密码，请先去掉密码再用" if is_locked else "不是完好的 PDF，请重新扫描或导出"
        raise ScanError(path, problem) from error
    try:
        yield document
    finally:
        document.close()


def pdf_library() -> Any:
    """The module pypdfium2.

    Raises:
        NoScanLibraryError: If it is not installed.
    """
    try:
        import pypdfium2  # noqa: PLC0415 - only who reads scans needs it
    except ImportError as error:
        library = "pypdfium2"
        raise NoScanLibraryError(library) from error
    return pypdfium2


def grey_picture(source: PageSource) -> Image.Image:
    """The page in shades of grey, as a reader would turn the file: upright if that is known.

    Raises:
        ScanError: If the page cannot be read.
    """
    path = source.path
    suffix = path.suffix.lower()
    if suffix == ".pdf":
        with open_pdf(path) as document:
            return _pdf_picture(source, document)
    with _opened(path) as picture:
        if suffix in PHOTO_SUFFIXES:
            return _loaded(path, picture)
        picture.seek(source.number - 1)
        return _loaded(path, picture)


def _opened(path: Path) -> Image.Image:
    try:
        with warnings.catch_warnings():  # the number of pixels is looked at before they are read
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            return Image.open(path, formats=[_FORMATS[path.suffix.lower()]])
    except Image.DecompressionBombError as error:
        raise ScanError(path, _TOO_MANY_PIXELS) from error
    except (UnidentifiedImageError, OSError, ValueError) as error:
        problem = "不是完好的图片，请重新扫描或拍照（苹果手机请选“兼容性最佳”的 JPEG 格式）"
        raise ScanError(path, problem) from error


def _loaded(path: Path, picture: Image.Image) -> Image.Image:
    """All pixels in grey, turned as the camera held it."""
    if picture.width * picture.height > MAX_PIXELS:
        raise ScanError(path, _TOO_MANY_PIXELS)
    try:
        if picture.format == "JPEG":
            picture.draft("L", picture.size)
        return ImageOps.exif_transpose(picture).convert("L")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise ScanError(path, "的图片不完整，请重新扫描或拍照") from error


def _pdf_picture(source: PageSource, document: Any) -> Image.Image:
    pdfium = pdf_library()
    try:
        page = document[source.number - 1]
        jpeg = None if page.get_rotation() else only_jpeg(page)
        picture = None if jpeg is None else _jpeg_picture(source.path, jpeg)
        return _rendered(page) if picture is None else picture
    except pdfium.PdfiumError as error:
        problem = f"的第 {source.number} 页是坏的，请重新扫描这一页"
        raise ScanError(source.path, problem) from error


def _jpeg_picture(path: Path, data: bytes) -> Image.Image | None:
    """The picture; None if its colours are not told the usual way."""
    try:
        with Image.open(io.BytesIO(data), formats=["JPEG"]) as picture:
            return _loaded(path, picture) if picture.mode in {"L", "RGB"} else None
    except (UnidentifiedImageError, Image.DecompressionBombError) as error:
        raise ScanError(path, "里有一页的图片不完整，请重新扫描") from error


def _rendered(page: Any) -> Image.Image:
    width, height = page.get_size()
    scale = RENDER_DPI / _POINTS_PER_INCH
    if width * height * scale * scale > MAX_PIXELS:
        scale = (MAX_PIXELS / (width * height)) ** 0.5
    rendered: Image.Image = page.render(scale=scale, grayscale=True).to_pil()
    return rendered.convert("L")


def only_jpeg(page: Any) -> bytes | None:
    """The JPEG picture that fills a PDF page upright and is all there is on it; else None."""
    objects = list(page.get_objects(max_depth=1))
    if len(objects) != 1 or objects[0].type != pdf_library().raw.FPDF_PAGEOBJ_IMAGE:
        return None
    picture = objects[0]
    if picture.get_filters() != ["DCTDecode"]:
        return None
    a, b, c, d, e, f = picture.get_matrix().get()
    width, height = page.get_mediabox()[2:]
    is_upright = abs(b) + abs(c) < 1 and a > 0 and d > 0
    is_whole = abs(e) + abs(f) < 2 and abs(a - width) < 2 and abs(d - height) < 2
    if not (is_upright and is_whole):
        return None
    return bytes(picture.get_data(decode_simple=False))
