"""How work on many rows says where it stands while it runs: by phase, with counts."""

from collections.abc import Callable

Seen = Callable[[int], None]  # told how many rows of a phase are done
Watch = Callable[[str, int], Seen]  # told a phase and how many rows it has


def unseen(count: int) -> None:
    """Nobody looks on."""


def unwatched(phase: str, total: int) -> Seen:
    """Nobody looks on in any phase."""
    return unseen
