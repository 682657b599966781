"""The one settings file; every value that differs between installations comes from the environment.

DATABASE_URL   sqlite:////abs/path.sqlite3 (default: var/db.sqlite3) or postgres://user:pass@host:port/name
REDIS_URL      redis://host:port/0; without it jobs run in this process (see core/dispatch.py)
SECRET_KEY     required unless DEBUG=1; SECRET_KEY_FALLBACKS   former keys, comma-separated: still readable with them
DEBUG          1 or 0 (default 0); LOG_LEVEL   DEBUG, INFO (default), WARNING, ERROR
DEMO           1 lets a start go on although demonstration accounts exist (only `make demo` sets it)
HTTPS          1 behind a proxy that ends TLS: secure cookies, HSTS, redirect from http
DOCUMENTS_DIR  folder of the plain-text policy documents (default ../shared/documents)
VAR_DIR        what the product writes: SQLite, the beat schedule (default var/)
STATIC_ROOT    where collectstatic puts files (default VAR_DIR/static)
ALLOWED_HOSTS, CSRF_TRUSTED_ORIGINS   comma-separated
PROXIES        reverse proxies in front, whose X-Forwarded-For is believed (default 1 with HTTPS=1, else 0)
PERSONAL_DATA_KEYS  what personal data is sealed with, newest first, by commas (default SECRET_KEY)
AUDIT_HASH     digest of the audit chain from now on: sha256 (default) or sm3; older rows keep theirs
OIDC_ISSUER, OIDC_CLIENT_ID, OIDC_CLIENT_SECRET   the city's single sign-on; without an issuer there is none
OIDC_NAME      its name on the log-in page; OIDC_USERNAME_CLAIM   the claim that holds our user name
DATABASE_POOL_SIZE   PostgreSQL connections per process (default 8)
FILES_DIR      uploaded evidence and produced reports, outside every web root (default VAR_DIR/files)
REPORT_FONTS_DIR   fonts of the office for PDF reports, such as 小标宋 and 仿宋_GB2312 (default VAR_DIR/fonts)
FILE_MAX_MB    the largest file that may be uploaded (default 20)
PUBLIC_URL     where browsers find the product, e.g. https://tracker.example.gov.cn: for links in e-mails
EMAIL_HOST, EMAIL_PORT, EMAIL_HOST_USER, EMAIL_HOST_PASSWORD, EMAIL_FROM   without a host no e-mail is sent
NOTIFY_CHANNELS   comma-separated classes of further channels (see core/notify.py)
API_TOKEN_MINUTES (30), API_MAX_MB (10)   how long another system's token is good for; the largest body it may push
"""

import hashlib
import os
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import dj_database_url
from csp.constants import NONE, SELF, UNSAFE_INLINE
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(os.environ.get("VAR_DIR", BASE_DIR / "var"))
VAR_DIR.mkdir(parents=True, exist_ok=True)


def _flag(name: str) -> bool:
    """Value of an on/off variable; anything but 0/1/true/false/empty is a mistake worth stopping for."""
    value = os.environ.get(name, "").strip().lower()
    if value in {"", "0", "false", "no"}:
        return False
    if value in {"1", "true", "yes"}:
        return True
    raise ImproperlyConfigured(f"{name}={value!r} is neither on nor off: use 1 or 0.")


def _count(name: str, default: int, least: int = 1) -> int:
    """Value of a variable that counts something: a whole number of at least `least`."""
    text = os.environ.get(name, "").strip() or str(default)
    if not text.isdecimal() or int(text) < least:
        raise ImproperlyConfigured(f"{name}={text!r} is not a whole number of at least {least}.")
    return int(text)


def _words(name: str, default: str = "") -> list[str]:
    return [word.strip() for word in os.environ.get(name, default).split(",") if word.strip()]


DEBUG = _flag("DEBUG")
DEMO = _flag("DEMO")
SECRET_KEY = os.environ.get("SECRET_KEY", "")
if not SECRET_KEY:
    if not DEBUG:
        raise ImproperlyConfigured(
            "SECRET_KEY is not set. Set it to a long random string "
            "(python3 -c 'import secrets; print(secrets.token_urlsafe(50))'), or set DEBUG=1 to develop."
        )
    SECRET_KEY = "development-only-" + "x" * 40

