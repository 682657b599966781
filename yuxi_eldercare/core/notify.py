"""Telling people: one `Notice` per person, channel and reason, delivered after the commit, never twice.

The inbox is the `Notice` row itself. Further channels are classes named in `settings.NOTIFY_CHANNELS` that
fit `Channel`: e-mail is one of them; a city plugs its SMS or 政务微信 gateway in as another.
"""

import logging
from collections.abc import Iterable, Sequence
from typing import Protocol

from celery import shared_task
from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.module_loading import import_string

from .dispatch import after_commit
from .models import Department, Notice, User

log = logging.getLogger(__name__)

INBOX = "inbox"
DELIVER = "core.deliver_notices"


class Channel(Protocol):
    """A way to reach a person outside this product."""

    name: str  # stored with each notice, at most 20 characters

    def address(self, user: User) -> str:
        """Where to reach the person; empty when this channel cannot."""

    def send(self, notice: Notice) -> None:
        """Deliver one notice; an error's text is kept beside it and an operator can see it."""


class Email:
    """E-mail through Django's mail backend."""

    name = "email"

    def address(self, user: User) -> str:
        """The account's address."""
        return user.email

    def send(self, notice: Notice) -> None:
        """Send the notice as plain text."""
        text = "\n\n".join(part for part in (notice.text, absolute(notice.link)) if part)
        send_mail(notice.title, text or notice.title, None, [notice.recipient.email])


def absolute(link: str) -> str:
    """A link as it works outside the product; empty where the installation does not say its own address."""
    if not link.startswith("/"):
        return link
    return f"{settings.PUBLIC_URL}{link}" if settings.PUBLIC_URL else ""


def channels() -> list[Channel]:
    """The channels of this installation besides the inbox. Raises `ImportError` for a misspelt one."""
    return [import_string(path)() for path in settings.NOTIFY_CHANNELS]


def tell(
    recipients: Iterable[User],
    *,
    reason_key: str,
    title: str,
    text: str = "",
    link: str = "",
    department: Department | None = None,
    by: User | None = None,
) -> list[User]:
    """Tell people something, unless they were told for this reason before; returns whom it is new to.

    Call it inside the transaction of what it tells about: outside channels are served after its commit.
    """
    people = {user.pk: user for user in recipients if user.is_active}
    ways = channels()
    wanted = {(pk, INBOX) for pk in people}
    wanted |= {(pk, way.name) for way in ways for pk, user in people.items() if way.address(user)}
    told = set(
        Notice.objects.filter(reason_key=reason_key, recipient__in=people).values_list(
            "recipient_id", "channel"
        )
    )
    now = timezone.now()
    Notice.objects.bulk_create(
        [
            Notice(
                recipient_id=pk,
                department=department,
                channel=channel,
                reason_key=reason_key,
                title=title[:160],
                text=text,
                link=link,
                created_by=by,
                sent_at=now if channel == INBOX else None,
            )
            for pk, channel in sorted(wanted - told)
        ],
        ignore_conflicts=True,
    )
    if any(channel != INBOX for _pk, channel in wanted - told):
        after_commit(DELIVER, reason_key)
    return [people[pk] for pk, channel in sorted(wanted - told) if channel == INBOX]


@shared_task(name=DELIVER)
def deliver(reason_key: str) -> None:
    """Send what waits for one reason. A notice is claimed before it is sent, so it goes out at most once."""
    ways = {way.name: way for way in channels()}
    waiting = Notice.objects.filter(reason_key=reason_key, sent_at=None, error="", channel__in=ways)
    for notice in waiting.select_related("recipient").order_by("pk"):
        if Notice.objects.filter(pk=notice.pk, sent_at=None).update(sent_at=timezone.now()):
            _send(ways[notice.channel], notice)


def _send(way: Channel, notice: Notice) -> None:
    try:
        way.send(notice)
    except Exception as error:
        log.exception("notice %s was not delivered by %s", notice.pk, way.name)
        words = f"{type(error).__name__}: {error}"[:300]
        Notice.objects.filter(pk=notice.pk).update(sent_at=None, error=words)


def inbox(user: User) -> QuerySet[Notice]:
    """The person's own messages, newest first."""
    return Notice.objects.filter(recipient=user, channel=INBOX)


def unread(user: User) -> int:
    """How many messages the person has not opened."""
    return inbox(user).filter(read_at=None).count()


@transaction.atomic
def mark_read(user: User, notices: Sequence[int] | None = None) -> int:
    """Mark the person's own messages (these ids, or all) as read; returns how many were new."""
    rows = inbox(user).filter(read_at=None)
    if notices is not None:
        rows = rows.filter(pk__in=notices)
    return rows.update(read_at=timezone.now())
