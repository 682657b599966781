"""An assessment recomputed from its stored inputs alone, to prove that the explanation explains it."""

from collections.abc import Mapping
from typing import Any

from targets.progress import assess, parse_case

from .every_member import judge_members


def recompute(inputs: Mapping[str, Any], due: str) -> dict[str, Any]:
    """The answer the inputs of an `Assessment` give for the milestone due on this ISO date.

    Nothing else is read. Raises `LookupError` when the inputs have no such milestone.
    """
    if "members" in inputs:
        if inputs["due"] != due:
            raise LookupError(f"the inputs judge {inputs['due']}, not {due}")
        return judge_members(inputs)
    for answer in assess(parse_case(inputs)):
        if answer["due"] == due:
            return answer
    raise LookupError(f"the inputs have no milestone due on {due}")
