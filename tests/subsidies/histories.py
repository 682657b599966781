"""Random histories of the books, tried on the product and on the oracle side by side.

A history is made from its seed alone, so that a failure names all that is needed to see it again. It stands on budget
lines and applications of its own (`year` keeps those of different workers apart).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from random import Random
from typing import Any, Final

from django.utils import timezone

from subsidies.books.posting import Event, post, reverse
from subsidies.models import Application, BudgetLine, Journal
from subsidies.queries.books import standings
from subsidies.queries.held import held
from targets.actions.refusals import Refused

from .books_world import Books
from .oracle import TODAY, Op, Oracle

LINES, APPLICATIONS = 3, 3
# How often each kind is tried.
_WEIGHTS: Final = {
    "budget": 2,
    "arrive": 3,
    "commit": 7,
    "pay": 8,
    "recover": 5,
    "release": 3,
    "reverse": 2,
    "again": 2,
    "other": 1,
}
_OF_LINE: Final = frozenset({"budget", "arrive"})
# What mostly goes on with something that was tried before.
_FOLLOWS: Final = {"pay": "commit", "release": "commit", "recover": "pay"}
_FIELDS: Final = ("budget", "available", "committed", "settled", "arrived", "cash", "paid")


class Diverged(AssertionError):
    """The product and the oracle came to different ends; the text is the history."""


def operations(random: Random, length: int, posted: Callable[[], Mapping[str, Op]]) -> Iterator[Op]:
    """Things to try, after some money for each line. `posted`: what came to something so far.

    Reversals and replays also name what came to nothing.
    """
    tried: list[Op] = []
    for number in range(2 * LINES + length):
        if number < 2 * LINES:
            kind, most = ("budget", 400) if number < LINES else ("arrive", 200)
            amounts = ((number % LINES, random.randint(most // 2, most)),)
            op = Op(kind, f"k{number}", TODAY - 60 + number, amounts)
        else:
            kind = random.choices(list(_WEIGHTS), list(_WEIGHTS.values()))[0]
            op = _operation(random, kind, f"k{number}", tried, posted())
        tried.append(op)
        yield op


def _operation(random: Random, kind: str, key: str, tried: Sequence[Op], posted: Mapping[str, Op]) -> Op:
    # Mostly one after the other, now and then before what is there or tomorrow.
    latest = max(op.day for op in tried if op.day <= TODAY)
    later = min(latest + random.randint(0, 3), TODAY)
    day = random.choices([later, latest - random.randint(0, 20), TODAY + 1], [25, 5, 1])[0]
    if kind == "reverse":
        of = random.choice(tried)
        return Op("reverse", f"r:{of.key}", day, (), reverses=of.key)
    if kind in {"again", "other"}:
        of = random.choice(tried)
        if of.reverses:
            return of
        return of if kind == "again" else replace(of, amounts=_amounts(random, of.kind))
    earlier = [op for op in posted.values() if op.kind == _FOLLOWS.get(kind)]
    if earlier and random.random() < 0.9:
        of = random.choice(earlier[-3:])
        parts = tuple((line, random.choice([fen, random.randint(1, fen)])) for line, fen in of.amounts)
        return Op(kind, key, day, parts, of.application)
    application = None if kind in _OF_LINE else random.randrange(APPLICATIONS)
    return Op(kind, key, day, _amounts(random, kind), application)


def _amounts(random: Random, kind: str) -> tuple[tuple[int, int], ...]:
    of_line = kind in _OF_LINE
    lines = random.sample(range(LINES), 1 if of_line else random.choices([1, 2, 3], [6, 3, 1])[0])
    most = {"budget": 200, "arrive": 150}.get(kind, 60)
    sign = -1 if of_line and random.random() < 0.2 else 1
    return tuple((line, sign * random.choice([1, most, random.randint(1, most)])) for line in lines)


@dataclass
class Stage:
    """Lines and applications of one history in the database; the oracle calls them 0, 1, 2."""

    books: Books
    lines: list[BudgetLine]
    applications: list[Application]
    name: str
    seen: set[int] = field(default_factory=set)

    def on(self, day: int) -> date:
        """The date of a day's number."""
        return timezone.localdate() + timedelta(days=day - TODAY)

    def try_(self, op: Op) -> str:
        """Do it: "posted", "replayed" or "refused"."""
        try:
            journal = self._do(op)
        except Refused:
            return "refused"
        seen = journal.pk in self.seen
        self.seen.add(journal.pk)
        return "replayed" if seen else "posted"

    def _do(self, op: Op) -> Journal:
        if op.reverses:
            original = Journal.objects.get(key=self._key(op.reverses))
            return reverse(original, on=self.on(op.day), reason="随机", by=self.books.cai)
        event = Event(
            kind=op.kind,
            key=self._key(op.key),
            on=self.on(op.day),
            by=self.books.cai,
            application=None if op.application is None else self.applications[op.application],
            voucher="PZ" if op.kind == "pay" else "",
        )
        return post(event, {self.lines[line].pk: fen for line, fen in op.amounts})

    def _key(self, key: str) -> str:
        if key.startswith("r:"):
            return f"reverse:{Journal.objects.get(key=self._key(key[2:])).pk}"
        return f"{self.name}:{key}"

    def differences(self, oracle: Oracle, days: Sequence[int]) -> Iterator[str]:
        """Where the product stands elsewhere than the oracle."""
        for day in days:
            rows = BudgetLine.objects.filter(pk__in=[line.pk for line in self.lines])
            found = {one.line.pk: one.sums for one in standings(rows, self.on(day))}
            for number, line in enumerate(self.lines):
                expected = oracle.standing(number, day)
                stands = {name: getattr(found[line.pk], name) for name in _FIELDS}
                if stands != expected:
                    yield f"line {number} on day {day}: {stands}, expected {expected}"
        holds = held([row.pk for row in self.applications])
        numbers = {line.pk: number for number, line in enumerate(self.lines)}
        for number, row in enumerate(self.applications):
            for name, expected_of in oracle.holds(number).items():
                kept = {numbers[pk]: fen for pk, fen in getattr(holds[row.pk], name).items() if fen}
                if kept != {line: fen for line, fen in expected_of.items() if fen}:
                    yield f"application {number} {name}: {kept}, expected {expected_of}"
        for number, line in enumerate(self.lines):
            kept_balances = dict(line.balances.exclude(amount_fen=0).values_list("account", "amount_fen"))
            expected = oracle.standing(number, TODAY)
            for account in ("available", "committed", "settled", "cash", "paid"):
                if kept_balances.get(account, 0) != expected[account]:
                    yield f"line {number} keeps {account} as {kept_balances}, expected {expected}"


