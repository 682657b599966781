"""Sealed columns: what lies in the database, what prints, who may open one; no page or endpoint prints the text."""

import json
import pickle
import re
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core import serializers
from django.core.management import CommandError, call_command
from django.db import connection, models
from django.template import Context, Template
from django.urls import reverse
from rest_framework.renderers import JSONRenderer

from subsidies.models import Application, Household
from subsidies.paying.batches import make_batch, send_batch
from subsidies.people import households
from targets.actions.refusals import Refused
from tests.pages.conftest import client_of
from tests.subsidies.people_world import home, id_number, someone
from tests.subsidies.world import ACCOUNT, Subsidies, approved, make_lines, make_subsidies
from tests.worlds import GREEN, make_user
from yuxi_eldercare.core.actions.personal import NotRevealed, reveal
from yuxi_eldercare.core.ciphers import CannotOpen
from yuxi_eldercare.core.models import AuditEvent
from yuxi_eldercare.core.models.sealed import Sealed, SealedField, box, fingerprint, nothing

ROOT = Path(__file__).resolve().parents[2]
APPS = ("core", "targets", "projects", "subsidies")
NAME = "王小明"


@pytest.fixture
def s(db: None) -> Subsidies:
    return make_subsidies()


@pytest.fixture
def row(s: Subsidies) -> Household:
    (made,) = households.enter([home(1, person=someone(1, name=NAME))], department=s.unit, by=s.ann)
    return Household.objects.get(pk=made.pk)


def columns() -> list[tuple[type[models.Model], SealedField]]:
    return [
        (model, field)
        for label in APPS
        for model in apps.get_app_config(label).get_models()
        for field in model._meta.get_fields()
        if isinstance(field, SealedField)
    ]


def test_there_are_sealed_columns_and_each_has_its_mask() -> None:
    """What a page may show stands beside it; an address has none: it is not shown at all."""
    found = {(model.__name__, field.name) for model, field in columns()}
    assert {("Household", "id_number"), ("Trainee", "name"), ("Application", "account")} <= found
    for model, field in columns():
        names = {other.name for other in model._meta.get_fields()}
        masks = {f"{field.name}_masked", f"{field.name.removesuffix('_number')}_masked"}
        assert names & masks or field.name == "address", (model, field.name)


def test_the_column_holds_a_token_and_no_column_the_text(row: Household) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, id_number FROM subsidies_household WHERE id = %s", [row.pk])
        name, number = cursor.fetchone()
        cursor.execute("SELECT * FROM subsidies_household WHERE id = %s", [row.pk])
        whole = str(cursor.fetchone())
    assert (Sealed(name).open(), Sealed(number).open()) == (NAME, id_number(1))
    assert NAME not in whole
    assert id_number(1) not in whole
    assert fingerprint(id_number(1)) in whole


def test_a_row_read_again_is_still_sealed(row: Household) -> None:
    assert isinstance(row.name, Sealed)
    assert row.name.open() == NAME
    assert Household.objects.values_list("name", flat=True).get().open() == NAME
    assert not nothing()
    assert nothing().open() == ""
    assert bool(row.name)
    assert row.name == Sealed(row.name.token) != Sealed.of(NAME), "equal is the token, not the text"
    assert len({row.name, Sealed(row.name.token)}) == 1


def test_a_plain_text_is_not_kept_by_mistake(row: Household) -> None:
    row.name = NAME  # type: ignore[assignment]
    with pytest.raises(TypeError, match=r"Sealed\.of"):
        row.save()
    with pytest.raises(TypeError, match=r"Sealed\.of"):
        Household.objects.filter(name=NAME).exists()


def test_rows_sealed_under_a_former_key_open_until_it_is_taken_away(row: Household, settings: Any) -> None:
    former = settings.SECRET_KEY
    settings.PERSONAL_DATA_KEYS = ["the key of today, long enough", former]
    assert row.name.open() == NAME
    assert fingerprint(id_number(1)) == row.id_print
    fresh = Sealed.of(NAME)
    settings.PERSONAL_DATA_KEYS = ["the key of today, long enough"]
    assert fresh.open() == NAME
    with pytest.raises(CannotOpen):
        row.name.open()
    assert box().fingerprint("x") != ""


def test_after_sealing_again_former_keys_open_nothing(
    s: Subsidies, row: Household, settings: Any, capsys: Any
) -> None:
    """The newest key alone opens what lies there; repeats are still found by the oldest; a key that is lost is told."""
    approved(s, 1, make_lines(s))
    first, second, third = settings.SECRET_KEY, "the key of yesterday, long", "the key of today, long enough"
    settings.PERSONAL_DATA_KEYS = [second, first]
    (other,) = households.enter([home(2)], department=s.unit, by=s.ann)
    settings.PERSONAL_DATA_KEYS = [third, first]
    with pytest.raises(CommandError, match=f"subsidies_household {other.pk} id_number"):
        call_command("resealpersonal")
    settings.PERSONAL_DATA_KEYS = [third, second, first]
    call_command("resealpersonal")
    call_command("resealpersonal")
    assert "重新加密 0 项" in capsys.readouterr().out.splitlines()[-1]
    event = AuditEvent.objects.filter(action="personal.reseal").first()
    assert event is not None
    assert event.actor_text == "resealpersonal"
    settings.PERSONAL_DATA_KEYS = [third]
    for name in ("name", "id_number", "phone", "address"):
        assert {getattr(one, name).open() for one in Household.objects.all()} != {""}
    assert Application.objects.get().account.open() == ACCOUNT
    settings.PERSONAL_DATA_KEYS = [third, first]
    with pytest.raises(Refused, match="一户只登记一次"):
        households.enter([home(2)], department=s.unit, by=s.ann)


