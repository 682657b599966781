"""The entry grid: who sees it, what its script is told, and how each kind of cell is saved or refused."""

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.pages.conftest import client_of
from tests.pages.reporting import as_script, cell, cells_of, grid_url, office, publish_homes, save, send
from tests.reporting_world import Reporting, fill, number, walk
from tests.worlds import make_user

__all__ = ["office"]


def test_the_reporter_sees_what_the_unit_owes_and_nothing_of_others(office: Reporting) -> None:
    page = client_of(office.ann).get(grid_url(office))
    rows = page.context["data"]["rows"]
    assert [row["name"] for row in rows] == [
        "护理型床位占比",
        "示范养老机构数",
        "适老化改造户数",
        "每千人托位数",
    ]
    assert page.context["data"]["mayEnter"]
    assert "请于2024-10-18前提交" in page.text
    beds, places = rows[0], rows[3]
    assert beds["isRate"]
    assert beds["targets"] == ["2025年 ≥ 55%"]
    assert places["series"]
    assert places["owner"] == "红河区统计局"


@pytest.mark.parametrize("name", ["wu", "cai", "lin", "shi"])
def test_who_has_no_business_there_is_refused_with_a_sentence(office: Reporting, name: str) -> None:
    client = client_of(getattr(office, name))
    page = client.get(grid_url(office))
    assert page.status_code == 403
    assert "你无权查看这个单位的填报数据" in page.text
    assert client.get(grid_url(office), headers={"Accept": "application/json"}).status_code == 403


def test_the_lead_sees_what_was_sent_and_may_not_type(office: Reporting) -> None:
    entry = office.entry(office.world.homes)
    fill(entry, number(3), office.ann)
    send(office.ann, "submit", entry)
    page = client_of(office.lin).get(grid_url(office))
    assert [row["name"] for row in page.context["data"]["rows"]] == ["示范养老机构数"]
    assert not page.context["data"]["mayEnter"]
    assert "只有红河区民政局可以填报这一项" in page.text


def test_a_unit_without_cells_is_told_so(office: Reporting) -> None:
    page = client_of(office.shi).get(grid_url(office, "statistics"))
    assert page.status_code == 404
    assert "没有填报任务" in page.text


TYPED = [
    ("plain", "12", "12"),
    ("full width", "１２", "12"),
    ("grouped", "1,200", "1200"),
    ("spaces", " 7 ", "7"),
    ("zero", "0", "0"),
]


@pytest.mark.parametrize(("text", "stored"), [case[1:] for case in TYPED], ids=[case[0] for case in TYPED])
def test_a_number_is_understood_and_saved(office: Reporting, text: str, stored: str) -> None:
    entry = office.entry(office.world.homes)
    status, answer = save(office.ann, cell(entry, value=text))
    assert status == 200
    told = answer["cells"][0]
    assert told["status"] == "saved"
    assert (told["cell"]["value"], told["cell"]["state"]) == (stored, "draft")
    entry.refresh_from_db()
    assert entry.value == Decimal(stored)
    assert entry.edited_by == office.ann


REFUSED = [
    ("about", "约50", "“约50”不是确数，请填确定的数字，例如50。"),
    ("dash", "-", "看不出是0还是没有"),
    ("formula error", "#DIV/0!", "公式错误"),
    ("range", "5-8", "是一个区间"),
    ("percent of a count", "12%", "请去掉“%”"),
]


@pytest.mark.parametrize(
    ("text", "sentence"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED]
)
def test_what_is_no_number_is_refused_with_what_to_type(office: Reporting, text: str, sentence: str) -> None:
    entry = office.entry(office.world.homes)
    status, answer = save(office.ann, cell(entry, value=text))
    told = answer["cells"][0]
    assert (status, told["status"], told["closed"]) == (200, "refused", False)
    assert sentence in told["errors"]["value"]
    entry.refresh_from_db()
    assert (entry.state, entry.revision) == ("empty", 0)


def test_a_rate_is_computed_from_its_parts(office: Reporting) -> None:
    entry = office.entry(office.world.beds)
    _status, answer = save(office.ann, cell(entry, value="99", numerator="19", denominator="35"))
    told = answer["cells"][0]["cell"]
    assert (told["value"], told["numerator"], told["denominator"]) == ("", "19", "35")
    assert told["result"].startswith("54.2857")


