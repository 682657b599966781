"""Importing outlines and removing them: who may, what is stored, and what the pages draw then."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from targets.models import Assessment, Observation
from targets.presenters.maps import TILES, class_bounds, class_of, tile_place
from tests.accounts.people import give_second_factor
from tests.targets.closing import make_closing_world
from tests.worlds import CITY, GREEN, RED, WHITE, World, make_user
from yuxi_eldercare.core.actions.maps import import_map, remove_map
from yuxi_eldercare.core.actions.refused import ActionRefused
from yuxi_eldercare.core.files import path_of
from yuxi_eldercare.core.models import AuditEvent, MapOutline, Region, RegionName, StoredFile, User

from .outlines import PLACES, collection, packed

pytestmark = pytest.mark.django_db
NUMBER, SOURCE = "GS(2024)0650号", "自然资源部标准地图"


@pytest.fixture(autouse=True)
def files(tmp_path: Path, settings: Any) -> Path:
    settings.FILES_DIR = tmp_path / "files"
    return tmp_path / "files"


@pytest.fixture
def world() -> World:
    made = make_closing_world()
    RegionName.objects.create(region_id=RED, text="999921", is_code=True)
    return made


@pytest.fixture
def admin(world: World) -> User:
    user = make_user("sys", "system_admin", world.city)
    give_second_factor(user)
    return user


def upload(data: Any = None, name: str = "云溪.geojson") -> SimpleUploadedFile:
    content = data if isinstance(data, bytes) else packed(data or collection())
    return SimpleUploadedFile(name, content, content_type="application/geo+json")


def imported(admin: User, **changed: Any) -> MapOutline:
    given: dict[str, Any] = {"upload": upload(), "approval_number": NUMBER, "source": SOURCE, "by": admin}
    return import_map(**given | changed)


def test_an_import_is_kept_privately_and_audited(admin: User, files: Path) -> None:
    outline = imported(admin)
    assert path_of(outline.file.sha256).read_bytes() == packed(collection())
    assert (outline.file.media_type, outline.file.name) == ("application/geo+json", "云溪.geojson")
    assert set(outline.drawing["places"]) == set(PLACES)
    event = AuditEvent.objects.get(action="map.import")
    assert (event.actor, event.object_key) == (admin, CITY)
    assert event.after["approval_number"] == NUMBER
    assert event.after["sha256"] == outline.file.sha256


def test_a_withdrawn_code_is_joined_to_the_present_one(admin: User) -> None:
    data = collection()
    data["features"][0]["properties"]["adcode"] = 999921
    assert RED in imported(admin, upload=upload(data)).drawing["places"]


def test_a_new_import_replaces_the_former(admin: User) -> None:
    first, second = imported(admin), imported(admin, source="省标准地图")
    first.refresh_from_db()
    assert (first.removed_by, second.removed_at) == (admin, None)
    assert AuditEvent.objects.filter(action="map.import").order_by("pk")[1].before["source"] == SOURCE


def test_the_database_keeps_one_and_signs_its_removal(admin: User) -> None:
    outline = imported(admin)
    with pytest.raises(IntegrityError), transaction.atomic():
        MapOutline.objects.create(
            region=outline.region,
            file=outline.file,
            approval_number="x",
            source="x",
            drawing={},
            imported_by=admin,
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        MapOutline.objects.update(removed_by=admin)
    with pytest.raises(IntegrityError), transaction.atomic():
        MapOutline.objects.update(approval_number="")


@pytest.mark.parametrize(
    ("changed", "field", "words"),
    [
        ({"upload": None}, "file", "请选择 GeoJSON 文件"),
        ({"approval_number": " "}, "approval_number", "请填写审图号"),
        ({"approval_number": "12345"}, "approval_number", "审图号的写法不对"),
        ({"source": ""}, "source", "请填写来源"),
        ({"source": "长" * 161}, "source", "最多 160 个字"),
        ({"upload": upload(b"{")}, "file", "不是有效的 JSON"),
        ({"upload": upload(name="a.shp")}, "file", "请用正确的扩展名"),
        ({"upload": upload(b"")}, "file", "不是有效的 JSON"),
    ],
)
def test_a_refusal_says_where_and_stores_nothing(
    admin: User, files: Path, changed: dict[str, Any], field: str, words: str
) -> None:
    with pytest.raises(ActionRefused) as refused:
        imported(admin, **changed)
    assert list(refused.value.problems) == [field]
    assert words in refused.value.problems[field]
    assert not MapOutline.objects.exists()
    assert not StoredFile.objects.exists()
    assert not AuditEvent.objects.filter(action__startswith="map.").exists()


@pytest.mark.parametrize(
    "number", ["GS(2024)0650号", "GS（2024）0650 号", "GS京(2023)1234号", "云S(2021)12号"]
)
def test_approval_numbers_as_they_are_printed(admin: User, number: str) -> None:
    assert imported(admin, approval_number=number).approval_number == number.replace(" ", "")


def test_a_refused_replacement_leaves_the_former(admin: User) -> None:
    outline = imported(admin)
    with pytest.raises(ActionRefused):
        imported(admin, upload=upload(b"{}"))
    assert MapOutline.objects.get(removed_at=None) == outline


def test_removing_needs_a_reason_and_something_to_remove(admin: User) -> None:
    with pytest.raises(ActionRefused, match="现在没有导入"):
        remove_map(reason="审图号到期", by=admin)
    imported(admin)
    with pytest.raises(ActionRefused, match="请写明移除的原因"):
        remove_map(reason=" ", by=admin)
    remove_map(reason="审图号到期", by=admin)
    assert not MapOutline.objects.filter(removed_at=None).exists()
    event = AuditEvent.objects.get(action="map.remove")
    assert (event.detail, event.before["approval_number"]) == ("审图号到期", NUMBER)


@pytest.mark.parametrize("who", ["lin", "ling", "gao", "shen"])
def test_only_the_system_administrator_may(world: World, who: str) -> None:
    user = getattr(world, who)
    with pytest.raises(PermissionDenied):
        imported(user)
    with pytest.raises(PermissionDenied):
        remove_map(reason="x", by=user)
    client = Client()
    client.force_login(user)
    assert client.get(reverse("map-outline")).status_code in {302, 403}


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_the_page_imports_shows_and_removes(admin: User) -> None:
    page, address = browser(admin), reverse("map-outline")
    assert "没有导入边界" in page.get(address).content.decode()
    wrong = page.post(address, {"file": upload(b"[]"), "approval_number": NUMBER, "source": SOURCE})
    assert wrong.status_code == 422
    assert "文件不是 GeoJSON 的 FeatureCollection" in wrong.content.decode()
    assert NUMBER in wrong.content.decode(), "nothing typed is cleared"
    done = page.post(address, {"file": upload(), "approval_number": NUMBER, "source": SOURCE}, follow=True)
    html = done.content.decode()
    assert html.count("<path d=") >= len(PLACES)
    assert NUMBER in html
    refused = page.post(address, {"verb": "remove", "reason": ""})
    assert refused.status_code == 422
    gone = page.post(address, {"verb": "remove", "reason": "到期"}, follow=True)
    assert "没有导入边界" in gone.content.decode()


# What readers see.


def picture(world: World, **asked: str) -> Any:
    answer = browser(world.ling).get(
        reverse("indicator-map"), {"indicator": "w-beds", "year": "2023", **asked}
    )
    assert answer.status_code == 200
    return answer


def test_tiles_are_drawn_without_outlines(world: World) -> None:
    answer = picture(world)
    assert [(p.region.code, p.fill, p.shape, p.word, p.value) for p in answer.context["map"].places] == [
        (RED, "green", "●", "已达标", "40%"),
        (GREEN, "green", "●", "已达标", "31%"),
        (WHITE, "red", "■", "逾期未达标", "20%"),
    ]
    html = answer.content.decode()
    assert "方位示意图，不代表行政区划边界" in html
    assert "map-outline" not in html


def test_outlines_are_drawn_with_their_approval_number(world: World, admin: User) -> None:
    imported(admin)
    for answer in (picture(world), browser(world.ling).get(reverse("indicator", args=["w-beds"]))):
        html = answer.content.decode()
        assert f"审图号：{NUMBER}；来源：{SOURCE}" in html
        assert 'class="map-outline"' in html
        assert "方位示意图" not in html
    remove_map(reason="到期", by=admin)
    assert "方位示意图" in picture(world).content.decode()


def test_outlines_of_other_counties_are_not_drawn(world: World, admin: User) -> None:
    """A county that was added after the import would be missing on the map."""
    imported(admin)
    Region.objects.create(
        code="999905", name="新设县", short_name="新设县", level="county", parent=world.city, position=9
    )
    shown = picture(world).context["map"]
    assert shown.outline is None
    assert len(shown.places) == 4


def test_by_value_the_legend_has_few_round_steps(world: World) -> None:
    shown = picture(world, map="value").context["map"]
    assert [step.text for step in shown.legend] == ["20 至 25%", "25 至 30%", "30 至 35%", "35 至 40%"]
    assert [place.fill for place in shown.places] == ["v4", "v3", "v1"]
    homes = picture(world, indicator="w-homes", map="value").context["map"]
    assert homes.places[2].fill == "none"
    assert homes.legend[-1].text == "没有数据"


def test_the_first_indicator_is_shown_unasked(world: World) -> None:
    answer = browser(world.ling).get(reverse("indicator-map"), {"indicator": "nonsense"})
    assert answer.context["indicator"].key == "w-beds"


def test_nothing_to_map_is_said(world: World) -> None:
    Assessment.objects.all().delete()
    Observation.objects.all().delete()
    answer = browser(world.ling).get(reverse("indicator-map"))
    assert "地图暂时没有内容" in answer.content.decode()


@pytest.mark.parametrize(
    ("values", "integer", "bounds"),
    [
        ([], False, []),
        ([5], False, [5, 5]),
        ([20, 31, 40], False, [20, 25, 30, 35, 40]),
        ([94.4, 100], False, [94, 96, 98, 100]),
        ([0, 1, 2], True, [0, 1, 2]),
        ([0, 1], True, [0, 1]),
        ([1, 7, 350], True, [0, 100, 200, 300, 400]),
    ],
)
def test_classes_are_few_and_round(values: list[float], integer: bool, bounds: list[float]) -> None:
    found = class_bounds([Decimal(str(v)) for v in values], integer=integer)
    assert found == bounds
    assert len(found) <= 5
    if len(found) > 2:
        assert {class_of(Decimal(str(v)), found) for v in values} <= set(range(1, len(found)))


def test_the_nine_tiles_do_not_overlap_and_others_stand_below() -> None:
    assert len(set(TILES.values())) == len(TILES) == 9
    below = [tile_place("x", n) for n in range(6)]
    assert len(set(below) | set(TILES.values())) == 15
