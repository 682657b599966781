"""Linking events into the chain after their transactions have committed, by one sealer at a time.

1. `record` writes an unsealed row (no `seq`, no `hash`) in the transaction of the change: an import that runs
   for minutes holds up nobody, and what it rolls back leaves no gap.
2. Its commit starts the sealer in the background.
3. The sealer locks the chain's head, numbers the unsealed rows it can see, and moves the head, in one short
   transaction per batch. Rows that a crash left unsealed are found by the next run, which beat starts as well.
"""

from django.conf import settings
from django.db import transaction

from yuxi_eldercare.core import dispatch
from yuxi_eldercare.core.models import AuditEvent, AuditHead

from . import chain

TASK = "core.seal_audit"
BATCH = 500


def seal_soon() -> None:
    """Start the sealer once the current transaction has committed; once, however many events it wrote."""
    waiting = transaction.get_connection().run_on_commit
    if not any(function is _start for _savepoints, function, _robust in waiting):
        transaction.on_commit(_start)


def _start() -> None:
    dispatch.start(TASK)


def seal(batch: int = BATCH) -> int:
    """Seal every event that has committed; returns how many there were."""
    sealed = 0
    while True:
        count = _seal_batch(batch)
        sealed += count
        if count < batch:
            return sealed


@transaction.atomic
def _seal_batch(batch: int) -> int:
    head = _locked_head()
    events = list(AuditEvent.objects.filter(seq=None).order_by("pk")[:batch])
    for event in events:
        event.algorithm = settings.AUDIT_HASH
        event.seq, event.prev_hash = head.seq + 1, head.hash
        event.hash = chain.link(event, head.hash, event.algorithm)
        head.seq, head.hash = event.seq, event.hash
    if events:
        AuditEvent.objects.bulk_update(events, ["seq", "algorithm", "prev_hash", "hash"])
        head.save(update_fields=["seq", "hash"])
    return len(events)


def _locked_head() -> AuditHead:
    """The chain's head, locked until the transaction ends. The first call of an installation makes it."""
    AuditHead.objects.get_or_create(pk=AuditHead.ONLY, defaults={"seq": 0, "hash": chain.START})
    return AuditHead.objects.select_for_update().get(pk=AuditHead.ONLY)
