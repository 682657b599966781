"""The register of institutions: what is refused, and what a statement does to the history by date."""

import itertools
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from projects.models import Institution, InstitutionVersion
from projects.register import Facts, Statement, close_institution, record_statements
from projects.register.facts import _LONGEST
from projects.register.history import Span, after, plan
from targets.actions.refusals import NotAllowed, Refused
from tests.worlds import RED, WHITE, make_user, make_world
from yuxi_eldercare.core.models import AuditEvent, Department, Region, User

CODE, OTHER_CODE = "91530400MA6K3L5X77", "12530402MB0X123453"
FACTS = Facts(
    name="演示养老院", region=RED, kind="eldercare", operation="public", beds=100, nursing_beds=40, staff=20
)
DAY = date(2022, 3, 1)


class Keepers:
    """红河区民政局 with its reporter, and somebody of another county."""

    def __init__(self) -> None:
        world = make_world()
        red, white = world.counties[RED], world.counties[WHITE]
        self.unit = Department.objects.create(
            key="red-mz", name="红河区民政局", short_name="区民政局", kind="department", region=red
        )
        self.other = Department.objects.create(
            key="white-mz", name="白水县民政局", short_name="县民政局", kind="department", region=white
        )
        self.hong = make_user("hong", "reporter", red, self.unit)
        self.bai = make_user("bai", "reporter", white, self.other)

    def state(self, since: date = DAY, *, by: User | None = None, **fields: Any) -> Institution:
        """Put one statement into the register; facts and the statement's own fields by name."""
        own = {name: fields.pop(name) for name in list(fields) if name in Statement.__dataclass_fields__}
        facts = replace(FACTS, **fields)
        statement = Statement(since, facts, **{"keeper": self.unit.pk, **own})
        change = record_statements(statements=[statement], by=by or self.hong)[0]
        return Institution.objects.get(pk=change.institution)


@pytest.fixture
def keepers(db: None) -> Keepers:
    return Keepers()


def on(institution: Institution, day: date) -> InstitutionVersion | None:
    """What the register says was so on a day."""
    rows = institution.versions.filter(superseded_at=None, since__lte=day)
    return rows.exclude(until__lte=day).first()


def beds(institution: Institution) -> list[tuple[date, date | None, int]]:
    rows = institution.versions.filter(superseded_at=None).order_by("since")
    return list(rows.values_list("since", "until", "beds"))


def test_the_register_answers_for_a_day(keepers: Keepers) -> None:
    home = keepers.state(credit_code=CODE)
    keepers.state(date(2023, 6, 1), credit_code=CODE, beds=150, nursing_beds=90)
    assert on(home, date(2022, 2, 28)) is None
    assert (on(home, date(2022, 12, 31)).beds, on(home, date(2023, 12, 31)).beds) == (100, 150)  # type: ignore[union-attr]
    assert Institution.objects.count() == 1


def test_a_statement_between_two_others_holds_until_the_next(keepers: Keepers) -> None:
    home = keepers.state(credit_code=CODE)
    keepers.state(date(2024, 1, 1), credit_code=CODE, beds=200)
    keepers.state(date(2023, 1, 1), credit_code=CODE, beds=150)
    assert beds(home) == [
        (DAY, date(2023, 1, 1), 100),
        (date(2023, 1, 1), date(2024, 1, 1), 150),
        (date(2024, 1, 1), None, 200),
    ]


def test_an_earlier_opening_holds_until_what_was_known(keepers: Keepers) -> None:
    home = keepers.state(credit_code=CODE)
    keepers.state(date(2021, 1, 1), credit_code=CODE, beds=60)
    assert beds(home) == [(date(2021, 1, 1), DAY, 60), (DAY, None, 100)]


def test_an_amendment_needs_a_reason_and_keeps_the_old(keepers: Keepers) -> None:
    home = keepers.state(credit_code=CODE)
    with pytest.raises(Refused, match="理由"):
        keepers.state(credit_code=CODE, beds=110)
    keepers.state(credit_code=CODE, beds=110, reason="录入有误")
    assert beds(home) == [(DAY, None, 110)]
    assert home.versions.exclude(superseded_at=None).get().beds == 100


def test_the_same_statement_twice_changes_nothing(keepers: Keepers) -> None:
    home = keepers.state(credit_code=CODE)
    events = AuditEvent.objects.count()
    keepers.state(credit_code=CODE)
    home.refresh_from_db()
    assert (home.versions.count(), home.revision, AuditEvent.objects.count()) == (1, 0, events)


