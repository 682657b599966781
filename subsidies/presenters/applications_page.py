"""The page of one application: what may be done now and why something may not, the arithmetic, the trail in words."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from subsidies.amounts import grouped
from subsidies.applying.machine import APPLICANT, APPROVER, CITY, COUNTY, STEPS
from subsidies.applying.rights import acts_of, holds_side, may_take, state_problem
from subsidies.books.granting import LineChoice
from subsidies.models import Application, ApplicationFile, ApplicationStep, Journal, Level, Unit
from subsidies.queries.applications_places import places_of
from subsidies.queries.held import Held
from yuxi_eldercare.core.models import User

Verb = ApplicationStep.Verb
# In the order in which a person looks for them; a change is made on a page of its own.
_COLUMN = (
    Verb.COUNTY_CHECK,
    Verb.CITY_CHECK,
    Verb.APPROVE,
    Verb.SUBMIT,
    Verb.RETURN,
    Verb.REFUSE,
    Verb.WITHDRAW,
)


@dataclass(frozen=True)
class Offer:
    """A step the person could take, and the sentence why not now (empty: now)."""

    step: str
    label: str
    refusal: str = ""


@dataclass(frozen=True)
class Offers:
    """What the person may do now, what not and why, and whether they may change the claim."""

    now: list[Offer]
    not_now: list[Offer]
    change: bool


def offers(row: Application, user: User, steps: Iterable[ApplicationStep]) -> Offers:
    """What the person may do with a claim. Steps of sides they never stand on are left out."""
    acts, places = acts_of(user, steps), places_of(user)
    held = {side for side in (APPLICANT, COUNTY, CITY, APPROVER) if holds_side(side, row, user, places)}
    found = []
    for verb in _COLUMN:
        if held.isdisjoint(frozenset().union(*STEPS[verb].sides.values())):
            continue
        refusal = state_problem(verb, row) or may_take(verb, row, user, acts).reason
        found.append(Offer(verb, str(verb.label), refusal))
    change = not state_problem(Verb.CHANGE, row) and bool(may_take(Verb.CHANGE, row, user, acts))
    return Offers(
        now=[offer for offer in found if not offer.refusal],
        not_now=[offer for offer in found if offer.refusal],
        change=change,
    )


@dataclass(frozen=True)
class PartShown:
    """A level's part: its name, its weight in the split, the amount."""

    level: str
    weight: int
    amount_fen: int


@dataclass(frozen=True)
class Arithmetic:
    """The lines of a computation as it is kept."""

    quantity: int
    unit_fen: int | None
    amount_fen: int | None
    parts: list[PartShown]
    facts: Mapping[str, Any] | None
    earlier: Sequence[Mapping[str, Any]]
    on: str

    @property
    def earlier_units(self) -> int:
        """Units of the same institution that other claims count."""
        return sum(one["units"] for one in self.earlier)


def arithmetic(computed: Mapping[str, Any] | None) -> Arithmetic | None:
    """The computation in the order in which people check it; none where nothing was computed yet."""
    if not computed:
        return None
    return Arithmetic(
        quantity=computed["quantity"],
        unit_fen=computed["unit_fen"],
        amount_fen=computed["amount_fen"],
        parts=[
            PartShown(str(Level(part["level"]).label), part["weight"], part["amount_fen"])
            for part in computed["parts"] or ()
        ],
        facts=computed.get("facts"),
        earlier=computed.get("earlier", ()),
        on=computed.get("on", ""),
    )


Levels = dict[str, tuple[str, list[tuple[int, str]]]]


def levels_to_choose(computed: Mapping[str, Any] | None, choices: Mapping[str, list[LineChoice]]) -> Levels:
    """For each level with a part: its label with the amount, and the lines that may pay it with what they have."""
    found: Levels = {}
    for part in (computed or {}).get("parts") or ():
        words = {"level": Level(part["level"]).label, "amount": grouped(part["amount_fen"])}
        label = _("%(level)s资金 %(amount)s 元，用哪笔预算") % words
        options = [(one.line.pk, _option(one)) for one in choices.get(part["level"], ())]
        found[part["level"]] = (label, options)
    return found


def _option(choice: LineChoice) -> str:
    """What a line has, and which it is; level and programme are said by the label."""
    words = {
        "available": grouped(choice.available_fen),
        "year": choice.line.year,
        "fund": choice.line.get_fund_display(),
    }
    return _("可用 %(available)s 元（%(year)s年%(fund)s）") % words


def unit_word(unit: str) -> str:
    """What is counted, as it is claimed; only what was found is verified beds."""
    return {
        Unit.BED: _("张床位"),
        Unit.PLACE: _("个托位"),
        Unit.HOUSEHOLD: _("户"),
        Unit.PERSON: _("人"),
    }[Unit(unit)]


@dataclass(frozen=True)
class Told:
    """A step of the trail with what it says besides its reason."""

    step: ApplicationStep
    lines: list[str]


