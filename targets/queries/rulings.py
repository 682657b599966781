"""What officials decided about targets and tasks, read from the rulings in force."""

from dataclasses import dataclass

from django.db.models import Q

from targets.models import Assignment, Target
from yuxi_eldercare.core.models import Department, Finding, Ruling


@dataclass(frozen=True)
class SettledLead:
    """The body that a ruling says leads an assignment."""

    department: Department
    finding_key: str


def settled_leads() -> dict[str, SettledLead]:
    """By the assignment's key. At most two statements."""
    rulings = Ruling.objects.filter(replaced_at=None, effect__has_key="lead").select_related("finding")
    chosen = {
        r.effect["lead"]["assignment"]: (r.effect["lead"]["department"], r.finding.key) for r in rulings
    }
    if not chosen:
        return {}
    departments = {d.key: d for d in Department.objects.filter(key__in={key for key, _ in chosen.values()})}
    return {
        assignment: SettledLead(departments[department], finding)
        for assignment, (department, finding) in chosen.items()
        if department in departments
    }


def targets_named(finding: Finding) -> list[Target]:
    """Targets a finding is about: its subjects, else those whose phrase overlaps one of its places."""
    rows = (
        Target.objects.filter(withdrawn_at=None)
        .select_related("document", "indicator")
        .prefetch_related("milestones", "sources")
        .order_by("document__position", "position")
        .distinct()
    )
    if finding.subjects:
        found = list(rows.filter(key__in=finding.subjects))
        if found:
            return found
    return [t for t in rows.filter(_in_clauses(finding)) if _overlaps(finding, t)]


def assignments_named(finding: Finding) -> list[Assignment]:
    """Assignments a finding is about, found the same way, with their bodies."""
    rows = (
        Assignment.objects.filter(withdrawn_at=None)
        .select_related("document")
        .prefetch_related("bodies__department", "sources")
        .order_by("document__position", "position")
        .distinct()
    )
    if finding.subjects:
        found = list(rows.filter(key__in=finding.subjects))
        if found:
            return found
    return [a for a in rows.filter(_in_clauses(finding)) if _overlaps(finding, a)]


def _in_clauses(finding: Finding) -> Q:
    return Q(sources__clause__in=[p.clause_id for p in finding.places.all() if p.clause_id])


def _overlaps(finding: Finding, record: Target | Assignment) -> bool:
    places = [(p.clause_id, _folded(p.phrase)) for p in finding.places.all()]
    return any(
        clause == source.clause_id and (phrase in own or own in phrase)
        for source in record.sources.all()
        for own in [_folded(source.phrase)]
        for clause, phrase in places
    )


def _folded(text: str) -> str:
    return "".join(text.split())