def test_three_answers_are_three_different_things(office: Reporting) -> None:
    entry = office.entry(office.world.homes)
    save(office.ann, cell(entry, value="0"))
    assert cells_of(office, office.ann)["示范养老机构数"]["value"] == "0"
    save(office.ann, cell(entry, na=True, naReason="辖区内没有这类机构"))
    told = cells_of(office, office.ann)["示范养老机构数"]
    assert (told["na"], told["value"], told["naReason"]) == (True, "", "辖区内没有这类机构")
    save(office.ann, cell(entry, value=""))
    told = cells_of(office, office.ann)["示范养老机构数"]
    assert (told["na"], told["value"], told["stateName"]) == (False, "", "未填报")


def test_a_note_is_saved_without_touching_the_figure(office: Reporting) -> None:
    entry = office.entry(office.world.homes)
    save(office.ann, cell(entry, value="4"))
    save(office.ann, cell(entry, note="含新开业1家"))
    entry.refresh_from_db()
    assert (entry.value, entry.note) == (Decimal(4), "含新开业1家")


def test_the_denominator_of_a_series_is_shown_and_never_taken_from_the_form(office: Reporting) -> None:
    population = office.entry(office.population)
    walk(population, number(20000), reporter=office.su, reviewer=office.sun, lead=office.shi)
    entry = office.entry(office.places)
    save(office.ann, cell(entry, numerator="50", denominator="1"))
    told = cells_of(office, office.ann)["每千人托位数"]
    assert told["owned"] == {"value": "20000", "period": "2024年9月"}
    assert told["result"] == "2.5"
    entry.refresh_from_db()
    assert entry.denominator == Decimal(20000)


def test_the_cell_shows_the_light_it_would_give(office: Reporting) -> None:
    save(office.ann, cell(office.entry(office.world.beds), numerator="10", denominator="100"))
    red = cells_of(office, office.ann)["护理型床位占比"]["lights"][0]
    assert (red["light"], red["decides"]) == ("red", True)
    save(office.ann, cell(office.entry(office.world.beds), numerator="56", denominator="100"))
    green = cells_of(office, office.ann)["护理型床位占比"]["lights"][0]
    assert (green["light"], green["word"]) == ("green", "已达标")


def test_last_period_and_the_same_period_last_year_stand_beside_the_cell(office: Reporting) -> None:
    for end, value in (("2024-06-30", 5), ("2023-09-30", 4)):
        publish_homes(office, end, value)
    told = cells_of(office, office.ann)["示范养老机构数"]
    assert (told["last"]["text"], told["lastYear"]["text"]) == ("5 家", "4 家")


def test_the_second_of_two_people_is_shown_both_values_and_decides(office: Reporting) -> None:
    entry = office.entry(office.world.homes)
    stale = cell(entry, value="5")
    colleague = _colleague(office)
    save(colleague, cell(entry, value="7"))
    _status, answer = save(office.ann, stale)
    told = answer["cells"][0]
    assert (told["status"], told["theirs"], told["who"]) == ("conflict", "7 家", "Ada")
    assert not told["mySelf"]
    entry.refresh_from_db()
    assert entry.value == Decimal(7)
    _status, answer = save(office.ann, {**stale, "revision": told["cell"]["revision"]})
    assert answer["cells"][0]["status"] == "saved"
    entry.refresh_from_db()
    assert entry.value == Decimal(5)


def _colleague(office: Reporting) -> Any:
    return make_user("ada", "reporter", office.red.region, office.red)


def test_the_same_save_sent_twice_is_no_conflict(office: Reporting) -> None:
    entry = office.entry(office.world.homes)
    sent = cell(entry, value="5")
    save(office.ann, sent)
    _status, answer = save(office.ann, sent)
    assert answer["cells"][0]["status"] == "saved"
    entry.refresh_from_db()
    assert entry.revision == 1


