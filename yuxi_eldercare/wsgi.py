"""WSGI entry point; a start for real use refuses while demonstration accounts exist."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yuxi_eldercare.settings")
application = get_wsgi_application()

from yuxi_eldercare.core.demo_guard import refuse_demo_accounts  # noqa: E402  (needs loaded apps)

refuse_demo_accounts()
