"""Which cell a pushed row is about: by unit, region, indicator and period end, among the rounds that are open."""

from collections.abc import Collection, Iterator, Sequence
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from targets.models import Entry, Indicator
from yuxi_eldercare.core.models import Department, Region, User

from .entries import windows_of
from .pushed_rows import PushedRow, RowProblem
from .scope import Entitlement, Entitlements
from .sharing import attach_shared
from .trail import CHUNK
from .window import Window

Key = tuple[int, str, int, date]  # unit, region, indicator, period end


class Places:
    """Everything that rows name, read in a fixed number of statements per few thousand rows."""

    def __init__(self, rows: Sequence[PushedRow], by: User) -> None:
        now = timezone.now()
        units = Department.objects.select_related("region")
        words = {row.department for row in rows}
        self._departments: dict[str, Department] = {
            **{unit.credit_code: unit for unit in _found(units, "credit_code", words)},
            **{unit.key: unit for unit in _found(units, "key", words)},
        }
        self._regions: dict[str, Region] = {
            region.code: region for region in _found(Region.objects, "code", {row.region for row in rows})
        }
        self._indicators: dict[str, Indicator] = {
            indicator.key: indicator
            for indicator in _found(Indicator.objects, "key", {row.indicator for row in rows})
        }
        self._entitlements = Entitlements(by, timezone.localdate(now))
        self._rights: dict[tuple[int, str], Entitlement] = {}
        self._entries = self._read({row.period_end for row in rows})
        every = [entry for entries in self._entries.values() for entry in entries]
        attach_shared(every, timezone.localdate(now))
        self._windows = windows_of(every, now)

    def _read(self, ends: Collection[date]) -> dict[Key, list[Entry]]:
        """Cells of the units, regions and indicators that are named, by place."""
        found: dict[Key, list[Entry]] = {}
        units = {unit.pk for unit in self._departments.values()}
        if not (units and self._regions and self._indicators and ends):
            return found
        rows = Entry.objects.filter(
            department__in=units,
            region__in=self._regions,
            indicator__in=[indicator.pk for indicator in self._indicators.values()],
            period_end__in=ends,
        )
        for entry in rows.order_by("-pk"):
            key = entry.department_id, entry.region_id, entry.indicator_id, entry.period_end
            found.setdefault(key, []).append(entry)
        return found

    def of(self, row: PushedRow) -> Entry | RowProblem:
        """The cell of a row, or why it has none that this person may fill now."""
        department = self._departments.get(row.department)
        if department is None:
            text = _("没有键或统一社会信用代码为“%(code)s”的单位。")
            return _problem(row, "department", "unknown_department", text % {"code": row.department})
        region = self._regions.get(row.region)
        if region is None:
            text = _("没有代码为“%(code)s”的地区。") % {"code": row.region}
            return _problem(row, "region", "unknown_region", text)
        indicator = self._indicators.get(row.indicator)
        if indicator is None:
            text = _("没有代码为“%(code)s”的指标。") % {"code": row.indicator}
            return _problem(row, "indicator", "unknown_indicator", text)
        right = self._right(department, region)
        if not right:
            return _problem(row, "department", "not_allowed", right.decision.reason)
        if indicator.denominator_series_id is not None and row.said.get("denominator") is not None:
            text = _("分母由其他单位填报，本项只给 numerator。")
            return _problem(row, "denominator", "not_yours", text)
        return self._cell(row, department, region, indicator)

    def _right(self, department: Department, region: Region) -> Entitlement:
        place = department.pk, region.code
        if place not in self._rights:
            self._rights[place] = self._entitlements.of(department, region)
        return self._rights[place]

    def _cell(
        self, row: PushedRow, department: Department, region: Region, indicator: Indicator
    ) -> Entry | RowProblem:
        """Of several rounds that ask for the same, the one that is named or the only one that is open."""
        found = self._entries.get((department.pk, region.code, indicator.pk, row.period_end), [])
        if row.round is not None:
            found = [entry for entry in found if entry.round_id == row.round]
        if not found:
            text = _(
                "%(unit)s没有%(region)s“%(indicator)s”期末为%(end)s的填报任务，请查询 /api/v1/entries/。"
            )
            words = {
                "unit": department.short_name,
                "region": region.short_name,
                "indicator": indicator.name,
                "end": row.period_end,
            }
            return _problem(row, "period_end", "not_owed", text % words)
        writable = [entry for entry in found if self._window(entry).may_write]
        if len(writable) > 1:
            rounds = "、".join(str(entry.round_id) for entry in writable)
            text = _("有多个开放的轮次要求填报这一项，请用 round 指明：%(rounds)s。") % {"rounds": rounds}
            return _problem(row, "round", "ambiguous_round", text)
        if not writable:
            window = self._window(found[0])
            return _problem(row, "period_end", f"round_{window.status}", window.sentence)
        return writable[0]

    def _window(self, entry: Entry) -> Window:
        return self._windows[entry.round_id, entry.department_id]


def _found(rows: Any, column: str, words: Collection[str]) -> Iterator[Any]:
    """Rows whose column is one of the words, in parts that fit a statement."""
    known: QuerySet[Any] = rows.order_by()
    ordered = sorted(words)
    for start in range(0, len(ordered), CHUNK):
        yield from known.filter(**{f"{column}__in": ordered[start : start + CHUNK]})


def _problem(row: PushedRow, name: str, code: str, message: str) -> RowProblem:
    return RowProblem(row.number, name, code, message)