def trail(steps: Sequence[ApplicationStep]) -> list[Told]:
    """The steps, latest first."""
    before: Mapping[str, Any] = {}
    found = []
    for step in steps:
        found.append(Told(step, _lines(step, before)))
        if "claimed" in step.figures and step.verb in {Verb.CREATE, Verb.CHANGE}:
            before = step.figures
    return found[::-1]


def _lines(step: ApplicationStep, before: Mapping[str, Any]) -> list[str]:
    figures = step.figures
    lines = []
    if step.verb == Verb.CHANGE and "claimed" in figures:
        lines += _changes(before, figures)
    if "listed" in figures:
        lines.append(_("选入名单 %(n)s 个") % {"n": len(figures["listed"])})
    if step.verb == Verb.SUBMIT:
        lines.append(_("申请 %(n)s") % {"n": figures.get("claimed")})
    for name, text in (("attached", _("添加材料：%(name)s")), ("removed", _("移除材料：%(name)s"))):
        if name in figures:
            lines.append(text % {"name": figures[name]})
    if figures.get("verified") is not None:
        lines.append(_("核定 %(n)s") % {"n": figures["verified"]})
    if figures.get("total_fen") is not None:
        lines.append(_("补助金额 %(yuan)s 元") % {"yuan": grouped(figures["total_fen"])})
    for level, amount in (figures.get("parts") or {}).items():
        words = {"level": Level(level).label, "yuan": grouped(amount)}
        lines.append(_("%(level)s %(yuan)s 元") % words)
    if figures.get("answer"):
        lines.append(_("对疑似重复的说明：%(text)s") % {"text": figures["answer"]})
    if figures.get("released"):
        amount = grouped(sum(figures["released"].values()))
        lines.append(_("退回预算 %(yuan)s 元") % {"yuan": amount})
    return lines + _paying(figures)


def _paying(figures: Mapping[str, Any]) -> list[str]:
    """What a payment or a recovery moved, and the voucher that says so."""
    known = {
        "amount_fen": _("支付 %(yuan)s 元"),
        "ordered_fen": _("应追回 %(yuan)s 元"),
        "received_fen": _("已退回 %(yuan)s 元"),
        "reversed_fen": _("冲销 %(yuan)s 元"),
        "dropped_fen": _("不再追回 %(yuan)s 元"),
    }
    lines = [text % {"yuan": grouped(figures[name])} for name, text in known.items() if name in figures]
    if figures.get("voucher"):
        lines.append(_("凭证号 %(number)s") % {"number": figures["voucher"]})
    return lines


def _changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """What a change changed, as label: before → after."""
    text = _("%(label)s：%(before)s → %(after)s")
    return [
        text % {"label": label, "before": _plain(before[name]), "after": _plain(after[name])}
        for name, label in _labels().items()
        if name in before and before[name] != after.get(name)
    ]


def _plain(value: Any) -> str:
    if isinstance(value, list):
        value = _("至").join(str(one) for one in value if one)
    return str(value) if value not in (None, "") else "—"


def _labels() -> dict[str, str]:
    return {
        "claimed": _("申请数量"),
        "year": _("补助年度"),
        "premises": _("用房"),
        "premises_number": _("产权证号或租赁合同号"),
        "lease": _("租期"),
        "payee": _("收款单位（人）全称"),
        "bank": _("开户银行"),
        "account": _("账号"),
        "contact": _("联系人"),
        "phone": _("联系电话"),
    }


@dataclass(frozen=True)
class Moved:
    """A journal and the money it moved."""

    journal: Journal
    amount_fen: int


@dataclass(frozen=True)
class Money:
    """What a claim holds in the books, and by which journals it came to be."""

    committed_fen: int
    paid_fen: int
    recovered_fen: int
    moved: list[Moved]


def money(journals: Iterable[Journal], held: Held) -> Money:
    """The money of a claim; `journals` with their postings, oldest first."""
    return Money(
        sum(held.committed.values()),
        sum(held.paid.values()),
        sum(held.recovered.values()),
        [Moved(journal, _moved(journal)) for journal in journals],
    )


def _moved(journal: Journal) -> int:
    """What a journal moved, in 分: its postings run in the budget's accounts and, when paid, in the cash's as well."""
    into: dict[str, int] = {}
    for posting in journal.postings.all():
        into[posting.account] = into.get(posting.account, 0) + max(posting.amount_fen, 0)
    return max(into.values(), default=0)


@dataclass(frozen=True)
class Papers:
    """The evidence that is there, and what was taken off."""

    present: list[ApplicationFile]
    removed: list[ApplicationFile]


def papers(files: Iterable[ApplicationFile]) -> Papers:
    """Evidence by whether it still belongs to the claim."""
    rows = list(files)
    return Papers(
        [row for row in rows if row.removed_at is None], [row for row in rows if row.removed_at is not None]
    )