SECRET_KEY_FALLBACKS = _words("SECRET_KEY_FALLBACKS")
ALLOWED_HOSTS = _words("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
CSRF_TRUSTED_ORIGINS = _words("CSRF_TRUSTED_ORIGINS")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_htmx",
    "django_filters",
    "rest_framework",
    "drf_spectacular",
    "yuxi_eldercare.core",
    "targets",
    "projects",
    "subsidies",
    "yuxi_eldercare",
    # Behind ours, whose templates replace theirs.
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "axes",
    "oauth2_provider",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "yuxi_eldercare.core.language.ChosenLanguage",
    "yuxi_eldercare.core.addresses.WithoutNul",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "yuxi_eldercare.core.audit.context.AuditContext",
    "yuxi_eldercare.core.accounts.trail.RefusedAccess",
    "yuxi_eldercare.core.accounts.sessions.SessionLimits",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "yuxi_eldercare.core.accounts.duties.AccountDuties",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "yuxi_eldercare.urls"
WSGI_APPLICATION = "yuxi_eldercare.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "yuxi_eldercare.context.frame",
            ],
            "builtins": ["django.templatetags.i18n", "django.templatetags.static"],
        },
    }
]


_DATABASE_FORMS = "Use sqlite:////absolute/path.sqlite3 or postgres://user:password@host:port/name."


def _database() -> dict[str, Any]:
    """SQLite (WAL, IMMEDIATE transactions: it has no row locks) or PostgreSQL with the driver's pool."""
    url = os.environ.get("DATABASE_URL", "").strip() or f"sqlite:///{VAR_DIR / 'db.sqlite3'}"
    scheme = url.split(":")[0]
    try:
        config: dict[str, Any] = dict(dj_database_url.parse(url))
    except ValueError:
        # The parser's own error would print parts of the password.
        raise ImproperlyConfigured(f"DATABASE_URL cannot be read ({scheme}:…). {_DATABASE_FORMS}") from None
    engine = config["ENGINE"]
    if engine.endswith("sqlite3"):
        config["OPTIONS"] = {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": (
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; "
                "PRAGMA mmap_size=134217728; PRAGMA cache_size=-20000"
            ),
        }
        # A file, so that threads share it; one per process, so that two test runs do not.
        config["TEST"] = {"NAME": str(VAR_DIR / f"test-{os.getpid()}.sqlite3")}
    elif engine.endswith("postgresql"):
        size = _count("DATABASE_POOL_SIZE", 8)
        config["OPTIONS"] = {"pool": {"min_size": 1, "max_size": size, "timeout": 10}}
    else:
        raise ImproperlyConfigured(f"DATABASE_URL uses {scheme}. {_DATABASE_FORMS}")
    return config


DATABASES = {"default": _database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# HSTS for subdomains and preloading bind hosts that this installation does not own.
# Lockout goes by account on purpose.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021", "axes.W006"]

REDIS_URL = os.environ.get("REDIS_URL", "")
if REDIS_URL:
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}}
CELERY_BROKER_URL = REDIS_URL or None
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TIMEZONE = "Asia/Shanghai"
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "celerybeat-schedule")
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True

AUTH_USER_MODEL = "core.User"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "yuxi_eldercare.core.accounts.passwords.LengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "yuxi_eldercare.core.accounts.passwords.MixedCharactersValidator"},
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "overview"
LOGOUT_REDIRECT_URL = "login"

# Sessions: ended after 30 minutes without a request and 8 hours after log-in (core/accounts/sessions.py). The
# row outlives both, so that somebody who comes back is told why and gets back what was typed.
SESSION_IDLE_LIMIT = timedelta(minutes=30)
SESSION_ABSOLUTE_LIMIT = timedelta(hours=8)
SESSION_COOKIE_AGE = 3 * 86400
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SECURE_REFERRER_POLICY = "same-origin"
if _flag("HTTPS"):
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^healthz$"]

