"""The sentence a page opens with, built from the rows it shows."""

from collections import Counter

from django.utils.translation import gettext as _

from targets.queries.judged import Judged

from .rows import target_row
from .words import state_word


def standing_sentence(rows: list[Judged], year: int, place: str) -> str:
    """“2025 年全市 31 项目标：已达标 3，进度正常 3，…。最需要关注：…。” Rows must come worst first."""
    if not rows:
        return _("%(place)s没有%(year)s年到期的目标。") % {"place": place, "year": year}
    counts = Counter((row.state, row.light) for row in rows)
    words: Counter[str] = Counter()
    for (state, light), count in sorted(counts.items(), key=lambda item: _rank(item[0][0])):
        words[state_word(state, light)] += count
    stands = _("，").join(f"{word} {count}" for word, count in words.items())
    sentence = _("%(year)s年%(place)s %(total)s 项目标：%(stands)s。") % {
        "year": year,
        "place": place,
        "total": len(rows),
        "stands": stands,
    }
    unlit = sum(1 for row in rows if row.light == "grey" and "PROVISIONAL" in row.marks)
    if unlit:
        sentence += _("其中 %(count)s 项县级数据未报齐，暂不亮灯。") % {"count": unlit}
    worst = _one_per_indicator([row for row in rows if row.light == "red"])[:3]
    if worst:
        sentence += _("最需要关注：%(names)s。") % {"names": _("；").join(map(_worst, worst))}
    return sentence


def _one_per_indicator(rows: list[Judged]) -> list[Judged]:
    """The first (worst) row of each indicator: a county held by two plans is named once."""
    return list({row.indicator.pk: row for row in reversed(rows)}.values())[::-1]


def _worst(row: Judged) -> str:
    """“社区日间照料服务设施覆盖率（差 1.1个百分点，市民政局）”; what is not known is left out."""
    shaped = target_row(row)
    known = [
        shaped.gap if row.gap is not None and row.gap > 0 else "",
        _("、").join(body.as_written for body in row.target.bodies.all()),
    ]
    details = _("，").join(part for part in known if part)
    return f"{shaped.name}（{details}）" if details else shaped.name


_GOOD_FIRST = (
    "MET",
    "MET_LATE",
    "ON_TRACK",
    "BEHIND",
    "AT_RISK",
    "REGRESSED",
    "BREACHED",
    "MISSED",
    "NOT_DUE",
    "PENDING",
    "NO_DATA",
    "NOT_APPLICABLE",
)


def _rank(state: str) -> int:
    return _GOOD_FIRST.index(state)