def test_it_prints_as_dots_whatever_prints_it(row: Household) -> None:
    """Templates, format strings, JSON of endpoints, tracebacks: none of them reaches the text."""
    shown = [
        Template("{{ row.name }}{{ row.name|upper }}{{ row.name|make_list }}").render(Context({"row": row})),
        Template("{{ row.name|default:'' }}").render(Context({"row": row})),
        f"{row.name} {row.name!r} {row.name!s:>6}",
        "%s %r" % (row.name, row.name),  # noqa: UP031
        repr([row.name, {"a": row.name}]),
        json.dumps({"name": row.name}, default=str, ensure_ascii=False),
        str(row.__dict__),
    ]
    for text in shown:
        assert NAME not in text
        assert "•" in text
    with pytest.raises(TypeError):
        json.dumps({"name": row.name})
    with pytest.raises((TypeError, AttributeError)):
        JSONRenderer().render({"name": row.name}).decode().index(NAME)


def test_dumps_and_pickles_stay_sealed(row: Household) -> None:
    for form in ("json", "xml"):
        dump = serializers.serialize(form, [row])
        assert NAME not in dump
        assert id_number(1) not in dump
        assert row.name.token in dump
    assert NAME.encode() not in pickle.dumps(row)


@pytest.mark.parametrize("who", ["ann", "bob", "cheng", "cai"])
def test_who_may_is_shown_the_text_and_the_trail_says_so(s: Subsidies, row: Household, who: str) -> None:
    by = getattr(s, who)
    shown = reveal(row=row, field="id_number", reason=" 核对账户 ", by=by, region=s.red, department=s.unit)
    assert shown == id_number(1)
    event = AuditEvent.objects.get(action="personal.reveal")
    assert (event.actor, event.object_type, event.object_key, event.detail, event.department) == (
        by, "household", str(row.pk), "核对账户", s.unit
    )  # fmt: skip
    assert event.after == {"field": "id_number", "region": s.red.pk}


def test_without_its_key_there_is_a_sentence_and_no_reading(
    s: Subsidies, row: Household, settings: Any
) -> None:
    settings.PERSONAL_DATA_KEYS = ["another key, long enough"]
    with pytest.raises(NotRevealed, match="密钥不在系统的密钥表里"):
        reveal(row=row, field="name", reason="核对", by=s.ann, region=s.red)
    client = client_of(s.ann)
    assert client.get(reverse("subsidy-household", args=[row.pk])).status_code == 200, "masks need no key"
    url = reverse("subsidy-household-reveal", args=[row.pk])
    answer = client.post(url, {"field": "name", "reason": "核对"})
    assert (answer.status_code, "补上后再查看" in answer.content.decode()) == (422, True)
    assert not AuditEvent.objects.filter(action="personal.reveal").exists()


def test_without_the_key_a_payment_list_is_refused_in_words(s: Subsidies, settings: Any) -> None:
    made = make_batch(region=s.red, applications=[approved(s, 1, make_lines(s)).pk], by=s.cai)
    batch = send_batch(batch=made.batch, by=s.cai)
    settings.PERSONAL_DATA_KEYS = ["another key, long enough"]
    answer = client_of(s.cai).post(reverse("subsidy-payment-export", args=[batch.number, "csv"]))
    assert (answer.status_code, "有账号打不开" in answer.content.decode()) == (409, True)
    assert not AuditEvent.objects.filter(action="payments.export").exists()


def test_who_may_not_gets_the_reason_and_leaves_no_reading(s: Subsidies, row: Household) -> None:
    green = s.world.counties[GREEN]
    elsewhere = make_user("elsewhere", "reviewer", green)
    for by in (s.lin, s.world.ling, s.world.shen, elsewhere):
        with pytest.raises(NotRevealed, match="角色"):
            reveal(row=row, field="name", reason="看看", by=by, region=s.red)
    for reason, words in (("", "请写明"), ("  ", "请写明"), ("长" * 301, "最多300个字")):
        with pytest.raises(NotRevealed, match=words):
            reveal(row=row, field="name", reason=reason, by=s.ann, region=s.red)
    with pytest.raises(TypeError, match="not sealed"):
        reveal(row=row, field="name_masked", reason="核对", by=s.ann, region=s.red)
    assert not AuditEvent.objects.filter(action="personal.reveal").exists()


def test_the_text_leaves_by_few_doors_only() -> None:
    """`open()` of a sealed column stands in the product where it is audited, and in sealing again, nowhere else."""
    allowed = {
        "yuxi_eldercare/core/actions/personal.py",  # one datum, for a reason
        "yuxi_eldercare/core/models/sealed.py",  # the door itself
        "subsidies/paying/sheets.py",  # the payment list, audited as a whole
        "subsidies/people/sheets.py",  # what an upload said, back from its preview
    }
    names = {field.name for _model, field in columns()}
    pattern = re.compile(rf"\b(?:{'|'.join(sorted(names))}|sealed|Sealed\([^()]*\))\.open\(\)")
    found = {
        str(path.relative_to(ROOT))
        for top in ("yuxi_eldercare", "targets", "projects", "subsidies")
        for path in (ROOT / top).rglob("*.py")
        if pattern.search(path.read_text(encoding="utf-8"))
    }
    assert found
    assert found <= allowed, found - allowed


def test_no_template_opens_one() -> None:
    """A template can call methods without arguments: none names `open` or `token`."""
    names = "|".join({field.name for _model, field in columns()})
    wrong = [
        str(path.relative_to(ROOT))
        for top in ("yuxi_eldercare", "targets", "projects", "subsidies")
        for path in (ROOT / top).rglob("*.html")
        if re.search(rf"\.(?:{names})\.(?:open|token)\b", path.read_text(encoding="utf-8"))
    ]
    assert not wrong
