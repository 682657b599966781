"""封存前清单: everything that is missing or unsettled as a month is closed, each with its count and in words."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from targets.models import (
    Assessment,
    Entry,
    FrozenAssessment,
    JudgingState,
    RedResponse,
    RoundException,
    TargetSource,
)
from targets.progress import Mark
from targets.reporting.wording import kept
from targets.tasks import NIGHTLY
from yuxi_eldercare.core.models import Finding, Job
from yuxi_eldercare.core.queries.findings import OPEN, FindingFilter
from yuxi_eldercare.core.tasks import VERIFY

Row = Assessment | FrozenAssessment
# The chain is verified every Sunday.
_VERIFIED_WITHIN = timedelta(days=8)
_UNDER_WAY = (Entry.State.SUBMITTED, Entry.State.REVIEWED)


@dataclass(frozen=True)
class Line:
    """One part of an item: a round, a county, an indicator."""

    words: str
    count: int
    url: str = ""


@dataclass(frozen=True)
class Item:
    """One thing to look at before closing. With `gap` the month is closed only with an acknowledgement."""

    key: str
    title: str
    count: int
    words: str
    url: str = ""
    gap: bool = False
    lines: list[Line] = field(default_factory=list)


def checklist(
    month_end: date, rows: Sequence[Row], problems: dict[str, str], *, running: bool = True
) -> list[Item]:
    """The list for a month, from the judgements as of its last day. About ten statements.

    With `running` it says how the nightly run and the verification of the audit trail stand at this moment.
    """
    return [
        *_entries(month_end),
        _provisional(rows),
        _unexplained_reds(rows),
        _exceptions(),
        _findings(month_end, rows),
        _problems(problems),
        *([_nightly(), _audit()] if running else []),
    ]


@kept
def kept_checklist(
    month_end: date, rows: Sequence[Row], problems: dict[str, str], *, running: bool
) -> list[dict[str, Any]]:
    """The same as JSON in the product's language: what stays with the close."""
    return [asdict(item) for item in checklist(month_end, rows, problems, running=running)]


def gaps(items: Iterable[Item]) -> list[Item]:
    """Items that ask for an acknowledgement."""
    return [item for item in items if item.gap]


def _entries(month_end: date) -> list[Item]:
    """Per round that asks for a period up to the month: what was not sent, was returned, or waits. One statement."""
    counted = (
        Entry.objects.filter(round__period_end__lte=month_end, indicator__withdrawn_at=None)
        .order_by()
        .values_list("round_id", "round__name", "round__period_end", "state")
        .annotate(n=Count("pk"))
    )
    rounds: dict[tuple[date, int, str], Counter[str]] = defaultdict(Counter)
    for pk, name, period_end, state, n in counted:
        rounds[period_end, -pk, name][state] += n
    missing, returned, waiting = [], [], []
    for (_end, pk, name), states in sorted(rounds.items(), reverse=True):
        url = reverse("round", args=[-pk])
        unsent = states[Entry.State.EMPTY] + states[Entry.State.DRAFT]
        words = _("%(round)s：应报 %(all)s 项，未报 %(n)s 项")
        missing += _line(words % {"round": name, "all": states.total(), "n": unsent}, unsent, url)
        back = states[Entry.State.RETURNED]
        returned += _line(_("%(round)s：退回待改 %(n)s 项") % {"round": name, "n": back}, back, url)
        under_way = sum(states[state] for state in _UNDER_WAY)
        words = _("%(round)s：待审核 %(submitted)s 项，待确认 %(reviewed)s 项")
        counts: dict[str, int] = {state: states[state] for state in _UNDER_WAY}
        waiting += _line(words % {"round": name, **counts}, under_way, url)
    everything = _("各轮次应报数据均已报送。") if rounds else _("没有截至本月的填报轮次。")
    return [
        _item("unreported", _("应报未报"), missing, _("%(n)s 项应报数据尚未报送。"), everything),
        _item(
            "returned",
            _("退回未改"),
            returned,
            _("%(n)s 项数据已退回，尚未重新提交。"),
            _("没有退回待改的数据。"),
        ),
        _item(
            "waiting",
            _("在途未生效"),
            waiting,
            _("%(n)s 项数据已提交，尚未确认生效，不计入本月。"),
            _("没有在途的数据。"),
        ),
    ]


def _line(words: str, count: int, url: str) -> list[Line]:
    return [Line(words, count, url)] if count else []


def _item(key: str, title: str, lines: list[Line], some: str, none: str, url: str = "") -> Item:
    """An item whose count is that of its lines, and which is a gap as soon as there is one."""
    count = sum(line.count for line in lines)
    return Item(key, title, count, some % {"n": count} if count else none, url, bool(count), lines)


def _provisional(rows: Sequence[Row]) -> Item:
    """City figures that some counties have not reported for, by indicator."""
    places: dict[tuple[str, str], set[str]] = defaultdict(set)
    for row in rows:
        if Mark.PROVISIONAL in row.marks:
            indicator = row.regional_target.indicator
            places[indicator.name, indicator.key].add(f"{row.members_reported}/{row.members_expected}")
    lines = [
        Line(
            _("%(name)s：%(share)s 县已报") % {"name": name, "share": "，".join(sorted(shares))},
            1,
            _indicator(key),
        )
        for (name, key), shares in sorted(places.items())
    ]
    some = _("%(n)s 个指标的全市数由部分县汇总，为暂定数。")
    return _item("provisional", _("暂定数"), lines, some, _("没有暂定数。"))


