"""The public list in rows: institutions by name, people masked."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from subsidies.models import Application
from subsidies.queries.public import PublicFilter


@dataclass(frozen=True)
class PublicRow:
    """One grant as others read it; `people` are masked names where it was granted to people."""

    application: Application
    people: list[str]


def public_rows(rows: Iterable[Application]) -> Iterator[PublicRow]:
    """Rows of the list."""
    for row in rows:
        people = [person.name_masked for person in (*row.households.all(), *row.trainees.all())]
        yield PublicRow(row, people)


def filter_of(asked: QueryDict) -> PublicFilter:
    """What the address asks for; what makes no sense is left out."""
    year = asked.get("year", "")
    return PublicFilter(
        year=int(year) if year.isascii() and year.isdecimal() and len(year) == 4 and year > "1900" else None,
        county=asked.get("county", "")[:12],
        scheme=asked.get("scheme", "")[:40],
    )


def header() -> list[str]:
    """Headings of the exported list."""
    return [
        _("序号"),
        _("申请编号"),
        _("县（市、区）"),
        _("补助对象"),
        _("补助项目"),
        _("核定数量"),
        _("单位"),
        _("补助金额（元）"),
        _("批复日期"),
    ]


def export_rows(rows: Iterable[Application]) -> Iterator[list[Any]]:
    """One line per grant, the people behind it by masked names."""
    for number, row in enumerate(public_rows(rows), 1):
        one = row.application
        name = _("%(name)s：%(people)s") if row.people else "%(name)s"
        yield [
            number,
            one.number,
            one.county.short_name,
            name % {"name": one.name, "people": "、".join(row.people)},
            one.scheme.name,
            one.verified,
            one.scheme.get_unit_display(),
            Decimal(one.total_fen or 0).scaleb(-2),
            timezone.localdate(one.approved_at).isoformat() if one.approved_at else "",
        ]
