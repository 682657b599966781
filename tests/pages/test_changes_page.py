"""What changed from the draft to the issued action plan: every difference read in the two texts is on the page."""

from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from python_calamine import CalamineWorkbook

from targets.actions.rulings import rule
from tests.pages.conftest import own_statements
from yuxi_eldercare.checks import draft_rules, draft_targets, draft_tasks
from yuxi_eldercare.checks.reading import read_snapshot
from yuxi_eldercare.core.models import Document, Finding, Plan, User
from yuxi_eldercare.pages.version_lines import Compared, Line, compare

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plans")]

AP, DRAFT = "action-plan-2021-2023", "action-plan-2021-2023-draft"

# Read in the two texts: record of the issued text (or of the draft where it is gone), fate, and for each field
# (what the draft has, what the issued text has).
READ: dict[str, tuple[str, dict[str, tuple[str, str]]]] = {
    # 一（二）发展目标
    "ap23.t.three-zones-two-centres": (
        "changed",
        {"criteria": ("“三湖”", "“东部片区”"), "name": ("基地", "格局")},
    ),
    "ap23.t.eldercare-industry-system": ("reworded", {"name": ("养老产业体系", "养老服务产业体系")}),
    "ap23d.t.industry-bases": ("dropped", {}),
    "ap23.t.wellness-enterprises": (
        "changed",
        {"demand": ("定性", "不少于2个"), "indicator": ("培育情况", "企业数")},
    ),
    "ap23.t.modern-service-role": ("changed", {"criteria": ("支柱产业", "重要组成部分")}),
    "ap23.t.eldercare-revenue": (
        "changed",
        {"demand": ("未载明期限，不少于5000万元", "2023年"), "name": ("服务业产值", "主营业务收入")},
    ),
    "ap23d.t.wellness-groups": ("dropped", {}),
    "ap23d.t.brand-eldercare-enterprises": ("dropped", {}),
    "ap23.t.wellness-complexes": ("changed", {"demand": ("1—2个", "2023年不少于1个")}),
    "ap23.t.disabled-care-institutions": ("changed", {"demand": ("未载明期限", "2021年")}),
    "ap23.t.street-center-coverage": (
        "changed",
        {"demand": ("未载明期限", "2022年"), "name": ("服务中心", "服务机构")},
    ),
    "ap23.t.daycare-coverage": ("added", {}),
    "ap23.t.rural-regional-centers": ("changed", {"demand": ("未载明期限", "2023年")}),
    # 二（一）至（四）: what the tasks promise
    "ap23.t.fifteen-minute-circle": (
        "changed",
        {"demand": ("2023年", "未载明期限"), "name": ("一刻钟", "15分钟")},
    ),
    "ap23d.t.chain-community-enterprises": ("dropped", {}),
    "ap23d.t.qinglong-home": ("dropped", {}),
    "ap23d.t.xiongguan-home": ("dropped", {}),
    "ap23d.t.xiaojie-home": ("dropped", {}),
    "ap23d.t.longquan-home": ("dropped", {}),
    "ap23d.t.tongchang-home": ("dropped", {}),
    "ap23d.t.shijie-home": ("dropped", {}),
    "ap23d.t.rural-home-conversion-rate": ("dropped", {}),
    "ap23d.t.yuxi-nursing-home": ("dropped", {}),
    "ap23d.t.chengjiang-nursing-home": ("dropped", {}),
    "ap23d.t.hongta-welfare-centre": ("dropped", {}),
    "ap23d.t.xinping-nursing-home-use": ("dropped", {}),
    "ap23d.t.reform-yuanjiang-apartment": ("dropped", {}),
    "ap23d.t.reform-xinping-nursing-home": ("dropped", {}),
    "ap23d.t.reform-jiangchuan-welfare-centre": ("dropped", {}),
    "ap23d.t.reform-xinping-qinglong-centre": ("dropped", {}),
    "ap23.t.demo-private-institutions": ("changed", {"criteria": ("示范性养老机构", "示范性综合养老机构")}),
    "ap23.t.private-bed-share": (
        "changed",
        {"demand": ("未载明期限", "2023年"), "criteria": ("社会办", "社会力量运营")},
    ),
    "ap23.t.medical-convenience-rate": ("changed", {"criteria": ("绿色通道", "取药")}),
    "ap23.t.demo-medical-eldercare": ("changed", {"criteria": ("50张以上", "")}),
    "ap23.t.eldercare-medical-contracting": ("added", {}),
    "ap23.t.project-reserve": (
        "changed",
        {"demand": ("2021年前", "未载明期限"), "criteria": ("技术含量高", "服务质量好")},
    ),
    "ap23.t.large-wellness-projects": ("changed", {"criteria": ("1亿元", "5000万元")}),
    "ap23d.t.wellness-towns": ("dropped", {}),
    "ap23.t.assistive-device-makers": (
        "changed",
        {"demand": ("2023年以前", "2023年"), "criteria": ("建成", "引进")},
    ),
    "ap23d.t.international-medical-city": ("dropped", {}),
    "ap23.t.wellness-clusters": ("changed", {"scope": ("两个", "澄江市、红塔区")}),
    "ap23.t.industry-cluster-pattern": ("changed", {"criteria": ("通过重大项目辐射带动作用", "")}),
    "ap23d.t.elder-service-posts": ("dropped", {}),
    # the same in both
    "ap23.t.provincial-front-rank": ("same", {}),
    "ap23.t.public-institutions": ("same", {}),
    "ap23.t.demo-institutions-100-beds": ("same", {}),
    "ap23.t.ltc-insurance-national-pilot": ("same", {}),
    # 任务: fifteen became fourteen
    "ap23.a.01": ("changed", {"first_lead": ("市住房城乡建设局", "市自然资源规划局")}),
    "ap23.a.02": (
        "changed",
        {"first_lead": ("市住房城乡建设局", "市民政局"), "responsible": ("市扶贫办", "市乡村振兴局")},
    ),
    "ap23.a.03": ("changed", {"title": ("居家社区", "打造社区")}),
    "ap23.a.04": ("changed", {"title": ("加快建设", "加快区域性")}),
    "ap23.a.05": ("changed", {"title": ("深入推进", "加快推进")}),
    "ap23.a.06": ("changed", {"title": ("大力支持", "加快发展")}),
    "ap23.a.07": ("changed", {"responsible": ("", "市财政局")}),
    "ap23.a.08": (
        "changed",
        {
            "title": ("推动", "加快"),
            "leads": ("", "市卫生健康委"),
            "responsible": ("市卫生健康委", "市民政局 市文化和旅游局"),
        },
    ),
    "ap23d.a.09": ("merged", {}),
    "ap23.a.09": (
        "changed",
        {
            "number": ("10", "9"),
            "title": ("制造产业园", "生产基地"),
            "leads": ("市工业和信息化局", "市投资促进局"),
            "responsible": ("", "市工业和信息化局"),
        },
    ),
    "ap23.a.10": (
        "changed",
        {
            "number": ("11", "10"),
            "title": ("建设", "加快建设"),
            "leads": ("", "市发展改革委"),
            "first_lead": ("市卫生健康委", "市发展改革委"),
            "responsible": ("市发展改革委", "市文化和旅游局"),
        },
    ),
    "ap23.a.11": ("changed", {"number": ("12", "11"), "responsible": ("市工业和信息化局", "")}),
    "ap23.a.12": ("renumbered", {"number": ("13", "12")}),
    "ap23.a.13": (
        "changed",
        {
            "number": ("14", "13"),
            "title": ("养老产业服务业", "养老服务业"),
            "responsible": ("市扶贫办", "市乡村振兴局"),
        },
    ),
    "ap23.a.14": (
        "changed",
        {
            "number": ("15", "14"),
            "leads": ("", "市人力资源社会保障局"),
            "responsible": ("市人力资源社会保障局", "市卫生健康委"),
        },
    ),
    "ap23.a.s1": ("changed", {"leads": ("市发展改革委 市住房城乡建设局", "")}),
    "ap23.a.s2": (
        "changed",
        {
            "leads": ("市民政局 市应急管理局 市住房城乡建设局", ""),
            "first_lead": ("市发展改革委", "市税务局"),
        },
    ),
    "ap23.a.s3": ("changed", {"leads": ("市民政局 市住房城乡建设局", "市政府金融办")}),
    "ap23.a.s4": ("changed", {"title": ("帮扶措施", "扶持政策"), "leads": ("市应急管理局", "")}),
    # 规则
    "ap23.r.land-per-capita": ("changed", {"condition": ("城市总体规划", "国土空间总体规划")}),
    "ap23.r.new-estate-area": ("reworded", {"name": ("面积", "建筑面积")}),
    "ap23.r.existing-estate-area": (
        "changed",
        {"amount": ("20平方米", "15平方米"), "condition": ("县（市、区）人民政府", "当地政府")},
    ),
    "ap23d.r.existing-estate-minimum": ("dropped", {}),
    "ap23.r.single-site-area": ("added", {}),
    "ap23.r.home-adaptation-scope": ("changed", {"condition": ("脱贫边缘易致贫户", "低收入老年人家庭")}),
    "ap23d.r.rural-home-beds-priority": ("dropped", {}),
    "ap23.r.bed-own": ("changed", {"split": ("省5、市3、县2", "未载明")}),
    "ap23.r.bed-leased": ("changed", {"split": ("省5、市3、县2", "未载明")}),
    "ap23.r.lease-term": ("same", {}),
    "ap23.r.bed-operating": ("changed", {"condition": ("运营资助资金管理办法", "有关规定")}),
    "ap23.r.low-cost-venue": ("changed", {"condition": ("提供场所", "可以")}),
    "ap23.r.allocated-land": ("changed", {"condition": ("有偿使用", "")}),
    "ap23d.r.vat-exemption": ("dropped", {}),
    "ap23d.r.property-tax-exemption": ("dropped", {}),
    "ap23d.r.fees-for-profit": ("dropped", {}),
    "ap23d.r.fees-non-profit": ("dropped", {}),
    "ap23d.r.utility-prices": ("dropped", {}),
    "ap23d.r.community-centre-subsidy": ("dropped", {}),
    # 项目 named in the prose
    "ap23d.p.wana-spring": ("dropped", {}),
    "ap23d.p.haokai": ("dropped", {}),
    "ap23.p.chengjiang-rehab-center": ("added", {}),
    "ap23.p.kangti-complex": ("changed", {"name": ("红塔区医养康体建设项目", "医养康体综合项目")}),
}
# Other wording: a piece of the draft and of the issued text that stand side by side.
WORDING = {
    "basis of the plan": ("中长期规划", "国办发〔2019〕5号"),
    "lifts": ("积极引导城乡老年人家庭", "电梯加装"),
    "services of community enterprises": ("第三方认证", "参与管理"),
    "section one": ("居家和社区", "加快居家社区"),
    "section two": ("助推专业化机构", "大力促进"),
    "who runs the rural homes": ("公建民营等方式", "特许经营权"),
    "what private homes are called": ("功能型", "社会化"),
    "which hospitals": ("元江县民族医院", "两级中医医院"),
    "long-term care": ("国家统一部署", "逐步建立"),
    "the platform": ("全国养老服务信息系统", "云南互联网+智慧养老"),
    "the slogan": ("数据经济", "数字产业新标杆"),
    "start-up support": ("灵活就业社保补贴", "创业担保贷款"),
    "support for employers": ("职业培训补贴", "社会保险补贴"),
    "training": ("中医康复学", "康养云师傅"),
    "planning of land": ("土地利用总体规划", "国土空间总体规划"),
    "collateral": ("知识产权", "不动产"),
    "social capital": ("面向大众化", "上市(挂牌)融资"),
    "brands": ("品牌化、连锁化发展", "购买基本养老服务指南"),
    "the annex": ("征求意见稿", "项目清单"),
}


