"""What becomes of grants, slowly and in plain dicts: approved, listed, paid or not, got back, withdrawn.

Nothing here is shared with the product. An attempt says "done" or "refused" and keeps the state itself; all of it
happens today, so that only sums count.
"""

from dataclasses import dataclass, field
from fractions import Fraction

LEVELS = ("province", "city", "county")  # line 0, 1, 2
WEIGHTS = (5, 3, 2)


@dataclass
class Grant:
    """An application: what each line has waiting, paid and ever got back of it."""

    total: int
    state: str = "city_checked"
    waiting: dict[int, int] = field(default_factory=dict)
    paid: dict[int, int] = field(default_factory=dict)
    came_back: int = 0


@dataclass
class Order:
    """So much of a line to a grant."""

    grant: int
    line: int
    fen: int
    state: str = "waiting"
    left: bool = False  # it was waiting when its list was sent: the bank may have paid it
    taken_back: bool = False


@dataclass
class Listed:
    """A payment list."""

    orders: list[int]
    sent: bool = False


@dataclass
class Claim:
    """What a grant is to give back."""

    grant: int
    fen: int
    received: int = 0
    dropped: bool = False

    @property
    def open(self) -> bool:
        return not self.dropped and self.received < self.fen


@dataclass
class Receipt:
    """What came for a claim by a voucher, line by line."""

    claim: int
    voucher: str
    parts: dict[int, int]
    taken_back: bool = False


def parts_of(total: int, weights: dict[int, int]) -> dict[int, int]:
    """Largest remainders by exact fractions; equal ones in the order of the lines."""
    whole = sum(weights.values())
    exact = {line: Fraction(total * weight, whole) for line, weight in weights.items()}
    parts = {line: int(share) for line, share in exact.items()}
    for line in sorted(exact, key=lambda line: (parts[line] - exact[line], line))[
        : total - sum(parts.values())
    ]:
        parts[line] += 1
    return parts


