"""What is granted by which rule: schemes, applications, the books, payments, people, the lottery fund."""

import django.db.models.deletion
import yuxi_eldercare.core.models.sealed
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0010_regions_by_hand"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("projects", "0008_standings"),
        ("subsidies", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Scheme",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.SlugField(max_length=40, unique=True)),
                ("name", models.CharField(max_length=60)),
                (
                    "programme",
                    models.CharField(
                        choices=[
                            ("construction", "养老床位建设补助"),
                            ("operating", "养老床位运营补贴"),
                            ("childcare_construction", "托育建设补助"),
                            ("childcare_operating", "托育运营补助"),
                            ("adaptation", "居家适老化改造"),
                            ("training", "从业人员培训补贴"),
                        ],
                        max_length=24,
                    ),
                ),
                (
                    "unit",
                    models.CharField(
                        choices=[
                            ("bed", "张核定床位"),
                            ("place", "个托位"),
                            ("household", "户"),
                            ("person", "人"),
                        ],
                        max_length=10,
                    ),
                ),
                ("per", models.CharField(choices=[("once", "一次性"), ("year", "每年")], max_length=5)),
                ("position", models.PositiveSmallIntegerField(default=0)),
            ],
            options={
                "ordering": ["position", "key"],
                "indexes": [],
                "constraints": [],
            },
        ),
        migrations.CreateModel(
            name="SchemeVersion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "scheme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="versions",
                        to="subsidies.scheme",
                    ),
                ),
                ("number", models.PositiveSmallIntegerField()),
                ("amount_fen", models.BigIntegerField(null=True)),
                ("conditions", models.JSONField(default=list)),
                ("split", models.JSONField(null=True)),
                ("split_document", models.CharField(blank=True, max_length=200)),
                ("valid_from", models.DateField()),
                ("valid_to", models.DateField(null=True)),
                (
                    "stated_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="scheme_versions",
                        to="subsidies.rule",
                    ),
                ),
                ("basis", models.CharField(blank=True, max_length=200)),
                ("reason", models.CharField(max_length=300)),
                ("made_at", models.DateTimeField(auto_now_add=True)),
                (
                    "made_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("is_demo", models.BooleanField(default=False)),
            ],
            options={
                "ordering": ["scheme_id", "number"],
                "constraints": [
                    models.UniqueConstraint(fields=("scheme", "number"), name="scheme_version_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("amount_fen__isnull", True), ("amount_fen__gt", 0), _connector="OR"
                        ),
                        name="scheme_amount_positive",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_to__isnull", True),
                            ("valid_to__gte", models.F("valid_from")),
                            _connector="OR",
                        ),
                        name="scheme_valid_in_order",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("split__isnull", True),
                            models.Q(("split_document", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="scheme_split_has_document",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("amount_fen__isnull", True),
                            ("stated_by__isnull", False),
                            models.Q(("basis", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="scheme_amount_has_basis",
                    ),
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="Application",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.CharField(max_length=32, null=True, unique=True)),
                (
                    "scheme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="applications",
                        to="subsidies.scheme",
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="applications",
                        to="subsidies.schemeversion",
                    ),
                ),
                (
                    "institution",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="applications",
                        to="projects.institution",
                    ),
                ),
                (
                    "county",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="core.region"
                    ),
                ),
                (
                    "department",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="applications",
                        to="core.department",
                    ),
                ),
                ("name", models.CharField(max_length=120)),
                ("year", models.PositiveSmallIntegerField(null=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "草稿"),
                            ("submitted", "待县级核查"),
                            ("county_checked", "待市级复核"),
                            ("city_checked", "待审批"),
                            ("approved", "已批复"),
                            ("paid", "已付清"),
                            ("returned", "已退回"),
                            ("withdrawn", "已撤回"),
                            ("refused", "不予补助"),
                        ],
                        default="draft",
                        max_length=16,
                    ),
                ),
                ("claimed", models.PositiveIntegerField()),
                ("verified", models.PositiveIntegerField(null=True)),
                (
                    "premises",
                    models.CharField(
                        blank=True, choices=[("own", "自建产权用房"), ("leased", "租赁用房")], max_length=8
                    ),
                ),
                ("premises_number", models.CharField(blank=True, max_length=80)),
                ("lease_from", models.DateField(null=True)),
                ("lease_to", models.DateField(null=True)),
                ("computed", models.JSONField(null=True)),
                ("total_fen", models.BigIntegerField(null=True)),
                ("suspicion_answer", models.CharField(blank=True, max_length=500)),
                ("payee", models.CharField(blank=True, max_length=120)),
                (
                    "payee_kind",
                    models.CharField(
                        choices=[("account", "对公账户"), ("card", "个人银行卡")],
                        default="account",
                        max_length=8,
                    ),
                ),
                ("bank", models.CharField(blank=True, max_length=80)),
                (
                    "account",
                    yuxi_eldercare.core.models.sealed.SealedField(
                        default=yuxi_eldercare.core.models.sealed.nothing
                    ),
                ),
                ("account_masked", models.CharField(blank=True, max_length=40)),
                ("account_print", models.CharField(blank=True, db_index=True, max_length=64)),
                ("contact", models.CharField(blank=True, max_length=40)),
                (
                    "phone",
                    yuxi_eldercare.core.models.sealed.SealedField(
                        default=yuxi_eldercare.core.models.sealed.nothing
                    ),
                ),
                ("phone_masked", models.CharField(blank=True, max_length=20)),
                ("applied_on", models.DateField(null=True)),
                ("made_at", models.DateTimeField(auto_now_add=True)),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("approved_at", models.DateTimeField(null=True)),
                (
                    "approved_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("revision", models.PositiveIntegerField(default=0)),
                ("is_demo", models.BooleanField(default=False)),
            ],
            options={
                "ordering": ["-id"],
                "indexes": [
                    models.Index(fields=["county", "state"], name="application_county_state"),
                    models.Index(fields=["state"], name="application_state"),
                    models.Index(fields=["premises_number"], name="application_premises"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("claimed__gt", 0)), name="application_claims_something"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("verified__isnull", True),
                            ("verified__lte", models.F("claimed")),
                            _connector="OR",
                        ),
                        name="application_verified_within",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("lease_to__isnull", True),
                            ("lease_to__gt", models.F("lease_from")),
                            _connector="OR",
                        ),
                        name="application_lease_in_order",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["approved", "paid"]), _negated=True),
                            models.Q(
                                ("approved_by__isnull", False),
                                ("total_fen__gt", 0),
                                ("verified__gt", 0),
                                ("version__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="application_approved_whole",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("institution__isnull", False),
                            ("year__isnull", False),
                            models.Q(("state__in", ["withdrawn", "refused"]), _negated=True),
                        ),
                        fields=("scheme", "institution", "year"),
                        name="application_once_a_year",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ApplicationStep",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="steps",
                        to="subsidies.application",
                    ),
                ),
                (
                    "verb",
                    models.CharField(
                        choices=[
                            ("create", "登记"),
                            ("change", "修改"),
                            ("submit", "提交"),
                            ("county_check", "县级核查通过"),
                            ("city_check", "市级复核通过"),
                            ("approve", "批复"),
                            ("return", "退回"),
                            ("refuse", "不予补助"),
                            ("withdraw", "撤回"),
                            ("pay", "支付"),
                            ("recover", "追回"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "草稿"),
                            ("submitted", "待县级核查"),
                            ("county_checked", "待市级复核"),
                            ("city_checked", "待审批"),
                            ("approved", "已批复"),
                            ("paid", "已付清"),
                            ("returned", "已退回"),
                            ("withdrawn", "已撤回"),
                            ("refused", "不予补助"),
                        ],
                        max_length=16,
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=500)),
                ("figures", models.JSONField(default=dict)),
                ("is_demo", models.BooleanField(default=False)),
            ],
            options={
                "ordering": ["application_id", "id"],
                "indexes": [],
                "constraints": [],
            },
        ),
        migrations.CreateModel(
            name="ApplicationFile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="files",
                        to="subsidies.application",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("licence", "登记证书"),
                            ("filing", "备案回执"),
                            ("property", "产权证明"),
                            ("lease", "租赁合同"),
                            ("verification", "床位核定材料"),
                            ("other", "其他材料"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "file",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="core.storedfile"
                    ),
                ),
                ("added_at", models.DateTimeField(auto_now_add=True)),
                (
                    "added_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("removed_at", models.DateTimeField(null=True)),
                ("is_demo", models.BooleanField(default=False)),
            ],
            options={
                "ordering": ["application_id", "kind", "id"],
                "indexes": [],
                "constraints": [],
            },
        ),
        migrations.CreateModel(
            name="BudgetLine",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("year", models.PositiveSmallIntegerField()),
                (
                    "level",
                    models.CharField(
                        choices=[
                            ("central", "中央"),
                            ("province", "省级"),
                            ("city", "市级"),
                            ("county", "县级"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "region",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="budget_lines",
                        to="core.region",
                    ),
                ),
                (
                    "programme",
                    models.CharField(
                        choices=[
                            ("construction", "养老床位建设补助"),
                            ("operating", "养老床位运营补贴"),
                            ("childcare_construction", "托育建设补助"),
                            ("childcare_operating", "托育运营补助"),
                            ("adaptation", "居家适老化改造"),
                            ("training", "从业人员培训补贴"),
                        ],
                        max_length=24,
                    ),
                ),
                (
                    "fund",
                    models.CharField(
                        choices=[("general", "一般公共预算"), ("lottery", "福彩公益金")],
                        default="general",
                        max_length=8,
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=200)),
                ("made_at", models.DateTimeField(auto_now_add=True)),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("is_demo", models.BooleanField(default=False)),
            ],
            options={
                "ordering": ["-year", "programme", "level", "region__position", "fund"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("year", "level", "region", "programme", "fund"), name="budget_line_once"
                    )
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="Balance",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "line",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="balances",
                        to="subsidies.budgetline",
                    ),
                ),
                (
                    "account",
                    models.CharField(
                        choices=[
                            ("source", "预算来源"),
                            ("available", "可用预算"),
                            ("committed", "已批未付"),
                            ("settled", "已结清"),
                            ("treasury", "国库"),
                            ("cash", "到位未付"),
                            ("paid", "已支付"),
                        ],
                        max_length=10,
                    ),
                ),
                ("amount_fen", models.BigIntegerField(default=0)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("line", "account"), name="balance_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("account__in", ["source", "treasury"]), ("amount_fen__gte", 0), _connector="OR"
                        ),
                        name="balance_never_overspent",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("account__in", ["source", "treasury"]), _negated=True),
                            ("amount_fen__lte", 0),
                            _connector="OR",
                        ),
                        name="balance_source_gives",
                    ),
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="Recovery",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="recoveries",
                        to="subsidies.application",
                    ),
                ),
                ("amount_fen", models.BigIntegerField()),
                ("received_fen", models.BigIntegerField(default=0)),
                ("reason", models.CharField(max_length=500)),
                ("due_on", models.DateField()),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "追回中"), ("done", "已追回"), ("dropped", "已取消")],
                        default="open",
                        max_length=8,
                    ),
                ),
                ("made_at", models.DateTimeField(auto_now_add=True)),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("settled_at", models.DateTimeField(null=True)),
                (
                    "settled_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("is_demo", models.BooleanField(default=False)),
            ],
            options={
                "ordering": ["-id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("amount_fen__gt", 0)), name="recovery_of_something"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("received_fen__gte", 0), ("received_fen__lte", models.F("amount_fen"))
                        ),
                        name="recovery_within",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="recovery_has_reason"
                    ),
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="Journal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("budget", "预算安排"),
                            ("commit", "批复"),
                            ("release", "撤销批复"),
                            ("arrive", "资金到位"),
                            ("pay", "支付"),
                            ("recover", "追回"),
                        ],
                        max_length=8,
                    ),
                ),
                ("key", models.CharField(max_length=80, unique=True)),
                ("on", models.DateField()),
                (
                    "application",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="journals",
                        to="subsidies.application",
                    ),
                ),
                (
                    "recovery",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="journals",
                        to="subsidies.recovery",
                    ),
                ),
                (
                    "reverses",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reversed_by",
                        to="subsidies.journal",
                    ),
                ),
                ("voucher", models.CharField(blank=True, max_length=60)),
                ("document", models.CharField(blank=True, max_length=120)),
                ("reason", models.CharField(blank=True, max_length=300)),
                ("at", models.DateTimeField(auto_now_add=True)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("is_demo", models.BooleanField(default=False)),
            ],
            options={
                "ordering": ["on", "id"],
                "indexes": [models.Index(fields=["application", "kind"], name="journal_application")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("reverses__isnull", True),
                            models.Q(("reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="reversal_has_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "pay"), _negated=True),
                            models.Q(("voucher", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="payment_has_voucher",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Posting",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "journal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="postings",
                        to="subsidies.journal",
                    ),
                ),
                (
                    "line",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="postings",
                        to="subsidies.budgetline",
                    ),
                ),
                (
                    "account",
                    models.CharField(
                        choices=[
                            ("source", "预算来源"),
                            ("available", "可用预算"),
                            ("committed", "已批未付"),
                            ("settled", "已结清"),
                            ("treasury", "国库"),
                            ("cash", "到位未付"),
                            ("paid", "已支付"),
                        ],
                        max_length=10,
                    ),
                ),
                ("amount_fen", models.BigIntegerField()),
            ],
            options={
                "ordering": ["journal_id", "id"],
                "indexes": [models.Index(fields=["line", "account"], name="posting_line_account")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("amount_fen", 0), _negated=True), name="posting_not_nothing"
                    ),
                    models.UniqueConstraint(fields=("journal", "line", "account"), name="posting_once"),
                ],
            },
        ),
        migrations.CreateModel(
            name="PaymentBatch",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.CharField(max_length=32, null=True, unique=True)),
                (
                    "region",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="core.region"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "编制中"),
                            ("sent", "已送支付"),
                            ("done", "已办结"),
                            ("dropped", "已作废"),
                        ],
                        default="open",
                        max_length=8,
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=200)),
                ("made_at", models.DateTimeField(auto_now_add=True)),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("sent_at", models.DateTimeField(null=True)),
                (
                    "sent_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("is_demo", models.BooleanField(default=False)),
            ],
            options={
                "ordering": ["-id"],
                "indexes": [],
                "constraints": [],
            },
        ),
        migrations.CreateModel(
            name="PaymentOrder",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "batch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="orders",
                        to="subsidies.paymentbatch",
                    ),
                ),
                ("number", models.CharField(max_length=40, unique=True)),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="orders",
                        to="subsidies.application",
                    ),
                ),
                (
                    "line",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="orders",
                        to="subsidies.budgetline",
                    ),
                ),
                ("amount_fen", models.BigIntegerField()),
                ("payee", models.CharField(max_length=120)),
                ("bank", models.CharField(max_length=80)),
                (
                    "account",
                    yuxi_eldercare.core.models.sealed.SealedField(
                        default=yuxi_eldercare.core.models.sealed.nothing
                    ),
                ),
                ("account_masked", models.CharField(blank=True, max_length=40)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "待支付"),
                            ("paid", "已支付"),
                            ("failed", "支付失败"),
                            ("dropped", "已作废"),
                        ],
                        default="waiting",
                        max_length=8,
                    ),
                ),
                ("voucher", models.CharField(blank=True, max_length=60)),
                ("paid_on", models.DateField(null=True)),
                ("failure", models.CharField(blank=True, max_length=200)),
                ("settled_at", models.DateTimeField(null=True)),
                (
                    "settled_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("is_demo", models.BooleanField(default=False)),
            ],
            options={
                "ordering": ["batch_id", "id"],
                "indexes": [models.Index(fields=["line", "state"], name="order_line_state")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("amount_fen__gt", 0)), name="order_pays_something"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "paid"), _negated=True),
                            models.Q(models.Q(("voucher", ""), _negated=True), ("paid_on__isnull", False)),
                            _connector="OR",
                        ),
                        name="paid_order_has_voucher",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "waiting")),
                        fields=("application", "line"),
                        name="one_waiting_order",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Household",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "name",
                    yuxi_eldercare.core.models.sealed.SealedField(
                        default=yuxi_eldercare.core.models.sealed.nothing
                    ),
                ),
                ("name_masked", models.CharField(max_length=40)),
                (
                    "id_number",
                    yuxi_eldercare.core.models.sealed.SealedField(
                        default=yuxi_eldercare.core.models.sealed.nothing
                    ),
                ),
                ("id_masked", models.CharField(max_length=20)),
                ("id_print", models.CharField(db_index=True, max_length=64)),
                (
                    "phone",
                    yuxi_eldercare.core.models.sealed.SealedField(
                        default=yuxi_eldercare.core.models.sealed.nothing
                    ),
                ),
                ("phone_masked", models.CharField(blank=True, max_length=20)),
                (
                    "county",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="core.region"
                    ),
                ),
                (
                    "department",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="core.department"
                    ),
                ),
                ("entered_at", models.DateTimeField(auto_now_add=True)),
                (
                    "entered_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("withdrawn_at", models.DateTimeField(null=True)),
                (
                    "withdrawn_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("withdrawn_reason", models.CharField(blank=True, max_length=300)),
                ("is_demo", models.BooleanField(default=False)),
                (
                    "township",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="core.region",
                    ),
                ),
                (
                    "address",
                    yuxi_eldercare.core.models.sealed.SealedField(
                        default=yuxi_eldercare.core.models.sealed.nothing
                    ),
                ),
                (
                    "group",
                    models.CharField(
                        choices=[
                            ("destitute", "特困供养"),
                            ("out_of_poverty", "脱贫户"),
                            ("edge", "边缘易致贫户"),
                            ("other", "其他低收入家庭"),
                        ],
                        max_length=16,
                    ),
                ),
                (
                    "need",
                    models.CharField(
                        choices=[
                            ("aged", "高龄"),
                            ("disabled_old", "失能"),
                            ("partly_disabled", "部分失能"),
                            ("handicapped", "残疾"),
                        ],
                        max_length=16,
                    ),
                ),
                ("works", models.CharField(blank=True, max_length=300)),
                ("cost_fen", models.BigIntegerField(null=True)),
                ("accepted_on", models.DateField(null=True)),
                (
                    "application",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="households",
                        to="subsidies.application",
                    ),
                ),
            ],
            options={
                "ordering": ["-id"],
                "indexes": [models.Index(fields=["county", "accepted_on"], name="household_county_accepted")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("withdrawn_at__isnull", True)),
                        fields=("id_print",),
                        name="household_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("cost_fen__isnull", True), ("cost_fen__gte", 0), _connector="OR"),
                        name="household_cost_not_negative",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Trainee",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "name",
                    yuxi_eldercare.core.models.sealed.SealedField(
                        default=yuxi_eldercare.core.models.sealed.nothing
                    ),
                ),
                ("name_masked", models.CharField(max_length=40)),
                (
                    "id_number",
                    yuxi_eldercare.core.models.sealed.SealedField(
                        default=yuxi_eldercare.core.models.sealed.nothing
                    ),
                ),
                ("id_masked", models.CharField(max_length=20)),
                ("id_print", models.CharField(db_index=True, max_length=64)),
                (
                    "phone",
                    yuxi_eldercare.core.models.sealed.SealedField(
                        default=yuxi_eldercare.core.models.sealed.nothing
                    ),
                ),
                ("phone_masked", models.CharField(blank=True, max_length=20)),
                (
                    "county",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="core.region"
                    ),
                ),
                (
                    "department",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="core.department"
                    ),
                ),
                ("entered_at", models.DateTimeField(auto_now_add=True)),
                (
                    "entered_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("withdrawn_at", models.DateTimeField(null=True)),
                (
                    "withdrawn_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("withdrawn_reason", models.CharField(blank=True, max_length=300)),
                ("is_demo", models.BooleanField(default=False)),
                (
                    "institution",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="trainees",
                        to="projects.institution",
                    ),
                ),
                ("course", models.CharField(max_length=80)),
                ("certificate", models.CharField(blank=True, max_length=60)),
                ("trained_on", models.DateField()),
                (
                    "application",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="trainees",
                        to="subsidies.application",
                    ),
                ),
            ],
            options={
                "ordering": ["-id"],
                "indexes": [models.Index(fields=["county", "trained_on"], name="trainee_county_trained")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("withdrawn_at__isnull", True)),
                        fields=("id_print", "course", "trained_on"),
                        name="trainee_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="LotteryFigure",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("year", models.PositiveSmallIntegerField()),
                (
                    "base",
                    models.CharField(
                        choices=[
                            ("municipal", "市级福彩公益金"),
                            ("returned", "省级按比例返还市级的福彩公益金"),
                            ("retained", "市级留存福彩公益金"),
                        ],
                        max_length=10,
                    ),
                ),
                ("total_fen", models.BigIntegerField()),
                ("eldercare_fen", models.BigIntegerField()),
                ("document", models.CharField(max_length=120)),
                ("reason", models.CharField(blank=True, max_length=300)),
                ("entered_at", models.DateTimeField(auto_now_add=True)),
                (
                    "entered_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("superseded_at", models.DateTimeField(null=True)),
                ("is_demo", models.BooleanField(default=False)),
            ],
            options={
                "ordering": ["-year", "base", "-id"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("superseded_at__isnull", True)),
                        fields=("year", "base"),
                        name="lottery_figure_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("eldercare_fen__gte", 0),
                            ("eldercare_fen__lte", models.F("total_fen")),
                            ("total_fen__gte", 0),
                        ),
                        name="lottery_share_within",
                    ),
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="LotteryChoice",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "base",
                    models.CharField(
                        choices=[
                            ("municipal", "市级福彩公益金"),
                            ("returned", "省级按比例返还市级的福彩公益金"),
                            ("retained", "市级留存福彩公益金"),
                        ],
                        max_length=10,
                    ),
                ),
                ("reason", models.CharField(max_length=300)),
                ("made_at", models.DateTimeField(auto_now_add=True)),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("is_demo", models.BooleanField(default=False)),
            ],
            options={
                "ordering": ["-id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="lottery_choice_has_reason"
                    )
                ],
                "indexes": [],
            },
        ),
    ]
