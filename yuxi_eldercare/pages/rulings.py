"""Rulings as a page shows them: the effect in words, with names instead of keys."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from targets.models import Assignment, Fact, Target
from yuxi_eldercare.core.models import Department, Document, Ruling

Names = dict[str, str]


@dataclass(frozen=True)
class ShownRuling:
    """A ruling with what it does, as pairs of label and words."""

    ruling: Ruling
    effects: list[tuple[str, str]]


def shown_rulings(rulings: Iterable[Ruling]) -> list[ShownRuling]:
    """The rulings with their effects in words. Five statements where any of them has an effect, else none."""
    rows = list(rulings)
    keys = {key for row in rows for key in _keys(row.effect)}
    names = _names(keys) if keys else {}
    return [ShownRuling(row, list(_effects(row.effect, names))) for row in rows]


def _keys(effect: dict[str, Any]) -> Iterator[str]:
    if "supersede" in effect:
        yield effect["supersede"]
    for name in ("due", "baseline", "lead"):
        given = effect.get(name, {})
        yield from (given[field] for field in _REFERENCES if field in given)


_REFERENCES = ("target", "basis", "assignment", "department")


def _names(keys: set[str]) -> Names:
    found: Names = {}
    for row in Target.objects.filter(key__in=keys).select_related("document"):
        found[row.key] = f"{row.document.title}：{row.name_as_written}"
    for fact in Fact.objects.filter(key__in=keys).select_related("document"):
        found[fact.key] = f"{fact.document.title}：{fact.subject}"
    for task in Assignment.objects.filter(key__in=keys).select_related("document"):
        found[task.key] = f"{task.document.title}：{task.number} {task.title}"
    found |= dict(Document.objects.filter(key__in=keys).values_list("key", "title"))
    return found | dict(Department.objects.filter(key__in=keys).values_list("key", "short_name"))


def _effects(effect: dict[str, Any], names: Names) -> Iterator[tuple[str, str]]:
    def name(key: str) -> str:
        return names.get(key, key)

    if "supersede" in effect:
        yield _("不再执行"), name(effect["supersede"])
    if "due" in effect:
        due = effect["due"]
        yield _("期限"), _("%(target)s，%(due)s") % {"target": name(due["target"]), "due": _day(due["due"])}
    if "baseline" in effect:
        given = effect["baseline"]
        words = _("%(target)s，%(date)s 为 %(value)s，取自%(basis)s")
        yield (
            _("基期值"),
            words
            % {
                "target": name(given["target"]),
                "date": _day(given["date"]),
                "value": given["value"],
                "basis": name(given["basis"]),
            },
        )
    if "lead" in effect:
        lead = effect["lead"]
        words = _("%(task)s，由%(body)s牵头")
        yield _("牵头"), words % {"task": name(lead["assignment"]), "body": name(lead["department"])}


def _day(text: str) -> str:
    """A year for its 31 December, else the day."""
    day = date.fromisoformat(text)
    return str(day.year) if (day.month, day.day) == (12, 31) else text
