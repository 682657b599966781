"""Plan files → projects, their links and the totals the text states."""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from yuxi_eldercare.core.plan_files import PlanFileError
from yuxi_eldercare.core.plan_files.bundle import Record
from yuxi_eldercare.core.plan_sync import Sync, as_text, positions

from .amounts import FEN_PER_WAN
from .following.standings import refresh_standings
from .models import Project, ProjectBody, ProjectLink, ProjectSource, StatedTotal, StatedTotalSource


def fen(wan: Any) -> int | None:
    """万元 of a plan file as whole 分; raises ValueError for a fraction of a 分."""
    if wan is None:
        return None
    amount = Decimal(str(wan)) * FEN_PER_WAN
    if amount != amount.to_integral_value():
        raise ValueError(f"{wan} 万元 is not a whole number of 分")
    return int(amount)


def load_projects_app(sync: Sync) -> None:
    """Projects and stated totals of the documents in scope."""
    records = sync.owned(sync.bundle.projects)
    present = Project.objects.filter(document__key__in=sync.scope)
    sync.errors += _dropped(present, records)
    rows = sync.keyed(Project, present, positions(records, lambda r: _values(sync, r)))
    sync.children(ProjectSource, "record", {rows[r.key]: sync.sources(r) for r in records})
    sync.children(
        ProjectBody, "project", {rows[r.key]: sync.bodies(r.get("responsible", [])) for r in records}
    )
    everything = {p.key: p for p in Project.objects.all()}
    links = {
        rows[r.key]: [
            {"to": everything[link["to"]], "kind": link["kind"], "note": as_text(link.get("note"))}
            for link in r.get("links", [])
        ]
        for r in records
    }
    _give_way(links)
    sync.children(ProjectLink, "project", links, rows=ProjectLink.objects.filter(made_at=None))
    _load_totals(sync)
    refresh_standings([row.pk for row in rows.values()])


def _dropped(present: QuerySet[Project], records: Iterable[Record]) -> Iterator[PlanFileError]:
    """Projects with a ledger that the files no longer list: what was entered about them would go unseen."""
    followed = Q(reports__isnull=False) | Q(funding_entries__isnull=False) | Q(stages__isnull=False)
    listed = [record.key for record in records]
    rows = present.filter(followed, withdrawn_at=None).exclude(key__in=listed).distinct()
    for row in rows.annotate(count=Count("reports", distinct=True)).select_related("document"):
        text = _(
            "不能删去项目“%(name)s”（%(key)s）：台账里已有它的登记，其中月报 %(count)s 份。"
            "请把它留在文件里；不再建设的，由责任单位在台账登记停建。"
        )
        words = {"name": row.name, "key": row.key, "count": row.count}
        yield PlanFileError(f"{row.document.key}/projects.yaml", 1, "projects", text % words)


def _give_way(links: Mapping[Project, list[dict[str, Any]]]) -> None:
    """A link made on a page goes once the files state one between the same two projects."""
    made = ProjectLink.objects.filter(made_at__isnull=False, project__in=list(links))
    stated = {(project.pk, link["to"].pk) for project, each in links.items() for link in each}
    gone = [pk for pk, *pair in made.values_list("pk", "project", "to") if tuple(pair) in stated]
    ProjectLink.objects.filter(pk__in=gone).delete()


def _values(sync: Sync, record: Record) -> dict[str, Any]:
    return {
        "document": sync.documents[record.document or ""],
        "number": as_text(record.get("number")),
        "name": record["name"],
        "listing": record["listing"],
        "category": as_text(record.get("category")),
        "type": as_text(record.get("type")),
        "location": as_text(record.get("location")),
        "region_id": record["region"],
        "start_year": _year(record.get("start_year")),
        "end_year": _year(record.get("end_year")),
        "content": as_text(record.get("content")),
        "total_investment_fen": fen(record.get("total_investment_wan")),
        "central_budget_fen": fen(record.get("central_budget_wan")),
    }


def _year(value: Any) -> int | None:
    return None if value is None else int(value)


def _load_totals(sync: Sync) -> None:
    records = sync.owned(sync.bundle.totals)
    rows = sync.keyed(
        StatedTotal,
        StatedTotal.objects.filter(document__key__in=sync.scope),
        positions(
            records,
            lambda r: {
                "document": sync.documents[r.document or ""],
                "label": r["label"],
                "category": as_text(r.get("category")),
                "count": _year(r.get("count")),
                "total_investment_fen": fen(r.get("total_investment_wan")),
                "central_budget_fen": fen(r.get("central_budget_wan")),
            },
        ),
    )
    sync.children(StatedTotalSource, "record", {rows[r.key]: sync.sources(r) for r in records})
