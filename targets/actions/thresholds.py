"""Setting the thresholds of a plan, or the default: always a new version, shown beside the light (§4.1)."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from targets.models import RegionalTarget, ThresholdSet
from targets.progress import plain
from yuxi_eldercare.core import audit
from yuxi_eldercare.core.dispatch import after_commit
from yuxi_eldercare.core.models import Plan, User
from yuxi_eldercare.core.roles import SET_THRESHOLDS, can

from .refusals import NotAllowed, Problem, Refused


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The values of a threshold set: shares from 0 to 1 (起步期 also for `annual`), two numbers of days."""

    green: Decimal = Decimal("0.95")
    yellow: Decimal = Decimal("0.60")
    start_up: Decimal = Decimal("0.10")
    start_up_annual: Decimal = Decimal("0.25")
    closing: Decimal = Decimal("0.10")
    stale_after_days: int | None = None
    grace_days: int = 0


_SHARES = {
    "green": gettext_noop("绿灯阈值"),
    "yellow": gettext_noop("黄灯阈值"),
    "start_up": gettext_noop("起步期"),
    "start_up_annual": gettext_noop("年度目标起步期"),
    "closing": gettext_noop("收尾期"),
}


def set_thresholds(
    *, plan: Plan | None, settings: Settings, reason: str, by: User | None, process: str = ""
) -> ThresholdSet:
    """Put a new version of a plan's thresholds (without a plan: of the default) in force and judge anew.

    Raises `NotAllowed`, or `Refused` with everything that is wrong.
    """
    if by is not None:
        decision = can(by, SET_THRESHOLDS, region=plan.region if plan else None)
        if not decision:
            raise NotAllowed([Problem(None, "plan", decision.reason)])
    problems = [*_problems(settings)]
    if not reason.strip():
        problems.append(Problem(None, "reason", _("请写明调整阈值的理由。")))
    if problems:
        raise Refused(problems)
    with transaction.atomic():
        before = ThresholdSet.objects.filter(plan=plan).order_by("-version").first()
        row = ThresholdSet.objects.create(
            plan=plan,
            version=before.version + 1 if before else _first_version(plan),
            reason=reason.strip(),
            set_by=by,
            **asdict(settings),
        )
        audit.record(
            by=by,
            process=process,
            action="thresholds.set",
            object_type="threshold_set",
            object_key=f"{plan.key if plan else 'default'} v{row.version}",
            before=_facts(before) if before else None,
            after=_facts(row),
            detail=row.reason,
        )
        after_commit("targets.rejudge_indicators", _judged_by(plan), "thresholds")
    return row


def _problems(settings: Settings) -> Iterable[Problem]:
    for name, label in _SHARES.items():
        share: Decimal = getattr(settings, name)
        if not (share.is_finite() and 0 <= share <= 1 and share == round(share, 3)):
            text = _("%(name)s应在0到1之间，最多三位小数，例如0.95。")
            yield Problem(None, name, text % {"name": _(label)})
    if settings.yellow > settings.green:
        yield Problem(None, "yellow", _("黄灯阈值不能大于绿灯阈值，请调小黄灯或调大绿灯。"))
    if settings.grace_days < 0:
        yield Problem(None, "grace_days", _("宽限天数应为0或正整数。"))
    if settings.stale_after_days is not None and settings.stale_after_days < 0:
        yield Problem(None, "stale_after_days", _("数据过期天数应为空、0或正整数。"))


def _first_version(plan: Plan | None) -> int:
    """A plan's first own version is 1; the default's version 1 is the one the rules name."""
    return 1 if plan else 2


def _judged_by(plan: Plan | None) -> list[int]:
    """Ids of the indicators with targets that this set judges."""
    if plan is not None:
        condition = Q(target__plan=plan)
    else:
        condition = Q(target__plan__threshold_sets__isnull=True)
    rows = RegionalTarget.objects.filter(condition, active=True).order_by("indicator_id")
    return list(rows.values_list("indicator_id", flat=True).distinct())


def _facts(row: ThresholdSet) -> dict[str, Any]:
    names = [*_SHARES, "stale_after_days", "grace_days"]
    values = {name: getattr(row, name) for name in names}
    return {
        "version": row.version,
        **{name: plain(v) if isinstance(v, Decimal) else v for name, v in values.items()},
    }
