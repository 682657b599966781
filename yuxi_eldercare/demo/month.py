"""A month of reporting as it stands on an ordinary day: rounds in all states, walked by the demonstration people.

1. last month's round: everybody reported, all of it counts, closed;
2. an earlier quarter's round that locked: 红塔区 left values out and asks for an exception;
3. the rounds that are open, a quarter and a month, due in a few working days: each county somewhere else on the
   way; one value returned, one soft check explained, red lights with and without measures, one 代报.

Everything goes through the actions, in bulk. They know only the present, so a round that is over is walked while
it is open, and gets its dates and moments afterwards.
"""

from collections.abc import Collection, Mapping
from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from targets.models import Entry, Indicator, ReportingRound
from targets.reporting.exceptions import request_exception
from targets.reporting.periods import Kind, latest_ended, shifted
from targets.reporting.proxies import grant_proxy
from targets.reporting.reminders import remind
from targets.reporting.rounds import Dates, close_round, dates_of, open_round
from targets.reporting.steps import return_entries
from yuxi_eldercare.core.models import Department, User
from yuxi_eldercare.core.workdays import calendar_around

from .dating import moment, redate
from .logins import ACCOUNTS, OTHERS
from .walking import DONE, Progress, Staff, Walk

HONGTA, YIMEN, NEIGHBOUR = "hongta-civil-affairs", "yimen-civil-affairs", "hongta-health"
BUREAUS = (HONGTA, YIMEN, *(f"{name}-civil-affairs" for name in OTHERS))
# What is open is due in so many working days from today.
DAYS_LEFT = 3
VISITS, ADAPTED = "monthly-visit-rate", "home-adaptation-households"
DAYCARE = "daycare-coverage"
# What the quarter before asked for.
LOCKED = (
    "nursing-bed-share",
    "daycare-coverage",
    "caregiver-certified-rate",
    "demo-institutions-100-beds",
    "rural-regional-centers",
    "township-center-coverage",
)
QUARTER = {
    HONGTA: Progress(0.75, 0.6, 0.4, 0.2),
    YIMEN: Progress(0.7, 0.5, 0.25, 0.1),
    "jiangchuan-civil-affairs": Progress(1, 1, 1, 0.2),
    "chengjiang-civil-affairs": Progress(1, 1, 0.5, 0),
    "tonghai-civil-affairs": Progress(1, 1, 1, 0.2),
    "huaning-civil-affairs": Progress(0.3),
    "xinping-civil-affairs": Progress(1, 0.8, 0.4, 0),
    "yuanjiang-civil-affairs": Progress(0.6, 0.4, 0, 0),
}
MONTH = {
    HONGTA: Progress(1, 0.5, 0, 0),
    YIMEN: Progress(1, 0.67, 0, 0),
    "jiangchuan-civil-affairs": DONE,
    "chengjiang-civil-affairs": Progress(1, 1, 1, 0),
    "tonghai-civil-affairs": DONE,
    "xinping-civil-affairs": Progress(1, 1, 0, 0),
}
# What stands out: a fall that turns a light red, and a jump that needs an explanation.
FALLEN = {(HONGTA, VISITS): 0.97, (YIMEN, VISITS): 0.985}
JUMPED = {(HONGTA, DAYCARE): 1.36}

People = Mapping[str, User]


def walk(today: date | None = None) -> int:
    """Write the demonstration rounds where there are none, else keep them open; returns how many cells.

    Without all of the demonstration people (a name was taken by somebody else) nothing is written.
    """
    day = today or timezone.localdate()
    if ReportingRound.objects.filter(is_demo=True).exists():
        keep_open(day)
        return 0
    people = {user.username: user for user in User.objects.filter(is_demo=True, is_active=True)}
    if {account.username for account in ACCOUNTS} - set(people):
        return 0
    with transaction.atomic():
        _closed_month(people, day)
        _locked_quarter(people, day)
        _open_quarter(people, day)
        _open_month(people, day)
    return Entry.objects.filter(round__is_demo=True).count()


def keep_open(day: date) -> None:
    """Move the dates of rounds that were open on an earlier day: a demonstration does not run out."""
    due, grace = _deadline(day)
    for kind in (Kind.MONTH, Kind.QUARTER):
        last = ReportingRound.objects.filter(is_demo=True, kind=kind).order_by("-period_end").first()
        if last is not None and last.closed_at is None and last.due_on < day:
            ReportingRound.objects.filter(pk=last.pk).update(due_on=due, grace_until=grace)


def _closed_month(people: People, day: date) -> None:
    end = shifted(Kind.MONTH, latest_ended(Kind.MONTH, day), -1)
    real = dates_of(Kind.MONTH, end)
    walk = _walk(people, _open(Kind.MONTH, end, Dates(real.opens_on, day, day)))
    walk.take(dict.fromkeys(BUREAUS, DONE))
    walk.answer_red(
        cause="服务对象增加，上门力量不足。",
        measure="购买服务补足人员，按村（社区）分片包干。",
        deadline=day + timedelta(60),
        bureaus=BUREAUS,
    )
    _backdate(walk.round, real)
    close_round(round=walk.round, by=people["minzheng"])
    ReportingRound.objects.filter(pk=walk.round.pk).update(
        closed_at=moment(real.grace_until + timedelta(1), 9)
    )


