"""Small pictures of progress for the pages: decoded from the kept file once, made again wherever they are missing.

A file that cannot be decoded here is no picture, whatever its first bytes say. Who may look is for the caller to ask.
"""

import os
import struct
import tempfile
from pathlib import Path
from typing import IO, Final

import typst
from django.conf import settings
from django.utils.translation import gettext as _

from yuxi_eldercare.core.files import JPEG, open_stored
from yuxi_eldercare.core.models import StoredFile

WIDTH, HEIGHT = 168, 112  # as the pages show it; made at twice that for dense screens
TYPE: Final = "image/png"
_DENSITY: Final = 144  # dots to an inch, of 72 points each
_MOST_PIXELS: Final = 60_000_000  # decoded, four bytes each
_PAGE: Final = f"""#set page(width: {WIDTH}pt, height: {HEIGHT}pt, margin: 0pt)
#image(sys.inputs.name, format: sys.inputs.format, width: 100%, height: 100%, fit: "cover")""".encode()
_FRAMES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}  # JPEG markers that state the size


class NotAPicture(ValueError):
    """The file cannot be shown; the text says why and what to do."""


def thumbnail_of(stored: StoredFile) -> Path:
    """Where the small picture of a JPEG or PNG lies, made if it is not there. Raises `NotAPicture` or `FileRefused`."""
    place = thumbnail_path(stored.sha256)
    if not place.exists():
        _keep(place, _drawn(stored))
    return place


def thumbnail_path(sha256: str) -> Path:
    """Where the small picture of the file with this digest lies, if it was made."""
    return Path(settings.FILES_DIR) / "small" / sha256[:2] / f"{sha256}.png"


def _drawn(stored: StoredFile) -> bytes:
    jpeg = stored.media_type == JPEG.media_type
    with open_stored(stored) as stream:
        if (_jpeg_pixels(stream) if jpeg else _png_pixels(stream)) > _MOST_PIXELS:
            raise NotAPicture(_("图片像素过多，请缩小尺寸后上传。"))
        inputs = {"name": Path(stream.name).name, "format": "jpg" if jpeg else "png"}
        folder = str(Path(stream.name).parent)
    try:
        compiler = typst.Compiler(_PAGE, root=folder, ignore_system_fonts=True, sys_inputs=inputs)
        made = compiler.compile(format="png", ppi=_DENSITY)
    except typst.TypstError:
        raise NotAPicture(_("图片无法打开，文件可能已损坏，请重新导出或拍摄后上传。")) from None
    assert isinstance(made, bytes), "one page"
    return made


def _png_pixels(stream: IO[bytes]) -> int:
    head = stream.read(24)
    width, height = struct.unpack(">II", head[16:]) if len(head) == 24 else (0, 0)
    return int(width * height)


def _jpeg_pixels(stream: IO[bytes]) -> int:
    """What the largest frame header before the data says; 0 without one, which then fails to decode."""
    most = 0
    stream.seek(2)
    while len(head := stream.read(4)) == 4 and head[0] == 0xFF and head[1] != 0xDA:
        if head[1] == 0xFF:  # filling
            stream.seek(-3, os.SEEK_CUR)
            continue
        segment = stream.read(max(int.from_bytes(head[2:]) - 2, 0))
        if head[1] in _FRAMES and len(segment) >= 5:
            height, width = struct.unpack(">HH", segment[1:5])
            most = max(most, width * height)
    return most


def _keep(place: Path, content: bytes) -> None:
    """Written beside and moved, so that nobody reads half of it."""
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, path = tempfile.mkstemp(prefix="made-", dir=place.parent)
    temporary = Path(path)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
        os.replace(temporary, place)
    finally:
        temporary.unlink(missing_ok=True)