def test_two_statements_about_one_institution_in_one_call(keepers: Keepers) -> None:
    statements = [
        Statement(DAY, FACTS, keepers.unit.pk, credit_code=CODE),
        Statement(date(2023, 1, 1), replace(FACTS, beds=120), keepers.unit.pk, credit_code=CODE),
        Statement(DAY, replace(FACTS, name="另一家"), keepers.unit.pk),
    ]
    first, second, third = record_statements(statements=statements, by=keepers.hong)
    assert first.institution == second.institution != third.institution
    assert beds(Institution.objects.get(pk=first.institution)) == [
        (DAY, date(2023, 1, 1), 100),
        (date(2023, 1, 1), None, 120),
    ]


@pytest.mark.parametrize(
    ("fields", "place", "says"),
    [
        pytest.param({"nursing_beds": 101}, "nursing_beds", "多于床位数", id="nursing above beds"),
        pytest.param({"certified_staff": 21}, "certified_staff", "多于护理", id="certified above staff"),
        pytest.param({"inclusive_places": 1}, "inclusive_places", "多于托位数", id="inclusive above places"),
        pytest.param({"enrolled": -1}, "enrolled", "整数", id="negative"),
        pytest.param({"beds": 10, "nursing_beds": 0, "enrolled": 21}, "enrolled", "两倍", id="crowded"),
        pytest.param(
            {"beds": 0, "nursing_beds": 0, "enrolled": 1}, "enrolled", "没有登记床位", id="people but no bed"
        ),
        pytest.param({"credit_code": CODE[:-1] + "0"}, "credit_code", "校验码", id="wrong check digit"),
        pytest.param({"credit_code": "530400"}, "credit_code", "18 位", id="no code at all"),
        pytest.param({"name": "  "}, "name", "请填写", id="nameless"),
        pytest.param({"name": "养" * 121}, "name", "请缩短", id="a name too long"),
        pytest.param({"kind": "hotel"}, "kind", "养老机构", id="unknown kind"),
        pytest.param({"region": "530000"}, "region", "行政区划代码", id="unknown place"),
        pytest.param({"region": WHITE}, "region", "范围", id="a place of another county"),
        pytest.param({"since": date(2999, 1, 1)}, "since", "今天", id="in the future"),
        pytest.param({"since": date(1900, 1, 1)}, "since", "1949", id="before all records"),
    ],
)
def test_what_cannot_be_is_refused_in_words(
    keepers: Keepers, fields: dict[str, Any], place: str, says: str
) -> None:
    with pytest.raises(Refused) as refused:
        keepers.state(**fields)
    assert [(p.index, p.field) for p in refused.value.problems if says in p.message] == [(0, place)]
    assert not Institution.objects.exists()


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param({"beds": 10, "nursing_beds": 0, "childcare_places": 5, "enrolled": 30}, id="two shifts"),
        pytest.param({"kind": "day_care", "beds": 0, "nursing_beds": 0, "enrolled": 60}, id="by day"),
    ],
)
def test_people_may_be_more_than_the_beds(keepers: Keepers, fields: dict[str, Any]) -> None:
    assert keepers.state(**fields).versions.get().enrolled == fields["enrolled"]


def test_all_or_nothing(keepers: Keepers) -> None:
    good = Statement(DAY, FACTS, keepers.unit.pk, credit_code=CODE)
    bad = Statement(DAY, replace(FACTS, nursing_beds=500), keepers.unit.pk, credit_code=OTHER_CODE)
    with pytest.raises(Refused) as refused:
        record_statements(statements=[good, bad], by=keepers.hong)
    assert [problem.index for problem in refused.value.problems] == [1]
    assert not InstitutionVersion.objects.exists()


def test_trying_writes_nothing(keepers: Keepers) -> None:
    statement = Statement(DAY, FACTS, keepers.unit.pk, credit_code=CODE)
    change = record_statements(statements=[statement], by=keepers.hong, dry_run=True)[0]
    assert (change.is_new, change.changed, change.institution) == (True, True, None)
    assert not Institution.objects.exists()


def test_only_the_keeper_states(keepers: Keepers) -> None:
    with pytest.raises(NotAllowed):
        keepers.state(by=keepers.bai)
    keepers.state(credit_code=CODE)
    with pytest.raises(Refused, match="其他单位"):
        keepers.state(credit_code=CODE, keeper=keepers.other.pk, region=WHITE, by=keepers.bai)


def test_who_saw_an_older_page_is_told(keepers: Keepers) -> None:
    home = keepers.state(credit_code=CODE)
    keepers.state(date(2023, 1, 1), institution=home.pk, revision=0, beds=120)
    with pytest.raises(Refused, match="他人已更正"):
        keepers.state(date(2023, 2, 1), institution=home.pk, revision=0, beds=130)


