"""What others may read: the public list with masked names, and a county's statement as Word."""

import io
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from docx import Document

from subsidies.models import Household
from subsidies.paying.batches import make_batch, send_batch
from subsidies.paying.results import write_results
from tests.worlds import make_user
from yuxi_eldercare.core.models import AuditEvent, User
from yuxi_eldercare.core.models.sealed import Sealed, fingerprint
from yuxi_eldercare.core.personal import mask_name, mask_number

from .test_paying import answers
from .world import Subsidies, approved, make_lines, make_subsidies

pytestmark = pytest.mark.django_db
NAME, NUMBER = "王小明", "999902194501010017"


@pytest.fixture
def s() -> Subsidies:
    return make_subsidies()


def at(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def with_household(s: Subsidies) -> None:
    """A grant to a household of 红河区."""
    row = approved(s, 1, make_lines(s))
    row.institution, row.name = None, "红河区居家适老化改造"
    row.save()
    Household.objects.create(
        name=Sealed.of(NAME),
        name_masked=mask_name(NAME),
        id_number=Sealed.of(NUMBER),
        id_masked=mask_number(NUMBER),
        id_print=fingerprint(NUMBER),
        county=s.red,
        department=s.unit,
        entered_by=s.ann,
        group="destitute",
        need="aged",
        application=row,
    )


def test_people_are_masked_on_the_list_and_in_both_files(s: Subsidies) -> None:
    with_household(s)
    client = at(s.cai)
    texts = [
        client.get(reverse("subsidy-public")).content.decode(),
        client.get(reverse("subsidy-public-export", args=["csv"])).content.decode(),
    ]
    for text in texts:
        assert "王**" in text
        assert NAME not in text
        assert mask_number(NUMBER) not in text
    assert client.get(reverse("subsidy-public-export", args=["xlsx"])).status_code == 200
    assert client.get(reverse("subsidy-public-export", args=["pdf"])).status_code == 404


def test_the_list_is_limited_to_the_readers_regions(s: Subsidies) -> None:
    number = approved(s, 60, make_lines(s)).number
    assert number in at(s.bob).get(reverse("subsidy-public")).content.decode()
    far = make_user("far", "reviewer", s.world.counties["999903"])
    assert str(number) not in at(far).get(reverse("subsidy-public")).content.decode()
    narrowed = at(s.bob).get(reverse("subsidy-public") + "?year=1999")
    assert str(number) not in narrowed.content.decode()
    for senseless in ("0001", "0000", "99999", "x"):
        page = at(s.bob).get(reverse("subsidy-public"), {"year": senseless})
        assert number in page.content.decode(), "what makes no sense is left out"


def test_the_list_takes_the_same_statements_however_long(
    s: Subsidies, django_assert_max_num_queries: Callable[[int], AbstractContextManager[Any]]
) -> None:
    lines = make_lines(s, budget=10**12)
    for _n in range(30):
        approved(s, 1, lines)
    client = at(s.cai)
    with django_assert_max_num_queries(15):
        page = client.get(reverse("subsidy-public"))
    assert page.context["sum_fen"] == 30 * 1_000_000


def test_a_statement_says_what_the_books_say(s: Subsidies) -> None:
    lines = make_lines(s)
    row = approved(s, 60, lines)
    batch = send_batch(batch=make_batch(region=s.red, applications=[row.pk], by=s.cai).batch, by=s.cai)
    write_results(answers(batch, 支付结果="失败", 凭证号="", 失败原因="户名不符"), by=s.cai)
    year = timezone.localdate().year
    answer = at(s.bob).get(reverse("subsidy-statement", args=[s.red.pk, year]))
    document = Document(io.BytesIO(answer.content))
    said = "".join(paragraph.text for paragraph in document.paragraphs)
    assert "批复补助600,000.00元，已支付300,000.00元，兑付率50.0%，待支付300,000.00元" in said
    schemes, levels, institutions = document.tables[:3]
    assert [cell.text for cell in schemes.rows[-1].cells][:4] == ["合计", "600,000.00", "300,000.00", "50.0%"]
    assert [cell.text for cell in levels.rows[1].cells][:4] == ["省级", "300,000.00", "0.00", "0.0%"]
    assert institutions.rows[1].cells[0].text == "红河养老院"
    assert "60张核定床位" in schemes.rows[1].cells[0].text
    assert AuditEvent.objects.filter(action="subsidies.statement", actor=s.bob).exists()


def test_a_statement_of_nothing_says_so_and_strangers_get_none(s: Subsidies) -> None:
    address = reverse("subsidy-statement", args=[s.red.pk, 2019])
    said = Document(io.BytesIO(at(s.bob).get(address).content)).paragraphs
    assert any("没有从2019年预算中批复补助" in paragraph.text for paragraph in said)
    far = make_user("far", "reviewer", s.world.counties["999903"])
    assert at(far).get(address).status_code == 404
    nobody = User.objects.create(username="nobody")
    assert at(nobody).get(address).status_code == 403
    assert at(nobody).get(reverse("subsidy-public")).status_code == 403
