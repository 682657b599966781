"""Random histories of actions by random people: whatever they try, the promises of domain guide §5 hold."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from targets.actions.refusals import Refused
from targets.models import Entry, EntryStep, Observation
from targets.reporting.changes import CellChange, Conflict
from targets.reporting.entries import save_entry
from targets.reporting.figures import figure_of, from_json
from targets.reporting.publishing import cancel_correction, publish, start_correction
from targets.reporting.steps import return_entries, review, submit, withdraw
from targets.reporting.trail import ENTERING, history
from tests.reporting_world import GREEN, NOW, RED, Reporting, at, make_reporting_world
from tests.worlds import make_user
from yuxi_eldercare.core.models import AuditEvent, Membership, User
from yuxi_eldercare.core.roles import CONFIRM, ENTER, REVIEW, can

# Which states a verb may begin in, and where it leads.
MOVES = {
    "save": ({"empty", "draft", "returned"}, {"empty", "draft"}),
    "submit": ({"draft"}, {"submitted"}),
    "withdraw": ({"submitted"}, {"draft"}),
    "return": ({"submitted", "reviewed"}, {"returned"}),
    "review": ({"submitted"}, {"reviewed"}),
    "publish": ({"reviewed"}, {"published"}),
    "correct": ({"published"}, {"draft"}),
    "cancel": ({"draft", "returned"}, {"published"}),
    "recount": ({"published"}, {"published"}),
}
PERMISSION = {"save": ENTER, "submit": ENTER, "withdraw": ENTER, "correct": ENTER, "cancel": ENTER}

# "next" is what a person who plays by the rules would do now; the others are tried by anybody.
VERBS = ["next"] * 6 + [verb for verb in MOVES if verb != "recount"]
NEXT = {
    "empty": "save",
    "draft": "submit",
    "returned": "save",
    "submitted": "review",
    "reviewed": "publish",
    "published": "correct",
}
ROLES = {"save": 0, "submit": 0, "correct": 0, "review": 1, "publish": 2}
STAFF = {
    "red": ("ann", "bob", "lin"),
    "green": ("cai", "deng", "mei"),
    "population": ("su", "sun", "shi"),
}
PEOPLE = ["ann", "amy", "bob", "bert", "cai", "deng", "lin", "mei", "multi", "su", "sun", "shi"]
CELLS = ["homes red", "homes green", "beds red", "population red", "places red"]
FIGURES = [None, "na", 0, 1, 3, 7, 40]

actions = st.lists(
    st.tuples(
        st.sampled_from(VERBS),
        st.sampled_from(PEOPLE),
        st.lists(st.sampled_from(CELLS), min_size=1, max_size=3, unique=True),
        st.sampled_from(FIGURES),
        st.booleans(),
    ),
    min_size=5,
    max_size=40,
)


class Play:
    """The world, with a second reporter and reviewer, and one person who holds every role of the unit."""

    def __init__(self) -> None:
        self.w: Reporting = make_reporting_world()
        red = self.w.red
        make_user("amy", "reporter", red.region, red)
        make_user("bert", "reviewer", red.region, red)
        multi = make_user("multi", "reporter", red.region, red)
        for role, region, unit in (
            ("reviewer", red.region, red),
            ("lead", self.w.world.city, self.w.city),
        ):
            Membership.objects.create(
                user=multi, role=role, region=region, department=unit, valid_from=NOW.date()
            )
        self.people = {user.username: user for user in User.objects.all()}
        places = {"homes": self.w.world.homes, "beds": self.w.world.beds}
        places |= {"population": self.w.population, "places": self.w.places}
        self.cells = {
            text: self.w.entry(places[text.split()[0]], RED if text.endswith("red") else GREEN).pk
            for text in CELLS
        }

    def act(self, verb: str, name: str, cells: list[str], figure: Any, stale: bool) -> None:
        """Try an action; refusals and conflicts are answers, anything else fails the test."""
        if verb == "next":
            cells, stale = cells[:1], False
            verb = NEXT[Entry.objects.get(pk=self.cells[cells[0]]).state]
            staff = STAFF["population" if "population" in cells[0] else cells[0].split()[1]]
            name = staff[ROLES[verb]]
        user, ids = self.people[name], [self.cells[text] for text in cells]
        calls: dict[str, Callable[[], Any]] = {
            "save": lambda: self.save(ids[0], figure, user, stale),
            "submit": lambda: submit(entries=ids, by=user),
            "withdraw": lambda: withdraw(entries=ids, by=user),
            "return": lambda: return_entries(entries=ids, reason="请核对", by=user),
            "review": lambda: review(entries=ids, by=user),
            "publish": lambda: publish(entries=ids, by=user),
            "correct": lambda: start_correction(entry=ids[0], reason="漏报", by=user),
            "cancel": lambda: cancel_correction(entry=ids[0], by=user),
        }
        before = self.picture()
        try:
            with transaction.atomic():
                calls[verb]()
        except (Refused, Conflict):
            assert self.picture() == before, f"{verb} was refused and yet changed something"

    def save(self, pk: int, figure: Any, user: User, stale: bool) -> None:
        row = Entry.objects.select_related("indicator").get(pk=pk)
        if figure is None:
            change = CellChange(answer="empty")
        elif figure == "na":
            change = CellChange(answer="na", na_reason="无此项")
        elif row.indicator.rollup == "ratio_of_sums":
            change = CellChange(answer="number", numerator=Decimal(figure), denominator=Decimal(40))
        else:
            change = CellChange(answer="number", value=Decimal(figure))
        revision = max(0, row.revision - 1) if stale else row.revision
        save_entry(entry=row, change=change, expected_revision=revision, by=user)

    def picture(self) -> list[Any]:
        """Everything an action may change."""
        return [
            list(Entry.objects.order_by("pk").values()),
            list(Observation.objects.order_by("pk").values()),
            EntryStep.objects.count(),
            AuditEvent.objects.count(),
        ]


def check_entry(entry: Entry) -> None:
    """The promises about one cell."""
    state, entered, figure = "empty", set[int](), None
    for step in history(entry):
        begin, end = MOVES[step.verb]
        assert step.before["state"] == state
        assert state in begin
        state = step.after["state"]
        assert state in end
        assert figure is None or from_json(step.before) == figure, "a figure changed between two steps"
        figure = from_json(step.after)
        if step.verb in PERMISSION:
            assert can(step.by, PERMISSION[step.verb], department=entry.department)
        if step.verb in {"review", "return", "withdraw"}:
            assert figure == from_json(step.before), "a reviewer changed a figure"
        if step.verb == "review":
            assert can(step.by, REVIEW, department=entry.department)
            assert step.by_id not in entered, "reviewed what they entered"
        if step.verb == "publish":
            assert can(step.by, CONFIRM, department=entry.confirmer, region=entry.region)
            assert step.by_id not in entered, "confirmed what they entered"
        if step.verb == "return":
            assert step.reason
        if step.verb in ENTERING:
            entered.add(step.by_id)
        if step.verb == "publish":
            entered.clear()
    assert entry.state == state
    assert figure is None or figure_of(entry) == figure


def check_observations(entry: Entry) -> None:
    """One value in force, every version kept, corrections with reasons, the entry and its value agree."""
    rows = list(
        Observation.objects.filter(
            indicator=entry.indicator, region=entry.region, period_end=entry.period_end
        ).order_by("version")
    )
    assert [row.version for row in rows] == list(range(1, len(rows) + 1))
    assert all(row.superseded_at is not None for row in rows[:-1])
    assert all(row.reason for row in rows[1:])
    steps = EntryStep.objects.filter(entry=entry, verb__in=["publish", "recount"]).count()
    assert len(rows) == steps
    if rows:
        assert rows[-1].superseded_at is None
        assert entry.state != "empty"
    if entry.state == "published":
        assert entry.observation == rows[-1]
        assert figure_of(entry) == figure_of(rows[-1])


@pytest.mark.django_db
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(actions)
def test_the_promises_hold_in_every_history(w_play: Play, moves: list[Any]) -> None:
    with at(NOW), transaction.atomic():
        for move in moves:
            w_play.act(*move)
        for entry in Entry.objects.select_related(
            "department__region", "confirmer__region", "indicator", "region"
        ):
            check_entry(entry)
            check_observations(entry)
        transaction.set_rollback(True)


@pytest.fixture
def w_play(db: None) -> Play:
    with at(NOW):
        return Play()


@pytest.mark.django_db
def test_a_typical_history_is_among_them(w_play: Play) -> None:
    """The generator's verbs reach publication and correction when people play by the rules."""
    with at(NOW):
        for verb, name, figure in (
            ("save", "ann", 3),
            ("submit", "ann", None),
            ("review", "bob", None),
            ("publish", "lin", None),
            ("correct", "amy", None),
            ("save", "amy", 7),
            ("submit", "ann", None),
            ("review", "multi", None),
            ("publish", "mei", None),
        ):
            w_play.act(verb, name, ["homes red"], figure, False)
        entry = Entry.objects.select_related(
            "department__region", "confirmer__region", "indicator", "region"
        ).get(pk=w_play.cells["homes red"])
        assert (entry.state, entry.value, entry.observation and entry.observation.version) == (
            "published",
            7,
            2,
        )
        check_entry(entry)
        check_observations(entry)