PROXIES = _count("PROXIES", 1 if _flag("HTTPS") else 0, least=0)

AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
# Lockout: by account, since a whole bureau shares one address.
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = ["username"]
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_DISABLE_ACCESS_LOG = True
AXES_VERBOSE = False
AXES_CLIENT_IP_CALLABLE = "yuxi_eldercare.core.audit.context.client_ip"
AXES_LOCKOUT_CALLABLE = "yuxi_eldercare.core.accounts.lockout.refusal"

# Administrators must have a second factor; a demonstration lets them go without and says so on the page.
ADMIN_SECOND_FACTOR = not DEMO
ACCOUNT_ADAPTER = "yuxi_eldercare.core.accounts.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_FORMS = {
    "login": "yuxi_eldercare.core.forms.login.LoginForm",
    "change_password": "yuxi_eldercare.core.forms.login.ChangePasswordForm",
}
# Passwords are counted by axes, in the database; these two concern the second factor and confirming.
ACCOUNT_RATE_LIMITS = {"login": None, "login_failed": "10/5m/key", "reauthenticate": "10/m/user"}
MFA_ADAPTER = "yuxi_eldercare.core.accounts.adapters.SecondFactorAdapter"
MFA_FORMS = {
    "activate_totp": "yuxi_eldercare.core.forms.login.ActivateForm",
    "authenticate": "yuxi_eldercare.core.forms.login.CodeForm",
    "reauthenticate": "yuxi_eldercare.core.forms.login.ConfirmByCodeForm",
}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_TOLERANCE = 1
MFA_ALLOW_UNVERIFIED_EMAIL = True
SOCIALACCOUNT_ADAPTER = "yuxi_eldercare.core.accounts.single_sign_on.SingleSignOn"
SOCIALACCOUNT_OPENID_CONNECT_URL_PREFIX = ""
SOCIALACCOUNT_PROVIDERS: dict[str, Any] = {}
OIDC_ISSUER = os.environ.get("OIDC_ISSUER", "").strip()
OIDC_USERNAME_CLAIM = os.environ.get("OIDC_USERNAME_CLAIM", "").strip() or "preferred_username"
if OIDC_ISSUER:
    SOCIALACCOUNT_PROVIDERS["openid_connect"] = {
        "APPS": [
            {
                "provider_id": "city",
                "name": os.environ.get("OIDC_NAME", "").strip() or "统一身份认证",
                "client_id": os.environ.get("OIDC_CLIENT_ID", ""),
                "secret": os.environ.get("OIDC_CLIENT_SECRET", ""),
                "settings": {"server_url": OIDC_ISSUER},
            }
        ]
    }
    if not os.environ.get("OIDC_CLIENT_ID"):
        raise ImproperlyConfigured("OIDC_ISSUER is set but OIDC_CLIENT_ID is not; set both, or neither.")

# Other systems: client credentials only. Tokens are short lived and, like secrets, stored as digests.
_RFC9700 = ["IMPLICIT_GRANT", "PASSWORD_GRANT", "PKCE_METHOD"]
_RFC9700 += ["ACCESS_TOKEN_TRANSPORT", "AUTHZ_RESPONSE_ISS", "TOKEN_STORAGE"]
OAUTH2_PROVIDER_APPLICATION_MODEL = "oauth2_provider.Application"
OAUTH2_PROVIDER = {
    "OAUTH2_SERVER_CLASS": "oauthlib.oauth2.BackendApplicationServer",
    "OAUTH2_VALIDATOR_CLASS": "yuxi_eldercare.core.accounts.machines.ClientValidator",
    "SCOPES": {"read": "Read everything the client may see.", "observations:write": "Push observations."},
    "ACCESS_TOKEN_EXPIRE_SECONDS": _count("API_TOKEN_MINUTES", 30) * 60,
    "ALLOWED_REDIRECT_URI_SCHEMES": ["https"],
    "REFRESH_TOKEN_REUSE_PROTECTION": True,
    **{f"COMPLIANT_BCP_RFC9700_{rule}": True for rule in _RFC9700},
}

