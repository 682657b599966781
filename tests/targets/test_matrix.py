"""The matrix of indicators × regions, as a page and as a file."""

import io
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from python_calamine import CalamineWorkbook

from targets.models import (
    Indicator,
    Observation,
    TargetBody,
    TargetSource,
)
from targets.presenters.matrix import Cell, Grid
from targets.views import matrix as views
from tests.worlds import CITY, GREEN, RED, WHITE, World, bind_targets, make_target, publish, value
from yuxi_eldercare.core.models import Clause, Document

from .closing import close, judge_all, make_closing_world

pytestmark = pytest.mark.django_db
BEDS = "w-beds@2023-12-31"


@pytest.fixture
def world() -> World:
    return make_closing_world()


@pytest.fixture
def page(world: World) -> Client:
    client = Client()
    client.force_login(world.ling)
    return client


def shown(reader: Client, /, **asked: str) -> Grid:
    answer = reader.get(reverse("indicator-matrix"), {"year": "2023", **asked})
    assert answer.status_code == 200
    grid: Grid = answer.context["grid"]
    return grid


def cell(grid: Grid, row: str, column: str) -> Cell | None:
    """The cell at two keys, whichever way the grid lies."""
    place = [head.key for head in grid.columns].index(column)
    (cells,) = (cells for head, cells in grid.rows if head.key == row)
    return cells[place]


def words(found: Cell | None) -> tuple[str, str, str]:
    assert found is not None
    return found.lamp.shape, found.lamp.word, found.value


def keys(heads: Any) -> list[str]:
    return [head.key for head in heads]


def rows(grid: Grid) -> list[str]:
    return [head.key for head, _cells in grid.rows]


def test_a_cell_holds_light_and_value_with_its_unit(page: Client) -> None:
    grid = shown(page)
    assert keys(grid.columns) == [CITY, RED, GREEN, WHITE]
    assert words(cell(grid, BEDS, RED)) == ("●", "已达标", "40%")
    assert words(cell(grid, BEDS, WHITE)) == ("■", "逾期未达标", "20%")
    assert words(cell(grid, BEDS, CITY)) == ("●", "已达标", "30.3%")
    assert words(cell(grid, "w-homes@2023-12-31", GREEN)) == ("■", "逾期未达标", "0 家")
    assert words(cell(grid, "w-homes@2023-12-31", WHITE)) == ("■", "逾期未报", "—")
    assert words(cell(grid, "w-homes@2023-12-31", CITY)) == ("■", "逾期未达标", "1/3 县达到")


def test_what_most_cells_share_stands_in_the_head_and_the_rest_in_the_cell(
    page: Client, world: World
) -> None:
    publish(value(world.beds, RED, "2022", (10, 100)), judge_later=True)
    Observation.objects.filter(region=RED, period_end__year=2023, indicator=world.beds).update(
        superseded_at="2024-01-02T00:00Z"
    )
    judge_all()
    grid = shown(page)
    (head,) = (head for head, _cells in grid.rows if head.key == BEDS)
    assert (head.due, head.demand, head.period, head.binding) == ("2023年", "≥ 30%", "2023年", True)
    late, usual = cell(grid, BEDS, RED), cell(grid, BEDS, GREEN)
    assert late is not None
    assert usual is not None
    assert late.notes == ["2022年"]
    assert usual.notes == []


def test_a_city_figure_of_some_counties_says_so(page: Client, world: World) -> None:
    Observation.objects.filter(region=WHITE, indicator=world.beds).update(superseded_at="2024-01-02T00:00Z")
    judge_all()
    found = cell(shown(page), BEDS, CITY)
    assert found is not None
    assert "2/3 县已报" in found.notes
    assert found.lamp.light == "grey"


def test_an_empty_cell_is_not_a_grey_light(page: Client) -> None:
    grid = shown(page, year="2025")
    assert cell(grid, "w-smart@2025-12-31", RED) is None
    assert cell(grid, "w-smart@2025-12-31", GREEN) is not None


def test_of_two_targets_the_stricter_leads_and_both_are_shown(page: Client, world: World) -> None:
    county = Document.objects.get(key="w-county")
    make_target("w.t.beds-own", world.beds, county, {"2023": 35}, scope="county")
    bind_targets()
    judge_all()
    found = cell(shown(page), BEDS, GREEN)
    assert found is not None
    assert (found.lamp.word, [lamp.word for lamp in found.others]) == ("逾期未达标", ["已达标"])
    assert "≥ 35%" in found.notes
    html = page.get(reverse("indicator-matrix"), {"year": "2023"}).content.decode()
    assert f'hx-get="{found.others[0].why}"' in html
    (head,) = (head for head, _cells in shown(page).rows if head.key == BEDS)
    assert head.tally.total == 4, "both targets of the county are counted"


