"""The working-day calendar: weekends rest, the other days are worked, special days (调休) are loaded.

Deadlines are counted here. Which days a year moves is announced by the State Council each November; an
administrator loads the list.
"""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from . import audit
from .models import SpecialDay, User
from .roles import LOAD_CALENDAR, can

SATURDAY: Final = 5
# Long enough for any deadline: the longest holiday is nine days.
HORIZON: Final = timedelta(days=400)
_WORDS: Final = {"休": False, "假": False, "放假": False, "0": False, "班": True, "上班": True, "1": True}


class CalendarRefused(ValueError):
    """Nothing was loaded; the text says in which lines what is wrong, one sentence per line."""


@dataclass(frozen=True)
class Calendar:
    """Which days are worked, with the special days of some stretch of time."""

    special: Mapping[date, bool]

    def is_working(self, day: date) -> bool:
        """Whether people work on this day."""
        return self.special.get(day, day.weekday() < SATURDAY)

    def after(self, day: date, count: int) -> date:
        """The `count`-th working day after a day; with 0 the day itself, or the next working one."""
        found = day
        if count == 0:
            while not self.is_working(found):
                found += timedelta(days=1)
        for _number in range(count):
            found += timedelta(days=1)
            while not self.is_working(found):
                found += timedelta(days=1)
        return found

    def between(self, first: date, last: date) -> int:
        """How many working days lie after `first`, up to and with `last`."""
        days = (last - first).days
        return sum(self.is_working(first + timedelta(days=n)) for n in range(1, days + 1))


def calendar_around(day: date) -> Calendar:
    """The calendar for deadlines near a day. One statement."""
    rows = SpecialDay.objects.filter(day__range=(day - HORIZON, day + HORIZON))
    return Calendar(dict(rows.values_list("day", "working")))


def add_workdays(day: date, count: int) -> date:
    """The `count`-th working day after a day."""
    return calendar_around(day).after(day, count)


@transaction.atomic
def load_special_days(*, text: str, by: User) -> int:
    """Load lines `2026-10-01,休,国庆节` or `2026-10-10,班,调休`; returns how many days differ from before.

    All or nothing; a day given again is replaced. Raises `CalendarRefused`.
    """
    decision = can(by, LOAD_CALENDAR)
    if not decision:
        raise CalendarRefused(decision.reason)
    wanted = _read(text)
    present = {row.day: row for row in SpecialDay.objects.filter(day__in=wanted)}
    changed = {
        day: (working, name)
        for day, (working, name) in wanted.items()
        if day not in present or (present[day].working, present[day].name) != (working, name)
    }
    SpecialDay.objects.filter(day__in=changed).delete()
    SpecialDay.objects.bulk_create(
        SpecialDay(day=day, working=working, name=name, loaded_by=by)
        for day, (working, name) in changed.items()
    )
    if changed:
        audit.record(
            by=by,
            action="calendar.load",
            object_type="special_day",
            object_key=f"{min(changed)}..{max(changed)}",
            before={str(day): row.working for day, row in present.items() if day in changed} or None,
            after={str(day): working for day, (working, _name) in sorted(changed.items())},
        )
    return len(changed)


def _read(text: str) -> dict[date, tuple[bool, str]]:
    wanted: dict[date, tuple[bool, str]] = {}
    wrong = []
    for number, row in enumerate(csv.reader(io.StringIO(text.replace("，", ","))), 1):
        cells = [cell.strip().lstrip("\ufeff") for cell in row]
        if not any(cells) or (number == 1 and cells[0] in {"日期", "day"}):
            continue
        try:
            day = date.fromisoformat(cells[0])
        except ValueError:
            example = _("第%(line)s行：“%(text)s”不是日期，请写成2026-10-01。")
            wrong.append(example % {"line": number, "text": cells[0]})
            continue
        if len(cells) < 2 or cells[1] not in _WORDS:
            wrong.append(_("第%(line)s行：第二列应为“休”或“班”。") % {"line": number})
        elif day in wanted:
            wrong.append(_("第%(line)s行：%(day)s写了两次，请只留一行。") % {"line": number, "day": day})
        else:
            wanted[day] = (_WORDS[cells[1]], (cells[2] if len(cells) > 2 else "")[:60])
    if not wanted and not wrong:
        wrong.append(_("没有读到日期，请每行写“日期,休或班,名称”。"))
    if wrong:
        raise CalendarRefused("\n".join(wrong))
    return wanted
