"""What became of the records of a text in its next version. The findings and the page both say what stands here.

A `Change` is about one record: it has a fate and, when both texts have the record, the fields that differ,
each with what either text says and where.
"""

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, Protocol, TypeVar

from .snapshot import DocumentInfo, Place, Snapshot
from .wording import listed

Side = tuple[Place, ...]


class Record(Protocol):
    """A record of a text."""

    @property
    def key(self) -> str:
        """Its permanent key."""

    @property
    def document(self) -> str:
        """The code of its text."""

    @property
    def sources(self) -> Side:
        """Where the text states it."""


R = TypeVar("R", bound=Record)


class Fate(StrEnum):
    """What became of a record, what matters most first."""

    CHANGED = "changed"
    DROPPED = "dropped"
    ADDED = "added"
    MERGED = "merged"  # gone, and another of the later text holds much of it
    SPLIT = "split"  # new, and holds much of one that stays
    REWORDED = "reworded"  # only its name or heading is another
    RENUMBERED = "renumbered"  # only its number is another
    SAME = "same"


CALLED = {
    "draft": "征求意见稿",
    "next_draft": "后一稿",
    "issued": "印发稿",
    "earlier": "原文件",
    "later": "新文件",
}
# Fields that say nothing about what is wanted.
NAMES, NUMBERS = frozenset({"name", "title"}), frozenset({"number"})


@dataclass(frozen=True)
class Difference:
    """One field that differs. Of a field that holds several things, `gone` and `come` are those of one text.

    `sides` are the places where the earlier and the later text say it.
    """

    field: str
    old: str
    new: str
    sides: tuple[Side, Side]
    gone: tuple[str, ...] = ()
    come: tuple[str, ...] = ()
    altered: tuple[str, ...] = ()  # in both texts, and not the same

    @property
    def listed(self) -> bool:
        """Whether it is about several things."""
        return bool(self.gone or self.come or self.altered)


@dataclass(frozen=True)
class Change(Generic[R]):
    """What became of one record; `kin` is the record it was merged into or split from."""

    fate: Fate
    before: R | None
    after: R | None
    differences: tuple[Difference, ...] = ()
    kin: R | None = None

    @property
    def record(self) -> R:
        """The record as the latest text has it."""
        found = self.after or self.before
        assert found is not None
        return found

    @property
    def keys(self) -> tuple[str, ...]:
        """Keys of the record in either text."""
        return tuple(record.key for record in (self.before, self.after) if record is not None)


@dataclass(frozen=True)
class Versions:
    """Two versions of one plan's text, the earlier first."""

    old: DocumentInfo
    new: DocumentInfo

    @property
    def standing(self) -> tuple[str, str]:
        """What the earlier and the later one are: keys of `CALLED`."""
        if self.new.draft:
            return "draft", "next_draft"
        return ("draft", "issued") if self.old.draft else ("earlier", "later")

    @property
    def old_called(self) -> str:
        """How sentences call the earlier one."""
        return CALLED[self.standing[0]]

    @property
    def new_called(self) -> str:
        """How sentences call the later one."""
        return CALLED[self.standing[1]]

    def of(self, rows: Sequence[R]) -> tuple[list[R], list[R]]:
        """The records of the earlier and of the later text."""
        old = [row for row in rows if row.document == self.old.code]
        return old, [row for row in rows if row.document == self.new.code]


def versions(snapshot: Snapshot) -> list[Versions]:
    """Every text with the one it supersedes."""
    return [Versions(old, new) for old, new in snapshot.drafts()]


def paired(
    old: Sequence[R], new: Sequence[R], closeness: Callable[[R, R], float], least: float
) -> list[tuple[R, R]]:
    """Which record of the later text is which of the earlier: the closest first, each used once.

    Pairs that are less close than `least` are none. In the order of the earlier text.
    """
    scored = sorted(
        ((closeness(before, after), before, after) for before in old for after in new),
        key=lambda row: (-row[0], row[1].key, row[2].key),
    )
    pairs: dict[str, R] = {}
    taken: set[str] = set()
    for score, before, after in scored:
        if score < least:
            break
        if before.key not in pairs and after.key not in taken:
            pairs[before.key] = after
            taken.add(after.key)
    return [(before, pairs[before.key]) for before in old if before.key in pairs]


def changes_of(
    old: Sequence[R],
    new: Sequence[R],
    pairs: Sequence[tuple[R, R]],
    differences: Callable[[R, R], Iterable[Difference]],
) -> list[Change[R]]:
    """What became of every record: of the earlier text in its order, then those that only the later has."""
    partner = {before.key: after for before, after in pairs}
    found: list[Change[R]] = []
    for before in old:
        after = partner.get(before.key)
        if after is None:
            found.append(Change(Fate.DROPPED, before, None))
        else:
            rows = tuple(differences(before, after))
            found.append(Change(_fate(rows), before, after, rows))
    kept = {after.key for after in partner.values()}
    return found + [Change(Fate.ADDED, None, after) for after in new if after.key not in kept]


def _fate(rows: Sequence[Difference]) -> Fate:
    fields = {row.field for row in rows}
    if not fields:
        return Fate.SAME
    if fields <= NUMBERS:
        return Fate.RENUMBERED
    return Fate.REWORDED if fields <= NAMES | NUMBERS else Fate.CHANGED


def several(
    field: str, old: dict[Hashable, str], new: dict[Hashable, str], sides: tuple[Side, Side]
) -> Difference | None:
    """How a field that holds several things differs, by what they are; None when it does not."""
    gone = tuple(name for what, name in old.items() if what not in new)
    come = tuple(name for what, name in new.items() if what not in old)
    if not gone and not come:
        return None
    return Difference(field, listed(old.values()), listed(new.values()), sides, gone, come)
