"""The chapter of a document that a clause, and the targets it states, belong to."""

import re
from collections.abc import Collection

from targets.models import TargetSource
from yuxi_eldercare.core.models import Clause

# 二（四）表·3 stands in 二（四）, 附件3·14 in 附件3.
_CHAPTER = re.compile(r"附件\d+|[一二三四五六七八九十]+（[^）]*）|[^（·]+")


def chapter_of(number: str) -> str:
    """The chapter a clause belongs to, by its number."""
    found = _CHAPTER.match(number)
    return found.group() if found else number


def chapters_of(targets: Collection[int]) -> dict[int, str]:
    """By target, the chapter of its main source. One statement."""
    found: dict[int, str] = {}
    rows = TargetSource.objects.filter(record__in=targets).order_by("record_id", "position", "pk")
    for target, number in rows.values_list("record_id", "clause__number"):
        found.setdefault(target, chapter_of(number))
    return found


def chapter_headings(document: str, chapters: Collection[str]) -> list[tuple[str, str]]:
    """(number, heading) of these chapters of a document, in the order of its text. One statement."""
    rows = Clause.objects.filter(document__key=document, number__in=chapters).order_by("position", "pk")
    found = list(rows.values_list("number", "heading"))
    known = {number for number, _ in found}
    return found + [(number, "") for number in sorted(chapters) if number not in known]
