"""Cross-references: does everything a record points at exist, and is every key used once?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from yuxi_eldercare.core.plan_files.bundle import Bundle, Record
from yuxi_eldercare.core.plan_files.errors import PlanFileError
from yuxi_eldercare.core.plan_files.known import Known, all_spellings
from yuxi_eldercare.core.plan_files.reporting import reporting_errors
from yuxi_eldercare.core.plan_files.subsidies import subsidy_errors
from yuxi_eldercare.core.plan_files.supervision import supervision_errors

#: Kinds whose records have a permanent key that begins with their document's prefix.
KEYED_KINDS = ("target", "assignment", "project", "total", "rule", "fact", "list", "finding")
PREAMBLE = "文首"
ROW_MARK = "·"


def reference_errors(bundle: Bundle, outside: Known | None = None) -> list[PlanFileError]:
    """Every reference that leads nowhere and every key that is used twice.

    ``outside`` is what exists beside the bundle (for an upload: what the database holds).
    """
    known = (outside or Known()).with_bundle(bundle)
    errors = [*_duplicates(bundle, known), *_shared(bundle, known), *_documents(bundle, known)]
    for record in bundle.records():
        errors += _record(record, bundle, known)
    errors += reporting_errors(bundle, known)
    errors += supervision_errors(bundle, known)
    errors += subsidy_errors(bundle)
    return errors


def _duplicates(bundle: Bundle, known: Known) -> Iterator[PlanFileError]:
    groups: list[Sequence[Record]] = [
        [r for kind in KEYED_KINDS for r in bundle.records() if r.kind == kind],
        bundle.indicators,
        bundle.plans,
        bundle.documents,
        bundle.regions,
        bundle.departments,
        *(bundle.of_document("clause", document.key) for document in bundle.documents),
    ]
    for group in groups:
        first: dict[str, Record] = {}
        for record in group:
            if record.key in first and record.key:
                other = first[record.key]
                place = f"{other.source.name} 第 {other.line()} 行"
                message = f"“{record.key}”已在 {place}用过。请换一个，每个只能用一次。"
                yield record.error(message, _key_field(record))
            first.setdefault(record.key, record)
    for record in bundle.records():
        owner = known.keys.get(record.key) if record.kind in KEYED_KINDS else None
        if owner is not None and owner != record.document:
            yield record.error(f"“{record.key}”已属于文件“{owner}”。请换一个。", "key")


def _key_field(record: Record) -> str:
    return next((name for name in ("key", "code", "number") if name in record.data), "key")


def _shared(bundle: Bundle, known: Known) -> Iterator[PlanFileError]:
    for region in bundle.regions:
        parent = region.get("parent")
        if parent is not None and parent not in known.regions:
            yield region.error(f"没有区划“{parent}”。请先在 regions.yaml 登记，或改正代码。", "parent")
    first: dict[str, Record] = {}
    for department in bundle.departments:
        for spelling in all_spellings(department):
            other = first.setdefault(spelling, department)
            if other is not department:
                message = f"写法“{spelling}”已属于“{other.key}”。一个写法只能指一个单位，请删去其中一个。"
                yield department.error(message, "aliases")
        for index, member in enumerate(department.get("members", [])):
            if member not in known.departments:
                yield department.error(f"没有单位“{member}”。请先登记，或改正。", "members", index)
        for index, successor in enumerate(department.get("succeeded_by", [])):
            key = successor.get("key") if isinstance(successor, dict) else None
            if key is not None and key not in known.departments:
                yield department.error(f"没有单位“{key}”。请先登记，或改正。", "succeeded_by", index, "key")


def _documents(bundle: Bundle, known: Known) -> Iterator[PlanFileError]:
    prefixes: dict[str, Record] = {}
    for document in bundle.documents:
        other = prefixes.setdefault(str(document.get("prefix", "")), document)
        if other is not document:
            message = f"前缀“{document.get('prefix')}”已由“{other.key}”使用。请换一个。"
            yield document.error(message, "prefix")
        plan = bundle.plan_of.get(document.key, "")
        if plan and plan not in known.plans:
            message = f"没有方案“{plan}”。请写出方案的各项，或改正为已有方案的 key。"
            yield PlanFileError(document.source.name, document.source.line(("plan",)), "plan", message)
        if (older := document.get("supersedes")) is not None and older not in known.documents:
            yield document.error(f"没有文件“{older}”。请改正代码，或写 null。", "supersedes")
    for record in bundle.plans:
        if (parent := record.get("parent")) is not None and parent not in known.plans:
            yield record.error(f"没有上级方案“{parent}”。请改正 key；上级方案未提供时写 null。", "parent")


def _record(record: Record, bundle: Bundle, known: Known) -> Iterator[PlanFileError]:
    if record.kind in KEYED_KINDS:
        yield from _prefix(record, bundle)
    yield from _region(record, known)
    yield from _bodies(record, known)
    yield from _sources(record, known)
    yield from _indicator(record, known)
    for index, key in enumerate(record.get("targets", [])):
        if key not in known.targets:
            yield record.error(f"没有目标“{key}”。请改正 key，或先写这个目标。", "targets", index)
    if record.kind == "project":
        yield from _links(record, known)
    if record.kind == "assignment":
        yield from _all_counties(record, known)


def _prefix(record: Record, bundle: Bundle) -> Iterator[PlanFileError]:
    document = bundle.document(record.document or "")
    prefix = str(document.get("prefix", "")) if document else ""
    if prefix and record.key and not record.key.startswith(f"{prefix}."):
        yield record.error(f"“{record.key}”应以本文件的前缀“{prefix}.”开头。请改正。", "key")


def _region(record: Record, known: Known) -> Iterator[PlanFileError]:
    code = record.get("region")
    if record.kind != "region" and isinstance(code, str) and known.regions and code not in known.regions:
        yield record.error(f"没有区划“{code}”。请改正代码，或先在 regions.yaml 登记。", "region")


def _bodies(record: Record, known: Known) -> Iterator[PlanFileError]:
    for name in ("departments", "leads", "responsible") if known.spellings else ():
        for index, body in enumerate(record.get(name, [])):
            if isinstance(body, str) and body not in known.spellings:
                message = f"没有登记过单位“{body}”。请核对原文写法，或在 departments.yaml 里添上这一写法。"
                yield record.error(message, name, index)


def _sources(record: Record, known: Known) -> Iterator[PlanFileError]:
    name = "places" if record.kind == "finding" else "sources"
    for index, source in enumerate(record.get(name, [])):
        if not isinstance(source, dict):
            continue
        code = source.get("document") if record.kind == "finding" else record.document
        if code not in known.documents:
            yield record.error(f"没有文件“{code}”。请改正文件代码。", name, index, "document")
            continue
        number = str(source.get("clause") or "").partition(ROW_MARK)[0]
        if number != PREAMBLE and number not in known.clauses.get(str(code), set()):
            message = f"文件“{code}”没有条款“{number}”。请改正，或先在 document.yaml 声明这个条款。"
            yield record.error(message, name, index, "clause")


def _indicator(record: Record, known: Known) -> Iterator[PlanFileError]:
    code = record.get("indicator")
    if code is None:
        return
    indicator = known.indicators.get(str(code))
    if indicator is None:
        yield record.error(
            f"指标字典里没有“{code}”。请改正代码，或先在 indicators 里写这个指标。", "indicator"
        )
    elif record.kind == "target" and indicator.get("qualitative") and not record.get("qualitative"):
        message = f"指标“{code}”是定性指标，目标也应写 qualitative: true。请核对两处。"
        yield record.error(message, "qualitative")
    elif record.get("target_type") == "done" and indicator.get("integer") is False:
        message = f"指标“{code}”不是整数指标，不能用 target_type: done。请核对。"
        yield record.error(message, "target_type")


def _links(record: Record, known: Known) -> Iterator[PlanFileError]:
    own = known.regions.get(known.plans.get(known.documents.get(record.document or "", ""), ""))
    for index, link in enumerate(record.get("links", [])):
        to = link.get("to") if isinstance(link, dict) else None
        if to is None:
            continue
        if to not in known.projects:
            yield record.error(f"没有项目“{to}”。请改正 key，或先写这个项目。", "links", index, "to")
            continue
        other = known.regions.get(known.plans.get(known.documents.get(known.projects[to], ""), ""))
        if own is not None and other is not None and (own, other) != ("county", "city"):
            message = f"关联只能从县级方案的项目指向市级方案的项目，“{to}”与本文件不是这种关系。请删去。"
            yield record.error(message, "links", index, "to")


def _all_counties(record: Record, known: Known) -> Iterator[PlanFileError]:
    if not known.county_groups:
        return
    bodies = [*record.get("leads", []), *record.get("responsible", [])]
    named = any(known.spellings.get(body) in known.county_groups for body in bodies if isinstance(body, str))
    if named != bool(record.get("all_counties")):
        want = "true" if named else "false"
        stated = "写有" if named else "没有写"
        yield record.error(f"单位中{stated}“各县（市、区）人民政府”，应为 {want}。请改正。", "all_counties")
