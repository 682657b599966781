"""The tables of this app as its migrations 0001 to 0009 leave them.

For an empty database; one that has some of those takes the others one by one.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from yuxi_eldercare.core.migrating import CreateModels


class Migration(migrations.Migration):

    replaces = [('projects', '0001_initial'), ('projects', '0002_institutions'), ('projects', '0003_ledger'), ('projects', '0004_column_mappings'), ('projects', '0007_handovers'), ('projects', '0008_standings'), ('projects', '0009_credit_codes')]

    initial = True

    dependencies = [
        ('core', '0009_reports'),
    ]

    operations = [
        CreateModels([
            migrations.CreateModel(
                name='Project',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('key', models.CharField(max_length=100, unique=True)),
                    ('withdrawn_at', models.DateTimeField(db_index=True, null=True)),
                    ('position', models.PositiveIntegerField(default=0)),
                    ('number', models.CharField(blank=True, max_length=10)),
                    ('name', models.CharField(max_length=160)),
                    ('listing', models.CharField(choices=[('tabled', '列表项目'), ('named', '正文提及')], max_length=8)),
                    ('category', models.CharField(blank=True, max_length=20)),
                    ('type', models.CharField(blank=True, max_length=40)),
                    ('location', models.CharField(blank=True, max_length=60)),
                    ('start_year', models.PositiveSmallIntegerField(null=True)),
                    ('end_year', models.PositiveSmallIntegerField(null=True)),
                    ('content', models.TextField(blank=True)),
                    ('total_investment_fen', models.BigIntegerField(null=True)),
                    ('central_budget_fen', models.BigIntegerField(null=True)),
                    ('document', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='projects', to='core.document')),
                    ('region', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='projects', to='core.region')),
                ],
                options={
                    'ordering': ['position', 'key'],
                    'constraints': [models.CheckConstraint(condition=models.Q(('end_year__isnull', True), ('end_year__gte', models.F('start_year')), _connector='OR'), name='project_ends_after_start'), models.CheckConstraint(condition=models.Q(('total_investment_fen__isnull', True), ('total_investment_fen__gte', 0), _connector='OR'), name='project_total_not_negative')],
                },
            ),
            migrations.CreateModel(
                name='ProjectBody',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('as_written', models.CharField(max_length=80)),
                    ('position', models.PositiveSmallIntegerField(default=0)),
                    ('department', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='project_bodies', to='core.department')),
                    ('project', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='bodies', to='projects.project')),
                ],
                options={
                    'ordering': ['position'],
                },
            ),
            migrations.CreateModel(
                name='ProjectLink',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('kind', models.CharField(choices=[('same', '同一项目'), ('part', '其中一部分'), ('overlap', '部分重叠')], max_length=8)),
                    ('note', models.TextField(blank=True)),
                    ('project', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='links', to='projects.project')),
                    ('to', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='linked_from', to='projects.project')),
                    ('amount_fen', models.BigIntegerField(null=True)),
                    ('is_demo', models.BooleanField(default=False)),
                    ('made_at', models.DateTimeField(null=True)),
                    ('made_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('project', 'to'), name='project_link_once'), models.CheckConstraint(condition=models.Q(('project', models.F('to')), _negated=True), name='project_link_not_to_itself'), models.CheckConstraint(condition=models.Q(('amount_fen__isnull', True), ('amount_fen__gt', 0), _connector='OR'), name='project_link_amount')],
                },
            ),
            migrations.CreateModel(
                name='ProjectSource',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('phrase', models.TextField()),
                    ('position', models.PositiveSmallIntegerField(default=0)),
                    ('clause', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='core.clause')),
                    ('record', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='sources', to='projects.project')),
                ],
                options={
                    'ordering': ['position'],
                },
            ),
            migrations.CreateModel(
                name='StatedTotal',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('key', models.CharField(max_length=100, unique=True)),
                    ('withdrawn_at', models.DateTimeField(db_index=True, null=True)),
                    ('position', models.PositiveIntegerField(default=0)),
                    ('label', models.CharField(max_length=40)),
                    ('category', models.CharField(blank=True, max_length=20)),
                    ('count', models.PositiveIntegerField(null=True)),
                    ('total_investment_fen', models.BigIntegerField(null=True)),
                    ('central_budget_fen', models.BigIntegerField(null=True)),
                    ('document', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='stated_totals', to='core.document')),
                ],
                options={
                    'ordering': ['position', 'key'],
                },
            ),
            migrations.CreateModel(
                name='StatedTotalSource',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('phrase', models.TextField()),
                    ('position', models.PositiveSmallIntegerField(default=0)),
                    ('clause', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='core.clause')),
                    ('record', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='sources', to='projects.statedtotal')),
                ],
                options={
                    'ordering': ['position'],
                },
            ),
            migrations.CreateModel(
                name='Institution',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('credit_code', models.CharField(blank=True, max_length=18)),
                    ('created_at', models.DateTimeField(auto_now_add=True)),
                    ('revision', models.PositiveIntegerField(default=0)),
                    ('is_demo', models.BooleanField(default=False)),
                    ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('keeper', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='institutions', to='core.department')),
                    ('project', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='institution', to='projects.project')),
                ],
                options={
                    'ordering': ['id'],
                    'constraints': [models.UniqueConstraint(condition=models.Q(('credit_code', ''), _negated=True), fields=('credit_code',), name='institution_code_once')],
                },
            ),
            migrations.CreateModel(
                name='InstitutionVersion',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('since', models.DateField()),
                    ('until', models.DateField(null=True)),
                    ('status', models.CharField(choices=[('open', '运营'), ('closed', '关停')], default='open', max_length=6)),
                    ('name', models.CharField(max_length=120)),
                    ('address', models.CharField(blank=True, max_length=160)),
                    ('kind', models.CharField(choices=[('eldercare', '养老机构'), ('regional_centre', '区域性养老服务中心'), ('community_centre', '社区居家养老服务中心'), ('day_care', '日间照料中心'), ('mutual_aid', '互助养老服务站'), ('happiness_home', '农村幸福院'), ('childcare', '托育机构')], max_length=16)),
                    ('operation', models.CharField(choices=[('public', '公建公营'), ('public_private', '公建民营'), ('private', '民办')], max_length=16)),
                    ('beds', models.PositiveIntegerField(default=0)),
                    ('nursing_beds', models.PositiveIntegerField(default=0)),
                    ('childcare_places', models.PositiveIntegerField(default=0)),
                    ('inclusive_places', models.PositiveIntegerField(default=0)),
                    ('enrolled', models.PositiveIntegerField(default=0)),
                    ('staff', models.PositiveIntegerField(default=0)),
                    ('certified_staff', models.PositiveIntegerField(default=0)),
                    ('demonstration', models.BooleanField(default=False)),
                    ('licence', models.CharField(blank=True, max_length=60)),
                    ('filing', models.CharField(blank=True, max_length=60)),
                    ('reason', models.CharField(blank=True, max_length=300)),
                    ('recorded_at', models.DateTimeField()),
                    ('superseded_at', models.DateTimeField(null=True)),
                    ('is_demo', models.BooleanField(default=False)),
                    ('county', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.region')),
                    ('institution', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='versions', to='projects.institution')),
                    ('recorded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('region', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='institutions', to='core.region')),
                ],
                options={
                    'ordering': ['institution_id', 'since', 'id'],
                    'indexes': [models.Index(fields=['county', 'kind'], name='institution_county_kind'), models.Index(fields=['name'], name='institution_name')],
                    'constraints': [models.UniqueConstraint(condition=models.Q(('superseded_at__isnull', True)), fields=('institution', 'since'), name='institution_since_once'), models.UniqueConstraint(condition=models.Q(('superseded_at__isnull', True), ('until__isnull', True)), fields=('institution',), name='institution_one_current'), models.CheckConstraint(condition=models.Q(('until__isnull', True), ('until__gt', models.F('since')), _connector='OR'), name='institution_until_later'), models.CheckConstraint(condition=models.Q(('nursing_beds__lte', models.F('beds'))), name='institution_nursing_within'), models.CheckConstraint(condition=models.Q(('inclusive_places__lte', models.F('childcare_places'))), name='institution_inclusive_within'), models.CheckConstraint(condition=models.Q(('certified_staff__lte', models.F('staff'))), name='institution_certified_within')],
                },
            ),
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
            migrations.CreateModel(
                name='ColumnMapping',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('subject', models.CharField(choices=[('institutions', '机构'), ('projects', '项目')], max_length=12)),
                    ('name', models.CharField(max_length=60)),
                    ('columns', models.JSONField(default=dict)),
                    ('words', models.JSONField(default=dict)),
                    ('fixed', models.JSONField(default=dict)),
                    ('saved_at', models.DateTimeField(auto_now=True)),
                    ('is_demo', models.BooleanField(default=False)),
                    ('keeper', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='column_mappings', to='core.department')),
                    ('saved_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'ordering': ['keeper_id', 'name'],
                    'constraints': [models.UniqueConstraint(fields=('keeper', 'subject', 'name'), name='column_mapping_once')],
                },
            ),
            migrations.CreateModel(
                name='CapacityHandover',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('on', models.DateField()),
                    ('beds', models.PositiveIntegerField(default=0)),
                    ('nursing_beds', models.PositiveIntegerField(default=0)),
                    ('childcare_places', models.PositiveIntegerField(default=0)),
                    ('founded', models.BooleanField()),
                    ('at', models.DateTimeField(auto_now_add=True)),
                    ('is_demo', models.BooleanField(default=False)),
                    ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('institution', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='handovers', to='projects.institution')),
                    ('project', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='handover', to='projects.project')),
                    ('version', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='handover', to='projects.institutionversion')),
                ],
                options={
                    'ordering': ['institution_id', 'on', 'id'],
                    'constraints': [models.CheckConstraint(condition=models.Q(('beds__gt', 0), ('nursing_beds__gt', 0), ('childcare_places__gt', 0), _connector='OR'), name='handover_not_nothing'), models.CheckConstraint(condition=models.Q(('founded', False), ('nursing_beds__lte', models.F('beds')), _connector='OR'), name='handover_nursing_within')],
                },
            ),
            migrations.CreateModel(
                name='ProjectStanding',
                fields=[
                    ('project', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='standing', serialize=False, to='projects.project')),
                    ('as_of', models.DateField()),
                    ('stage', models.CharField(blank=True, choices=[('planned', '谋划'), ('approved', '立项'), ('started', '开工'), ('building', '在建'), ('built', '完工'), ('accepted', '验收'), ('in_use', '投用'), ('stopped', '停建')], max_length=10)),
                    ('stage_on', models.DateField(null=True)),
                    ('light', models.CharField(choices=[('red', '红灯'), ('yellow', '黄灯'), ('green', '绿灯'), ('grey', '灰灯')], max_length=6)),
                    ('stage_light', models.CharField(choices=[('red', '红灯'), ('yellow', '黄灯'), ('green', '绿灯'), ('grey', '灰灯')], max_length=6)),
                    ('stage_code', models.CharField(max_length=16)),
                    ('planned_fen', models.BigIntegerField(null=True)),
                    ('arrived_fen', models.BigIntegerField(null=True)),
                    ('spent_fen', models.BigIntegerField(null=True)),
                    ('month_end', models.DateField(null=True)),
                    ('invested_fen', models.BigIntegerField(null=True)),
                    ('problems', models.BooleanField(default=False)),
                ],
                options={
                    'indexes': [models.Index(fields=['light'], name='standing_light'), models.Index(fields=['stage'], name='standing_stage')],
                },
            ),
            migrations.CreateModel(
                name='FormerCode',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('code', models.CharField(max_length=18)),
                    ('reason', models.CharField(max_length=300)),
                    ('corrected_at', models.DateTimeField(auto_now_add=True)),
                    ('is_demo', models.BooleanField(default=False)),
                    ('corrected_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('institution', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='former_codes', to='projects.institution')),
                ],
                options={
                    'ordering': ['institution_id', 'id'],
                    'indexes': [models.Index(fields=['code'], name='former_code_code')],
                    'constraints': [models.CheckConstraint(condition=models.Q(('code', ''), _negated=True), name='former_code_said')],
                },
            ),
        ]),
    ]
