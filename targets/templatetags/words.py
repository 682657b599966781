"""Template access to the words of judging."""

from datetime import date

from django import template
from django.utils.safestring import SafeString

from targets.models import Indicator, Milestone
from targets.presenters import words
from targets.presenters.explanation import why_url as explanation_url
from targets.queries.judged import Judged
from yuxi_eldercare.core.templatetags.frame import light

register = template.Library()


@register.simple_tag
def state_light(state: str, color: str) -> SafeString:
    """A light with the word of its state."""
    return light(color, words.state_word(state, color))


@register.filter
def period(day: date | None) -> str:
    """The period that ends on a day."""
    return words.period(day)


@register.filter
def due_words(milestone: Milestone) -> str:
    """The due date, or the text's own words."""
    return words.due_words(milestone)


@register.simple_tag
def demand(milestone: Milestone, indicator: Indicator) -> str:
    """What a milestone demands, with its unit."""
    return words.demand(milestone, indicator)


@register.simple_tag
def why_url(judged: Judged) -> str:
    """The address that explains a light, of whatever day; empty where it cannot be named."""
    return explanation_url(judged)
