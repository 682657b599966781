"""Saving cells and sending them on: JSON in and out, one answer per cell, nothing lost on the way.

Every request names the person the page was opened by: after a log-in as somebody else nothing is saved
under the wrong name.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from targets.actions.refusals import NotAllowed, Refused
from targets.models import Entry
from targets.presenters.reporting.cells import Json, entry_json, moment
from targets.reporting.changes import CellChange, Conflict, Conflicts, EntryChange
from targets.reporting.entries import Saved, save_entries, save_entry
from targets.reporting.numbers import CellRefused, typed
from targets.reporting.publishing import cancel_correction, start_correction
from targets.reporting.scope import visible_entries
from targets.reporting.steps import submit, withdraw
from yuxi_eldercare.core.models import User
from yuxi_eldercare.core.pages import person

CELLS_MOST = 200
TEXTS = ("naReason", "note", "correction")


class Malformed(ValueError):
    """The request is not what the page's script sends."""


@dataclass(frozen=True)
class Wanted:
    """One cell as the script sends it: texts as typed, only of what the person touched."""

    entry: int
    revision: int
    figure: dict[str, str] | None  # value, numerator, denominator; none: the figure is left alone
    na: bool
    texts: dict[str, str]
    explanations: dict[str, str] | None


@require_POST
def grid_cell(request: HttpRequest) -> JsonResponse:
    """Save cells (usually one; a pasted block many) and answer for each: saved, refused, or a conflict."""
    by = person(request)
    try:
        body = _body(request)
        cells = _cells(body)
    except Malformed as error:
        return _json({"detail": str(error)}, 400)
    if (stranger := _stranger(body, by)) is not None:
        return stranger
    answers = {cells[0].entry: _save_alone(cells[0], by)} if len(cells) == 1 else _save(cells, by)
    return _json({"cells": [answers[cell.entry] for cell in cells], "time": _time()})


def _save(cells: Sequence[Wanted], by: User) -> dict[int, Json]:
    """A block: together where all can be read and written, else each for itself."""
    rows = visible_entries(by).filter(pk__in=[cell.entry for cell in cells]).select_related("indicator")
    entries = {row.pk: row for row in rows}
    answers: dict[int, Json] = {}
    good: list[tuple[Wanted, CellChange]] = []
    for cell in cells:
        entry = entries.get(cell.entry)
        if entry is None:
            answers[cell.entry] = _unseen(cell)
            continue
        try:
            good.append((cell, _change(entry, cell)))
        except CellRefused as refused:
            answers[cell.entry] = _refusal(cell, refused.fields)
    if len(good) > 1:
        together = _save_together(good, by)
        if together is not None:
            return answers | together
    return answers | {cell.entry: _save_alone(cell, by) for cell, _change in good}


def _save_together(good: Sequence[tuple[Wanted, CellChange]], by: User) -> dict[int, Json] | None:
    """All at once; none when one of them stands in the way, and then each is asked for itself."""
    changes = [EntryChange(cell.entry, change, cell.revision) for cell, change in good]
    try:
        saved = save_entries(changes=changes, by=by, channel="grid")
    except (Conflicts, Refused):
        return None
    return {row.entry.pk: _saved(row) for row in saved}


def _save_alone(cell: Wanted, by: User) -> Json:
    try:
        saved = save_entry(
            entry=cell.entry,
            change=lambda entry: _change(entry, cell),
            expected_revision=cell.revision,
            by=by,
        )
    except CellRefused as unreadable:
        return _refusal(cell, unreadable.fields)
    except Conflict as conflict:
        return _conflict(conflict, by)
    except Refused as refused:
        if not visible_entries(by).filter(pk=cell.entry).exists():
            return _unseen(cell)
        fields = {problem.field: problem.message for problem in refused.problems}
        closed = isinstance(refused, NotAllowed) or bool(fields.keys() & {"state", "department", "entries"})
        return _refusal(cell, fields, closed=closed)
    return _saved(saved)


def _unseen(cell: Wanted) -> Json:
    """The answer about an entry that is not there, or that the person may not even look at."""
    return _refusal(cell, {"entry": _("没有这一项，或你无权填写。")}, closed=True)


def _saved(saved: Saved) -> Json:
    return {"status": "saved", "cell": entry_json(saved.entry, saved.problems)}


def _refusal(cell: Wanted, errors: dict[str, str], *, closed: bool = False) -> Json:
    """Not saved, and why; `closed`: typing something else does not help."""
    return {
        "status": "refused",
        "cell": {"entry": cell.entry},
        "errors": errors,
        "message": " ".join(dict.fromkeys(errors.values())),
        "closed": closed,
    }


def _conflict(conflict: Conflict, by: User) -> Json:
    who = conflict.theirs_by
    return {
        "status": "conflict",
        "cell": entry_json(conflict.entry, []),
        "theirs": conflict.theirs.text(conflict.entry.indicator),
        "who": str(who) if who else "",
        "mySelf": who is not None and who.pk == by.pk,
        "at": moment(conflict.theirs_at),
    }


