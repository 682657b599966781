"""The investment curve: planned evenly over the planned years, invested by monthly reports, spent by entries.

Amounts are drawn in 万元; places are percents of the plotting area, as `targets.presenters.trajectory` has them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from projects.amounts import FEN_PER_WAN, to_wan
from projects.models import Project
from projects.queries.curves import Course, course_of, course_of_one
from projects.queries.ledger import Ledger
from targets.presenters.scales import Scale, day_scale, value_scale
from yuxi_eldercare.core.templatetags.frame import number

# Percents of the plot within which the labels of two lines would meet.
_LABEL_WIDTH, _LABEL_HEIGHT = 22.0, 14.0
_LOW = 80.0  # from here on there is no room for labels below an end: the years stand there


@dataclass(frozen=True)
class Dot:
    """A month's amount."""

    x: float
    y: float
    title: str


@dataclass(frozen=True)
class Run:
    """One of the lines: its name for the styles, its points, its dots, and its label `dy` px off its `end`."""

    name: str
    label: str
    points: str
    dots: list[Dot]
    end: tuple[float, float]
    dy: int


@dataclass(frozen=True)
class Line:
    """One row of the table that says the same; amounts in 分, None where the line does not reach."""

    day: date
    planned_fen: int | None
    invested_fen: int | None
    spent_fen: int | None


@dataclass(frozen=True)
class Curve:
    """Everything `projects/_progress.html` draws, and the same as a table."""

    value_ticks: list[tuple[float, str]]
    year_ticks: list[tuple[float, str]]
    today: tuple[float, str]
    runs: list[Run]
    table: list[Line]
    summary: str
    unplanned: int  # projects without years or an amount, of several


def progress_of(project: Project, ledger: Ledger, day: date) -> Curve | None:
    """The investment curve of one project as of a day; None where there is nothing to draw.

    `projects/_progress.html` draws it, with `css/map.css` and `css/progress.css` among the page's styles, and says
    by itself what is missing where it is None. No statement.
    """
    return _drawn(course_of_one(project, ledger.reports, ledger.entries, day), day)


def progress_of_all(rows: QuerySet[Project], day: date | None = None) -> Curve | None:
    """The curve of all these projects together; linked ones are for the caller to leave out. Three statements."""
    today = day or timezone.localdate()
    return _drawn(course_of(rows, today), today)


def _drawn(course: Course, today: date) -> Curve | None:
    if not (course.plans or course.invested or course.spent):
        return None
    return _Plot(course, today).curve()


def planned_by(plans: Iterable[tuple[int, int, int]], day: date) -> int:
    """What should be invested by a day: each plan runs evenly by days, from nothing to its amount."""
    total = Fraction(0)
    for start, end, fen in plans:
        begins, ends = date(start - 1, 12, 31), date(end, 12, 31)
        passed = min(max((day - begins).days, 0), (ends - begins).days)
        total += Fraction(fen * passed, (ends - begins).days)
    return round(total)


class _Plot:
    """Scales over everything that is drawn, and the drawing of each line."""

    def __init__(self, course: Course, today: date) -> None:
        self.course, self.today = course, today
        plan_days = {
            date(year, 12, 31) for start, end, _ in course.plans for year in range(start - 1, end + 1)
        }
        self.plan = [(day, planned_by(course.plans, day)) for day in sorted(plan_days)]
        every = [*self.plan, *course.invested, *course.spent]
        self.days = [day for day, _ in every] + [today]
        self.x: Scale = day_scale(self.days)
        self.y, self.ticks = value_scale([0.0, *(fen / FEN_PER_WAN for _, fen in every)], percent=False)

    def curve(self) -> Curve:
        return Curve(
            value_ticks=[(self.y.place(tick), number(Decimal(str(tick)))) for tick in self.ticks],
            year_ticks=self._years(),
            today=(self.x.place(self.today.toordinal()), self.today.isoformat()),
            runs=self._runs(),
            table=self._table(),
            summary=self._summary(),
            unplanned=self.course.unplanned,
        )

    def _years(self) -> list[tuple[float, str]]:
        first, last = min(self.days), max(self.days)
        step = 1 if last.year - first.year < 8 else 2
        ends = [date(year, 12, 31) for year in range(first.year, last.year + 1, step)]
        return [(self.x.place(end.toordinal()), str(end.year)) for end in ends if first <= end <= last]

    def _runs(self) -> list[Run]:
        drawn = [
            ("plan", _("计划"), self.plan, False),
            ("invested", _("完成投资"), self.course.invested, True),
            ("spent", _("支出"), self.course.spent, True),
        ]
        drawn = [one for one in drawn if one[2]]
        shifts = _shifts([self._place(*run[-1]) for _name, _label, run, _dotted in drawn])
        return [self._run(*one, dy) for one, dy in zip(drawn, shifts, strict=True)]

    def _run(self, name: str, label: str, run: Sequence[tuple[date, int]], dotted: bool, dy: int) -> Run:
        places = [self._place(day, fen) for day, fen in run]
        text = _("%(label)s %(amount)s")
        dots = [
            Dot(px, py, f"{day.isoformat()} {label} {_wan(fen)}")
            for (px, py), (day, fen) in zip(places, run, strict=True)
        ]
        said = text % {"label": label, "amount": number(to_wan(run[-1][1]), 2)}
        points = " ".join(f"{px:g},{py:g}" for px, py in places)
        return Run(name, said, points, dots if dotted else [], places[-1], dy)

    def _place(self, day: date, fen: int) -> tuple[float, float]:
        return self.x.place(day.toordinal()), self.y.place(fen / FEN_PER_WAN)

    def _table(self) -> list[Line]:
        """Ends of planned years and every month in which something was reported or spent."""
        invested, spent = dict(self.course.invested), dict(self.course.spent)
        days = sorted({day for day, _ in self.plan} | invested.keys() | spent.keys())
        plans = self.course.plans
        return [
            Line(day, planned_by(plans, day) if plans else None, invested.get(day), spent.get(day))
            for day in days
        ]

    def _summary(self) -> str:
        words = []
        if self.course.plans:
            planned = sum(fen for *_years, fen in self.course.plans)
            words.append(_("计划总投资 %(amount)s") % {"amount": _wan(planned)})
        for label, run in ((_("累计完成投资"), self.course.invested), (_("累计支出"), self.course.spent)):
            if run:
                day, fen = run[-1]
                text = _("截至 %(day)s %(label)s %(amount)s")
                words.append(text % {"day": day.isoformat(), "label": label, "amount": _wan(fen)})
        return _("投资曲线：%(words)s；数据表在图下。") % {"words": _("，").join(words)}


def _shifts(ends: Sequence[tuple[float, float]]) -> list[int]:
    """How far below (or, negative, above) its end each label stands.

    Of neighbours the highest stands above, the others below; close to the axis all of them stand above.
    """
    found = []
    for place, (x, y) in enumerate(ends):
        near = [
            n for n, (ox, oy) in enumerate(ends) if abs(ox - x) < _LABEL_WIDTH and abs(oy - y) < _LABEL_HEIGHT
        ]
        near.sort(key=lambda n: (ends[n][1], n))
        before = near.index(place)
        if max(ends[n][1] for n in near) > _LOW:
            found.append(-9 - 14 * (len(near) - 1 - before))
        else:
            found.append(-9 if before == 0 else 4 + 14 * before)
    return found


def _wan(fen: int) -> str:
    return _("%(amount)s 万元") % {"amount": number(to_wan(fen), 2)}
