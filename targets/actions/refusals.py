"""How an action says no: all that is wrong at once, each with its place and the remedy."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """One thing to put right. `index` is the 0-based place in the list, `field` the field's name."""

    index: int | None
    field: str
    message: str


class Refused(Exception):
    """Nothing was written. `problems` holds every reason; the text is their sentences, one per line."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = list(problems)
        super().__init__("\n".join(problem.message for problem in self.problems))

    @classmethod
    def because(cls, message: str, field: str = "") -> "Refused":
        """A refusal of the whole call for one reason."""
        return cls([Problem(None, field, message)])


class NotAllowed(Refused):
    """The person may not do this; the message is the reason `can()` gave."""
