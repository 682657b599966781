"""Pushing values: one, many, dry, all or nothing, in the right unit, with the checks and refusals of the grid."""

import json
from typing import Any

import pytest
from django.test import Client

from targets.models import Entry, EntryStep
from targets.reporting.steps import return_entries
from tests.reporting_world import QUARTER, RED, Reporting, number, walk
from yuxi_eldercare.core.models import AuditEvent

from .pushing import URL, api, made, push, rate, refused, row, staffed, w

__all__ = ["api", "made", "staffed", "w"]


class TestWritten:
    def test_one_value(self, w: Reporting, api: Client, made: Any) -> None:
        status, body = push(api, row(w, value="6", note="来自业务系统"))
        assert status == 200, body
        entry = w.entry(w.world.homes)
        assert (entry.value, entry.state, entry.channel, entry.note) == (6, "draft", "api", "来自业务系统")
        assert entry.edited_by == made.client.user
        assert (body["count"], body["changed"], body["submitted"], body["warnings"]) == (1, 1, 0, [])
        assert body["observations"][0] == {
            "row": 0,
            "entry": entry.pk,
            "round": w.round.pk,
            "department": w.red.key,
            "region": RED,
            "indicator": w.world.homes.key,
            "period_end": str(QUARTER),
            "state": "draft",
            "revision": 1,
            "value": "6",
            "numerator": None,
            "denominator": None,
            "not_applicable": False,
            "changed": True,
        }
        event = AuditEvent.objects.filter(action="entries.save").latest("pk")
        assert (event.username, event.department) == ("api:red-system", w.red)

    def test_the_credit_code_names_the_unit_too(self, w: Reporting, api: Client) -> None:
        w.red.credit_code = "11530402015123456X"
        w.red.save()
        assert push(api, row(w, department=w.red.credit_code, value=6))[0] == 200
        assert w.entry(w.world.homes).value == 6

    def test_three_answers(self, w: Reporting, api: Client) -> None:
        push(api, [row(w, value=6), rate(w, numerator="45.5", denominator=120)])
        assert (w.entry(w.world.beds).numerator, w.entry(w.world.beds).denominator) == (45.5, 120)
        status, body = push(
            api, [row(w, not_applicable=True, na_reason="无此类机构"), rate(w, numerator=None)]
        )
        assert status == 200, body
        homes, beds = w.entry(w.world.homes), w.entry(w.world.beds)
        assert (homes.not_applicable, homes.na_reason, homes.value) == (True, "无此类机构", None)
        assert (beds.state, beds.numerator, beds.denominator) == ("empty", None, None)

    def test_numbers_keep_every_digit(self, w: Reporting, api: Client) -> None:
        w.world.homes.integer = False
        w.world.homes.save()
        body = json.dumps(row(w, value="@")).replace('"@"', "0.100001")
        assert push(api, body)[1]["observations"][0]["value"] == "0.100001"
        body = json.dumps(row(w, value="@")).replace('"@"', "1.5e2")
        assert push(api, body)[1]["observations"][0]["value"] == "150"

    def test_absent_fields_stay_as_they_are(self, w: Reporting, api: Client) -> None:
        push(api, row(w, value=6, note="一"))
        push(api, row(w, note="二"))
        entry = w.entry(w.world.homes)
        assert (entry.value, entry.note, entry.revision) == (6, "二", 2)

    def test_the_same_again_changes_nothing(self, w: Reporting, api: Client) -> None:
        sent = [row(w, value=6), rate(w, numerator=40, denominator=100)]
        push(api, sent)
        status, body = push(api, sent)
        assert (status, body["count"], body["changed"]) == (200, 2, 0)
        assert [one["changed"] for one in body["observations"]] == [False, False]
        assert EntryStep.objects.filter(verb="save").count() == 2

    def test_the_same_again_after_submission_is_no_error(self, w: Reporting, api: Client, made: Any) -> None:
        sent = {"observations": [row(w, value=6), rate(w, numerator=40, denominator=100)], "submit": True}
        assert push(api, sent)[1]["submitted"] == 2
        status, body = push(api, sent)
        assert (status, body["changed"], body["submitted"]) == (200, 0, 0)
        assert {one["state"] for one in body["observations"]} == {"submitted"}

    def test_a_dry_run_writes_nothing_and_says_the_same(self, w: Reporting, api: Client) -> None:
        for submit_too in (False, True):
            sent = {"observations": [row(w, value=6)], "submit": submit_too}
            before = AuditEvent.objects.count(), EntryStep.objects.count()
            status, told = push(api, {**sent, "dry_run": True})
            assert (status, told["dry_run"], w.entry(w.world.homes).state) == (200, True, "empty")
            assert (AuditEvent.objects.count(), EntryStep.objects.count()) == before
            assert push(api, sent)[1] == {**told, "dry_run": False}
            Entry.objects.filter(pk=w.entry(w.world.homes).pk).update(state="empty", value=None, revision=0)

    def test_people_push_with_their_own_account(self, w: Reporting) -> None:
        client = Client()
        client.force_login(w.ann)
        assert push(client, row(w, value=6))[0] == 200
        client.force_login(w.bob)
        assert push(client, row(w, value=7))[0] == 403


