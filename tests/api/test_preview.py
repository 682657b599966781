"""What-if answers over HTTP: the engine's answers, every bad case named, nothing stored."""

import json
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from targets.api import preview
from targets.progress import assess_json
from yuxi_eldercare.core.api.parsing import ExactJSONParser

from .conformance import component_of, problems

URL = "/api/v1/assessments/preview"
CASE: dict[str, Any] = preview.EXAMPLE_CASE
BAD = {**CASE, "milestones": [{"due": "2020-12-31", "value": "2"}]}


def post(client: Client, body: Any, path: str = URL) -> tuple[int, Any]:
    data = body if isinstance(body, str | bytes) else json.dumps(body)
    answer = client.post(path, data, "application/json")
    return answer.status_code, json.loads(answer.content)


def test_one_case_gives_one_answer(api: Client) -> None:
    status, answer = post(api, CASE)
    assert status == 200
    assert answer == assess_json(CASE)
    first, second = answer["milestones"]
    assert (first["state"], first["schedule_ratio"][:7]) == ("ON_TRACK", "1.08554")
    assert second["share_done"].startswith("0.16434")
    assert problems("CaseAnswer", answer) == []


def test_a_list_gives_a_list(api: Client) -> None:
    status, answers = post(api, [CASE, {**CASE, "readings": []}])
    assert status == 200
    assert answers == assess_json([CASE, {**CASE, "readings": []}])
    assert post(api, []) == (200, [])


def test_slash_at_the_end_is_optional(api: Client) -> None:
    assert post(api, CASE, URL + "/")[0] == 200


def test_numbers_keep_every_digit(api: Client) -> None:
    body = json.dumps(CASE).replace('"1.5"', "1.50000000000000000001")
    assert post(api, body)[1]["milestones"][0]["actual"] == "1.50000000000000000001"


def test_nothing_is_stored(api: Client) -> None:
    with CaptureQueriesContext(connection) as statements:
        post(api, [CASE] * 3)
    assert all(s["sql"].startswith("SELECT") for s in statements)
    assert len(statements) == 2, "the session and its user"


def refused(client: Client, body: Any, status: int = 400) -> dict[str, Any]:
    code, answer = post(client, body)
    assert code == status, answer
    assert set(answer) == {"detail", "errors"}
    if status == 400 and answer["errors"]:
        assert problems(component_of(URL, "post", "400"), answer) == []
    return dict(answer)


def test_a_bad_case_is_named_with_its_field(api: Client) -> None:
    answer = refused(api, BAD)
    (problem,) = answer["errors"]
    assert (problem["case"], problem["field"]) == (0, "milestones[0].due")
    assert answer["detail"] == problem["message"]


def test_every_bad_case_of_a_list_is_named(api: Client) -> None:
    answer = refused(api, [CASE, BAD, CASE, {**CASE, "as_of": "2022-02-30"}])
    assert [(p["case"], p["field"]) for p in answer["errors"]] == [(1, "milestones[0].due"), (3, "as_of")]
    assert "2处" in answer["detail"]


BAD_CASES = {
    "NaN as text": ({**CASE, "readings": [{"date": "2022-06-30", "value": "NaN"}]}, "readings[0].value"),
    "a comma": ({**CASE, "readings": [{"date": "2022-06-30", "value": "1,2"}]}, "readings[0].value"),
    "dates twice": (
        {**CASE, "readings": [{"date": "2022-06-30", "value": "1"}] * 2},
        "readings[1].date",
    ),
    "annual going down": (
        {**CASE, "direction": "down", "target_type": "annual", "baseline": None},
        "milestones[0].comparator",
    ),
    "band upside down": (
        {
            **CASE,
            "target_type": "range",
            "milestones": [{"due": "2023", "value": "2", "value_max": "1"}],
        },
        "milestones[0].value_max",
    ),
    "not an object": (7, ""),
    "nothing": (None, ""),
}


@pytest.mark.parametrize("name", BAD_CASES)
def test_bad_input_names_the_field(name: str, api: Client) -> None:
    case, field = BAD_CASES[name]
    (problem,) = refused(api, case)["errors"]
    assert problem["message"]
    assert problem["field"] in {field, "direction"}


@pytest.mark.parametrize(
    "body",
    [
        "{",
        '{"as_of": NaN}',
        '{"as_of": Infinity}',
        b"\xff\xfe",
        "[" * 100_000,
        '{"a": ' + "9" * 5000 + "}",
    ],
    ids=["cut off", "NaN", "Infinity", "not UTF-8", "too deep", "a huge number"],
)
def test_what_is_no_json_is_refused(body: str | bytes, api: Client) -> None:
    answer = refused(api, body)
    assert answer["errors"] == []
    assert "JSON" in answer["detail"]


def test_only_json(api: Client) -> None:
    answer = api.post(URL, {"direction": "up"})
    assert answer.status_code == 415


def test_limits(api: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preview, "MOST_CASES", 2)
    assert "2 个案例" in refused(api, [CASE] * 3)["detail"]
    monkeypatch.setattr(preview, "MOST_READINGS", 0)
    assert refused(api, CASE)["errors"][0]["field"] == "readings"
    monkeypatch.setattr(preview, "MOST_READINGS", 10)
    monkeypatch.setattr(preview, "MOST_WORK", 1)
    assert refused(api, CASE)["errors"][0]["field"] == "milestones"
    monkeypatch.setattr(preview, "MOST_WORK", 3)
    assert "计算量" in refused(api, [CASE, CASE])["detail"]
    monkeypatch.setattr(ExactJSONParser, "most_bytes", 100)
    assert "MB" in refused(api, CASE, 413)["detail"]


def test_two_thousand_cases_in_one_call(api: Client) -> None:
    status, answers = post(api, [CASE] * 2000)
    assert (status, len(answers)) == (200, 2000)
