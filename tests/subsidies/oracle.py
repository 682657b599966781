"""The books once more, slowly and in plain dicts: what may be posted, and what stands where on any day.

Nothing here is shared with the product: every amount is an entry (day, line, account, 分, application), and a rule is
asked of all days at once by adding everything up again.
"""

from dataclasses import dataclass, field
from itertools import product

TODAY = 1_000  # days are numbers; those after this one have not come yet


@dataclass(frozen=True)
class Op:
    """Something somebody tries: an event of a kind, or (`reverses`: a key) taking one back whole."""

    kind: str
    key: str
    day: int
    amounts: tuple[tuple[int, int], ...]  # (line, 分)
    application: int | None = None
    reverses: str = ""


@dataclass(frozen=True)
class Entry:
    """So much to or from an account."""

    day: int
    line: int
    account: str
    fen: int
    application: int | None


def entries_of(op: Op) -> list[Entry]:
    """What an event of each kind means, account by account."""
    found = []
    for line, fen in op.amounts:
        if op.kind == "budget":
            moves = [("available", fen)]
        elif op.kind == "arrive":
            moves = [("cash", fen)]
        elif op.kind == "commit":
            moves = [("available", -fen), ("committed", fen)]
        elif op.kind == "release":
            moves = [("available", fen), ("committed", -fen)]
        elif op.kind == "pay":
            moves = [("committed", -fen), ("settled", fen), ("cash", -fen), ("paid", fen)]
        else:
            moves = [("settled", -fen), ("available", fen), ("paid", -fen), ("cash", fen)]
        found += [Entry(op.day, line, account, amount, op.application) for account, amount in moves]
    return found


@dataclass
class Oracle:
    """What was posted, by key."""

    posted: dict[str, Op] = field(default_factory=dict)
    entries: list[Entry] = field(default_factory=list)

    def copy(self) -> "Oracle":
        return Oracle(dict(self.posted), list(self.entries))

    def tried(self, op: Op) -> str:
        """Take it in if it may be: "posted", "replayed" or "refused"."""
        if op.reverses:
            return self._reversed(op)
        if op.key in self.posted:
            known = self.posted[op.key]
            same = (known.kind, known.application, sorted(known.amounts)) == (
                op.kind,
                op.application,
                sorted(op.amounts),
            )
            return "replayed" if same else "refused"
        return self._taken(op, entries_of(op))

    def _reversed(self, op: Op) -> str:
        """Once, not before its day, and never a reversal itself."""
        original = self.posted[op.reverses]
        taken_back = any(other.reverses == op.reverses for other in self.posted.values())
        if taken_back or original.reverses or op.day < original.day:
            return "refused"
        back = [Entry(op.day, e.line, e.account, -e.fen, e.application) for e in entries_of(original)]
        return self._taken(op, back)

    def _taken(self, op: Op, new: list[Entry]) -> str:
        if op.day > TODAY or not self._right([*self.entries, *new]):
            return "refused"
        self.posted[op.key] = op
        self.entries += new
        return "posted"

    def _right(self, entries: list[Entry]) -> bool:
        """On every day, for every line: nothing below nothing, no more cash than budget, also of each application."""
        days = {e.day for e in entries}
        lines = {e.line for e in entries}
        applications = {e.application for e in entries}
        for day, line in product(days, lines):
            until = [e for e in entries if e.line == line and e.day <= day]
            stands = sums(until)
            if min(stands.values(), default=0) < 0:
                return False
            budget = sum(stands.get(a, 0) for a in ("available", "committed", "settled"))
            if stands.get("cash", 0) + stands.get("paid", 0) > budget:
                return False
            for application in applications - {None}:
                own = sums([e for e in until if e.application == application])
                if min(own.get(a, 0) for a in ("committed", "settled", "paid")) < 0:
                    return False
        return True

    def standing(self, line: int, day: int) -> dict[str, int]:
        """What stands on a line's accounts at the end of a day, in the names of the pages."""
        stands = sums([e for e in self.entries if e.line == line and e.day <= day])
        found = {a: stands.get(a, 0) for a in ("available", "committed", "settled", "cash", "paid")}
        found["budget"] = found["available"] + found["committed"] + found["settled"]
        found["arrived"] = found["cash"] + found["paid"]
        return found

    def holds(self, application: int) -> dict[str, dict[int, int]]:
        """What an application has committed and paid, by line."""
        found: dict[str, dict[int, int]] = {"committed": {}, "paid": {}}
        for e in self.entries:
            if e.application == application and e.account in found:
                of = found[e.account]
                of[e.line] = of.get(e.line, 0) + e.fen
        return found


def sums(entries: list[Entry]) -> dict[str, int]:
    """Account → 分."""
    found: dict[str, int] = {}
    for e in entries:
        found[e.account] = found.get(e.account, 0) + e.fen
    return found