class TestRefused:
    def test_all_or_nothing(self, w: Reporting, api: Client) -> None:
        sent = [row(w, value=6), rate(w, numerator=40, denominator=100, indicator="nothing")]
        assert refused(api, sent) == [(1, "indicator", "unknown_indicator")]

    def test_everything_wrong_is_told_at_once(self, w: Reporting, api: Client) -> None:
        sent = [row(w, value=-1), rate(w, value="abc"), row(w, region="1", value=1)]
        assert refused(api, sent) == [
            (0, "value", "check_failed"),
            (1, "value", "invalid_number"),
            (2, "region", "unknown_region"),
        ]

    @pytest.mark.parametrize(
        ("fields", "problem"),
        [
            ({"department": "nobody", "value": 1}, ("department", "unknown_department")),
            ({"period_end": "2024-09-29", "value": 1}, ("period_end", "not_owed")),
            ({"period_end": "2024-13-01", "value": 1}, ("period_end", "invalid_date")),
            ({"period_end": "20240930", "value": 1}, ("period_end", "invalid_date")),
            ({"period_end": None, "value": 1}, ("period_end", "invalid_type")),
            ({"department": "", "value": 1}, ("department", "invalid_value")),
            ({"region": 999902, "value": 1}, ("region", "invalid_type")),
            ({"value": True}, ("value", "invalid_type")),
            ({"value": [1]}, ("value", "invalid_type")),
            ({"value": "1,200"}, ("value", "invalid_number")),
            ({"value": "12.3%"}, ("value", "invalid_number")),
            ({"value": "１２"}, ("value", "invalid_number")),
            ({"value": "NaN"}, ("value", "invalid_number")),
            ({"value": "1" * 20}, ("value", "invalid_number")),
            ({"value": 1.23456789}, ("value", "invalid_number")),
            ({"value": 10**40}, ("value", "invalid_number")),
            ({"value": -1}, ("value", "check_failed")),
            ({"value": 1.5}, ("value", "check_failed")),
            ({"value": 1, "numerator": 1}, ("value", "conflicting_answer")),
            ({"value": 1, "not_applicable": True}, ("not_applicable", "conflicting_answer")),
            ({"not_applicable": True}, ("na_reason", "check_failed")),
            ({"not_applicable": "yes"}, ("not_applicable", "invalid_type")),
            ({}, ("value", "required")),
            ({"value": 1, "note": "a\u0000b"}, ("note", "invalid_value")),
            ({"value": 1, "note": "\ud800"}, ("note", "invalid_value")),
            ({"value": 1, "note": "长" * 2001}, ("note", "too_long")),
            ({"value": 1, "note": 5}, ("note", "invalid_type")),
            ({"value": 1, "revision": "3"}, ("revision", "invalid_type")),
            ({"value": 1, "revision": -1}, ("revision", "invalid_value")),
            ({"value": 1, "explanations": ["a"]}, ("explanations", "invalid_type")),
            ({"valeu": 2, "value": 1}, ("valeu", "unknown_field")),
            ({"value": 1, "round": 10**9}, ("period_end", "not_owed")),
        ],
    )
    def test_one_bad_row(self, w: Reporting, api: Client, fields: Any, problem: tuple[str, str]) -> None:
        assert refused(api, row(w, **fields)) == [(0, *problem)]

    def test_a_missing_field_and_what_is_no_row(self, w: Reporting, api: Client) -> None:
        sent = row(w, value=1)
        del sent["region"]
        assert refused(api, [sent, 7]) == [(0, "region", "required"), (1, "", "invalid_type")]

    def test_an_unknown_field_is_guessed(self, w: Reporting, api: Client) -> None:
        assert "是不是“value”" in push(api, row(w, valeu=1))[1]["errors"][0]["message"]

    def test_twice_in_one_call(self, w: Reporting, api: Client) -> None:
        assert refused(api, [row(w, value=1), row(w, value=2)]) == [(1, "indicator", "duplicate")]

    def test_hard_checks_block(self, w: Reporting, api: Client) -> None:
        assert refused(api, rate(w, numerator=120, denominator=100)) == [(0, "numerator", "check_failed")]

    def test_a_denominator_of_somebody_else(self, w: Reporting, api: Client) -> None:
        place = {"indicator": w.places.key}
        assert refused(api, row(w, **place, numerator=3, denominator=5)) == [(0, "denominator", "not_yours")]
        status, body = push(api, row(w, **place, numerator=30))
        assert (status, body["warnings"][0]["code"]) == (200, "denominator_missing")
        sent = {"observations": row(w, **place, numerator=30), "submit": True}
        assert refused(api, sent) == [(0, "denominator", "denominator_missing")]

    def test_what_was_sent_cannot_be_changed(self, w: Reporting, api: Client) -> None:
        push(api, {"observations": row(w, value=6), "submit": True})
        assert refused(api, row(w, value=7)) == [(0, "state", "already_sent")]

    def test_what_was_returned_must_be_changed_before_it_is_sent_again(
        self, w: Reporting, api: Client
    ) -> None:
        sent = {"observations": [row(w, value=6)], "submit": True}
        push(api, sent)
        return_entries(entries=[w.entry(w.world.homes)], reason="请核对", by=w.bob)
        assert refused(api, sent) == [(0, "state", "not_writable")]
        sent["observations"][0]["note"] = "已核对"
        assert push(api, sent)[1]["submitted"] == 1

    def test_a_withdrawn_indicator(self, w: Reporting, api: Client) -> None:
        w.world.homes.withdrawn_at = w.round.created_at
        w.world.homes.save()
        assert refused(api, row(w, value=6)) == [(0, "state", "not_writable")]

    def test_a_value_that_counts_already_needs_a_reason(self, w: Reporting, api: Client) -> None:
        entry = w.entry(w.world.homes)
        walk(entry, number(5), reporter=w.ann, reviewer=w.bob, lead=w.lin)
        Entry.objects.filter(pk=entry.pk).update(state="draft", observation=None)
        sent = row(w, value=6)
        assert refused(api, {"observations": sent, "submit": True}) == [
            (0, "correction_reason", "correction_reason_needed")
        ]
        sent["correction_reason"] = "核实后更正"
        assert push(api, {"observations": sent, "submit": True})[0] == 200