def _locked_quarter(people: People, day: date) -> None:
    end = shifted(Kind.QUARTER, latest_ended(Kind.QUARTER, day), -1)
    real = dates_of(Kind.QUARTER, end)
    round = _open(Kind.QUARTER, end, Dates(real.opens_on, day, day), (HONGTA, YIMEN), LOCKED)
    walk = _walk(people, round)
    walk.take({HONGTA: Progress(0.6, 0.6, 0.6, 0.6), YIMEN: DONE})
    _backdate(round, real)
    round.refresh_from_db()
    request_exception(
        round=round,
        department=Department.objects.get(key=HONGTA),
        reason="两家机构搬迁，床位和人员到本周才核实完毕，申请补报。",
        by=people["hongta"],
    )


def _open_quarter(people: People, day: date) -> None:
    end = latest_ended(Kind.QUARTER, day)
    round = _open(Kind.QUARTER, end, _still_open(Kind.QUARTER, end, day), (*BUREAUS, NEIGHBOUR))
    walk = _walk(people, round, JUMPED, "本季度新建成的社区日间照料中心已验收投用，逐个核对过台账。")
    walk.take(QUARTER)
    _date_open(round, day)
    walk.answer_red(
        cause="改造项目开工晚于计划，部分床位尚未验收。",
        measure="每周调度在建项目，年底前完成验收并投入使用。",
        deadline=day + timedelta(90),
        bureaus=[HONGTA],
    )
    bureau = Department.objects.select_related("region").get(key=NEIGHBOUR)
    grant_proxy(
        principal=bureau,
        agent=people["hongta"],
        region=bureau.region,
        reason="区卫生健康局填报员住院，由区民政局填报员代报。",
        valid_from=day,
        valid_to=day + timedelta(30),
        by=people["minzheng"],
    )


def _open_month(people: People, day: date) -> None:
    end = latest_ended(Kind.MONTH, day)
    round = _open(Kind.MONTH, end, _still_open(Kind.MONTH, end, day))
    walk = _walk(people, round, FALLEN, "已逐村（社区）核实，当月外出未见面的老年人增加。")
    walk.take(MONTH)
    walk.answer_red(
        cause="个别社区外出老年人当月未能见面探访。",
        measure="改为电话加邻里协助探访，月底前补齐。",
        deadline=day + timedelta(30),
        bureaus=[HONGTA],
    )
    sent = Entry.objects.filter(round=round, department__key=YIMEN, indicator__key=ADAPTED, state="submitted")
    if sent.exists():
        return_entries(
            entries=sent, reason="与改造台账相差3户，请核对龙泉街道的数字后重报。", by=people["shenhe"]
        )
    _date_open(round, day)
    late = Department.objects.filter(
        key__in=set(BUREAUS) - {key for key, far in MONTH.items() if far == DONE}
    )
    remind(round=round, departments=set(late.values_list("pk", flat=True)), by=people["minzheng"])


def _walk(
    people: People,
    round: ReportingRound,
    factors: Mapping[tuple[str, str], float] | None = None,
    told: str = "",
) -> Walk:
    others = tuple(f"{name}-civil-affairs" for name in OTHERS)
    return Walk(
        round=round,
        staff=[
            Staff(people["hongta"], people["shenhe2"], (HONGTA,)),
            Staff(people["yimen"], people["shenhe"], (YIMEN,)),
            Staff(people["qita"], people["shenhe3"], others),
        ],
        leads={"yuxi-civil-affairs": people["minzheng"], YIMEN: people["yimenqt"]},
        factors=factors or {},
        explanation=told,
    )


def _open(
    kind: Kind,
    period_end: date,
    dates: Dates,
    departments: Collection[str] | None = None,
    indicators: Collection[str] | None = None,
) -> ReportingRound:
    """Open a demonstration round, for units and indicators by key."""
    units = Department.objects.filter(key__in=departments or ())
    chosen = Indicator.objects.filter(key__in=indicators or ())
    return open_round(
        kind=kind,
        period_end=period_end,
        dates=dates,
        departments=None if departments is None else set(units.values_list("pk", flat=True)),
        indicators=None if indicators is None else set(chosen.values_list("pk", flat=True)),
        is_demo=True,
    )


def _deadline(day: date) -> tuple[date, date]:
    calendar = calendar_around(day)
    due = calendar.after(day, DAYS_LEFT)
    return due, calendar.after(due, DAYS_LEFT)


def _still_open(kind: Kind, end: date, day: date) -> Dates:
    """The dates of the calendar, or later ones where those are over or close."""
    real = dates_of(kind, end)
    due, grace = _deadline(day)
    return Dates(real.opens_on, max(real.due_on, due), max(real.grace_until, grace))


def _backdate(round: ReportingRound, real: Dates) -> None:
    """A round that is over gets its dates, and its steps theirs."""
    ReportingRound.objects.filter(pk=round.pk).update(
        due_on=real.due_on, grace_until=real.grace_until, opens_on=real.opens_on
    )
    due = real.due_on
    redate(
        round,
        {
            "save": moment(due - timedelta(2), 10),
            "submit": moment(due - timedelta(1), 15),
            "review": moment(due - timedelta(1), 17),
            "publish": moment(due, 11),
        },
    )


def _date_open(round: ReportingRound, day: date) -> None:
    """The steps of a round that is open lie in the last days."""
    redate(
        round,
        {
            "save": moment(day - timedelta(3), 10),
            "submit": moment(day - timedelta(2), 15),
            "review": moment(day - timedelta(2), 17),
            "return": moment(day - timedelta(1), 9),
            "publish": moment(day - timedelta(1), 11),
        },
    )
