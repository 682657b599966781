"""Rows of the project ledger: a project with its light in words and its money, ready to print."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from projects.models import Project, ProjectStanding
from projects.queries.owed import REPORTING
from projects.standing import month_due

from .project_words import light_word, month_words, share, years_words


@dataclass(frozen=True)
class LedgerRow:
    """One line of the ledger; `standing` is None for a project that was never judged."""

    project: Project
    standing: ProjectStanding | None
    years: str
    word: str
    invested: str  # share of the total
    month: str
    behind: str  # the month whose report is missing, "" when none is


def ledger_lines(projects: Iterable[Project], day: date) -> list[LedgerRow]:
    """The lines of these projects as of a day, in their order."""
    due = month_due(day)
    return [_line(project, due) for project in projects]


def oldest_day(rows: Iterable[LedgerRow]) -> date | None:
    """The day the lights of these rows stand at, the oldest where they differ."""
    return min((row.standing.as_of for row in rows if row.standing is not None), default=None)


def is_behind(standing: ProjectStanding, due: date) -> bool:
    """Whether the report of the month that is due is missing; `queries.owed.behind_on` asks the same."""
    under_way = standing.stage in REPORTING and standing.stage_on is not None and standing.stage_on <= due
    return under_way and (standing.month_end is None or standing.month_end < due)


def _line(project: Project, due: date) -> LedgerRow:
    standing = getattr(project, "standing", None)
    years = years_words(project)
    if standing is None:
        return LedgerRow(project, None, years, "", "", "", "")
    return LedgerRow(
        project,
        standing,
        years,
        light_word(standing),
        share(standing.invested_fen, project.total_investment_fen),
        month_words(standing.month_end) if standing.month_end else "",
        month_words(due) if is_behind(standing, due) else "",
    )