def make_stage(books: Books, name: str, year: int) -> Stage:
    """Fresh lines and applications."""
    places = (("province", books.city), ("city", books.city), ("county", books.red))
    lines = [books.line(level, region, year=year) for level, region in places]
    return Stage(books, lines, [books.application() for _ in range(APPLICATIONS)], name)


def play(stage: Stage, seed: int, length: int) -> dict[str, int]:
    """Play a history one thing after the other; counts what became of it. Raises `Diverged`."""
    random, oracle, counts, told = Random(seed), Oracle(), dict[str, int](), list[str]()
    for op in operations(random, length, lambda: oracle.posted):
        if op.reverses and op.reverses not in oracle.posted:
            continue  # there is nothing to reverse
        expected, became = oracle.tried(op), stage.try_(op)
        told.append(f"{op} → {became}")
        counts[became] = counts.get(became, 0) + 1
        if became != expected:
            raise Diverged(_history(seed, told, [f"expected {expected}"]))
    days = [TODAY, *(random.randint(TODAY - 60, TODAY) for _ in range(2))]
    wrong = list(stage.differences(oracle, days))
    if wrong:
        raise Diverged(_history(seed, told, wrong))
    return counts


Pair = Callable[[Callable[[], str], Callable[[], str]], tuple[str, str]]
"""Runs two attempts at the same moment and gives what became of each."""


def play_together(stage: Stage, seed: int, length: int, at_once: Pair) -> dict[str, int]:
    """Play a history in which things are tried two at a time: one order of the two has to explain what became of them.

    Raises `Diverged`.
    """
    random, oracle, counts, told = Random(seed), Oracle(), dict[str, int](), list[str]()
    ops = (op for op in operations(random, length, lambda: oracle.posted) if not op.reverses)
    for one, two in zip(ops, ops, strict=False):
        became = at_once(lambda op=one: stage.try_(op), lambda op=two: stage.try_(op))  # type: ignore[misc]
        told.append(f"{one} → {became[0]}  at the same moment  {two} → {became[1]}")
        after = _explained(oracle, (one, two), became)
        if after is None:
            raise Diverged(_history(seed, told, ["no order of the two explains it"]))
        oracle = after
        for word in became:
            counts[word] = counts.get(word, 0) + 1
    wrong = list(stage.differences(oracle, [TODAY]))
    if wrong:
        raise Diverged(_history(seed, told, wrong))
    return counts


def _explained(oracle: Oracle, ops: tuple[Op, Op], became: tuple[str, str]) -> Oracle | None:
    for order in ((0, 1), (1, 0)):
        attempt = oracle.copy()
        words: dict[int, Any] = {place: attempt.tried(ops[place]) for place in order}
        # Of two replays at the same moment each may have found the other's journal.
        if all((words[place] == "refused") == (became[place] == "refused") for place in (0, 1)):
            return attempt
    return None


def _history(seed: int, told: Sequence[str], wrong: Sequence[str]) -> str:
    return "\n".join([f"seed {seed}", *told, *wrong])
