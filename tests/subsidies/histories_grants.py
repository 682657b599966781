"""Random histories of grants through the actions of people: approved, returned, listed, sent, paid, failed, got back,
withdrawn, and what was entered wrongly taken back.

Each attempt is made on the product and on the oracle; both have to say the same, and to stand at the same place. Two
at a time are explained by one order of the two.
"""

from collections.abc import Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from random import Random
from uuid import uuid4

from django.db.models import F
from django.utils import timezone

from projects.sheets.reading import Table
from subsidies.applying.deciding import approve, return_with_reason, withdraw
from subsidies.books.keeping import Entry, change_budget, register_arrival
from subsidies.books.verifying import verify
from subsidies.models import (
    Application,
    BudgetLine,
    Journal,
    PaymentBatch,
    PaymentOrder,
    Recovery,
    Scheme,
    SchemeVersion,
)
from subsidies.paying.batches import drop_order, make_batch, reverse_payment, send_batch
from subsidies.paying.recoveries import drop_recovery, order_recovery, receive_recovery, reverse_receipt
from subsidies.paying.results import write_results
from subsidies.paying.sheets import ANSWERS, NUMBER
from subsidies.queries.books import standings
from subsidies.queries.held import held
from targets.actions.refusals import Refused
from yuxi_eldercare.core.models.sealed import Sealed

from .attempts_grants import GRANTS, Attempt, funding, next_attempt
from .books_world import Books
from .histories import Diverged, Pair
from .oracle_grants import LEVELS, Claim, Grant, Grants


@dataclass
class GrantStage:
    """Lines and applications of one history in the database, in the order the oracle counts them."""

    books: Books
    lines: list[BudgetLine]
    applications: list[Application]
    lists: list[PaymentBatch] = field(default_factory=list)
    orders: list[PaymentOrder] = field(default_factory=list)
    claims: list[Recovery] = field(default_factory=list)
    receipts: list[Journal] = field(default_factory=list)

    def try_(self, attempt: Attempt) -> str:
        """Do it: "done" or "refused"."""
        try:
            getattr(self, attempt[0])(*attempt[1])
        except Refused:
            return "refused"
        return "done"

    def look(self) -> None:
        """See what there is now, in the order it was made."""
        mine = {"application__in": self.applications}
        self.orders = list(PaymentOrder.objects.filter(**mine).order_by("pk"))
        self.lists = list(
            PaymentBatch.objects.filter(pk__in={o.batch_id for o in self.orders}).order_by("pk")
        )
        self.claims = list(Recovery.objects.filter(**mine).order_by("pk"))
        came = Journal.objects.filter(kind=Journal.Kind.RECOVER, reverses=None, **mine)
        self.receipts = list(came.order_by("pk"))

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

    def send_back(self, number: int) -> None:
        return_with_reason(application=self.applications[number].pk, reason="随机", by=self.books.lead)

    def check_again(self, number: int) -> None:
        """Sent anew and checked twice, in one: that moves no money."""
        rows = Application.objects.filter(pk=self.applications[number].pk, state="returned")
        if not rows.update(state="city_checked", verified=F("claimed")):
            raise Refused.because("未退回")

    def make_list(self, numbers: list[int]) -> None:
        chosen = [self.applications[number].pk for number in numbers]
        make_batch(region=self.books.city, applications=chosen, by=self.books.cai)

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

    def undo_payment(self, place: int) -> None:
        reverse_payment(order=self.orders[place].pk, reason="随机", by=self.books.cai)

    def undo_receipt(self, place: int) -> None:
        reverse_receipt(journal=self.receipts[place].pk, reason="随机", by=self.books.cai)

    def drop_claim(self, place: int) -> None:
        drop_recovery(recovery=self.claims[place].pk, reason="随机", by=self.books.lead)

    def claim_back(self, number: int, fen: int) -> None:
        order_recovery(
            application=self.applications[number].pk,
            amount_fen=fen,
            reason="随机",
            due_on=timezone.localdate(),
            by=self.books.lead,
        )

    def receive(self, place: int, fen: int, voucher: str) -> None:
        receive_recovery(
            recovery=self.claims[place].pk,
            amount_fen=fen,
            on=timezone.localdate(),
            voucher=voucher,
            by=self.books.cai,
        )

    def differences(self, oracle: Grants) -> Iterator[str]:
        """Where the product stands elsewhere than the oracle."""
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
        yield from self._rows(oracle)

    def _rows(self, oracle: Grants) -> Iterator[str]:
        applications = [row.pk for row in self.applications]
        lines = [line.pk for line in self.lines]
        orders = [(o.application_id, o.line_id, o.amount_fen, o.state) for o in self.orders]
        expected = [(applications[o.grant], lines[o.line], o.fen, o.state) for o in oracle.orders]
        if orders != expected:
            yield f"orders: {orders}, expected {oracle.orders}"
        claims = [(c.application_id, c.amount_fen, c.received_fen, c.state) for c in self.claims]
        if claims != [(applications[c.grant], c.fen, c.received, _state(c)) for c in oracle.claims]:
            yield f"claims: {claims}, expected {oracle.claims}"
        receipts = [(row.recovery_id, row.voucher) for row in self.receipts]
        if receipts != [(self.claims[r.claim].pk, r.voucher) for r in oracle.receipts]:
            yield f"receipts: {receipts}, expected {oracle.receipts}"

    def verified(self) -> Iterator[str]:
        """What verifying finds about this history; others may lie beside it."""
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