def test_a_cell_leads_to_its_explanation(page: Client) -> None:
    found = cell(shown(page), BEDS, WHITE)
    assert found is not None
    answer = page.get(found.lamp.why, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert "白水县" in answer.content.decode()


def test_totals_follow_the_filter(page: Client) -> None:
    everything, reds = shown(page), shown(page, light="red")
    assert everything.total.total == sum(head.tally.total for head, _cells in everything.rows)
    assert (everything.total.red, everything.total.green) == (3, 3)
    assert (reds.total.red, reds.total.total) == (3, 3)
    assert all(c is None or c.lamp.light == "red" for _head, cells in reds.rows for c in cells)
    by_region = {head.key: head.tally.red for head in reds.columns}
    assert by_region == {CITY: 1, RED: 0, GREEN: 1, WHITE: 2}


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"nature": "binding"}, [BEDS]),
        ({"nature": "indicative"}, []),
        ({"nature": "nonsense"}, [BEDS, "w-homes@2023-12-31", "w-households@2023-12-31"]),
        ({"document": "w-county", "year": "2025"}, ["w-smart@2025-12-31"]),
        ({"document": "nothing"}, []),
        ({"department": "w-mz"}, [BEDS]),
        ({"department": "none"}, ["w-homes@2023-12-31", "w-households@2023-12-31"]),
        ({"document": "w-issued", "chapter": "二（四）"}, [BEDS]),
        ({"year": "2024"}, ["w-households@2024-12-31"]),
        ({"light": "yellow"}, []),
    ],
)
def test_filters(page: Client, world: World, asked: dict[str, str], expected: list[str]) -> None:
    target = world.target("w.t.beds")
    TargetBody.objects.create(target=target, department=world.bureau, as_written="市民政局")
    clause = Clause.objects.create(document=world.document, number="二（四）表·1", heading="主要指标")
    TargetSource.objects.create(record=target, clause=clause, phrase="30")
    assert rows(shown(page, **asked)) == expected


def test_every_year_at_once_keeps_lines_apart(page: Client) -> None:
    found = rows(shown(page, year="all"))
    assert {BEDS, "w-beds@2025-12-31", "w-households@2024-12-31"} <= set(found)
    assert len(found) == len(set(found))


def test_a_chip_takes_its_filter_off_and_the_address_carries_the_rest(page: Client) -> None:
    asked = {"year": "2023", "document": "w-issued", "chapter": "一", "light": "red"}
    answer = page.get(reverse("indicator-matrix"), asked)
    assert [chip.drops for chip in answer.context["chips"]] == [
        ("document", "chapter"),
        ("chapter",),
        ("light",),
    ]
    assert 'href="?year=2023&amp;light=red"' in answer.content.decode()


def test_lines_are_ordered_by_reds_or_by_the_light_in_one_region(page: Client, world: World) -> None:
    texts = rows(shown(page))
    assert texts[0] == BEDS
    assert rows(shown(page, indicators="reds"))[0] == "w-homes@2023-12-31"
    assert rows(shown(page, indicators=f"light:{GREEN}"))[0] == "w-homes@2023-12-31"
    assert rows(shown(page, indicators="light:530000")) == texts, "a region that is not there orders nothing"


def test_regions_are_ordered_by_value_light_or_reds_behind_the_city(page: Client) -> None:
    assert keys(shown(page, regions=f"value:{BEDS}").columns) == [CITY, RED, GREEN, WHITE]
    assert keys(shown(page, regions=f"light:{BEDS}").columns) == [CITY, WHITE, RED, GREEN]
    assert keys(shown(page, regions="reds").columns) == [CITY, WHITE, GREEN, RED]
    assert keys(shown(page, regions="value:w-homes@2023-12-31").columns) == [CITY, RED, GREEN, WHITE]
    assert keys(shown(page, regions="value:nothing").columns) == [CITY, RED, GREEN, WHITE]


def test_swapped_is_the_same_turned(page: Client) -> None:
    grid, turned = shown(page), shown(page, rows="regions")
    assert rows(turned) == keys(grid.columns)
    assert keys(turned.columns) == rows(grid)
    assert turned.total == grid.total
    for line in rows(grid):
        for region in keys(grid.columns):
            assert cell(grid, line, region) == cell(turned, region, line)


