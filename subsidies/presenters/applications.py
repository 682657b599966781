"""The ledger of applications as pages and files show it: the filter of an address, the sums, the exported rows."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext as _

from subsidies.models import Application
from subsidies.queries.applications import ApplicationFilter, StateSum

State = Application.State
_YEAR: Final = re.compile(r"[12][0-9]{3}")
# States in which money is granted.
_GRANTED = (State.APPROVED, State.PAID)
_RUNNING = (State.SUBMITTED, State.COUNTY_CHECKED, State.CITY_CHECKED)


def filter_of(query: Mapping[str, str]) -> ApplicationFilter:
    """What an address narrows the ledger to; what it does not know is left out."""
    state, year, institution = query.get("state", ""), query.get("year", ""), query.get("institution", "")
    return ApplicationFilter(
        county=query.get("county", "")[:12],
        scheme=query.get("scheme", "")[:40],
        state=state if state in State.values else "",
        year=int(year) if _YEAR.fullmatch(year) else None,
        text=query.get("text", "").strip()[:60],
        institution=int(institution)
        if institution.isascii() and institution.isdecimal() and len(institution) < 19
        else None,
    )


@dataclass(frozen=True)
class Tallied:
    """A state with its word, how many, and the money."""

    state: str
    word: str
    count: int
    total_fen: int


@dataclass(frozen=True)
class Sums:
    """The sentence over the ledger: all, those on their way, those granted."""

    count: int
    running: int
    running_fen: int
    granted: int
    granted_fen: int
    states: list[Tallied]


def sums_shown(found: Iterable[StateSum]) -> Sums:
    """The sums of the ledger."""
    rows = list(found)
    running = [row for row in rows if row.state in _RUNNING]
    granted = [row for row in rows if row.state in _GRANTED]
    return Sums(
        count=sum(row.count for row in rows),
        running=sum(row.count for row in running),
        running_fen=sum(row.total_fen for row in running),
        granted=sum(row.count for row in granted),
        granted_fen=sum(row.total_fen for row in granted),
        states=[Tallied(row.state, str(State(row.state).label), row.count, row.total_fen) for row in rows],
    )


def export_header() -> list[str]:
    """Titles of the exported columns."""
    return [
        _("申请编号"), _("补助项目"), _("申请对象"), _("县（市、区）"), _("申请单位"), _("年度"), _("状态"),
        _("申请数量"), _("核定数量"), _("补助金额（元）"), _("用房"), _("收款单位（人）"), _("账号（隐去中段）"),
        _("提交日期"), _("批复日期"),
    ]  # fmt: skip


def export_rows(rows: Iterable[Application]) -> Iterator[list[Any]]:
    """One row for each application; accounts as the pages show them, masked."""
    for row in rows:
        yield [
            row.number,
            row.scheme.name,
            row.name,
            row.county.short_name,
            row.department.short_name,
            row.year,
            row.get_state_display(),
            row.claimed,
            row.verified,
            None if row.total_fen is None else Decimal(row.total_fen).scaleb(-2),
            row.get_premises_display(),
            row.payee,
            row.account_masked,
            str(row.applied_on or ""),
            str(timezone.localdate(row.approved_at)) if row.approved_at else "",
        ]
