"""Rows of a sheet into statements for the register; what cannot be read is a fault with its row and column.

1. A row speaks of the institution with its credit code, else of the one of its name in its county.
2. What the sheet does not state (no column, or a blank cell) stays as the register has it; for a new institution
   it is none.
3. A known institution is stated as of the day of the sheet, a new one as of its opening where the sheet says it.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final

from django.utils.translation import gettext as _

from projects.models import InstitutionVersion
from projects.register.facts import COUNTS, MOST, Facts, Statement
from projects.register.suspects import Listed, Register, leading
from targets.reporting.numbers import NumberRefused, parse_number
from yuxi_eldercare.core.models import Department, Region

from .fields import CODED, TEXTS, YES, title
from .mapping import Columns
from .places import Places
from .reading import Table, letter

_DAY: Final = re.compile(r"(\d{4})\s*[-/.年]?\s*(\d{1,2})\s*[-/.月]?\s*(\d{1,2})\s*日?(?:[T\s]+[\d:.]+)?")
_NONE: Final = frozenset({"", "-", "--", "—", "/", "无", "暂无"})
_CLOSED: Final = InstitutionVersion.Status.CLOSED.value


@dataclass(frozen=True)
class Fault:
    """What is wrong in a cell; without a column, in the row."""

    row: int
    column: str
    title: str
    name: str
    message: str


@dataclass
class Known:
    """What the register has of the keeper's institutions as of the day of the sheet."""

    facts: dict[int, Facts]
    by_code: dict[str, int]
    without_code: set[int]


@dataclass
class Line:
    """One row: the statement it makes, or why it makes none."""

    row: int
    name: str
    faults: list[Fault] = field(default_factory=list)
    wrong: set[str] = field(default_factory=set)  # the fields of these faults
    tried: Statement | None = None  # what it states as far as it can be read

    @property
    def statement(self) -> Statement | None:
        """What it states, where nothing is wrong."""
        return None if self.faults else self.tried

    def hides(self, name: str) -> bool:
        """Whether what is said about a field of what was read could come from a cell that was not."""
        counts, days = self.wrong & set(COUNTS), self.wrong & {"opened", "closed_on"}
        return name in self.wrong or (name in COUNTS and bool(counts)) or (name == "since" and bool(days))


