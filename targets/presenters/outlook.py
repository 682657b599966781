"""The outlook in words (§4.4): where the present pace leads, how sure that is, and the pace still needed."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from targets.models import Indicator, RegionalTarget, Target
from targets.queries.judged import Judged
from yuxi_eldercare.core.templatetags.frame import number

from . import words

# What is delivered on a day, or within a band, is not a matter of pace.
_WITHOUT_PACE = {Target.Type.DONE, Target.Type.RANGE}
_DAYS = Decimal("365.25")


def outlook_sentences(rows: Sequence[Judged], shown: date | None) -> list[str]:
    """One sentence per milestone not yet due on the page's day, with a forecast or the reason why there is none."""
    return [
        _sentence(row)
        for row in rows
        if shown is not None
        and row.milestone.due is not None
        and row.milestone.due >= shown
        and row.regional.origin != RegionalTarget.Origin.ALL_MEMBERS
        and row.target.target_type not in _WITHOUT_PACE
        and row.milestone.value is not None
        and row.state != "NOT_APPLICABLE"
    ]


def _sentence(row: Judged) -> str:
    """“2025年目标 ≥ 55%：按目前速度 2025 年底预计 47.2%（…），预计达不到；要达标每年需提高 4.1 个百分点，…。”"""
    parts = [_expected(row), _forecast(row), _pace(row)]
    if "PROVISIONAL" in row.marks:
        parts.append(_("所据数据为暂定"))
    return _("%(due)s目标 %(demand)s：%(parts)s。") % {
        "due": words.due_words(row.milestone),
        "demand": words.demand(row.milestone, row.indicator),
        "parts": _("；").join(part for part in parts if part),
    }


def _expected(row: Judged) -> str:
    expected = _decimal(row.answer, "expected")
    if expected is None or row.light == "grey":
        return ""
    return _("按序时进度此时应达 %(expected)s") % {
        "expected": words.with_unit(expected, row.indicator.unit, 2)
    }


def _forecast(row: Judged) -> str:
    answer, unit = row.answer, row.indicator.unit
    if row.state == "NO_DATA":
        return _("尚无填报值，不作预测")
    if answer.get("forecast") is None:
        return _("数据不足三期，暂不作预测")
    assert row.milestone.due is not None, "rows without a due date get no sentence"
    return _("按目前速度 %(when)s预计 %(range)s，%(chance)s") % {
        "when": _when(row.milestone.due),
        "range": forecast_words(answer, unit),
        "chance": _chance(row),
    }


def _when(due: date) -> str:
    if (due.month, due.day) == (12, 31):
        return _("%(year)s 年底") % {"year": due.year}
    return _("到 %(day)s 时") % {"day": due.isoformat()}


def _chance(row: Judged) -> str:
    """What the interval says about the target: sure only where all of it lies on one side."""
    middle, low, high = (_decimal(row.answer, key) for key in ("forecast", "forecast_low", "forecast_high"))
    value = row.milestone.value
    assert value is not None, "rows without a value get no sentence"
    if low is None or high is None or middle is None:
        low = high = middle
    assert low is not None, "a forecast is given"
    assert high is not None, "a forecast is given"
    up = row.indicator.direction == Indicator.Direction.UP
    worst, best = (low, high) if up else (high, low)
    if (worst >= value) if up else (worst <= value):
        return _("预计可以达到")
    if (best < value) if up else (best > value):
        return _("预计达不到")
    return _("能否达到尚不确定")


def _pace(row: Judged) -> str:
    """The yearly change still needed, beside the present one."""
    needed = _decimal(row.answer, "required_pace")
    if needed is None or row.gap is None or row.gap <= 0:
        return _("现已达到目标值") if row.gap is not None and row.gap <= 0 else ""
    present = _present_pace(row)
    text = _("要达标今后每年需%(change)s") % {"change": change_words(needed, row.indicator)}
    if present is None:
        return text
    return _("%(needed)s，目前每年%(present)s") % {
        "needed": text,
        "present": change_words(present, row.indicator) if present else _("没有变化"),
    }


def _present_pace(row: Judged) -> Decimal | None:
    """The forecast's slope per year; unknown where the forecast was capped at what the unit allows."""
    forecast, due = _decimal(row.answer, "forecast"), row.milestone.due
    if forecast is None or row.actual is None or row.actual_date is None or due is None:
        return None
    capped = forecast == 0 or (row.indicator.unit == "%" and forecast == 100)
    days = (due - row.actual_date).days
    return None if capped or days <= 0 else (forecast - row.actual) / (days / _DAYS)


def change_words(pace: Decimal, indicator: Indicator) -> str:
    """“提高 4.1 个百分点”: what a year brings or has to bring."""
    unit = indicator.unit
    amount = (
        _("%(n)s 个百分点") % {"n": number(abs(pace), 2)}
        if unit == "%"
        else words.with_unit(abs(pace), unit, 2)
    )
    return (_("提高 %(amount)s") if pace > 0 else _("降低 %(amount)s")) % {"amount": amount}


def _decimal(answer: dict[str, Any], name: str) -> Decimal | None:
    text = answer.get(name)
    return None if text is None else Decimal(text)


def forecast_words(answer: dict[str, Any], unit: str) -> str:
    """“47.2%（80% 区间 45.1% 至 49.3%）”; — when there is no forecast."""
    value, low, high = (_decimal(answer, key) for key in ("forecast", "forecast_low", "forecast_high"))
    text = words.with_unit(value, unit, 2)
    if value is None or low is None or high is None:
        return text
    return _("%(text)s（80%% 区间 %(low)s 至 %(high)s）") % {
        "text": text,
        "low": words.with_unit(low, unit, 2),
        "high": words.with_unit(high, unit, 2),
    }


def standing_words(rows: Sequence[Judged], latest: str, period: str, place: str) -> str:
    """“玉溪市2025年为 88.9%。2023年目标 ≥ 50%已达标；2025年目标 ≥ 90%逾期未达标。” Rows in order of due dates."""
    text = _("%(place)s%(period)s为 %(value)s。") if period else _("%(place)s%(value)s。")
    sentence = text % {"place": place, "period": period, "value": latest}
    said = [
        _("%(due)s目标 %(demand)s %(word)s")
        % {
            "due": words.due_words(row.milestone),
            "demand": words.demand(row.milestone, row.indicator),
            "word": words.state_word(row.state, row.light),
        }
        for row in rows
        if row.milestone.value is not None
    ]
    return sentence + (_("%(targets)s。") % {"targets": _("；").join(said)} if said else "")
