"""Uploaded files: what they are, not what they say they are; bounded; kept once under their digest."""

import hashlib
import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from yuxi_eldercare.core.files import FileRefused, accepted_endings, clean_name, open_stored, path_of, store
from yuxi_eldercare.core.models import StoredFile

pytestmark = pytest.mark.django_db

PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


# One grey pixel, as any viewer shows it.
PNG = (
    b"\x89PNG\r\n\x1a\n"
    + _chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    + _chunk(b"IDAT", zlib.compress(b"\x00\x80"))
    + _chunk(b"IEND", b"")
)
JPEG = b"\xff\xd8\xff\xe0" + b"\0" * 40 + b"\xff\xd9"


def package(folder: str = "xl/", **parts: bytes) -> bytes:
    """A minimal Office file."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("[Content_Types].xml", "<Types/>")
        made.writestr(f"{folder}main.xml", "<x/>")
        for name, data in parts.items():
            made.writestr(name.replace("__", "/").replace("_dot_", "."), data)
    return out.getvalue()


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Any) -> Path:
    settings.FILES_DIR = tmp_path / "files"
    return settings.FILES_DIR


def upload(name: str, data: bytes) -> StoredFile:
    return store(SimpleUploadedFile(name, data, content_type="text/html"), by=None, department=None)


def left_behind(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.mark.parametrize(
    ("name", "data", "media_type"),
    [
        ("证明.pdf", PDF, "application/pdf"),
        ("图.PNG", PNG, "image/png"),
        ("图.jpeg", JPEG, "image/jpeg"),
        ("表.xlsx", package("xl/"), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        (
            "文.docx",
            package("word/"),
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ),
        (
            "演.pptx",
            package("ppt/"),
            "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        ),
    ],
)
def test_accepted_types_are_kept_under_their_digest(
    name: str, data: bytes, media_type: str, folder: Path
) -> None:
    stored = upload(name, data)
    assert (stored.media_type, stored.size) == (media_type, len(data))
    assert stored.sha256 == hashlib.sha256(data).hexdigest()
    assert left_behind(folder) == [path_of(stored.sha256)]
    with open_stored(stored) as stream:
        assert stream.read() == data


def test_the_same_bytes_lie_on_disk_once(folder: Path) -> None:
    assert upload("a.pdf", PDF).pk != upload("b.pdf", PDF).pk
    assert len(left_behind(folder)) == 1


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        ("a.pdf", PNG, "内容却是 PNG"),
        ("a.xlsx", package("word/"), "内容却是 Word"),
        ("a.docx", PDF, "内容却是 PDF"),
        ("a.exe", PDF, "内容却是 PDF"),
        ("a.pdf", b"<html>%PDF</html>", "不是 PDF"),
        ("a.pdf", PDF[:-8], "不是 PDF"),
        ("a.png", PNG[:12], "不是 PDF"),
        ("a.doc", b"\xd0\xcf\x11\xe0" + b"\0" * 600, "旧版 Office"),
        ("a.zip", package("other/"), "压缩包不能"),
        ("a.xlsx", package()[:40] + b"\0" * 50, "已损坏"),
        ("a.xlsm", package("xl/", xl__vbaProject_dot_bin=b"x"), "含有宏"),
        ("a.pdf", b"", "空的"),
        ("pdf", PDF, "没有扩展名"),
    ],
)
def test_what_a_file_is_not(name: str, data: bytes, sentence: str, folder: Path) -> None:
    with pytest.raises(FileRefused, match=sentence):
        upload(name, data)
    assert not folder.exists() or left_behind(folder) == []
    assert not StoredFile.objects.exists()


def test_fifty_megabytes_are_refused_without_being_kept(settings: Any, folder: Path) -> None:
    taken = 0

    class Endless:
        name = "a.pdf"

        def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]:
            nonlocal taken
            for _n in range(50):
                taken += 1
                yield b"x" * (1024 * 1024)

    with pytest.raises(FileRefused, match="超过20 MB"):
        store(Endless(), by=None, department=None)
    assert taken == 21
    assert left_behind(folder) == []


def test_a_zip_bomb_is_refused(settings: Any) -> None:
    settings.ZIP_MAX_UNPACKED_BYTES = 1024 * 1024
    bomb = package(xl__big=b"\0" * (2 * 1024 * 1024))
    assert len(bomb) < 10_000
    with pytest.raises(FileRefused, match="解压后过大"):
        upload("a.xlsx", bomb)


def test_a_part_that_is_longer_than_it_declares_is_refused() -> None:
    data = bytearray(package(xl__big=b"\0" * 100_000))
    small = struct.pack("<I", 10)
    for mark, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        at = data.rfind(mark)
        assert struct.unpack("<I", data[at + offset : at + offset + 4]) == (100_000,)
        data[at + offset : at + offset + 4] = small
    with pytest.raises(FileRefused, match="已损坏"):
        upload("a.xlsx", bytes(data))


def test_parts_that_share_their_bytes_are_refused() -> None:
    body = zlib.compress(b"\0" * 100_000)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        made.writestr("xl/a", body * 40)
        for n in range(5):
            twin = zipfile.ZipInfo(f"xl/twin{n}")
            first = made.infolist()[0]
            twin.header_offset, twin.CRC = first.header_offset, first.CRC
            twin.compress_size, twin.file_size = first.compress_size, first.file_size
            made.filelist.append(twin)
    with pytest.raises(FileRefused, match=r"解压后过大|已损坏"):
        upload("a.xlsx", out.getvalue())


def test_too_many_parts_are_refused(settings: Any) -> None:
    settings.ZIP_MAX_PARTS = 3
    with pytest.raises(FileRefused, match="解压后过大"):
        upload("a.xlsx", package(a=b"1", b=b"2"))


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("C:\\temp\\证明.PDF", "证明.pdf"),
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("a\nb\u202e<>.pdf", "a_b___.pdf"),
        ("长" * 300 + ".pdf", "长" * 116 + ".pdf"),
    ],
)
def test_names_are_cleaned(given: str, kept: str) -> None:
    assert clean_name(given) == kept


def test_a_missing_file_is_told(folder: Path) -> None:
    stored = upload("a.pdf", PDF)
    path_of(stored.sha256).unlink()
    with pytest.raises(FileRefused, match="已不在存储中"):
        open_stored(stored)


def test_the_chooser_offers_what_is_accepted() -> None:
    assert accepted_endings() == [".pdf", ".png", ".jpg", ".jpeg", ".docx", ".xlsx", ".pptx"]
