"""The page of one project and its forms: who sees what, what is entered, what is refused where it was typed."""

import struct
from base64 import b64decode
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from projects.following import enter_funding, enter_stage, plan_funding
from projects.following.thumbnails import thumbnail_path
from projects.models import (
    FundingEntry,
    FundingPlan,
    ProjectPhoto,
    ProjectReport,
    ProjectStanding,
    StageChange,
)
from tests.core.test_files import PNG
from tests.pages.conftest import client_of
from tests.pages.project_site import WAN, Site, files, picture, site
from tests.pages.test_ledgers import text
from yuxi_eldercare.core.models import AuditEvent

__all__ = ["files", "site"]
pytestmark = pytest.mark.django_db
# Sixteen by eight pixels of one blue.
JPEG = b64decode(
    "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAFA3PEY8MlBGQUZaVVBfeMiCeG5uePWvuZHI////////////////////////"
    "////////////////////////////2wBDAVVaWnhpeOuCguv/////////////////////////////////////////////"
    "////////////////////////////wAARCAAIABADASIAAhEBAxEB/8QAFQABAQAAAAAAAAAAAAAAAAAAAAP/xAAUEAEA"
    "AAAAAAAAAAAAAAAAAAAA/8QAFQEBAQAAAAAAAAAAAAAAAAAAAgP/xAAUEQEAAAAAAAAAAAAAAAAAAAAA/9oADAMBAAIR"
    "AxEAPwCgCoP/2Q=="
)


class TestWho:
    """The keeper writes, the county's lead links, who holds a role reads."""

    @pytest.mark.parametrize("name", ["keeper", "stranger", "leader", "supervisor", "lead"])
    def test_who_holds_a_role_reads_the_ledger(self, site: Site, name: str) -> None:
        enter_stage(project=site.project, stage="started", on=date(2023, 5, 1), by=site.keeper)
        said = text(client_of(getattr(site, name)).get(site.url))
        assert "2023-05-01" in said
        assert ("登记阶段" in said) is (name == "keeper")
        assert ("对应到市级项目" in said) is (name == "lead")

    def test_without_a_role_only_the_plan_is_shown(self, site: Site) -> None:
        enter_stage(project=site.project, stage="started", on=date(2023, 5, 1), by=site.keeper)
        said = text(client_of(site.roleless).get(site.url))
        assert "青山县敬老院" in said
        assert "2023-05-01" not in said
        assert "持有角色" in said
        listed = text(client_of(site.roleless).get(reverse("project-list"), {"stage": "built"}))
        assert "青山县敬老院" in listed, "a filter on what is not shown does nothing"
        assert "开工" not in listed

    @pytest.mark.parametrize("name", ["stranger", "leader", "supervisor", "lead"])
    def test_others_are_refused_and_nothing_is_written(self, site: Site, name: str) -> None:
        answer = site.send(getattr(site, name), "stage", stage="started", on="2023-05-01")
        assert answer.status_code == 403
        assert "填" in text(answer)
        assert not StageChange.objects.exists()

    def test_a_project_without_a_body_is_kept_by_the_reporters_of_its_place(self, site: Site) -> None:
        site.project.bodies.all().delete()
        assert site.send(site.stranger, "stage", stage="started", on="2023-05-01").status_code == 403
        assert site.send(site.keeper, "stage", stage="started", on="2023-05-01").status_code == 302

    def test_an_unknown_key_is_not_found(self, site: Site) -> None:
        assert client_of(site.leader).get("/projects/none.p.1/").status_code == 404

    def test_an_unknown_form_writes_nothing(self, site: Site) -> None:
        assert site.send(site.keeper, "dreams").status_code == 422


