"""Running every check and bringing the findings of checks in line: add, update, withdraw, never twice."""

from collections.abc import Callable, Iterator

from django.db import transaction
from django.utils import timezone

from targets.actions.rulings import apply_rulings, revert_rulings
from yuxi_eldercare.core.models import Clause, Finding, FindingPlace
from yuxi_eldercare.core.plan_files.bundle import Bundle
from yuxi_eldercare.core.plan_sync import Change, Sync

from . import (
    county_city,
    draft_rules,
    draft_targets,
    draft_tasks,
    figures,
    plan_conflicts,
    same_projects,
    spellings,
    totals,
    within,
)
from .covered import reviewed_findings, without_covered
from .raised import Raised
from .reading import read_snapshot
from .snapshot import Snapshot

CHECKS: tuple[Callable[[Snapshot], Iterator[Raised]], ...] = (
    totals.check,
    within.check,
    plan_conflicts.check,
    county_city.check,
    draft_targets.check,
    draft_tasks.check,
    draft_rules.check,
    same_projects.check,
    figures.check,
    spellings.check,
)
# After the reviewed findings, in the order of the checks.
_FIRST_POSITION = 10_000


def raise_all(snapshot: Snapshot) -> list[Raised]:
    """What all checks say of a snapshot, each key once."""
    return list({one.key: one for theme in raised_by_theme(snapshot) for one in theme}.values())


def raised_by_theme(snapshot: Snapshot) -> list[list[Raised]]:
    """The same, apart for each of `CHECKS`."""
    return [list(check(snapshot)) for check in CHECKS]


def sync_check_findings(sync: Sync) -> None:
    """Make the findings of checks equal to what the checks say now; changes go into `sync.changes`.

    The rulings of officials must not be applied when this runs: it compares texts, not what was decided on.
    """
    themes, reviewed = raised_by_theme(read_snapshot()), reviewed_findings()
    found = {
        one.key: (_FIRST_POSITION + rank, one)
        for rank, theme in enumerate(themes)
        for one in without_covered(theme, reviewed)
    }
    rows = sync.keyed(
        Finding,
        Finding.objects.filter(origin=Finding.Origin.CHECK),
        {
            key: {
                "kind": one.kind,
                "origin": Finding.Origin.CHECK,
                "summary": one.summary,
                "subjects": list(one.subjects),
                "position": position,
            }
            for key, (position, one) in found.items()
        },
    )
    clauses = {(c.document.key, c.number): c for c in Clause.objects.select_related("document")}
    sync.children(
        FindingPlace,
        "finding",
        {
            rows[key]: [
                {"clause": clauses[(place.document, place.clause)], "phrase": place.phrase, "position": i}
                for i, place in enumerate(one.places)
            ]
            for key, (_, one) in found.items()
        },
    )


@transaction.atomic
def run_checks() -> list[Change]:
    """Run the checks over what is loaded, outside a load; returns what changed. All or nothing."""
    sync = Sync(Bundle(), timezone.now(), frozenset(), whole=True)
    revert_rulings()
    sync_check_findings(sync)
    apply_rulings()
    return sync.changes
