"""A county's statement as Word, for everybody who sees the county's subsidies."""

from datetime import date

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from subsidies.queries.seen import counties_for
from targets.reporting.wording import kept
from yuxi_eldercare.core import audit
from yuxi_eldercare.core.pages import person, refused_page
from yuxi_eldercare.core.roles import VIEW_SUBSIDIES, can
from yuxi_eldercare.reports import docx
from yuxi_eldercare.reports.docx.package import MEDIA_TYPE
from yuxi_eldercare.reports.producing import issuer_of

from .content import created_at, statement
from .facts import read_facts


@require_safe
@transaction.atomic
def subsidy_statement(request: HttpRequest, county: str, year: int) -> HttpResponse:
    """The statement as of today, or of an earlier day with `?as_of=`."""
    user = person(request)
    decision = can(user, VIEW_SUBSIDIES)
    if not decision:
        return refused_page(request, decision.reason)
    row = get_object_or_404(counties_for(user, VIEW_SUBSIDIES), pk=county)
    facts = read_facts(row, year, _day(request.GET.get("as_of", "")), user)
    content = _written(facts, issuer=issuer_of(user))
    audit.record(
        by=user,
        action="subsidies.statement",
        object_type="region",
        object_key=row.pk,
        after={"year": year, "as_of": facts.on.isoformat(), "sha256": content.digest()},
    )
    answer = HttpResponse(docx.render(content, created=created_at()), content_type=MEDIA_TYPE)
    name = f"{content.name}{content.edition}.docx"
    answer["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


_written = kept(statement)


def _day(text: str) -> date:
    today = timezone.localdate()
    try:
        return min(date.fromisoformat(text), today)
    except ValueError:
        return today
