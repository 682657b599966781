"""What the scheduler starts every morning: the ladder, then the points. It can run again at any time."""

from celery import shared_task

from .escalating import escalate
from .scores import give_scores


@shared_task(name="targets.supervise")
def supervise_task() -> int:
    """Apply the ladder to today and give the points; returns how many notices went out."""
    done = escalate()
    give_scores()
    return done.sent
