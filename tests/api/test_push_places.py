"""Whose cells a push may fill, when, over whose values, and with what said about them."""

from typing import Any

import pytest
from django.test import Client

from targets.models import CheckRule, Entry, ProxyAuthorization, ReportingRound
from targets.reporting.rounds import Dates, close_round, open_round
from targets.reporting.steps import review, submit
from tests.reporting_world import QUARTER, RED, Reporting, at, fill, number, walk
from tests.worlds import GREEN, day
from yuxi_eldercare.core.models import AuditEvent

from .machines import bind, calling, make_client
from .pushing import api, codes, made, push, rate, refused, row, staffed, w

__all__ = ["api", "made", "staffed", "w"]


class TestUnits:
    def test_another_unit_is_refused_and_leaves_a_trace(self, w: Reporting, api: Client) -> None:
        sent = row(w, department=w.green.key, region=GREEN, value=6)
        assert refused(api, sent, 403) == [(0, "department", "not_allowed")]
        event = AuditEvent.objects.latest("pk")
        assert (event.username, event.action, event.result) == ("api:red-system", "access.refused", "refused")

    def test_among_others_it_is_one_of_the_problems(self, w: Reporting, api: Client) -> None:
        elsewhere = row(w, department=w.green.key, region=GREEN, value=6)
        assert refused(api, [row(w, value=6), elsewhere, rate(w, value="x")]) == [
            (1, "department", "not_allowed"),
            (2, "value", "invalid_number"),
        ]

    def test_for_another_unit_with_an_authorisation(self, w: Reporting, api: Client, made: Any) -> None:
        sent = row(w, department=w.green.key, region=GREEN, value=6)
        ProxyAuthorization.objects.create(
            principal=w.green,
            agent=made.client.user,
            region=w.green.region,
            reason="系统升级期间",
            valid_from=day("2024-10-01"),
            valid_to=day("2024-10-31"),
            granted_by=w.lin,
        )
        assert push(api, sent)[0] == 200
        entry = w.entry(w.world.homes, GREEN)
        assert (entry.edited_by, entry.on_behalf and entry.on_behalf.principal) == (made.client.user, w.green)

    def test_a_binding_that_has_ended(self, w: Reporting, api: Client, made: Any) -> None:
        made.client.user.memberships.update(valid_to=day("2024-10-07"))
        assert refused(api, row(w, value=6), 403) == [(None, "", "permission_denied")]

    def test_a_binding_to_one_region_of_a_unit(self, w: Reporting, made: Any) -> None:
        other = make_client("city-system", w.city)
        bind(other.client, w.city, region=w.red.region)
        lottery = row(
            w, department=w.city.key, region=w.world.city.code, indicator=w.world.lottery.key, value=60
        )
        assert refused(calling(other), lottery, 403) == [(0, "department", "not_allowed")]

    def test_a_client_without_the_role_of_a_reporter(self, w: Reporting) -> None:
        other = make_client("reader", w.red)
        bind(other.client, w.red, "leader")
        assert refused(calling(other), row(w, value=6), 403) == [(None, "", "permission_denied")]

    def test_nobody_reviews_what_a_machine_of_theirs_sent(self, w: Reporting, api: Client) -> None:
        """The machine enters and submits; people review and confirm."""
        push(api, {"observations": row(w, value=6), "submit": True})
        review(entries=[w.entry(w.world.homes)], by=w.bob)
        assert w.entry(w.world.homes).state == "reviewed"


class TestRounds:
    def test_before_a_round_opens_and_after_it_locks(self, w: Reporting, made: Any) -> None:
        for moment, code in (("2024-09-30", "round_not_open"), ("2024-10-24", "round_locked")):
            with at(moment):
                assert refused(calling(made), row(w, value=6)) == [(0, "period_end", code)]

    def test_a_closed_round(self, w: Reporting, made: Any) -> None:
        with at("2024-10-25"):
            close_round(round=w.round, by=w.lin)
            assert refused(calling(made), row(w, value=6)) == [(0, "period_end", "round_closed")]

    def test_two_open_rounds_ask_for_the_same(self, w: Reporting, api: Client) -> None:
        second = ReportingRound.objects.create(
            name="补报",
            kind="quarter",
            period_end=QUARTER,
            opens_on=day("2024-10-01"),
            due_on=day("2024-10-18"),
            grace_until=day("2024-10-23"),
        )
        entry = w.entry(w.world.homes)
        entry.pk, entry.round, entry._state.adding = None, second, True
        entry.save()
        assert refused(api, row(w, value=6)) == [(0, "round", "ambiguous_round")]
        status, body = push(api, row(w, value=6, round=second.pk))
        assert (status, body["observations"][0]["round"]) == (200, second.pk)


