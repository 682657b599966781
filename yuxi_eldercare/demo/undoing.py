"""Taking back what demonstration people did in reporting: their rounds, cells, rules and uploaded files."""

from collections.abc import Iterable
from functools import partial

from django.db import transaction
from django.db.models import Q

from projects.following.thumbnails import thumbnail_path
from targets.models import CheckRule, CheckRuleVersion, Entry, EntryStep, ReportingRound
from targets.reporting.rules import definition_of, put
from yuxi_eldercare.core.files import path_of
from yuxi_eldercare.core.models import AuditEvent, StoredFile, User

from .removal import remove

_HANDS = ("edited_by", "submitted_by", "reviewed_by", "returned_by", "published_by")
_FIGURE = ("value", "numerator", "denominator", "not_applicable")


def undo_reporting(accounts: Iterable[User]) -> int:
    """Remove demonstration rounds and what was done in others; returns how many rounds went."""
    people = list(accounts)
    rounds = remove(ReportingRound.objects.filter(Q(is_demo=True) | Q(created_by__in=people)))
    _empty_cells(people)
    _put_back_rules(people)
    _remove_files(people)
    return rounds


def _empty_cells(people: list[User]) -> None:
    """Cells of real rounds that demonstration people had in hand: as they count, or empty again."""
    touched = Q(observation__is_demo=True)
    for name in _HANDS:
        touched |= Q(**{f"{name}__in": people})
    EntryStep.objects.filter(by__in=people).delete()
    for entry in Entry.objects.filter(touched).select_related("observation"):
        counting = entry.observation
        if counting is not None and counting.is_demo:
            counting = None
        for name in _FIGURE:
            setattr(entry, name, getattr(counting or Entry(), name))
        entry.observation = counting
        entry.state = Entry.State.EMPTY if counting is None else Entry.State.PUBLISHED
        entry.na_reason = entry.note = entry.correction_reason = entry.return_reason = ""
        entry.explanations, entry.on_behalf = {}, None
        for name in _HANDS:
            if getattr(entry, name) in people:
                setattr(entry, name, None)
                setattr(entry, f"{name.removesuffix('_by')}_at", None)
        entry.save()


def _put_back_rules(people: list[User]) -> None:
    """Rules they wrote go; those they changed, switched or withdrew are as they were before."""
    rules = CheckRule.objects.filter(
        Q(versions__made_by__in=people) | Q(changed_by__in=people) | Q(withdrawn_by__in=people)
    )
    for rule in rules.distinct():
        kept = rule.versions.exclude(made_by__in=people).order_by("-number").first()
        if kept is None and rule.versions.exists():
            remove(CheckRule.objects.filter(pk=rule.pk))
            continue
        if kept is not None and kept.number != rule.version:
            CheckRuleVersion.objects.filter(rule=rule, number__gt=kept.number).delete()
            rule.version = kept.number
            put(rule, definition_of(kept))
        if rule.changed_by in people:
            _put_back_switch(rule, people)


def _put_back_switch(rule: CheckRule, people: list[User]) -> None:
    """On or off as the trail says it was before the first of them touched it."""
    events = AuditEvent.objects.filter(object_type="check_rule", object_key=rule.key, actor__in=people)
    first = events.exclude(before=None).order_by("pk").first()
    if first is not None and first.before is not None:
        rule.enabled = bool(first.before["enabled"])
    rule.withdrawn_at, rule.withdrawn_by, rule.withdrawn_reason = None, None, ""
    rule.changed_by = None
    rule.save()


def _remove_files(people: list[User]) -> None:
    """Uploads, also from the disk once nothing refers to their bytes."""
    files = StoredFile.objects.filter(uploaded_by__in=people)
    digests = set(files.values_list("sha256", flat=True))
    remove(files)
    digests -= set(StoredFile.objects.filter(sha256__in=digests).values_list("sha256", flat=True))
    transaction.on_commit(partial(_erase, digests))


def _erase(digests: Iterable[str]) -> None:
    for digest in digests:
        path_of(digest).unlink(missing_ok=True)
        thumbnail_path(digest).unlink(missing_ok=True)