def _indicator(key: str) -> str:
    return reverse("indicator", args=[key])


def _unexplained_reds(rows: Sequence[Row]) -> Item:
    """Red lights for which nobody has given cause and measure, by region. One statement."""
    red = [row for row in rows if row.light == "red"]
    answered = set(
        RedResponse.objects.exclude(answered_at=None).values_list("regional_target_id", "milestone_id")
    )
    silent = [row for row in red if (row.regional_target_id, row.milestone_id) not in answered]
    regions = {row.region_id: row.regional_target.region for row in silent}
    by_region = Counter(row.region_id for row in silent)
    lines = [
        Line(_("%(region)s：%(n)s 项") % {"region": region.short_name, "n": by_region[code]}, by_region[code])
        for code, region in sorted(regions.items(), key=lambda item: (item[1].position, item[0]))
    ]
    some = _("%(n)s 项红灯没有原因、措施、责任人和时限。")
    none = _("%(n)s 项红灯均有原因和措施。") % {"n": len(red)} if red else _("没有红灯。")
    return _item("reds", _("红灯未说明"), lines, some, none, reverse("red-answers"))


def _exceptions() -> Item:
    """逾期例外 that wait for a decision or still run. One statement."""
    now = timezone.now()
    counts = RoundException.objects.aggregate(
        asked=Count("pk", filter=Q(granted=None)),
        running=Count("pk", filter=Q(granted=True, expires_at__gt=now)),
    )
    lines = [
        *_line(_("待批准 %(n)s 份") % {"n": counts["asked"]}, counts["asked"], ""),
        *_line(_("已批准、未到期 %(n)s 份") % {"n": counts["running"]}, counts["running"], ""),
    ]
    some = _("%(n)s 份逾期例外尚未了结，数据可能还会补报。")
    return _item(
        "exceptions", _("逾期例外"), lines, some, _("没有未了结的逾期例外。"), reverse("exception-list")
    )


def _findings(month_end: date, rows: Sequence[Row]) -> Item:
    """疑点 without a ruling about targets that fall due up to the end of the month's year. Three statements."""
    last = date(month_end.year, 12, 31)
    targets = {row.regional_target.target_id: row.regional_target for row in rows if _due(row) <= last}
    keys = {row.target.key for row in targets.values()} | {row.indicator.key for row in targets.values()}
    clauses = set(TargetSource.objects.filter(record__in=targets).values_list("clause_id", flat=True))
    unruled = Finding.objects.filter(FindingFilter(status=OPEN).condition()).prefetch_related("places")
    touching = [
        finding
        for finding in unruled
        if keys & set(finding.subjects)
        or (not finding.subjects and clauses & {place.clause_id for place in finding.places.all()})
    ]
    by_kind = Counter(Finding.Kind(finding.kind) for finding in touching)
    url = reverse("finding-list") + "?status=open"
    lines = [Line(f"{kind.label} {n}", n, f"{url}&kind={kind.value}") for kind, n in by_kind.most_common()]
    some = _("%(n)s 条数据疑点涉及已到期或今年到期的目标，尚未裁定。")
    return _item("findings", _("未裁定疑点"), lines, some, _("没有涉及到期目标的未裁定疑点。"), url)


def _due(row: Row) -> date:
    due = row.milestone.due
    assert due is not None, "only milestones with a due date are judged"
    return due


def _problems(problems: dict[str, str]) -> Item:
    lines = [Line(f"{place}：{sentence}", 1) for place, sentence in sorted(problems.items())]
    some = _("%(n)s 个目标的数据自相矛盾，未能判定，不在封存之内。")
    return _item("problems", _("未能判定"), lines, some, _("所有目标均能判定。"))


def _nightly() -> Item:
    """How the last nightly run ended, and how far it went. Two statements."""
    url = reverse("job-list")
    state = JudgingState.objects.first()
    job = Job.objects.filter(kind=NIGHTLY).first()
    title = _("每日判定")
    if job is None or state is None or job.finished_at is None:
        return Item("nightly", title, 1, _("每日判定还没有完成过。"), url, True)
    words = {"when": _moment(job.finished_at), "day": state.as_of.isoformat(), "error": job.error}
    if job.error:
        return Item("nightly", title, 1, _("最近一次判定（%(when)s）需要注意：%(error)s") % words, url, True)
    if timezone.localdate() - state.as_of > timedelta(days=1):
        return Item("nightly", title, 1, _("每日判定停在 %(day)s，请检查后台任务。") % words, url, True)
    return Item("nightly", title, 0, _("最近一次判定于 %(when)s 完成，判定到 %(day)s。") % words, url)


def _audit() -> Item:
    """How far the audit chain has been verified. One statement."""
    title = _("审计链校验")
    job = Job.objects.filter(kind=VERIFY, state=Job.State.DONE).first()
    if job is None or job.finished_at is None:
        return Item("audit", title, 1, _("审计链还没有校验过。"), gap=True)
    words = {"when": _moment(job.finished_at), "n": job.result.get("links", 0), "error": job.error}
    if job.error:
        return Item("audit", title, 1, _("审计链校验发现问题（%(when)s）：%(error)s") % words, gap=True)
    if timezone.now() - job.finished_at > _VERIFIED_WITHIN:
        return Item("audit", title, 1, _("审计链上次校验是 %(when)s，已超过一周。") % words, gap=True)
    return Item("audit", title, 0, _("审计链于 %(when)s 校验完好，到第 %(n)s 条。") % words)


def _moment(when: Any) -> str:
    return timezone.localtime(when).strftime("%Y-%m-%d %H:%M")
