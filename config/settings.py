"""Settings: one file, the environment decides. What may be set stands in env.py, how it is read in sources.py."""

import os
from pathlib import Path
from urllib.parse import urlsplit

from config import logs, sources
from config.env import BASE_DIR, env

# Where it runs
DEBUG = env("DEBUG")
DEMO = env("DEMO")
DATA_DIR = Path(env("DATA_DIR")).resolve()
DATA_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)
HOST, PORT = env("HOST"), env("PORT")
BASE_URL = (env("BASE_URL") or f"http://localhost:{PORT}").rstrip("/")
HTTPS = BASE_URL.startswith("https://")
ALLOWED_HOSTS = [*env("ALLOWED_HOSTS"), urlsplit(BASE_URL).hostname or "localhost", "localhost", "127.0.0.1", "[::1]"]
CSRF_TRUSTED_ORIGINS = env("CSRF_TRUSTED_ORIGINS")
WEB_PROCESSES, WEB_THREADS = env("WEB_PROCESSES"), env("WEB_THREADS")
SECRET_KEY = sources.secret_key(env("SECRET_KEY"), DATA_DIR)
SECRET_KEY_FALLBACKS = env("SECRET_KEY_FALLBACKS")
# wsgi.py says "web"; commands, the worker and migrations are jobs and may take longer.
IS_WEB = os.environ.get("PROCESS") == "web"

