"""The ladder as configuration: loaded from the file, changed on a page with a reason, left alone by later loads."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from targets.actions.refusals import NotAllowed, Refused
from targets.models import IssuingAuthority, LadderStep, ScoreLine, ScoreRule
from targets.supervision.issuing import Authorities
from targets.supervision.ladder import StepChange, change_authority, change_score_rule, change_step
from targets.supervision.loading import load_supervision
from targets.supervision_rules import Rung, ladder_faults
from tests.reporting_world import NOW
from tests.worlds import RED, WHITE, make_user
from yuxi_eldercare.core.models import AuditEvent
from yuxi_eldercare.core.plan_files.bundle import Bundle, read_collection
from yuxi_eldercare.core.plan_files.known import Known
from yuxi_eldercare.core.plan_files.schema import schema_errors
from yuxi_eldercare.core.plan_files.supervision import supervision_errors
from yuxi_eldercare.core.plan_sync import Sync

from .conftest import Ladder

FIXTURES = Path(__file__).resolve().parents[3] / "fixtures"
FILE = """
ladder:
  - {cause: report, kind: urge, after_days: 2}
  - {cause: report, kind: order, after_days: %(order)s, reply_workdays: 5, approved_by_hand: true}
authorities:
  - {region: "999900", kind: order, department: w-mz, word: %(word)s}
scores:
  - {cause: late, points: %(points)s, valid_from: "2024-01-01"}
