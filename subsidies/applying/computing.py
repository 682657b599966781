"""What a claim comes to: the version in force on the day it was sent, the register's facts, the other claims.

The answer is kept on the application as it was, with the figures it rests on; nobody recomputes an old one.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from projects.models import InstitutionVersion
from projects.queries.institutions import holding_on
from subsidies.calculator import Case, Computation, compute
from subsidies.models import Application, SchemeVersion, Unit
from subsidies.queries.schemes import terms_of, version_on
from subsidies.schemes.unmet import sentence
from targets.actions.refusals import Problem, Refused

from .repeats import Counted, counting_claims, grants_of_year

# The units that a licence states, and where.
CAPACITY = {Unit.BED: "beds", Unit.PLACE: "childcare_places"}


@dataclass(frozen=True)
class Computed:
    """A computation with everything it rests on."""

    version: SchemeVersion
    on: date  # the day of the facts: of the claim, or the end of the year it is for
    facts: InstitutionVersion | None
    earlier: Sequence[Counted]
    answer: Computation

    def as_json(self) -> dict[str, Any]:
        """As the application keeps it: the answer's own fields, and what it was given."""
        facts = self.facts
        return {
            **self.answer.as_json(),
            "version": self.version.number,
            "on": self.on.isoformat(),
            "facts": None
            if facts is None
            else {
                "name": facts.name,
                "kind": facts.kind,
                "operation": facts.operation,
                "capacity": capacity_of(facts, self.version.scheme.unit),
                "licence": facts.licence,
                "filing": facts.filing,
            },
            "earlier": [
                {"number": one.application.number, "name": one.application.name, "units": one.units}
                for one in self.earlier
            ],
        }

    def problems(self) -> list[Problem]:
        """A sentence for everything that is unmet."""
        return [Problem(None, _FIELDS.get(one.code, ""), sentence(one)) for one in self.answer.unmet]


# At which field of a form an unmet condition stands.
_FIELDS = {
    "nothing": "claimed",
    "capacity": "claimed",
    "once_per_unit": "claimed",
    "premises": "premises",
    "lease_years": "lease_to",
    "once_per_year": "year",
}


def facts_on(application: Application, day: date) -> InstitutionVersion | None:
    """What the register says of the institution on a day. One statement, none for a claim without institution."""
    if application.institution_id is None:
        return None
    rows = InstitutionVersion.objects.filter(holding_on(day), institution=application.institution_id)
    return rows.select_related("county", "region").first()


def capacity_of(facts: InstitutionVersion | None, unit: str) -> int | None:
    """Beds or places the register states; none where it is not known there, or nothing to be licensed."""
    field = CAPACITY.get(Unit(unit))
    return getattr(facts, field) if facts is not None and field is not None else None


def case_of(
    application: Application,
    quantity: int,
    facts: InstitutionVersion | None,
    before: int,
    grants: int,
    on: date,
) -> Case:
    """The claim as the calculator takes it on a day."""
    case = Case(
        quantity=quantity,
        capacity=capacity_of(facts, application.scheme.unit),
        granted_before=before,
        grants_this_year=grants,
        premises=application.premises,
        lease_from=application.lease_from,
        lease_to=application.lease_to,
        on=on,
    )
    if facts is None:
        return case
    return replace(case, operation=facts.operation, kind=facts.kind, filed=bool(facts.filing.strip()))


def compute_claim(
    application: Application, *, quantity: int, on: date, version: SchemeVersion | None = None
) -> Computed:
    """Compute a claim with the register as of a day; without a version, by the one in force on that day.

    What is for a year that is over is judged by what was so at its end.
    Raises `Refused` where no version is in force, or the register knows no open institution on that day.
    """
    version = version or version_on(application.scheme, on)
    if version is None:
        text = _("%(day)s没有有效的“%(scheme)s”标准，请联系市级牵头单位登记。")
        raise Refused.because(text % {"day": on, "scheme": application.scheme.name}, "scheme")
    day = on if application.year is None else min(on, date(application.year, 12, 31))
    facts = facts_on(application, day)
    if application.institution_id is not None and (
        facts is None or facts.status == InstitutionVersion.Status.CLOSED
    ):
        text = _("机构名册中这家机构在%(day)s没有运营，请先在名册里更正，再办理补助。")
        raise Refused.because(text % {"day": day}, "institution")
    earlier = counting_claims(application)
    before = sum(one.units for one in earlier)
    case = case_of(application, quantity, facts, before, grants_of_year(application), day)
    return Computed(version, day, facts, earlier, compute(terms_of(version), case))


def keep(application: Application, computed: Computed) -> None:
    """Put a computation on the application; the caller saves it."""
    application.version = computed.version
    application.computed = computed.as_json()
    application.total_fen = computed.answer.amount_fen


def no_split(version: SchemeVersion) -> Refused:
    """That nothing can be approved while no document governs who pays which part."""
    text = _(
        "“%(scheme)s”没有载明各级分担比例：现行文件没有规定，不能批复。"
        "请先取得规定分担比例的文件，由市级牵头单位在补助标准中登记比例和文号，"
        "再退回这笔申请，由申请单位重新提交，按新的一版计算。"
    )
    return Refused.because(text % {"scheme": version.scheme.name}, "split")
