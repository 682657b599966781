"""How an action of this app says no: every field with its sentence, or a sentence about the whole."""

from typing import Any

from django.core.exceptions import PermissionDenied

from yuxi_eldercare.core.models import User
from yuxi_eldercare.core.roles import can


class ActionRefused(ValueError):
    """Nothing was written. `problems` maps a field ("" for the whole) to the sentence with the remedy."""

    def __init__(self, problems: dict[str, str]) -> None:
        self.problems = problems
        super().__init__("".join(problems.values()))

    @classmethod
    def because(cls, sentence: str, field: str = "") -> "ActionRefused":
        """A refusal for one reason."""
        return cls({field: sentence})


def require(by: User, permission: str, **where: Any) -> None:
    """Raise `PermissionDenied` with the reason unless `by` may do it."""
    decision = can(by, permission, **where)
    if not decision:
        raise PermissionDenied(decision.reason)
