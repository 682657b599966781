"""The tables of the floor as its migrations 0001 to 0004 leave them.

For an empty database; one that has some of those takes the others one by one.
"""

import django.contrib.auth.models
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from yuxi_eldercare.core.guards import append_only, separation
from yuxi_eldercare.core.migrating import CreateModels


class Migration(migrations.Migration):

    replaces = [('core', '0001_initial'), ('core', '0002_reporting'), ('core', '0003_accounts_and_audit'), ('core', '0004_guards')]

    initial = True

    dependencies = [
    ]

    operations = [
        CreateModels([
            migrations.CreateModel(
                name='User',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('password', models.CharField(max_length=128, verbose_name='password')),
                    ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                    ('username', models.CharField(max_length=60, unique=True, verbose_name='用户名')),
                    ('display_name', models.CharField(max_length=60, verbose_name='姓名')),
                    ('email', models.EmailField(blank=True, max_length=254)),
                    ('is_active', models.BooleanField(default=True)),
                    ('is_demo', models.BooleanField(default=False)),
                    ('created_at', models.DateTimeField(auto_now_add=True)),
                    ('must_change_password', models.BooleanField(default=False)),
                    ('phone', models.CharField(blank=True, max_length=30)),
                ],
                managers=[
                    ('objects', django.contrib.auth.models.UserManager()),
                ],
            ),
            migrations.CreateModel(
                name='Department',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('key', models.SlugField(max_length=60, unique=True)),
                    ('name', models.CharField(max_length=80)),
                    ('short_name', models.CharField(max_length=40)),
                    ('kind', models.CharField(choices=[('government', '人民政府'), ('department', '部门'), ('party', '党委部门'), ('court', '司法机关'), ('vertical', '垂直管理单位'), ('enterprise', '企事业单位'), ('group', '单位集合'), ('other', '其他')], max_length=12)),
                    ('credit_code', models.CharField(blank=True, max_length=18, verbose_name='统一社会信用代码')),
                    ('position', models.PositiveSmallIntegerField(default=0)),
                    ('withdrawn', models.BooleanField(default=False)),
                    ('members', models.ManyToManyField(related_name='groups', to='core.department')),
                    ('region', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='departments', to='core.region')),
                    ('from_file', models.BooleanField(default=True)),
                ],
                options={
                    'ordering': ['position', 'key'],
                },
            ),
            migrations.CreateModel(
                name='DepartmentName',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('text', models.CharField(max_length=80, unique=True)),
                    ('department', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='names', to='core.department')),
                ],
            ),
            migrations.CreateModel(
                name='Document',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('key', models.CharField(max_length=100, unique=True)),
                    ('withdrawn_at', models.DateTimeField(db_index=True, null=True)),
                    ('position', models.PositiveIntegerField(default=0)),
                    ('prefix', models.CharField(max_length=12, unique=True)),
                    ('title', models.CharField(max_length=160)),
                    ('number', models.CharField(blank=True, max_length=60)),
                    ('issuer', models.CharField(blank=True, max_length=80)),
                    ('issued_on', models.DateField(null=True)),
                    ('issued_text', models.CharField(blank=True, max_length=40)),
                    ('status', models.CharField(choices=[('issued', '印发'), ('draft', '征求意见稿')], max_length=8)),
                    ('effective_from', models.DateField(null=True)),
                    ('effective_to', models.DateField(null=True)),
                    ('text_file', models.CharField(blank=True, max_length=120)),
                    ('supersedes', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='superseded_by', to='core.document')),
                    ('plan', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='documents', to='core.plan')),
                ],
                options={
                    'ordering': ['position', 'key'],
                    'constraints': [models.CheckConstraint(condition=models.Q(('status', 'draft'), ('effective_from__isnull', False), _connector='OR'), name='issued_document_has_effect')],
                },
            ),
            migrations.CreateModel(
                name='Clause',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('number', models.CharField(max_length=80)),
                    ('heading', models.CharField(blank=True, max_length=120)),
                    ('position', models.PositiveIntegerField(default=0)),
                    ('withdrawn_at', models.DateTimeField(null=True)),
                    ('parent', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='rows', to='core.clause')),
                    ('document', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='clauses', to='core.document')),
                ],
                options={
                    'ordering': ['document_id', 'position', 'number'],
                    'constraints': [models.UniqueConstraint(fields=('document', 'number'), name='clause_number_once_per_document')],
                },
            ),
            migrations.CreateModel(
                name='Finding',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('key', models.CharField(max_length=100, unique=True)),
                    ('withdrawn_at', models.DateTimeField(db_index=True, null=True)),
                    ('position', models.PositiveIntegerField(default=0)),
                    ('kind', models.CharField(choices=[('total_mismatch', '合计与明细不符'), ('prose_vs_table', '正文与表格不一致'), ('draft_vs_issued', '征求意见稿与印发稿不同'), ('county_vs_city', '县级与市级不一致'), ('spelling', '同一事物写法不一'), ('duplicate_project', '疑似同一项目'), ('measured_differently', '口径不同'), ('cannot_both_be_true', '数据不能同时成立'), ('plan_conflict', '规划目标冲突'), ('missing_attachment', '提及但未提供'), ('missing_information', '文中未载明'), ('slip', '文字疑误'), ('reported_differs', '直报与汇总不符')], max_length=24)),
                    ('origin', models.CharField(choices=[('check', '规则检查'), ('reviewed', '人工校核'), ('data', '填报数据')], max_length=10)),
                    ('summary', models.TextField()),
                    ('subjects', models.JSONField(default=list)),
                    ('raised_at', models.DateTimeField(auto_now_add=True)),
                ],
                options={
                    'ordering': ['position', 'key'],
                    'indexes': [models.Index(fields=['kind', 'withdrawn_at'], name='finding_kind')],
                },
            ),
            migrations.CreateModel(
                name='FindingPlace',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('phrase', models.TextField()),
                    ('position', models.PositiveSmallIntegerField(default=0)),
                    ('clause', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='finding_places', to='core.clause')),
                    ('finding', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='places', to='core.finding')),
                ],
                options={
                    'ordering': ['position'],
                },
            ),
            migrations.CreateModel(
                name='Job',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('kind', models.CharField(db_index=True, max_length=40)),
                    ('label', models.CharField(max_length=120)),
                    ('params', models.JSONField(default=dict)),
                    ('state', models.CharField(choices=[('queued', '等待'), ('running', '进行中'), ('done', '完成'), ('failed', '失败')], default='queued', max_length=8)),
                    ('total', models.PositiveIntegerField(null=True)),
                    ('done', models.PositiveIntegerField(default=0)),
                    ('result', models.JSONField(default=dict)),
                    ('error', models.TextField(blank=True)),
                    ('created_at', models.DateTimeField(auto_now_add=True)),
                    ('started_at', models.DateTimeField(null=True)),
                    ('finished_at', models.DateTimeField(null=True)),
                    ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='jobs', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'ordering': ['-id'],
                    'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('state', 'failed'), _negated=True), models.Q(('error', ''), _negated=True), _connector='OR'), name='failed_job_says_why'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['done', 'failed']), _negated=True), ('finished_at__isnull', False), _connector='OR'), name='ended_job_has_time')],
                },
            ),
            migrations.CreateModel(
                name='Plan',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('key', models.CharField(max_length=100, unique=True)),
                    ('withdrawn_at', models.DateTimeField(db_index=True, null=True)),
                    ('position', models.PositiveIntegerField(default=0)),
                    ('name', models.CharField(max_length=120)),
                    ('start', models.DateField()),
                    ('end', models.DateField()),
                    ('parent', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='core.plan')),
                    ('region', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='plans', to='core.region')),
                ],
                options={
                    'ordering': ['position', 'key'],
                    'constraints': [models.CheckConstraint(condition=models.Q(('end__gt', models.F('start'))), name='plan_ends_after_start')],
                },
            ),
            migrations.CreateModel(
                name='PlanLoad',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('at', models.DateTimeField(auto_now_add=True)),
                    ('digest', models.CharField(max_length=64)),
                    ('changes', models.JSONField(default=dict)),
                    ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='plan_loads', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'ordering': ['-id'],
                },
            ),
            migrations.CreateModel(
                name='Region',
                fields=[
                    ('code', models.CharField(max_length=12, primary_key=True, serialize=False)),
                    ('name', models.CharField(max_length=60)),
                    ('short_name', models.CharField(max_length=30)),
                    ('level', models.CharField(choices=[('city', '市'), ('county', '县（市、区）'), ('township', '乡镇（街道）'), ('village', '村（社区）')], max_length=10)),
                    ('position', models.PositiveSmallIntegerField(default=0)),
                    ('withdrawn', models.BooleanField(default=False)),
                    ('parent', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='core.region')),
                ],
                options={
                    'ordering': ['position', 'code'],
                },
            ),
            migrations.CreateModel(
                name='Membership',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('role', models.CharField(max_length=30)),
                    ('valid_from', models.DateField()),
                    ('valid_to', models.DateField(null=True)),
                    ('granted_at', models.DateTimeField(auto_now_add=True)),
                    ('department', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='memberships', to='core.department')),
                    ('granted_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='granted', to=settings.AUTH_USER_MODEL)),
                    ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='memberships', to=settings.AUTH_USER_MODEL)),
                    ('region', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='memberships', to='core.region')),
                    ('reason', models.CharField(blank=True, max_length=200)),
                    ('revoke_reason', models.CharField(blank=True, max_length=200)),
                    ('revoked_at', models.DateTimeField(null=True)),
                    ('revoked_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='revoked', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'constraints': [models.CheckConstraint(condition=models.Q(('valid_to__isnull', True), ('valid_to__gte', models.F('valid_from')), _connector='OR'), name='membership_ends_after_start'), models.UniqueConstraint(condition=models.Q(('revoked_at__isnull', True)), fields=('user', 'role', 'department', 'region', 'valid_from'), name='membership_once'), models.CheckConstraint(condition=models.Q(('granted_by__isnull', True), models.Q(('granted_by', models.F('user')), _negated=True), _connector='OR'), name='nobody_grants_to_himself'), models.CheckConstraint(condition=models.Q(('revoked_at__isnull', True), ('revoked_by__isnull', False), _connector='OR'), name='revocation_is_signed')],
                },
            ),
            migrations.CreateModel(
                name='RegionName',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('text', models.CharField(max_length=60, unique=True)),
                    ('is_code', models.BooleanField(default=False)),
                    ('note', models.CharField(blank=True, max_length=200)),
                    ('region', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='names', to='core.region')),
                ],
            ),
            migrations.CreateModel(
                name='Ruling',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('decision', models.CharField(choices=[('accept', '认可原文'), ('explain', '说明原因'), ('correct', '按裁定处理')], max_length=8)),
                    ('text', models.TextField()),
                    ('effect', models.JSONField(default=dict)),
                    ('ruled_at', models.DateTimeField(auto_now_add=True)),
                    ('replaced_at', models.DateTimeField(null=True)),
                    ('finding', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rulings', to='core.finding')),
                    ('ruled_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rulings', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'ordering': ['-ruled_at', '-id'],
                    'constraints': [models.UniqueConstraint(condition=models.Q(('replaced_at__isnull', True)), fields=('finding',), name='one_ruling_in_force'), models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='ruling_has_words')],
                },
            ),
            migrations.CreateModel(
                name='Succession',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('since', models.DateField(null=True)),
                    ('function', models.CharField(blank=True, max_length=100)),
                    ('note', models.CharField(blank=True, max_length=300)),
                    ('predecessor', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='successions', to='core.department')),
                    ('successor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='inheritances', to='core.department')),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('predecessor', 'successor', 'function'), name='succession_once'), models.CheckConstraint(condition=models.Q(('predecessor', models.F('successor')), _negated=True), name='succession_not_to_itself')],
                },
            ),
            migrations.CreateModel(
                name='AuditEvent',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('at', models.DateTimeField(auto_now_add=True, db_index=True)),
                    ('actor_text', models.CharField(max_length=80)),
                    ('action', models.CharField(db_index=True, max_length=60)),
                    ('object_type', models.CharField(max_length=40)),
                    ('object_key', models.CharField(max_length=120)),
                    ('before', models.JSONField(null=True)),
                    ('after', models.JSONField(null=True)),
                    ('detail', models.CharField(blank=True, max_length=300)),
                    ('ip', models.GenericIPAddressField(null=True)),
                    ('algorithm', models.CharField(default='sha256', max_length=10)),
                    ('prev_hash', models.CharField(blank=True, max_length=64)),
                    ('hash', models.CharField(blank=True, max_length=64)),
                    ('actor', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='audit_events', to=settings.AUTH_USER_MODEL)),
                    ('department', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='audit_events', to='core.department')),
                    ('result', models.CharField(choices=[('ok', '成功'), ('failed', '失败'), ('refused', '拒绝')], default='ok', max_length=7)),
                    ('seq', models.BigIntegerField(null=True, unique=True)),
                    ('session', models.CharField(blank=True, max_length=16)),
                    ('unit', models.CharField(blank=True, max_length=40)),
                    ('username', models.CharField(blank=True, max_length=60)),
                ],
                options={
                    'ordering': ['-id'],
                    'indexes': [models.Index(fields=['object_type', 'object_key'], name='audit_object'), models.Index(fields=['username', 'at'], name='audit_username')],
                },
            ),
            migrations.CreateModel(
                name='SpecialDay',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('day', models.DateField(unique=True)),
                    ('working', models.BooleanField()),
                    ('name', models.CharField(blank=True, max_length=60)),
                    ('loaded_at', models.DateTimeField(auto_now_add=True)),
                    ('loaded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='special_days', to=settings.AUTH_USER_MODEL)),
                ],
            ),
            migrations.CreateModel(
                name='StoredFile',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('sha256', models.CharField(db_index=True, max_length=64)),
                    ('size', models.PositiveBigIntegerField()),
                    ('media_type', models.CharField(max_length=100)),
                    ('name', models.CharField(max_length=160)),
                    ('uploaded_at', models.DateTimeField(auto_now_add=True)),
                    ('department', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='files', to='core.department')),
                    ('uploaded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='files', to=settings.AUTH_USER_MODEL)),
                ],
            ),
            migrations.CreateModel(
                name='Notice',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('channel', models.CharField(max_length=20)),
                    ('reason_key', models.CharField(max_length=160)),
                    ('title', models.CharField(max_length=160)),
                    ('text', models.TextField(blank=True)),
                    ('link', models.CharField(blank=True, max_length=200)),
                    ('created_at', models.DateTimeField(auto_now_add=True)),
                    ('sent_at', models.DateTimeField(null=True)),
                    ('read_at', models.DateTimeField(null=True)),
                    ('error', models.CharField(blank=True, max_length=300)),
                    ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='notices_sent', to=settings.AUTH_USER_MODEL)),
                    ('department', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='notices', to='core.department')),
                    ('recipient', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notices', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'ordering': ['-id'],
                    'constraints': [models.UniqueConstraint(fields=('recipient', 'channel', 'reason_key'), name='told_once_per_reason')],
                },
            ),
            migrations.CreateModel(
                name='AuditHead',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('seq', models.BigIntegerField()),
                    ('hash', models.CharField(max_length=64)),
                ],
            ),
        ]),
        migrations.RunPython(append_only.install, append_only.remove),
        migrations.RunPython(separation.install, separation.remove),
    ]
