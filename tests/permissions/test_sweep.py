"""Every address, called as everybody: the answers are those of the reviewed table.

A new route without a row fails; the failure shows the row as observed, to be reviewed and pasted into
`table.yaml`. What stands in its address is said in `world.py`.
"""

from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from tests.reporting_world import NOW, at

from .routes import Route, routes
from .table import METHODS, Row, as_yaml, content, expected
from .world import VARIANTS, Scene, identities, make_scene

# Who may do what does not depend on the database, so that this runs once.
pytestmark = pytest.mark.pure

IDENTITIES = identities()
ROUTES = {route.key: route for route in routes()}
CASES = {**ROUTES, **{variant: ROUTES[variant.split()[0]] for variant in VARIANTS}}
REST = ("PUT", "PATCH", "DELETE")
# Pages of allauth show their form again whatever the method; the health check answers anything.
SHOW_THEMSELVES = {
    "login", "account_change_password", "account_reauthenticate", "mfa_reauthenticate", "healthz",
}  # fmt: skip


@pytest.fixture(scope="module")
def staged(django_db_setup: Any, django_db_blocker: Any, tmp_path_factory: Any) -> Iterator[Scene]:
    """The scene, made once and undone after the module; the clock stands still meanwhile."""
    with pytest.MonkeyPatch.context() as patched, django_db_blocker.unblock(), transaction.atomic(), at(NOW):
        patched.setattr("django.conf.settings.FILES_DIR", Path(tmp_path_factory.mktemp("files")))
        yield make_scene()
        transaction.set_rollback(True)


@pytest.fixture
def scene(staged: Scene, db: None) -> Scene:
    return staged


def outcome(scene: Scene, key: str, route: Route, method: str, identity: str) -> str:
    """What one identity is answered; the call is undone."""
    client = Client(raise_request_exception=False)
    session = scene.sessions.get(identity)
    if session is not None:
        client.cookies["sessionid"] = session
    if identity in scene.tokens:
        client.defaults["HTTP_AUTHORIZATION"] = f"Bearer {scene.tokens[identity]}"
    body, kind = ("{}", "application/json") if route.is_api else ("", "application/x-www-form-urlencoded")
    if method == "POST" and key in scene.bodies:
        body, kind = scene.bodies[key](scene.ids[identity])
    with transaction.atomic():
        answer = client.generic(method, route.path(scene.parameters(route)), body, kind)
        transaction.set_rollback(True)
    return _name(answer)


def _name(answer: Any) -> str:
    if answer.status_code != HTTPStatus.FOUND:
        return str(answer.status_code)
    if answer["Location"].startswith("/login/") and "/login/?" in answer["Location"] + "?":
        return "login"
    return "code" if answer["Location"] == "/account/code/on/" else "302"


@pytest.mark.parametrize("key", CASES)
def test_answers_are_those_of_the_table(scene: Scene, key: str) -> None:
    route = CASES[key]
    observed: Row = {
        method: {identity: outcome(scene, key, route, method, identity) for identity in IDENTITIES}
        for method in METHODS
    }
    row = expected(key, IDENTITIES)
    assert row is not None, f"review this row and add it to table.yaml:\n{as_yaml(key, observed)}"
    wrong = [
        f"{method} as {identity}: {observed[method][identity]}, the table says {row[method][identity]}"
        for method in METHODS
        for identity in IDENTITIES
        if observed[method][identity] != row[method][identity]
    ]
    assert not wrong, "\n".join([*wrong, "observed:", as_yaml(key, observed)])


@pytest.mark.parametrize("key", ROUTES)
@pytest.mark.parametrize("identity", ["anonymous", "lead", "system_admin"])
def test_nothing_answers_to_other_methods(scene: Scene, key: str, identity: str) -> None:
    """PUT, PATCH and DELETE do nothing anywhere, whoever calls."""
    for method in REST:
        got = outcome(scene, key, ROUTES[key], method, identity)
        harmless = {"401", "403", "404", "405", "login", "302", "code"}
        assert got in harmless | ({"200"} if key in SHOW_THEMSELVES else set()), (method, got)


def test_no_row_is_left_behind() -> None:
    assert set(content()["routes"]) <= set(CASES)


def test_the_groups_name_everybody_rightly() -> None:
    for members in content()["groups"].values():
        assert set(members.split()) <= set(IDENTITIES)


def test_inside_and_outside_differ_somewhere() -> None:
    """The table tells units apart: a sweep whose roles all got the same answer would prove nothing."""
    told_apart = {
        key
        for key in CASES
        if (row := expected(key, IDENTITIES))
        for method in METHODS
        if row[method]["reporter"] != row[method]["reporter@elsewhere"]
        or row[method]["reviewer"] != row[method]["reviewer@elsewhere"]
        or row[method]["lead"] != row[method]["lead@elsewhere"]
        or row[method]["client"] != row[method]["client@elsewhere"]
    }
    assert {"grid", "sheet", "entry-history", "evidence", "review-act", "review-act publish"} <= told_apart
