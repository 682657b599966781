"""A system that pushes another figure than the register counts is asked why, as the entry grid asks."""

from typing import Any

import pytest
from django.test import Client

from targets.actions.refusals import Refused
from targets.models import Entry, ProposalAnswer
from targets.reporting.counted import COUNTED
from targets.reporting.publishing import publish
from targets.reporting.steps import review, submit
from tests.reporting_world import Reporting
from tests.targets.reporting.test_proposals import beds, give, homes
from yuxi_eldercare.core.models import Finding

from .pushing import api, codes, made, push, rate, refused, row, staffed, w

__all__ = ["api", "made", "staffed", "w"]

WHY = "新增5张护理型床位尚未登记"
ASKED = "与机构名册统计的40% (40/100)不同，请采用统计数，或说明原因。"
OTHER = {"numerator": 45, "denominator": 100}


@pytest.fixture(autouse=True)
def _counted(w: Reporting) -> None:
    """The register counts 40 of 100 beds, and 2 homes."""
    give(beds(40, 100), homes(2))


def answers() -> list[tuple[str, str]]:
    return list(ProposalAnswer.objects.values_list("answer", "explanation"))


def test_a_draft_is_saved_with_a_warning(w: Reporting, api: Client) -> None:
    status, body = push(api, rate(w, **OTHER))
    assert status == 200
    (warning,) = body["warnings"]
    assert (warning["row"], warning["code"], warning["rule"]) == (0, "explanation_needed", COUNTED)
    assert warning["message"] == ASKED
    assert w.entry(w.world.beds).state == Entry.State.DRAFT


def test_it_is_not_submitted_without_a_word(w: Reporting, api: Client) -> None:
    sent = {"observations": [rate(w, **OTHER), row(w, value=2)], "submit": True}
    assert refused(api, sent) == [(0, "value", "explanation_needed")]
    for said in ({"explanation": " "}, {"explanations": {COUNTED: ""}}, {"explanations": {"jump": WHY}}):
        sent["observations"] = [rate(w, **OTHER, **said), row(w, value=2)]
        assert (0, "value", "explanation_needed") in refused(api, sent), said


@pytest.mark.parametrize("said", [{"explanation": WHY}, {"explanations": {COUNTED: WHY}}])
def test_with_a_word_it_goes_on_and_becomes_a_finding(w: Reporting, api: Client, said: Any) -> None:
    sent = {"observations": rate(w, **OTHER, **said), "submit": True}
    status, body = push(api, sent)
    assert (status, body["warnings"], body["submitted"]) == (200, [], 1)
    assert answers() == [("overridden", WHY)]
    entry = w.entry(w.world.beds)
    assert (entry.state, api.get(f"/api/v1/entries/{entry.pk}/").json()["explanations"]) == (
        Entry.State.SUBMITTED,
        {COUNTED: WHY},
    )
    assert push(api, sent)[1]["submitted"] == 0, "the same push again is no error and asks nothing"
    review(entries=[entry], by=w.bob)
    publish(entries=[entry], by=w.lin)
    finding = Finding.objects.get()
    assert (finding.kind, finding.withdrawn_at) == (Finding.Kind.COUNTED_DIFFERS, None)
    listed = api.get("/api/v1/findings/", {"kind": "counted_differs"}).json()["results"]
    assert [(one["key"], one["kind_label"]) for one in listed] == [(finding.key, "填报与统计不符")]


def test_the_counted_figure_needs_no_word(w: Reporting, api: Client) -> None:
    sent = {"observations": [rate(w, numerator=40, denominator=100), row(w, value=2)], "submit": True}
    status, body = push(api, sent)
    assert (status, body["warnings"], body["submitted"]) == (200, [], 2)
    assert answers() == [("confirmed", "")] * 2


def test_not_applicable_is_another_answer_too(w: Reporting, api: Client) -> None:
    sent = {"observations": row(w, not_applicable=True, na_reason="没有"), "submit": True}
    assert refused(api, sent) == [(0, "value", "explanation_needed")]


def test_a_word_for_an_earlier_figure_does_not_serve_another_one(w: Reporting, api: Client) -> None:
    push(api, rate(w, **OTHER, explanation=WHY))
    status, body = push(api, rate(w, numerator=60, denominator=100))
    assert (status, [one["rule"] for one in body["warnings"]]) == (200, [COUNTED])
    entry = w.entry(w.world.beds)
    with pytest.raises(Refused, match="说明"):
        submit(entries=[entry], by=w.ann)


def test_a_dry_run_tells_it_beforehand(w: Reporting, api: Client) -> None:
    sent = {"observations": rate(w, **OTHER), "submit": True, "dry_run": True}
    assert codes(push(api, sent)[1]) == [(0, "value", "explanation_needed")]
    sent["observations"] = rate(w, **OTHER, explanation=WHY)
    assert push(api, sent)[0] == 200
    assert answers() == []
