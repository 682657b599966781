"""A province's register of institutions in the database, and what its list costs: run in a process of its own."""

import random
import time
from datetime import date
from typing import Any

from .isolated import measured_apart, tell

COUNTIES, INSTITUTIONS = 100, 50_000
CPU_LIMIT, STATEMENT_LIMIT = 150, 15
ROUNDS = 5
PATHS = {
    "first page": "/institutions/",
    "last page": "/institutions/?page=1000",
    "filtered by kind, text and day": "/institutions/?kind=eldercare&text=9号&as_of=2021-12-31&status=all",
}


def measured() -> list[dict[str, Any]]:
    """The measures, from another process with a database that goes again."""
    return measured_apart("world_register")


def inside() -> list[dict[str, Any]]:
    """Make the register in this process's database and measure its list."""
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    settings.DEBUG = False  # a debug connection keeps a log of statements
    settings.ALLOWED_HOSTS = ["*"]
    call_command("migrate", verbosity=0)
    _make()
    client = _client()
    return [found for name, path in PATHS.items() for found in _page(client, name, path)]


def _make() -> None:
    """Institutions with two versions each."""
    from django.utils import timezone

    from projects.models import Institution, InstitutionVersion
    from yuxi_eldercare.core.models import Department, Region

    chance = random.Random(20261121)
    city = Region.objects.create(code="540000", name="市", short_name="市", level="city")
    counties = [
        Region.objects.create(
            code=str(540001 + n), name=f"县{n}", short_name=f"县{n}", level="county", parent=city, position=n
        )
        for n in range(COUNTIES)
    ]
    units = [
        Department.objects.create(
            key=f"unit-{n}", name=f"局{n}", short_name=f"局{n}", kind="department", region=county
        )
        for n, county in enumerate(counties)
    ]
    rows = Institution.objects.bulk_create(
        [Institution(keeper=units[n % COUNTIES]) for n in range(INSTITUTIONS)], batch_size=500
    )
    kinds, operations = InstitutionVersion.Kind.values, InstitutionVersion.Operation.values
    days = ((date(2019, 1, 1), date(2022, 1, 1)), (date(2022, 1, 1), None))
    versions = [
        InstitutionVersion(
            institution=row,
            since=since,
            until=until,
            name=f"机构{chance.randrange(10**6)}",
            region=counties[n % COUNTIES],
            county=counties[n % COUNTIES],
            address=f"路{n}号",
            kind=chance.choice(kinds),
            operation=chance.choice(operations),
            beds=n % 300,
            nursing_beds=n % 300 // 2,
            staff=10,
            certified_staff=5,
            recorded_at=timezone.now(),
        )
        for n, row in enumerate(rows)
        for since, until in days
    ]
    InstitutionVersion.objects.bulk_create(versions, batch_size=500)


def _client() -> Any:
    from django.test import Client

    from yuxi_eldercare.core.models import Membership, Region, User

    user = User.objects.create(username="bench", display_name="测")
    city = Region.objects.get(level="city")
    Membership.objects.create(user=user, role="leader", region=city, valid_from=date(2020, 1, 1))
    client = Client()
    client.force_login(user)
    return client


def _page(client: Any, name: str, path: str) -> list[dict[str, Any]]:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    times = []
    for _ in range(ROUNDS):
        start = time.process_time()
        answer = client.get(path)
        times.append((time.process_time() - start) * 1000)
        if answer.status_code != 200 or "机构名册" not in answer.content.decode():
            raise RuntimeError(f"{path} answered {answer.status_code}")
    with CaptureQueriesContext(connection) as captured:
        client.get(path)
    title = f"list of {INSTITUTIONS:,} institutions, {name}"
    return [
        {"name": title, "unit": "ms CPU", "ours": min(times), "limit": CPU_LIMIT},
        {"name": f"{title}, SQL statements", "statements": len(captured), "limit": STATEMENT_LIMIT},
    ]


if __name__ == "__main__":
    tell(inside())
