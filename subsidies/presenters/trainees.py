"""The ledger of trained people: what an address asks for, rows of the page and of the file."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from subsidies.models import Trainee
from subsidies.queries.households import WITHDRAWN
from subsidies.queries.trainees import TraineeFilter


def filter_of(query: QueryDict) -> TraineeFilter:
    """What an address asks for; what is unknown means all."""
    year = query.get("year", "")
    return TraineeFilter(
        county=query.get("county", "")[:12],
        year=int(year) if year.isascii() and year.isdecimal() and len(year) == 4 and year > "1900" else None,
        course=query.get("course", "").strip()[:80],
        state=WITHDRAWN if query.get("state") == WITHDRAWN else "",
    )


def named(rows: Sequence[Trainee], names: Mapping[int, str]) -> list[tuple[Trainee, str]]:
    """Rows with what their institutions are called now."""
    return [(row, names.get(row.institution_id or 0, "")) for row in rows]


def export_header() -> list[str]:
    """Titles of the file."""
    return [
        _("县（市、区）"), _("姓名"), _("身份证号"), _("联系电话"), _("培训课程"), _("培训日期"), _("证书编号"),
        _("所在机构"), _("补助申请"), _("登记单位"),
    ]  # fmt: skip


def export_rows(rows: Sequence[tuple[Trainee, str]]) -> Iterator[list[Any]]:
    """Rows of the file, the person masked."""
    for row, home in rows:
        yield [
            row.county.short_name,
            row.name_masked,
            row.id_masked,
            row.phone_masked,
            row.course,
            row.trained_on.isoformat(),
            row.certificate,
            home,
            row.application.number if row.application else "",
            row.department.short_name,
        ]
