"""What a person wants to change in a cell, and how two people's wishes for one cell are kept apart."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Literal

from targets.models import Entry
from yuxi_eldercare.core.models import User

from .figures import Figure

Answer = Literal["number", "empty", "na"]


@dataclass(frozen=True, kw_only=True)
class CellChange:
    """A change of one cell. None leaves a thing as it is; without `answer` the figure is left alone.

    `explanations` maps keys of soft rules to texts and is merged into what is there; an empty text removes.
    `explanation` is one text for whatever soft rules say of the figure; it takes the place of all others.
    """

    answer: Answer | None = None
    value: Decimal | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    na_reason: str | None = None
    note: str | None = None
    explanations: Mapping[str, str] | None = None
    explanation: str | None = None
    correction_reason: str | None = None


@dataclass(frozen=True)
class EntryChange:
    """One row of a bulk save: which entry, what, and the revision its author saw (None: whatever it is)."""

    entry_id: int
    change: CellChange
    expected_revision: int | None = None


class Conflict(Exception):
    """Somebody else changed the cell since it was read. Nothing was written; both values are here."""

    def __init__(self, entry: Entry, mine: CellChange, theirs: Figure) -> None:
        self.entry = entry
        self.mine = mine
        self.theirs = theirs
        self.theirs_by: User | None = entry.edited_by
        self.theirs_at: datetime | None = entry.edited_at
        super().__init__(f"entry {entry.pk} is at revision {entry.revision}")


class Conflicts(Exception):
    """Some rows of a bulk save were changed by others meanwhile: (place in the list, conflict) for each."""

    def __init__(self, conflicts: Sequence[tuple[int, Conflict]]) -> None:
        self.conflicts = list(conflicts)
        super().__init__(f"{len(self.conflicts)} conflicting entries")
