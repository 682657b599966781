"""Steps that the worker tests run in processes of their own: `python -m tests.targets.celery_steps STEP`."""

import os
import sys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yuxi_eldercare.settings")

import django

django.setup()

from tests.worlds import COUNTIES, RED, everywhere, make_world, publish, value  # noqa: E402 (needs Django)
from yuxi_eldercare.core import dispatch  # noqa: E402


def world() -> None:
    """The small world with values of 2022 that nobody has judged."""
    built = make_world()
    for indicator in (built.beds, built.homes, built.households):
        figure = (25, 100) if indicator is built.beds else 70
        publish(*everywhere(indicator, "2022", figure), judge_later=True)


def values() -> None:
    """One value from each county, each in a call of its own, as three web requests would."""
    for region in COUNTIES:
        publish(value("w-beds", region, "2023", (40, 100)))


def correction() -> None:
    """A correction by one county."""
    publish(value("w-beds", RED, "2023", (70, 100), reason="更正"))


def nightly() -> None:
    """What beat sends at night."""
    dispatch.start("targets.rejudge_all")


if __name__ == "__main__":
    for step in sys.argv[1:]:
        globals()[step]()
    # With a broker nothing may be left to this process.
    assert not dispatch.busy()
