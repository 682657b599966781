"""What stands in the addresses of applications: a draft of 红河区民政局 for one of its institutions, with a paper."""

from datetime import date
from typing import Any

from projects.models import Institution
from projects.register import Facts, Statement, record_statements
from subsidies.applying import Claim, register_application
from subsidies.models import Scheme
from tests.core.test_files import PNG
from tests.reporting_world import Reporting
from yuxi_eldercare.core.files import keep


def application_values(r: Reporting) -> dict[str, dict[str, Any]]:
    """Route → what stands in its address."""
    facts = Facts("申请补助的养老院", r.red.region_id, "eldercare", "private", beds=100)
    made = record_statements(statements=[Statement(date(2022, 1, 1), facts, r.red.pk)], by=r.ann)[0]
    scheme = Scheme.objects.create(
        key="claimed", name="建设补助", programme="construction", unit="bed", per="once"
    )
    row = register_application(
        scheme=scheme,
        claim=Claim(claimed=10, account="53001234567890123", phone="13800000001"),
        department=r.red,
        institution=Institution.objects.get(pk=made.institution),
        by=r.ann,
    )
    kept = keep(PNG, name="a.png", media_type="image/png", by=r.ann)
    file = row.files.create(kind="other", file=kept, added_by=r.ann)
    homes = Scheme.objects.create(
        key="claimed-homes", name="改造补贴", programme="adaptation", unit="household", per="once"
    )
    listing = register_application(
        scheme=homes, claim=Claim(claimed=1), department=r.red, county=r.red.region, by=r.ann
    )
    one, paper = {"pk": row.pk}, {"pk": file.pk}
    return {
        "subsidy-export": {"form": "csv"},
        "subsidy-application": one,
        "subsidy-application-edit": one,
        "subsidy-application-payee": one,
        "subsidy-application-attach": one,
        "subsidy-application-step": {**one, "step": "submit"},
        "subsidy-application-reveal": {**one, "field": "account"},
        "subsidy-application-people": {"pk": listing.pk},
        "subsidy-application-file": paper,
        "subsidy-application-file-remove": paper,
    }
