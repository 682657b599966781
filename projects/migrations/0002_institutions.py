import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0004_guards'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('projects', '0001_initial'),
    ]

    operations = [
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
    ]
