"""Plan files → regions, departments, plans, documents, clauses and reviewed findings."""

from typing import Any

from .models import (
    Clause,
    Department,
    DepartmentName,
    Document,
    Finding,
    FindingPlace,
    Plan,
    Region,
    RegionName,
    Succession,
)
from .plan_sync import Change, Sync, as_date, as_text, positions


def load_places(sync: Sync) -> None:
    """Regions and departments, when this load owns the shared dictionaries; fills the spelling look-up."""
    if sync.whole:
        _load_regions(sync)
        _load_departments(sync)
    for name in DepartmentName.objects.select_related("department"):
        sync.departments[name.text] = name.department


def _load_regions(sync: Sync) -> None:
    present = Region.objects.in_bulk()  # an imported division may later come by file
    wanted = {record["code"]: record for record in sync.bundle.regions}
    for position, (code, record) in enumerate(wanted.items()):
        values = {
            "name": record["name"],
            "short_name": record["short_name"],
            "level": record["level"],
            "parent_id": record.get("parent"),
            "position": position,
            "from_file": True,
            "withdrawn": False,
        }
        _upsert(sync, Region, present.get(code), {"code": code}, values, code)
    for code in present.keys() - wanted.keys():
        if present[code].from_file:
            _upsert(sync, Region, present[code], {"code": code}, {"withdrawn": True}, code)
    names = []
    for code, record in wanted.items():
        texts = dict.fromkeys({record["name"], record["short_name"], *record.get("aliases", [])}, (False, ""))
        texts |= {w["code"]: (True, as_text(w.get("note"))) for w in record.get("withdrawn_codes", [])}
        names += [
            RegionName(region_id=code, text=text, is_code=is_code, note=note)
            for text, (is_code, note) in sorted(texts.items())
        ]
    RegionName.objects.all().delete()
    RegionName.objects.bulk_create(names)


def _load_departments(sync: Sync) -> None:
    present = {d.key: d for d in Department.objects.all()}  # a page's department may later come by file
    wanted = {record["key"]: record for record in sync.bundle.departments}
    rows = {}
    for position, (key, record) in enumerate(wanted.items()):
        values = {
            "name": record["name"],
            "short_name": record["short_name"],
            "kind": record["kind"],
            "region_id": record["region"],
            "position": position,
            "from_file": True,
            "withdrawn": False,
        }
        rows[key] = _upsert(sync, Department, present.get(key), {"key": key}, values, key)
    for key in present.keys() - wanted.keys():
        if present[key].from_file:
            _upsert(sync, Department, present[key], {"key": key}, {"withdrawn": True}, key)
    DepartmentName.objects.filter(department__from_file=True).delete()
    Succession.objects.all().delete()
    DepartmentName.objects.bulk_create(
        DepartmentName(department=rows[key], text=text)
        for key, record in wanted.items()
        for text in sorted({record["name"], record["short_name"], *record.get("aliases", [])})
    )
    Succession.objects.bulk_create(
        Succession(
            predecessor=rows[key],
            successor=rows[heir["key"]],
            since=as_date(heir.get("from")),
            function=as_text(heir.get("function")),
            note=as_text(heir.get("note")),
        )
        for key, record in wanted.items()
        for heir in record.get("succeeded_by", [])
    )
    for key, record in wanted.items():
        if record.get("members"):
            rows[key].members.set([rows[member] for member in record["members"]])


def _upsert(
    sync: Sync, model: Any, row: Any, identity: dict[str, Any], values: dict[str, Any], key: str
) -> Any:
    if row is None:
        sync.changes.append(Change("add", model.__name__, key))
        return model.objects.create(**identity, **values)
    differing = [name for name, value in values.items() if getattr(row, name) != value]
    if differing:
        for name in differing:
            setattr(row, name, values[name])
        row.save(update_fields=differing)
        verb = "withdraw" if values.get("withdrawn") else "update"
        sync.changes.append(Change(verb, model.__name__, key, tuple(differing)))
    return row


def load_documents(sync: Sync) -> None:
    """Plans, documents (drafts before the texts that supersede them) and clauses."""
    plan_keys = {record.key for record in sync.bundle.plans}
    plans = (
        sync.keyed(
            Plan,
            Plan.objects.filter(key__in=plan_keys),
            positions(
                [p for p in sync.bundle.plans if p.document in sync.scope],
                lambda r: {
                    "name": r["name"],
                    "region_id": r["region"],
                    "start": as_date(r["start"]),
                    "end": as_date(r["end"]),
                },
            ),
        )
        if sync.owned(sync.bundle.plans)
        else {}
    )
    plans = {p.key: p for p in Plan.objects.all()} | plans
    for record in sync.owned(sync.bundle.plans):
        parent = plans[record["parent"]] if record.get("parent") else None
        if plans[record.key].parent_id != (parent.pk if parent else None):
            plans[record.key].parent = parent
            plans[record.key].save(update_fields=["parent"])
    owned = sync.owned(sync.bundle.documents)
    rows = Document.objects.all() if sync.whole else Document.objects.filter(key__in=[r.key for r in owned])
    documents = sync.keyed(
        Document,
        rows,
        positions(owned, lambda r: {"plan": plans[sync.bundle.plan_of[r.key]], **_document_values(r)}),
    )
    documents = {d.key: d for d in Document.objects.all()} | documents
    for record in owned:
        draft = documents[record["supersedes"]] if record.get("supersedes") else None
        row = documents[record.key]
        if row.supersedes_id != (draft.pk if draft else None):
            row.supersedes = draft
            row.save(update_fields=["supersedes"])
    sync.documents = documents
    _load_clauses(sync)


