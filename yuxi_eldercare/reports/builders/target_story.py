"""One target told in an evaluation: what the text demands, how each due date ended, its figures, its lights."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from django.utils.translation import gettext as _

from targets.presenters import words
from targets.queries.frozen import Identity, identity_of

from .. import wording
from ..blocks import Column, Outline
from ..facts import Facts, LightThen, Line
from ..layout import SHAPES
from .target_history import readings

_PAIRS = 3  # readings beside each other in a row of a table


def tell(
    outline: Outline, facts: Facts, history: Mapping[Identity, list[LightThen]], own: Sequence[Line]
) -> None:
    """The paragraphs and tables of a target; `own` are its due dates in order."""
    first = own[0]
    outline.say(_demanded(first), lead=_("规划要求。"))
    for line in own:
        outline.say(
            verdict(line),
            _members(facts, line),
            _reason(line),
            lead=_("%(due)s目标。") % {"due": wording.period(line.due)},
        )
        outline.say(_answer(facts, line))
    _figures(outline, first)
    outline.say(_lights(history, own), lead=_("亮灯记录。"))


def _demanded(line: Line) -> str:
    """The phrase of the text with its clause, and who leads."""
    quotes = [
        _("“%(phrase)s”（%(clause)s）") % {"phrase": source["phrase"], "clause": source["clause"]}
        for source in line.sources
    ]
    text = _("原文：%(quotes)s。") % {"quotes": _("；").join(quotes)} if quotes else ""
    return text + (
        _("牵头单位：%(leads)s。") % {"leads": line.leads} if line.leads else _("原文未载明牵头单位。")
    )


def verdict(line: Line) -> str:
    """How one due date ended, or how far the way to it is, in one sentence."""
    row, answer = line.judged, line.judged.answer
    given = {
        "demand": wording.demand(line),
        "actual": wording.actual(line),
        "period": wording.at_end(row.actual_date) if not line.by_members else "",
        "gap": wording.gap(line),
        "word": wording.state(line),
        "met_on": answer.get("met_on") or "",
        "expected": _figure(line, "expected"),
        "ratio": _percent(answer.get("schedule_ratio")),
    }
    if line.by_members:
        text = _("要求%(demand)s，%(actual)s，%(gap)s，%(word)s。")
        if row.state == "MET_LATE":
            text = _("要求%(demand)s，到期时未全部达到，%(met_on)s全部达到，%(word)s。")
        return text % given
    sentences = {
        "NOT_APPLICABLE": _("要求%(demand)s，填报为不适用，不作判定。"),
        "NO_DATA": _("要求%(demand)s，没有数据，%(word)s。"),
        "MET": _("要求%(demand)s，%(period)s实际%(actual)s，%(gap)s，%(word)s。"),
        "MET_LATE": _(
            "要求%(demand)s，到期时（%(period)s）为%(actual)s，%(gap)s，%(met_on)s才达到，%(word)s。"
        ),
        "PENDING": _("要求%(demand)s，已到期，期末数仍在填报期内，%(word)s。"),
        "BREACHED": _("要求%(demand)s，此前应已达到并保持，%(period)s为%(actual)s，%(gap)s，%(word)s。"),
        "MISSED": _("要求%(demand)s，到期时（%(period)s）为%(actual)s，%(gap)s，%(word)s。"),
        "NOT_DUE": _("要求%(demand)s，最近一期（%(period)s）为%(actual)s，%(word)s，到期前不设序时进度。"),
        "REGRESSED": _("要求%(demand)s，最近一期（%(period)s）为%(actual)s，比基期更差，%(word)s。"),
        "ON_TRACK": _(
            "要求%(demand)s，最近一期（%(period)s）为%(actual)s，按序时进度应达%(expected)s，%(word)s。"
        ),
        "BEHIND": _(
            "要求%(demand)s，最近一期（%(period)s）为%(actual)s，按序时进度应达%(expected)s，完成序时进度的%(ratio)s，%(word)s。"
        ),
        "AT_RISK": _(
            "要求%(demand)s，最近一期（%(period)s）为%(actual)s，按序时进度应达%(expected)s，完成序时进度的%(ratio)s，%(word)s。"
        ),
    }
    outlook = [part for part in (wording.pace(line), wording.forecast(line)) if part]
    return sentences[row.state] % given + wording.clauses(outlook)


def _figure(line: Line, name: str) -> str:
    value = line.judged.answer.get(name)
    decimals = max(1, line.judged.indicator.decimals)
    return "—" if value is None else wording.amount(Decimal(value), line.judged.indicator.unit, decimals)


def _percent(ratio: str | None) -> str:
    return "—" if ratio is None else wording.amount(100 * Decimal(ratio), "%", 1)


def _members(facts: Facts, line: Line) -> str:
    """The counties under the same target by state: “已达标8个；逾期未达标1个（峨山县）”."""
    by_state: dict[tuple[str, str], list[str]] = {}
    for other in facts.below(line):
        by_state.setdefault((other.light, wording.state(other)), []).append(other.judged.region.short_name)
    if not by_state:
        return ""
    if len(by_state) == 1:
        ((light, word),) = by_state
        return _("各县（市、区）均为%(shape)s%(word)s。") % {"shape": SHAPES[light], "word": word}
    order = {light: place for place, light in enumerate(("red", "yellow", "green", "grey"))}
    parts = [
        _("%(shape)s%(word)s%(n)s个（%(names)s）")
        % {"shape": SHAPES[light], "word": word, "n": len(names), "names": wording.listed(names)}
        for (light, word), names in sorted(by_state.items(), key=lambda item: order[item[0][0]])
    ]
    return _("各县（市、区）：%(parts)s。") % {"parts": _("；").join(parts)}


def _reason(line: Line) -> str:
    """What the figure lacks: marks, missing counties, why no share was computed."""
    parts = [*wording.marks(line), wording.coverage(line.judged)]
    found = [part for part in parts if part]
    return _("数据标记：%(marks)s。") % {"marks": wording.listed(found)} if found else ""


def _answer(facts: Facts, line: Line) -> str:
    """Cause, measure, person and date of the red light or of those of the counties below it, where they were given."""
    spoken = [line] if line.said else []
    spoken += [other for other in facts.below(line) if other.light == "red" and other.said]
    parts = [
        _("%(place)s说明：原因是%(cause)s；措施是%(measure)s；责任人%(person)s，时限%(deadline)s。")
        % {
            "place": other.judged.region.short_name,
            "cause": other.said.cause.rstrip("。；"),
            "measure": other.said.measure.rstrip("。；"),
            "person": other.said.person,
            "deadline": other.said.deadline,
        }
        for other in spoken
        if other.said
    ]
    if line.light == "red" and not parts:
        return _("责任单位尚未说明原因和措施。")
    return "".join(parts)


def _figures(outline: Outline, line: Line) -> None:
    """The readings the judgement rests on; of "all counties" each county's."""
    row = line.judged
    if line.by_members:
        rows = [
            [
                member["name"],
                "—"
                if member["actual"] is None
                else wording.amount(Decimal(member["actual"]), row.indicator.unit, row.indicator.decimals),
                f"{SHAPES[member['light']]}{member['word']}",
            ]
            for member in line.case.get("members", [])
        ]
        columns = [
            Column(title=_("县（市、区）"), share=4),
            Column(title=_("到期时数值"), share=4, align="right"),
            Column(title=_("判定"), share=5),
        ]
        outline.table(_("%(name)s各县判定") % {"name": row.target.name_as_written}, columns, rows)
        return
    cells = [
        (
            wording.at_end(day),
            str(words.STATES["NOT_APPLICABLE"])
            if value is None
            else wording.amount(value, row.indicator.unit, row.indicator.decimals),
        )
        for day, value in readings(line)
    ]
    pairs = min(_PAIRS, len(cells))
    rows = [
        [word for cell in (*cells[start : start + pairs], *[("", "")] * pairs)[:pairs] for word in cell]
        for start in range(0, len(cells), max(pairs, 1))
    ]
    columns = [
        Column(title=_("期末"), share=6),
        Column(title=_("数值"), share=4, align="right"),
    ] * pairs
    outline.table(_("%(name)s历次数据") % {"name": row.target.name_as_written}, columns, rows)


def _lights(history: Mapping[Identity, list[LightThen]], own: Sequence[Line]) -> str:
    """Per due date the lights of the closed months, each named in the month it began."""
    sentences = []
    for line in own:
        steps: list[LightThen] = []
        months = history.get(identity_of(line.judged), [])
        for then in months:
            if not steps or (steps[-1].light, steps[-1].state) != (then.light, then.state):
                steps.append(then)
        parts = [
            _("%(month)s%(shape)s%(word)s")
            % {
                "month": wording.chinese_month(then.month_end),
                "shape": SHAPES[then.light],
                "word": words.state_word(then.state, then.light),
            }
            for then in steps
        ]
        unchanged = len(parts) == 1 and len(months) > 1
        text = _("%(due)s目标：%(steps)s，此后未变。") if unchanged else _("%(due)s目标：%(steps)s。")
        sentences.append(text % {"due": wording.period(line.due), "steps": _("，").join(parts)})
    return "".join(sentences)
