from django.db import migrations, models

COUNTED = "data.counted-differs."


def own_kind(apps, _editor):
    """What is reported differs from what a register counts: until now filed with differences from the roll-up."""
    findings = apps.get_model("core", "Finding").objects.filter(key__startswith=COUNTED)
    findings.filter(kind="reported_differs").update(kind="counted_differs")


def filed_together(apps, _editor):
    apps.get_model("core", "Finding").objects.filter(kind="counted_differs").update(kind="reported_differs")


class Migration(migrations.Migration):

    dependencies = [
        ("core", "0010_regions_by_hand"),
    ]

    operations = [
        migrations.AlterField(
            model_name="finding",
            name="kind",
            field=models.CharField(
                choices=[
                    ("total_mismatch", "合计与明细不符"),
                    ("prose_vs_table", "正文与表格不一致"),
                    ("draft_vs_issued", "征求意见稿与印发稿不同"),
                    ("county_vs_city", "县级与市级不一致"),
                    ("spelling", "同一事物写法不一"),
                    ("duplicate_project", "疑似同一项目"),
                    ("measured_differently", "口径不同"),
                    ("cannot_both_be_true", "数据不能同时成立"),
                    ("plan_conflict", "规划目标冲突"),
                    ("missing_attachment", "提及但未提供"),
                    ("missing_information", "文中未载明"),
                    ("slip", "文字疑误"),
                    ("reported_differs", "直报与汇总不符"),
                    ("counted_differs", "填报与统计不符"),
                ],
                max_length=24,
            ),
        ),
        migrations.RunPython(own_kind, filed_together),
    ]
