"""Demonstration people: adapted homes, trained caregivers, the lottery fund's figures, and how they go again.

Everybody is made up: 演示甲 to 演示癸, ID numbers with a right check digit but of a province that is none (99) and
born on 1 January 1901, telephone numbers that nobody has. A county's ledger holds as many accepted homes as its
bureau is shown to have reported, and the chosen base's share is the city's reported one, so that what is counted and
what is reported agree.
"""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from decimal import ROUND_CEILING, Decimal
from typing import Final

from django.db import transaction
from django.db.models import QuerySet
from stdnum.cn import ric

from subsidies.counting import lottery
from subsidies.counting.households import INDICATOR
from subsidies.lottery.figures import Statement, choose_base, enter_figure
from subsidies.models import Household, LotteryBase, LotteryChoice, LotteryFigure, Trainee
from subsidies.people import households, trainees
from subsidies.people.persons import Someone
from targets.models import Observation
from yuxi_eldercare.core.models import Department, Region, User

from .logins import OTHERS
from .removal import remove

_COUNTIES: Final = {"hongta": "530402", "yimen": "530425", **OTHERS}
_STEMS: Final = "甲乙丙丁戊己庚辛壬癸"
_GROUPS: Final = Household.Group.values
_NEEDS: Final = Household.Need.values
_WORKS: Final = ("卫生间扶手、防滑地面", "床边护栏、夜灯", "坡道、门槛拆除", "坐便器、淋浴椅")
_UNDER_WAY: Final = 3
_TRAINED: Final = 4
_CHOSEN: Final = LotteryBase.RETURNED
# In 元: the base, and what went to eldercare, by year back from last year. The bases differ as their words do.
_FUND: Final[Mapping[str, tuple[tuple[int, int], ...]]] = {
    LotteryBase.MUNICIPAL: ((41_200_000, 23_484_000), (39_800_000, 20_497_000)),
    LotteryBase.RETURNED: ((28_600_000, 16_902_600), (27_300_000, 15_151_500)),
    LotteryBase.RETAINED: ((36_500_000, 19_929_000), (35_100_000, 18_954_000)),
}


def seed_people(today: date) -> int:
    """Fill the ledgers where they are empty; returns how many households. It needs people, bureaus, register."""
    people = {user.username: user for user in User.objects.filter(is_demo=True, is_active=True)}
    if {"hongta", "yimen", "qita", "caiwu", "minzheng"} - set(people) or Household.objects.exists():
        return 0
    bureaus = {
        row.key: row
        for row in Department.objects.filter(key__endswith="-civil-affairs").select_related("region")
    }
    reported = _reported(today)
    with transaction.atomic():
        for index, (county, code) in enumerate(_COUNTIES.items()):
            unit, by = bureaus[f"{county}-civil-affairs"], people["qita" if county in OTHERS else county]
            townships = list(
                Region.objects.filter(parent=code, level=Region.Level.TOWNSHIP, withdrawn=False).values_list(
                    "code", flat=True
                )
            )
            homes = _homes(index, townships, reported.get(code, {}), today)
            households.enter(homes, department=unit, by=by)
            trainees.enter(_trained(index, today), department=unit, by=by)
        _fund(today, people["caiwu"], people["minzheng"])
    return Household.objects.count()


def _reported(today: date) -> dict[str, dict[date, int]]:
    """What each county is shown to have reported of adapted homes: the last figure of this year and the one before."""
    rows = Observation.objects.filter(
        indicator__key=INDICATOR,
        region__level=Region.Level.COUNTY,
        superseded_at=None,
        period_end__gte=date(today.year - 1, 1, 1),
        value__isnull=False,
    ).order_by("period_end")
    found: dict[str, dict[date, int]] = {}
    for code, end, value in rows.values_list("region_id", "period_end", "value"):
        own = found.setdefault(code, {})
        own[end] = int(value or 0)
    return found