@pytest.fixture
def compared(db: None) -> Compared:
    return compare(Document.objects.get(key=DRAFT), Document.objects.get(key=AP))


def by_key(compared: Compared) -> dict[str, Line]:
    return {line.key: line for line in compared.lines}


@pytest.mark.parametrize("key", READ)
def test_what_was_read_is_on_the_page(compared: Compared, key: str) -> None:
    fate, fields = READ[key]
    line = by_key(compared)[key]
    assert line.fate == fate
    found = {d.field: d for d in line.differences}
    for field, (old, new) in fields.items():
        difference = found[field]
        if difference.listed and field != "condition":
            assert (" ".join(difference.gone), " ".join(difference.come)) == (old, new)
        else:
            said = [" ".join(difference.gone) or difference.old, " ".join(difference.come) or difference.new]
            assert old in said[0]
            assert new in said[1]


def test_the_page_has_no_other_target_task_or_rule(compared: Compared) -> None:
    """What was read is all there is: a record that changed unnoticed would stand here."""
    lines = [line for name in ("targets", "tasks", "rules") for line in compared.of(name)]
    assert {line.key for line in lines} == {key for key in READ if ".p." not in key}
    for line in lines:
        named = set(READ[line.key][1])
        assert {d.field for d in line.differences} - {"name", "targets", "criteria", "condition"} <= named


