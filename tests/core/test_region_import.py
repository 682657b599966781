"""Importing townships and villages: what is read, refused and written, and that plan files leave it alone."""

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tests.accounts.people import give_second_factor
from tests.worlds import CITY, RED, WHITE, World, make_user, make_world
from yuxi_eldercare.core.actions.refused import ActionRefused
from yuxi_eldercare.core.actions.region_lines import Line, compare, shortened
from yuxi_eldercare.core.actions.regions import import_regions
from yuxi_eldercare.core.importers import load_places
from yuxi_eldercare.core.models import AuditEvent, Region, RegionName, StoredFile, User
from yuxi_eldercare.core.queries.regions import county_lines

pytestmark = pytest.mark.django_db

TOWN, VILLAGE = f"{RED}001", f"{RED}001201"
ROWS = [
    (TOWN, "大营街街道办事处", ""),
    (VILLAGE, "大营街社区居民委员会", ""),
    (f"{RED}001202", "赤马村民委员会", "赤马"),
    (f"{WHITE}100", "白塔镇", ""),
]


@pytest.fixture(autouse=True)
def files(tmp_path: Path, settings: Any) -> None:
    settings.FILES_DIR = tmp_path / "files"


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def admin(world: World) -> User:
    user = make_user("sys", "system_admin", world.city)
    give_second_factor(user)
    return user


@pytest.fixture
def stored(admin: User) -> StoredFile:
    return StoredFile.objects.create(
        sha256="0" * 64, size=1, media_type="text/csv", name="区划.csv", uploaded_by=admin
    )


def lines(rows: Any = ROWS) -> list[Line]:
    return [Line(number, *row) for number, row in enumerate(rows, 2)]


def table(rows: Any = ROWS, header: tuple[str, ...] = ("代码", "名称", "简称")) -> str:
    return "\n".join(",".join(row) for row in [header, *rows])


def xlsx(rows: Any) -> bytes:
    out = BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate([("代码", "名称"), *rows]):
            sheet.write_row(number, 0, row)
    return out.getvalue()