class Reader:
    """Reads the rows of one sheet with one mapping."""

    def __init__(
        self, table: Table, mapping: Columns, *, keeper: Department, as_of: date, reason: str, known: Known
    ) -> None:
        self.table, self.mapping, self.keeper, self.as_of = table, mapping, keeper, as_of
        self.reason, self.known, self.places = reason, known, Places()
        self.columns = {
            name: place
            for name, heading in mapping.columns.items()
            if (place := table.column(heading)) is not None
        }
        self._names = Register(leading(self.places.rows.values()))  # the keeper's institutions by name
        for pk, facts in known.facts.items():
            county = self.places.county(facts.region) if facts.region in self.places.rows else ""
            self._names.add(Listed(pk, facts.name, county, "", facts.kind))
        self._seen: dict[Any, int] = {}

    def lines(self) -> Iterable[Line]:
        """The rows in order."""
        for number, texts in self.table.rows:
            yield self._line(number, texts)

    def fault(self, line: Line, name: str, message: str) -> Fault:
        """A fault at the column that holds a field."""
        line.wrong.add(name)
        place = self.columns.get(name)
        column, heading = (letter(place), self.table.header[place]) if place is not None else ("", "")
        return Fault(
            line.row,
            column,
            heading or (title(name) if name in self.mapping.columns else ""),
            line.name,
            message,
        )

    def _line(self, number: int, texts: list[str]) -> Line:
        cells = {name: texts[place] for name, place in self.columns.items()}
        line = Line(number, cells.get("name", ""))
        region = self._region(line, cells)
        county = self.places.county(region) if region else ""
        pk = self._institution(line, cells, county)
        base = self.known.facts.get(pk) if pk is not None else None
        facts = self._facts(line, cells, base, region)
        since = self._since(line, cells, facts, is_new=base is None)
        self._once(line, cells, pk, county)
        line.tried = Statement(
            since=since,
            facts=facts,
            keeper=self.keeper.pk,
            institution=pk,
            credit_code=cells.get("credit_code", ""),
            reason=self.reason,
        )
        return line

    def _region(self, line: Line, cells: dict[str, str]) -> str:
        """The place a row names; where it names none, the keeper's own county."""
        text, town = cells.get("region", ""), cells.get("town", "")
        code = self.places.find(text) if text else None
        if text and code is None:
            message = _("没有找到“%(text)s”这个地方，请填县（市、区）、乡镇的名称或代码。") % {
                "text": text[:40]
            }
            line.faults.append(self.fault(line, "region", message))
            return ""
        if code is None and self.keeper.region.level != Region.Level.CITY:
            code = self.keeper.region_id
        if code is None:
            message = _("看不出在哪个县，请在表中加上“县（市、区）”一列。")
            line.faults.append(self.fault(line, "region", message))
            return ""
        return self.places.find(town, within=code) or code

    def _institution(self, line: Line, cells: dict[str, str], county: str) -> int | None:
        code = "".join(cells.get("credit_code", "").split()).upper()
        if code in self.known.by_code:
            return self.known.by_code[code]
        same = (
            [row.pk for row in self._names.named(county, line.name) if row.pk is not None]
            if line.name
            else []
        )
        if code:
            same = [pk for pk in same if pk in self.known.without_code]
        if len(same) > 1:
            message = _("名册里有 %(n)s 家同名机构，看不出是哪一家，请在表中填写统一社会信用代码。")
            line.faults.append(self.fault(line, "name", message % {"n": len(same)}))
        return same[0] if same else None

    def _facts(self, line: Line, cells: dict[str, str], base: Facts | None, region: str) -> Facts:
        given: dict[str, Any] = {}
        for name in TEXTS:
            if name != "credit_code" and cells.get(name):
                given[name] = cells[name]
        for name in CODED:
            if (code := self._code(line, name, cells.get(name, ""))) is not None:
                given[name] = code == YES if name == "demonstration" else code
        for name in COUNTS:
            if (count := self._count(line, name, cells.get(name, ""))) is not None:
                given[name] = count
        town = cells.get("town", "")
        if town and region and not self.places.find(town, within=self.places.county(region)):
            address = given.get("address", base.address if base else "")
            given["address"] = address if town in address else town + address
        if base is not None:
            stated = "region" in self.columns or "town" in self.columns
            if stated and not self._names_only_above(region, base.region):
                given["region"] = region
            return replace(base, **given)
        return Facts(**{"name": "", "kind": "", "operation": "", **given, "region": region})

    def _names_only_above(self, region: str, known: str) -> bool:
        """Whether a sheet names the county of a place that the register knows more closely."""
        return not region or (known in self.places.rows and self.places.county(known) == region)

    def _code(self, line: Line, name: str, word: str) -> str | None:
        if not word:
            return self.mapping.fixed.get(name)
        code = self.mapping.code(name, word)
        if code is None:
            message = _("“%(word)s”没有对应到“%(field)s”的选项，请在对应关系里选择。")
            values = {"word": word[:40], "field": title(name)}
            line.faults.append(self.fault(line, name, message % values))
        return code

    def _count(self, line: Line, name: str, text: str) -> int | None:
        if text.strip() in _NONE:
            return None
        try:
            number = parse_number(text, percent=False)
        except NumberRefused as refused:
            line.faults.append(self.fault(line, name, str(refused)))
            return None
        if number != int(number) or not 0 <= number <= MOST:
            message = _("请填写 0 至 %(most)s 之间的整数。") % {"most": MOST}
            line.faults.append(self.fault(line, name, message))
            return None
        return int(number)

    def _since(self, line: Line, cells: dict[str, str], facts: Facts, *, is_new: bool) -> date:
        """From when on the row holds."""
        opened = self._day(line, "opened", cells.get("opened", ""))
        closed = self._day(line, "closed_on", cells.get("closed_on", ""))
        if opened and closed and closed < opened:
            message = _("关停日期（%(closed)s）早于开业日期（%(opened)s）。")
            values = {"closed": closed, "opened": opened}
            line.faults.append(self.fault(line, "closed_on", message % values))
        for name, day in (("opened", opened), ("closed_on", closed)):
            if day and day > self.as_of:
                message = _("日期晚于表格的数据截至日期（%(as_of)s），请核对。") % {"as_of": self.as_of}
                line.faults.append(self.fault(line, name, message))
        if facts.status == _CLOSED:
            return closed or self.as_of
        return (opened or self.as_of) if is_new else self.as_of

    def _day(self, line: Line, name: str, text: str) -> date | None:
        if text.strip() in _NONE:
            return None
        found = _DAY.fullmatch(text.strip())
        try:
            if found:
                return date(*map(int, found.groups()))
        except ValueError:
            pass
        message = _("“%(text)s”不是日期，请写成 2026-12-31。") % {"text": text[:20]}
        line.faults.append(self.fault(line, name, message))
        return None

    def _once(self, line: Line, cells: dict[str, str], pk: int | None, county: str) -> None:
        """An institution may stand in a sheet once."""
        code = "".join(cells.get("credit_code", "").split()).upper()
        key = ("pk", pk) if pk is not None else ("code", code) if code else ("name", county, line.name)
        if key in self._seen:
            message = _("与第 %(row)s 行是同一家机构，请只保留一行。") % {"row": self._seen[key]}
            line.faults.append(self.fault(line, "credit_code" if code else "name", message))
        else:
            self._seen[key] = line.row
