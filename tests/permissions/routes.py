"""Every address of the product, as the URL configuration has it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>|\(\?P<(\w+)>(?:[^()]|\([^()]*\))*\)")


@dataclass(frozen=True)
class Route:
    """One address: `key` is its row in the table (its name, or its pattern where it has none)."""

    key: str
    pattern: str

    @property
    def is_api(self) -> bool:
        """Whether machines call it."""
        return self.pattern.startswith("api/v1/")

    @property
    def parameters(self) -> list[str]:
        """Names of what stands in the address."""
        return [first or second for first, second in PARAMETER.findall(self.pattern)]

    def path(self, values: dict[str, Any]) -> str:
        """The address with its parameters filled in."""
        filled = PARAMETER.sub(lambda found: str(values[found[1] or found[2]]), self.pattern)
        return "/" + re.sub(r"[\^$]|/\?", lambda found: "/" if found[0] == "/?" else "", filled)


def routes() -> list[Route]:
    """All of them; of two names for one address the first counts."""
    found: dict[str, Route] = {}
    for pattern, name in _walk(get_resolver().url_patterns, ""):
        found.setdefault(pattern, Route(name or pattern, pattern))
    return list(found.values())


def _walk(patterns: list[Any], before: str) -> Iterator[tuple[str, str | None]]:
    for entry in patterns:
        if isinstance(entry, URLResolver):
            yield from _walk(entry.url_patterns, before + str(entry.pattern))
        elif isinstance(entry, URLPattern):
            yield before + str(entry.pattern), entry.name