def page(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def upload(client: Client, content: bytes | str, name: str = "区划.csv") -> Any:
    data = content.encode() if isinstance(content, str) else content
    return client.post(reverse("region-import"), {"file": SimpleUploadedFile(name, data)}, follow=True)


def test_townships_and_villages_are_written_below_their_county(admin: User, stored: StoredFile) -> None:
    done = import_regions(lines=lines(), file=stored, by=admin)
    assert (len(done.new), len(done.renamed), done.unchanged) == (4, 0, 0)
    town, village = Region.objects.get(code=TOWN + "000"), Region.objects.get(code=VILLAGE)
    assert (town.level, town.parent_id, town.short_name, town.from_file) == (
        "township",
        RED,
        "大营街街道",
        False,
    )
    assert (village.level, village.parent_id) == ("village", town.code)
    assert village.short_name == "大营街社区"
    assert Region.objects.get(code=f"{RED}001202").short_name == "赤马"
    event = AuditEvent.objects.get(action="regions.import")
    assert (event.actor, event.object_key) == (admin, CITY)
    assert (event.after["new"], event.after["file"], event.after["rows"]["count"]) == (4, "区划.csv", 4)
    assert [(c.code, c.townships, c.villages) for c in county_lines()] == [
        (RED, 1, 2), ("999903", 0, 0), (WHITE, 1, 0),
    ]  # fmt: skip


def test_the_same_list_again_writes_nothing(admin: User, stored: StoredFile) -> None:
    import_regions(lines=lines(), file=stored, by=admin)
    again = import_regions(lines=lines(), file=stored, by=admin)
    assert (again.changed, again.unchanged) == (0, 4)
    assert AuditEvent.objects.filter(action="regions.import").count() == 1


def test_a_list_renames_and_a_missing_row_removes_nothing(admin: User, stored: StoredFile) -> None:
    import_regions(lines=lines(), file=stored, by=admin)
    done = import_regions(lines=lines([(VILLAGE, "新营社区居民委员会", "")]), file=stored, by=admin)
    assert [(p.before, p.name, p.short_name) for p in done.renamed] == [
        ("大营街社区居民委员会", "新营社区居民委员会", "新营社区")
    ]
    assert Region.objects.filter(from_file=False, withdrawn=False).count() == 4


def test_two_villages_may_exchange_their_names(admin: User, stored: StoredFile) -> None:
    import_regions(lines=lines(), file=stored, by=admin)
    swapped = [(VILLAGE, "赤马村民委员会", ""), (f"{RED}001202", "大营街社区居民委员会", "")]
    assert len(import_regions(lines=lines(swapped), file=stored, by=admin).renamed) == 2
    assert Region.objects.get(code=VILLAGE).name == "赤马村民委员会"


def test_a_withdrawn_region_comes_back_into_force(admin: User, stored: StoredFile) -> None:
    import_regions(lines=lines(), file=stored, by=admin)
    Region.objects.filter(code=VILLAGE).update(withdrawn=True)
    assert len(import_regions(lines=lines(), file=stored, by=admin).new) == 1
    assert not Region.objects.get(code=VILLAGE).withdrawn


@pytest.mark.parametrize(
    ("row", "field", "says"),
    [
        pytest.param(("", "某村"), "code", "没有填代码", id="no code"),
        pytest.param(("99990200A", "某镇"), "code", "只能是数字", id="letters"),
        pytest.param(("９９９９０２００１", "某镇"), "code", "只能是数字", id="full-width digits"),
        pytest.param(("99990200120", "某村"), "code", "代码是 11 位", id="length"),
        pytest.param(("999902000000", "红河区"), "code", "县（市、区）不用导入", id="a county"),
        pytest.param(("999911001", "某镇"), "code", "“999911”不是本市", id="another city"),
        pytest.param(("999921001", "某镇"), "code", "现在是红河区（999902）", id="former county code"),
        pytest.param((f"{RED}009201", "某村"), "code", f"“{RED}009”的乡镇", id="no township"),
        pytest.param((TOWN, "某镇"), "code", "与第 2 行的代码相同", id="twice"),
        pytest.param((TOWN + "000", "某镇"), "code", "与第 2 行的代码相同", id="twice, written longer"),
        pytest.param((f"{RED}002", ""), "name", "没有填名称", id="no name"),
        pytest.param((f"{RED}002", "长" * 61), "name", "最多 60 个字", id="long name"),
        pytest.param((f"{RED}002", "某镇", "长" * 31), "short_name", "最多 30 个字", id="long short name"),
        pytest.param((f"{RED}001203", "赤马村民委员会"), "name", "不止一个", id="two names below one"),
    ],
)
def test_a_wrong_row_is_named_and_nothing_is_written(
    admin: User, stored: StoredFile, row: tuple[str, ...], field: str, says: str
) -> None:
    RegionName.objects.create(region_id=RED, text="999921", is_code=True)
    given = lines([*ROWS, row])
    found = compare(given)
    assert [(fault.row, fault.field) for fault in found.faults if says in fault.message][-1] == (6, field)
    with pytest.raises(ActionRefused, match="没有写入"):
        import_regions(lines=given, file=stored, by=admin)
    assert not Region.objects.filter(from_file=False).exists()
    assert not AuditEvent.objects.filter(action="regions.import").exists()


def test_a_township_of_the_plan_files_is_known_by_all_its_names_and_not_renamed(world: World) -> None:
    Region.objects.create(
        code=TOWN + "000", name="大营街道", short_name="大营", level="township", parent_id=RED, position=9
    )
    RegionName.objects.create(region_id=TOWN + "000", text="大营街道办事处")
    assert compare(lines([(TOWN, "大营街道办事处", "")])).unchanged == 1
    assert "不能在这里改名" in compare(lines([(TOWN, "小营街道", "")])).faults[0].message


def test_comparing_reads_the_same_number_of_times(world: World, django_assert_num_queries: Any) -> None:
    rows = [(TOWN, "大营街道", ""), *((f"{RED}001{n}", f"第{n}村", "") for n in range(200, 900))]
    with django_assert_num_queries(2):
        assert len(compare(lines(rows)).new) == 701


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("大营街社区居民委员会", "大营街社区"), ("玉湖居民委员会", "玉湖社区"), ("赤马村民委员会", "赤马村"),
        ("赤马村村民委员会", "赤马村"), ("赤马村委会", "赤马村"), ("李棋街道办事处", "李棋街道"),
        ("小石桥彝族乡", "小石桥彝族乡"), ("村委会", "村委会"),
    ],
)  # fmt: skip
def test_short_names(name: str, short: str) -> None:
    assert shortened(name) == short


@pytest.mark.parametrize("who", ["lin", "ling", "gao", "shen"])
def test_only_the_system_administrator_may(world: World, who: str) -> None:
    user = getattr(world, who)
    with pytest.raises(PermissionDenied):
        import_regions(lines=lines(), file=StoredFile(), by=user)
    assert page(user).get(reverse("region-import")).status_code in {302, 403}


