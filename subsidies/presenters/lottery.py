"""The lottery fund's page: each year's share on each base side by side, the sentence of the chosen one, wordings."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from subsidies.amounts import grouped
from subsidies.counting.lottery import FLOOR, Share, base_label, share_of
from subsidies.models import LotteryBase, LotteryChoice, LotteryFigure
from targets.models import Target
from targets.models.targets import TargetSource
from targets.presenters import words
from targets.queries.judged import Judged


@dataclass(frozen=True)
class Cell:
    """A year's figures on one base. Without figures `figure` is None."""

    base: str
    label: str
    chosen: bool
    figure: LotteryFigure | None
    percent: str
    reaches: bool | None
    short_fen: int


@dataclass(frozen=True)
class Wording:
    """How a base is worded, and by which clause of which document."""

    base: str
    label: str
    chosen: bool
    target: Target | None
    sources: Sequence[TargetSource]
    draft: bool


@dataclass(frozen=True)
class Stand:
    """What has been reported against the floor of one document, with its light."""

    name: str
    document: str
    due: str
    light: str
    word: str
    actual: str


Figures = Mapping[tuple[int, str], LotteryFigure]


def rows(figures: Figures, choice: LotteryChoice | None) -> list[tuple[int, list[Cell]]]:
    """Years, the latest first, with a cell for each base."""
    years = sorted({year for year, _base in figures}, reverse=True)
    return [(year, [_cell(figures.get((year, base)), base, choice) for base in _bases()]) for year in years]


def _bases() -> list[str]:
    return [str(base) for base in LotteryBase.values]


def _cell(figure: LotteryFigure | None, base: str, choice: LotteryChoice | None) -> Cell:
    share = share_of(figure) if figure else Share(0, 0)
    chosen = choice is not None and choice.base == base
    return Cell(
        base,
        base_label(base),
        chosen,
        figure,
        percent_text(share.percent),
        share.reaches_floor,
        share.short_fen,
    )


def percent_text(percent: Decimal | None) -> str:
    """As kept, without needless zeros: 54.999999%, 57.5%. Never rounded up."""
    if percent is None:
        return "—"
    text = f"{percent:f}"
    return f"{text.rstrip('0').rstrip('.')}%"


def headings() -> list[str]:
    """The bases in the order of the cells."""
    return [base_label(base) for base in _bases()]


def sentence(figures: Figures, choice: LotteryChoice | None) -> str:
    """What the page answers: the latest year's share on the chosen base against the floor."""
    if choice is None:
        return _("还没有选定基数：三份条文的说法不同，选定以前不向填报提供统计数。")
    own = sorted((year for year, base in figures if base == choice.base), reverse=True)
    if not own:
        return _("已选定“%(base)s”，还没有登记它的数。") % {"base": base_label(choice.base)}
    figure = figures[own[0], choice.base]
    share = share_of(figure)
    said = {
        "year": figure.year,
        "base": base_label(choice.base),
        "percent": percent_text(share.percent),
        "floor": FLOOR,
        "short": grouped(share.short_fen),
    }
    if share.reaches_floor is None:
        return _("%(year)s年“%(base)s”为0，不计算比例。") % said
    if share.reaches_floor:
        text = _("%(year)s年“%(base)s”用于养老服务体系建设的占%(percent)s，达到不低于%(floor)s%%的要求。")
        return text % said
    text = _("%(year)s年“%(base)s”用于养老服务体系建设的占%(percent)s，低于%(floor)s%%，还差%(short)s元。")
    return text % said


def wording_lines(found: Mapping[str, Target], choice: LotteryChoice | None) -> list[Wording]:
    """The bases with the phrases that word them."""
    lines = []
    for base in _bases():
        target = found.get(base)
        phrases = [one for one in target.sources.all() if "%" in one.phrase] if target else []
        chosen = choice is not None and choice.base == base
        draft = target is not None and target.document.status != "issued"
        lines.append(Wording(base, base_label(base), chosen, target, phrases, draft))
    return lines


def stand_lines(found: Sequence[Judged]) -> list[Stand]:
    """The lights of the floor, by document and due date."""
    return [
        Stand(
            row.target.name_as_written,
            row.target.document.title,
            words.period(row.milestone.due),
            row.light,
            words.state_word(row.state, row.light),
            words.with_unit(row.actual, "%"),
        )
        for row in found
    ]
