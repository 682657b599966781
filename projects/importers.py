"""Plan files → projects, their links and the totals the text states."""

from decimal import Decimal
from typing import Any

from yuxi_eldercare.core.plan_files.bundle import Record
from yuxi_eldercare.core.plan_sync import Sync, as_text, positions

from .amounts import FEN_PER_WAN
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
    rows = sync.keyed(
        Project,
        Project.objects.filter(document__key__in=sync.scope),
        positions(records, lambda r: _values(sync, r)),
    )
    sync.children(ProjectSource, "record", {rows[r.key]: sync.sources(r) for r in records})
    sync.children(
        ProjectBody, "project", {rows[r.key]: sync.bodies(r.get("responsible", [])) for r in records}
    )
    everything = {p.key: p for p in Project.objects.all()}
    sync.children(
        ProjectLink,
        "project",
        {
            rows[r.key]: [
                {"to": everything[link["to"]], "kind": link["kind"], "note": as_text(link.get("note"))}
                for link in r.get("links", [])
            ]
            for r in records
        },
    )
    _load_totals(sync)


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
