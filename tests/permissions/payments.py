"""What stands in the addresses of payments: 红河区's list, a recovery of its application, its public list."""

from datetime import date
from typing import Any

from subsidies.models import Application, PaymentBatch, Recovery, Scheme
from tests.reporting_world import Reporting


def payment_values(r: Reporting) -> dict[str, dict[str, Any]]:
    """Route → what stands in its address."""
    batch = PaymentBatch.objects.create(number="ZF-1", region=r.red.region, state="sent", made_by=r.lin)
    scheme = Scheme.objects.create(
        key="paid", name="建设补助", programme="construction", unit="bed", per="once"
    )
    row = Application.objects.create(
        number="BZ-1",
        scheme=scheme,
        county=r.red.region,
        department=r.red,
        name="领过补助的养老院",
        claimed=10,
        made_by=r.ann,
    )
    recovery = Recovery.objects.create(
        application=row, amount_fen=100, reason="停办", due_on=date(2024, 12, 31), made_by=r.lin
    )
    return {
        "subsidy-payment": {"number": batch.number},
        "subsidy-payment-export": {"number": batch.number, "form": "csv"},
        "subsidy-recovery": {"pk": recovery.pk},
        "subsidy-recovery-new": {"number": row.number},
        "subsidy-public-export": {"form": "csv"},
        "subsidy-statement": {"county": r.red.region_id, "year": 2024},
    }