@pytest.mark.parametrize("what", WORDING)
def test_other_wording_stands_side_by_side(compared: Compared, what: str) -> None:
    old, new = WORDING[what]
    assert [
        line
        for line in compared.of("wording")
        if any(old in place.phrase for place in line.before.places)
        and any(new in place.phrase for place in line.after.places)
    ]


def test_no_finding_on_the_two_texts_is_left_out(compared: Compared) -> None:
    both = Finding.objects.filter(kind="draft_vs_issued", withdrawn_at=None)
    for code in (DRAFT, AP):
        both = both.filter(places__clause__document__key=code)
    shown = {finding.key for line in compared.lines for finding in line.findings}
    assert set(both.values_list("key", flat=True)) <= shown


def test_a_changed_record_has_both_phrases_and_a_finding(compared: Compared) -> None:
    for line in compared.lines:
        if line.fate == "changed" and line.section in {"targets", "tasks", "rules"}:
            assert line.before.places, line.key
            assert line.after.places, line.key
            assert line.findings, line.key


def test_page_and_findings_say_the_same(compared: Compared) -> None:
    """Each check's sentence holds the words of the page's lines about its records."""
    lines = by_key(compared)
    snapshot = read_snapshot()
    raised = [one for module in (draft_targets, draft_tasks, draft_rules) for one in module.check(snapshot)]
    changed = [one for one in raised if one.key.split(".")[1] in {"draft-target", "task", "draft-rule"}]
    assert len(changed) > 40
    for one in changed:
        for key in one.subjects:
            for difference in lines[key].differences if key in lines else ():
                if difference.field in {"number", "targets"} or (difference.field == "name" and ".r." in key):
                    continue
                words = [*difference.gone, *difference.come] or [difference.new or difference.old]
                assert all(word in one.summary for word in words), (one.summary, words)