def _homes(
    index: int, townships: list[str], reported: Mapping[date, int], today: date
) -> list[households.Facts]:
    """A county's households: between two reports as many were accepted as the second says more than the first."""
    facts: list[households.Facts] = []
    before: tuple[int, int] = (0, 0)  # the year, and how many were reported so far in it
    since = date(today.year - 1, 1, 1)
    for end, many in sorted(reported.items()):
        if end.year != before[0]:
            before, since = (end.year, 0), date(end.year, 1, 1)
        for number in range(max(0, many - before[1])):
            day = since + (end - since) * (number + 1) // max(1, many - before[1])
            facts.append(_home(index, len(facts), townships, day))
        before, since = (end.year, max(many, before[1])), end + timedelta(1)
    facts += [_home(index, len(facts) + n, townships, None) for n in range(_UNDER_WAY)]
    return facts


def _home(index: int, n: int, townships: list[str], on: date | None) -> households.Facts:
    return households.Facts(
        person=_someone(index, n),
        group=_GROUPS[n % len(_GROUPS)],
        need=_NEEDS[n % len(_NEEDS)],
        address=f"演示路{n + 1}号",
        township=townships[n % len(townships)] if townships else "",
        works=_WORKS[n % len(_WORKS)] if on else "",
        cost_fen=(3_000 + 250 * (n % 9)) * 100 if on else None,
        accepted_on=on,
    )


def _trained(index: int, today: date) -> list[trainees.Facts]:
    return [
        trainees.Facts(
            person=_someone(index, n),
            course="（演示）养老护理员（初级）",
            trained_on=today - timedelta(60 + 30 * n),
            certificate=f"演示{index + 1:02}{n + 1:03}" if n % 3 else "",
        )
        for n in range(_TRAINED)
    ]


def _someone(index: int, n: int) -> Someone:
    body = f"9901{index + 1:02}19010101{n + 1:03}"
    name = f"演示{_STEMS[n // 10 % 10]}{_STEMS[n % 10]}" if n >= len(_STEMS) else f"演示{_STEMS[n]}"
    return Someone(name, body + ric.calc_check_digit(body + "0"), f"0877-{index:02}{n:05}")


def _reported_shares() -> dict[int, Decimal]:
    """The lottery fund's share that the city is shown to have reported, by year."""
    rows = Observation.objects.filter(
        indicator__key=lottery.INDICATOR,
        region__level=Region.Level.CITY,
        superseded_at=None,
        period_end__month=12,
        value__isnull=False,
    )
    return {end.year: value for end, value in rows.values_list("period_end", "value") if value is not None}


def _fund(today: date, treasurer: User, lead: User) -> None:
    shares = _reported_shares()
    for base, years in _FUND.items():
        for back, (total, eldercare) in enumerate(years, 1):
            year = today.year - back
            part = Decimal(eldercare * 100)
            if base == _CHOSEN and year in shares:
                part = (shares[year] * total).to_integral_value(ROUND_CEILING)  # % of 元 is 分
            said = Statement(year, base, total * 100, int(part), f"（演示）{year}年决算")
            enter_figure(said, by=treasurer)
    choose_base(
        base=_CHOSEN,
        reason="（演示）按已印发的“一老一小”整体解决方案四（十二）的表述。",
        by=lead,
    )


def remove_people(accounts: Iterable[User]) -> int:
    """Take demonstration households, trainees and figures away; what they had set aside of others stands again."""
    count = remove(Household.objects.filter(is_demo=True)) + remove(Trainee.objects.filter(is_demo=True))
    count += remove(LotteryChoice.objects.filter(is_demo=True))
    figures = LotteryFigure.objects.filter(is_demo=True)
    places = list(figures.filter(superseded_at=None).values_list("year", "base"))
    count += remove(figures)
    for year, base in places:
        latest = LotteryFigure.objects.filter(year=year, base=base).order_by("-pk").first()
        if latest is not None:
            LotteryFigure.objects.filter(pk=latest.pk).update(superseded_at=None)
    for model in (Household, Trainee):
        for row in model.objects.filter(withdrawn_by__in=accounts):
            _put_back(row)
    return count


def _put_back(row: Household | Trainee) -> None:
    """What a demonstration person withdrew stands again, unless it was entered anew."""
    standing: QuerySet[Household] | QuerySet[Trainee] = Household.objects.all()
    if isinstance(row, Trainee):
        standing = Trainee.objects.filter(course=row.course, trained_on=row.trained_on)
    if not standing.filter(id_print=row.id_print, withdrawn_at=None).exists():
        row.withdrawn_at, row.withdrawn_by, row.withdrawn_reason = None, None, ""
        row.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_reason"])
