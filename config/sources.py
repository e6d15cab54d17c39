"""From the words of the environment to what Django wants to hear: secret key, database, cache, mail, files."""

import os
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from django.core.exceptions import ImproperlyConfigured
from django.core.management.utils import get_random_secret_key
from environ import Env


def secret_key(given: str, data_dir: Path) -> str:
    """Return the given key, or one that is made once and kept in the data folder, readable by its owner only."""
    if given:
        return given
    path = data_dir / "secret_key"
    try:
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    key = get_random_secret_key()
    with os.fdopen(file, "w") as out:
        out.write(key)
    return key


def database(url: str, data_dir: Path, *, pool_size: int, statement_seconds: int, lock_seconds: int, idle_seconds: int) -> dict[str, Any]:
    """Return the settings of the database; SQLite in the data folder when no address is given."""
    config: dict[str, Any] = (
        Env.db_url_config(url) if url else {"ENGINE": "django.db.backends.sqlite3", "NAME": str(data_dir / "setten.sqlite3")}
    )
    config["ATOMIC_REQUESTS"] = False
    options = config.setdefault("OPTIONS", {})
    if config["ENGINE"].endswith("sqlite3"):
        # FULL keeps what was acknowledged through a power cut; IMMEDIATE makes check-then-write safe and waiting fair.
        options |= {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA temp_store=MEMORY; PRAGMA cache_size=-20000",
        }
        config["CONN_MAX_AGE"] = 60
        return config
    config["CONN_HEALTH_CHECKS"] = True
    # A choice field iterates over its rows: a cursor on the server would make three requests of one.
    config["DISABLE_SERVER_SIDE_CURSORS"] = True
    options["pool"] = {"min_size": 1, "max_size": pool_size, "timeout": 3}
    milliseconds = {
        "statement_timeout": statement_seconds * 1000,
        "lock_timeout": lock_seconds * 1000,
        "idle_in_transaction_session_timeout": idle_seconds * 1000,
    }
    options["options"] = " ".join(f"-c {name}={value}" for name, value in milliseconds.items())
    return config


def caches(url: str) -> dict[str, Any]:
    """Return the caches: Redis when given, else a table in the database, which all processes share (log-in limits need that).

    `counters` counts API requests, `bodies` keeps packed calendars. Without Redis they stay inside the process: a write to the database for every read would cost more than it protects.
    """
    if url:
        shared = Env.cache_url_config(url)
        return {"default": shared, "counters": shared, "bodies": shared}
    return {
        "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "config_cacherow"},
        "counters": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "counters"},
        "bodies": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "bodies"},
    }


def mail(url: str, *, demo: bool) -> dict[str, Any]:
    """Return the EMAIL_* settings. Without a mail server the demo keeps mails where a page can show them."""
    if url:
        return dict(Env.email_url_config(url))
    if demo:
        return {"EMAIL_BACKEND": "reports.mailbox.DemoMailbox"}
    return {"EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"}


def _patience(addressing: str | None) -> Any:
    """Return how long to wait for S3: without bounds a silent server would hold a page for minutes."""
    from botocore.config import Config

    return Config(
        connect_timeout=3,
        read_timeout=20,
        retries={"max_attempts": 2},
        signature_version="s3v4",
        s3={"addressing_style": addressing or "auto"},
    )


def media_origins(url: str) -> list[str]:
    """Return where sound and film may come from besides ourselves: the S3 server that signed links lead to."""
    parts = urlsplit(url)
    if parts.scheme != "s3":
        return []
    options = dict(parse_qsl(parts.query))
    server = urlsplit(options.get("endpoint_url") or f"https://s3.{options.get('region_name', 'us-east-1')}.amazonaws.com")
    hosts = [server.netloc, f"{parts.netloc}.{server.netloc}", *([] if "endpoint_url" in options else [f"{parts.netloc}.s3.amazonaws.com"])]
    return [f"{server.scheme}://{host}" for host in hosts]


def files(url: str, data_dir: Path) -> dict[str, Any]:
    """Return the storage of uploaded files: a folder (default: `files` in the data folder) or s3://bucket?endpoint_url=...&region_name=..."""
    parts = urlsplit(url)
    if parts.scheme == "s3":
        options: dict[str, Any] = dict(parse_qsl(parts.query)) | {
            "bucket_name": parts.netloc,
            "querystring_auth": True,
            "querystring_expire": 60,
            "file_overwrite": False,
        }
        options["client_config"] = _patience(options.pop("addressing_style", None))
        return {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": options}
    if parts.scheme not in ("", "file"):
        raise ImproperlyConfigured(f"STORAGE_URL: {parts.scheme}:// is not known; use file:///folder or s3://bucket")
    return {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": parts.path or str(data_dir / "files")}}
