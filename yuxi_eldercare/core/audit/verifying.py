"""Walking the chain from its start to its head and naming the first link that does not hold."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from yuxi_eldercare.core.models import AuditEvent, AuditHead

from . import chain

TAMPERED, MISSING, WRONG_ORDER, CUT_OFF = "tampered", "missing", "wrong_order", "cut_off"


@dataclass(frozen=True)
class Break:
    """The first broken link: what is wrong, at which place of the chain, at which row (None: no row there)."""

    kind: str
    seq: int
    event_id: int | None
    sentence: str


@dataclass(frozen=True)
class Verdict:
    """How far the chain holds; `broken` is None when all of it does."""

    links: int
    last_hash: str
    unsealed: int
    oldest_unsealed: datetime | None
    broken: Break | None


@dataclass(frozen=True)
class Anchor:
    """A link noted elsewhere (on paper, in another system): a chain rewritten as a whole does not hold it."""

    seq: int
    hash: str


def verify(anchor: Anchor | None = None) -> Verdict:
    """Check every sealed event, in the order of the chain, against the digest it carries.

    Events not yet sealed are counted, not checked: the chain does not cover them until the sealer has run.
    """
    with transaction.atomic():
        head = AuditHead.objects.filter(pk=AuditHead.ONLY).first()
        waiting = AuditEvent.objects.filter(seq=None).order_by("at")
        unsealed, oldest = waiting.count(), waiting.values_list("at", flat=True).first()
        last, links = (0, chain.START), 0
        for event in _sealed(head):
            broken = _compare(event, *last) or _compare_anchor(event, anchor)
            if broken is not None:
                return Verdict(links, last[1], unsealed, oldest, broken)
            last, links = (event.seq or 0, event.hash), links + 1
        broken = _compare_head(head, *last) or _not_reached(anchor, last[0])
    return Verdict(links, last[1], unsealed, oldest, broken)


def _sealed(head: AuditHead | None) -> Iterator[AuditEvent]:
    """The links up to the head as it was read: the sealer may go on meanwhile."""
    links = AuditEvent.objects.exclude(seq=None).order_by("seq")
    return (links.filter(seq__lte=head.seq) if head else links).iterator(chunk_size=2000)


def _compare(event: AuditEvent, before: int, prev_hash: str) -> Break | None:
    """The first that fits: a number is skipped, the link before is another one, the content is another one."""
    seq = event.seq or 0
    if seq != before + 1:
        return Break(
            MISSING,
            before + 1,
            None,
            _("第%(seq)s条缺失：前一条是第%(before)s条，后一条是第%(after)s条（记录编号 %(id)s）。")
            % {"seq": before + 1, "before": before, "after": seq, "id": event.pk},
        )
    if event.prev_hash != prev_hash:
        return _wrong_order(event, seq, prev_hash)
    try:
        expected = chain.link(event, prev_hash, event.algorithm)
    except ValueError:
        expected = ""
    if event.hash != expected:
        return Break(
            TAMPERED,
            seq,
            event.pk,
            _("第%(seq)s条（记录编号 %(id)s）的内容与封存时不同。") % {"seq": seq, "id": event.pk},
        )
    return None


def _wrong_order(event: AuditEvent, seq: int, prev_hash: str) -> Break:
    right = AuditEvent.objects.filter(prev_hash=prev_hash).exclude(pk=event.pk).first()
    if right is None:
        text = _("第%(seq)s条（记录编号 %(id)s）不接在前一条之后：前一条被替换或删除。")
        return Break(MISSING, seq, event.pk, text % {"seq": seq, "id": event.pk})
    text = _("第%(seq)s条的次序不对：此处应为记录编号 %(right)s，现为 %(id)s。")
    return Break(WRONG_ORDER, seq, event.pk, text % {"seq": seq, "right": right.pk, "id": event.pk})


def _compare_head(head: AuditHead | None, last: int, last_hash: str) -> Break | None:
    """Whether the chain ends where its head says: cutting off the newest events breaks no link between others."""
    expected, expected_hash = (head.seq, head.hash) if head else (0, chain.START)
    if (last, last_hash) == (expected, expected_hash):
        return None
    text = _("链尾不符：应到第%(expected)s条，实际到第%(last)s条。")
    return Break(CUT_OFF, last + 1, None, text % {"expected": expected, "last": last})


def _compare_anchor(event: AuditEvent, anchor: Anchor | None) -> Break | None:
    if anchor is None or event.seq != anchor.seq or event.hash == anchor.hash:
        return None
    text = _("第%(seq)s条（记录编号 %(id)s）与另处留存的摘要不符：链被整体改写过。")
    return Break(TAMPERED, anchor.seq, event.pk, text % {"seq": anchor.seq, "id": event.pk})


def _not_reached(anchor: Anchor | None, last: int) -> Break | None:
    if anchor is None or anchor.seq <= last:
        return None
    text = _("另处留存的摘要属于第%(expected)s条，而链只到第%(last)s条。")
    return Break(CUT_OFF, last + 1, None, text % {"expected": anchor.seq, "last": last})
