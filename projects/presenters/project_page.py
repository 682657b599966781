"""The page of one project: how it stands in words, its money by source, its months, and who stands beside it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from projects.following.handover import FINISHED
from projects.following.standings import standing_of
from projects.models import (
    CapacityHandover,
    FundingEntry,
    FundingPlan,
    Project,
    ProjectLink,
    ProjectPhoto,
    ProjectReport,
    ProjectStanding,
    Source,
)
from projects.queries.ledger import Ledger, Stated

from .curve import Curve, progress_of
from .project_words import (
    investment_sentence,
    latest_sentence,
    light_word,
    month_words,
    share,
    stage_sentence,
    years_words,
)


@dataclass(frozen=True)
class Judged:
    """The verdict of today in words."""

    standing: ProjectStanding
    word: str
    sentences: list[str]
    invested: str  # share of the total


@dataclass(frozen=True)
class MoneyLine:
    """One source (or all of them together): 分 planned, arrived, spent; None where nothing was entered."""

    label: str
    planned: int | None
    arrived: int | None
    spent: int | None
    earlier: list[FundingPlan]  # plans that were changed


@dataclass(frozen=True)
class Month:
    """The report of a month that counts, its earlier versions, and the pictures of all of them."""

    name: str
    report: ProjectReport
    share: str
    earlier: list[ProjectReport]
    photos: list[ProjectPhoto]


@dataclass(frozen=True)
class Beside:
    """A project of another plan that this one is linked to, with its own figures."""

    link: ProjectLink
    project: Project
    years: str
    standing: ProjectStanding | None
    word: str
    removable: bool


@dataclass(frozen=True)
class ProjectPage:
    """Everything the page shows beside the project itself; without a view of the ledger `stated` and `beside`."""

    years: str
    stated: Stated
    judged: Judged | None
    ledger: Ledger | None
    money: list[MoneyLine]
    whole: MoneyLine | None
    months: list[Month]
    pictured: Month | None  # the latest month with pictures
    beside: list[Beside]
    curve: Curve | None
    handed_over: CapacityHandover | None
    finished: bool  # and therefore ready to be handed over


def project_page(
    project: Project, stated: Stated, links: list[ProjectLink], ledger: Ledger | None, day: date
) -> ProjectPage:
    """What the page shows as of a day. No statement."""
    lines = _money(ledger) if ledger else []
    months = _months(project, ledger.reports) if ledger else []
    return ProjectPage(
        years=years_words(project),
        stated=stated,
        judged=_judged(project, ledger, day) if ledger else None,
        ledger=ledger,
        money=lines,
        whole=_whole(lines) if lines else None,
        months=months,
        pictured=next((month for month in months if month.photos), None),
        beside=[_beside(project, link) for link in links],
        curve=progress_of(project, ledger, day) if ledger else None,
        handed_over=getattr(project, "handover", None),
        finished=bool(ledger and ledger.stages and ledger.stages[-1].stage in FINISHED),
    )


def _judged(project: Project, ledger: Ledger, day: date) -> Judged:
    row, verdict = standing_of(
        project,
        stages=ledger.stages,
        plans=ledger.plans,
        entries=ledger.entries,
        reports=ledger.reports,
        day=day,
    )
    sentences = [stage_sentence(project, row)]
    if row.stage or row.month_end:
        sentences += [investment_sentence(project, verdict), latest_sentence(project, row, verdict)]
    return Judged(row, light_word(row), sentences, share(row.invested_fen, project.total_investment_fen))


def _money(ledger: Ledger) -> list[MoneyLine]:
    lines = []
    for source in Source:
        plans = [plan for plan in ledger.plans if plan.source == source]
        planned = next((plan.planned_fen for plan in plans if plan.superseded_at is None), None)
        arrived = _sum(ledger.entries, source, FundingEntry.Kind.ARRIVED)
        spent = _sum(ledger.entries, source, FundingEntry.Kind.SPENT)
        if plans or arrived is not None or spent is not None:
            earlier = [plan for plan in plans if plan.superseded_at is not None]
            lines.append(MoneyLine(str(source.label), planned, arrived, spent, earlier))
    return lines


def _sum(entries: Iterable[FundingEntry], source: str, kind: str) -> int | None:
    amounts = [entry.amount_fen for entry in entries if entry.source == source and entry.kind == kind]
    return sum(amounts) if amounts else None


def _whole(lines: list[MoneyLine]) -> MoneyLine:
    def total(amounts: Iterable[int | None]) -> int | None:
        known = [amount for amount in amounts if amount is not None]
        return sum(known) if known else None

    return MoneyLine(
        "",
        total(line.planned for line in lines),
        total(line.arrived for line in lines),
        total(line.spent for line in lines),
        [],
    )


def _months(project: Project, reports: list[ProjectReport]) -> list[Month]:
    months = []
    for month_end, group in groupby(reports, key=lambda report: report.month_end):
        versions = list(group)
        current = next(report for report in versions if report.superseded_at is None)
        months.append(
            Month(
                month_words(month_end),
                current,
                share(current.invested_fen, project.total_investment_fen),
                [report for report in versions if report is not current],
                [photo for report in versions for photo in report.photos.all()],
            )
        )
    return months


def _beside(project: Project, link: ProjectLink) -> Beside:
    """The other end of a link; it is taken away where it was made, unless the plan file states it."""
    own = link.project_id == project.pk
    other = link.to if own else link.project
    removable = own and link.made_at is not None
    standing = getattr(other, "standing", None)
    word = light_word(standing) if standing is not None else ""
    return Beside(link, other, years_words(other), standing, word, removable)
