"""Counted figures that are offered: taken, overridden with an explanation, and findings about what differs."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from targets.actions.refusals import Refused
from targets.models import Indicator, ProposalAnswer, ProposedValue, ReportingRound
from targets.queries.proposals import asked_places, proposals_of
from targets.reporting.changes import CellChange, EntryChange
from targets.reporting.context import check_entries
from targets.reporting.counted import COUNTED
from targets.reporting.entries import save_entries
from targets.reporting.proposals import Offer, Offered, hold_indicators, offer
from targets.reporting.publishing import publish, start_correction
from targets.reporting.steps import approve_clean, review, submit
from targets.reporting.trail import entry_rows
from tests.pages.conftest import client_of
from tests.reporting_world import NOW, QUARTER, Reporting, fill, number, walk
from tests.worlds import GREEN, RED
from yuxi_eldercare.core.models import AuditEvent, Finding

BEDS, HOMES = "w-beds", "w-homes"


def give(*offers: Offer, more: Any = ()) -> Offered:
    """Offer figures as a count would: everything that is asked for, these only."""
    indicators = hold_indicators({one.indicator for one in offers} | {BEDS, HOMES})
    asked = asked_places(indicators, more)
    return offer(offers=offers, asked=asked, indicators=indicators, process="test")


def beds(counted: int, of: int, region: str = RED, end: date = QUARTER) -> Offer:
    return Offer(BEDS, region, end, counted, of, rows=2)


def homes(counted: int, region: str = RED) -> Offer:
    return Offer(HOMES, region, QUARTER, counted, rows=counted)


def findings() -> list[str]:
    rows = Finding.objects.filter(key__startswith="data.counted-differs.", withdrawn_at=None)
    return list(rows.values_list("summary", flat=True))


def problems(w: Reporting, change: CellChange, indicator: Indicator | None = None) -> list[tuple[str, bool]]:
    """What checks say of a change: (rule, whether it blocks)."""
    saved = fill(w.entry(indicator or w.world.beds), change, w.ann)
    return [(problem.rule, problem.blocks) for problem in saved.problems]


def test_an_offer_is_written_once_and_follows_the_count(w: Reporting) -> None:
    assert give(beds(40, 100), homes(2)) == Offered(added=2)
    row = ProposedValue.objects.get(indicator__key=BEDS)
    assert (row.value, row.numerator, row.denominator, row.rows) == (40, 40, 100, 2)
    assert give(beds(40, 100), homes(2)) == Offered(same=2)
    assert give(beds(41, 100)) == Offered(changed=1, removed=1)
    assert list(ProposedValue.objects.values_list("numerator", flat=True)) == [41]
    assert AuditEvent.objects.filter(action="proposals.offer").count() == 2


def test_it_is_asked_for_open_rounds_and_kept_after_them(w: Reporting) -> None:
    assert (BEDS, RED, QUARTER) in asked_places([BEDS])
    give(beds(40, 100))
    ReportingRound.objects.update(closed_at=NOW, closed_by=w.lin)
    assert asked_places([BEDS]) == {(BEDS, RED, QUARTER)}
    wanted = asked_places([BEDS], [date(2023, 12, 31)])
    assert {place for place in wanted if place[2].year == 2023} == {
        (BEDS, region, date(2023, 12, 31)) for region in (RED, GREEN, "999904")
    }


def test_it_comes_along_with_the_entries(w: Reporting, django_assert_num_queries: Any) -> None:
    give(beds(40, 100))
    entry = w.entry(w.world.beds)
    along = list(entry_rows(QUARTER).filter(pk=entry.pk))
    with django_assert_num_queries(0):
        found = proposals_of(along)[entry.pk]
    with django_assert_num_queries(1):
        assert proposals_of([entry])[entry.pk] == found
    assert (found.numerator, found.denominator) == (40, 100)


def test_the_offered_figure_is_taken_without_a_word(w: Reporting) -> None:
    give(beds(40, 100))
    assert problems(w, number(parts=(40, 100))) == []
    submit(entries=[w.entry(w.world.beds)], by=w.ann)
    kept = ProposalAnswer.objects.get()
    assert (kept.answer, kept.numerator, kept.denominator, kept.explanation) == ("confirmed", 40, 100, "")
    assert kept.by == w.ann


def test_another_figure_needs_an_explanation_that_is_kept(w: Reporting) -> None:
    give(beds(40, 100))
    assert problems(w, number(parts=(45, 100))) == [(COUNTED, True)]
    with pytest.raises(Refused, match="机构名册统计"):
        submit(entries=[w.entry(w.world.beds)], by=w.ann)
    assert not ProposalAnswer.objects.exists()
    assert problems(w, CellChange(explanations={COUNTED: "两家新增床位尚未登记"})) == [(COUNTED, False)]
    submit(entries=[w.entry(w.world.beds)], by=w.ann)
    kept = ProposalAnswer.objects.get()
    assert (kept.answer, kept.numerator, kept.explanation) == ("overridden", 40, "两家新增床位尚未登记")


def test_an_explanation_is_for_the_figure_it_was_written_for(w: Reporting) -> None:
    give(beds(40, 100))
    problems(w, number(parts=(45, 100), explanations={COUNTED: "x"}))
    assert problems(w, number(parts=(46, 100))) == [(COUNTED, True)]


SAME = [
    ("the parts", {"parts": (40, 100)}, False),
    ("the same rate of other parts", {"parts": (20, 50)}, True),
    ("the rate as such", {"value": "40.0"}, False),
    ("another rate as such", {"value": "40.2"}, True),
]


@pytest.mark.parametrize(("given", "differs"), [case[1:] for case in SAME], ids=[case[0] for case in SAME])
def test_what_is_the_same_figure(w: Reporting, given: Any, differs: bool) -> None:
    give(beds(40, 100))
    assert (COUNTED in dict(problems(w, number(**given)))) == differs


def test_nothing_of_nothing_is_not_applicable(w: Reporting) -> None:
    give(beds(0, 0))
    assert problems(w, CellChange(answer="na", na_reason="没有养老机构")) == []
    assert problems(w, number(parts=(1, 2))) == [(COUNTED, True)]


def test_a_count_is_compared_as_a_number(w: Reporting) -> None:
    give(homes(2))
    assert problems(w, number(2), w.world.homes) == []
    assert problems(w, number(3), w.world.homes) == [(COUNTED, True)]
    assert problems(w, CellChange(answer="na", na_reason="x"), w.world.homes) == [(COUNTED, True)]


def test_of_a_rate_over_a_series_the_numerator_is_compared(w: Reporting) -> None:
    indicators = hold_indicators(["w-places"])
    asked = asked_places(indicators)
    offer(offers=[Offer("w-places", RED, QUARTER, 50)], asked=asked, indicators=indicators, process="test")
    walk(w.entry(w.population), number(20000), reporter=w.su, reviewer=w.sun, lead=w.shi)
    row = ProposedValue.objects.get()
    assert (row.value, row.numerator, row.denominator) == (None, 50, None)
    assert problems(w, number(numerator=50), w.places) == []
    assert problems(w, number(numerator=51), w.places) == [(COUNTED, True)]


def test_a_sheet_is_asked_for_the_same_explanation(w: Reporting) -> None:
    """The one text of a sheet's row explains it, as it explains what soft rules say."""
    give(beds(40, 100))
    entry = w.entry(w.world.beds)
    saved = save_entries(changes=[EntryChange(entry.pk, number(parts=(45, 100)))], by=w.ann)
    assert [(p.rule, p.blocks) for p in saved[0].problems] == [(COUNTED, True)]
    told = number(parts=(45, 100), explanation="新增床位尚未登记")
    saved = save_entries(changes=[EntryChange(entry.pk, told)], by=w.ann)
    assert [(p.rule, p.blocks) for p in saved[0].problems] == [(COUNTED, False)]


