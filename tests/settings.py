"""The product's settings with what a test run must not share: the cache, the cost of a password, collected files."""

from config.settings import *  # noqa: F403

CACHES = {
    name: {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": name} for name in ("default", "counters", "bodies")
}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):  # noqa: F405
    # What a test writes need not outlive a power cut.
    DATABASES["default"]["OPTIONS"]["init_command"] += "; PRAGMA synchronous=OFF"  # noqa: F405
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
# What was built last, not what was collected some time ago: the live server reads STATIC_ROOT.
STATIC_ROOT, STATICFILES_DIRS = BASE_DIR / "static", []  # noqa: F405
SECURE_SSL_REDIRECT = False
REST_FRAMEWORK = REST_FRAMEWORK | {"DEFAULT_THROTTLE_RATES": {"user": "1000000/min"}}  # noqa: F405
