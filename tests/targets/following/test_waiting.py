"""The number in the top bar counts what the desk lists."""

from targets import following as f
from targets.following.desk import parts_waiting, read_parts_desk
from targets.standing import stand
from tests.reporting_world import at
from tests.worlds import day
from yuxi_eldercare.core.models import User

from .test_standing import HOLIDAY, facts
from .world import Following, pdf


def _waiting(user: User) -> int:
    return sum(rows.count() for rows in parts_waiting(user))


def test_requests_and_problems_wait_for_the_supervisor_as_much_as_closures(following: Following) -> None:
    following.issue()
    part = following.part()
    f.sign(part=part, by=following.ann)
    f.ask_extension(part=part, new_due=day("2025-12-31"), reason="停工", by=following.ann)
    assert (_waiting(following.du), read_parts_desk(following.du).count) == (1, 1)
    with at("2024-10-08"):
        f.report(
            part=part, period_end=day("2024-09-30"), text="开工", problems="缺 120 万元", by=following.ann
        )
        assert (_waiting(following.du), read_parts_desk(following.du).count) == (2, 2)
        f.submit(part=part, text="做完了", unfinished="并入", files=[pdf()], by=following.ann)
        assert (_waiting(following.du), read_parts_desk(following.du).count) == (3, 3)
        # Another county's supervisor and the body have nothing of it.
        assert (_waiting(following.dong), _waiting(following.ann)) == (0, 0)


def test_of_reasons_as_bad_the_overdue_whole_is_named_first() -> None:
    standing = stand(facts(due=day("2024-11-01")), day("2024-12-20"), HOLIDAY)
    assert standing.codes == ["overdue", "report_late"]
