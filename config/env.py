"""Every setting that comes from the environment: its type, its unit and its default. `.env.example` explains each one."""

from pathlib import Path

from environ import Env

BASE_DIR = Path(__file__).resolve().parent.parent

env = Env(
    # Where and how it runs
    DEBUG=(bool, False),
    DEMO=(bool, False),
    DATA_DIR=(str, str(BASE_DIR / "data")),
    HOST=(str, "127.0.0.1"),
    PORT=(int, 8000),
    BASE_URL=(str, ""),
    ALLOWED_HOSTS=(list, []),
    CSRF_TRUSTED_ORIGINS=(list, []),
    TRUSTED_PROXY_COUNT=(int, 0),
    WEB_PROCESSES=(int, 1),
    WEB_THREADS=(int, 4),
    # Secrets
    SECRET_KEY=(str, ""),
    SECRET_KEY_FALLBACKS=(list, []),
    # Services
    DATABASE_URL=(str, ""),
    DB_POOL_SIZE=(int, 8),
    DB_STATEMENT_TIMEOUT_SECONDS=(int, 10),
    DB_JOB_TIMEOUT_SECONDS=(int, 900),
    DB_LOCK_TIMEOUT_SECONDS=(int, 2),
    DB_IDLE_TIMEOUT_SECONDS=(int, 30),
    CACHE_URL=(str, ""),
    BROKER_URL=(str, ""),
    WORKER_THREADS=(int, 4),
    OUTBOX_LEASE_SECONDS=(int, 60),
    EMAIL_URL=(str, ""),
    EMAIL_TIMEOUT_SECONDS=(int, 10),
    EMAIL_FROM=(str, "Setten <setten@localhost>"),
    STORAGE_URL=(str, ""),
    X_ACCEL_PREFIX=(str, ""),
    SCAN_COMMAND=(str, ""),
    # People
    TIME_ZONE=(str, "Asia/Tokyo"),
    DEFAULT_LANGUAGE=(str, "ja"),
    SESSION_IDLE_MINUTES=(int, 120),
    SESSION_MAX_HOURS=(int, 12),
    SESSION_REMEMBER_DAYS=(int, 14),
    API_REQUESTS_PER_MINUTE=(int, 600),
    # Watching
    LOG_FORMAT=(str, ""),
    LOG_LEVEL=(str, "INFO"),
    HSTS_SECONDS=(int, 31536000),
    CSP_REPORT_URL=(str, ""),
)

Env.read_env(BASE_DIR / ".env")
