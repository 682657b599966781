"""Random histories of grants through the actions of people: approved, listed, sent, paid, failed, got back, withdrawn.

Each attempt is made on the product and on the oracle; both have to say the same, and to stand at the same place.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any, Final
from uuid import uuid4

from django.utils import timezone

from projects.sheets.reading import Table
from subsidies.applying.deciding import approve, withdraw
from subsidies.books.keeping import Entry, change_budget, register_arrival
from subsidies.books.verifying import verify
from subsidies.models import (
    Application,
    BudgetLine,
    PaymentBatch,
    PaymentOrder,
    Recovery,
    Scheme,
    SchemeVersion,
)
from subsidies.paying.batches import drop_order, make_batch, send_batch
from subsidies.paying.recoveries import order_recovery, receive_recovery
from subsidies.paying.results import write_results
from subsidies.paying.sheets import ANSWERS, NUMBER
from subsidies.queries.books import standings
from subsidies.queries.held import held
from targets.actions.refusals import Refused
from yuxi_eldercare.core.models.sealed import Sealed

from .books_world import Books
from .histories import Diverged
from .oracle_grants import LEVELS, Grant, Grants

GRANTS: Final = 4
_WEIGHTS: Final = {
    "budget": 1,
    "arrive": 1,
    "approve": 4,
    "make_list": 6,
    "send": 6,
    "result": 10,
    "claim_back": 3,
    "receive": 4,
    "withdraw": 2,
    "drop": 1,
}
Act = Callable[[], Any]


@dataclass
class GrantStage:
    """Lines and applications of one history in the database, in the order the oracle counts them."""

    books: Books
    lines: list[BudgetLine]
    applications: list[Application]
    lists: list[PaymentBatch] = field(default_factory=list)
    orders: list[PaymentOrder] = field(default_factory=list)
    claims: list[Recovery] = field(default_factory=list)

    def entry(self, fen: int) -> Entry:
        today = timezone.localdate()
        return Entry(amount_fen=fen, on=today, document="1号", reason="随机", once=uuid4().hex)

    def change_budget(self, line: int, fen: int) -> None:
        change_budget(line=self.lines[line], entry=self.entry(fen), by=self.books.cai)

    def arrive(self, line: int, fen: int) -> None:
        register_arrival(line=self.lines[line], entry=self.entry(fen), by=self.books.cai)

    def approve(self, number: int) -> None:
        lines = {level: line.pk for level, line in zip(LEVELS, self.lines, strict=True)}
        approve(application=self.applications[number].pk, lines=lines, by=self.books.lead)

    def withdraw(self, number: int) -> None:
        withdraw(application=self.applications[number].pk, reason="随机", by=self.books.lead)

    def make_list(self, numbers: list[int]) -> None:
        chosen = [self.applications[number].pk for number in numbers]
        made = make_batch(region=self.books.city, applications=chosen, by=self.books.cai)
        self.lists.append(made.batch)
        self.orders += made.orders

    def send(self, number: int) -> None:
        send_batch(batch=self.lists[number].pk, by=self.books.cai)

    def drop(self, place: int) -> None:
        drop_order(order=self.orders[place].pk, reason="随机", by=self.books.cai)

    def result(self, place: int, became: str) -> None:
        said = {
            "paid": ["成功", f"PZ-{self.orders[place].batch_id}", timezone.localdate().isoformat(), ""],
            "failed": ["失败", "", "", "账号有误"],
        }[became]
        write_results(Table([NUMBER, *ANSWERS], [(2, [self.orders[place].number, *said])]), by=self.books.cai)

    def claim_back(self, number: int, fen: int) -> None:
        made = order_recovery(
            application=self.applications[number].pk,
            amount_fen=fen,
            reason="随机",
            due_on=timezone.localdate(),
            by=self.books.lead,
        )
        self.claims.append(made)

    def receive(self, place: int, fen: int, voucher: str) -> None:
        receive_recovery(
            recovery=self.claims[place].pk,
            amount_fen=fen,
            on=timezone.localdate(),
            voucher=voucher,
            by=self.books.cai,
        )

    def differences(self, oracle: Grants) -> Iterator[str]:
        """Where the product stands elsewhere than the oracle, and what verifying finds about this history."""
        rows = BudgetLine.objects.filter(pk__in=[line.pk for line in self.lines])
        found = {one.line.pk: one.sums for one in standings(rows, timezone.localdate())}
        for number, line in enumerate(self.lines):
            sums = found[line.pk]
            stands = (sums.budget, sums.available, sums.committed, sums.arrived, sums.cash, sums.paid)
            expected = (
                oracle.budget[number],
                oracle.available(number),
                oracle.committed(number),
                oracle.arrived[number],
                oracle.cash(number),
                oracle.paid(number),
            )
            if stands != expected:
                yield f"line {number}: {stands}, expected {expected}"
        yield from self._applications(oracle)
        states = PaymentOrder.objects.filter(pk__in=[order.pk for order in self.orders]).order_by("pk")
        if [row.state for row in states] != [order.state for order in oracle.orders]:
            yield f"orders: {[row.state for row in states]}, expected {oracle.orders}"
        # Other histories may lie beside this one.
        mine = [str(row) for row in self.applications] + [str(row.number) for row in self.lists]
        mine.append(f"{self.lines[0].year}年")
        yield from (text for text in verify().differences if any(word in text for word in mine))

    def _applications(self, oracle: Grants) -> Iterator[str]:
        holds = held([row.pk for row in self.applications])
        numbers = {line.pk: number for number, line in enumerate(self.lines)}
        for row, grant in zip(self.applications, oracle.grants, strict=True):
            row.refresh_from_db()
            hold = holds[row.pk]
            for name, expected in (("committed", grant.waiting), ("paid", grant.paid)):
                kept = {numbers[pk]: fen for pk, fen in getattr(hold, name).items() if fen}
                if kept != {line: fen for line, fen in expected.items() if fen}:
                    yield f"{row} {name}: {kept}, expected {expected}"
            if (row.state, sum(hold.recovered.values())) != (grant.state, grant.came_back):
                yield f"{row}: {row.state}, {hold.recovered}, expected {grant}"


def make_grant_stage(books: Books, year: int, random: Random) -> GrantStage:
    """Fresh lines and applications that wait for approval: households, which no licence limits."""
    scheme, _new = Scheme.objects.get_or_create(
        key="homes", name="适老化改造", programme="adaptation", unit="household", per="once"
    )
    version, _new = SchemeVersion.objects.get_or_create(
        scheme=scheme,
        number=1,
        amount_fen=37,
        split={"province": 5, "city": 3, "county": 2},
        split_document="测试",
        basis="测试",
        valid_from=books.version.valid_from,
        reason="测试",
    )
    places = ((LEVELS[0], books.city), (LEVELS[1], books.city), (LEVELS[2], books.red))
    lines = [books.line(level, region, year=year, programme="adaptation") for level, region in places]
    applications = []
    for _ in range(GRANTS):
        units = random.randint(1, 9)
        applications.append(
            books.application(
                total_fen=37 * units, scheme=scheme, version=version, state="city_checked", approved_by=None,
                claimed=units, verified=units, payee="某户", bank="某行", account=Sealed.of("6222020000000000"),
                applied_on=timezone.localdate(),
            )
        )  # fmt: skip
    return GrantStage(books, lines, applications)


def play_grants(books: Books, seed: int, length: int, year: int) -> dict[str, int]:
    """Play a history of grants; counts what was tried and what became of it. Raises `Diverged`."""
    random = Random(seed)
    stage = make_grant_stage(books, year, random)
    oracle = Grants([Grant(row.total_fen or 0) for row in stage.applications])
    counts, told = dict[str, int](), list[str]()
    for number in range(6 + length):
        if number < 6:
            method, most = (("change_budget", 500), ("arrive", 250))[number // 3]
            arguments: tuple[Any, ...] = (number % 3, random.randint(most // 2, most))
        else:
            method, arguments = _attempt(random, oracle)
        expected = getattr(oracle, method)(*arguments)
        became = _tried(lambda m=method, a=arguments: getattr(stage, m)(*a))  # type: ignore[misc]
        told.append(f"{method}{arguments} → {became}")
        word = f"{method} {became}"
        counts[word] = counts.get(word, 0) + 1
        if became != expected:
            raise Diverged(_told(seed, told, [f"expected {expected}"]))
    wrong = list(stage.differences(oracle))
    if wrong:
        raise Diverged(_told(seed, told, wrong))
    return counts


def _tried(act: Act) -> str:
    try:
        act()
    except Refused:
        return "refused"
    return "done"


def _attempt(random: Random, oracle: Grants) -> tuple[str, tuple[Any, ...]]:
    kind = random.choices(list(_WEIGHTS), list(_WEIGHTS.values()))[0]
    if kind == "receive" and not oracle.claims:
        kind = "claim_back"
    if kind in {"send", "result", "drop"} and not oracle.orders:
        kind = "make_list"
    if kind in {"make_list", "claim_back"} and all(row.state == "city_checked" for row in oracle.grants):
        kind = "approve"

    def one_of(rows: Sequence[Any], likely: Callable[[Any], bool]) -> int:
        """A row's number: mostly one with which it may go well."""
        good = [number for number, row in enumerate(rows) if likely(row)]
        return random.choice(good) if good and random.random() < 0.8 else random.randrange(len(rows))

    if kind in {"budget", "arrive"}:
        fen = random.choice([1, 1, 1, -1]) * random.randint(1, 120)
        return ("change_budget" if kind == "budget" else kind), (random.randrange(3), fen)
    if kind == "make_list":
        first = one_of(oracle.grants, lambda row: row.state == "approved" and any(row.waiting.values()))
        return kind, ([first] if random.random() < 0.7 else random.sample(range(GRANTS), 2),)
    if kind == "send":
        return kind, (one_of(oracle.lists, lambda row: not row.sent),)
    if kind in {"result", "drop"}:
        sent = {place for row in oracle.lists if row.sent for place in row.orders}
        order = one_of(oracle.orders, lambda row: row.state == "waiting" and oracle.orders.index(row) in sent)
        became = random.choice(["paid", "paid", "paid", "paid", "failed"])
        return kind, ((order, became) if kind == "result" else (order,))
    if kind == "claim_back":
        return kind, (one_of(oracle.grants, lambda row: any(row.paid.values())), random.randint(1, 200))
    if kind == "receive":
        place = one_of(oracle.claims, lambda row: row.received < row.fen)
        return kind, (place, random.randint(1, oracle.claims[place].fen), random.choice("ABC"))
    state = "city_checked" if kind == "approve" else "approved"
    return kind, (one_of(oracle.grants, lambda row: row.state == state),)


def _told(seed: int, told: Sequence[str], wrong: Sequence[str]) -> str:
    return "\n".join([f"seed {seed} of grants", *told, *wrong])
