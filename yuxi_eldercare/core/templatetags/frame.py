"""Small pieces every page uses: icons, lights, numbers with their unit, links that keep the query."""

from decimal import Decimal
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

register = template.Library()

ICONS = {
    "brand": '<path d="M3 19 9 11l4 3 8-9"/><path d="M16 5h5v5"/>',
    "menu": '<path d="M4 6h16M4 12h16M4 18h16"/>',
    "overview": '<path d="M4 13h6V4H4zM14 20h6v-9h-6zM4 20h6v-4H4zM14 8h6V4h-6z"/>',
    "indicator": '<path d="M4 19V5M4 19h16M8 15l4-5 3 3 5-7"/>',
    "task": '<path d="M9 6h11M9 12h11M9 18h11M4 6l1 1 2-2M4 12l1 1 2-2M4 18l1 1 2-2"/>',
    "project": '<path d="M4 20V9l8-5 8 5v11M9 20v-6h6v6"/>',
    "report": '<path d="M5 4h14v16H5zM9 9h6M9 13h6M9 17h3"/>',
    "library": '<path d="M5 4h4v16H5zM10 4h4v16h-4zM15 5l4-1 2 15-4 1z"/>',
    "admin": '<path d="M12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6zM12 3v3M12 18v3M3 12h3M18 12h3"/>',
    "subsidy": '<path d="M12 3v18M8 7h6a3 3 0 0 1 0 6H8m0 0h7a3 3 0 0 1 0 6H7"/>',
}

SHAPES = {"green": "●", "yellow": "▲", "red": "■", "grey": "○"}


@register.simple_tag
def icon(name: str) -> SafeString:
    """An inline line icon; decoration only, so hidden from screen readers."""
    return mark_safe(
        '<svg aria-hidden="true" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.8" '
        f'stroke-linecap="round" stroke-linejoin="round">{ICONS[name]}</svg>'
    )


@register.simple_tag
def light(color: str, word: str, chip: bool = False) -> SafeString:
    """A light as shape, colour and word (GB/T 37668: never colour alone)."""
    return format_html(
        '<span class="light {}{}"><i aria-hidden="true">{}</i>{}</span>',
        color,
        " chip" if chip else "",
        SHAPES[color],
        word,
    )


@register.filter
def number(value: Any, decimals: int | None = None) -> str:
    """A decimal without needless digits: thousands grouped, at most `decimals` places; — for none."""
    if value is None or value == "":
        return "—"
    amount = value if isinstance(value, Decimal) else Decimal(str(value))
    if decimals is not None:
        rounded = round(amount, int(decimals))
        amount = rounded if -amount.as_tuple().exponent > int(decimals) else amount  # type: ignore[operator]
    text = f"{amount:,f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in {"-0", ""} else text


@register.simple_tag(takes_context=True)
def keep_query(context: dict[str, Any], **changes: Any) -> str:
    """The current query string with some parameters changed (None or '' removes one)."""
    query = context["request"].GET.copy()
    for name, value in changes.items():
        if value in (None, ""):
            query.pop(name, None)
        else:
            query[name] = str(value)
    text = query.urlencode()
    return f"?{text}" if text else "?"


@register.simple_tag
def chinese_date(value: Any) -> str:
    """2026-11-21 14:05 for moments, 2026-11-21 for days, — for none."""
    if value is None:
        return "—"
    if hasattr(value, "hour"):
        from django.utils import timezone

        return timezone.localtime(value).strftime("%Y-%m-%d %H:%M")
    return value.isoformat() if hasattr(value, "isoformat") else _(str(value))
