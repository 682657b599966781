"""`manage.py supervise`: apply the escalation ladder to today and give the points that are missing."""

from typing import Any

from django.core.management.base import BaseCommand

from targets.supervision.escalating import escalate
from targets.supervision.scores import give_scores


class Command(BaseCommand):
    """One run of what the scheduler starts every morning; run again, it changes nothing."""

    help = "Send and propose supervision notices for today, settle what is done, give points."

    def handle(self, *args: Any, **options: Any) -> None:
        """Run and say what was done."""
        done = escalate()
        lines = give_scores()
        self.stdout.write(
            f"sent {done.sent}, proposed {done.proposed}, settled {done.settled}, dropped {done.dropped}, "
            f"score lines {lines}"
        )
        for kind in sorted(done.unnamed):
            self.stderr.write(f"no issuing authority for {kind}: nothing was sent")
