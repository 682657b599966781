from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0009_reports'),
    ]

    operations = [
        migrations.AddField(
            model_name='region',
            name='from_file',
            field=models.BooleanField(default=True),
        ),
    ]
