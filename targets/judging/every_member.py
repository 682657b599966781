"""The answer for a target that every county must meet: `targets.rollup` judges, this gives it its form."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from targets.progress import ANSWER_KEYS, Light, Mark, Reason, State
from targets.rollup import judge_every_member

_CARRIED = (Mark.STALE, Mark.FALLEN_BACK)


def judge_members(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """The preview's answer for one milestone, from the counties' answers alone.

    `inputs` has `due`, `as_of` (ISO dates), `grace_days`, `binding` and `members`, each with `state`,
    `light`, `marks`, `met_on` and `actual_date`. `actual` is the number of counties that meet it, `gap` of
    those that do not yet.
    """
    members = inputs["members"]
    found = judge_every_member(
        [(State(member["state"]), Light(member["light"])) for member in members],
        due=date.fromisoformat(inputs["due"]),
        as_of=date.fromisoformat(inputs["as_of"]),
        grace_days=inputs["grace_days"],
    )
    carried = {mark for member in members for mark in member["marks"]} & {*_CARRIED}
    if found.met < found.target:
        carried.discard(Mark.FALLEN_BACK)
    marks = {*carried}
    if found.provisional:
        marks.add(Mark.PROVISIONAL)
    if inputs["binding"]:
        marks.add(Mark.BINDING)
    answer: dict[str, Any] = dict.fromkeys(ANSWER_KEYS)
    answer |= {"due": inputs["due"], "state": str(found.state), "light": str(found.light)}
    answer["marks"] = [str(mark) for mark in Mark if mark in marks]
    if not found.target:
        answer["reason"] = str(Reason.NOT_APPLICABLE)
        return answer
    if found.state is State.MET_LATE:
        answer["met_on"] = max(member["met_on"] for member in members if member["met_on"])
    answer |= {"actual": str(found.met), "gap": str(found.target - found.met)}
    answer["actual_date"] = max(
        (member["actual_date"] for member in members if member["actual_date"]), default=None
    )
    return answer
