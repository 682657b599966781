"""The plans as shipped: every target of an evaluation is told with its clause, and no sentence is left open."""

from datetime import date
from typing import Any

import pytest
from django.db import transaction

from targets.models import FrozenAssessment, Indicator, Target
from tests.worlds import publish, value
from yuxi_eldercare.core.models import Document, Region
from yuxi_eldercare.period_close import close_month
from yuxi_eldercare.reports import docx
from yuxi_eldercare.reports.blocks import lines_of
from yuxi_eldercare.reports.orders import Order, build, subject_of

from .test_builders import LEFT_OPEN

# What is said does not depend on the database, so that this runs once.
pytestmark = pytest.mark.pure

MONTH = date(2026, 1, 31)
CITY = "530400"


@pytest.fixture(scope="module")
def closed(plans: None, django_db_blocker: Any) -> Any:
    """January 2026 with a few figures: one rate is met in some counties, everything else is not reported."""
    with django_db_blocker.unblock(), transaction.atomic():
        rate = Indicator.objects.filter(
            rollup="ratio_of_sums",
            targets__document__key="old-and-young-plan-2023",
            targets__nature="binding",
        ).first()
        assert rate is not None
        counties = Region.objects.filter(level="county").values_list("code", flat=True)
        publish(
            *(value(rate, code, "2025", (40 + 5 * place, 100)) for place, code in enumerate(counties)),
            judge_later=True,
        )
        yield close_month(month_end=MONTH, by=None, process="test", acknowledged="测试")
        transaction.set_rollback(True)


@pytest.mark.parametrize(
    "about",
    [
        {"kind": "final", "plan": "old-and-young-plan-2023"},
        {"kind": "final", "plan": "action-plan-2021-2023"},
        {"kind": "final", "plan": "yimen-14th-five-year-plan"},
        {"kind": "briefing"},
        {"kind": "county", "region": "530425"},
    ],
    ids=lambda about: " ".join(about.values()),
)
def test_reports_on_the_shipped_plans_say_everything(closed: Any, db: None, about: dict[str, str]) -> None:
    order = Order(month_end=MONTH, **about)
    content = build(order, subject_of(order))
    said = list(lines_of(content))
    assert not [line for line in said if LEFT_OPEN.search(line)]
    assert docx.render(content, created="2026-02-05T17:00:00+08:00")
    if about["kind"] != "final":
        return
    document = Document.objects.get(plan__key=about["plan"], status="issued", withdrawn_at=None)
    whole = "\n".join(said)
    judged = set(
        FrozenAssessment.objects.filter(
            close=closed, document=document.key, region=document.plan.region_id
        ).values_list("regional_target__target__key", flat=True)
    )
    targets = Target.objects.filter(document=document, withdrawn_at=None).prefetch_related("sources__clause")
    assert judged
    for target in targets:
        assert target.name_as_written in whole
        source = target.sources.first()
        assert source is not None
        if target.key in judged:
            assert f"“{source.phrase}”（{source.clause.number}）" in whole
        else:
            assert f"{source.clause.number} | {source.phrase} | " in whole, "told as not judged by numbers"
