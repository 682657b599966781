"""What is asked about schemes: which version holds on a day, the terms of one, and lists for the pages."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db.models import Prefetch, Q, QuerySet

from subsidies.calculator import Terms, read_conditions
from subsidies.models import Rule, RuleSource, Scheme, SchemeVersion, Unit
from yuxi_eldercare.core.models import Document

# What must be there before it can be paid for, as the licence says.
LIMITED_UNITS: Final[Collection[str]] = (Unit.BED, Unit.PLACE)
# Levels as plan files write them, the highest first; a database may keep the parts of a rule in another order.
LEVELS_AS_WRITTEN: Final = ("中央", "省", "市", "县")


def version_on(scheme: Scheme | int, day: date) -> SchemeVersion | None:
    """The version that holds on a day: of those valid then, the one with the highest number. One statement."""
    pk = scheme if isinstance(scheme, int) else scheme.pk
    return _in_force(SchemeVersion.objects.filter(scheme_id=pk).select_related("scheme"), day).last()


def terms_of(version: SchemeVersion) -> Terms:
    """The version as the calculator takes it; the scheme of the version is read when it is not there yet."""
    return Terms(
        amount_fen=version.amount_fen,
        conditions=read_conditions(version.conditions),
        split=version.split,
        limited=version.scheme.unit in LIMITED_UNITS,
    )


@dataclass(frozen=True)
class SchemeLine:
    """A scheme with its versions, the newest first, and the one in force on the day asked."""

    scheme: Scheme
    versions: Sequence[SchemeVersion]
    now: SchemeVersion | None

    @property
    def shown(self) -> SchemeVersion | None:
        """The version a page speaks of: the one in force, else the newest."""
        return self.now or (self.versions[0] if self.versions else None)


def scheme_lines(day: date) -> list[SchemeLine]:
    """All schemes in their order. Four statements, however many there are."""
    rows = Scheme.objects.prefetch_related(Prefetch("versions", _with_sources()))
    return [scheme_line(row, day) for row in rows]


def scheme_line(scheme: Scheme, day: date) -> SchemeLine:
    """One scheme whose versions are read already, or are read now."""
    versions = sorted(scheme.versions.all(), key=lambda version: -version.number)
    now = next(
        (v for v in versions if v.valid_from <= day and (v.valid_to is None or day <= v.valid_to)), None
    )
    return SchemeLine(scheme, versions, now)


def scheme_with_versions(key: str) -> QuerySet[Scheme]:
    """The scheme of a key, with versions and their sources."""
    return Scheme.objects.filter(key=key).prefetch_related(Prefetch("versions", _with_sources()))


def versions_to_try() -> QuerySet[SchemeVersion]:
    """Every version of every scheme, the newest of each first."""
    rows = SchemeVersion.objects.select_related("scheme")
    return rows.order_by("scheme__position", "scheme__key", "-number")


def rules_to_name() -> QuerySet[Rule]:
    """Rules a version may follow: about money or numbers, of issued documents that are in force here."""
    rows = Rule.objects.filter(
        withdrawn_at=None,
        document__withdrawn_at=None,
        document__status=Document.Status.ISSUED,
        kind__in=[Rule.Kind.MONEY, Rule.Kind.QUOTA],
    )
    return rows.select_related("document").order_by("document__position", "position", "key")


def draft_rules(versions: Collection[SchemeVersion]) -> dict[int, Rule]:
    """By the id of a followed rule, what the draft that its document superseded said on the same subject.

    Two statements at most.
    """
    followed = {
        (v.stated_by.document.supersedes_id, v.stated_by.subject): v.stated_by.pk
        for v in versions
        if v.stated_by
    }
    older = {document for document, _subject in followed if document is not None}
    if not older:
        return {}
    rows = Rule.objects.filter(document__in=older, withdrawn_at=None).select_related("document")
    found = rows.filter(subject__in=[subject for _document, subject in followed]).prefetch_related(_sources())
    return {followed[key]: row for row in found if (key := (row.document_id, row.subject)) in followed}


def _with_sources() -> QuerySet[SchemeVersion]:
    rows = SchemeVersion.objects.select_related("scheme", "stated_by__document", "made_by")
    return rows.prefetch_related(_sources("stated_by__sources"))


def _sources(path: str = "sources") -> Any:
    return Prefetch(path, RuleSource.objects.select_related("clause"))


def _in_force(rows: QuerySet[SchemeVersion], day: date) -> QuerySet[SchemeVersion]:
    held = rows.filter(Q(valid_to=None) | Q(valid_to__gte=day), valid_from__lte=day)
    return held.order_by("number")
