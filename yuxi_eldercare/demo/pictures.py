"""Pictures for the demonstration, drawn here: a building site in flat colours that nobody takes for a photograph."""

import struct
import zlib
from typing import Any, Final

import numpy as np
from django.core.files.uploadedfile import SimpleUploadedFile

_WIDTH, _HEIGHT = 360, 240
_SKY, _GROUND, _WALL, _WINDOW, _CRANE = (
    (214, 228, 240), (196, 184, 160), (232, 226, 214), (120, 150, 178), (224, 161, 0),
)  # fmt: skip
_FLOOR: Final = 28


def site_picture(name: str, number: int) -> SimpleUploadedFile:
    """The n-th picture of a project's site as an upload; every project and number gives another picture."""
    canvas = np.empty((_HEIGHT, _WIDTH, 3), np.uint8)
    canvas[:] = _SKY
    canvas[190:] = _GROUND
    left = 60 + zlib.crc32(name.encode()) % 80
    floors = 3 + number % 3
    top = 190 - floors * _FLOOR
    canvas[top:190, left : left + 150] = _WALL
    for floor in range(floors):
        for place in range(6):
            x, y = left + 10 + place * 23, top + 8 + floor * _FLOOR
            canvas[y : y + 13, x : x + 13] = _WINDOW
    mast = left + 175
    canvas[20:190, mast : mast + 5] = _CRANE
    canvas[26:31, left + 40 : mast + 30] = _CRANE
    canvas[31:50, left + 60 : left + 62] = _CRANE
    return SimpleUploadedFile(f"工地{number + 1}.png", _png(canvas), "image/png")


def _png(canvas: np.ndarray[Any, Any]) -> bytes:
    height, width, _colours = canvas.shape
    lines = b"".join(b"\x00" + line.tobytes() for line in canvas)  # every line unfiltered
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(lines, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in parts)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
