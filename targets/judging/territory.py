"""Which regions roll up into which: the part of the map that judging a few regions needs."""

from collections.abc import Iterable
from dataclasses import dataclass

from yuxi_eldercare.core.models import Region


@dataclass(frozen=True)
class Territory:
    """Some regions, all their ancestors, and the members each ancestor expects values from."""

    asked: frozenset[str]
    ancestors: frozenset[str]
    members: dict[str, tuple[str, ...]]  # ancestor → codes directly below it, withdrawn ones left out
    names: dict[str, str]  # short names of everything above

    @property
    def judged(self) -> frozenset[str]:
        """The regions whose standing may change when the asked ones report."""
        return self.asked | self.ancestors


def territory_of(codes: Iterable[str]) -> Territory:
    """The territory of these regions, in two statements. Unknown codes are left out."""
    asked = list(Region.objects.filter(code__in=set(codes)).select_related("parent__parent__parent"))
    names = {region.code: region.short_name for region in asked}
    ancestors = set()
    for region in asked:
        above = region.parent
        while above is not None:
            ancestors.add(above.code)
            names[above.code] = above.short_name
            above = above.parent
    below = Region.objects.filter(parent__in={*ancestors, *names}, withdrawn=False)
    members: dict[str, list[str]] = {}
    for code, parent, name in below.values_list("code", "parent_id", "short_name"):
        members.setdefault(parent, []).append(code)
        names[code] = name
    return Territory(
        frozenset(region.code for region in asked),
        frozenset(ancestors),
        {parent: tuple(codes) for parent, codes in members.items()},
        names,
    )
