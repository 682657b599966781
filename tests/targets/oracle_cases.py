"""Adversarial cases for the judging rules: few values, few days, so that ties and boundaries are met often.

:func:`cases` is a hypothesis strategy for one valid case mapping. Readings are drawn from the milestones' own
values, from values that lie a hair beside a limit, and from the value that puts a reading exactly on a rule's
boundary (the path, the path less the tolerance, the shares at ``green`` and ``yellow``).
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Context, Decimal
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st

from tests.targets.oracle_input import parse
from tests.targets.oracle_path import line_value, starting_value

ORIGIN = date(2020, 12, 31)

#: Spans of 500 and 1000 days make the shares of time exact decimals, so that thresholds are hit exactly.
ROUND_DUES = (100, 200, 500, 1000)
ROUND_DAYS = (
    -1, 0, 1, 10, 11, 50, 90, 99, 100, 101, 110, 150, 190, 200, 201, 230, 250, 450, 475, 499, 500, 501, 505,
    525, 550, 551, 750, 800, 899, 900, 901, 925, 940, 950, 990, 999, 1000, 1001, 1005, 1010, 1030, 1500,
)  # fmt: skip
#: Real plan dates: year ends (a leap year among them), half years, quarter ends, fifths of a year.
YEAR_DUES = (365, 730, 1095, 1461)
YEAR_DAYS = (
    -1, 0, 1, 36, 73, 90, 181, 292, 329, 364, 365, 366, 438, 455, 546, 729, 730, 731, 803, 820, 911, 1094,
    1095, 1096, 1100, 1125, 1126, 1186, 1187, 1277, 1350, 1400, 1424, 1425, 1460, 1461, 1462, 1491, 1492,
)  # fmt: skip

POOLS = {
    "few whole": ["0", "1", "2", "3", "4", "5", "10"],
    "rates": ["0.91", "1.5", "2", "4.5", "3.2", "0.1", "0.3"],
    "percentages": ["12.3", "30", "38.5", "55", "54.96", "100", "0"],
    "around zero": ["-10", "-5", "-2.5", "0", "2.5", "5", "10"],
    "fifteen digits": ["999999999999999", "999999999999998", "123456789012345", "500000000000000", "0"],
    "a point too": ["9999999999999.99", "9999999999999.98", "1234567890123.45", "90000000000.01"],
    "very far apart": ["9999999999999.99", "2000000.01", "1.01", "0"],
    "far apart": ["1000", "100", "1", "0.5", "0"],
    "tiny": ["0.000000001", "0.0000000011", "0.000000002", "0", "0.00000001", "-0.000000001"],
    "side by side": ["1", "1.0000000004", "1.0000000024", "0.9999999996", "0.9999999976", "2", "0"],
}
#: Just inside and just outside of what counts as equal; never on the very limit, where the last place of a
#: double decides.
HAIR = [Fraction(n, 10**10) for n in (0, 0, 0, 5, -5, 9, -9, 11, -11, 20, -20)]


def decimal_text(value: Fraction) -> str:
    """A plain decimal string; 28 significant digits where the number does not end."""
    wide = Context(prec=28)
    return format(wide.divide(Decimal(value.numerator), Decimal(value.denominator)), "f")


def iso(offset: int) -> str:
    return (ORIGIN + timedelta(days=offset)).isoformat()


@st.composite
def settings_of(draw: st.DrawFn, values: list[str]) -> dict[str, Any]:
    """The optional inputs; each is often left out.

    Things are not counted in hundreds of millions: from there on every number equals a whole one to 1e-9.
    """
    choices: dict[str, list[Any]] = {
        "tolerance": ["0", "1", "0.5", "0.1", 2, 0.25],
        "integer": [True, True, False],
        "grace_days": [0, 1, 10, 30, 31],
        "stale_after_days": [None, 0, 1, 30, 31, 50, 100, 365],
        "unit": ["%", "个", None],
        "binding": [True, False],
        "rollup": ["sum", "sum", "ratio_of_sums", "max", "min", "none", None],
    }
    if max(abs(Fraction(value)) for value in values) > 10**8:
        del choices["integer"]
    out = {}
    for name, offered in choices.items():
        if draw(st.booleans()):
            out[name] = draw(st.sampled_from(offered))
    if draw(st.booleans()):
        green = draw(st.sampled_from(["0.95", "0.9", "0.8", "0.5", "1", "0"]))
        yellow = draw(st.sampled_from(["0.60", "0.8", "0.5", "0", green]))
        limits = {"green": green, "yellow": min(yellow, green, key=Fraction)}
        for name in ("start_up", "closing"):
            if draw(st.booleans()):
                limits[name] = draw(st.sampled_from(["0", "0.1", "0.10", "0.2", "0.25", "0.5", "1"]))
        out["thresholds"] = limits
    return out


@st.composite
def due_text(draw: st.DrawFn, offset: int) -> str | int:
    day = ORIGIN + timedelta(days=offset)
    written: list[str | int] = [day.isoformat()]
    if (day.month, day.day) == (12, 31):
        written += [day.isoformat(), str(day.year), day.year]
    return draw(st.sampled_from(written))


@st.composite
def ladder(draw: st.DrawFn, direction: str, values: list[str], length: int) -> list[str]:
    """That many values, usually each more demanding than the one before."""
    if draw(st.integers(0, 3)) and len(values) >= length:
        chosen = draw(st.lists(st.sampled_from(values), min_size=length, max_size=length, unique=True))
        return sorted(chosen, key=Fraction, reverse=direction == "down")
    return [draw(st.sampled_from(values)) for _ in range(length)]


@st.composite
def milestones_of(
    draw: st.DrawFn, target_type: str, direction: str, offsets: list[int], steps: list[str]
) -> list[dict[str, Any]]:
    plain = {"up": ">=", "down": "<="}[direction]
    one_comparator = draw(st.sampled_from([plain, plain, None, "=", "mixed"]))
    out = []
    for offset, step in zip(offsets, steps, strict=True):
        found: dict[str, Any] = {"due": draw(due_text(offset)), "value": step}
        if target_type == "range":
            found["value_max"] = decimal_text(Fraction(step) + draw(st.sampled_from([0, 1, 2])))
            if draw(st.booleans()):
                found["comparator"] = "range"
        else:
            test = draw(st.sampled_from([plain, "="])) if one_comparator == "mixed" else one_comparator
            if test is not None:
                found["comparator"] = test
        out.append(found)
    return out


@st.composite
def baseline_of(draw: st.DrawFn, direction: str, value: str) -> dict[str, Any] | None:
    kind = draw(st.sampled_from(["exact", "exact", "exact", "exact", "none", "bound"]))
    if kind == "none":
        return None
    bound = "below" if direction == "up" else draw(st.sampled_from(["below", "above"]))
    return {"date": iso(0), {"exact": "value", "bound": bound}[kind]: value}


@st.composite
def as_of_offset(
    draw: st.DrawFn, days: tuple[int, ...], dues: list[int], read: list[int], options: dict[str, Any]
) -> int:
    """A day on or just beside one that matters: a reading's, a due date's, the end of grace, going stale."""
    grace: int = options.get("grace_days", 0)
    after_due = [0, 1, grace // 2, grace, grace, grace + 1]
    stale: int = options.get("stale_after_days") or 0
    after_reading = [0, 0, 1, stale, stale + 1]
    kind = draw(st.sampled_from(["reading", "reading", "due", "any"]))
    if kind == "reading" and read:
        return draw(st.sampled_from(read)) + draw(st.sampled_from(after_reading))
    if kind == "due":
        return draw(st.sampled_from(dues)) + draw(st.sampled_from(after_due))
    return draw(st.sampled_from(days))


@st.composite
def boundary_value(draw: st.DrawFn, mapping: dict[str, Any], offset: int) -> str:
    """The value that a reading on this day needs to sit on (or a hair beside) one of the rules' limits."""
    case = parse(mapping)
    m = draw(st.sampled_from(case.milestones))
    day = (ORIGIN + timedelta(days=offset)).toordinal()
    path, b = line_value(case, m, day), starting_value(case, m, day)
    worse = -1 if case.direction == "up" else 1
    limits = [m.value, m.value + worse * case.tolerance]
    if case.baseline_value is not None:
        limits += [case.baseline_value, case.baseline_value + worse * case.tolerance]
    if path is not None and b is not None:
        limits += [path, path + worse * case.tolerance]
        shares = (case.green, case.green, case.yellow, case.yellow / 2)
        limits += [b + (path - b) * share for share in shares] * 3
    return decimal_text(draw(st.sampled_from(limits)) * (1 + draw(st.sampled_from(HAIR))))