# What it is made of
INSTALLED_APPS = [
    "config.apps.FrameConfig",
    "crm",
    "schedule",
    "contacts",
    "reports",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "config.apps.StaticConfig",
    "django.contrib.humanize",
    "django.forms",
    "guardian",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_htmx",
    "template_partials",
]
MIDDLEWARE = [
    "config.middleware.SecurityHeaders",
    "config.middleware.RequestLog",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "config.middleware.SessionAge",
    "config.middleware.PersonalSettings",
    "config.middleware.LogInRequired",
    "crm.doors.scopes_once_per_request",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "config" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["template_partials.templatetags.partials"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.csrf",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "config.context.frame",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# Data
DATABASES = {
    "default": sources.database(
        env("DATABASE_URL"),
        DATA_DIR,
        pool_size=env("DB_POOL_SIZE"),
        statement_seconds=env("DB_STATEMENT_TIMEOUT_SECONDS") if IS_WEB else env("DB_JOB_TIMEOUT_SECONDS"),
        lock_seconds=env("DB_LOCK_TIMEOUT_SECONDS"),
        idle_seconds=env("DB_IDLE_TIMEOUT_SECONDS"),
    )
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = sources.caches(env("CACHE_URL"))
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [path for path in [BASE_DIR / "static"] if path.exists()]
WHITENOISE_USE_FINDERS = DEBUG or not (STATIC_ROOT / "staticfiles.json").exists()
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = ("map", "png", "gz", "br", "woff2")
STORAGES = {"default": sources.files(env("STORAGE_URL"), DATA_DIR), "staticfiles": {"BACKEND": "config.static.Storage"}}
FILE_UPLOAD_HANDLERS = ["crm.uploads.Arriving"]
FILE_UPLOAD_PERMISSIONS = 0o640
MEDIA_ORIGINS = sources.media_origins(env("STORAGE_URL"))
X_ACCEL_PREFIX = env("X_ACCEL_PREFIX")
SCAN_COMMAND = env("SCAN_COMMAND")
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440  # bytes
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000

# People
AUTH_USER_MODEL = "crm.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend", "guardian.backends.ObjectPermissionBackend"]
ANONYMOUS_USER_NAME = None
GUARDIAN_RAISE_403 = False
PASSWORD_HASHERS = ["config.passwords.Argon2Hasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "config.passwords.MaximumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["code", "name", "kana", "email"]},
    },
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "account_login"
PASSWORD_RESET_TIMEOUT = 3600  # seconds
ACCOUNT_ADAPTER = "config.accounts.Adapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = "code"
ACCOUNT_USER_MODEL_EMAIL_FIELD = "email"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = "[Setten] "
ACCOUNT_USERNAME_MIN_LENGTH = 1
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_SESSION_REMEMBER = None  # the person chooses
ACCOUNT_REAUTHENTICATION_TIMEOUT = 900  # seconds
ACCOUNT_RATE_LIMITS = {
    "login": "60/m/ip",
    "login_failed": "30/15m/ip,5/15m/key",
    "reset_password": "20/h/ip,3/h/key",
    "reset_password_from_key": "20/h/ip",
}
ALLAUTH_TRUSTED_PROXY_COUNT = env("TRUSTED_PROXY_COUNT")
ALLAUTH_USER_CODE_FORMAT = {"numeric": True, "dashed": False, "length": 8}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Setten"
USERSESSIONS_TRACK_ACTIVITY = False  # it would write on every read

# Sessions and transport
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_IDLE_SECONDS = env("SESSION_IDLE_MINUTES") * 60
SESSION_MAX_SECONDS = env("SESSION_MAX_HOURS") * 3600
SESSION_COOKIE_AGE = env("SESSION_REMEMBER_DAYS") * 86400
SESSION_COOKIE_NAME = "__Host-sid" if HTTPS else "sid"
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrf"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SECURE_SSL_REDIRECT = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env("TRUSTED_PROXY_COUNT") else None
SECURE_REDIRECT_EXEMPT = ["^health$", "^ready$"]
SECURE_HSTS_SECONDS = env("HSTS_SECONDS") if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
CSP_REPORT_URL = env("CSP_REPORT_URL")
SILENCED_SYSTEM_CHECKS = [
    "security.W002",  # X-Frame-Options: frame-ancestors in SecurityHeaders says it
    "security.W004",  # HSTS, SSL redirect and secure cookies follow BASE_URL; config.E004 asks for https there
    "security.W008",
    "security.W012",
    "security.W016",
    "security.W021",  # preload is the operator's choice
]

# Words and days
LANGUAGES = [("ja", "日本語"), ("en", "English")]
LANGUAGE_CODE = env("DEFAULT_LANGUAGE")
LANGUAGE_COOKIE_NAME = "lang"
LOCALE_PATHS = [BASE_DIR / "config" / "locale"]
TIME_ZONE = env("TIME_ZONE")
USE_I18N = USE_TZ = True

# Mail
vars().update(sources.mail(env("EMAIL_URL"), demo=DEMO))
EMAIL_TIMEOUT = env("EMAIL_TIMEOUT_SECONDS")
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env("EMAIL_FROM")

# Promises and workers: topic -> the handler that keeps it
OUTBOX: dict[str, str] = {
    "report.mail": "reports.handlers.mail_report",
    "report.notice": "reports.handlers.notice_report",
    "again.mail": "reports.handlers.mail_again",
    "again.notice": "reports.handlers.notice_again",
    "reply.mail": "reports.handlers.mail_reply",
    "reply.notice": "reports.handlers.notice_reply",
    "behalf.notice": "reports.handlers.notice_behalf",
    "request.mail": "reports.handlers.mail_request",
    "request.notice": "reports.handlers.notice_request",
    "requestanswer.mail": "reports.handlers.mail_request_answer",
    "requestanswer.notice": "reports.handlers.notice_request_answer",
    "comment.mail": "reports.handlers.mail_comment",
    "comment.notice": "reports.handlers.notice_comment",
    "choice.contacts": "contacts.handlers.choice_changed",
    "choice.items": "crm.handlers.choice_merged",
    "choice.calendars": "schedule.handlers.choice_changed",
    "file.scan": "contacts.handlers.scan_file",
    "file.bytes": "contacts.handlers.delete_bytes",
    "customer.changed": "schedule.handlers.customer_changed",
    "deal.changed": "schedule.handlers.deal_changed",
    "seat.lost": "schedule.handlers.seat_lost",
}
COMPANY_REMEMBERED_S = 10  # how long a process goes on with the company settings it read
OUTBOX_LEASE_SECONDS = env("OUTBOX_LEASE_SECONDS")
BROKER_URL = env("BROKER_URL")
WORKER_THREADS = env("WORKER_THREADS")
BEAT_SCHEDULE: dict[str, dict[str, object]] = {
    "keep-promises": {"task": "crm.tasks.keep_promises", "schedule": 1.0, "options": {"expires": 10}},
    "seat-everybody": {"task": "crm.tasks.seat_everybody", "schedule": 60.0, "options": {"expires": 50}},
    "empty-bins": {"task": "contacts.tasks.empty_bins", "schedule": 3600.0, "options": {"expires": 600}},
    "forget-promises": {"task": "crm.tasks.forget_promises", "schedule": 3600.0, "options": {"expires": 600}},
    "clear-files": {"task": "contacts.tasks.clear_files", "schedule": 3600.0, "options": {"expires": 600}},
}

# API
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["crm.rest.tokens.TokenAuthentication", "rest_framework.authentication.SessionAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["crm.rest.parsing.SafeJSONParser"],
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_PAGINATION_CLASS": "crm.rest.paging.KeysetPagination",
    "DEFAULT_THROTTLE_CLASSES": ["config.throttles.PerUser"],
    "DEFAULT_THROTTLE_RATES": {"user": f"{env('API_REQUESTS_PER_MINUTE')}/min"},
    "DEFAULT_SCHEMA_CLASS": "crm.rest.schema.Schema",
    "EXCEPTION_HANDLER": "crm.rest.errors.answer_error",
    "URL_FORMAT_OVERRIDE": None,  # ?format= is a parameter like any other: unknown
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Setten API",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.IsAuthenticated"],
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_NAME_OVERRIDES": {
        "CustomerType": "crm.models.customer.Customer.Type",
        "CustomerKind": "crm.models.customer.Customer.Kind",
        "RecipientRole": "contacts.models.reportto.ReportRecipient.Role",
        "FileKind": "contacts.models.attachment.Attachment.Kind",
        "ContactState": "contacts.models.point.ContactPoint.State",
        "FileState": "contacts.models.attachment.Attachment.State",
        "FeedKind": "schedule.models.feed.CalendarFeed.Kind",
        "AccountStaffRole": "crm.models.customer.CustomerStaff.Role",
    },
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SWAGGER_UI_SETTINGS": {"deepLinking": True, "persistAuthorization": False, "validatorUrl": None},
}

# Logs
LOGGING_CONFIG = None
logs.set_up(style=env("LOG_FORMAT") or ("text" if DEBUG or DEMO else "json"), level=env("LOG_LEVEL"))
