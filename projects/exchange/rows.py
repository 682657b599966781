"""What the sheets of the ledger hold: the projects with their standing, and everything entered about them.

Read as columns, not as objects: a province has 20,000 projects and a quarter of a million entries.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any, Final

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from projects.amounts import to_wan
from projects.models import (
    FundingEntry,
    FundingPlan,
    Project,
    ProjectBody,
    ProjectLink,
    ProjectReport,
    StageChange,
)
from projects.queries.breakdowns import linked

from . import fields

_AT_ONCE: Final = 2_000
_PLACE: Final = ("project__document__position", "project__position")
_WHOSE: Final = ("project__key", "project__name")
_SAID: Final = (
    "pk", "key", "name", "number", "document__title", "region__short_name", "category", "type",
    "start_year", "end_year",
)  # fmt: skip
_MONEY: Final = (
    "total_investment_fen", "central_budget_fen", "standing__planned_fen", "standing__arrived_fen",
    "standing__spent_fen", "standing__invested_fen",
)  # fmt: skip
_STOOD: Final = ("standing__month_end", "standing__stage", "standing__stage_on")


def ledger_lines(rows: QuerySet[Project]) -> Iterator[list[Any]]:
    """The projects in document order as the cells of `book.columns`; the share is left empty. Four statements."""
    plain = rows.order_by()
    own = plain.values("pk")
    beside = set(linked(rows).values_list("pk", flat=True))
    bodies, links = defaultdict(list), defaultdict(list)
    named = ProjectBody.objects.filter(project__in=own).order_by("position", "pk")
    for pk, written in named.values_list("project_id", "as_written"):
        bodies[pk].append(written)
    kinds = _words(ProjectLink.Kind)
    for pk, kind, to in (
        ProjectLink.objects.filter(project__in=own)
        .order_by("pk")
        .values_list("project_id", "kind", "to__name")
    ):
        links[pk].append(f"{kinds[kind]}：{to}")
    yes, no, comma, semicolon, stages = _("是"), _("否"), _("、"), _("；"), _words(StageChange.Stage)
    found = rows.order_by("document__position", "position", "pk").values_list(*_SAID, *_MONEY, *_STOOD)
    for pk, key, name, *said, month_end, stage, stage_on in found.iterator(_AT_ONCE):
        number, document, place, category, type_, start, end, *money = said
        yield [
            key,
            name,
            no if pk in beside else yes,
            number,
            document,
            place,
            category,
            type_,
            comma.join(bodies.get(pk, ())),
            start,
            end,
            *map(to_wan, money),
            None,
            month_end.isoformat()[:7] if month_end else "",
            stages[stage] if stage else "",
            stage_on.isoformat() if stage_on else "",
            semicolon.join(links.get(pk, ())),
        ]


def entry_lines(kind: str, ids: QuerySet[Project, Any]) -> Iterator[list[Any]]:
    """What was entered about projects, as the cells of a sheet, oldest first. One statement, two for money."""
    lines: dict[str, Callable[[QuerySet[Project, Any]], Iterator[list[Any]]]] = {
        fields.REPORTS: _report_lines,
        fields.FUNDING: _funding_lines,
        fields.STAGES: _stage_lines,
    }
    return lines[kind](ids)


def _report_lines(ids: QuerySet[Project, Any]) -> Iterator[list[Any]]:
    rows = ProjectReport.objects.filter(project__in=ids, superseded_at=None).order_by(*_PLACE, "month_end")
    columns = ("month_end", "invested_fen", *fields.COUNTS, "problems", "explanation")
    for key, name, month_end, fen, *others in rows.values_list(*_WHOSE, *columns).iterator(_AT_ONCE):
        yield [key, name, month_end.isoformat()[:7], to_wan(fen), *others]


def _funding_lines(ids: QuerySet[Project, Any]) -> Iterator[list[Any]]:
    sources, kinds = dict(fields.options("source")), dict(fields.options("kind"))
    planned = kinds[fields.PLANNED]
    plans = FundingPlan.objects.filter(project__in=ids, superseded_at=None).order_by(*_PLACE, "source")
    shown = plans.values_list(*_WHOSE, "source", "planned_fen", "reason")
    for key, name, source, fen, reason in shown.iterator(_AT_ONCE):
        yield [key, name, "", sources[source], planned, "", to_wan(fen), "", reason]
    entries = FundingEntry.objects.filter(project__in=ids).order_by(*_PLACE, "on", "pk")
    columns = ("pk", "source", "kind", "on", "amount_fen", "voucher", "explanation")
    for key, name, pk, source, kind, on, fen, *said in entries.values_list(*_WHOSE, *columns).iterator(
        _AT_ONCE
    ):
        yield [key, name, str(pk), sources[source], kinds[kind], on.isoformat(), to_wan(fen), *said]


def _stage_lines(ids: QuerySet[Project, Any]) -> Iterator[list[Any]]:
    stages = dict(fields.options("stage"))
    rows = StageChange.objects.filter(project__in=ids).order_by(*_PLACE, "on", "pk")
    for key, name, pk, stage, on, reason in rows.values_list(*_WHOSE, "pk", "stage", "on", "reason").iterator(
        _AT_ONCE
    ):
        yield [key, name, str(pk), stages[stage], on.isoformat(), reason]


def _words(choices: Any) -> dict[str, str]:
    """The labels of choices in the reader's language, looked up once."""
    return {code: str(label) for code, label in choices.choices}