@st.composite
def reading_on(draw: st.DrawFn, mapping: dict[str, Any], offset: int, values: list[str]) -> dict[str, Any]:
    kind = draw(st.sampled_from(["pool", "pool", "pool", "boundary", "boundary", "boundary", "na"]))
    found: dict[str, Any] = {"date": iso(offset)}
    if "rollup" in mapping:
        found["provisional"] = draw(st.booleans())
    if kind == "na":
        return {**found, "na": True}
    if kind == "pool" or mapping["target_type"] == "done":
        return {**found, "value": draw(st.sampled_from(values))}
    return {**found, "value": draw(boundary_value(mapping, offset))}


TYPES = ("reach",) * 5 + ("annual",) * 2 + ("floor", "ceiling", "range", "done")


@st.composite
def cases(draw: st.DrawFn, types: tuple[str, ...] = TYPES) -> dict[str, Any]:
    """One valid case."""
    target_type = draw(st.sampled_from(types))
    direction = {"floor": "up", "ceiling": "down", "done": "up", "annual": "up"}.get(target_type)
    direction = direction or draw(st.sampled_from(["up", "up", "down"]))
    values = ["0", "1"] if target_type == "done" else draw(st.sampled_from(list(POOLS.values())))
    round_spans = target_type != "annual" and draw(st.booleans())
    all_dues, days = (ROUND_DUES, ROUND_DAYS) if round_spans else (YEAR_DUES, YEAR_DAYS)
    dues = sorted(draw(st.lists(st.sampled_from(all_dues), min_size=1, max_size=3, unique=True)))
    start, *steps = draw(ladder(direction, values, len(dues) + 1))
    if target_type == "done":
        start, steps = "0", ["1"] * len(dues)
    options = draw(settings_of(values))
    read = draw(
        st.lists(st.sampled_from(days), min_size=draw(st.sampled_from([0, 1, 3])), max_size=6, unique=True)
    )
    mapping: dict[str, Any] = {
        "direction": direction,
        "target_type": target_type,
        "milestones": draw(st.permutations(draw(milestones_of(target_type, direction, dues, steps)))),
        "as_of": iso(draw(as_of_offset(days, dues, read, options))),
        **options,
    }
    if target_type != "annual":
        mapping["baseline"] = draw(baseline_of(direction, start))
    mapping["readings"] = [draw(reading_on(mapping, offset, values)) for offset in read]
    return mapping


