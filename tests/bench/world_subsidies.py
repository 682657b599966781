"""A province's subsidies with their books, for benches."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

APPLICATIONS, COUNTIES = 20_000, 100
BEDS, PER_BED = 60, 10_000_00
SPLIT = {"province": 5, "city": 3, "county": 2}
APPROVED, PAID, CAME_BACK = date(2023, 3, 1), date(2023, 9, 1), date(2023, 10, 1)


def make() -> Any:
    """A province of counties, institutions, applications and their books; returns a leader."""
    from projects.models import Institution
    from subsidies.books.posting import MOVES
    from subsidies.calculator import share
    from subsidies.models import (
        Application,
        Balance,
        BudgetLine,
        Journal,
        PaymentBatch,
        PaymentOrder,
        Posting,
        Recovery,
        Scheme,
        SchemeVersion,
    )
    from yuxi_eldercare.core.models import Department, Membership, Region, User

    top = Region.objects.create(code="530000", name="省", short_name="省", level="city")
    counties = Region.objects.bulk_create(
        Region(code=f"53{n:04}", name=f"第{n}县", short_name=f"第{n}县", level="county", parent=top)
        for n in range(1, COUNTIES + 1)
    )
    units = Department.objects.bulk_create(
        Department(key=f"unit-{n}", name=f"第{n}局", short_name=f"第{n}局", region=county)
        for n, county in enumerate(counties)
    )
    user = User.objects.create(username="bench", display_name="测")
    Membership.objects.create(user=user, role="leader", region=top, valid_from=date(2020, 1, 1))
    scheme = Scheme.objects.create(
        key="bench", name="床位建设补助", programme="construction", unit="bed", per="once"
    )
    version = SchemeVersion.objects.create(
        scheme=scheme, number=1, amount_fen=PER_BED, split=SPLIT, split_document="测", basis="测",
        valid_from=date(2020, 1, 1), reason="测",
    )  # fmt: skip

    def write(model: Any, rows: Any) -> list[Any]:
        made: list[Any] = model.objects.bulk_create(rows, batch_size=2_000)
        return made

    homes = write(Institution, (Institution(keeper=units[n % COUNTIES]) for n in range(APPLICATIONS // 4)))
    moment = datetime(2023, 3, 1, tzinfo=UTC)
    total = BEDS * PER_BED
    claims = write(
        Application,
        (
            Application(
                number=f"B-{n:05}", scheme=scheme, version=version, institution=homes[n // 4],
                county=counties[n // 4 % COUNTIES], department=units[n // 4 % COUNTIES], name=f"第{n // 4}养老院",
                state="paid" if n % 4 else "approved", claimed=BEDS, verified=BEDS, total_fen=total,
                payee="测", made_by=user, approved_at=moment, approved_by=user, applied_on=APPROVED,
            )
            for n in range(APPLICATIONS)
        ),
    )  # fmt: skip
    lines = {
        (level, purse.code): BudgetLine(
            year=2023, level=level, region=purse, programme="construction", made_by=user
        )
        for level, purses in (("province", [top]), ("city", [top]), ("county", counties))
        for purse in purses
    }
    for line in lines.values():
        line.save()
    parts = share(total, SPLIT)

    def line_of(level: str, claim: Any) -> Any:
        return lines[level, top.code if level != "county" else claim.county_id]

    sums: dict[tuple[Any, str], int] = {}

    def moves(kind: str, line: Any, amount: int) -> Iterator[tuple[Any, str, int]]:
        for account, sign in MOVES[kind].items():
            sums[line, account] = sums.get((line, account), 0) + sign * amount
            yield line, account, sign * amount

    # (kind, key, day, application, recovery, {line: amount})
    events: list[tuple[str, str, date, Any, Any, dict[Any, int]]] = []
    for (_level, _purse), line in lines.items():
        events += [
            (kind, f"{kind}:{line.pk}", date(2023, 1, 1), None, None, {line: 10**14})
            for kind in ("budget", "arrive")
        ]
    batch = PaymentBatch.objects.create(number="ZF-1", region=top, state="done", made_by=user, sent_at=moment)
    orders, came = [], []
    for n, claim in enumerate(claims):
        whole = {line_of(level, claim): amount for level, amount in parts.items()}
        events.append(("commit", f"approve:{claim.pk}", APPROVED, claim, None, whole))
        if claim.state != "paid":
            continue
        for line, amount in whole.items():
            number = f"ZF-1-{claim.pk}-{line.pk}"
            orders.append(
                PaymentOrder(
                    batch=batch, number=number, application=claim, line=line, amount_fen=amount, payee="测",
                    bank="测", state="paid", voucher="P-1", paid_on=PAID,
                )
            )  # fmt: skip
            events.append(("pay", f"pay:{number}", PAID, claim, None, {line: amount}))
        if n % 40 == 1:
            came.append((claim, whole))
    write(PaymentOrder, orders)
    recoveries = write(
        Recovery,
        (
            Recovery(
                application=claim, amount_fen=total, received_fen=total, reason="测", due_on=PAID,
                state="done", made_by=user,
            )
            for claim, _whole in came
        ),
    )  # fmt: skip
    for recovery, (claim, whole) in zip(recoveries, came, strict=True):
        events.append(("recover", f"recover:{recovery.pk}:R", date(2023, 10, 1), claim, recovery, whole))
    journals = write(
        Journal,
        (
            Journal(kind=kind, key=key, on=on, application=claim, recovery=recovery, voucher="P-1", by=user)
            for kind, key, on, claim, recovery, _amounts in events
        ),
    )
    write(
        Posting,
        (
            Posting(journal=journal, line=line, account=account, amount_fen=amount)
            for journal, (kind, *_rest, amounts) in zip(journals, events, strict=True)
            for whose, whole in amounts.items()
            for line, account, amount in moves(kind, whose, whole)
        ),
    )
    write(
        Balance,
        (Balance(line=line, account=account, amount_fen=fen) for (line, account), fen in sums.items()),
    )
    return user