def test_pages_hold_few_cells_and_totals_of_all(page: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = shown(page, year="all")
    monkeypatch.setattr(views, "LINES", 2)
    pages = [shown(page, year="all", page=str(number)) for number in range(1, 5)]
    assert [line for grid in pages for line in rows(grid)] == rows(whole)
    assert all(len(grid.rows) <= 2 for grid in pages)
    assert {grid.total for grid in pages} == {whole.total}
    assert all([h.tally for h in grid.columns] == [h.tally for h in whole.columns] for grid in pages)


def test_a_hundred_regions_shorten_the_page(
    page: Client, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "CELLS", 40)
    answer = page.get(reverse("indicator-matrix"), {"year": "all"})
    assert answer.context["page"].paginator.per_page == 10


def test_statements_do_not_grow_with_the_matrix(page: Client, world: World) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert page.get(reverse("indicator-matrix"), {"year": "all"}).status_code == 200
        return len(captured)

    shown(page)
    before = count()
    for number in range(6):
        more = Indicator.objects.create(
            key=f"w-more-{number}", position=50 + number, name=f"指标{number}", theme="养老", unit="%", direction="up",
            rollup="ratio_of_sums", basis="point", scale=100, definition="测试用",
        )  # fmt: skip
        make_target(f"w.t.more-{number}", more, world.document, {"2023": 10, "2025": 20})
    bind_targets()
    judge_all()
    assert count() == before <= 20


def test_a_closed_month_shows_what_was_known_then(page: Client, world: World) -> None:
    month = close(world)
    publish(value(world.beds, WHITE, "2023", (90, 100), reason="漏报"), judge_later=True)
    judge_all()
    now = cell(shown(page), BEDS, WHITE)
    then = cell(shown(page, close=month.month_end.isoformat()), BEDS, WHITE)
    assert words(now) == ("●", "已达标", "90%")
    assert words(then) == ("■", "逾期未达标", "20%")
    assert then is not None
    assert "20%" in page.get(then.lamp.why).content.decode()


def test_another_day_is_judged_for_that_day(page: Client) -> None:
    then = cell(shown(page, as_of="2023-06-30"), BEDS, WHITE)
    assert words(then) == ("○", "尚未填报", "—")
    assert then is not None
    assert page.get(then.lamp.why).status_code == 200


def sheet(page: Client, form: str, **asked: str) -> list[list[Any]]:
    answer = page.get(reverse("indicator-matrix-export", args=[form]), {"year": "2023", **asked})
    assert answer.status_code == 200
    if form == "csv":
        import csv

        return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    content = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()


@pytest.mark.parametrize("form", ["csv", "xlsx"])
@pytest.mark.parametrize("asked", [{}, {"light": "red", "regions": "reds"}, {"rows": "regions"}])
def test_an_export_holds_exactly_what_is_shown(page: Client, form: str, asked: dict[str, str]) -> None:
    grid, table = shown(page, **asked), sheet(page, form, **asked)
    fixed = 1 if asked.get("rows") else 5
    assert len(table) == 1 + len(grid.rows) + 1
    assert table[0][fixed].startswith(grid.columns[0].name)
    for (head, cells), line in zip(grid.rows, table[1:], strict=False):
        assert line[0] == head.name
        states = line[fixed : fixed + 3 * len(cells) : 3]
        assert states == [f"{c.lamp.shape} {c.lamp.word}" if c else "" for c in cells]
        assert [int(n) for n in line[-4:]] == [
            head.tally.red,
            head.tally.yellow,
            head.tally.green,
            head.tally.grey,
        ]
    assert [int(n) for n in table[-1][-4:]] == [
        grid.total.red,
        grid.total.yellow,
        grid.total.green,
        grid.total.grey,
    ]


def test_a_workbook_holds_numbers(page: Client) -> None:
    table = sheet(page, "xlsx")
    (beds,) = (line for line in table if line[0] == "护理型床位占比")
    assert beds[table[0].index("红河区 现状")] == 40.0
    assert beds[3] == "%"


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_no_name_of_a_file_becomes_a_formula(page: Client, world: World, form: str) -> None:
    Indicator.objects.filter(pk=world.beds.pk).update(name="=HYPERLINK(1)")
    world.counties[RED].short_name = "@红河"
    world.counties[RED].save()
    assert "'=HYPERLINK(1)" in {line[0] for line in sheet(page, form)}
    if form == "csv":
        assert "'@红河 状态" in sheet(page, form)[0]
        assert sheet(page, form, rows="regions")[0][1].startswith("'=HYPERLINK")


def test_there_is_no_third_form(page: Client) -> None:
    assert page.get(reverse("indicator-matrix-export", args=["pdf"])).status_code == 404