def test_what_counts_but_is_counted_otherwise_is_one_finding(w: Reporting) -> None:
    give(beds(40, 100))
    change = number(parts=(45, 100), explanations={COUNTED: "两家新增床位尚未登记"})
    entry = walk(w.entry(w.world.beds), change, reporter=w.ann, reviewer=w.bob, lead=w.lin)
    assert findings() == ["红河区2024年9月末“护理型床位占比”填报为45% (45/100)，机构名册统计为40% (40/100)。"]
    places = Finding.objects.get().places.values_list("phrase", flat=True)
    assert "填报单位说明：两家新增床位尚未登记" in list(places)
    assert give(beds(40, 100)).findings == 1
    assert give(beds(42, 100)).findings == 1
    assert Finding.objects.count() == 1
    assert "统计为42%" in findings()[0]
    assert give(beds(45, 100)).findings == 0
    assert findings() == []
    assert give(beds(44, 100)).findings == 1, "it stands again"
    assert Finding.objects.count() == 1
    start_correction(entry=entry, reason="登记后更正", by=w.ann)
    walk(entry, number(parts=(44, 100)), reporter=w.ann, reviewer=w.bob, lead=w.lin)
    assert findings() == []


def test_what_is_no_longer_counted_has_no_finding(w: Reporting) -> None:
    give(beds(40, 100))
    told = number(parts=(45, 100), explanations={COUNTED: "x"})
    walk(w.entry(w.world.beds), told, reporter=w.ann, reviewer=w.bob, lead=w.lin)
    assert give() == Offered(removed=1)
    assert findings() == []


def test_a_taken_figure_leaves_no_finding(w: Reporting) -> None:
    give(beds(40, 100))
    walk(w.entry(w.world.beds), number(parts=(40, 100)), reporter=w.ann, reviewer=w.bob, lead=w.lin)
    assert not Finding.objects.exists()


def test_the_finding_stands_on_the_page_of_findings(w: Reporting) -> None:
    give(beds(40, 100))
    told = number(parts=(45, 100), explanations={COUNTED: "x"})
    walk(w.entry(w.world.beds), told, reporter=w.ann, reviewer=w.bob, lead=w.lin)
    page: Client = client_of(w.lin)
    assert "机构名册统计为40%" in page.get(reverse("finding-list")).text
    assert "机构名册统计为40%" in page.get(reverse("finding-list"), {"kind": "counted_differs"}).text
    assert "机构名册统计为40%" not in page.get(reverse("finding-list"), {"kind": "reported_differs"}).text


def test_what_was_counted_since_the_submission_holds_nothing_up(w: Reporting) -> None:
    """Those who review and confirm are told; the figure counts, and is a finding."""
    give(beds(40, 100))
    entry = w.entry(w.world.beds)
    fill(entry, number(parts=(40, 100)), w.ann)
    submit(entries=[entry], by=w.ann)
    give(beds(42, 100))
    (problem,) = check_entries([w.entry(w.world.beds)])[entry.pk]
    assert (problem.blocks, problem.message) == (False, "提交后机构名册统计为42% (42/100)，与填报不同。")
    assert approve_clean(entries=[entry], by=w.bob).done == [], "somebody looks at it"
    review(entries=[entry], by=w.bob)
    publish(entries=[entry], by=w.lin)
    assert len(findings()) == 1
    assert entry.proposal_answers.get().numerator == 40, "as offered then"
