"""The outlook in words (§4.4): what is expected by now, the pace still needed, where the present pace leads."""

from decimal import Decimal

from django.utils.translation import gettext as _

from targets.queries.judged import Judged

from . import words


def outlook_sentences(rows: list[Judged]) -> list[str]:
    """One sentence per milestone that is not yet due and has a path or a forecast."""
    return [sentence for row in rows if (sentence := _sentence(row))]


def _sentence(row: Judged) -> str:
    answer, unit = row.answer, row.indicator.unit
    parts = []
    if answer.get("expected") is not None and row.light != "grey":
        expected = words.with_unit(Decimal(answer["expected"]), unit, 2)
        parts.append(_("按序时进度此时应达 %(expected)s") % {"expected": expected})
    if answer.get("forecast") is None:
        return ""
    parts.append(_("按目前速度到期预计 %(range)s") % {"range": forecast_words(answer, unit)})
    if answer.get("required_pace") is not None and row.gap is not None and row.gap > 0:
        pace = words.with_unit(abs(Decimal(answer["required_pace"])), unit, 2)
        parts.append(_("要达标今后每年需变化 %(pace)s") % {"pace": pace})
    return _("%(due)s目标：%(parts)s。") % {
        "due": words.due_words(row.milestone),
        "parts": _("，").join(parts),
    }


def forecast_words(answer: dict[str, str | None], unit: str) -> str:
    """“47.2%（80% 区间 45.1% 至 49.3%）”; — when there is no forecast."""
    if answer.get("forecast") is None:
        return "—"
    value, low, high = (
        None if answer.get(key) is None else Decimal(str(answer[key]))
        for key in ("forecast", "forecast_low", "forecast_high")
    )
    text = words.with_unit(value, unit, 2)
    if low is None or high is None:
        return text
    return _("%(text)s（80%% 区间 %(low)s 至 %(high)s）") % {
        "text": text,
        "low": words.with_unit(low, unit, 2),
        "high": words.with_unit(high, unit, 2),
    }
