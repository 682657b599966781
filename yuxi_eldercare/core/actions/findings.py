"""裁定: an official's decision on a finding. What it does to targets, `targets.actions.rulings` knows."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from yuxi_eldercare.core import audit
from yuxi_eldercare.core.models import Finding, Region, Ruling, User
from yuxi_eldercare.core.roles import RULE_ON_FINDING, Decision, can


class RulingRefused(ValueError):
    """The ruling cannot stand as given; `field` is what to change, the text the sentence with the remedy."""

    def __init__(self, message: str, field: str = "") -> None:
        self.field = field
        super().__init__(message)


def may_rule(by: User, finding: Finding) -> Decision:
    """Whether `by` may rule on a finding, with the reason when not.

    A finding that names a place of a city plan needs a role at the city; one about a county's own plan
    needs the county. A finding without places (figures) belongs to the city.
    """
    return can(by, RULE_ON_FINDING, region=region_of(finding))


def region_of(finding: Finding) -> Region:
    """The highest region whose plan the finding names. One statement."""
    regions = Region.objects.filter(plans__documents__clauses__finding_places__finding=finding).distinct()
    levels = list(Region.Level)
    named = sorted(regions, key=lambda region: levels.index(Region.Level(region.level)))
    return named[0] if named else Region.objects.get(level=Region.Level.CITY, withdrawn=False)


@transaction.atomic
def rule_on_finding(
    *, finding: Finding, decision: str, text: str, effect: dict[str, Any] | None = None, by: User
) -> Ruling:
    """Record a ruling; it replaces the one in force, which stays readable.

    `effect` is stored as given. Callers that mean one go through `targets.actions.rulings.rule`, which
    checks and applies it. Raises `PermissionDenied` with the reason, or `RulingRefused`.
    """
    allowed = may_rule(by, finding)
    if not allowed:
        raise PermissionDenied(allowed.reason)
    finding = Finding.objects.select_for_update().get(pk=finding.pk)
    before = finding.rulings.filter(replaced_at=None).first()
    if finding.withdrawn_at is not None and before is None:
        raise RulingRefused(_("这条疑点的起因已经消失，不需要裁定。"))
    if decision not in Ruling.Decision.values:
        raise RulingRefused(_("请选择裁定结论。"), "decision")
    if not text.strip():
        raise RulingRefused(_("请写明裁定的依据和理由。"), "text")
    if before is not None:
        before.replaced_at = timezone.now()
        before.save(update_fields=["replaced_at"])
    ruling = Ruling.objects.create(
        finding=finding, decision=decision, text=text.strip(), effect=effect or {}, ruled_by=by
    )
    audit.record(
        by=by,
        action="findings.rule",
        object_type="Finding",
        object_key=finding.key,
        before=_facts(before) if before else None,
        after=_facts(ruling),
        detail=ruling.text,
    )
    return ruling


def _facts(ruling: Ruling) -> dict[str, Any]:
    return {"decision": ruling.decision, "text": ruling.text, "effect": ruling.effect}
