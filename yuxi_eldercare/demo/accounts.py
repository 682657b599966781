"""The demonstration log-ins. Their password is public, so a start for real use refuses while they exist."""

from datetime import date

from django.contrib.auth.hashers import make_password

from yuxi_eldercare.core.models import Department, Membership, Region, User

from .logins import ACCOUNTS, PASSWORD, Account

_SINCE = date(2020, 1, 1)


def ensure_accounts() -> list[str]:
    """Create the accounts that are missing; returns usernames that somebody else has taken.

    An account that exists keeps what people did to it: password, name, roles.
    """
    present = dict(
        User.objects.filter(username__in=[account.username for account in ACCOUNTS]).values_list(
            "username", "is_demo"
        )
    )
    missing = [account for account in ACCOUNTS if account.username not in present]
    if missing:
        _create(missing)
    return [username for username, is_demo in present.items() if not is_demo]


def _create(accounts: list[Account]) -> None:
    # One hash for all: the password is the same and public, and hashing is slow on purpose.
    password = make_password(PASSWORD)
    departments = {row.key: row for row in Department.objects.exclude(key="")}
    regions = Region.objects.in_bulk()
    for account in accounts:
        user = User.objects.create(
            username=account.username,
            display_name=account.display_name,
            phone=_phone(account),
            password=password,
            is_demo=True,
        )
        Membership.objects.bulk_create(
            Membership(
                user=user,
                role=account.role,
                region=regions[region],
                department=departments.get(department),
                valid_from=_SINCE,
            )
            for region, department in account.places
        )


def _phone(account: Account) -> str:
    """A number that nobody has: the call list of a demonstration shows one beside each name."""
    return f"0877-{ACCOUNTS.index(account):07}"