class TestConflicts:
    def test_somebody_was_faster(self, w: Reporting, api: Client) -> None:
        fill(w.entry(w.world.homes), number(5), w.ann)
        status, body = push(api, row(w, value=6, revision=0))
        assert (status, codes(body)) == (409, [(0, "revision", "conflict")])
        current = {
            "revision": 1,
            "value": "5",
            "numerator": None,
            "denominator": None,
            "not_applicable": False,
        }
        assert body["errors"][0]["current"] == current
        assert "Ann" in body["errors"][0]["message"]
        assert w.entry(w.world.homes).value == 5
        assert push(api, row(w, value=6, revision=1))[0] == 200

    def test_without_a_revision_the_last_one_wins(self, w: Reporting, api: Client) -> None:
        fill(w.entry(w.world.homes), number(5), w.ann)
        assert push(api, row(w, value=6))[0] == 200

    def test_among_other_problems(self, w: Reporting, api: Client) -> None:
        fill(w.entry(w.world.homes), number(5), w.ann)
        sent = [row(w, value=6, revision=0), rate(w, value="x")]
        assert refused(api, sent) == [(0, "revision", "conflict"), (1, "value", "invalid_number")]


class TestSoftChecks:
    @pytest.fixture
    def rule(self, w: Reporting) -> CheckRule:
        """More than 30 % on last period asks for an explanation."""
        with at("2024-07-08"):
            dates = Dates(day("2024-07-01"), day("2024-07-18"), day("2024-07-23"))
            last = open_round(kind="quarter", period_end=day("2024-06-30"), dates=dates)
            entry = Entry.objects.get(round=last, indicator=w.world.homes, region=RED)
            walk(entry, number(5), reporter=w.ann, reviewer=w.bob, lead=w.lin)
        return CheckRule.objects.create(
            key="jump", title="波动", kind="change_on_last", params={}, severity="soft", enabled=True
        )

    def test_a_draft_is_saved_with_a_warning(self, w: Reporting, api: Client, rule: CheckRule) -> None:
        status, body = push(api, row(w, value=9))
        assert (status, body["warning_count"]) == (200, 1)
        warning = body["warnings"][0]
        assert (warning["row"], warning["code"], warning["rule"]) == (0, "explanation_needed", "jump")
        assert w.entry(w.world.homes).value == 9

    def test_unexplained_it_is_not_submitted(self, w: Reporting, api: Client, rule: CheckRule) -> None:
        sent = {"observations": [row(w, value=9)], "submit": True}
        assert refused(api, sent) == [(0, "value", "explanation_needed")]
        sent["observations"][0]["explanations"] = {"jump": "新增 4 家，批复见附件"}
        status, body = push(api, sent)
        assert (status, body["submitted"], body["warnings"]) == (200, 1, [])
        told = w.entry(w.world.homes).explanations["jump"]
        assert (told["text"], told["for"]) == ("新增 4 家，批复见附件", "9//")
        status, body = push(api, sent)
        assert (status, body["changed"]) == (200, 0), "the same again, submitted meanwhile"

    def test_one_text_for_whatever_is_said(self, w: Reporting, api: Client, rule: CheckRule) -> None:
        sent = {"observations": row(w, value=9, explanation="新增 4 家"), "submit": True}
        status, body = push(api, sent)
        assert (status, body["submitted"], body["warnings"]) == (200, 1, [])
        assert w.entry(w.world.homes).explanations["jump"]["text"] == "新增 4 家"
        assert push(api, sent)[1]["changed"] == 0
        sent["observations"]["explanation"] = "另一个说法"
        assert refused(api, sent) == [(0, "state", "already_sent")]


def test_submitted_by_machine_reviewed_by_people(w: Reporting, api: Client) -> None:
    sent = {"observations": [row(w, value=6), rate(w, numerator=40, denominator=100)], "submit": True}
    status, body = push(api, sent)
    assert (status, body["submitted"]) == (200, 2)
    assert [one["revision"] for one in body["observations"]] == [2, 2]
    assert {entry.state for entry in (w.entry(w.world.homes), w.entry(w.world.beds))} == {"submitted"}
    with pytest.raises(Exception, match="无需重复提交"):
        submit(entries=[w.entry(w.world.homes)], by=w.ann)
