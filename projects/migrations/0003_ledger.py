import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0004_guards'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('projects', '0002_institutions'),
    ]

    operations = [
        migrations.CreateModel(
            name='ProjectReport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('month_end', models.DateField()),
                ('invested_fen', models.BigIntegerField()),
                ('beds', models.PositiveIntegerField(default=0)),
                ('childcare_places', models.PositiveIntegerField(default=0)),
                ('area_m2', models.PositiveIntegerField(default=0)),
                ('problems', models.TextField(blank=True)),
                ('explanation', models.CharField(blank=True, max_length=300)),
                ('entered_at', models.DateTimeField(auto_now_add=True)),
                ('superseded_at', models.DateTimeField(null=True)),
                ('is_demo', models.BooleanField(default=False)),
                ('entered_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reports', to='projects.project')),
            ],
            options={
                'ordering': ['project_id', 'month_end', 'id'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('superseded_at__isnull', True)), fields=('project', 'month_end'), name='one_project_report_in_force'), models.CheckConstraint(condition=models.Q(('invested_fen__gte', 0)), name='invested_not_negative')],
            },
        ),
        migrations.CreateModel(
            name='ProjectPhoto',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('caption', models.CharField(blank=True, max_length=120)),
                ('is_demo', models.BooleanField(default=False)),
                ('file', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.storedfile')),
                ('report', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='photos', to='projects.projectreport')),
            ],
        ),
        migrations.CreateModel(
            name='StageChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('stage', models.CharField(choices=[('planned', '谋划'), ('approved', '立项'), ('started', '开工'), ('building', '在建'), ('built', '完工'), ('accepted', '验收'), ('in_use', '投用'), ('stopped', '停建')], max_length=10)),
                ('on', models.DateField()),
                ('reason', models.CharField(blank=True, max_length=300)),
                ('entered_at', models.DateTimeField(auto_now_add=True)),
                ('is_demo', models.BooleanField(default=False)),
                ('document', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.storedfile')),
                ('entered_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='stages', to='projects.project')),
            ],
            options={
                'ordering': ['project_id', 'on', 'id'],
                'indexes': [models.Index(fields=['project', 'on'], name='stage_change_project')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('stage', 'stopped'), _negated=True), models.Q(('reason', ''), _negated=True), _connector='OR'), name='stop_has_reason')],
            },
        ),
        migrations.CreateModel(
            name='FundingEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('source', models.CharField(choices=[('central', '中央预算内'), ('province', '省级'), ('city', '市级'), ('county', '县级'), ('bonds', '专项债券'), ('social', '社会资本')], max_length=10)),
                ('kind', models.CharField(choices=[('arrived', '到位'), ('spent', '支出')], max_length=8)),
                ('on', models.DateField()),
                ('amount_fen', models.BigIntegerField()),
                ('explanation', models.CharField(blank=True, max_length=300)),
                ('voucher', models.CharField(blank=True, max_length=60)),
                ('entered_at', models.DateTimeField(auto_now_add=True)),
                ('is_demo', models.BooleanField(default=False)),
                ('entered_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='funding_entries', to='projects.project')),
            ],
            options={
                'ordering': ['project_id', 'on', 'id'],
                'constraints': [models.CheckConstraint(condition=models.Q(('amount_fen', 0), _negated=True), name='funding_entry_not_nothing'), models.CheckConstraint(condition=models.Q(('amount_fen__gt', 0), models.Q(('explanation', ''), _negated=True), _connector='OR'), name='taken_back_has_explanation')],
            },
        ),
        migrations.CreateModel(
            name='FundingPlan',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('source', models.CharField(choices=[('central', '中央预算内'), ('province', '省级'), ('city', '市级'), ('county', '县级'), ('bonds', '专项债券'), ('social', '社会资本')], max_length=10)),
                ('planned_fen', models.BigIntegerField()),
                ('reason', models.CharField(blank=True, max_length=300)),
                ('entered_at', models.DateTimeField(auto_now_add=True)),
                ('superseded_at', models.DateTimeField(null=True)),
                ('is_demo', models.BooleanField(default=False)),
                ('entered_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='funding_plans', to='projects.project')),
            ],
            options={
                'ordering': ['project_id', 'source', 'id'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('superseded_at__isnull', True)), fields=('project', 'source'), name='one_funding_plan_in_force'), models.CheckConstraint(condition=models.Q(('planned_fen__gte', 0)), name='planned_not_negative')],
            },
        ),
    ]