class TestStages:
    def test_a_stage_with_its_document(self, site: Site) -> None:
        document = picture("开工令.png")
        assert site.send(site.keeper, "stage", stage="started", on="2023-05-01", document=document)[
            "Location"
        ].endswith("#stages")
        entry = StageChange.objects.select_related("document").get()
        assert entry.document is not None
        url = reverse("project-stage-document", args=[entry.pk])
        sent = client_of(site.supervisor).get(url)
        assert sent["Content-Disposition"].startswith("attachment")
        assert b"".join(sent.streaming_content) == PNG
        assert AuditEvent.objects.filter(action="projects.download", actor=site.supervisor).count() == 1
        assert client_of(site.roleless).get(url).status_code == 403

    def test_dates_that_run_backwards_are_refused_at_the_date_and_nothing_typed_is_lost(
        self, site: Site
    ) -> None:
        enter_stage(project=site.project, stage="started", on=date(2023, 5, 1), by=site.keeper)
        answer = site.send(site.keeper, "stage", stage="built", on="2023-04-30", reason="提前")
        assert answer.status_code == 422
        form = answer.context["forms"]["stage"]
        assert "早于上一阶段" in form.errors["on"][0]
        content = answer.content.decode()
        assert 'value="2023-04-30"' in content
        assert "提前</textarea>" in content
        assert '<option value="built" selected>' in content

    def test_a_macro_as_document_is_refused_at_the_file(self, site: Site) -> None:
        answer = site.send(
            site.keeper,
            "stage",
            stage="started",
            on="2023-05-01",
            document=picture("a.pdf", b"MZ\x90"),
        )
        assert answer.status_code == 422
        assert "document" in answer.context["forms"]["stage"].errors
        assert not StageChange.objects.exists()


class TestMoney:
    @pytest.mark.parametrize(
        ("typed", "fen"),
        [
            pytest.param("12.345678", 12_345_678, id="to the 分"),
            pytest.param("１,２００", 1_200 * WAN, id="full-width"),
            pytest.param("3万元", 3 * WAN, id="unit behind it"),
            pytest.param("1,234.56元", 123_456, id="yuan"),
        ],
    )
    def test_amounts_are_exact(self, site: Site, typed: str, fen: int) -> None:
        answer = site.send(site.keeper, "plan", source="city", planned_fen=typed)
        assert answer.status_code == 302
        assert FundingPlan.objects.get().planned_fen == fen

    @pytest.mark.parametrize("typed", ["1.2345678", "0.001元", "约3", "9" * 20, "三百"])
    def test_what_is_no_amount_is_refused_at_the_field(self, site: Site, typed: str) -> None:
        answer = site.send(site.keeper, "plan", source="city", planned_fen=typed)
        assert answer.status_code == 422
        assert answer.context["forms"]["plan"].errors["planned_fen"]
        assert typed in answer.content.decode()

    def test_spent_more_than_arrived_is_refused_at_the_amount(self, site: Site) -> None:
        site.send(site.keeper, "money", kind="arrived", source="city", on="2023-03-01", amount_fen="100")
        answer = site.send(
            site.keeper,
            "money",
            kind="spent",
            source="city",
            on="2023-04-01",
            amount_fen="100.01",
            voucher="记-12",
        )
        assert answer.status_code == 422
        [said] = answer.context["forms"]["money"].errors["amount_fen"]
        assert "支出 100.01 万元，多于到位 100 万元" in said
        content = answer.content.decode()
        assert 'value="100.01"' in content
        assert 'value="记-12"' in content
        assert FundingEntry.objects.count() == 1

    def test_arrived_more_than_planned_asks_for_the_explanation(self, site: Site) -> None:
        plan_funding(project=site.project, source="city", planned_fen=80 * WAN, by=site.keeper)
        given = {"kind": "arrived", "source": "city", "on": "2023-03-01", "amount_fen": "90"}
        answer = site.send(site.keeper, "money", **given)
        assert "多于计划 80 万元" in answer.context["forms"]["money"].errors["explanation"][0]
        assert site.send(site.keeper, "money", **given, explanation="追加").status_code == 302

    def test_the_table_by_source_adds_up(self, site: Site) -> None:
        for source, wan in (("city", 300), ("central", 500)):
            plan_funding(project=site.project, source=source, planned_fen=wan * WAN, by=site.keeper)
        for kind, wan in (("arrived", 200), ("spent", 150), ("arrived", 40)):
            enter_funding(
                project=site.project,
                source="city",
                kind=kind,
                on=date(2023, 3, 1),
                amount_fen=wan * WAN,
                by=site.keeper,
                voucher="记-1",
            )
        page = client_of(site.leader).get(site.url).context["page"]
        assert [(line.label, line.planned, line.arrived, line.spent) for line in page.money] == [
            ("中央预算内", 500 * WAN, None, None),
            ("市级", 300 * WAN, 240 * WAN, 150 * WAN),
        ]
        assert (page.whole.planned, page.whole.arrived, page.whole.spent) == (
            800 * WAN,
            240 * WAN,
            150 * WAN,
        )
        row = ProjectStanding.objects.get(project=site.project)
        assert (row.planned_fen, row.arrived_fen, row.spent_fen) == (800 * WAN, 240 * WAN, 150 * WAN)