class _Bundle:
    regions = (
        {"code": CITY, "name": "云溪市", "short_name": "云溪市", "level": "city", "parent": None},
        {"code": RED, "name": "红河区", "short_name": "红河区", "level": "county", "parent": CITY},
    )
    departments = ()


class _Sync:
    """A load of plan files that hold two regions and nothing else."""

    whole = True

    def __init__(self, *more: dict[str, Any]) -> None:
        self.bundle, self.changes, self.departments = _Bundle(), list[Any](), dict[str, Any]()
        self.bundle.regions = (*_Bundle.regions, *more)


def test_a_reload_of_the_plan_files_leaves_imported_regions_alone(admin: User, stored: StoredFile) -> None:
    import_regions(lines=lines(), file=stored, by=admin)
    before = list(Region.objects.filter(from_file=False).values())
    sync: Any = _Sync()
    load_places(sync)
    assert list(Region.objects.filter(from_file=False).values()) == before
    assert Region.objects.get(code=WHITE).withdrawn, "what a file brought and no longer holds"
    assert RegionName.objects.filter(region=RED).exists()


def test_a_region_that_comes_by_file_later_belongs_to_the_file(admin: User, stored: StoredFile) -> None:
    import_regions(lines=lines(), file=stored, by=admin)
    township = {"code": TOWN + "000", "name": "大营街街道", "short_name": "大营街道", "level": "township"}
    sync: Any = _Sync({**township, "parent": RED})
    load_places(sync)
    row = Region.objects.get(code=TOWN + "000")
    assert (row.from_file, row.short_name, row.withdrawn) == (True, "大营街道", False)


# The page.


@pytest.mark.parametrize(
    ("content", "name"),
    [
        pytest.param(table().encode(), "a.csv", id="utf-8"),
        pytest.param(table().encode("utf-8-sig"), "a.csv", id="utf-8 with a mark"),
        pytest.param(table().encode("gb18030"), "a.csv", id="gb18030"),
        pytest.param(xlsx([(int(code), name) for code, name, _short in ROWS]), "a.xlsx", id="xlsx, numbers"),
        pytest.param(xlsx([(code, name) for code, name, _short in ROWS]), "a.xlsx", id="xlsx, texts"),
    ],
)
def test_a_list_is_previewed_and_then_written(admin: User, content: bytes, name: str) -> None:
    client = page(admin)
    shown = upload(client, content, name)
    assert shown.context["found"].changed == 4
    assert not Region.objects.filter(from_file=False).exists()
    address = shown.redirect_chain[-1][0]
    done = client.post(address, follow=True).content.decode()
    assert "新增 4 个，改名 0 个" in done
    assert Region.objects.filter(from_file=False).count() == 4
    assert "完全一致" in client.get(address).content.decode()


def test_faults_stand_with_row_and_column(admin: User) -> None:
    client = page(admin)
    shown = upload(client, table([*ROWS, (f"{RED}009201", "某村", "")]))
    html = shown.content.decode()
    assert "有 1 处需要改正" in html
    assert '<td class="num" data-label="行">6</td>' in html
    assert "A 代码" in html
    assert "写入这" not in html
    refused = client.post(shown.redirect_chain[-1][0])
    assert refused.status_code == 422
    assert not Region.objects.filter(from_file=False).exists()


@pytest.mark.parametrize(
    ("content", "name", "says"),
    [
        ("名称,简称\n某村,某", "a.csv", "没有“代码”这一列"),
        ("代码,简称\n999902001,某", "a.csv", "没有“名称”这一列"),
        ("代码,名称\n", "a.csv", "没有数据"),
        ("x", "a.txt", "请上传 .xlsx 或 .csv"),
        (b"\x00\x01", "a.csv", "CSV"),
    ],
)
def test_what_is_no_list_is_refused_and_not_kept(admin: User, content: Any, name: str, says: str) -> None:
    shown = upload(page(admin), content, name)
    assert shown.status_code == 422
    assert says in shown.content.decode()
    assert not StoredFile.objects.exists()


def test_a_list_is_shown_to_the_person_who_uploaded_it(admin: User, stored: StoredFile, world: World) -> None:
    other = make_user("sys2", "system_admin", world.city)
    give_second_factor(other)
    assert page(other).get(reverse("region-import-preview", args=[stored.pk])).status_code == 404


def test_the_page_counts_divisions_in_few_statements(
    admin: User, stored: StoredFile, django_assert_max_num_queries: Any
) -> None:
    import_regions(lines=lines(), file=stored, by=admin)
    client = page(admin)
    with django_assert_max_num_queries(15):
        html = client.get(reverse("region-import")).content.decode()
    assert "红河区" in html
