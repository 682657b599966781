"""Pieces of the matrix and its neighbours: tabs, shortened query strings, a tally of lights."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import template
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from targets.presenters.rows import LightCounts
from targets.presenters.words import LIGHTS
from yuxi_eldercare.core.templatetags.frame import SHAPES

register = template.Library()

# Worst first, as everywhere; a light that does not occur is left out.
_ORDER = ("red", "yellow", "green", "grey")


@dataclass(frozen=True)
class Tab:
    """One of the pages about indicators."""

    url: str
    label: str
    current: bool


@register.simple_tag(takes_context=True)
def indicator_tabs(context: dict[str, Any]) -> list[Tab]:
    """列表, 矩阵, 单位与规划, 地图: each keeps the date the reader stands at."""
    request = context["request"]
    here = (request.resolver_match.url_name or "") if request.resolver_match else ""
    pages = [
        ("indicator-list", _("列表")),
        ("indicator-matrix", _("矩阵")),
        ("indicator-departments", _("单位与规划")),
        ("indicator-map", _("地图")),
    ]
    date = only_query(context, "as_of", "close", "year")
    return [Tab(f"{reverse(name)}{date}", label, here == name) for name, label in pages]


@register.simple_tag(takes_context=True)
def only_query(context: dict[str, Any], *names: str) -> str:
    """The current query string with these parameters only; empty without them."""
    query = context["request"].GET.copy()
    for name in list(query):
        if name not in names:
            del query[name]
    text = query.urlencode()
    return f"?{text}" if text else ""


@register.simple_tag(takes_context=True)
def without_query(context: dict[str, Any], names: Iterable[str]) -> str:
    """The current query string without these parameters, back on the first page."""
    query = context["request"].GET.copy()
    for name in [*names, "page"]:
        query.pop(name, None)
    return f"?{query.urlencode()}"


@register.simple_tag
def tally(counts: LightCounts) -> SafeString:
    """“■3 ▲1 ●5”, said in words to those who do not see it."""
    shown = [(light, SHAPES[light], getattr(counts, light)) for light in _ORDER if getattr(counts, light)]
    if not shown:
        return SafeString("")
    said = _("，").join(f"{LIGHTS[light]} {count}" for light, _shape, count in shown)
    lamps = format_html_join(" ", '<span class="light {}" aria-hidden="true"><i>{}</i>{}</span>', shown)
    return format_html(
        '<span class="tally" title="{}"><span class="visually-hidden">{}</span>{}</span>', said, said, lamps
    )
