"""What the box of a target needs to know about its breakdown."""

from django import template

from targets.models import Indicator, Milestone, Target
from targets.queries import breakdown

register = template.Library()


@register.filter
def own_milestones(target: Target) -> list[Milestone]:
    """What the text itself demands, without the parts of single counties."""
    return breakdown.own_milestones(target)


@register.simple_tag
def can_be_split(target: Target, indicator: Indicator) -> bool:
    """Whether the target can be broken down by county."""
    return not breakdown.why_not_split(target, indicator)
