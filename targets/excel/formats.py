"""Which cells of a workbook are numbers shown as a percentage: Excel keeps 0.123 where people see 12.3%.

The reader of sheets knows values only, so the formats are looked up in the package itself, and only when
some style of the workbook is a percentage at all (a template's own styles are not).
"""

import re
import zipfile
from collections.abc import Collection, Iterator
from typing import IO, Final
from xml.etree import ElementTree

_CHUNK: Final = 1 << 20
_OVERLAP: Final = 512
_MAIN: Final = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_LINK: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_BUILT_IN: Final = frozenset({"9", "10"})  # 0% and 0.00%
_QUOTED: Final = re.compile(r'"[^"]*"|\\.|_.|\*.')
_CELL: Final = re.compile(rb"<(?:\w+:)?c\s([^<>]*)>")
_PLACE: Final = re.compile(rb"(?:^|\s)r\s*=\s*[\"']([A-Z]{1,2})([0-9]{1,6})[\"']")
_TYPE: Final = re.compile(rb"(?:^|\s)t\s*=\s*[\"'](?!n[\"'])")  # of anything but a number
_STYLE: Final = re.compile(rb"(?:^|\s)s\s*=\s*[\"']([0-9]{1,6})[\"']")


def percent_cells(stream: IO[bytes], sheet: str, letters: Collection[str]) -> set[tuple[int, str]]:
    """(row as Excel shows it, column letter) of numbers shown as a percentage, in these columns of a sheet."""
    with zipfile.ZipFile(stream) as package:
        styles = _percent_styles(package)
        part = _part_of(package, sheet) if styles else None
        return set(_cells(package, part, styles, letters)) if part else set()


def _percent_styles(package: zipfile.ZipFile) -> set[bytes]:
    """Numbers of the cell styles whose number format is a percentage."""
    if "xl/styles.xml" not in package.namelist():
        return set()
    root = ElementTree.fromstring(package.read("xl/styles.xml"))
    formats = _BUILT_IN | {
        str(one.get("numFmtId"))
        for one in root.iter(f"{_MAIN}numFmt")
        if "%" in _QUOTED.sub("", one.get("formatCode", ""))
    }
    styles = root.find(f"{_MAIN}cellXfs")
    return {
        str(number).encode()
        for number, one in enumerate(styles if styles is not None else ())
        if one.get("numFmtId") in formats
    }


def _part_of(package: zipfile.ZipFile, sheet: str) -> str | None:
    """The part of the package that holds a sheet."""
    book = ElementTree.fromstring(package.read("xl/workbook.xml"))
    links = ElementTree.fromstring(package.read("xl/_rels/workbook.xml.rels"))
    ids = {one.get("name"): one.get(_LINK) for one in book.iter(f"{_MAIN}sheet")}
    targets = {one.get("Id"): one.get("Target", "") for one in links}
    target = targets.get(ids.get(sheet)) or ""
    part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    return part if part in package.namelist() else None


def _cells(
    package: zipfile.ZipFile, part: str, styles: set[bytes], letters: Collection[str]
) -> Iterator[tuple[int, str]]:
    wanted = {letter.encode() for letter in letters}
    rest = b""
    with package.open(part) as stream:
        while piece := stream.read(_CHUNK):
            for cell in _CELL.finditer(rest + piece):
                place, style = _PLACE.search(cell[1]), _STYLE.search(cell[1])
                if not place or not style or place[1] not in wanted or style[1] not in styles:
                    continue
                if not _TYPE.search(cell[1]):
                    yield int(place[2]), place[1].decode()
            rest = piece[-_OVERLAP:]
