"""The demonstration's claims: a dozen in every state, walked by the demonstration people through the real actions.

The documents state no split between the levels, so that nothing could be approved. The demonstration adds a version
of two schemes with the split of the draft, named after a document that says it is a demonstration.
"""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.db.models import Q, Sum
from django.utils import timezone

from projects.models import InstitutionVersion
from projects.queries.institutions import holding_on
from projects.register import Facts, Statement, record_statements
from subsidies import applying
from subsidies.applying import Claim
from subsidies.books.granting import choices
from subsidies.books.keeping import Entry, change_budget, open_line
from subsidies.models import (
    Application,
    ApplicationFile,
    ApplicationStep,
    Balance,
    BudgetLine,
    Journal,
    Level,
    PaymentBatch,
    PaymentOrder,
    Posting,
    Recovery,
    Scheme,
    SchemeVersion,
)
from yuxi_eldercare.core.models import Region, User

from .logins import CITY
from .pictures import site_picture
from .removal import remove

State = Application.State
_SPLIT: Final = {"province": 5, "city": 3, "county": 2}
_DOCUMENT: Final = "（演示）各级分担办法"
_SCHEMES: Final = ("bed-own", "bed-leased")
# Who files and who checks for a county.
_PEOPLE: Final = {"530402": ("hongta", "shenhe2"), "530425": ("yimen", "shenhe")}
_OTHERS: Final = ("qita", "shenhe3")
_BUDGET_FEN: Final = {
    Level.PROVINCE: 400_000_000,
    Level.CITY: 250_000_000,
    Level.COUNTY: 40_000_000,
}


@dataclass(frozen=True)
class Story:
    """What becomes of one claim; `of` is part of the institution's name, `verified` what the county found."""

    county: str
    of: str
    claimed: int
    state: str
    leased: bool = False
    verified: int | None = None
    words: str = ""
    account: str = ""


# Two institutions of one county into one account: what looks like a repeat.
_SHARED: Final = "530425000000000999"
_STORIES: Final = (
    Story("530402", "福寿颐养院", 60, State.APPROVED),
    Story("530402", "福寿颐养院", 40, State.SUBMITTED, leased=True),
    Story("530402", "社会福利院", 80, State.COUNTY_CHECKED, verified=72),
    Story("530425", "福寿颐养院", 50, State.APPROVED, leased=True, account=_SHARED),
    Story("530425", "社会福利院", 30, State.SUBMITTED, account=_SHARED),
    Story("530403", "福寿颐养院", 45, State.CITY_CHECKED, verified=40),
    Story("530481", "福寿颐养院", 40, State.APPROVED),
    Story("530423", "社会福利院", 36, State.COUNTY_CHECKED),
    Story(
        "530423", "福寿颐养院", 30, State.RETURNED, words="租赁合同缺骑缝章，请补齐后重新提交", leased=True
    ),
    Story("530426", "福寿颐养院", 25, State.REFUSED, words="用房不符合消防要求，不予补助"),
    Story("530427", "福寿颐养院", 30, State.WITHDRAWN, words="建设计划推迟到明年"),
    Story("530428", "福寿颐养院", 28, State.DRAFT),
)


def seed_applications(today: date) -> int:
    """Register and walk the claims where there are none; returns how many. It needs schemes, register and people."""
    people = {user.username: user for user in User.objects.filter(is_demo=True, is_active=True)}
    schemes = {row.key: row for row in Scheme.objects.filter(key__in=_SCHEMES)}
    wanted = {"minzheng", "shishen", "caiwu", *_OTHERS, *(name for pair in _PEOPLE.values() for name in pair)}
    if wanted - set(people) or len(schemes) < len(_SCHEMES) or Application.objects.exists():
        return 0
    with transaction.atomic():
        for scheme in schemes.values():
            _let_it_be_approved(scheme, today)
        _budget(today, people["caiwu"])
        for number, story in enumerate(_STORIES, 1):
            _walk(story, number, schemes, people, today)
    return Application.objects.filter(is_demo=True).count()


def _let_it_be_approved(scheme: Scheme, today: date) -> None:
    """A version like the one in force, with a split."""
    last = scheme.versions.filter(valid_from__lte=today).order_by("number").last()
    if last is None or last.split is not None:
        return
    SchemeVersion.objects.create(
        scheme=scheme,
        number=last.number + 1,
        amount_fen=last.amount_fen,
        conditions=last.conditions,
        split=_SPLIT,
        split_document=_DOCUMENT,
        valid_from=today,
        stated_by=last.stated_by,
        basis=last.basis,
        reason="演示：按征求意见稿的 5:3:2 分担，正式文件未载明",
        is_demo=True,
    )


def _budget(today: date, by: User) -> None:
    """Budget lines of this year where there are none: the city's purse, and that of each county with a claim."""
    counties = sorted({story.county for story in _STORIES})
    regions = Region.objects.in_bulk([CITY, *counties])
    places = [(Level.PROVINCE, CITY), (Level.CITY, CITY), *((Level.COUNTY, code) for code in counties)]
    for level, code in places:
        known = BudgetLine.objects.filter(year=today.year, level=level, region=code, programme="construction")
        if known.exists():
            continue
        line = open_line(year=today.year, level=level, region=regions[code], programme="construction", by=by)
        entry = Entry(
            amount_fen=_BUDGET_FEN[level],
            on=date(today.year, 1, 1),
            document=f"（演示）财社〔{today.year}〕1号",
            once=uuid.uuid4().hex,
        )
        change_budget(line=line, entry=entry, by=by)


