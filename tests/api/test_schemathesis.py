"""Every operation of the OpenAPI schema, called with generated data in this process.

Whatever is sent, the answer is no server error, has a documented status, and looks as the schema says. Data
are generated as the schema allows them, and as it forbids them; keys and places of real records are mixed in,
so that calls get further than the first refusal.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
import schemathesis
from django.core import signals
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from django.test import Client, TestCase
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from targets.models import JudgingState
from tests.accounts.people import give_second_factor
from tests.reporting_world import NOW, QUARTER, RED, Reporting, at, make_reporting_world
from yuxi_eldercare.api_docs import schema_in
from yuxi_eldercare.core import audit, dispatch, jobs
from yuxi_eldercare.core.models import User

from .furniture import furnish
from .machines import basic, bind, make_client, token_of

EXAMPLES = 10
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
SCHEMA = schemathesis.openapi.from_dict(schema_in("zh-hans"))
SCHEMA.app = get_wsgi_application()
OPERATIONS = {found.ok().label: found.ok() for found in SCHEMA.get_all_operations()}
TOKEN, PUSH = "POST /api/v1/oauth/token/", "POST /api/v1/observations/"


@dataclass
class Scene:
    """Who calls which operation, and keys of records that exist."""

    reporting: Reporting
    callers: dict[str, dict[str, dict[str, str]]]
    keys: dict[str, dict[str, Any]]

    def caller(self, label: str) -> dict[str, dict[str, str]]:
        """Headers or cookies of an operation's caller: a client inside its unit, or who may read the list."""
        return self.callers.get(first_word(label), self.callers["client"])


def first_word(label: str) -> str:
    """`rounds` of `GET /api/v1/rounds/{id}/`."""
    return label.partition("/api/v1/")[2].partition("/")[0]


@pytest.fixture(scope="module")
def staged(django_db_setup: Any, django_db_blocker: Any) -> Iterator[Scene]:
    """The staffed and furnished world with a client, written once; the clock stands still."""
    with django_db_blocker.unblock(), transaction.atomic(), at(NOW):
        made = _scene()
        with _one_connection():
            yield made
        transaction.set_rollback(True)


@contextmanager
def _one_connection() -> Iterator[None]:
    """Inside, a request leaves the connection open, as with Django's own test client."""
    around = (signals.request_started, signals.request_finished)
    for signal in around:
        signal.disconnect(close_old_connections)
    try:
        yield
    finally:
        for signal in around:
            signal.connect(close_old_connections)


@pytest.fixture
def scene(staged: Scene, db: None) -> Scene:
    return staged


def _scene() -> Scene:
    with dispatch.at_once(), TestCase.captureOnCommitCallbacks(execute=True):
        reporting = make_reporting_world()
        JudgingState.objects.create(as_of=date(2024, 2, 1))
        furnish(reporting.world)
    made = make_client("red-system", reporting.red)
    bind(made.client, reporting.red)
    give_second_factor(reporting.world.shen)
    event = audit.record(by=reporting.lin, action="test.do", object_type="thing", object_key="1")
    return Scene(
        reporting,
        {
            "client": {"headers": {"Authorization": f"Bearer {token_of(made)}"}},
            "oauth": {"headers": {"Authorization": basic("red-system", made.secret)["authorization"]}},
            "audit": _session(reporting.world.shen),
            "jobs": _session(reporting.lin),
        },
        _keys(reporting, event.pk),
    )


def _session(user: User) -> dict[str, dict[str, str]]:
    client = Client()
    client.force_login(user)
    return {"cookies": {"sessionid": client.cookies["sessionid"].value}}


def _keys(r: Reporting, event: int) -> dict[str, dict[str, Any]]:
    return {
        "regions": {"code": RED},
        "departments": {"key": r.red.key},
        "plans": {"key": r.world.plan.key},
        "documents": {"code": r.world.document.key},
        "indicators": {"code": r.world.beds.key},
        "targets": {"key": "w.t.beds"},
        "assignments": {"key": "w.a.01"},
        "projects": {"key": "w.p.1"},
        "rules": {"key": "w.r.bed"},
        "facts": {"key": "w.f.beds-2020"},
        "lists": {"key": "w.l.platforms.1"},
        "findings": {"key": "w.x.slip"},
        "assessments": {"key": "w.t.beds@999900@2023-12-31"},
        "rounds": {"id": r.round.pk},
        "entries": {"id": r.entry(r.world.homes).pk},
        "jobs": {"id": jobs.create("x", "x", by=r.lin).pk},
        "audit": {"id": event},
    }


def cases(label: str, scene: Scene, mode: GenerationMode) -> st.SearchStrategy[Any]:
    """Generated calls; some with the key of a record that exists, or about cells that the client owes."""
    operation = OPERATIONS[label]
    generated = operation.as_strategy(generation_mode=mode)
    if label == PUSH:
        return st.one_of(generated, with_real_rows(generated, scene.reporting))
    if "{" in label and mode is GenerationMode.POSITIVE:
        return st.one_of(generated, operation.as_strategy(path_parameters=scene.keys[first_word(label)]))
    return generated


def with_real_rows(generated: st.SearchStrategy[Any], r: Reporting) -> st.SearchStrategy[Any]:
    """Generated calls whose body is about cells that the client owes, in each of the forms a body can have."""
    place = {"department": r.red.key, "region": RED, "period_end": str(QUARTER)}
    answers = {
        r.world.homes.key: {"value": st.integers(0, 9)},
        r.world.households.key: {"value": st.sampled_from(["3", "250", "-1"])},
        r.world.beds.key: {"numerator": st.integers(0, 9), "denominator": st.integers(5, 9)},
        r.places.key: {"not_applicable": st.just(True), "na_reason": st.sampled_from(["", "无"])},
    }
    row = st.one_of(
        st.fixed_dictionaries(
            {**{name: st.just(value) for name, value in place.items()}, "indicator": st.just(code), **answer},
            optional={"note": st.text(max_size=5), "revision": st.integers(0, 1)},
        )
        for code, answer in answers.items()
    )
    rows = st.lists(row, min_size=1, max_size=4, unique_by=lambda made: made["indicator"])
    options = {"dry_run": st.booleans(), "submit": st.booleans()}
    wrapped = st.fixed_dictionaries({"observations": rows | row}, optional=options)
    return st.tuples(generated, row | rows | wrapped).map(_put)


def _put(pair: tuple[Any, Any]) -> Any:
    case, body = pair
    case.body = body
    return case


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
@pytest.mark.parametrize("label", OPERATIONS)
def test_answers_are_as_documented(
    label: str, mode: GenerationMode, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("targets.api.observations.AT_ONCE_MOST", 2)

    @settings(
        max_examples=EXAMPLES if label != PUSH else 5 * EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.explicit, Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    @given(cases(label, scene, mode))
    def run(case: Any) -> None:
        with transaction.atomic():
            answer = case.call(**scene.caller(label))
            transaction.set_rollback(True)
        statuses.add(answer.status_code)
        case.validate_response(answer, checks=CHECKS)

    statuses: set[int] = set()
    run()
    assert mode is GenerationMode.NEGATIVE or 200 in statuses, "no call got further than a refusal"


def test_every_operation_is_there() -> None:
    assert {TOKEN, PUSH} <= set(OPERATIONS)
    paths = schema_in("zh-hans")["paths"]
    assert len(OPERATIONS) == sum(len(methods) for methods in paths.values())
