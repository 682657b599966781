"""Stated totals against the sums of the rows they stand over."""

from collections.abc import Iterator
from decimal import Decimal

from yuxi_eldercare.core.models import Finding

from .raised import Raised, called, raised
from .snapshot import ProjectInfo, Snapshot, TargetInfo, TotalInfo
from .wording import amount, plain

Kind = Finding.Kind


def check(snapshot: Snapshot) -> Iterator[Raised]:
    """Each total against its rows, totals of groups against the whole, and parts against their target."""
    for total in snapshot.totals:
        yield from _against_rows(snapshot, total)
    for document in snapshot.documents:
        yield from _groups_against_whole(snapshot, document)
    for project in snapshot.projects:
        yield from _central_above_total(snapshot, project)
    for target in snapshot.targets:
        yield from _parts(snapshot, target)


def _against_rows(snapshot: Snapshot, total: TotalInfo) -> Iterator[Raised]:
    rows = [
        p
        for p in snapshot.projects
        if p.tabled and p.document == total.document and total.category in ("", p.category)
    ]
    wrong = [
        f"{name}写{stated}，逐项{verb}{counted}"
        for name, verb, stated, counted in (
            ("个数", "清点为", _count(total.count), _count(len(rows))),
            ("总投资", "相加为", amount(total.total), amount(_sum(r.total for r in rows))),
            ("申请中央预算内投资", "相加为", amount(total.central), amount(_sum(r.central for r in rows))),
        )
        if stated not in (counted, "未载明")
    ]
    if wrong:
        yield raised(
            "total-rows",
            [total.key],
            Kind.TOTAL_MISMATCH,
            f"{called(snapshot, total.document)}项目清单“{total.label}”与明细不符：{'；'.join(wrong)}。",
            [total.sources, *(r.sources[:1] for r in (rows[:1] + rows[-1:]))],
            subjects=[total.key],
        )


def _count(number: int | None) -> str:
    return "未载明" if number is None else f"{number}个"


def _sum(values: Iterator[Decimal | None]) -> Decimal:
    return sum((v for v in values if v is not None), Decimal(0))


def _groups_against_whole(snapshot: Snapshot, document: str) -> Iterator[Raised]:
    totals = [t for t in snapshot.totals if t.document == document]
    whole = next((t for t in totals if not t.category), None)
    groups = [t for t in totals if t.category]
    if whole is None or len(groups) < 2:
        return
    wrong = []
    for name, of in (("个数", "count"), ("总投资", "total"), ("申请中央预算内投资", "central")):
        stated, parts = getattr(whole, of), [getattr(g, of) for g in groups]
        if stated is None or None in parts or stated == sum(parts):
            continue
        unit = "个" if of == "count" else "万元"
        wrong.append(
            f"{name}合计{plain(Decimal(stated))}{unit}，各小计相加{plain(Decimal(sum(parts)))}{unit}"
        )
    if wrong:
        yield raised(
            "total-groups",
            [whole.key],
            Kind.TOTAL_MISMATCH,
            f"{called(snapshot, document)}项目清单合计与小计不符：{'；'.join(wrong)}。",
            [t.sources for t in (whole, *groups)],
            subjects=[t.key for t in (whole, *groups)],
        )


def _central_above_total(snapshot: Snapshot, project: ProjectInfo) -> Iterator[Raised]:
    if project.total is None or project.central is None or project.central <= project.total:
        return
    yield raised(
        "central-above-total",
        [project.key],
        Kind.CANNOT_BOTH_BE_TRUE,
        f"{project.name}申请中央预算内投资{amount(project.central)}，多于总投资{amount(project.total)}。",
        [project.sources],
        subjects=[project.key],
    )


def _parts(snapshot: Snapshot, target: TargetInfo) -> Iterator[Raised]:
    """10个 = 市级1 + 县级9: parts must make up the last demand; a share has no parts that add up."""
    indicator = snapshot.indicators[target.indicator]
    values = [m.value for m in target.milestones if m.value is not None]
    if not target.parts or not values or indicator.unit == "%":
        return
    added = sum((value for _, value in target.parts), Decimal(0))
    if added == values[-1]:
        return
    listed = "、".join(f"{label}{plain(value)}{indicator.unit}" for label, value in target.parts)
    yield raised(
        "parts",
        [target.key],
        Kind.TOTAL_MISMATCH,
        f"“{target.name}”目标{plain(values[-1])}{indicator.unit}，"
        f"各部分（{listed}）相加为{plain(added)}{indicator.unit}。",
        [target.sources],
        subjects=[target.key],
    )
