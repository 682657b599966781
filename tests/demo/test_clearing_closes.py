"""`cleardemo` takes the months that were closed while a demonstration stood, and no others."""

import pytest

from tests.targets.closing import FEBRUARY, JANUARY, close, make_closing_world
from tests.worlds import RED, make_user, publish, value
from yuxi_eldercare.core.closing import verify
from yuxi_eldercare.core.models import AuditEvent, PeriodClose
from yuxi_eldercare.demo.clearing import clear

pytestmark = pytest.mark.django_db


def test_a_month_closed_while_a_demonstration_stands_goes_with_it() -> None:
    world = make_closing_world()
    publish(value(world.homes, RED, "2022", 1), is_demo=True)
    visitor = make_user("演示牵头", "lead", world.city, is_demo=True)
    made = close(world, by=visitor)
    assert made.is_demo
    close(world, FEBRUARY)
    cleared = clear()
    assert (cleared.closes, PeriodClose.objects.count()) == (2, 0)
    assert AuditEvent.objects.filter(action="months.close").count() == 2, "the trail stays"
    again = close(world)
    assert (again.month_end, again.is_demo) == (JANUARY, False)


def test_a_real_close_stays() -> None:
    world = make_closing_world()
    made = close(world)
    publish(value(world.smart, RED, "2022", 1), is_demo=True)
    assert clear().closes == 0
    assert verify(PeriodClose.objects.get(pk=made.pk)) is None
