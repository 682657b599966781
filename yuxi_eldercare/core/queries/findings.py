"""What the pages ask about findings: counts by kind, a filtered list, and the passage a phrase stands in."""

import re
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.db.models import Case, Count, IntegerField, Prefetch, Q, QuerySet, Value, When

from yuxi_eldercare.core.models import Document, Finding, FindingPlace, Ruling
from yuxi_eldercare.core.plan_text.clauses import Span, occurrences
from yuxi_eldercare.core.plan_text.normal import NormalText, normalise, squeeze

OPEN, RULED, GONE = "open", "ruled", "gone"
STATUSES = (OPEN, RULED, GONE)
_AROUND = 60
_STOP = re.compile("[。〕]")
Kind = Finding.Kind
# What an official must decide on first, wording last.
ORDER = (
    Kind.PLAN_CONFLICT,
    Kind.COUNTY_VS_CITY,
    Kind.CANNOT_BOTH_BE_TRUE,
    Kind.TOTAL_MISMATCH,
    Kind.REPORTED_DIFFERS,
    Kind.COUNTED_DIFFERS,
    Kind.PROSE_VS_TABLE,
    Kind.MEASURED_DIFFERENTLY,
    Kind.DUPLICATE_PROJECT,
    Kind.MISSING_INFORMATION,
    Kind.MISSING_ATTACHMENT,
    Kind.DRAFT_VS_ISSUED,
    Kind.SPELLING,
    Kind.SLIP,
)


@dataclass(frozen=True)
class FindingFilter:
    """What a list of findings is narrowed to; empty fields ask for everything in force."""

    kind: str = ""
    document: str = ""
    status: str = ""
    text: str = ""

    def condition(self, *, with_kind: bool = True) -> Q:
        """The condition on findings."""
        wanted = Q(withdrawn_at__isnull=self.status != GONE)
        if self.status in {OPEN, RULED}:
            wanted &= Q(pk__in=_ruled()) if self.status == RULED else ~Q(pk__in=_ruled())
        if self.document:
            wanted &= Q(
                pk__in=FindingPlace.objects.filter(clause__document__key=self.document).values("finding")
            )
        if self.text:
            wanted &= Q(summary__icontains=self.text) | Q(
                pk__in=FindingPlace.objects.filter(phrase__icontains=self.text).values("finding")
            )
        if with_kind and self.kind:
            wanted &= Q(kind=self.kind)
        return wanted


@dataclass(frozen=True)
class KindCount:
    """How many findings of a kind there are, and how many of them an official has ruled on."""

    kind: str
    label: str
    total: int
    ruled: int = field(default=0)


def _ruled() -> QuerySet[Ruling, int]:
    return Ruling.objects.filter(replaced_at=None).values_list("finding", flat=True)


def kind_counts(wanted: FindingFilter) -> list[KindCount]:
    """Counts by kind of what the filter asks for apart from a kind, in the order of kinds. One statement."""
    rows = (
        Finding.objects.filter(wanted.condition(with_kind=False))
        .order_by()
        .values("kind")
        .annotate(total=Count("pk"), ruled=Count("pk", filter=Q(pk__in=_ruled())))
    )
    found = {row["kind"]: row for row in rows}
    return [
        KindCount(kind.value, str(kind.label), found[kind]["total"], found[kind]["ruled"])
        for kind in ORDER
        if kind in found
    ]


def findings(wanted: FindingFilter) -> QuerySet[Finding]:
    """Findings with places and the ruling in force, grouped by kind."""
    order = Case(
        *(When(kind=kind, then=Value(rank)) for rank, kind in enumerate(ORDER)),
        output_field=IntegerField(),
    )
    return (
        Finding.objects.filter(wanted.condition())
        .annotate(rank=order)
        .order_by("rank", "position", "key")
        .prefetch_related(
            Prefetch("places", FindingPlace.objects.select_related("clause__document__plan")),
            Prefetch(
                "rulings",
                Ruling.objects.filter(replaced_at=None).select_related("ruled_by"),
                to_attr="in_force",
            ),
        )
    )


@dataclass(frozen=True)
class Passage:
    """A phrase with the words around it in the document's text."""

    before: str
    phrase: str
    after: str


def passage(document: Document, number: str, heading: str, phrase: str) -> Passage | None:
    """The passage a phrase stands in; None where the text is not at hand, for a table, or in doubt.

    Of several occurrences the one that follows the clause's heading most closely is meant.
    """
    if "附件" in number or "表" in number or "·" in number:
        return None
    normal = _text_of(document.text_file)
    if normal is None:
        return None
    whole = Span(0, len(normal.text))
    found = list(occurrences(normal, phrase, whole))
    headings = [span.start for span in occurrences(normal, heading, whole)]
    if len(found) > 1:
        after = [(span.start - start, span) for span in found for start in headings if start <= span.start]
        found = [min(after, key=lambda pair: pair[0])[1]] if after else []
    if not found:
        return None
    span = found[0]
    start, end = max(0, span.start - _AROUND), min(len(normal.text), span.end + _AROUND)
    return Passage(
        _since_stop(normal.text[start : span.start], cut=start > 0),
        squeeze(phrase),
        _until_stop(normal.text[span.end : end], cut=end < len(normal.text)),
    )


def _since_stop(text: str, *, cut: bool) -> str:
    """The words since the last full stop; … where the sentence begins further back."""
    _, stop, tail = text.rpartition("。")
    return tail if stop or not cut else f"…{tail}"


def _until_stop(text: str, *, cut: bool) -> str:
    """The words up to the next full stop or 〕; … where the sentence goes on."""
    stop = _STOP.search(text)
    return text[: stop.end()] if stop else text + ("…" if cut else "")


def _text_of(name: str) -> NormalText | None:
    """The normalised text of a document; None where the file was not supplied to this installation."""
    if not name or Path(name).name != name:
        return None
    path = Path(settings.DOCUMENTS_DIR) / name
    if not path.is_file():
        return None
    return _normalised(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=16)
def _normalised(path: Path, modified: int) -> NormalText:
    del modified  # part of the key, so that a changed file is read again
    return normalise(path.read_text(encoding="utf-8"))