def _state(claim: Claim) -> str:
    return "dropped" if claim.dropped else "open" if claim.open else "done"


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
        attempt = funding(random, number) if number < 6 else next_attempt(random, oracle)
        expected, became = _said(oracle, attempt), stage.try_(attempt)
        stage.look()
        _count(counts, told, attempt, became)
        if became != expected:
            raise Diverged(_told(seed, told, [f"expected {expected}"]))
    wrong = [*stage.differences(oracle), *stage.verified()]
    if wrong:
        raise Diverged(_told(seed, told, wrong))
    return counts


def play_grants_together(books: Books, seed: int, length: int, year: int, at_once: Pair) -> dict[str, int]:
    """Play a history of grants in which two people act at the same moment, after the budget and the approvals.

    One order of the two has to explain what became of them and where everything stands. Raises `Diverged`.
    """
    random = Random(seed)
    stage = make_grant_stage(books, year, random)
    oracle = Grants([Grant(row.total_fen or 0) for row in stage.applications])
    counts, told = dict[str, int](), list[str]()
    for number in range(6):
        attempt = funding(random, number)
        _said(oracle, attempt)
        stage.try_(attempt)
    for _ in range(length // 2):
        pair = next_attempt(random, oracle), next_attempt(random, oracle)
        if random.random() < 0.3:
            pair = pair[0], pair[0]  # the same button at two desks
        became = at_once(lambda one=pair[0]: stage.try_(one), lambda two=pair[1]: stage.try_(two))  # type: ignore[misc]
        stage.look()
        for attempt, word in zip(pair, became, strict=True):
            _count(counts, told, attempt, word)
        oracle = _explained(
            stage, oracle, pair, became, _told(seed, told, ["no order of the last two explains it"])
        )
    wrong = list(stage.verified())
    if wrong:
        raise Diverged(_told(seed, told, wrong))
    return counts


def _explained(
    stage: GrantStage, oracle: Grants, pair: tuple[Attempt, Attempt], became: tuple[str, str], history: str
) -> Grants:
    found: list[str] = []
    for order in ((0, 1), (1, 0)):
        after = deepcopy(oracle)
        said = {place: _said(after, pair[place]) for place in order}
        wrong = [] if (said[0], said[1]) == became else [f"{said} said"]
        wrong += stage.differences(after)
        if not wrong:
            return after
        found += wrong
    raise Diverged("\n".join([history, *found]))


def _said(oracle: Grants, attempt: Attempt) -> str:
    return str(getattr(oracle, attempt[0])(*attempt[1]))


def _count(counts: dict[str, int], told: list[str], attempt: Attempt, became: str) -> None:
    told.append(f"{attempt[0]}{attempt[1]} → {became}")
    word = f"{attempt[0]} {became}"
    counts[word] = counts.get(word, 0) + 1


def _told(seed: int, told: Sequence[str], wrong: Sequence[str]) -> str:
    return "\n".join([f"seed {seed} of grants", *told, *wrong])
