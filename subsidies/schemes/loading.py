"""subsidies.yaml → schemes and their versions. A version is only ever added; those made by people stay as they are."""

from typing import Any

from subsidies.models import Rule, Scheme, SchemeVersion
from yuxi_eldercare.core.plan_files import PlanFileError
from yuxi_eldercare.core.plan_files.bundle import Record
from yuxi_eldercare.core.plan_sync import Change, Sync, as_date, as_text

from .versions import NewTerms, values_of, version_problems

_NAMED = ("name", "programme", "unit", "per")
# A version counts these units of this programme: another meaning needs another key.
_FIXED = ("programme", "unit", "per")


def load_schemes(sync: Sync) -> None:
    """Bring schemes in line with the file and add its new versions; a single document's folder has none.

    What no longer stands in the file stays: applications were computed with it.
    """
    if not sync.whole or not sync.bundle.schemes:
        return
    rows = {row.key: row for row in Scheme.objects.prefetch_related("versions__stated_by")}
    rules = {row.key: row for row in Rule.objects.select_related("document")}
    for position, record in enumerate(sync.bundle.schemes):
        scheme = _scheme(sync, record, rows.get(record.key), position)
        present = {version.number: version for version in scheme.versions.all()}
        last: SchemeVersion | None = None
        for index in range(len(record["versions"])):
            terms = _terms(record["versions"][index], rules)
            row = present.get(index + 1)
            if row is None:
                row = _add(sync, record, index, scheme, terms, last)
            elif row.made_by_id is None and not _same(row, terms):
                message = "已载入的一版不能改写：申请是按它计算的。请恢复原样，另写一版。"
                sync.errors.append(_error(record, index, "", message))
            last = row or last


def _scheme(sync: Sync, record: Record, row: Scheme | None, position: int) -> Scheme:
    values = {name: record[name] for name in _NAMED} | {"position": position}
    if row is None:
        sync.changes.append(Change("add", "Scheme", record.key))
        return Scheme.objects.create(key=record.key, **values)
    differing = tuple(name for name, value in values.items() if getattr(row, name) != value)
    for name in differing:
        if name in _FIXED:
            message = "已载入的补助不能改变用途、计量单位和周期。请另写一项（换 key）。"
            sync.errors.append(record.error(message, name))
        setattr(row, name, values[name])
    if differing:
        row.save(update_fields=differing)
        sync.changes.append(Change("update", "Scheme", record.key, differing))
    return row


def _add(
    sync: Sync, record: Record, index: int, scheme: Scheme, terms: NewTerms, last: SchemeVersion | None
) -> SchemeVersion | None:
    """Add the version with this place in the list, or say why it cannot be."""
    problems = version_problems(scheme, terms, last)
    sync.errors += [_error(record, index, problem.field, problem.message) for problem in problems]
    if problems:
        return None
    reason = record["versions"][index]["reason"]
    row = SchemeVersion.objects.create(scheme=scheme, number=index + 1, reason=reason, **values_of(terms))
    sync.changes.append(Change("add", "SchemeVersion", f"{record.key} {row.number}"))
    return row


def _error(record: Record, index: int, field: str, message: str) -> PlanFileError:
    inside = (field,) if field in record["versions"][index] else ()
    return record.error(message, "versions", index, *inside)


def _terms(data: dict[str, Any], rules: dict[str, Rule]) -> NewTerms:
    amount, valid_from = data.get("amount"), as_date(data["valid_from"])
    assert valid_from is not None  # the schema asks for it
    return NewTerms(
        amount_fen=None if amount is None else int(amount * 100),  # int or Decimal: exact
        valid_from=valid_from,
        valid_to=as_date(data.get("valid_to")),
        conditions=data["conditions"],
        split=data.get("split"),
        split_document=as_text(data.get("split_document")),
        stated_by=rules[data["stated_by"]] if data.get("stated_by") else None,
        basis=as_text(data.get("basis")),
    )


def _same(row: SchemeVersion, terms: NewTerms) -> bool:
    return all(getattr(row, name) == value for name, value in values_of(terms).items())
