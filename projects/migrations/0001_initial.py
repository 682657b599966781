import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('core', '0001_initial'),
    ]

    operations = [
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
                'abstract': False,
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
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('project', 'to'), name='project_link_once'), models.CheckConstraint(condition=models.Q(('project', models.F('to')), _negated=True), name='project_link_not_to_itself')],
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
                'abstract': False,
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
                'abstract': False,
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
                'abstract': False,
            },
        ),
    ]
