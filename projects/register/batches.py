"""Long lists in pieces that a database takes as parameters of one statement."""

from collections.abc import Iterator, Sequence
from typing import Final, TypeVar

CHUNK: Final = 500
T = TypeVar("T")


def chunks(values: Sequence[T]) -> Iterator[Sequence[T]]:
    """The values in pieces of `CHUNK`."""
    for start in range(0, len(values), CHUNK):
        yield values[start : start + CHUNK]