def _change(entry: Entry, cell: Wanted) -> CellChange:
    """What the texts ask for. Raises `CellRefused` with a sentence per field."""
    rest: dict[str, Any] = {
        "na_reason": cell.texts.get("naReason"),
        "note": cell.texts.get("note"),
        "correction_reason": cell.texts.get("correction"),
        "explanations": cell.explanations,
    }
    if cell.na:
        return CellChange(answer="na", **rest)
    if cell.figure is None:
        return CellChange(**rest)
    figure = cell.figure
    return typed(
        entry.indicator,
        value=figure["value"],
        numerator=figure["numerator"],
        denominator=figure["denominator"],
        **rest,
    )


@require_POST
def grid_submit(request: HttpRequest) -> JsonResponse:
    """Send cells to the reviewer, take them back, begin or give up a correction; refusals name the cell."""
    by = person(request)
    try:
        body = _body(request)
        entries = _ids(body.get("entries"))
        reason = _text(body.get("reason", ""))
        act = _verbs(entries, reason, by).get(str(body.get("verb")))
        if act is None:
            raise Malformed("unknown verb")
    except Malformed as error:
        return _json({"detail": str(error)}, 400)
    if (stranger := _stranger(body, by)) is not None:
        return stranger
    seen = set(visible_entries(by).filter(pk__in=entries).values_list("pk", flat=True))
    if seen != set(entries):
        return _json({"problems": [{"entry": None, "message": _("有的项不存在，或你无权处理。")}]}, 403)
    try:
        done = act()
    except Refused as refused:
        problems = [
            {"entry": None if problem.index is None else entries[problem.index], "message": problem.message}
            for problem in refused.problems
        ]
        return _json({"problems": problems}, 403 if isinstance(refused, NotAllowed) else 422)
    if body.get("verb") == "submit":  # the page shows itself anew, with this sentence
        messages.success(request, _("已提交%(count)s格，等待审核。") % {"count": len(done)})
    return _json({"done": len(done)})


def _verbs(entries: list[int], reason: str, by: User) -> dict[str, Callable[[], Sequence[Entry]]]:
    return {
        "submit": lambda: submit(entries=entries, by=by),
        "withdraw": lambda: withdraw(entries=entries, by=by),
        "correct": lambda: [start_correction(entry=entries[0], reason=reason, by=by)],
        "cancel": lambda: [cancel_correction(entry=entries[0], by=by)],
    }


def _body(request: HttpRequest) -> Json:
    try:
        body = json.loads(request.body)
    except ValueError:
        raise Malformed("the body is not JSON") from None
    if not isinstance(body, dict):
        raise Malformed("the body is not an object")
    return body


def _cells(body: Json) -> list[Wanted]:
    given = body.get("cells")
    if not isinstance(given, list) or not 0 < len(given) <= CELLS_MOST:
        raise Malformed(f"cells: 1 to {CELLS_MOST} of them")
    cells = [_cell(item) for item in given]
    if len({cell.entry for cell in cells}) < len(cells):
        raise Malformed("a cell twice")
    return cells


def _cell(given: Any) -> Wanted:
    if not isinstance(given, dict):
        raise Malformed("a cell is not an object")
    entry, revision = given.get("entry"), given.get("revision")
    if type(entry) is not int or type(revision) is not int or not 0 < entry < 2**63:
        raise Malformed("entry and revision are numbers")
    figure, told = given.get("figure"), given.get("explanations")
    if figure is not None:
        names = ("value", "numerator", "denominator")
        figure = {name: _text(_object(figure).get(name, "")) for name in names}
    if told is not None:
        told = {str(rule): _text(text) for rule, text in _object(told).items()}
    texts = {name: _text(given[name]) for name in TEXTS if name in given}
    return Wanted(entry, revision, figure, given.get("na") is True, texts, told)


def _object(given: Any) -> Json:
    if not isinstance(given, dict):
        raise Malformed("an object was expected")
    return given


def _text(given: Any) -> str:
    if not isinstance(given, str) or "\x00" in given:
        raise Malformed("a text was expected")
    return given


def _ids(given: Any) -> list[int]:
    if not isinstance(given, list) or not given or any(type(pk) is not int for pk in given):
        raise Malformed("entries: a list of numbers")
    return list(dict.fromkeys(given))


def _stranger(body: Json, by: User) -> JsonResponse | None:
    """A refusal when the page was opened by somebody else than who is logged in now."""
    if body.get("user") == by.pk:
        return None
    text = _("现在登录的是“%(name)s”，与打开本页的账号不同，没有保存。")
    return _json({"detail": text % {"name": str(by)}, "code": "other_user"}, 403)


def _time() -> str:
    return timezone.localtime().strftime("%H:%M")


def _json(body: Json, status: int = 200) -> JsonResponse:
    return JsonResponse(body, status=status, json_dumps_params={"ensure_ascii": False})
