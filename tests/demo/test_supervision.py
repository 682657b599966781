"""The demonstration's supervision: a notice in every state, numbers without a gap, and taken away without a trace."""

from collections import defaultdict
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from targets.models import LadderStep, NoticeReply, ScoreLine, ScoreRule, SupervisionNotice
from targets.supervision.ladder import StepChange, change_score_rule, change_step
from yuxi_eldercare.core.models import User
from yuxi_eldercare.demo.accounts import ensure_accounts
from yuxi_eldercare.demo.following import follow
from yuxi_eldercare.demo.supervision import remove_supervision, supervise

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plans")]
TODAY = date(2026, 11, 20)


def test_it_is_told_once_in_every_state_and_taken_away(tmp_path: Path, settings: Any) -> None:
    settings.FILES_DIR = tmp_path
    ensure_accounts()
    follow(TODAY)
    count = supervise(TODAY)
    notices = SupervisionNotice.objects.all()
    assert supervise(TODAY) == count == notices.count()
    assert set(notices.values_list("state", flat=True)) == set(SupervisionNotice.State.values)
    assert notices.filter(form="letter", recipient__kind="vertical").exists()
    assert not notices.filter(is_demo=False).exists()
    numbers: dict[str, list[int]] = defaultdict(list)
    for word, number in notices.exclude(number=None).order_by("pk").values_list("word", "number"):
        numbers[word].append(number or 0)
    assert all(given == list(range(1, len(given) + 1)) for given in numbers.values())
    assert {"praised", "criticised", "on_time", "late"} <= set(
        ScoreLine.objects.values_list("rule__cause", flat=True)
    )

    ducha = User.objects.get(username="ducha")
    step = LadderStep.objects.get(cause="overdue", kind="order")
    change = StepChange(after_days=25, reply_workdays=3, approved_by_hand=True, enabled=True)
    change_step(step=step, change=change, reason="试", by=ducha)
    change_score_rule(cause="late", points=Decimal(-4), valid_from=date(2099, 1, 1), reason="试", by=ducha)
    assert remove_supervision(User.objects.filter(is_demo=True)) == count
    assert not any(model.objects.exists() for model in (SupervisionNotice, NoticeReply, ScoreLine))
    step.refresh_from_db()
    assert (step.after_days, step.from_file) == (20, True)
    assert ScoreRule.objects.filter(cause="late").count() == 1
