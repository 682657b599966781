"""Versions of check rules, and rules that are withdrawn; what rules say now becomes their first version."""

from typing import Any

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def first_versions(apps: Any, schema_editor: Any) -> None:
    """Write down what each rule says as its version 1."""
    rules = apps.get_model("targets", "CheckRule")
    versions = apps.get_model("targets", "CheckRuleVersion")
    versions.objects.bulk_create(
        versions(
            rule=rule,
            number=1,
            title=rule.title,
            kind=rule.kind,
            params=rule.params,
            indicators=sorted(rule.indicators.values_list("key", flat=True)),
            severity=rule.severity,
            owner_id=rule.owner_id,
            made_at=rule.changed_at,
            made_by_id=rule.changed_by_id,
        )
        for rule in rules.objects.all()
    )


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0004_guards"),
        ("targets", "0003_reporting_confirmer"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="CheckRuleVersion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("title", models.CharField(max_length=120)),
                ("kind", models.CharField(max_length=24)),
                ("params", models.JSONField(default=dict)),
                ("indicators", models.JSONField(default=list)),
                (
                    "severity",
                    models.CharField(
                        choices=[("hard", "不通过不能提交"), ("soft", "须作说明")], max_length=4
                    ),
                ),
                ("hint", models.CharField(blank=True, max_length=200)),
                ("reason", models.TextField(blank=True)),
                ("made_at", models.DateTimeField()),
                (
                    "made_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="check_rule_versions",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="check_rule_versions",
                        to="core.department",
                    ),
                ),
                (
                    "rule",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="versions",
                        to="targets.checkrule",
                    ),
                ),
            ],
            options={"ordering": ["-number"]},
        ),
        migrations.AddConstraint(
            model_name="checkruleversion",
            constraint=models.UniqueConstraint(fields=("rule", "number"), name="check_rule_version_once"),
        ),
        migrations.AddField("checkrule", "hint", models.CharField(blank=True, max_length=200)),
        migrations.AddField("checkrule", "version", models.PositiveIntegerField(default=1)),
        migrations.AddField("checkrule", "withdrawn_at", models.DateTimeField(null=True)),
        migrations.AddField("checkrule", "withdrawn_reason", models.TextField(blank=True)),
        migrations.AddField(
            "checkrule",
            "withdrawn_by",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="check_rules_withdrawn",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddConstraint(
            model_name="checkrule",
            constraint=models.CheckConstraint(
                condition=models.Q(("withdrawn_at__isnull", True), ("enabled", False), _connector="OR"),
                name="withdrawn_rule_is_off",
            ),
        ),
        migrations.RunPython(first_versions, migrations.RunPython.noop),
    ]
