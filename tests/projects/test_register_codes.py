"""A wrong credit code: corrected with a reason, kept findable, and no way to a second institution."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from stdnum.cn import uscc

from projects.models import FormerCode, Institution
from projects.queries.institutions import search_institutions
from projects.register import correct_code
from targets.actions.refusals import NotAllowed, Refused
from tests.pages.conftest import client_of
from tests.pages.test_institutions import form
from tests.worlds import make_user
from yuxi_eldercare.core.models import AuditEvent, User
from yuxi_eldercare.demo.institutions import remove_institutions

from .institution_sheets import HEADER, HOME, OTHER, kept, load, preview, text
from .test_register import CODE, OTHER_CODE, Keepers

pytestmark = pytest.mark.django_db
THIRD = "91530402MA6K3L5X7" + uscc.calc_check_digit("91530402MA6K3L5X7")
WHY = "录入时抄错，已与登记证书核对"


@pytest.fixture
def keepers(settings: Any, tmp_path: Path) -> Keepers:
    settings.FILES_DIR = tmp_path / "files"
    return Keepers()


@pytest.fixture
def hong(keepers: Keepers) -> Client:
    """The reporter of 红河区民政局."""
    return client_of(keepers.hong)


def corrected(keepers: Keepers, to: str = OTHER_CODE, **fields: Any) -> Institution:
    """An institution whose code was wrong."""
    home = keepers.state(credit_code=CODE, **fields)
    correct_code(institution=home, credit_code=to, reason=WHY, by=keepers.hong)
    home.refresh_from_db()
    return home


def found(words: str) -> list[int]:
    return [row.institution_id for row in search_institutions(words, timezone.localdate())]


def test_a_wrong_code_is_corrected_and_leaves_its_trace(keepers: Keepers) -> None:
    home = corrected(keepers, to=f" {OTHER_CODE.lower()} ")
    assert (home.credit_code, home.revision, home.versions.count()) == (OTHER_CODE, 1, 1)
    [former] = home.former_codes.all()
    assert (former.code, former.reason, former.corrected_by) == (CODE, WHY, keepers.hong)
    event = AuditEvent.objects.get(action="institutions.correct_code")
    assert (event.object_key, event.detail) == (str(home.pk), WHY)
    assert (event.before, event.after) == ({"credit_code": CODE}, {"credit_code": OTHER_CODE})
    assert found(CODE) == found(CODE[:10]) == found(OTHER_CODE) == [home.pk]


@pytest.mark.parametrize(
    ("given", "place", "says"),
    [
        pytest.param({"credit_code": THIRD[:-1] + "?"}, "credit_code", "校验码", id="wrong check digit"),
        pytest.param({"credit_code": CODE}, "credit_code", "相同", id="the same"),
        pytest.param({"credit_code": OTHER_CODE}, "credit_code", "另一家机构", id="another's"),
        pytest.param({"reason": "  "}, "reason", "理由", id="no reason"),
        pytest.param({"revision": 7}, "revision", "他人已更正", id="an older page"),
    ],
)
def test_what_cannot_be_the_right_code(
    keepers: Keepers, given: dict[str, Any], place: str, says: str
) -> None:
    keepers.state(name="别家", credit_code=OTHER_CODE)
    home, events = keepers.state(credit_code=CODE), AuditEvent.objects.count()
    with pytest.raises(Refused, match=says) as refused:
        correct_code(institution=home, by=keepers.hong, **{"credit_code": THIRD, "reason": WHY, **given})
    assert [problem.field for problem in refused.value.problems] == [place]
    home.refresh_from_db()
    assert (home.credit_code, home.revision) == (CODE, 0)
    assert not FormerCode.objects.exists()
    assert AuditEvent.objects.count() == events


def test_only_the_keeper_corrects_and_only_what_is_there(keepers: Keepers) -> None:
    home = keepers.state(credit_code=CODE)
    with pytest.raises(NotAllowed):
        correct_code(institution=home, credit_code=THIRD, reason=WHY, by=keepers.bai)
    bare = keepers.state(name="无码院")
    with pytest.raises(Refused, match="登记变化"):
        correct_code(institution=bare, credit_code=THIRD, reason=WHY, by=keepers.hong)


def test_a_code_of_none_can_be_taken_away_and_put_back(keepers: Keepers) -> None:
    home = corrected(keepers, to="")
    assert (home.credit_code, found(CODE)) == ("", [home.pk])
    keepers.state(date(2023, 1, 1), institution=home.pk, credit_code=CODE)
    home.refresh_from_db()
    assert home.credit_code == CODE


def test_a_sheet_with_the_old_code_makes_no_second_institution(keepers: Keepers, hong: Client) -> None:
    home = corrected(keepers, to=THIRD, name=HOME[0])
    kept(keepers)
    _url, result = preview(hong, [HEADER, OTHER, HOME])
    [fault] = result["faults"]
    assert (fault["row"], fault["column"]) == (3, "B")
    assert THIRD in fault["message"]
    assert HOME[0] in fault["message"]
    assert load(hong, [HEADER, OTHER, HOME], reason="确认").status_code == 422
    assert list(Institution.objects.values_list("pk", flat=True)) == [home.pk]
    assert load(hong, [HEADER, OTHER, [HOME[0], THIRD, *HOME[2:]]]).status_code == 302
    assert Institution.objects.count() == 2


def test_who_truly_bears_the_code_is_entered_with_a_reason(keepers: Keepers, hong: Client) -> None:
    first = corrected(keepers, to=THIRD)
    refused = hong.post(reverse("institution-new"), form(credit_code=CODE))
    assert "情况说明" in refused.context["form"].errors["credit_code"][0]
    assert hong.post(reverse("institution-new"), form(credit_code=CODE, reason=WHY)).status_code == 302
    bearer = Institution.objects.get(credit_code=CODE)
    assert sorted(found(CODE)) == sorted([first.pk, bearer.pk])
    kept(keepers)
    _url, result = preview(hong, [HEADER, ["新建养老院", *HOME[1:]]], as_of="2023-12-31")
    assert (result["faults"], result["new"], result["changed"]) == ([], 0, 1), (
        "now the code speaks of its bearer"
    )


def test_an_institution_without_a_code_does_not_take_anothers_old_one(keepers: Keepers) -> None:
    corrected(keepers, to=THIRD)
    bare = keepers.state(name="无码院")
    given = {"institution": bare.pk, "credit_code": CODE}
    with pytest.raises(Refused, match="更正前的代码"):
        keepers.state(date(2023, 1, 1), **given)
    keepers.state(date(2023, 1, 1), vouched=True, **given)
    bare.refresh_from_db()
    assert bare.credit_code == CODE


def test_one_code_for_two_institutions_of_a_sheet(keepers: Keepers, hong: Client) -> None:
    keepers.state(name=HOME[0])
    kept(keepers)
    _url, result = preview(hong, [HEADER, ["城东敬老院", CODE, *OTHER[2:]], HOME])
    [fault] = result["faults"]
    assert (fault["row"], fault["column"]) == (3, "B")
    assert "另一家机构" in fault["message"]


def test_the_page_corrects_and_tells(keepers: Keepers, hong: Client) -> None:
    home = keepers.state(credit_code=CODE)
    url, page = reverse("institution-code", args=[home.pk]), reverse("institution", args=[home.pk])
    assert url in hong.get(page).content.decode()
    assert CODE in text(hong.get(url))
    given = {"credit_code": OTHER_CODE[:-1] + "0", "reason": WHY, "revision": 0}
    refused = hong.post(url, given)
    assert refused.status_code == 422
    assert "校验码" in refused.context["form"].errors["credit_code"][0]
    assert hong.post(url, given | {"credit_code": OTHER_CODE})["Location"] == page
    shown = text(hong.get(page))
    assert f"更正前：{CODE}" in shown
    assert WHY in shown
    assert (
        reverse("institution-code", args=[home.pk]) not in client_of(keepers.bai).get(page).content.decode()
    )


def test_a_demonstration_correction_is_taken_back(keepers: Keepers) -> None:
    home = keepers.state(credit_code=CODE)
    demo = make_user("demo", "reporter", keepers.unit.region, keepers.unit, is_demo=True)
    for code in (OTHER_CODE, THIRD):
        correct_code(institution=home, credit_code=code, reason="试一试", by=demo)
    remove_institutions(User.objects.filter(is_demo=True))
    home.refresh_from_db()
    assert (home.credit_code, FormerCode.objects.count()) == (CODE, 0)