#: Where on a stretch of the path to look: the ends of start-up and of closing, and what lies between.
TWENTIETHS = (0, 1, 2, 2, 2, 4, 5, 10, 15, 16, 17, 18, 18, 18, 19, 20)


@st.composite
def journeys(draw: st.DrawFn) -> dict[str, Any]:
    """A case that is under way: behind or ahead of the path, the last reading before the last due date."""
    target_type = draw(st.sampled_from(["reach", "reach", "reach", "annual"]))
    direction = "up" if target_type == "annual" else draw(st.sampled_from(["up", "down"]))
    values = draw(st.sampled_from(list(POOLS.values())))
    round_spans = target_type == "reach" and draw(st.sampled_from([True, True, False]))
    all_dues = ROUND_DUES if round_spans else YEAR_DUES
    count = draw(st.integers(1, 2))
    dues = sorted(draw(st.lists(st.sampled_from(all_dues), min_size=count, max_size=count, unique=True)))
    start, *steps = sorted(
        draw(st.lists(st.sampled_from(values), min_size=count + 1, max_size=count + 1, unique=True)),
        key=Fraction,
        reverse=direction == "down",
    )
    since = dues[-2] if count == 2 and draw(st.booleans()) else 0
    length = dues[-1] - since
    between = [since + length * tenths // 20 + beside for tenths in TWENTIETHS for beside in (0, 0, 1, -1)]
    between = [d for d in between if 0 < d < dues[-1]]
    read = draw(st.lists(st.sampled_from(between), min_size=1, max_size=3, unique=True))
    mapping: dict[str, Any] = {
        "direction": direction,
        "target_type": target_type,
        "milestones": draw(milestones_of(target_type, direction, dues, steps)),
        "as_of": iso(max(read)),
        **draw(settings_of(values)),
    }
    if not draw(st.integers(0, 3)):
        mapping["tolerance"] = decimal_text(abs(Fraction(steps[-1]) - Fraction(start)) / 20)
    if target_type == "reach":
        mapping["tolerance"] = draw(st.sampled_from(["0", "0", mapping.get("tolerance", "0")]))
        mapping["baseline"] = {"date": iso(0), "value": start}
    mapping["readings"] = [
        {"date": iso(offset), "value": draw(boundary_value(mapping, offset))} for offset in read
    ]
    mapping["as_of"] = iso(max(read) + draw(st.sampled_from([0, 0, 1, mapping.get("stale_after_days") or 2])))
    return mapping


@st.composite
def around_due(draw: st.DrawFn) -> dict[str, Any]:
    """A case in the weeks before and after a due date, when grace, late readings and relapses decide."""
    target_type = draw(st.sampled_from(["floor", "ceiling", "floor", "ceiling", "reach", "range", "done"]))
    direction = {"floor": "up", "ceiling": "down", "done": "up"}.get(target_type)
    direction = direction or draw(st.sampled_from(["up", "down"]))
    values = {"done": ["0", "1"], "range": ["0", "1", "2", "3"]}.get(target_type, ["9", "10", "10", "11"])
    dues = draw(st.sampled_from([[365], [365], [335, 365]]))
    start = "0" if direction == "up" else "100"
    steps = ["1"] * len(dues) if target_type in ("done", "range") else ["10"] * len(dues)
    near = st.sampled_from([-40, -30, -10, -1, 0, 0, 1, 5, 10, 11, 30, 31, 40])
    read = sorted(365 + n for n in draw(st.lists(near, min_size=1, max_size=3, unique=True)))
    given = [draw(st.sampled_from(values)) for _ in read]
    if draw(st.booleans()):
        given.sort(key=Fraction, reverse=direction == "up")  # a relapse
    content = [{"value": v} if draw(st.integers(0, 4)) else {"na": True} for v in given]
    mapping = {
        "direction": direction,
        "target_type": target_type,
        "baseline": draw(st.sampled_from([None, {"date": iso(0), "value": start}])),
        "milestones": draw(milestones_of(target_type, direction, dues, steps)),
        "readings": [{"date": iso(offset), **found} for offset, found in zip(read, content, strict=True)],
        "as_of": iso(365 + draw(st.sampled_from([-1, 0, 1, 9, 10, 11, 29, 30, 31, 60]))),
        "grace_days": draw(st.sampled_from([0, 10, 30, 30])),
    }
    if draw(st.booleans()):
        mapping["stale_after_days"] = draw(st.sampled_from([0, 1, 10, 30]))
    return mapping


def any_case() -> st.SearchStrategy[dict[str, Any]]:
    """A case of whichever kind."""
    return st.one_of(cases(), journeys(), around_due())
