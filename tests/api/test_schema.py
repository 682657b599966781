"""The OpenAPI schema is valid, complete and free of warnings; its page needs no other host."""

import json
import re

import pytest
from django.core.management import call_command
from django.test import Client

from tests.worlds import World
from yuxi_eldercare.api_docs import schema_in
from yuxi_eldercare.api_urls import RESOURCES


@pytest.mark.pure
def test_schema_is_valid_and_free_of_warnings(tmp_path: object) -> None:
    call_command("spectacular", validate=True, fail_on_warn=True, file=f"{tmp_path}/schema.yaml")


@pytest.mark.pure
def test_schema_names_every_endpoint() -> None:
    expected = {"/api/v1/assessments/preview", "/api/v1/observations/", "/api/v1/oauth/token/"}
    for name, resource in RESOURCES.items():
        key = resource.lookup_url_kwarg or resource.lookup_field
        expected |= {f"/api/v1/{name}/", f"/api/v1/{name}/{{{key}}}/"}
    assert set(schema_in("zh-hans")["paths"]) == expected


@pytest.mark.pure
@pytest.mark.parametrize("name", RESOURCES)
def test_schema_lists_the_filters(name: str) -> None:
    described = schema_in("zh-hans")["paths"][f"/api/v1/{name}/"]["get"]
    named = {parameter["name"] for parameter in described["parameters"]}
    assert {"page", "page_size", *RESOURCES[name].filterset_class.base_filters} <= named
    assert set(described["responses"]) == {"200", "400", "401", "403", "404", "429"}


def test_schema_as_json_and_yaml(api: Client) -> None:
    made = json.loads(api.get("/api/v1/schema").content)
    assert made["openapi"].startswith("3.")
    yaml = api.get("/api/v1/schema", headers={"accept": "application/yaml"})
    assert yaml.content.decode().startswith("openapi:")


def test_docs_page_lists_every_operation_and_calls_no_other_host(api: Client) -> None:
    page = api.get("/api/v1/docs").content.decode()
    for path in schema_in("zh-hans")["paths"]:
        assert path in page
    linked = set(re.findall(r'href="#([\w-]+)"', page))
    assert len(linked) > len(RESOURCES)
    assert linked <= set(re.findall(r'id="([\w-]+)"', page))
    loaded = re.findall(r'(?:src|href|action)="(https?:)?//', page)
    assert loaded == []


def test_docs_page_needs_a_log_in(world: World) -> None:
    assert Client().get("/api/v1/docs").status_code == 302
