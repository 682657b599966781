"""Uploaded files: checked by what they are, kept under their sha256 outside the web root, opened only here.

Who may see a file is not known here: the caller asks that before `open_stored`. A file is accepted when its
bytes are of a known type, its name ends as that type does, and, for the zip-based Office types, when it
unpacks to a bounded size and holds no macros.
"""

import hashlib
import os
import re
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final, Protocol

from django.conf import settings
from django.utils.translation import gettext as _

from .models import Department, StoredFile, User

_CHUNK: Final = 1 << 20
_HEAD: Final = 2048
_NAME: Final = re.compile(r"[\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069/\\:*?\"<>|]")


class FileRefused(ValueError):
    """The file was not stored; the text says why and what to do."""


class TypeRefused(FileRefused):
    """Refused for what the bytes are: nothing that is accepted anywhere. Where only sheets are, the words differ."""


class Upload(Protocol):
    """What Django's `UploadedFile` and our tests hand in."""

    name: str | None

    def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]:
        """The bytes in pieces."""


@dataclass(frozen=True)
class FileType:
    """A kind of file that is accepted: its media type, its name endings, and what people call it."""

    media_type: str
    endings: tuple[str, ...]
    label: str


PDF = FileType("application/pdf", ("pdf",), "PDF")
PNG = FileType("image/png", ("png",), "PNG")
JPEG = FileType("image/jpeg", ("jpg", "jpeg"), "JPEG")
_OFFICE = "application/vnd.openxmlformats-officedocument."
# The folder inside the package tells which program it belongs to.
OFFICE: Final = {
    "word/": FileType(f"{_OFFICE}wordprocessingml.document", ("docx",), "Word"),
    "xl/": FileType(f"{_OFFICE}spreadsheetml.sheet", ("xlsx",), "Excel"),
    "ppt/": FileType(f"{_OFFICE}presentationml.presentation", ("pptx",), "PowerPoint"),
}
# Taken only where the caller has read the content itself (`known`).
GEOJSON = FileType("application/geo+json", ("geojson", "json"), "GeoJSON")
TYPES: Final = (PDF, PNG, JPEG, *OFFICE.values())


def accepted_endings() -> list[str]:
    """Name endings for a file chooser: `.pdf`, `.png` …"""
    return [f".{ending}" for kind in TYPES for ending in kind.endings]


def store(
    upload: Upload, *, by: User | None, department: Department | None, known: FileType | None = None
) -> StoredFile:
    """Check an upload and keep it; returns its row. Raises `FileRefused`, and then nothing is left behind.

    `known` is what a caller who has read the whole content says it is; otherwise the bytes are asked.
    """
    name = clean_name(upload.name or "")
    folder = Path(settings.FILES_DIR)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, path = tempfile.mkstemp(prefix="upload-", dir=folder)
    temporary = Path(path)
    try:
        with os.fdopen(handle, "w+b") as stream:
            digest, size = _receive(upload, stream)
            kind = known or sniff(stream)
            _check_name(name, kind)
        place = path_of(digest)
        place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.replace(temporary, place)
    finally:
        temporary.unlink(missing_ok=True)
    return StoredFile.objects.create(
        sha256=digest,
        size=size,
        media_type=kind.media_type,
        name=name,
        department=department,
        uploaded_by=by,
    )


def keep(content: bytes, *, name: str, media_type: str, by: User | None) -> StoredFile:
    """Keep a file that the product itself made; returns its row. The same bytes lie on disk once."""
    digest = hashlib.sha256(content).hexdigest()
    place = path_of(digest)
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, path = tempfile.mkstemp(prefix="made-", dir=settings.FILES_DIR)
    temporary = Path(path)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(temporary, place)
    finally:
        temporary.unlink(missing_ok=True)
    return StoredFile.objects.create(
        sha256=digest,
        size=len(content),
        media_type=media_type,
        name=clean_name(name),
        department=None,
        uploaded_by=by,
    )


def open_stored(stored: StoredFile) -> IO[bytes]:
    """The bytes of a stored file. Raises `FileRefused` when they are missing on disk."""
    try:
        return path_of(stored.sha256).open("rb")
    except FileNotFoundError:
        raise FileRefused(
            _("文件“%(name)s”已不在存储中，请联系系统管理员。") % {"name": stored.name}
        ) from None