@dataclass
class Grants:
    """Three lines, one of each level, and the grants they pay."""

    grants: list[Grant]
    budget: list[int] = field(default_factory=lambda: [0, 0, 0])
    arrived: list[int] = field(default_factory=lambda: [0, 0, 0])
    orders: list[Order] = field(default_factory=list)
    lists: list[Listed] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)
    receipts: list[Receipt] = field(default_factory=list)

    def committed(self, line: int) -> int:
        return sum(grant.waiting.get(line, 0) for grant in self.grants)

    def paid(self, line: int) -> int:
        return sum(grant.paid.get(line, 0) for grant in self.grants)

    def available(self, line: int) -> int:
        return self.budget[line] - self.committed(line) - self.paid(line)

    def cash(self, line: int) -> int:
        return self.arrived[line] - self.paid(line)

    def reserved(self, line: int) -> int:
        return sum(o.fen for o in self.orders if o.line == line and o.state == "waiting")

    def change_budget(self, line: int, fen: int) -> str:
        if fen == 0 or self.available(line) + fen < 0 or self.budget[line] + fen < self.arrived[line]:
            return "refused"
        self.budget[line] += fen
        return "done"

    def arrive(self, line: int, fen: int) -> str:
        if fen == 0 or self.arrived[line] + fen > self.budget[line]:
            return "refused"
        if fen < 0 and self.cash(line) - self.reserved(line) + fen < 0:
            return "refused"
        self.arrived[line] += fen
        return "done"

    def approve(self, number: int) -> str:
        grant = self.grants[number]
        parts = parts_of(grant.total, dict(enumerate(WEIGHTS)))
        if grant.state != "city_checked" or any(self.available(line) < fen for line, fen in parts.items()):
            return "refused"
        grant.state = "approved"
        grant.waiting = {line: fen for line, fen in parts.items() if fen}
        return "done"

    def send_back(self, number: int) -> str:
        if self.grants[number].state != "city_checked":
            return "refused"
        self.grants[number].state = "returned"
        return "done"

    def check_again(self, number: int) -> str:
        if self.grants[number].state != "returned":
            return "refused"
        self.grants[number].state = "city_checked"
        return "done"

    def withdraw(self, number: int) -> str:
        grant = self.grants[number]
        listed = any(o.grant == number and o.state == "waiting" for o in self.orders)
        if grant.state != "approved" or listed or any(grant.paid.values()):
            return "refused"
        grant.state, grant.waiting = "withdrawn", {}
        return "done"

    def make_list(self, numbers: list[int]) -> str:
        if any(self.grants[number].state != "approved" for number in numbers):
            return "refused"
        made = []
        for number in sorted(numbers):
            for line, fen in sorted(self.grants[number].waiting.items()):
                listed = any(
                    o.grant == number and o.line == line and o.state == "waiting"
                    for o in [*self.orders, *made]
                )
                taken = sum(o.fen for o in made if o.line == line)
                if fen and not listed and fen <= self.cash(line) - self.reserved(line) - taken:
                    made.append(Order(number, line, fen))
        if not made:
            return "refused"
        self.lists.append(Listed(list(range(len(self.orders), len(self.orders) + len(made)))))
        self.orders += made
        return "done"

    def send(self, number: int) -> str:
        listed = self.lists[number]
        if listed.sent or not any(self.orders[place].state == "waiting" for place in listed.orders):
            return "refused"
        listed.sent = True
        for place in listed.orders:
            self.orders[place].left = self.orders[place].state == "waiting"
        return "done"

    def drop(self, place: int) -> str:
        if self.orders[place].state != "waiting":
            return "refused"
        self.orders[place].state = "dropped"
        return "done"

    def result(self, place: int, became: str) -> str:
        """The same result again changes nothing and is no mistake; a success may come after all."""
        order = self.orders[place]
        sent = next(listed.sent for listed in self.lists if place in listed.orders)
        if sent and order.state == became:
            return "done"
        if not sent or not (order.state == "waiting" or self.late(place, became)):
            return "refused"
        if became == "paid":
            grant = self.grants[order.grant]
            if min(grant.waiting.get(order.line, 0), self.cash(order.line)) < order.fen:
                return "refused"
            grant.waiting[order.line] -= order.fen
            grant.paid[order.line] = grant.paid.get(order.line, 0) + order.fen
            if not any(grant.waiting.values()):
                grant.state = "paid"
        order.state = became
        return "done"

    def late(self, place: int, became: str) -> bool:
        """Whether a success may still be said of an order given up, while no other order has its amount."""
        order = self.orders[place]
        others = [o for o in self.orders if o is not order and (o.grant, o.line) == (order.grant, order.line)]
        given_up = order.state in {"failed", "dropped"} and order.left and not order.taken_back
        return became == "paid" and given_up and not any(o.state in {"waiting", "paid"} for o in others)

    def undo_payment(self, place: int) -> str:
        """The money is committed and there again; not while some of it is asked back."""
        order = self.orders[place]
        asked_back = any(c.grant == order.grant and not c.dropped for c in self.claims)
        grant = self.grants[order.grant]
        if order.state != "paid" or asked_back or grant.paid[order.line] < order.fen:
            return "refused"
        grant.paid[order.line] -= order.fen
        grant.waiting[order.line] += order.fen
        grant.state = "approved"
        order.state, order.taken_back = "failed", True
        return "done"

    def claim_back(self, number: int, fen: int) -> str:
        grant = self.grants[number]
        still_open = [c for c in self.claims if c.grant == number and c.open]
        wanted = sum(c.fen - c.received for c in still_open)
        again = any(c.fen == fen for c in still_open)
        if again or not 0 < fen <= sum(grant.paid.values()) - wanted:
            return "refused"
        self.claims.append(Claim(number, fen))
        return "done"

    def drop_claim(self, place: int) -> str:
        if not self.claims[place].open:
            return "refused"
        self.claims[place].dropped = True
        return "done"

    def receive(self, place: int, fen: int, voucher: str) -> str:
        """The same voucher again changes nothing and is no mistake; with another amount it is one."""
        claim = self.claims[place]
        for known in self.receipts:
            if (known.claim, known.voucher, known.taken_back) == (place, voucher, False):
                return "done" if sum(known.parts.values()) == fen else "refused"
        if not claim.open or not 0 < fen <= claim.fen - claim.received:
            return "refused"
        grant = self.grants[claim.grant]
        parts = parts_of(fen, {line: paid for line, paid in sorted(grant.paid.items()) if paid})
        self._came(claim, parts, 1)
        self.receipts.append(Receipt(place, voucher, {line: part for line, part in parts.items() if part}))
        return "done"

    def undo_receipt(self, place: int) -> str:
        """What came is still to come then; refused where it was granted or paid to somebody else meanwhile."""
        receipt = self.receipts[place]
        short = any(min(self.available(line), self.cash(line)) < fen for line, fen in receipt.parts.items())
        if receipt.taken_back or short:
            return "refused"
        receipt.taken_back = True
        self._came(self.claims[receipt.claim], receipt.parts, -1)
        return "done"

    def _came(self, claim: Claim, parts: dict[int, int], sign: int) -> None:
        grant = self.grants[claim.grant]
        for line, part in parts.items():
            grant.paid[line] -= sign * part
            grant.came_back += sign * part
            claim.received += sign * part
