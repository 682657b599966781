"""Parts in words: why a light is what it is, how often is reported, rows of the ledger for the page and for a file."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from targets.models import AssignmentPart, PartMonth, PartReport
from targets.queries.following import Tally
from targets.reporting.periods import period_name
from targets.standing import Code, Light, Reason, Standing
from yuxi_eldercare.core.templatetags.frame import SHAPES, chinese_date

from .words import LIGHTS

WORDS = {
    Light.GREEN: gettext_lazy("正常"),
    Light.YELLOW: gettext_lazy("需关注"),
    Light.RED: gettext_lazy("滞后"),
    Light.GREY: gettext_lazy("未开始"),
}
SHORT = {
    Code.UNSIGNED: gettext_lazy("待签收"),
    Code.UNSIGNED_LATE: gettext_lazy("逾期未签收"),
    Code.REPORT_LATE: gettext_lazy("进展逾期未报"),
    Code.REPORT_RETURNED: gettext_lazy("进展被退回"),
    Code.DELIVERABLE_LATE: gettext_lazy("成果逾期"),
    Code.OVERDUE: gettext_lazy("逾期未办结"),
    Code.SOON: gettext_lazy("临近到期"),
    Code.RETURNED: gettext_lazy("退回整改"),
    Code.CLOSED_LATE: gettext_lazy("逾期销号"),
    Code.WITHDRAWN: gettext_lazy("已撤回"),
}


@dataclass(frozen=True)
class Lamp:
    """A part's light with its word, and the reasons as sentences, worst first."""

    light: str
    word: str
    sentences: list[str]


def lamp(standing: Standing, frequency: str, state: str) -> Lamp:
    """The light of a part: the word is that of the worst reason, or of the light itself."""
    word = str(SHORT[standing.reasons[0].code] if standing.reasons else WORDS[standing.light])
    if state == AssignmentPart.State.CLOSED and not standing.reasons:
        word = _("已销号")
    return Lamp(standing.light, word, [sentence(reason, frequency) for reason in standing.reasons])


def month_word(month: PartMonth) -> str:
    """Why the light at a month's end was what it was; the state where there was nothing to say."""
    return str(SHORT[Code(month.reasons[0])] if month.reasons else month.get_state_display())


def sentence(reason: Reason, frequency: str) -> str:
    """Why a light is not green, with the day that counts."""
    day = reason.since
    period = period_name(frequency, reason.period_end) if reason.period_end else ""
    words = {
        Code.UNSIGNED: _("%(day)s下达，尚未签收。"),
        Code.UNSIGNED_LATE: _("应于%(day)s前签收，尚未签收。"),
        Code.REPORT_LATE: _("%(period)s进展应于%(day)s前报送，尚未报送。"),
        Code.REPORT_RETURNED: _("%(period)s进展被退回，尚未重新报送。"),
        Code.DELIVERABLE_LATE: _("有成果应于%(day)s完成，尚未完成。"),
        Code.OVERDUE: _("应于%(day)s办结，尚未销号。"),
        Code.SOON: _("%(day)s到期。"),
        Code.RETURNED: _("%(day)s被退回整改。"),
        Code.CLOSED_LATE: _("时限为%(day)s，逾期申请销号。"),
        Code.WITHDRAWN: _("%(day)s撤回。"),
    }
    return words[reason.code] % {"day": day, "period": period}


@dataclass(frozen=True)
class Row:
    """A part as a table shows it."""

    part: AssignmentPart
    lamp: Lamp
    latest: PartReport | None
    latest_period: str
    days_left: int | None  # to the due day; negative when it is over, none when it does not matter any more


def rows(
    parts: Sequence[AssignmentPart],
    standings: Mapping[int, Standing],
    latest: Mapping[int, PartReport],
    today: date,
) -> list[Row]:
    """Parts as rows, in their order."""
    return [
        _row(part, standings[part.pk], latest.get(part.pk), today) for part in parts if part.pk in standings
    ]


def _row(part: AssignmentPart, standing: Standing, latest: PartReport | None, today: date) -> Row:
    running = part.state not in {AssignmentPart.State.CLOSED, AssignmentPart.State.WITHDRAWN}
    return Row(
        part,
        lamp(standing, part.frequency, part.state),
        latest,
        period_name(part.frequency, latest.period_end) if latest else "",
        (part.due - today).days if part.due is not None and running else None,
    )


@dataclass(frozen=True)
class Count:
    """How many parts, under which word; `value` stands in the address."""

    value: str
    word: str
    count: int


@dataclass(frozen=True)
class TallyShown:
    """A tally in the order of the words; states and lights that nothing has are left out."""

    states: list[Count]
    lights: list[Count]
    total: int
    closed: int


def tally_shown(tally: Tally) -> TallyShown:
    """A tally ready to print."""
    states = [Count(s.value, str(s.label), tally.states[s]) for s in AssignmentPart.State if tally.states[s]]
    lights = [Count(n.value, str(LIGHTS[n]), tally.lights[n]) for n in Light if tally.lights[n]]
    return TallyShown(states, lights, tally.total, tally.closed)


def tallies_shown(tallies: Mapping[int, Tally]) -> dict[int, TallyShown]:
    """The tallies of tasks, by id."""
    return {task: tally_shown(tally) for task, tally in tallies.items()}


def ledger_table(found: Sequence[Row]) -> tuple[list[str], Iterator[list[Any]]]:
    """The ledger as a sheet: what the page shows and the days behind it."""
    header = [
        _("文件"),
        _("序号"),
        _("任务"),
        _("承办单位"),
        _("地区"),
        _("角色"),
        _("状态"),
        _("灯"),
        _("原因"),
        _("下达日期"),
        _("完成时限"),
        _("报送频次"),
        _("具体要求"),
        _("最近进展报告期"),
        _("完成比例（%）"),
        _("最近进展"),
        _("签收时间"),
        _("销号时间"),
    ]
    return header, (_cells(row) for row in found)


def _cells(row: Row) -> list[Any]:
    part = row.part
    return [
        part.assignment.document.title,
        part.assignment.number,
        part.assignment.title,
        part.department.name,
        part.region.short_name,
        part.get_role_display(),
        part.get_state_display(),
        f"{SHAPES[row.lamp.light]} {LIGHTS[row.lamp.light]}",
        "".join(row.lamp.sentences),
        part.issued_on.isoformat(),
        part.due.isoformat() if part.due else "",
        part.get_frequency_display(),
        part.wanted,
        row.latest_period,
        row.latest.percent if row.latest else None,
        row.latest.text if row.latest else "",
        chinese_date(part.signed_at) if part.signed_at else "",
        chinese_date(part.closed_at) if part.closed_at else "",
    ]
