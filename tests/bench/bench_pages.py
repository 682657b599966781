"""Pages at full size: statements, and CPU against rendering the same template from a ready context in the same run.

Each size of world has a process of its own on a temporary SQLite database; CPU time is the shortest of several turns.
A page is added to `PAGES`.
"""

import gzip
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .isolated import measured_apart, set_up, tell
from .timing import cpu, statements

ROUNDS = 7
RATIO_LIMIT = 3.0
STATEMENT_LIMIT = 20
# Compressed bytes of the document itself; scripts, styles and fonts of the frame come on top once.
SIZE_LIMIT = 300


@dataclass(frozen=True)
class Page:
    """A page to measure in a world of so many counties × indicators; `holds` stands in its answer.

    Without `ratio` its CPU is shown and held against nothing: a page of a few rows from many has little to render.
    """

    name: str
    world: tuple[int, int]
    path: str
    template: str
    holds: str
    ratio: bool = True


PAGES = (
    Page("matrix", (9, 100), "/matrix/?year=2025", "targets/matrix.html", "第99项养老服务设施覆盖率"),
    Page("matrix", (100, 100), "/matrix/?year=2025", "targets/matrix.html", "第100县"),
    Page("matrix, swapped", (100, 100), "/matrix/?year=2025&rows=regions", "targets/matrix.html", "第100县"),
    Page(
        "departments × plans",
        (9, 100),
        "/matrix/departments/?year=2025",
        "targets/matrix_departments.html",
        "市第11局",
        ratio=False,
    ),
    Page(
        "map", (9, 100), "/map/?indicator=indicator-007", "targets/indicator_map.html", "第9县", ratio=False
    ),
)


def run() -> list[dict[str, Any]]:
    """The measures of every page, world by world."""
    found: list[dict[str, Any]] = []
    for world in dict.fromkeys(page.world for page in PAGES):
        found += _in_own_process(world)
    return found


def _in_own_process(world: tuple[int, int]) -> list[dict[str, Any]]:
    return measured_apart("bench_pages", *map(str, world))


def inside(world: tuple[int, int]) -> list[dict[str, Any]]:
    """Make the world in this process's database and measure its pages."""
    set_up()
    from django.test.utils import setup_test_environment

    from .world_pages import make

    make(*world)
    setup_test_environment()  # answers carry the context they were rendered from
    client = _client()
    return [found for page in PAGES if page.world == world for found in _measure(page, client)]


def _client() -> Any:
    from django.test import Client

    from yuxi_eldercare.core.models import User

    client = Client(headers={"host": "localhost"})
    client.force_login(User.objects.create(username="bench", display_name="测"))
    return client


def _measure(page: Page, client: Any) -> list[dict[str, Any]]:
    answer = client.get(page.path)
    if answer.status_code != 200 or page.holds not in answer.content.decode():
        raise RuntimeError(f"{page.path} answered {answer.status_code} without {page.holds}")
    again = _rendering(page, answer)
    if again() != answer.content.decode():
        raise RuntimeError(f"{page.path}: the ready context does not give the same page")
    ours, other = cpu(lambda: client.get(page.path), again, rounds=ROUNDS)
    counties, indicators = page.world
    name = f"{page.name}, {counties} counties × {indicators} indicators"
    return [
        {
            "name": name,
            "unit": "ms CPU",
            "ours": ours,
            "reference": other,
            "ratio": ours / other,
            "limit": RATIO_LIMIT if page.ratio else None,
        },
        {
            "name": f"{name}, SQL statements",
            "statements": statements(lambda: client.get(page.path)),
            "limit": STATEMENT_LIMIT,
        },
        {
            "name": f"{name}, compressed",
            "unit": "kB",
            "ours": len(gzip.compress(answer.content)) / 1000,
            "limit": SIZE_LIMIT,
        },
    ]


def _rendering(page: Page, answer: Any) -> Callable[[], str]:
    """Renders the template from the context that the page was rendered from; nothing is read again."""
    from django.template import Context
    from django.template.loader import get_template

    ready = answer.context[0].flatten()
    template = get_template(page.template).template  # type: ignore[attr-defined]
    return lambda: str(template.render(Context(ready)))


if __name__ == "__main__":
    if len(sys.argv) == 3:
        tell(inside((int(sys.argv[1]), int(sys.argv[2]))))
    else:
        for measure in run():
            print(measure)
