"""The five plans through the API: everything in the files arrives, and every record follows the schema."""

from collections import Counter
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from yuxi_eldercare.api_urls import RESOURCES
from yuxi_eldercare.core.models import User
from yuxi_eldercare.core.plan_files import Bundle, read_collection

from .conformance import component_of, problems
from .conftest import client_of
from .test_read import INCLUDES, get, rows

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plans")]

DOCUMENTS = [
    "action-plan-2021-2023",
    "action-plan-2021-2023-draft",
    "community-eldercare-plan-draft",
    "old-and-young-plan-2023",
    "yimen-14th-five-year-plan",
]
STATED = ["targets", "assignments", "projects", "rules", "facts", "lists", "indicators"]


@pytest.fixture(scope="module")
def files() -> Bundle:
    """The plan files as read, before any of it reached the database."""
    return read_collection(settings.FIXTURES_DIR)


@pytest.fixture(scope="module")
def reader(plans: None) -> Client:
    """Somebody without any role."""
    return client_of(User.objects.create(username="reader", display_name="读者"))


def everything(client: Client, name: str) -> list[dict[str, Any]]:
    return rows(client, f"{name}/?page_size=1000")


def test_documents_have_their_codes(reader: Client) -> None:
    assert sorted(row["code"] for row in rows(reader, "documents/")) == DOCUMENTS


def test_only_issued_documents_are_in_force(reader: Client) -> None:
    in_force = {row["code"] for row in rows(reader, "documents/?in_force=true")}
    assert in_force == {code for code in DOCUMENTS if not code.endswith("-draft")}
    drafts = {row["document"] for row in rows(reader, "targets/?in_force=false&page_size=1000")}
    assert drafts == {code for code in DOCUMENTS if code.endswith("-draft")}


@pytest.mark.parametrize("name", STATED)
def test_every_record_of_the_files_arrives(name: str, reader: Client, files: Bundle) -> None:
    written = {record.key: record.document for record in getattr(files, name)}
    key = "code" if name == "indicators" else "key"
    assert {row[key] for row in everything(reader, name)} == set(written)
    if name != "indicators":
        for document, count in Counter(written.values()).items():
            assert get(reader, f"{name}/?document={document}")["count"] == count


NOT_OF_PLANS = {"jobs", "assessments", "audit", "rounds", "entries"}


@pytest.mark.parametrize("name", [name for name in RESOURCES if name not in NOT_OF_PLANS])
def test_every_record_follows_the_schema(name: str, reader: Client) -> None:
    parts = f"&include={INCLUDES[name]}" if name in INCLUDES else ""
    page = get(reader, f"{name}/?page_size=1000&withdrawn=include{parts}")
    assert page["next"] is None
    assert page["count"] == len(page["results"]) > 0
    assert problems(component_of(f"/api/v1/{name}/"), page) == []


@pytest.mark.parametrize("name", ["targets", "assignments", "projects", "rules", "facts", "lists"])
def test_every_record_names_its_phrase(name: str, reader: Client) -> None:
    for row in everything(reader, name):
        assert row["sources"], row["key"]
        for source in row["sources"]:
            assert source["document"] == row["document"]
            assert source["clause"]
            assert source["phrase"]


def test_a_row_of_the_indicator_table(reader: Client) -> None:
    (found,) = [
        row
        for row in rows(
            reader, "targets/?document=old-and-young-plan-2023&search=社区日间照料&page_size=1000"
        )
        if row["nature"] == "binding" and row["baseline"]
    ]
    assert found["baseline"] == {"date": "2020-12-31", "value": "41.2", "below": None}
    assert [(m["due"], m["comparator"], m["value"]) for m in found["milestones"]] == [
        ("2023-12-31", ">=", "50"),
        ("2025-12-31", ">=", "90"),
    ]
    assert (found["unit"], found["direction"], found["target_type"]) == ("%", "up", "reach")


def test_a_bound_instead_of_a_baseline(reader: Client) -> None:
    bounds = [row["baseline"] for row in everything(reader, "targets") if row["baseline"]]
    assert {"date": "2020-12-31", "value": None, "below": "1000"} in bounds


def test_all_fifty_projects_have_their_columns(reader: Client) -> None:
    listed = rows(reader, "projects/?document=old-and-young-plan-2023&listing=tabled&page_size=1000")
    assert len(listed) == 50
    assert all(row["total_investment_wan"] and row["responsible"] for row in listed)


def test_a_county_government_answers_for_what_all_counties_answer_for(reader: Client) -> None:
    through_group = rows(reader, "assignments/?responsible=易门县人民政府&page_size=1000")
    assert any("各县（市、区）" in body for row in through_group for body in row["responsible"])