def _walk(
    story: Story, number: int, schemes: Mapping[str, Scheme], people: Mapping[str, User], today: date
) -> None:
    """Take one claim to its state."""
    reporter, reviewer = (people[name] for name in _PEOPLE.get(story.county, _OTHERS))
    facts = _filed(story, reporter, today)
    row = applying.register_application(
        scheme=schemes["bed-leased" if story.leased else "bed-own"],
        claim=_claim(story, number, facts, today),
        institution=facts.institution,
        department=facts.institution.keeper,
        by=reporter,
    )
    kind = ApplicationFile.Kind.LEASE if story.leased else ApplicationFile.Kind.PROPERTY
    picture = site_picture(facts.name, number)
    paper = SimpleUploadedFile(f"（演示）{kind.label}.png", picture.read(), "image/png")
    applying.attach_evidence(application=row, kind=kind, upload=paper, by=reporter)
    if story.state == State.DRAFT:
        return
    applying.submit(application=row, by=reporter)
    if story.state == State.WITHDRAWN:
        applying.withdraw(application=row, reason=story.words, by=reporter)
    elif story.state == State.RETURNED:
        applying.return_with_reason(application=row, reason=story.words, by=reviewer)
    elif story.state != State.SUBMITTED:
        _judge(story, row, reviewer, people)


def _judge(story: Story, row: Application, reviewer: User, people: Mapping[str, User]) -> None:
    """Check by the county, and what follows."""
    verified = story.claimed if story.verified is None else story.verified
    applying.county_check(
        application=row, verified=verified, by=reviewer, note="现场逐张清点床位，与登记一致。"
    )
    if story.state == State.REFUSED:
        applying.refuse(application=row, reason=story.words, by=people["shishen"])
    if story.state in {State.REFUSED, State.COUNTY_CHECKED}:
        return
    applying.city_check(application=row, by=people["shishen"], note="抽查属实。")
    if story.state == State.APPROVED:
        row.refresh_from_db()
        lines = {
            level: options[0].line.pk
            for level, options in choices(row, timezone.localdate().year).items()
            if level in _SPLIT
        }
        applying.approve(application=row, lines=lines, by=people["minzheng"], note="同意。")


def _filed(story: Story, by: User, today: date) -> InstitutionVersion:
    """The institution as it is today; one that is not filed is noted as filed first."""
    rows = InstitutionVersion.objects.filter(
        holding_on(today), county=story.county, name__contains=story.of, institution__is_demo=True
    )
    version = rows.select_related("institution__keeper").get()
    if version.filing:
        return version
    facts = replace(Facts.of(version), filing=f"演示备案-{story.county}-{version.institution_id}")
    statement = Statement(
        today, facts, version.institution.keeper_id, version.institution_id, reason="补登备案号"
    )
    record_statements(statements=[statement], by=by)
    return rows.select_related("institution__keeper").get()


def _claim(story: Story, number: int, facts: InstitutionVersion, today: date) -> Claim:
    place = "租赁合同" if story.leased else "不动产权"
    claim = Claim(
        claimed=story.claimed,
        premises="leased" if story.leased else "own",
        premises_number=f"（演示）{place}第{story.county}{number:03}号",
        payee=facts.name,
        bank="演示银行",
        account=story.account or f"{story.county}{facts.institution_id:012}",
        contact="演示联系人",
        phone=f"0877-{2_000_000 + number}",
    )
    if not story.leased:
        return claim
    return replace(claim, lease_from=date(today.year - 1, 1, 1), lease_to=date(today.year + 6, 12, 31))


def remove_applications(accounts: Iterable[User]) -> int:
    """Take the demonstration's claims, money and versions away; returns how many claims. Before the institutions.

    A budget line or a version that something real rests on stays.
    """
    people = [user.pk for user in accounts]
    touched = _remove_journals()
    claims = Application.objects.filter(is_demo=True)
    remove(PaymentOrder.objects.filter(Q(application__in=claims) | Q(is_demo=True)))
    remove(PaymentBatch.objects.filter(is_demo=True, orders=None))
    remove(Recovery.objects.filter(Q(application__in=claims) | Q(is_demo=True)))
    ApplicationStep.objects.filter(is_demo=True, by__in=people).delete()
    gone = remove(claims)
    remove(BudgetLine.objects.filter(is_demo=True, postings=None, orders=None))
    _balance_again(touched)
    SchemeVersion.objects.filter(is_demo=True, applications=None).delete()
    return gone


def _remove_journals() -> set[int]:
    """Journals of the demonstration with their postings; returns the numbers of the lines they moved."""
    rows = Journal.objects.filter(is_demo=True)
    touched = set(Posting.objects.filter(journal__in=rows).values_list("line_id", flat=True))
    rows.exclude(reverses=None).delete()  # before those they reverse
    rows.delete()
    return touched


def _balance_again(lines: Iterable[int]) -> None:
    """Balances of lines that stay, from the postings that are left."""
    rows = Posting.objects.filter(line__in=list(lines)).order_by().values_list("line", "account")
    present = {(line, account): total for line, account, total in rows.annotate(n=Sum("amount_fen"))}
    for balance in Balance.objects.filter(line__in=list(lines)):
        balance.amount_fen = present.get((balance.line_id, balance.account), 0)
        balance.save(update_fields=["amount_fen"])
