"""What stands in the addresses of supervision: a notice to 红河区民政局 with an answer, one rung, one authority."""

from datetime import date
from typing import Any

from django.utils import timezone

from targets.models import (
    AssignmentPart,
    IssuingAuthority,
    LadderStep,
    NoticeReply,
    ScoreRule,
    SupervisionNotice,
)
from tests.core.test_files import PNG
from tests.reporting_world import Reporting
from yuxi_eldercare.core.files import keep


def notice_values(r: Reporting) -> dict[str, dict[str, Any]]:
    """Route → what stands in its address. 红河区民政局 has a part by then."""
    part = AssignmentPart.objects.get(department=r.red)
    step = LadderStep.objects.create(
        kind="order", cause="overdue", after_days=10, reply_workdays=5, approved_by_hand=True
    )
    authority = IssuingAuthority.objects.create(
        region=r.world.city, kind="order", department=r.city, word="云养督"
    )
    ScoreRule.objects.create(cause="praised", points=3, valid_from=date(2024, 1, 1))
    notice = SupervisionNotice.objects.create(
        kind="order",
        cause="overdue",
        cause_key="overdue:1",
        form="notice",
        state="sent",
        part=part,
        recipient=r.red,
        region=r.red.region,
        authority=r.city,
        word="云养督",
        year=2024,
        number=1,
        issued_on=date(2024, 10, 8),
        reply_due=date(2024, 10, 15),
        said={
            "due": "2024-09-28",
            "title": "关于养老的督办通知",
            "number": "云养督〔2024〕1号",
            "to": "红河区民政局：",
            "paragraphs": ["特此通知。"],
            "authority": "云溪市民政局",
            "date": "2024年10月8日",
        },
    )
    reply = NoticeReply.objects.create(
        notice=notice,
        text="已办",
        file=keep(PNG, name="b.png", media_type="image/png", by=r.ann),
        replied_at=timezone.now(),
        replied_by=r.ann,
        returned_at=timezone.now(),
        returned_by=r.world.du,
        return_reason="不全",
    )
    return {
        "supervision-export": {"form": "csv"},
        "supervision-notice": {"pk": notice.pk},
        "supervision-document": {"pk": notice.pk},
        "supervision-reply-file": {"pk": reply.pk},
        "supervision-step": {"pk": step.pk},
        "supervision-authority": {"pk": authority.pk},
        "supervision-points": {"cause": "praised"},
        "supervision-scores-export": {"form": "csv"},
        "supervision-unit": {"key": r.red.key},
    }