PERSONAL_DATA_KEYS = _words("PERSONAL_DATA_KEYS")
AUDIT_HASH = os.environ.get("AUDIT_HASH", "").strip() or "sha256"
if AUDIT_HASH not in {"sha256", "sm3"} or AUDIT_HASH not in hashlib.algorithms_available:
    raise ImproperlyConfigured(f"AUDIT_HASH={AUDIT_HASH!r} is not available here: use sha256 or sm3.")

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "style-src-attr": [UNSAFE_INLINE],  # the lengths of bars and the places of tiles
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        # A form that starts single sign-on is redirected to the provider.
        "form-action": [SELF, *([urlsplit(OIDC_ISSUER)._replace(path="").geturl()] if OIDC_ISSUER else [])],
        "frame-ancestors": [NONE],
    }
}

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = Path(os.environ.get("STATIC_ROOT", VAR_DIR / "static"))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": (
            "django.contrib.staticfiles.storage.StaticFilesStorage"
            if DEBUG
            else "whitenoise.storage.CompressedManifestStaticFilesStorage"
        )
    },
}

# Uploads: evidence of reported values. A zip (Office) file may unpack to so much and hold so many parts.
FILES_DIR = Path(os.environ.get("FILES_DIR", VAR_DIR / "files"))
REPORT_FONTS_DIR = Path(os.environ.get("REPORT_FONTS_DIR", VAR_DIR / "fonts"))
FILE_MAX_BYTES = _count("FILE_MAX_MB", 20) * 1024 * 1024
FILES_PER_ENTRY = 10
ZIP_MAX_UNPACKED_BYTES = 200 * 1024 * 1024
ZIP_MAX_PARTS = 5000

API_MAX_BYTES = _count("API_MAX_MB", 10) * 1024 * 1024

PUBLIC_URL = os.environ.get("PUBLIC_URL", "").strip().rstrip("/")
if PUBLIC_URL and (urlsplit(PUBLIC_URL).scheme not in {"http", "https"} or not urlsplit(PUBLIC_URL).netloc):
    raise ImproperlyConfigured(
        f"PUBLIC_URL={PUBLIC_URL!r}: write it with its scheme, https://tracker.example.gov.cn."
    )
EMAIL_HOST = os.environ.get("EMAIL_HOST", "")
if EMAIL_HOST and not PUBLIC_URL:
    raise ImproperlyConfigured(
        "EMAIL_HOST is set but PUBLIC_URL is not: e-mails link to pages, so set it to the address under which "
        "browsers find the product, e.g. https://tracker.example.gov.cn."
    )
EMAIL_PORT = _count("EMAIL_PORT", 25)
EMAIL_HOST_USER = os.environ.get("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("EMAIL_HOST_PASSWORD", "")
EMAIL_TIMEOUT = 15
DEFAULT_FROM_EMAIL = os.environ.get("EMAIL_FROM", "noreply@localhost")
NOTIFY_CHANNELS = ["yuxi_eldercare.core.notify.Email"] * bool(EMAIL_HOST) + _words("NOTIFY_CHANNELS")

DOCUMENTS_DIR = Path(os.environ.get("DOCUMENTS_DIR", BASE_DIR.parent / "shared" / "documents"))
FIXTURES_DIR = BASE_DIR / "fixtures"

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "rest_framework.authentication.BasicAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["yuxi_eldercare.core.api.OrjsonRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_PAGINATION_CLASS": "yuxi_eldercare.core.api.Pages",
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "玉溪市“一老一小”目标跟踪 API",
    "DESCRIPTION": "Plans, targets, observations and assessments of Yuxi city and its nine counties.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1/",
    # Two resources use one code list under a name that means another list elsewhere.
    "ENUM_NAME_OVERRIDES": {
        "ProgressStateEnum": "targets.progress.State",
        "EntryStateEnum": "targets.models.Entry.State",
        "BindingOriginEnum": "targets.models.RegionalTarget.Origin",
    },
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": os.environ.get("LOG_LEVEL", "INFO")},
    "loggers": {"axes": {"level": "WARNING"}},
}
