"""填报与统计不符: a published figure that differs from what a register or ledger counts now: a Finding.

One per indicator, region and period end: raised, reworded, withdrawn when both are equal again, and restored.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Final

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from targets.models import Indicator, Observation, ProposalAnswer, ProposedValue
from targets.queries.proposals import COLUMNS, Proposal
from yuxi_eldercare.core.models import Finding, FindingPlace

from .counted import offered_text, same, source_name
from .figures import figure_of
from .wording import kept

PREFIX: Final = "data.counted-differs"
Place = tuple[int, str, date]
"""Indicator id, region code, period end."""


Difference = tuple[Observation, Proposal]


def finding_key(indicator: str, region: str, period_end: date) -> str:
    """The permanent key of the finding about one figure."""
    return f"{PREFIX}.{indicator}.{region}.{period_end:%Y%m%d}"


@kept
def compare(places: Collection[Place]) -> int:
    """Make findings match the figures at these places; returns how many differ now.

    No statement without places, else a fixed number and a few for each finding that changes.
    """
    wanted = set(places)
    if not wanted:
        return 0
    offered = {_place(row): row for row in ProposedValue.objects.filter(_around(wanted))}
    counting = Observation.objects.filter(_around(wanted), superseded_at=None).select_related(
        "region", "indicator"
    )
    differing = {}
    for row in counting:
        own = offered.get(_place(row)) if _place(row) in wanted else None
        if own is not None:
            proposal = Proposal(*(getattr(own, name) for name in COLUMNS))
            if not same(row.indicator, figure_of(row), proposal):
                differing[_key(row)] = (row, proposal)
    codes = dict(Indicator.objects.values_list("pk", "key"))
    keys = {finding_key(codes[pk], region, end) for pk, region, end in wanted}
    _match(differing, keys)
    return len(differing)


def _place(row: ProposedValue | Observation) -> Place:
    return row.indicator_id, row.region_id, row.period_end


def _key(row: Observation) -> str:
    return finding_key(row.indicator.key, row.region_id, row.period_end)


def _around(places: Collection[Place]) -> Q:
    """Rows of these places, and some others: of their indicators, regions and period ends."""
    indicators, regions, ends = (set(values) for values in zip(*places, strict=True))
    return Q(indicator__in=indicators, region__in=regions, period_end__in=ends)


def _match(differing: Mapping[str, Difference], keys: Collection[str]) -> None:
    """Of the findings with these keys exactly those that differ stand, with the words of now."""
    rows = Finding.objects.filter(origin=Finding.Origin.DATA, key__startswith=f"{PREFIX}.")
    present = {row.key: row for row in rows if row.key in keys}
    now = timezone.now()
    for key, finding in present.items():
        if key not in differing and finding.withdrawn_at is None:
            finding.withdrawn_at = now
            finding.save(update_fields=["withdrawn_at"])
    told = _explanations(row.pk for row, _proposal in differing.values())
    for key, (row, proposal) in differing.items():
        _write(key, present.get(key), row, proposal, told.get(row.pk, ""))


def _explanations(observations: Iterable[int]) -> dict[int, str]:
    """What the unit said of reporting another figure, by observation. One statement, none without any."""
    wanted = list(observations)
    if not wanted:
        return {}
    answers = ProposalAnswer.objects.filter(entry__observation__in=wanted).order_by("pk")
    return dict(answers.values_list("entry__observation_id", "explanation"))


def _write(key: str, finding: Finding | None, row: Observation, proposal: Proposal, explanation: str) -> None:
    words = {
        "region": row.region.short_name,
        "period": _("%(year)s年%(month)s月末") % {"year": row.period_end.year, "month": row.period_end.month},
        "name": row.indicator.name,
        "source": source_name(proposal.source),
        "reported": figure_of(row).text(row.indicator),
        "counted": offered_text(row.indicator, proposal),
    }
    phrases = [_("%(region)s填报：%(reported)s") % words, _("%(source)s统计：%(counted)s") % words]
    if explanation:
        phrases.append(_("填报单位说明：%(text)s") % {"text": explanation})
    text = _("%(region)s%(period)s“%(name)s”填报为%(reported)s，%(source)s统计为%(counted)s。")
    summary = text % words
    if finding is not None and finding.withdrawn_at is None and finding.summary == summary:
        return
    if finding is None:
        finding = Finding(key=key, kind=Finding.Kind.COUNTED_DIFFERS, origin=Finding.Origin.DATA)
    finding.summary, finding.subjects, finding.withdrawn_at = summary, [row.indicator.key], None
    finding.save()
    finding.places.all().delete()
    FindingPlace.objects.bulk_create(
        FindingPlace(finding=finding, phrase=phrase, position=i) for i, phrase in enumerate(phrases)
    )
