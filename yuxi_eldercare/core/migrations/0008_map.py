import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0007_period_close'),
    ]

    operations = [
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
            },
        ),
        migrations.AddConstraint(
            model_name='mapoutline',
            constraint=models.UniqueConstraint(condition=models.Q(('removed_at__isnull', True)), fields=('region',), name='one_map_in_force'),
        ),
        migrations.AddConstraint(
            model_name='mapoutline',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('removed_at__isnull', True), ('removed_by__isnull', True)), models.Q(('removed_at__isnull', False), ('removed_by__isnull', False)), _connector='OR'), name='removed_map_is_signed'),
        ),
        migrations.AddConstraint(
            model_name='mapoutline',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('approval_number', ''), _negated=True), models.Q(('source', ''), _negated=True)), name='map_names_its_approval'),
        ),
    ]
