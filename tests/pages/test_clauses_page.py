"""From a clause to everything it states, and from every record back to its clause."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import escape
from django.utils.timezone import now

from targets.models import AssignmentSource, Target, TargetSource
from tests.pages.conftest import own_statements
from yuxi_eldercare.core.models import Clause, Document, FindingPlace
from yuxi_eldercare.pages.clauses import SOURCES, ClauseNode, clause_tree, natural, parent_number

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plans")]

AP, DRAFT, OY, CE, YM = (
    "action-plan-2021-2023",
    "action-plan-2021-2023-draft",
    "old-and-young-plan-2023",
    "community-eldercare-plan-draft",
    "yimen-14th-five-year-plan",
)


def url(code: str, number: str) -> str:
    return reverse("document-clause", args=[code, number])


def everything(nodes: list[ClauseNode]) -> list[ClauseNode]:
    return [found for node in nodes for found in (node, *everything(node.below), *everything(node.rows))]


# The tree


@pytest.mark.parametrize("code", [AP, DRAFT, OY, CE, YM])
def test_every_clause_stands_in_the_tree_once(code: str) -> None:
    document = Document.objects.get(key=code)
    nodes = everything(clause_tree(document))
    assert sorted(node.clause.pk for node in nodes) == sorted(document.clauses.values_list("pk", flat=True))


def test_the_tree_follows_the_text() -> None:
    tree = clause_tree(Document.objects.get(key=OY))
    tops = [node.clause.number for node in tree]
    assert tops[:4] == ["文首", "一", "二", "三"]
    (second,) = [node for node in tree if node.clause.number == "二"]
    (goals,) = [node for node in second.below if node.clause.number == "二（四）"]
    (table,) = goals.below
    assert [node.clause.number for node in table.rows] == [f"二（四）表·{row}" for row in range(1, 14)]
    assert (
        dict(goals.counts)["目标"]
        == TargetSource.objects.filter(clause=goals.clause, record__withdrawn_at=None)
        .values("record")
        .distinct()
        .count()
    )


@pytest.mark.parametrize(
    ("number", "above"),
    [
        ("二（一）1", "二（一）"),
        ("二（一）10", "二（一）"),
        ("二（一）", "二"),
        ("十一", ""),
        ("三（十一）", "三"),
        ("附件10", ""),
        ("附件2表1·3", "附件2表1"),
        ("附件2表1", "附件2"),
        ("文首", ""),
    ],
)
def test_what_a_number_stands_in(number: str, above: str) -> None:
    known = [
        "文首",
        "一",
        "二",
        "十",
        "三",
        "三（十）",
        "二（一）",
        "二（一）1",
        "附件1",
        "附件2",
        "附件2表1",
    ]
    assert parent_number(number, known) == above


def test_rows_are_in_the_order_of_their_numbers() -> None:
    assert sorted(["附件3·10", "附件3·2", "附件3·1"], key=natural) == ["附件3·1", "附件3·2", "附件3·10"]


def test_the_tab_shows_numbers_headings_and_counts(page: Client) -> None:
    response = page.get(reverse("document", args=[AP]), {"tab": "clauses"})
    body = response.content.decode()
    for clause in Clause.objects.filter(document__key=AP):
        assert f'id="clause-{clause.number}"' in body
        assert f'"{url(AP, clause.number)}"' in body
        assert escape(clause.heading) in body
    assert {name: count for name, _, count in response.context["tabs"]}["clauses"] == 29


def test_the_tab_holds_no_text_of_the_document(page: Client) -> None:
    """Headings only: phrases come when a clause is opened."""
    body = page.get(reverse("document", args=[AP]), {"tab": "clauses"}).content.decode()
    assert "blockquote" not in body


# A clause


def carried_keys(response: Any) -> dict[str, set[str]]:
    found = response.context["carried"]
    return {kind: {line.record.key for line in getattr(found, kind)} for kind in (*SOURCES, "findings")}


def test_a_clause_carries_its_records(page: Client) -> None:
    found = carried_keys(page.get(url(AP, "二（二）6")))
    assert found["targets"] == {"ap23.t.demo-private-institutions", "ap23.t.private-bed-share"}
    assert found["tasks"] == {"ap23.a.06"}
    assert {"ap23.r.bed-own", "ap23.r.bed-leased", "ap23.r.lease-term"} <= found["rules"]
    assert "ap23d.x.t6-split" in found["findings"]
    assert found["projects"] == found["facts"] == found["lists"] == set()


@pytest.mark.parametrize(
    ("code", "number", "kind", "key"),
    [
        (OY, "附件3·14", "projects", "oy23.p.14"),
        (AP, "一（二）", "facts", "ap23.f.eldercare-revenue-2020"),
        (OY, "二（四）表·3", "targets", "oy23.t.daycare-coverage"),
    ],
)
def test_rows_and_figures(page: Client, code: str, number: str, kind: str, key: str) -> None:
    assert key in carried_keys(page.get(url(code, number)))[kind]


@pytest.mark.parametrize("code", [AP, DRAFT, CE])
def test_every_source_leads_to_a_clause_that_carries_its_record(page: Client, code: str) -> None:
    for clause in Clause.objects.filter(document__key=code):
        found = carried_keys(page.get(url(code, clause.number)))
        for kind, model in SOURCES.items():
            rows = model.objects.filter(clause=clause, record__withdrawn_at=None)
            assert found[kind] == set(rows.values_list("record__key", flat=True))
        places = FindingPlace.objects.filter(clause=clause, finding__withdrawn_at=None)
        assert found["findings"] == set(places.values_list("finding__key", flat=True))


def test_a_record_is_shown_once_with_all_its_phrases(page: Client) -> None:
    (task,) = page.get(url(AP, "二（一）2")).context["carried"].tasks
    assert len(task.phrases) == AssignmentSource.objects.filter(record__key="ap23.a.02").count() > 2


def test_a_clause_knows_where_it_stands(page: Client) -> None:
    context = page.get(url(OY, "二（四）表·3")).context
    assert [clause.number for clause in context["trail"]] == ["二", "二（四）", "二（四）表"]
    assert [clause.number for clause in context["neighbours"]] == ["二（四）表·2", "二（四）表·4"]
    below = page.get(url(OY, "二（四）")).context["below"]
    assert [clause.number for clause in below] == ["二（四）表"]
    first = page.get(url(AP, "一")).context["neighbours"][0]
    assert first is None or first.number == "文首"


def test_inside_the_tree_only_the_records_come(page: Client) -> None:
    response = page.get(url(AP, "二（二）6"), headers={"HX-Request": "true"})
    body = response.content.decode()
    assert "<html" not in body
    assert "自建产权用房养老机构床位建设补助" in body
    assert "HX-Request" in response["Vary"]


def test_a_clause_that_left_the_file_keeps_its_address(page: Client) -> None:
    Clause.objects.filter(document__key=AP, number="三（四）").update(withdrawn_at=now())
    response = page.get(url(AP, "三（四）"))
    assert response.status_code == 200
    assert "文件中已没有这一条" in response.content.decode()


def test_what_is_no_clause(page: Client) -> None:
    assert page.get(url(AP, "九十九")).status_code == 404
    assert page.get(url("nothing", "一")).status_code == 404


def test_a_draft_has_no_lights(page: Client) -> None:
    body = page.get(url(DRAFT, "二（二）6")).content.decode()
    assert 'class="light' not in body


@pytest.mark.parametrize(
    ("code", "number", "statements"), [(AP, "一（二）", 13), (OY, "二（四）", 13), (OY, "附件3·14", 11)]
)
def test_statements_of_a_clause_are_pinned(page: Client, code: str, number: str, statements: int) -> None:
    assert own_statements(page, url(code, number)) == statements


# Back again


@pytest.mark.parametrize(
    ("tab", "number"),
    [
        ("targets", "二（四）表·3"),
        ("tasks", "三（五）兜牢基本养老底线"),
        ("projects", "附件3·14"),
        ("rules", "附件6·1"),
        ("facts", "一（一）"),
        ("lists", "附件4·1"),
    ],
)
def test_rows_of_the_tabs_lead_to_their_clauses(page: Client, tab: str, number: str) -> None:
    body = page.get(reverse("document", args=[OY]), {"tab": tab}).content.decode()
    links = set(re.findall(r'href="(/library/[^"]+/clauses/[^"]+)"', body))
    assert links
    if tab != "rules" and tab != "lists":
        assert url(OY, number) in links
    for link in list(links)[:5]:
        assert page.get(link).status_code == 200


def test_the_indicator_page_leads_to_the_clauses_of_its_targets(page: Client) -> None:
    body = page.get(reverse("indicator", args=["daycare-coverage"])).content.decode()
    for target in Target.objects.filter(indicator__key="daycare-coverage", withdrawn_at=None):
        for source in target.sources.select_related("clause"):
            assert url(target.document.key, source.clause.number) in body


def test_a_finding_leads_to_the_clauses_it_names(page: Client) -> None:
    body = page.get(reverse("finding", args=["ap23d.x.t6-split"])).content.decode()
    assert url(DRAFT, "二（二）6") in body
    assert url(AP, "二（二）6") in body