class TestReports:
    GIVEN = {"month_end": "2024-06", "invested_fen": "400", "beds": "20", "problems": "征地未完成"}

    def test_a_month_with_pictures(self, site: Site) -> None:
        photos = [picture(), picture("二层.jpg", JPEG)]
        answer = site.send(site.keeper, "report", **self.GIVEN, photos=photos)
        assert answer.status_code == 302
        report = ProjectReport.objects.get()
        assert (report.month_end, report.invested_fen, report.beds) == (date(2024, 6, 30), 400 * WAN, 20)
        said = client_of(site.leader).get(site.url)
        assert "征地未完成" in text(said)
        photo = ProjectPhoto.objects.order_by("pk").first()
        assert photo is not None
        url = reverse("project-photo", args=[photo.pk])
        assert (
            f'<a href="{url}"><img src="{url}?small" width="168" height="112" alt="' in said.content.decode()
        )
        sent = client_of(site.stranger).get(url)
        assert (sent["Content-Type"], b"".join(sent.streaming_content)) == ("image/png", PNG)
        assert sent["Content-Disposition"].startswith("inline")
        assert client_of(site.roleless).get(url).status_code == 403
        assert Client().get(url).status_code == 302
        assert AuditEvent.objects.filter(action="projects.photos").count() == 1

    def test_small_pictures_belong_to_the_page(self, site: Site) -> None:
        site.send(site.keeper, "report", **self.GIVEN, photos=[picture(), picture("二层.jpg", JPEG)])
        for photo in ProjectPhoto.objects.select_related("file"):
            thumbnail_path(photo.file.sha256).unlink()
            url = reverse("project-photo", args=[photo.pk]) + "?small"
            small = b"".join(client_of(site.stranger).get(url).streaming_content)
            assert small.startswith(b"\x89PNG"), "made again where it is missing"
            assert struct.unpack(">II", small[16:24]) == (336, 224)
            assert client_of(site.roleless).get(url).status_code == 403
            assert Client().get(url).status_code == 302
        assert not AuditEvent.objects.filter(action="projects.download").exists()

    def test_pictures_of_earlier_months_stay_with_their_month(self, site: Site) -> None:
        site.send(site.keeper, "report", **self.GIVEN, photos=[picture(), picture("二层.jpg", JPEG)])
        later = {**self.GIVEN, "month_end": "2024-07", "invested_fen": "500"}
        site.send(site.keeper, "report", **later, photos=[picture("屋顶.png")])
        said = client_of(site.leader).get(site.url)
        assert "照片 2 张" in text(said)
        assert said.content.decode().count("<img ") == 3

    @pytest.mark.parametrize(
        ("content", "says"),
        [
            pytest.param(PNG.replace(b"IDAT", b"IDOT"), "无法打开", id="no image in it"),
            pytest.param(PNG[:40] + PNG[48:], "无法打开", id="cut"),
            pytest.param(PNG[:16] + struct.pack(">II", 60_000, 60_000) + PNG[24:], "像素过多", id="a bomb"),
        ],
    )
    def test_a_picture_that_cannot_be_decoded_is_refused_by_name(
        self, site: Site, content: bytes, says: str
    ) -> None:
        answer = site.send(site.keeper, "report", **self.GIVEN, photos=[picture("坏.png", content)])
        assert answer.status_code == 422
        [said] = answer.context["forms"]["report"].errors["photos"]
        assert says in said
        assert "坏.png" in said
        assert not ProjectReport.objects.exists()

    def test_a_broken_jpeg_is_refused_and_so_is_a_huge_one(self, site: Site) -> None:
        frame = JPEG.index(b"\xff\xc0") + 5
        for content, says in (
            (JPEG[:60] + JPEG[-2:], "无法打开"),
            (JPEG[:frame] + b"\xff\xff\xff\xff" + JPEG[frame + 4 :], "像素过多"),
        ):
            answer = site.send(site.keeper, "report", **self.GIVEN, photos=[picture("坏.jpg", content)])
            assert says in answer.context["forms"]["report"].errors["photos"][0]

    def test_what_is_no_picture_refuses_the_report_whole(self, site: Site) -> None:
        pdf = picture("a.pdf", b"%PDF-1.4\n%%EOF")
        answer = site.send(site.keeper, "report", **self.GIVEN, photos=[picture(), pdf])
        assert answer.status_code == 422
        assert "不是照片" in answer.context["forms"]["report"].errors["photos"][0]
        assert 'value="400"' in answer.content.decode()
        assert not ProjectReport.objects.exists()
        assert not ProjectPhoto.objects.exists()

    def test_too_many_pictures_are_refused(self, site: Site) -> None:
        photos = [picture(f"{n}.png") for n in range(10)]
        answer = site.send(site.keeper, "report", **self.GIVEN, photos=photos)
        assert "最多9张" in answer.context["forms"]["report"].errors["photos"][0]

    def test_an_unlikely_figure_asks_for_an_explanation(self, site: Site) -> None:
        site.send(site.keeper, "report", **self.GIVEN)
        given = {**self.GIVEN, "month_end": "2024-07", "invested_fen": "350"}
        answer = site.send(site.keeper, "report", **given)
        assert "少于 2024-06 的 400 万元" in answer.context["forms"]["report"].errors["invested_fen"][0]
        assert site.send(site.keeper, "report", **given, explanation="审计核减").status_code == 302

    def test_a_correction_shows_both_versions(self, site: Site) -> None:
        site.send(site.keeper, "report", **self.GIVEN)
        site.send(site.keeper, "report", **{**self.GIVEN, "invested_fen": "410"}, explanation="漏计")
        [month] = client_of(site.leader).get(site.url).context["page"].months
        assert month.report.invested_fen == 410 * WAN
        assert [old.invested_fen for old in month.earlier] == [400 * WAN]

    @pytest.mark.parametrize("month", ["2024-13", "２０２４-06", "2024年6月", "202406", "2999-01"])
    def test_what_is_no_month_is_refused(self, site: Site, month: str) -> None:
        answer = site.send(site.keeper, "report", **{**self.GIVEN, "month_end": month})
        assert answer.status_code == 422
        assert answer.context["forms"]["report"].errors["month_end"]

    @pytest.mark.parametrize("beds", ["-1", "2.5", "二十", str(2**31)])
    def test_what_is_no_count_is_refused(self, site: Site, beds: str) -> None:
        answer = site.send(site.keeper, "report", **{**self.GIVEN, "beds": beds})
        assert answer.context["forms"]["report"].errors["beds"]
