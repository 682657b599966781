"""Demonstration institutions: a plausible register of the nine counties with its history, and how it goes again.

Every name begins with （演示）. The codes are valid by their check digit and say DEMX where real ones have the
organisation's number. The history follows the plans: 护理型床位 grow from an eighth of the beds at the end of 2020
to about a third in 2023 and more than half in 2025.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from django.db import transaction
from django.db.models import QuerySet
from stdnum.cn import uscc

from projects.models import FormerCode, Institution, InstitutionVersion
from projects.register import Facts, Statement, record_statements
from yuxi_eldercare.core.models import Department, Region, User

from .logins import ACCOUNTS, OTHERS
from .removal import remove

_COUNTIES: Final = {"hongta": "530402", "yimen": "530425", **OTHERS}
# Beds of a county's own home; the others are sized after it.
_SIZES: Final = {
    "hongta": 320, "jiangchuan": 200, "chengjiang": 160, "tonghai": 210, "huaning": 150, "yimen": 140,
    "eshan": 130, "xinping": 180, "yuanjiang": 150,
}  # fmt: skip
_MARK: Final = "（演示）"


@dataclass(frozen=True)
class Step:
    """What an institution was like from a day on, and why it was stated."""

    since: date
    facts: Facts
    reason: str = ""


def seed_institutions(today: date) -> int:
    """Enter the demonstration register where there is none; returns how many institutions.

    Without all of the demonstration people (a name was taken by somebody else) nothing is written.
    """
    people = {user.username: user for user in User.objects.filter(is_demo=True, is_active=True)}
    missing = {account.username for account in ACCOUNTS} - set(people)
    if missing or Institution.objects.filter(is_demo=True).exists():
        return 0
    keepers = {row.key: row for row in Department.objects.filter(key__in=map(_bureau, _COUNTIES))}
    names = dict(Region.objects.filter(pk__in=_COUNTIES.values()).values_list("code", "short_name"))
    with transaction.atomic():
        for county, code in _COUNTIES.items():
            statements = [
                Statement(step.since, step.facts, keepers[_bureau(county)].pk, None, credit, step.reason)
                for credit, steps in _register(county, code, names[code])
                for step in steps
                if step.since <= today
            ]
            record_statements(statements=statements, by=people[_reporter(county)])
    return Institution.objects.filter(is_demo=True).count()


def _bureau(county: str) -> str:
    return f"{county}-civil-affairs"


def _reporter(county: str) -> str:
    return "qita" if county in OTHERS else county


def _register(county: str, code: str, name: str) -> Iterator[tuple[str, list[Step]]]:
    """The institutions of a county: credit code and history, the earliest first."""
    size = _SIZES[county]
    histories = [
        _central_home(county, code, name, size),
        _welfare_home(county, code, name, size),
        _private_home(county, code, name, size),
        _regional_centre(code, name, size),
        *_community(code, name),
        *_childcare(code, name, size),
    ]
    for number, steps in enumerate(histories, 1):
        yield _credit_code(code, number), steps


def _credit_code(county: str, number: int) -> str:
    body = f"52{county}DEMX{number:05}"
    return body + str(uscc.calc_check_digit(body))


def _central_home(county: str, code: str, name: str, size: int) -> list[Step]:
    """The county's own home: its beds are rebuilt for nursing; one was handed to a private operator."""
    begin = Facts(
        name=f"{_MARK}{name}中心敬老院",
        region=code,
        kind="eldercare",
        operation="public",
        address="演示路1号",
        beds=size,
        nursing_beds=size // 10,
        enrolled=size // 2,
        staff=size // 12,
        certified_staff=size // 24,
        demonstration=size >= 200,
        licence=f"演示-{code}-01",
    )
    rebuilt = replace(begin, nursing_beds=size * 35 // 100, staff=size // 9, certified_staff=size * 8 // 100)
    later = replace(rebuilt, nursing_beds=size * 62 // 100, staff=size // 7, certified_staff=size * 13 // 100)
    steps = [
        Step(date(2014, 3, 1), begin),
        Step(date(2022, 7, 1), rebuilt, "护理型床位改造一期完成"),
        Step(date(2025, 4, 1), later, "护理型床位改造二期完成"),
    ]
    if county == "jiangchuan":
        private = [Step(s.since, replace(s.facts, operation="public_private"), s.reason) for s in steps[1:]]
        converted = Step(date(2022, 1, 1), replace(begin, operation="public_private"), "改为公建民营")
        return [steps[0], converted, *private]
    return steps


def _welfare_home(county: str, code: str, name: str, size: int) -> list[Step]:
    """A welfare home; one of them moved."""
    beds = size * 6 // 10
    begin = Facts(
        name=f"{_MARK}{name}社会福利院",
        region=code,
        kind="eldercare",
        operation="public",
        address="演示路66号",
        beds=beds,
        nursing_beds=beds * 15 // 100,
        enrolled=beds * 55 // 100,
        staff=beds // 10,
        certified_staff=beds // 18,
        licence=f"演示-{code}-02",
    )
    grown = replace(begin, nursing_beds=beds * 55 // 100, staff=beds // 7, certified_staff=beds // 8)
    if county != "tonghai":
        return [Step(date(2016, 9, 1), begin), Step(date(2024, 9, 1), grown, "失能照护楼投用")]
    moved = replace(begin, address="演示新区2号")
    return [
        Step(date(2016, 9, 1), begin),
        Step(date(2023, 5, 18), moved, "整体搬迁至新址"),
        Step(date(2024, 9, 1), replace(grown, address=moved.address), "失能照护楼投用"),
    ]


def _private_home(county: str, code: str, name: str, size: int) -> list[Step]:
    """A private home opened after 2020; one closed again."""
    beds = size * 45 // 100
    facts = Facts(
        name=f"{_MARK}{name}福寿颐养院",
        region=code,
        kind="eldercare",
        operation="private",
        address="演示街18号",
        beds=beds,
        nursing_beds=beds * 55 // 100,
        enrolled=beds * 6 // 10,
        staff=beds // 6,
        certified_staff=beds // 7,
        licence=f"演示-{code}-03",
    )
    opened = date(2021, 3 + len(county) % 8, 15)
    if county == "huaning":
        empty = replace(facts, enrolled=0)
        return [
            Step(opened, facts),
            Step(date(2024, 6, 1), empty, "在住老人全部转至中心敬老院"),
            Step(date(2024, 6, 30), replace(empty, status="closed"), "租期届满，停止运营"),
        ]
    larger = replace(facts, nursing_beds=beds * 8 // 10, certified_staff=beds // 6)
    return [Step(opened, facts), Step(date(2025, 7, 1), larger, "增设失能照护区")]


def _regional_centre(code: str, name: str, size: int) -> list[Step]:
    """A 区域性养老服务中心 of the years of the plan."""
    facts = Facts(
        name=f"{_MARK}{name}区域性养老服务中心",
        region=code,
        kind="regional_centre",
        operation="public_private",
        address="演示大道9号",
        beds=size // 4,
        nursing_beds=size // 6,
        enrolled=size // 8,
        staff=size // 20,
        certified_staff=size // 22,
    )
    return [Step(date(2022 + int(code) % 3, 11, 1), facts)]


def _community(code: str, name: str) -> Iterator[list[Step]]:
    """What stands in communities and villages."""
    plain = Facts(
        name="", region=code, kind="community_centre", operation="public_private", staff=6, certified_staff=4
    )
    centre = replace(plain, name=f"{_MARK}{name}城关社区居家养老服务中心", address="演示巷3号", beds=10)
    day_care = replace(
        plain, name=f"{_MARK}{name}城关日间照料中心", kind="day_care", operation="public", address="演示巷5号", staff=3,
        certified_staff=1,
    )  # fmt: skip
    home = replace(
        day_care,
        name=f"{_MARK}{name}幸福村农村幸福院",
        kind="happiness_home",
        address="演示村",
        beds=12,
        staff=2,
    )
    yield [Step(date(2021, 10, 1), centre)]
    yield [
        Step(date(2018, 5, 1), day_care),
        Step(date(2023, 3, 1), replace(day_care, operation="public_private"), "委托社会组织运营"),
    ]
    yield [Step(date(2017, 8, 1), home)]


def _childcare(code: str, name: str, size: int) -> Iterator[list[Step]]:
    """A public and a private childcare institution, both of the years of the plan."""
    places = size // 2
    public = Facts(
        name=f"{_MARK}{name}示范托育中心",
        region=code,
        kind="childcare",
        operation="public",
        address="演示路10号",
        childcare_places=places,
        inclusive_places=places,
        enrolled=places * 6 // 10,
        staff=places // 5,
        certified_staff=places // 6,
        demonstration=True,
        filing=f"演示备案-{code}-1",
    )
    private = replace(
        public,
        name=f"{_MARK}{name}小苗托育园",
        operation="private",
        address="演示街7号",
        childcare_places=places * 8 // 10,
        inclusive_places=places * 4 // 10,
        enrolled=places * 4 // 10,
        staff=places // 7,
        certified_staff=places // 9,
        demonstration=False,
        filing=f"演示备案-{code}-2",
    )
    more = replace(private, inclusive_places=private.childcare_places)
    yield [Step(date(2022, 9, 1), public)]
    yield [Step(date(2020, 6, 1), private), Step(date(2024, 3, 1), more, "转为普惠托育")]


def remove_institutions(accounts: Iterable[User]) -> int:
    """Take the demonstration register away, and what demonstration people stated about real institutions."""
    made = InstitutionVersion.objects.filter(recorded_by__in=accounts, institution__is_demo=False)
    for institution in Institution.objects.filter(pk__in=made.values("institution")):
        _put_back(institution, {version.pk for version in made.filter(institution=institution)})
    _put_codes_back(FormerCode.objects.filter(corrected_by__in=accounts, institution__is_demo=False))
    return remove(Institution.objects.filter(is_demo=True))


def _put_codes_back(rows: QuerySet[FormerCode]) -> None:
    """Real institutions bear the codes again that demonstration people corrected, where nobody else did so since."""
    for row in rows.select_related("institution").order_by("-pk"):
        since = row.institution.former_codes.filter(pk__gt=row.pk).exists()
        if not since and not Institution.objects.filter(credit_code=row.code).exists():
            Institution.objects.filter(pk=row.institution_id).update(credit_code=row.code)
        row.delete()


def _put_back(institution: Institution, made: set[int]) -> None:
    """Versions that a removed one had replaced are in force again, where no later one speaks of their days."""
    rows = list(institution.versions.all())
    moments = {row.recorded_at for row in rows if row.pk in made}
    remove(institution.versions.filter(pk__in=made))
    left = [row for row in rows if row.pk not in made]
    standing = [row for row in left if row.superseded_at is None]
    for row in sorted(left, key=lambda row: row.recorded_at, reverse=True):
        if row.superseded_at in moments and not any(_overlap(row, other) for other in standing):
            row.superseded_at = None
            row.save(update_fields=["superseded_at"])
            standing.append(row)


def _overlap(one: InstitutionVersion, other: InstitutionVersion) -> bool:
    return one.since < (other.until or date.max) and other.since < (one.until or date.max)
