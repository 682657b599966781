"""A small city with money: budget lines of three levels, treasurers, and applications approved in a word.

云溪市: treasurer Cai; 红河区: treasurer Hong; 白水县: treasurer Bai
Lines of 2023, programme 养老床位建设补助: province and city (云溪市's purse), county (红河区's)
"""

import os
from collections.abc import Mapping
from datetime import date
from itertools import count
from typing import Any

from subsidies.books.granting import commit
from subsidies.books.posting import Event, post
from subsidies.models import Application, BudgetLine, Journal, Scheme, SchemeVersion
from tests.worlds import CITY, RED, WHITE, make_user, make_world
from yuxi_eldercare.core.models import Department, Region, User

Kind = Journal.Kind
DAY = date(2023, 6, 1)
_numbers = count(1)


def day(number: int) -> date:
    """The day of that number in June 2023."""
    return date(2023, 6, number)


class Books:
    """The rows by name, and short ways to post."""

    city: Region
    red: Region
    cai: User
    lead: User
    unit: Department
    scheme: Scheme
    version: SchemeVersion

    def __init__(self) -> None:
        self.world = make_world()
        self.city = self.world.city
        self.red, self.white = self.world.counties[RED], self.world.counties[WHITE]
        self.unit = make_unit("red-mz", "红河区民政局", self.red)
        self.white_unit = make_unit("white-mz", "白水县民政局", self.white)
        self.cai = make_user("cai", "treasurer", self.city)
        self.hong = make_user("hong", "treasurer", self.red)
        self.bai = make_user("bai", "treasurer", self.white)
        self.lead = self.world.lin
        self.scheme = Scheme.objects.create(
            key="beds", name="床位建设补助", programme="construction", unit="bed", per="once"
        )
        self.version = SchemeVersion.objects.create(
            scheme=self.scheme,
            number=1,
            amount_fen=500_000,
            split={"province": 5, "city": 3, "county": 2},
            split_document="云财社〔2023〕1号",
            basis="测试",
            valid_from=date(2021, 1, 1),
            reason="测试",
        )
        self.province = self.line("province", self.city)
        self.own = self.line("city", self.city)
        self.county = self.line("county", self.red)

    @classmethod
    def known(cls) -> "Books":
        """What another process wrote, as far as histories need it."""
        books = cls.__new__(cls)
        books.city, books.red = Region.objects.get(pk=CITY), Region.objects.get(pk=RED)
        books.cai, books.lead = (User.objects.get(username=name) for name in ("cai", "lin"))
        books.unit = Department.objects.get(key="red-mz")
        books.scheme, books.version = Scheme.objects.get(key="beds"), SchemeVersion.objects.get()
        return books

    def line(self, level: str, region: Region, **given: Any) -> BudgetLine:
        fields: dict[str, Any] = {"year": 2023, "programme": "construction", "made_by": self.cai}
        return BudgetLine.objects.create(level=level, region=region, **(fields | given))

    def application(self, county: Region | None = None, total_fen: int = 100, **given: Any) -> Application:
        """An approved one, without anything in the books."""
        where = county or self.red
        unit = self.unit if where == self.red else self.white_unit
        number = f"BT-{os.getpid()}-{next(_numbers):05}"
        fields: dict[str, Any] = {
            "scheme": self.scheme,
            "version": self.version,
            "county": where,
            "department": unit,
            "name": "红河敬老院",
            "number": number,
            "claimed": 10,
            "verified": 10,
            "total_fen": total_fen,
            "state": "approved",
            "approved_by": self.lead,
            "made_by": self.lead,
        }
        return Application.objects.create(**(fields | given))

    def post(
        self,
        kind: str,
        amounts: Mapping[int, int],
        application: Application | None = None,
        on: date = DAY,
        **given: Any,
    ) -> Journal:
        fields: dict[str, Any] = {"key": f"test:{next(_numbers)}", "by": self.cai}
        if kind == Kind.PAY:
            fields["voucher"] = "PZ-1"
        return post(Event(kind=kind, on=on, application=application, **(fields | given)), amounts)

    def fund(self, line: BudgetLine, budget: int, arrived: int = 0, on: date = DAY) -> None:
        self.post(Kind.BUDGET, {line.pk: budget}, on=on)
        if arrived:
            self.post(Kind.ARRIVE, {line.pk: arrived}, on=on)

    def granted(self, line: BudgetLine, amount: int, on: date = DAY, **given: Any) -> Application:
        """An application of that much, committed on one line."""
        application = self.application(total_fen=amount, **given)
        commit(application, parts={line.level: amount}, lines={line.level: line.pk}, on=on, by=self.lead)
        return application


def make_unit(key: str, name: str, region: Region) -> Department:
    return Department.objects.create(
        key=key, name=name, short_name=name[-4:], kind="department", region=region
    )


def balances(line: BudgetLine) -> dict[str, int]:
    """What is kept of a line, without what is nothing."""
    found = line.balances.exclude(amount_fen=0)
    return dict(found.values_list("account", "amount_fen"))


def demo_user(books: Books) -> User:
    return make_user("yanshi", "treasurer", books.city, is_demo=True)
