"""What the scheduler starts every morning: rounds, reminders, locks. Each is one call and can run again."""

from celery import shared_task

from .reminders import lock_units, remind_automatically
from .rounds import open_due_rounds


@shared_task(name="targets.open_rounds")
def open_rounds_task() -> int:
    """Open the rounds the calendar asks for; returns how many."""
    return len(open_due_rounds())


@shared_task(name="targets.remind")
def remind_task() -> int:
    """Send the reminders of the day; returns how many people were told."""
    return remind_automatically()


@shared_task(name="targets.lock_rounds")
def lock_rounds_task() -> int:
    """Tell units whose time is over that they are locked; returns how many people were told."""
    return lock_units()
