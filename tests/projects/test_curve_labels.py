"""Labels at the ends of the investment curve do not stand on each other, nor on the years."""

import pytest

from projects.presenters.curve import _shifts

pytestmark = pytest.mark.pure


@pytest.mark.parametrize(
    ("ends", "shifts"),
    [
        ([(50.0, 40.0)], [-9]),
        ([(85.0, 10.0), (99.0, 60.0), (99.0, 60.5)], [-9, -9, 18]),  # far apart in height: no neighbours
        ([(99.0, 60.5), (99.0, 60.0)], [18, -9]),  # the higher one above
        ([(99.0, 90.0), (99.0, 90.5)], [-23, -9]),  # close to the axis both stand above
        ([(99.0, 95.0)], [-9]),
    ],
)
def test_where_labels_stand(ends: list[tuple[float, float]], shifts: list[int]) -> None:
    assert _shifts(ends) == shifts