def test_a_ruling_changes_no_text(compared: Compared, lead: User) -> None:
    rule(
        finding=Finding.objects.get(key="ap23.x.no-baseline"),
        decision="correct",
        text="经研究决定。",
        effect={
            "baseline": {"target": "ap23.t.private-bed-share", "date": "2020", "value": "30", "basis": DRAFT}
        },
        by=lead,
    )
    again = compare(Document.objects.get(key=DRAFT), Document.objects.get(key=AP))
    assert by_key(again)["ap23.t.private-bed-share"].differences == (
        by_key(compared)["ap23.t.private-bed-share"].differences
    )


# The page


def page_of(client: Client, **given: str) -> Any:
    return client.get(reverse("document-changes", args=[AP]), given)


def test_counts_stand_in_sentences(page: Client) -> None:
    said = page_of(page).context["sentences"]
    assert said[0] == "目标：改变 18 项，只有名称改动 1 项，新增 2 项，删去 22 项，未变 4 项。"
    assert said[1].startswith("任务：重点任务由 15 项变为 14 项，牵头单位有变动的 10 项，改变 17 项")


@pytest.mark.parametrize("kind", ["changed", "dropped", "added", "merged", "reworded", "wording", "same"])
def test_the_kinds_can_be_chosen(page: Client, kind: str) -> None:
    response = page_of(page, kind=kind)
    lines = [row.line for _, _, rows in response.context["sections"] for row in rows]
    assert lines
    assert {line.kind for line in lines} == {kind}
    counts = {name: count for name, _, count in response.context["kinds"]}
    assert counts[kind] == len(lines) == response.context["found"]


