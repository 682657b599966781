"""The file of a sent notice, for everybody who may look at the notice."""

from datetime import datetime, time
from typing import Final

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from targets.models import SupervisionNotice
from targets.supervision.escalating import number_of
from targets.supervision.rights import visible_notices
from yuxi_eldercare.core import audit
from yuxi_eldercare.core.pages import person

from .document import MEDIA_TYPE, render

DEMO_MARK: Final = "演示数据"


@require_safe
@transaction.atomic
def document(request: HttpRequest, pk: int) -> HttpResponse:
    """A notice as Word; one that was not sent has no document."""
    user = person(request)
    row = get_object_or_404(visible_notices(user), pk=pk)
    if row.number is None or row.issued_on is None:
        raise Http404
    content = document_of(row)
    audit.record(
        by=user,
        action="supervision.document",
        object_type="supervision_notice",
        object_key=str(row.pk),
        detail=number_of(row),
    )
    answer = HttpResponse(content, content_type=MEDIA_TYPE)
    name = f"{number_of(row)} {row.said['title']}.docx"
    answer["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def document_of(row: SupervisionNotice) -> bytes:
    """The bytes of a sent notice's document, today and in ten years the same."""
    if row.issued_on is None:
        raise ValueError("a notice that was not sent has no document")
    sent = timezone.make_aware(datetime.combine(row.issued_on, time(9)))
    mark = DEMO_MARK if row.is_demo else ""
    return render(row.said, created=sent.isoformat(timespec="seconds"), mark=mark)
