"""The ledger of adapted homes in words: the year's sentence, a line for each county, rows that leave as a file."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from subsidies.amounts import yuan
from subsidies.models import Household
from subsidies.queries.households import ACCEPTED, OPEN, WITHDRAWN, HouseholdFilter, Tally
from targets.presenters import words
from targets.queries.judged import Judged
from yuxi_eldercare.core.models import Region


@dataclass(frozen=True)
class CountyLine:
    """A region's year: what the ledger counts, what is demanded, what is missing, the light of what counts."""

    region: Region
    accepted: int
    under_way: int
    demanded: Decimal | None
    published: Decimal | None
    light: str
    word: str
    is_set: bool  # whether a target of the year stands anywhere: what has none was given no part of it

    @property
    def none(self) -> str:
        """The word where nothing is demanded."""
        return _("未分解") if self.is_set else _("没有目标")

    @property
    def missing(self) -> Decimal | None:
        """How many more have to be accepted; None where nothing is demanded."""
        return None if self.demanded is None else max(Decimal(0), self.demanded - self.accepted)


def county_lines(
    regions: Sequence[Region], counted: Mapping[str, Tally], stands: Mapping[str, Judged]
) -> list[CountyLine]:
    """A line for each region; a city's is the sum of its counties'."""
    lines = []
    for region in regions:
        own = [one for one in regions if one.parent_id == region.code] or [region]
        sums = [counted.get(one.code, Tally()) for one in own]
        stand = stands.get(region.code)
        lines.append(
            CountyLine(
                region,
                sum(one.accepted for one in sums),
                sum(one.under_way for one in sums),
                stand.milestone.value if stand else None,
                stand.actual if stand else None,
                stand.light if stand else "",
                words.state_word(stand.state, stand.light) if stand else "",
                bool(stands),
            )
        )
    return lines


def sentence(year: int, line: CountyLine) -> str:
    """What the year comes to, for the widest region on the page."""
    said: dict[str, Any] = {
        "region": line.region.short_name,
        "year": year,
        "accepted": line.accepted,
        "under_way": line.under_way,
        "demanded": _whole(line.demanded),
        "missing": _whole(line.missing),
    }
    if line.demanded is None:
        if line.is_set:
            text = _(
                "%(region)s%(year)s年已验收%(accepted)s户，正在改造%(under_way)s户；目标没有分解到本地区。"
            )
            return text % said
        text = _(
            "%(region)s%(year)s年已验收%(accepted)s户，正在改造%(under_way)s户；各文件没有规定这一年的目标。"
        )
        return text % said
    if not line.missing:
        text = _(
            "%(region)s%(year)s年已验收%(accepted)s户，达到目标%(demanded)s户；正在改造%(under_way)s户。"
        )
        return text % said
    text = _(
        "%(region)s%(year)s年已验收%(accepted)s户，目标%(demanded)s户，还差%(missing)s户；正在改造%(under_way)s户。"
    )
    return text % said


def _whole(number: Decimal | None) -> str:
    return "" if number is None else f"{number.normalize():f}"


def filter_of(query: QueryDict) -> HouseholdFilter:
    """What an address asks for; what is unknown means all."""
    year, state, group = query.get("year", ""), query.get("state", ""), query.get("group", "")
    return HouseholdFilter(
        county=query.get("county", "")[:12],
        year=int(year) if year.isascii() and year.isdecimal() and len(year) == 4 and year > "1900" else None,
        state=state if state in (OPEN, ACCEPTED, WITHDRAWN) else "",
        group=group if group in Household.Group.values else "",
    )


def states() -> list[tuple[str, str]]:
    """The states a list is narrowed to."""
    return [(OPEN, _("正在改造")), (ACCEPTED, _("已验收")), (WITHDRAWN, _("已撤销"))]


def state_of(row: Household) -> str:
    """Where a household stands."""
    if row.withdrawn_at is not None:
        return _("已撤销")
    return _("已验收") if row.accepted_on else _("正在改造")


def export_header() -> list[str]:
    """Titles of the file."""
    return [
        _("县（市、区）"), _("乡镇（街道）"), _("姓名"), _("身份证号"), _("联系电话"), _("家庭类别"), _("老人情况"),
        _("状态"), _("验收日期"), _("改造内容"), _("改造金额（元）"), _("补助申请"), _("登记单位"),
    ]  # fmt: skip


def export_rows(rows: Iterable[Household]) -> Iterator[list[Any]]:
    """Rows of the file, the person masked."""
    for row in rows:
        yield [
            row.county.short_name,
            row.township.short_name if row.township else "",
            row.name_masked,
            row.id_masked,
            row.phone_masked,
            row.get_group_display(),
            row.get_need_display(),
            state_of(row),
            row.accepted_on.isoformat() if row.accepted_on else "",
            row.works,
            None if row.cost_fen is None else Decimal(yuan(row.cost_fen)),
            row.application.number if row.application else "",
            row.department.short_name,
        ]