def test_what_stayed_the_same_is_counted_and_not_listed(page: Client) -> None:
    response = page_of(page)
    lines = [row.line for _, _, rows in response.context["sections"] for row in rows]
    assert "same" not in {line.kind for line in lines}
    assert response.context["changed"] == len(lines)


def test_a_line_leads_to_both_clauses_and_to_the_finding(page: Client) -> None:
    body = page_of(page, section="rules").content.decode()
    for code, number in ((DRAFT, "二（一）1"), (AP, "二（一）1")):
        assert f'href="{reverse("document-clause", args=[code, number])}"' in body
    assert f'href="{reverse("finding", args=["ap23d.x.t1-existing-area"])}"' in body
    assert "未裁定" in body


def test_a_ruling_shows_beside_its_line(page: Client, lead: User) -> None:
    finding = Finding.objects.get(key="ap23d.x.t6-split")
    rule(finding=finding, decision="accept", text="以印发稿为准。", by=lead)
    response = page_of(page, section="rules")
    assert "认可原文" in response.content.decode()
    assert response.context["sentences"][-1].endswith("已裁定 1 条。")


def test_the_export_holds_what_is_shown(page: Client) -> None:
    given = {"section": "tasks", "kind": "changed"}
    shown = [row.line for _, _, rows in page_of(page, **given).context["sections"] for row in rows]
    response = page.get(reverse("document-changes-export", args=[AP, "xlsx"]), given)
    book = CalamineWorkbook.from_filelike(BytesIO(b"".join(response.streaming_content)))  # type: ignore[attr-defined]
    header, *rows = book.get_sheet_by_index(0).to_python()
    assert header[0:3] == ["部分", "变化", "征求意见稿"]
    assert [row[2] for row in rows] == [line.before.name for line in shown]
    (leads,) = [row for row in rows if row[5].startswith("9 ")]
    assert "牵头单位：不再有市工业和信息化局；增加市投资促进局" in leads[8]
    assert "二（三）10" in leads[3]
    assert "未裁定" in leads[10]


@pytest.mark.parametrize("code", [DRAFT, "old-and-young-plan-2023", "nothing"])
def test_a_text_that_supersedes_none_has_no_such_page(page: Client, code: str) -> None:
    assert page.get(reverse("document-changes", args=[code])).status_code == 404


def test_an_earlier_version_can_be_chosen(page: Client) -> None:
    first = Document.objects.create(
        key="ap-first", plan=Plan.objects.get(documents__key=AP), prefix="apx", title="初稿", status="draft"
    )
    Document.objects.filter(key=DRAFT).update(supersedes=first)
    response = page_of(page, **{"from": "ap-first"})
    assert response.context["earlier"] == first
    assert {
        line.kind for _, _, rows in response.context["sections"] for line in (row.line for row in rows)
    } == {"added"}
    assert page_of(page).context["earlier"].key == DRAFT


def test_statements_do_not_grow_with_the_lines(page: Client) -> None:
    url = reverse("document-changes", args=[AP])
    assert own_statements(page, url) == own_statements(page, url, kind="merged") == 29
