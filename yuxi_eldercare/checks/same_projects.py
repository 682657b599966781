"""The same project twice: inside a document, between two plans of a region, between county and city."""

import re
from collections.abc import Iterator
from itertools import combinations

from yuxi_eldercare.core.models import Finding

from .raised import Raised, called, raised
from .snapshot import ProjectInfo, Snapshot
from .wording import amount, likeness, listed, normal

Kind = Finding.Kind
Pair = tuple[ProjectInfo, ProjectInfo]
_SAME_NAME = 0.8
_SAME_CONTENT = 0.95
_CONTENT_LENGTH = 12  # shorter contents (新建养老公寓) say too little to tell projects apart
_NAME_LENGTH = 4
# Words that nearly every project name has; what is left tells projects apart.
_COMMON = re.compile(r"玉溪市?|建设项目|改扩建|工程|项目|建设|（[^）]*）|\([^)]*\)")


def check(snapshot: Snapshot) -> Iterator[Raised]:
    """Groups of like projects of one document, linked pairs whose figures differ, and unlinked likenesses."""
    standing = [p for p in snapshot.projects if snapshot.standing(p.document)]
    for document in snapshot.documents:
        yield from _inside(snapshot, [p for p in standing if p.document == document and p.tabled])
    yield from _linked(snapshot)
    yield from _across(snapshot, standing)


def _inside(snapshot: Snapshot, projects: list[ProjectInfo]) -> Iterator[Raised]:
    """Rows of one table with the same content anywhere, or nearly the same content or name in one place."""
    pairs = [(left, right) for left, right in combinations(projects, 2) if _alike(left, right)]
    for group in _groups(pairs):
        members = [p for p in projects if p.key in group]
        edges = [pair for pair in pairs if pair[0].key in group]
        word_for_word = all(normal(left.content) == normal(right.content) for left, right in edges)
        how = "建设内容一字不差" if word_for_word else "名称或建设内容几乎相同"
        names = listed((f"{_number(p)}“{p.name}”（{amount(p.total)}）" for p in members), limit=6)
        yield raised(
            "alike",
            [members[0].key],
            Kind.DUPLICATE_PROJECT,
            f"{called(snapshot, members[0].document)}中{names}{how}，疑有重复或抄错行。",
            *([left.sources, right.sources] for left, right in edges),
            subjects=[p.key for p in members],
        )


def _alike(left: ProjectInfo, right: ProjectInfo) -> bool:
    telling = min(len(normal(left.content)), len(normal(right.content))) >= _CONTENT_LENGTH
    if telling and normal(left.content) == normal(right.content):
        return True
    if left.region != right.region:
        return False
    if telling and likeness(left.content, right.content) >= _SAME_CONTENT:
        return True
    return len(_bare(left.name)) >= _NAME_LENGTH and _bare(left.name) == _bare(right.name)


def _groups(pairs: list[Pair]) -> list[set[str]]:
    """Keys that hang together through the pairs."""
    groups: list[set[str]] = []
    for left, right in pairs:
        touched = [g for g in groups if left.key in g or right.key in g]
        groups = [g for g in groups if g not in touched]
        groups.append({left.key, right.key}.union(*touched))
    return groups


def _bare(name: str) -> str:
    return normal(_COMMON.sub("", name))


def _number(project: ProjectInfo) -> str:
    return f"第{project.number}项" if project.number else ""


def _linked(snapshot: Snapshot) -> Iterator[Raised]:
    """A county project linked to a city one as the same work, with other figures."""
    by_key = {p.key: p for p in snapshot.projects}
    for county in snapshot.projects:
        for key, kind in county.links:
            city = by_key.get(key)
            if city is None or kind != "same":
                continue
            differences = list(_differences(county, city))
            if differences:
                yield raised(
                    "linked",
                    [county.key, city.key],
                    Kind.DUPLICATE_PROJECT,
                    f"县“{county.name}”与市{_number(city)}“{city.name}”按同一项目对应，金额不相加："
                    f"{'；'.join(differences)}。",
                    [county.sources, city.sources],
                    subjects=[county.key, city.key],
                )


def _differences(county: ProjectInfo, city: ProjectInfo) -> Iterator[str]:
    for name, ours, theirs in (
        ("总投资", county.total, city.total),
        ("申请中央预算内投资", county.central, city.central),
    ):
        if ours is not None and theirs is not None and ours != theirs:
            yield f"{name}县为{amount(ours)}、市为{amount(theirs)}"
    if None not in (county.start_year, city.start_year) and (
        (county.start_year, county.end_year) != (city.start_year, city.end_year)
    ):
        yield f"年份县为{_years(county)}、市为{_years(city)}"


def _years(project: ProjectInfo) -> str:
    if project.start_year == project.end_year or project.end_year is None:
        return f"{project.start_year}年"
    return f"{project.start_year}—{project.end_year}年"


def _across(snapshot: Snapshot, projects: list[ProjectInfo]) -> Iterator[Raised]:
    """Unlinked projects of two documents in one region whose names say the same."""
    linked = {frozenset((p.key, key)) for p in projects for key, _ in p.links}
    for left, right in combinations(projects, 2):
        if left.document == right.document or left.region != right.region:
            continue
        if frozenset((left.key, right.key)) not in linked and _same_name(left.name, right.name):
            yield raised(
                "unlinked",
                sorted([left.key, right.key]),
                Kind.DUPLICATE_PROJECT,
                f"{called(snapshot, left.document)}的“{left.name}”与{called(snapshot, right.document)}"
                f"{_number(right)}“{right.name}”名称相近、地点相同，疑为同一项目。",
                [left.sources, right.sources],
                subjects=[left.key, right.key],
            )


def _same_name(left: str, right: str) -> bool:
    short, long = sorted((_bare(left), _bare(right)), key=len)
    return len(short) >= _NAME_LENGTH and (short in long or likeness(short, long) >= _SAME_NAME)
