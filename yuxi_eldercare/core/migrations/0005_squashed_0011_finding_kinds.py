"""The tables of the floor as its migrations 0005 to 0011 leave them.

For an empty database; one that has some of those takes the others one by one.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from yuxi_eldercare.core.guards import frozen, reports
from yuxi_eldercare.core.migrating import CreateModels


class Migration(migrations.Migration):

    replaces = [('core', '0005_api_clients'), ('core', '0007_period_close'), ('core', '0008_map'), ('core', '0009_reports'), ('core', '0010_regions_by_hand'), ('core', '0011_finding_kinds')]

    dependencies = [
        ('core', '0004_guards'),
        ('oauth2_provider', '0022_refreshtoken_token_family_index'),
    ]

    operations = [
        migrations.AddField(
            model_name='region',
            name='from_file',
            field=models.BooleanField(default=True),
        ),
        migrations.AlterField(
            model_name='finding',
            name='kind',
            field=models.CharField(choices=[('total_mismatch', '合计与明细不符'), ('prose_vs_table', '正文与表格不一致'), ('draft_vs_issued', '征求意见稿与印发稿不同'), ('county_vs_city', '县级与市级不一致'), ('spelling', '同一事物写法不一'), ('duplicate_project', '疑似同一项目'), ('measured_differently', '口径不同'), ('cannot_both_be_true', '数据不能同时成立'), ('plan_conflict', '规划目标冲突'), ('missing_attachment', '提及但未提供'), ('missing_information', '文中未载明'), ('slip', '文字疑误'), ('reported_differs', '直报与汇总不符'), ('counted_differs', '填报与统计不符')], max_length=24),
        ),
        CreateModels([
            migrations.CreateModel(
                name='JobInput',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('content', models.JSONField()),
                    ('job', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='input', to='core.job')),
                ],
            ),
            migrations.CreateModel(
                name='ApiClient',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('code', models.CharField(max_length=40, unique=True)),
                    ('name', models.CharField(max_length=60)),
                    ('purpose', models.CharField(max_length=300)),
                    ('owner_person', models.CharField(max_length=60)),
                    ('owner_contact', models.CharField(max_length=60)),
                    ('valid_from', models.DateField()),
                    ('valid_to', models.DateField(null=True)),
                    ('created_at', models.DateTimeField(auto_now_add=True)),
                    ('secret_at', models.DateTimeField()),
                    ('last_used_at', models.DateTimeField(null=True)),
                    ('revoked_at', models.DateTimeField(null=True)),
                    ('revoke_reason', models.CharField(blank=True, max_length=200)),
                    ('application', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='api_client', to=settings.OAUTH2_PROVIDER_APPLICATION_MODEL)),
                    ('created_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='api_clients_created', to=settings.AUTH_USER_MODEL)),
                    ('owner_department', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='api_clients', to='core.department')),
                    ('revoked_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='api_clients_revoked', to=settings.AUTH_USER_MODEL)),
                    ('secret_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='api_secrets_made', to=settings.AUTH_USER_MODEL)),
                    ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='api_client', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'constraints': [models.CheckConstraint(condition=models.Q(('valid_to__isnull', True), ('valid_to__gte', models.F('valid_from')), _connector='OR'), name='client_ends_after_start'), models.CheckConstraint(condition=models.Q(('revoked_at__isnull', True), models.Q(('revoked_by__isnull', False), models.Q(('revoke_reason', ''), _negated=True)), _connector='OR'), name='client_revocation_is_signed')],
                },
            ),
            migrations.CreateModel(
                name='KeptAnswer',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('key', models.CharField(max_length=200)),
                    ('digest', models.CharField(max_length=64)),
                    ('status', models.PositiveSmallIntegerField(default=0)),
                    ('answer', models.JSONField(default=dict)),
                    ('expires_at', models.DateTimeField(db_index=True)),
                    ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='kept_answers', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('user', 'key'), name='answered_once_per_key')],
                },
            ),
            migrations.CreateModel(
                name='PeriodClose',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('month_end', models.DateField(unique=True)),
                    ('as_of', models.DateField()),
                    ('known_at', models.DateTimeField()),
                    ('closed_at', models.DateTimeField()),
                    ('rule_version', models.CharField(max_length=12)),
                    ('checklist', models.JSONField(default=list)),
                    ('acknowledged', models.TextField(blank=True)),
                    ('counts', models.JSONField(default=dict)),
                    ('assessments', models.PositiveIntegerField()),
                    ('records', models.PositiveIntegerField()),
                    ('algorithm', models.CharField(max_length=10)),
                    ('digest', models.CharField(max_length=64)),
                    ('is_demo', models.BooleanField(default=False)),
                    ('audit', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='close', to='core.auditevent')),
                    ('closed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='closes', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'ordering': ['-month_end'],
                    'constraints': [models.CheckConstraint(condition=models.Q(('as_of', models.F('month_end'))), name='close_judges_its_last_day'), models.CheckConstraint(condition=models.Q(('digest', ''), _negated=True), name='close_has_digest')],
                },
            ),
            migrations.CreateModel(
                name='FrozenRecord',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('number', models.PositiveIntegerField()),
                    ('digest', models.CharField(max_length=64)),
                    ('kind', models.CharField(max_length=20)),
                    ('key', models.CharField(max_length=120)),
                    ('region', models.CharField(blank=True, max_length=12)),
                    ('department', models.CharField(blank=True, max_length=60)),
                    ('state', models.CharField(blank=True, max_length=20)),
                    ('light', models.CharField(blank=True, max_length=6)),
                    ('data', models.JSONField(default=dict)),
                    ('close', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='core.periodclose')),
                ],
                options={
                    'ordering': ['close', 'number'],
                    'indexes': [models.Index(fields=['kind', 'key'], name='frozen_record_kind')],
                    'constraints': [models.UniqueConstraint(fields=('close', 'number'), name='frozenrecord_number'), models.CheckConstraint(condition=models.Q(('number__gte', 1)), name='frozenrecord_from_one'), models.UniqueConstraint(fields=('close', 'kind', 'key'), name='frozen_record_once')],
                },
            ),
            migrations.CreateModel(
                name='MapOutline',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('approval_number', models.CharField(max_length=40)),
                    ('source', models.CharField(max_length=160)),
                    ('drawing', models.JSONField()),
                    ('imported_at', models.DateTimeField(auto_now_add=True)),
                    ('removed_at', models.DateTimeField(null=True)),
                    ('file', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='map_outlines', to='core.storedfile')),
                    ('imported_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='map_outlines', to=settings.AUTH_USER_MODEL)),
                    ('region', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='map_outlines', to='core.region')),
                    ('removed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='map_outlines_removed', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'ordering': ['-id'],
                    'constraints': [models.UniqueConstraint(condition=models.Q(('removed_at__isnull', True)), fields=('region',), name='one_map_in_force'), models.CheckConstraint(condition=models.Q(models.Q(('removed_at__isnull', True), ('removed_by__isnull', True)), models.Q(('removed_at__isnull', False), ('removed_by__isnull', False)), _connector='OR'), name='removed_map_is_signed'), models.CheckConstraint(condition=models.Q(models.Q(('approval_number', ''), _negated=True), models.Q(('source', ''), _negated=True)), name='map_names_its_approval')],
                },
            ),
            migrations.CreateModel(
                name='Report',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('kind', models.CharField(choices=[('briefing', '月报'), ('county', '县区报告'), ('midterm', '中期评估'), ('final', '终期评估')], max_length=10)),
                    ('title', models.CharField(max_length=200)),
                    ('parameters', models.JSONField(default=dict)),
                    ('content_sha256', models.CharField(db_index=True, max_length=64)),
                    ('close_digest', models.CharField(max_length=64)),
                    ('layout_version', models.CharField(max_length=12)),
                    ('is_demo', models.BooleanField(default=False)),
                    ('produced_at', models.DateTimeField(auto_now_add=True)),
                    ('close', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reports', to='core.periodclose')),
                    ('plan', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reports', to='core.plan')),
                    ('produced_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reports', to=settings.AUTH_USER_MODEL)),
                    ('region', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reports', to='core.region')),
                ],
                options={
                    'ordering': ['-id'],
                    'constraints': [models.UniqueConstraint(fields=('close', 'kind', 'region', 'content_sha256'), name='report_content_once'), models.CheckConstraint(condition=models.Q(models.Q(('content_sha256', ''), _negated=True), models.Q(('close_digest', ''), _negated=True)), name='report_has_checksums'), models.CheckConstraint(condition=models.Q(models.Q(('kind__in', ['midterm', 'final']), _negated=True), ('plan__isnull', False), _connector='OR'), name='evaluation_names_a_plan')],
                },
            ),
            migrations.CreateModel(
                name='ReportFile',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('form', models.CharField(choices=[('docx', 'Word'), ('pdf', 'PDF'), ('xlsx', 'Excel'), ('csv', 'CSV'), ('json', '内容数据')], max_length=5)),
                    ('file', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='report_file', to='core.storedfile')),
                    ('report', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='files', to='core.report')),
                ],
                options={
                    'ordering': ['report_id', 'id'],
                    'constraints': [models.UniqueConstraint(fields=('report', 'form'), name='report_form_once')],
                },
            ),
        ]),
        migrations.RunPython(frozen.closes.install, frozen.closes.remove),
        migrations.RunPython(frozen.records.install, frozen.records.remove),
        migrations.RunPython(reports.reports.install, reports.reports.remove),
        migrations.RunPython(reports.files.install, reports.files.remove),
    ]
