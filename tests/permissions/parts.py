"""What stands in the addresses of tasks and parts: what 红河区民政局 has to do of a task, with a file."""

from datetime import date
from typing import Any

from targets.following import Order, issue
from targets.models import Assignment, PartFile
from tests.core.test_files import PNG
from tests.reporting_world import Reporting
from yuxi_eldercare.core.files import keep


def part_values(r: Reporting) -> dict[str, dict[str, Any]]:
    """Route → what stands in its address."""
    task = Assignment.objects.get(key="w.a.01")
    issued = issue(assignment=task, order=Order(also=[r.red], due=date(2025, 6, 30)), by=r.world.du)
    part = next(row for row in issued.created if row.department_id == r.red.pk)
    kept = keep(PNG, name="a.png", media_type="image/png", by=r.ann)
    file = PartFile.objects.create(part=part, step=part.steps.get(), file=kept)
    return {
        "assignment": {"key": task.key},
        "part": {"pk": part.pk},
        "part-step": {"pk": part.pk, "step": "sign"},
        "part-export": {"form": "csv"},
        "part-file": {"pk": file.pk},
    }
