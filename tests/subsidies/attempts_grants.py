"""What people might try next with grants, from a seed and from where the oracle stands: mostly what may go well."""

from collections.abc import Callable, Sequence
from random import Random
from typing import Any, Final

from .oracle_grants import Grants

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
    "send_back": 1,
    "check_again": 1,
    "undo_payment": 1,
    "undo_receipt": 1,
    "drop_claim": 1,
}
# What has to come before.
_FIRST: Final = {
    "undo_receipt": "receive",
    "receive": "claim_back",
    "drop_claim": "claim_back",
    "claim_back": "result",
    "undo_payment": "result",
    "result": "send",
    "drop": "send",
    "send": "make_list",
    "make_list": "approve",
}
Attempt = tuple[str, tuple[Any, ...]]
"""What the stage and the oracle both can do, and with what."""


def funding(random: Random, number: int) -> Attempt:
    """The first six: a budget for each line, and money that arrived."""
    method, most = (("change_budget", 500), ("arrive", 250))[number // 3]
    return method, (number % 3, random.randint(most // 2, most))


def _rows(oracle: Grants, kind: str) -> Sequence[Any]:
    """What a thing of this kind is tried on."""
    return {
        "undo_receipt": oracle.receipts,
        "receive": oracle.claims,
        "drop_claim": oracle.claims,
        "result": oracle.orders,
        "undo_payment": oracle.orders,
        "drop": oracle.orders,
        "send": oracle.lists,
    }.get(kind, oracle.grants)


def _promising(oracle: Grants, kind: str) -> bool:
    if kind == "undo_receipt":
        return any(not row.taken_back for row in oracle.receipts)
    if kind in {"receive", "drop_claim"}:
        return any(row.open for row in oracle.claims)
    if kind in {"claim_back", "undo_payment"}:
        return any(sum(row.paid.values()) for row in oracle.grants)
    if kind in {"result", "drop"}:
        return any(row.state == "waiting" and row.left for row in oracle.orders)
    if kind == "send":
        return any(not row.sent for row in oracle.lists)
    return any(row.state == "approved" and any(row.waiting.values()) for row in oracle.grants)


def next_attempt(random: Random, oracle: Grants) -> Attempt:
    """Something to try now."""
    kind = random.choices(list(_WEIGHTS), list(_WEIGHTS.values()))[0]
    while kind in _FIRST and not _promising(oracle, kind):
        # Mostly what has to come before it; now and then what cannot be, where there is something to name.
        if _rows(oracle, kind) and random.random() < 0.3:
            break
        kind = _FIRST[kind]

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
    if kind == "result" and random.random() < 0.2:
        return kind, (one_of(oracle.orders, lambda row: row.left and row.state != "waiting"), "paid")
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
    if kind == "undo_payment":
        return kind, (one_of(oracle.orders, lambda row: row.state == "paid"),)
    if kind == "undo_receipt":
        return kind, (one_of(oracle.receipts, lambda row: not row.taken_back),)
    if kind == "drop_claim":
        return kind, (one_of(oracle.claims, lambda row: row.open),)
    state = {"approve": "city_checked", "send_back": "city_checked", "check_again": "returned"}.get(
        kind, "approved"
    )
    return kind, (one_of(oracle.grants, lambda row: row.state == state),)