"""


def written(folder: Path, **given: object) -> Bundle:
    """The bundle of a folder with such a file."""
    text = FILE % {"order": 15, "word": "云督", "points": -1, **given}
    (folder / "supervision.yaml").write_text(text, encoding="utf-8")
    return read_collection(folder)


def load(folder: Path, **given: object) -> list[str]:
    """Load such a file; what changed, as words."""
    sync = Sync(written(folder, **given), NOW, frozenset(), whole=True)
    load_supervision(sync)
    return [f"{change.verb} {change.kind} {change.key}" for change in sync.changes]


@pytest.fixture
def empty(s: Ladder) -> Ladder:
    """The world without ladder, authorities and points."""
    LadderStep.objects.all().delete()
    IssuingAuthority.objects.all().delete()
    ScoreRule.objects.all().delete()
    return s


def test_a_load_adds_follows_the_file_and_is_idempotent(empty: Ladder, tmp_path: Path) -> None:
    assert len(load(tmp_path)) == 4
    assert load(tmp_path) == []
    assert load(tmp_path, order=20, word="云养督", points=-2) == [
        "update LadderStep report order",
        "update IssuingAuthority 999900 order",
        "update ScoreRule late 2024-01-01",
    ]
    step = LadderStep.objects.get(kind="order")
    assert (step.after_days, step.reply_workdays, step.approved_by_hand) == (20, 5, True)


def test_what_was_changed_on_the_page_is_left_alone(empty: Ladder, tmp_path: Path) -> None:
    load(tmp_path)
    step = LadderStep.objects.get(kind="order")
    change = StepChange(after_days=12, reply_workdays=None, approved_by_hand=False, enabled=True)
    change_step(step=step, change=change, reason="督办提前", by=empty.du)
    assert load(tmp_path, order=30) == []
    step.refresh_from_db()
    assert (step.after_days, step.from_file) == (12, False)


def test_points_that_were_given_keep_their_rule(empty: Ladder, tmp_path: Path) -> None:
    load(tmp_path)
    rule = ScoreRule.objects.get()
    ScoreLine.objects.create(
        department=empty.r.red,
        region_id=RED,
        rule=rule,
        points=rule.points,
        on=date(2024, 10, 8),
        cause_key="x",
    )
    assert load(tmp_path, points=-2) == []


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"order": 2}, "上一级的天数应更大"),
        ({"order": "soon"}, "整数"),
        ({"points": "many"}, "数字"),
        ({"word": ""}, "文字"),
    ],
    ids=["not rising", "no number", "no points", "no word"],
)
def test_faults_of_the_file_are_named(tmp_path: Path, given: dict[str, object], words: str) -> None:
    bundle = written(tmp_path, **given)
    known = Known(regions={"999900": "city"}, departments={"w-mz"})
    errors = [*bundle.errors, *schema_errors(bundle), *supervision_errors(bundle, known)]
    assert any(words in str(error) for error in errors), errors


def test_unknown_places_and_units_are_named(tmp_path: Path) -> None:
    errors = [str(error) for error in supervision_errors(written(tmp_path), Known())]
    assert any("没有区划“999900”" in error for error in errors)
    assert any("没有单位“w-mz”" in error for error in errors)


def test_a_change_needs_a_reason_and_leaves_an_audit_row(s: Ladder) -> None:
    step = LadderStep.objects.get(cause="report", kind="order")
    change = StepChange(after_days=12, reply_workdays=3, approved_by_hand=True, enabled=True)
    with pytest.raises(Refused, match="理由"):
        change_step(step=step, change=change, reason="", by=s.du)
    change_step(step=step, change=change, reason="年终加快", by=s.du)
    event = AuditEvent.objects.get(action="supervision.change_step")
    assert event.before is not None
    assert event.after is not None
    assert (event.before["after_days"], event.after["after_days"], event.detail) == (10, 12, "年终加快")
    with pytest.raises(Refused, match="没有改动"):
        change_step(step=step, change=change, reason="再存", by=s.du)


@pytest.mark.parametrize(
    ("after", "reply", "words"),
    [(1, 5, "应晚于"), (40, 5, "应晚于"), (400, 5, "之间"), (12, 0, "工作日")],
)
def test_a_ladder_that_does_not_rise_is_refused(s: Ladder, after: int, reply: int, words: str) -> None:
    step = LadderStep.objects.get(cause="report", kind="order")
    change = StepChange(after_days=after, reply_workdays=reply, approved_by_hand=True, enabled=True)
    with pytest.raises(Refused, match=words):
        change_step(step=step, change=change, reason="试", by=s.du)


def test_points_change_from_a_day_on_and_not_before_today(s: Ladder) -> None:
    given = {"cause": "late", "points": Decimal("-3"), "reason": "加重"}
    with pytest.raises(Refused, match="不早于今天"):
        change_score_rule(**given, valid_from=date(2024, 10, 1), by=s.du)  # type: ignore[arg-type]
    change_score_rule(**given, valid_from=date(2024, 11, 1), by=s.du)  # type: ignore[arg-type]
    assert [(str(row.valid_from), row.points) for row in ScoreRule.objects.filter(cause="late")] == [
        ("2024-11-01", Decimal("-3")),
        ("2024-01-01", Decimal("-1")),
    ]


def test_an_authority_is_a_unit_of_its_region(s: Ladder) -> None:
    row = IssuingAuthority.objects.get(kind="order")
    with pytest.raises(Refused, match="云溪市的单位"):
        change_authority(authority=row, department=s.r.red, word="云督", reason="试", by=s.du)
    changed = change_authority(
        authority=row, department=s.r.statistics, word="云统督", reason="移交", by=s.du
    )
    assert (changed.department, changed.word, changed.from_file) == (s.r.statistics, "云统督", False)


def test_a_region_without_an_authority_uses_that_of_the_region_above(s: Ladder) -> None:
    found = Authorities()
    assert found.of(RED, "order") == found.of("999900", "order") is not None
    own = IssuingAuthority.objects.create(region_id=RED, kind="order", department=s.r.red, word="红督")
    assert Authorities().of(RED, "order") == own
    assert found.of("530400", "order") is None


@pytest.mark.parametrize("who", ["ann", "lin", "ling", "du-white"])
def test_the_ladder_is_kept_by_the_citys_supervisor(s: Ladder, who: str) -> None:
    people = {
        "ling": s.r.world.ling,
        "du-white": make_user("du-white", "supervisor", s.r.world.counties[WHITE]),
    }
    by = people.get(who) or getattr(s.r, who)
    step = LadderStep.objects.get(cause="report", kind="order")
    change = StepChange(after_days=12, reply_workdays=3, approved_by_hand=True, enabled=True)
    with pytest.raises(NotAllowed):
        change_step(step=step, change=change, reason="试", by=by)
    with pytest.raises(NotAllowed):
        change_score_rule(cause="late", points=Decimal(0), valid_from=date(2024, 12, 1), reason="试", by=by)


def test_the_shipped_file_is_right_and_its_units_exist() -> None:
    """Checked whole by the sweep over fixtures; here, that every cause has a ladder that ends in a circular."""
    bundle = read_collection(FIXTURES)
    by_cause: dict[str, list[Rung]] = {}
    for record in bundle.ladder_steps:
        by_cause.setdefault(record["cause"], []).append(Rung(record["kind"], record["after_days"]))
    assert set(by_cause) == set(LadderStep.Cause.values)
    assert all({"urge", "order", "circular"} <= {rung.kind for rung in rungs} for rungs in by_cause.values())
    assert not any(ladder_faults(rungs) for rungs in by_cause.values())
    assert {record["cause"] for record in bundle.score_rules} == set(ScoreRule.Cause.values)
