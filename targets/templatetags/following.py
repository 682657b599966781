"""Parts of tasks on pages that list tasks."""

from collections.abc import Mapping

from django import template

from targets.presenters.following import TallyShown

register = template.Library()


@register.filter
def of_task(tallies: Mapping[int, TallyShown] | None, task: int) -> TallyShown | None:
    """The tally of a task by its id; none where it was not broken down, or the page shows no tallies."""
    return tallies.get(task) if tallies else None