def test_nothing_is_saved_under_somebody_elses_name(office: Reporting) -> None:
    entry = office.entry(office.world.homes)
    body = {"user": office.ann.pk, "cells": [cell(entry, value="5")]}
    status, answer = as_script(client_of(_colleague(office)), reverse("grid-cell"), body)
    assert (status, answer["code"]) == (403, "other_user")
    assert "现在登录的是“Ada”" in answer["detail"]
    entry.refresh_from_db()
    assert entry.state == "empty"


def test_an_expired_session_answers_a_script_with_401_and_the_way_to_log_in(office: Reporting) -> None:
    entry = office.entry(office.world.homes)
    body = {"user": office.ann.pk, "cells": [cell(entry, value="5")]}
    status, answer = as_script(Client(), reverse("grid-cell"), body)
    assert (status, answer["login"]) == (401, reverse("login"))


def test_another_units_cell_is_refused_and_its_value_is_not_told(office: Reporting) -> None:
    entry = office.entry(office.world.homes)
    fill(entry, number(1234), office.ann)
    _status, answer = save(office.wu, {"entry": entry.pk, "revision": 0, "figure": {"value": "1"}})
    told = answer["cells"][0]
    assert (told["status"], told["closed"]) == ("refused", True)
    assert "无权填写" in told["message"]
    assert "1234" not in str(answer)


def test_a_pasted_block_saves_what_is_good_and_says_what_is_not(office: Reporting) -> None:
    world = office.world
    homes, households, beds = (office.entry(i) for i in (world.homes, world.households, world.beds))
    _status, answer = save(
        office.ann,
        cell(homes, value="3"),
        cell(households, value="约200"),
        cell(beds, numerator="19", denominator="35"),
    )
    assert [told["status"] for told in answer["cells"]] == ["saved", "refused", "saved"]
    households.refresh_from_db()
    assert households.state == "empty"


def test_one_conflict_in_a_block_does_not_hold_up_the_others(office: Reporting) -> None:
    homes, beds = office.entry(office.world.homes), office.entry(office.world.beds)
    stale = cell(homes, value="3")
    fill(homes, number(9), _colleague(office))
    _status, answer = save(office.ann, stale, cell(beds, numerator="1", denominator="2"))
    assert [told["status"] for told in answer["cells"]] == ["conflict", "saved"]


MALFORMED: list[tuple[str, Any]] = [
    ("no cells", {"cells": []}),
    ("cells no list", {"cells": {"entry": 1}}),
    ("too many", {"cells": [{"entry": n, "revision": 0} for n in range(1, 202)]}),
    ("a cell twice", {"cells": [{"entry": 1, "revision": 0}] * 2}),
    ("no revision", {"cells": [{"entry": 1}]}),
    ("entry a text", {"cells": [{"entry": "1", "revision": 0}]}),
    ("entry true", {"cells": [{"entry": True, "revision": 0}]}),
    ("entry huge", {"cells": [{"entry": 2**70, "revision": 0}]}),
    ("value a number", {"cells": [{"entry": 1, "revision": 0, "figure": {"value": 5}}]}),
    ("zero byte", {"cells": [{"entry": 1, "revision": 0, "note": "\x00"}]}),
    ("a list", [1]),
]


@pytest.mark.parametrize("body", [case[1] for case in MALFORMED], ids=[case[0] for case in MALFORMED])
def test_what_the_script_would_never_send_is_answered_with_400(office: Reporting, body: Any) -> None:
    if isinstance(body, dict):
        body = {"user": office.ann.pk, **body}
    status, answer = as_script(client_of(office.ann), reverse("grid-cell"), body)
    assert status == 400
    assert answer["detail"]


def test_a_cell_out_of_sight_is_not_told_apart_from_one_that_is_not_there(office: Reporting) -> None:
    entry = office.entry(office.world.homes)
    fill(entry, number(3), office.ann)
    told = []
    for pk in (entry.pk, 10**9):
        _status, answer = save(office.wu, {"entry": pk, "revision": 0, "figure": {"value": "4"}})
        told.append((answer["cells"][0]["status"], answer["cells"][0]["errors"]))
    assert told[0] == told[1] == ("refused", {"entry": "没有这一项，或你无权填写。"})