def _document_values(record: Any) -> dict[str, Any]:
    return {
        "prefix": record["prefix"],
        "title": record["title"],
        "number": as_text(record.get("number")),
        "issuer": as_text(record.get("issuer")),
        "issued_on": as_date(record.get("issued_on")),
        "issued_text": as_text(record.get("issued_text")),
        "status": record["status"],
        "effective_from": as_date(record.get("effective_from")),
        "effective_to": as_date(record.get("effective_to")),
        "text_file": as_text(record.get("text")),
    }


def _load_clauses(sync: Sync) -> None:
    """Declared clauses, then the table rows that some record cites (二（四）表·3)."""
    for code in sync.scope:
        if code in sync.documents:
            _load_clauses_of(sync, code)
    for clause in Clause.objects.select_related("document"):
        sync.clauses[(clause.document.key, clause.number)] = clause


def _load_clauses_of(sync: Sync, code: str) -> None:
    document = sync.documents[code]
    declared = {"文首": {"heading": "", "position": 0}}
    for position, record in enumerate(sync.bundle.of_document("clause", code), start=1):
        declared[record["number"]] = {"heading": as_text(record.get("heading")), "position": position}
    rows = {number for number in _cited(sync, code) if number not in declared}
    present = {clause.number: clause for clause in document.clauses.all()}
    for number, values in declared.items():
        _save_clause(sync, document, present, number, {**values, "parent": None})
    for number in sorted(rows):
        head, _, row = number.partition("·")
        parent = present[head]
        position = parent.position
        _save_clause(
            sync,
            document,
            present,
            number,
            {"heading": parent.heading, "position": position, "parent": parent},
        )
        del row
    for number, clause in present.items():
        if number not in declared and number not in rows and clause.withdrawn_at is None:
            clause.withdrawn_at = sync.now
            clause.save(update_fields=["withdrawn_at"])
            sync.changes.append(Change("withdraw", "Clause", f"{code} {number}"))


def _save_clause(
    sync: Sync, document: Document, present: dict[str, Clause], number: str, values: dict[str, Any]
) -> None:
    clause = present.get(number)
    if clause is None:
        present[number] = Clause.objects.create(document=document, number=number, **values)
        sync.changes.append(Change("add", "Clause", f"{document.key} {number}"))
        return
    differing = [
        name for name, value in {**values, "withdrawn_at": None}.items() if getattr(clause, name) != value
    ]
    if differing:
        for name in differing:
            setattr(clause, name, {**values, "withdrawn_at": None}[name])
        clause.save(update_fields=differing)
        sync.changes.append(Change("update", "Clause", f"{document.key} {number}", tuple(differing)))


def _cited(sync: Sync, code: str) -> set[str]:
    """Clause numbers of one document that any record or finding of the bundle cites."""
    numbers = set()
    for record in sync.bundle.records():
        if record.document == code:
            numbers |= {source["clause"] for source in record.get("sources", [])}
        numbers |= {
            p["clause"] for p in record.get("places", []) if p["document"] == code and p.get("clause")
        }
    return numbers


def load_findings(sync: Sync) -> None:
    """Findings that a reader wrote into the files; those of checks and data are others' business."""
    owned = sync.owned(sync.bundle.findings)
    rows = Finding.objects.filter(origin=Finding.Origin.REVIEWED)
    if not sync.whole:
        rows = rows.filter(key__in=[r.key for r in owned])
    findings = sync.keyed(
        Finding,
        rows,
        positions(
            owned,
            lambda r: {
                "kind": r["kind"],
                "origin": Finding.Origin.REVIEWED,
                "summary": r["summary"],
                "subjects": r.get("subjects", []),
            },
        ),
    )
    sync.children(
        FindingPlace,
        "finding",
        {
            findings[r.key]: [
                {
                    "clause": sync.clause(p["document"], p["clause"]),
                    "phrase": p["phrase"],
                    "position": i,
                }
                for i, p in enumerate(r["places"])
            ]
            for r in owned
        },
    )
