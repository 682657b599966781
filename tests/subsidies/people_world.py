"""People for tests of the ledgers: made-up ID numbers with the right check digit, and facts about households."""

from dataclasses import replace
from datetime import date
from typing import Any

from stdnum.cn import ric

from subsidies.models import Household
from subsidies.people import households, trainees
from subsidies.people.persons import Someone
from yuxi_eldercare.core.models import Department, User

DONE = date(2024, 5, 20)


def id_number(n: int) -> str:
    """The n-th made-up number: born on a 1 January, from 1930 on, in sequence."""
    return with_check_digit(f"530402{1930 + n // 999}0101{n % 999 + 1:03}")


def with_check_digit(body: str) -> str:
    """Seventeen digits and the one that fits."""
    return body + ric.calc_check_digit(body + "0")


def someone(n: int, **fields: Any) -> Someone:
    """The n-th person."""
    return replace(Someone(f"演示{n}", id_number(n), "13900000000"), **fields)


def home(n: int, **fields: Any) -> households.Facts:
    """The n-th household, its work going on."""
    facts = households.Facts(someone(n), group="destitute", need="aged", address=f"幸福路{n}号")
    return replace(facts, **fields)


def done(n: int, on: date = DONE, **fields: Any) -> households.Facts:
    """The n-th household, its work accepted."""
    return home(n, works="卫生间扶手", cost_fen=500_000, accepted_on=on, **fields)


def accepted(numbers: range, unit: Department, by: User, on: date = DONE) -> list[Household]:
    """Households of a unit, entered as accepted on a day."""
    return households.enter([done(n, on) for n in numbers], department=unit, by=by)


def trained(n: int, **fields: Any) -> trainees.Facts:
    """The n-th person after a course."""
    facts = trainees.Facts(someone(n), course="养老护理员（初级）", trained_on=DONE, certificate=f"证{n}")
    return replace(facts, **fields)