class TestTheCallAsAWhole:
    @pytest.mark.parametrize(
        "body",
        [
            "", "{", "[]", "7", "null", '"a"', "{}", '{"observations": []}', '{"observations": 3}',
            '{"value": NaN}', '{"value": Infinity}', '{"value": 1, "value": 2}', '{"observations": [], "dry": 1}',
            '{"observations": [{}], "dry_run": "yes"}', "[" * 100_000, b"\xff", '{"value": 1e999999999999999999999}',
        ],
    )  # fmt: skip
    def test_what_cannot_be_understood(self, api: Client, body: Any) -> None:
        status, answer = push(api, body)
        assert (status, bool(answer["detail"])) in {(400, True), (422, True)}
        assert answer["errors"][0]["code"]

    def test_not_json(self, api: Client) -> None:
        answer = api.post(URL, "a=1", "application/x-www-form-urlencoded")
        assert answer.status_code == 415
        assert json.loads(answer.content)["errors"][0]["code"] == "unsupported_media_type"

    def test_too_many_rows(self, w: Reporting, api: Client, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("targets.api.observations.ROWS_MOST", 1)
        assert refused(api, [row(w, value=1)] * 2, 413) == [(None, "", "too_large")]

    def test_a_body_of_megabytes(self, w: Reporting, api: Client) -> None:
        """Larger than what Django keeps of a form."""
        assert push(api, " " * 4_000_000 + json.dumps(row(w, value=6)))[0] == 200

    def test_too_many_bytes(self, w: Reporting, api: Client, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("targets.api.observations.LargeJSONParser.most_bytes", 100)
        assert refused(api, [row(w, value=1)] * 2, 413) == [(None, "", "too_large")]

    def test_other_methods(self, api: Client) -> None:
        for method in ("get", "put", "patch", "delete"):
            assert getattr(api, method)(URL).status_code == 405
