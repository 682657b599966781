"""A list of townships and villages compared with the regions there are: what is new or renamed, and all that is wrong.

Codes are the statistical division codes (统计用区划代码): the county's six digits, three for the township, three for
the village. A township of nine digits is kept with three zeros behind it, as plan files write it.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from django.utils.translation import gettext as _

from yuxi_eldercare.core.models import Region, RegionName

NAME_MOST: Final = 60
SHORT_MOST: Final = 30
# Field of a line → headings its column goes by; the first is the one to use.
HEADINGS: Final = {
    "code": ("代码", "统计用区划代码", "区划代码", "行政区划代码"),
    "name": ("名称", "单位名称"),
    "short_name": ("简称",),
}
_TOWNSHIP: Final = "000"
# Endings of official names and what short names have instead, the longest first.
_ENDINGS: Final = (
    ("社区居民委员会", "社区"),
    ("社区居委会", "社区"),
    ("居民委员会", "社区"),
    ("居委会", "社区"),
    ("村村民委员会", "村"),
    ("村民委员会", "村"),
    ("村村委会", "村"),
    ("村委会", "村"),
    ("街道办事处", "街道"),
)


@dataclass(frozen=True)
class Line:
    """A row of the list; an empty short name is made from the name."""

    row: int
    code: str
    name: str
    short_name: str = ""


@dataclass(frozen=True)
class Fault:
    """What is wrong in a row, at one of its fields: a sentence with the remedy."""

    row: int
    field: str
    message: str
    name: str = ""


@dataclass(frozen=True)
class Place:
    """A region as the list wants it; `before` is the name it has now, empty for a new one."""

    row: int
    code: str
    name: str
    short_name: str
    parent: str
    before: str = ""

    @property
    def level(self) -> str:
        """Township or village, by the code."""
        return Region.Level.TOWNSHIP if self.code.endswith(_TOWNSHIP) else Region.Level.VILLAGE

    @property
    def level_name(self) -> str:
        """The level in words."""
        return str(Region.Level(self.level).label)


@dataclass
class Compared:
    """What a list would do. With faults nothing of it may be written."""

    new: list[Place] = field(default_factory=list)
    renamed: list[Place] = field(default_factory=list)
    unchanged: int = 0
    faults: list[Fault] = field(default_factory=list)

    @property
    def changed(self) -> int:
        """How many regions would be written."""
        return len(self.new) + len(self.renamed)


def compare(lines: Sequence[Line]) -> Compared:
    """The list against the regions in force. Two statements, whatever the length."""
    return _Comparison(lines).result()


def shortened(name: str) -> str:
    """What a name is called in tables: 大营街社区居民委员会 is 大营街社区."""
    for ending, short in _ENDINGS:
        if name.endswith(ending) and len(name) > len(ending):
            return (name.removesuffix(ending) + short)[:SHORT_MOST]
    return name[:SHORT_MOST]


class _Comparison:
    """1. codes and names line by line; 2. parents; 3. what would change; 4. names that would stand twice."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self._lines = lines
        self._regions: dict[str, Region] = Region.objects.in_bulk()
        self._names: dict[str, set[str]] = {}  # all names of a region that a file brought
        self._former: dict[str, str] = {}  # withdrawn code → the present one
        for region, text, is_code in RegionName.objects.values_list("region_id", "text", "is_code"):
            if is_code:
                self._former[text] = region
            else:
                self._names.setdefault(region, set()).add(text)
        self._found = Compared()

    def result(self) -> Compared:
        """Everything, faults in the order of the rows."""
        sound = [line for line in self._lines if self._is_sound(line)]
        sound = self._once(sound)
        listed = {_full(line.code) for line in self._lines}
        placed = [line for line in sound if self._is_placed(line, listed)]
        wanted = [place for line in placed if (place := self._place(line)) is not None]
        self._names_once(wanted)
        self._found.faults.sort(key=lambda fault: fault.row)
        return self._found

    def _fault(self, line: Line | Place, name: str, message: str) -> bool:
        self._found.faults.append(Fault(line.row, name, message, line.name))
        return False

    def _is_sound(self, line: Line) -> bool:
        """A code of digits and of a known length, and a name that fits."""
        right = True
        if not line.code:
            right = self._fault(line, "code", _("没有填代码，请填写统计用区划代码。"))
        elif not re.fullmatch(r"[0-9]+", line.code):
            right = self._fault(line, "code", _("代码只能是数字，请核对。"))
        elif len(line.code) not in (9, 12) or _full(line.code)[6:9] == _TOWNSHIP:
            text = _(
                "代码是 %(n)s 位。乡镇（街道）填 9 位，村（社区）填 12 位；县（市、区）不用导入，请删去这一行。"
            )
            right = self._fault(line, "code", text % {"n": len(line.code)})
        if not line.name:
            right = self._fault(line, "name", _("没有填名称，请填写法定全称。"))
        elif len(line.name) > NAME_MOST:
            text = _("名称最多 %(most)s 个字，请核对。")
            right = self._fault(line, "name", text % {"most": NAME_MOST})
        if len(line.short_name) > SHORT_MOST:
            text = _("简称最多 %(most)s 个字，请缩短或留空。")
            right = self._fault(line, "short_name", text % {"most": SHORT_MOST})
        return right

    def _once(self, lines: Iterable[Line]) -> list[Line]:
        """The lines without those whose code an earlier line has."""
        first: dict[str, Line] = {}
        for line in lines:
            earlier = first.setdefault(_full(line.code), line)
            if earlier is not line:
                text = _("与第 %(row)s 行的代码相同，请只留一行。")
                self._fault(line, "code", text % {"row": earlier.row})
        return list(first.values())

    def _is_placed(self, line: Line, listed: set[str]) -> bool:
        """Whether the division above is there, or comes with the same list."""
        code = _full(line.code)
        if code in self._former:
            return self._fault(line, "code", self._replaced(code))
        county, township = code[:6], code[:9] + _TOWNSHIP
        if county in self._former:
            return self._fault(line, "code", self._replaced(county))
        region = self._regions.get(county)
        if region is None or region.level != Region.Level.COUNTY or region.withdrawn:
            text = _("前 6 位“%(county)s”不是本市的县（市、区），请核对代码。")
            return self._fault(line, "code", text % {"county": county})
        if township == code or township in listed:
            return True
        if township in self._former:
            return self._fault(line, "code", self._replaced(township))
        above = self._regions.get(township)
        if above is None or above.withdrawn:
            text = _("没有代码为“%(township)s”的乡镇（街道），请核对前 9 位，或在表格里加上它的一行。")
            return self._fault(line, "code", text % {"township": township[:9]})
        return True

    def _replaced(self, code: str) -> str:
        present = self._regions[self._former[code]]
        text = _("代码“%(code)s”已停用，现在是%(name)s（%(present)s），请改用新的区划代码表。")
        return text % {"code": code, "name": present.name, "present": present.code}

    def _place(self, line: Line) -> Place | None:
        """The region as it will be, put where it belongs in the result; none where a file keeps another name."""
        code = _full(line.code)
        parent = code[:6] if code.endswith(_TOWNSHIP) else code[:9] + _TOWNSHIP
        row = self._regions.get(code)
        if row is not None and row.from_file and not row.withdrawn:
            if line.name not in {row.name, row.short_name, *self._names.get(code, ())}:
                text = _("这个代码是%(name)s，它随规划文件载入，不能在这里改名，请核对代码和名称。")
                self._fault(line, "name", text % {"name": row.name})
                return None
            self._found.unchanged += 1
            return Place(line.row, code, row.name, row.short_name, parent, row.name)
        kept = row.short_name if row is not None and row.name == line.name else shortened(line.name)
        before = row.name if row is not None and not row.withdrawn else ""
        place = Place(line.row, code, line.name, line.short_name or kept, parent, before)
        if not before:
            self._found.new.append(place)
        elif row is not None and (row.name, row.short_name) != (place.name, place.short_name):
            self._found.renamed.append(place)
        else:
            self._found.unchanged += 1
        return place

    def _names_once(self, wanted: Sequence[Place]) -> None:
        """Two divisions of one name directly below the same one, after everything was written."""
        names = _final_names(self._regions, wanted)
        for place in wanted:
            if names[place.parent, place.name] > 1:
                text = _("%(name)s在同一上级下有不止一个，请核对名称和代码。")
                self._fault(place, "name", text % {"name": place.name})


def _final_names(regions: Mapping[str, Region], wanted: Sequence[Place]) -> Counter[tuple[str, str]]:
    """How often a name stands below a division once the list is written."""
    final = {row.code: (row.parent_id or "", row.name) for row in regions.values() if not row.withdrawn}
    final |= {place.code: (place.parent, place.name) for place in wanted}
    return Counter(final.values())


def _full(code: str) -> str:
    """The code with twelve digits."""
    return code + _TOWNSHIP if len(code) == 9 else code