def test_a_code_is_not_exchanged_for_another(keepers: Keepers) -> None:
    home = keepers.state(credit_code=CODE)
    with pytest.raises(Refused, match="已登记的"):
        keepers.state(date(2023, 1, 1), institution=home.pk, credit_code=OTHER_CODE)


class TestClosing:
    """An institution that stops working stays in the register, closed."""

    def test_a_closed_one_stays_readable(self, keepers: Keepers) -> None:
        home = keepers.state(credit_code=CODE)
        close_institution(institution=home, on=date(2024, 5, 1), reason="停业", by=keepers.hong)
        assert on(home, date(2024, 4, 30)).status == "open"  # type: ignore[union-attr]
        assert on(home, date(2024, 5, 1)).status == "closed"  # type: ignore[union-attr]

    def test_not_while_children_are_enrolled(self, keepers: Keepers) -> None:
        home = keepers.state(kind="childcare", childcare_places=30, enrolled=12)
        with pytest.raises(Refused, match="仍有 12 人"):
            close_institution(institution=home, on=date(2024, 5, 1), reason="停业", by=keepers.hong)
        assert on(home, date(2024, 5, 1)).status == "open"  # type: ignore[union-attr]

    def test_not_twice_and_not_without_a_reason(self, keepers: Keepers) -> None:
        home = keepers.state()
        with pytest.raises(Refused, match="原因"):
            close_institution(institution=home, on=date(2024, 5, 1), reason=" ", by=keepers.hong)
        with pytest.raises(Refused, match="早于"):
            close_institution(institution=home, on=date(2022, 1, 1), reason="停业", by=keepers.hong)
        close_institution(institution=home, on=date(2024, 5, 1), reason="停业", by=keepers.hong)
        with pytest.raises(Refused, match="已登记关停"):
            close_institution(institution=home, on=date(2024, 6, 1), reason="停业", by=keepers.hong)


def test_one_event_for_one_and_one_for_many(keepers: Keepers) -> None:
    keepers.state(credit_code=CODE)
    event = AuditEvent.objects.filter(action="institutions.record").latest("pk")
    assert event.after[0]["beds"] == "100"
    many = [Statement(DAY, replace(FACTS, name=f"第{n}家"), keepers.unit.pk) for n in range(30)]
    record_statements(statements=many, by=keepers.hong)
    event = AuditEvent.objects.filter(action="institutions.record").latest("pk")
    assert event.after["count"] == 30


def test_statements_do_not_grow_with_rows(keepers: Keepers, django_assert_max_num_queries: Any) -> None:
    def many(count: int, prefix: str) -> list[Statement]:
        return [Statement(DAY, replace(FACTS, name=f"{prefix}{n}"), keepers.unit.pk) for n in range(count)]

    for count in (5, 400):
        with django_assert_max_num_queries(22):
            record_statements(statements=many(count, f"批{count}之"), by=keepers.hong)
    assert Institution.objects.count() == 405
    assert Region.objects.get(code=RED).pk == InstitutionVersion.objects.first().county_id  # type: ignore[union-attr]


days = st.integers(0, 40).map(lambda n: date(2022, 1, 1) + timedelta(days=n))


@pytest.mark.pure
@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(days, st.integers(0, 5)), max_size=12))
def test_the_chain_says_for_each_day_what_was_last_stated_for_it(stated: list[tuple[date, int]]) -> None:
    """Against the plain rule: a statement holds on its day and until the next day somebody spoke about before it."""
    chain: list[Span] = []
    plainly: dict[date, int] = {}
    every = [date(2022, 1, 1) + timedelta(days=n) for n in range(60)]
    spoken: set[date] = set()
    for since, count in stated:
        made = plan(chain, Statement(since, replace(FACTS, beds=count, nursing_beds=0), 1))
        chain = after(chain, made)
        if plainly.get(since) == count:
            continue
        spoken.add(since)
        later = min((day for day in spoken if day > since), default=None)
        for day in every:
            if since <= day and (later is None or day < later):
                plainly[day] = count
    assert _said(chain, every) == plainly
    assert all(a.until and a.until <= b.since for a, b in itertools.pairwise(chain))


def _said(chain: list[Span], every: list[date]) -> dict[date, int]:
    return {day: span.facts.beds for day in every for span in chain if _holds(span, day)}


def _holds(span: Span, day: date) -> bool:
    return span.since <= day and (span.until is None or day < span.until)


@pytest.mark.pure
def test_the_limits_are_those_of_the_columns() -> None:
    columns = {name: InstitutionVersion._meta.get_field(name).max_length for name in _LONGEST}  # type: ignore[union-attr]
    assert columns == _LONGEST


def test_today_is_allowed(keepers: Keepers) -> None:
    assert keepers.state(timezone.localdate()).versions.count() == 1
