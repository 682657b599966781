"""What stands in the addresses of the ledgers of people: a household, a trainee, what is counted."""

from typing import Any

from subsidies.people import households, trainees
from targets.models import Indicator, ReportingLine
from tests.reporting_world import QUARTER, Reporting
from tests.subsidies.people_world import home, trained


def people_values(r: Reporting) -> dict[str, dict[str, Any]]:
    """Route → what stands in its address."""
    (household,) = households.enter([home(1)], department=r.red, by=r.ann)
    (trainee,) = trainees.enter([trained(1)], department=r.red, by=r.ann)
    steps = ("", "-change", "-withdraw", "-reveal")
    counted = _counted(r)
    return {
        **{f"subsidy-household{step}": {"pk": household.pk} for step in (*steps, "-accept")},
        **{f"subsidy-trainee{step}": {"pk": trainee.pk} for step in steps},
        "subsidy-household-export": {"form": "csv"},
        "subsidy-trainee-export": {"form": "csv"},
        "subsidy-people-import": {"ledger": "households"},
        "subsidy-people-template": {"ledger": "households", "form": "csv"},
        "subsidy-counted": counted,
        "subsidy-counted-export": {**counted, "form": "csv"},
    }


def _counted(r: Reporting) -> dict[str, str]:
    """The counted indicator, which 红河区民政局 reports and 市民政局 confirms."""
    like = r.world.households
    indicator = Indicator.objects.create(
        key="home-adaptation-households",
        name="台账改造户数",
        theme=like.theme,
        unit="户",
        direction="up",
        rollup="sum",
        basis="year",
        integer=True,
        definition="测试用",
        position=99,
    )
    ReportingLine.objects.create(
        indicator=indicator,
        region=r.red.region,
        department=r.red,
        confirmer=r.city,
        frequency="quarter",
        valid_from=QUARTER.replace(year=2021),
    )
    return {"indicator": indicator.key, "region": r.red.region_id, "end": QUARTER.isoformat()}