def path_of(sha256: str) -> Path:
    """Where the bytes with this digest lie."""
    return Path(settings.FILES_DIR) / sha256[:2] / sha256


def clean_name(name: str) -> str:
    """The last part of a file name, without characters that other systems trip over, at most 120 long."""
    last = _NAME.sub("_", name.replace("\\", "/").rpartition("/")[2]).strip(" .")
    stem, dot, ending = last.rpartition(".")
    if not dot or not stem:
        raise FileRefused(_("文件名没有扩展名，请使用带扩展名的文件，例如“证明.pdf”。"))
    return f"{stem[: 119 - len(ending)]}.{ending.lower()}"


def _receive(upload: Upload, stream: IO[bytes]) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    for chunk in upload.chunks(_CHUNK):
        size += len(chunk)
        if size > settings.FILE_MAX_BYTES:
            most = settings.FILE_MAX_BYTES // (1024 * 1024)
            text = _("文件超过%(most)s MB，请压缩图片、拆分文件，或只上传证明数据的页面。")
            raise FileRefused(text % {"most": most})
        digest.update(chunk)
        stream.write(chunk)
    if not size:
        raise FileRefused(_("文件是空的，请重新选择文件。"))
    stream.flush()
    os.fsync(stream.fileno())
    return digest.hexdigest(), size


def sniff(stream: IO[bytes]) -> FileType:
    """What the bytes are, whatever the name says. Raises `FileRefused` for anything not accepted."""
    stream.seek(0)
    head = stream.read(_HEAD)
    stream.seek(0, os.SEEK_END)
    stream.seek(max(0, stream.tell() - _HEAD))
    tail = stream.read()
    if b"%PDF-" in head[:1024] and b"%%EOF" in tail:
        return PDF
    if head.startswith(b"\x89PNG\r\n\x1a\n") and head[12:16] == b"IHDR" and b"IEND" in tail:
        return PNG
    if head.startswith(b"\xff\xd8\xff") and b"\xff\xd9" in tail:
        return JPEG
    if head.startswith(b"PK\x03\x04"):
        return _sniff_zip(stream)
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        raise TypeRefused(_("这是旧版 Office 文件或加密文件，请另存为不加密的 .docx、.xlsx 或 .pptx。"))
    raise TypeRefused(_("文件内容不是 PDF、图片（PNG、JPEG）或 Office 文件，或者已损坏，请重新导出后上传。"))


def _sniff_zip(stream: IO[bytes]) -> FileType:
    stream.seek(0)
    try:
        with zipfile.ZipFile(stream) as package:
            parts = package.infolist()
            _check_unpacked(stream, parts)
            if any(part.flag_bits & 0x1 for part in parts):
                raise FileRefused(_("文件加了密码，请去掉密码后上传。"))
            # Bounded by the declared sizes; a part that is longer than it declares fails its checksum.
            if package.testzip() is not None:
                raise zipfile.BadZipFile
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError):
        raise FileRefused(_("Office 文件已损坏，请重新保存后上传。")) from None
    names = {part.filename for part in parts}
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise FileRefused(_("文件含有宏，请另存为不含宏的 .docx、.xlsx 或 .pptx。"))
    if "[Content_Types].xml" in names:
        for folder, kind in OFFICE.items():
            if any(name.startswith(folder) for name in names):
                return kind
    raise TypeRefused(_("压缩包不能作为佐证材料，请上传其中的 PDF、图片或 Office 文件。"))


def _check_unpacked(stream: IO[bytes], parts: list[zipfile.ZipInfo]) -> None:
    """Refuse what would unpack to too much; parts that share their bytes add up to more than the file."""
    stream.seek(0, os.SEEK_END)
    packed = sum(part.compress_size for part in parts)
    if (
        len(parts) > settings.ZIP_MAX_PARTS
        or sum(part.file_size for part in parts) > settings.ZIP_MAX_UNPACKED_BYTES
        or packed > stream.tell()
    ):
        raise FileRefused(_("文件解压后过大，不予接收，请检查文件来源，或另存为 PDF 后上传。"))


def _check_name(name: str, kind: FileType) -> None:
    ending = name.rpartition(".")[2]
    if ending not in kind.endings:
        text = _("文件名以 .%(ending)s 结尾，内容却是 %(kind)s，请用正确的扩展名重新保存。")
        raise FileRefused(text % {"ending": ending, "kind": kind.label})
