"""Everything about one part that its page shows, in a fixed number of statements."""

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Prefetch, QuerySet

from targets.models import (
    AssignmentBody,
    AssignmentPart,
    AssignmentSource,
    Deliverable,
    Extension,
    PartFile,
    PartMonth,
    PartReport,
    PartStep,
)


@dataclass(frozen=True)
class PartRead:
    """The rows of a part. Files are by step and by report (ids)."""

    part: AssignmentPart
    steps: list[PartStep]
    reports: list[PartReport]
    deliverables: list[Deliverable]
    extensions: list[Extension]
    months: list[PartMonth]
    files_by_step: dict[int, list[PartFile]]
    files_by_report: dict[int, list[PartFile]]

    @property
    def waiting(self) -> Extension | None:
        """The request for a later day that waits."""
        return next((one for one in self.extensions if one.decision == Extension.Decision.OPEN), None)


def parts_in_full() -> QuerySet[AssignmentPart]:
    """Parts with task, text, sources, bodies and carried targets."""
    sources = AssignmentSource.objects.select_related("clause")
    bodies = AssignmentBody.objects.select_related("department")
    return AssignmentPart.objects.select_related(
        "assignment__document__plan", "department", "region", "issued_by", "signed_by", "closed_by"
    ).prefetch_related(
        Prefetch("assignment__sources", sources),
        Prefetch("assignment__bodies", bodies),
        "assignment__targets__indicator",
    )


def read_part(part: AssignmentPart) -> PartRead:
    """What happened to a part. Six statements."""
    by_step: dict[int, list[PartFile]] = defaultdict(list)
    by_report: dict[int, list[PartFile]] = defaultdict(list)
    for row in PartFile.objects.filter(part=part).select_related("file").order_by("pk"):
        by_step[row.step_id].append(row)
        if row.report_id is not None:
            by_report[row.report_id].append(row)
    return PartRead(
        part=part,
        steps=list(part.steps.select_related("by").order_by("pk")),
        reports=list(part.reports.select_related("entered_by", "returned_by").order_by("period_end", "pk")),
        deliverables=list(part.deliverables.order_by("due", "position", "pk")),
        extensions=list(part.extensions.select_related("asked_by", "decided_by").order_by("pk")),
        months=list(part.months.order_by("month_end")),
        files_by_step=by_step,
        files_by_report=by_report,
    )
