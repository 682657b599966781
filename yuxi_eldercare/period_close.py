"""封存: the one action that closes a month. Every app hands in its rows; all of them are written, or nothing is.

A month is judged as of its last day with what is known at the moment of closing. Values that become known later show
in later months and as revisions; reopening does not exist.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from projects.following.frozen import project_states
from targets.judging.closing import lay_down
from targets.models import FrozenAssessment
from targets.progress import RULE_VERSION
from targets.queries.task_states import assignment_states
from yuxi_eldercare.core.actions.closes import Month, check_may_close, check_turn, write_close
from yuxi_eldercare.core.actions.refused import ActionRefused
from yuxi_eldercare.core.models import PeriodClose, Region, User

from .closing.checklist import kept_checklist

ACKNOWLEDGEMENT_MOST = 280


def close_month(
    *,
    month_end: date,
    by: User | None,
    acknowledged: str = "",
    process: str = "",
    known_at: datetime | None = None,
) -> PeriodClose:
    """Freeze a month that is over, in its turn. With gaps in the checklist an acknowledgement is demanded.

    Without `by` a process acts; only it may say up to when values were known (`known_at`). Raises `PermissionDenied`,
    `AlreadyClosed`, or `ActionRefused`; nothing was written then.
    """
    if by is not None and known_at is not None:
        raise ValueError("only a process may choose the moment up to which values were known")
    if by is not None:
        check_may_close(by)
    words = acknowledged.strip()
    if len(words) > ACKNOWLEDGEMENT_MOST:
        text = _("说明最多 %(most)s 字。") % {"most": ACKNOWLEDGEMENT_MOST}
        raise ActionRefused.because(text, "acknowledged")
    with transaction.atomic():
        check_turn(month_end, timezone.localdate())
        laid = lay_down(month_end, known_at)
        # Whoever closed the same month meanwhile held the locks we waited for.
        check_turn(month_end, timezone.localdate())
        missing = kept_checklist(month_end, laid.rows, laid.problems, running=known_at is None)
        _check_acknowledged(missing, words)
        month = Month(
            month_end=month_end,
            known_at=laid.known_at,
            rule_version=RULE_VERSION,
            checklist=missing,
            acknowledged=words,
            counts=count_lights(laid.rows),
            is_demo=_is_demo(laid.rows),
        )
        records = [*assignment_states(laid.rows), *project_states(month_end, laid.known_at)]
        return write_close(month=month, judged=laid.rows, records=records, by=by, process=process)


def _check_acknowledged(missing: list[dict[str, Any]], words: str) -> None:
    titles = [item["title"] for item in missing if item["gap"]]
    if titles and not words:
        text = _("清单还有缺口（%(titles)s）。请写明为什么仍然封存，说明随封存保留。")
        raise ActionRefused.because(text % {"titles": "、".join(titles)}, "acknowledged")


def count_lights(rows: Iterable[FrozenAssessment]) -> dict[str, dict[str, int]]:
    """Lights of the city and of its counties: what a list of months shows."""
    counted = {"city": Counter[str](), "counties": Counter[str]()}
    for row in rows:
        city = row.stated["region"]["level"] == Region.Level.CITY
        counted["city" if city else "counties"][row.light] += 1
    return {name: dict(sorted(counter.items())) for name, counter in counted.items()}


def _is_demo(rows: Iterable[FrozenAssessment]) -> bool:
    """Whether a demonstration stands in the database: then the close is part of it and goes with it."""
    return any(row.is_demo for row in rows) or User.objects.filter(is_demo=True).exists()
