"""The ledger of adapted homes: a household is entered, changed, accepted (验收) and, where it was wrong, withdrawn.

A household stands in the ledger once, in whatever county; what counts is the day its work was accepted.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from subsidies.amounts import yuan
from subsidies.models import Household
from subsidies.offering import count_soon
from targets.actions.refusals import Problem, Refused
from yuxi_eldercare.core.models import Department, Region, User
from yuxi_eldercare.core.models.sealed import Sealed

from .persons import (
    CHUNK,
    Someone,
    blank_fields,
    columns_of,
    enter_rows,
    hold,
    print_of,
    problems_of,
    record,
    repeats,
    restate,
    withdraw_held,
)

WORKS_MOST: Final = 300
ADDRESS_MOST: Final = 160
FIRST_DAY: Final = date(
    2015, 1, 1
)  # before it nobody kept such a ledger: an earlier day is a slip of the pen


@dataclass(frozen=True)
class Facts:
    """What is stated about a household. `township` is a code or empty; the last three come with the acceptance."""

    person: Someone
    group: str
    need: str
    address: str = field(default="", repr=False)
    township: str = ""
    works: str = ""
    cost_fen: int | None = None
    accepted_on: date | None = None


@transaction.atomic
def enter(facts: Sequence[Facts], *, department: Department, by: User) -> list[Household]:
    """Enter households of a county, all or none. Raises `NotAllowed`, or `Refused` with every problem by index."""
    made = enter_rows(
        Household,
        map(_columns, facts),
        check=lambda: check(facts, county=department.region),
        meanwhile=_meanwhile(),
        plain=plain,
        department=department,
        by=by,
    )
    count_soon()
    return made


def check(facts: Sequence[Facts], *, county: Region) -> list[Problem]:
    """All that is wrong with some new households of a county, by their index. Two statements."""
    townships = _townships(county)
    problems = [problem for index, one in enumerate(facts) for problem in _problems_of(one, index, townships)]
    return problems + _repeats(facts)


@transaction.atomic
def change(household: Household, facts: Facts, *, by: User) -> Household:
    """State a household anew. What of the person is blank stays as it was. Raises `NotAllowed`, `Refused`."""
    row = hold(Household.objects.all(), household.pk, by)
    left = blank_fields(facts.person) | ({"address"} if not facts.address.strip() else set())
    problems = [one for one in _problems_of(facts, None, _townships(row.county)) if one.field not in left]
    if "id_number" not in left and print_of(facts.person) != row.id_print:
        problems += [Problem(None, one.field, one.message) for one in _repeats([facts])]
    if row.application is not None and facts.accepted_on is None:
        text = _("已列入补助申请%(number)s，验收日期不能去掉；须先从申请的名单中移出。")
        words = {"number": row.application.number}
        problems.append(Problem(None, "accepted_on", text % words))
    if problems:
        raise Refused(problems)
    restate(row, _columns(facts), left=left, meanwhile=_meanwhile(), plain=plain, by=by)
    count_soon()
    return row


@transaction.atomic
def accept(household: Household, *, on: date, works: str, cost_fen: int | None, by: User) -> Household:
    """The work is done and accepted on a day: from then on the household counts. Raises `NotAllowed`, `Refused`."""
    row = hold(Household.objects.all(), household.pk, by)
    if row.accepted_on is not None:
        text = _("已于%(day)s验收。登记有误的请用“修改”。")
        raise Refused.because(text % {"day": row.accepted_on.isoformat()})
    problems = list(_acceptance_problems(on, works, cost_fen, None))
    if problems:
        raise Refused(problems)
    row.accepted_on, row.works, row.cost_fen = on, works.strip(), cost_fen
    row.save(update_fields=["accepted_on", "works", "cost_fen"])
    record(row, "people.accept", by=by, after=plain(row))
    count_soon()
    return row


@transaction.atomic
def withdraw(household: Household, *, reason: str, by: User) -> None:
    """Take a household out of the ledger, with the reason; it may be entered again. Raises as `change` does."""
    row = hold(Household.objects.all(), household.pk, by)
    withdraw_held(row, reason=reason, by=by)
    count_soon()


def plain(row: Household) -> dict[str, Any]:
    """What an audit event says of a household: masked."""
    return {
        "name": row.name_masked,
        "id_number": row.id_masked,
        "phone": row.phone_masked,
        "township": row.township_id,
        "group": row.group,
        "need": row.need,
        "works": row.works,
        "cost": None if row.cost_fen is None else yuan(row.cost_fen),
        "accepted_on": row.accepted_on.isoformat() if row.accepted_on else None,
    }


def _columns(facts: Facts) -> dict[str, Any]:
    return {
        **columns_of(facts.person),
        "address": Sealed.of(facts.address.strip()),
        "township_id": facts.township or None,
        "group": facts.group,
        "need": facts.need,
        "works": facts.works.strip(),
        "cost_fen": facts.cost_fen,
        "accepted_on": facts.accepted_on,
    }


def _townships(county: Region) -> set[str]:
    rows = Region.objects.filter(parent=county, level=Region.Level.TOWNSHIP, withdrawn=False)
    return set(rows.values_list("code", flat=True))


def _problems_of(facts: Facts, index: int | None, townships: set[str]) -> Iterable[Problem]:
    yield from problems_of(facts.person, index)
    if not facts.address.strip():
        yield Problem(index, "address", _("请填写住址。"))
    elif len(facts.address) > ADDRESS_MOST:
        yield Problem(index, "address", _("住址最多%(most)s个字。") % {"most": ADDRESS_MOST})
    if facts.township and facts.township not in townships:
        yield Problem(index, "township", _("这个乡镇（街道）不在本县（市、区），请重新选择。"))
    if facts.group not in Household.Group.values:
        yield Problem(index, "group", _("请选择家庭类别：%(all)s。") % {"all": _all(Household.Group.labels)})
    if facts.need not in Household.Need.values:
        yield Problem(index, "need", _("请选择老人情况：%(all)s。") % {"all": _all(Household.Need.labels)})
    if facts.accepted_on is not None:
        yield from _acceptance_problems(facts.accepted_on, facts.works, facts.cost_fen, index)
    elif len(facts.works) > WORKS_MOST:
        yield _too_long(index)
    elif facts.cost_fen is not None and facts.cost_fen < 0:
        yield _negative(index)


def _acceptance_problems(on: date, works: str, cost_fen: int | None, index: int | None) -> Iterable[Problem]:
    if on > timezone.localdate():
        yield Problem(index, "accepted_on", _("验收日期不能晚于今天。"))
    elif on < FIRST_DAY:
        text = _("验收日期早于%(day)s，请核对。")
        yield Problem(index, "accepted_on", text % {"day": FIRST_DAY.isoformat()})
    if not works.strip():
        yield Problem(index, "works", _("验收的户须写明改造内容，例如“卫生间扶手、防滑地面”。"))
    elif len(works) > WORKS_MOST:
        yield _too_long(index)
    if cost_fen is None:
        yield Problem(index, "cost", _("验收的户须填写改造金额（元），没有花钱的填0。"))
    elif cost_fen < 0:
        yield _negative(index)


def _too_long(index: int | None) -> Problem:
    return Problem(index, "works", _("改造内容最多%(most)s个字。") % {"most": WORKS_MOST})


def _negative(index: int | None) -> Problem:
    return Problem(index, "cost", _("改造金额不能小于0。"))


def _all(labels: Iterable[Any]) -> str:
    return _("、").join(map(str, labels))


def _repeats(facts: Sequence[Facts]) -> list[Problem]:
    """Households that stand in the ledger already, or twice among these. One statement per few hundred."""
    prints = [print_of(one.person) for one in facts]
    standing: dict[str, Household] = {}
    for start in range(0, len(prints), CHUNK):
        wanted = [text for text in prints[start : start + CHUNK] if text]
        rows = Household.objects.filter(id_print__in=wanted, withdrawn_at=None).select_related("county")
        standing |= {row.id_print: row for row in rows}
    twice = _("与第%(n)s条是同一个身份证号，一户只登记一次。")
    return repeats([text or None for text in prints], standing, stands=_stands, twice=twice)


def _stands(row: Household) -> str:
    text = _("这个身份证号已在%(county)s登记（%(name)s，%(number)s，%(day)s登记），一户只登记一次。")
    return text % {
        "county": row.county.short_name,
        "name": row.name_masked,
        "number": row.id_masked,
        "day": timezone.localtime(row.entered_at).date().isoformat(),
    }


def _meanwhile() -> str:
    return _("有人同时登记了其中的户，请刷新后重试。")
