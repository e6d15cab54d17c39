"""What must not go live. `check --deploy` lists it, and `serve` refuses to start on it outside the demo."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.checks import Warning as Caution
from django.db import DatabaseError

LOCAL = ("http://localhost", "http://127.0.0.1", "http://[::1]")
NETWORK_FILE_SYSTEMS = {"nfs", "nfs4", "cifs", "smb3", "smbfs", "fuse.sshfs", "fuse.glusterfs", "9p", "afs", "ceph"}
MIN_KEY = 50


@register(Tags.security, deploy=True)
def production(app_configs: Any, databases: Sequence[str] | None = None, **_: Any) -> list[CheckMessage]:
    return [*_modes(), *_addresses(), *_secrets(), *_data(), *_people()]


def _modes() -> Iterator[CheckMessage]:
    if settings.DEBUG:
        yield Error("DEBUG is on: error pages would show code and data.", hint="Remove DEBUG.", id="setten.E001")
    if settings.DEMO:
        yield Error("DEMO is on: its log-ins and password are public.", hint="Remove DEMO.", id="setten.E002")


def _addresses() -> Iterator[CheckMessage]:
    if any(host.startswith(("*", ".")) for host in settings.ALLOWED_HOSTS):
        yield Error("ALLOWED_HOSTS holds a wildcard: forged links could be mailed.", hint="Name each host.", id="setten.E003")
    if not settings.HTTPS and settings.BASE_URL.startswith(LOCAL):
        yield Caution(
            "BASE_URL is http on this machine only: others cannot log in safely.", hint="Set BASE_URL=https://...", id="setten.W004"
        )
    elif not settings.HTTPS:
        yield Error(
            "BASE_URL is not https: passwords and customers would travel readable.", hint="Set BASE_URL=https://...", id="setten.E004"
        )


def _secrets() -> Iterator[CheckMessage]:
    for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        if len(key) < MIN_KEY or len(set(key)) < 10:
            hint = "Remove SECRET_KEY (one is made in DATA_DIR) or set 50 or more random characters."
            yield Error("SECRET_KEY or one of its fallbacks is weak: sessions could be forged.", hint=hint, id="setten.E005")
    if settings.EMAIL_BACKEND != "django.core.mail.backends.smtp.EmailBackend":
        yield Error("No mail server: reports and password resets would go nowhere.", hint="Set EMAIL_URL.", id="setten.E006")


def _data() -> Iterator[CheckMessage]:
    mode = settings.DATA_DIR.stat().st_mode
    if mode & 0o007:
        yield Error(f"Everybody on this machine can enter {settings.DATA_DIR}.", hint="chmod o-rwx on DATA_DIR.", id="setten.E007")
    database = settings.DATABASES["default"]
    if database["ENGINE"].endswith("sqlite3") and (kind := _file_system(Path(database["NAME"]))) in NETWORK_FILE_SYSTEMS:
        hint = "Put DATA_DIR on a local disk, or use PostgreSQL (DATABASE_URL)."
        yield Error(f"SQLite lies on a network file system ({kind}): it would be damaged.", hint=hint, id="setten.E008")


def _file_system(path: Path) -> str:
    """Return the kind of file system a path lies on, or nothing where the system does not say (only Linux does)."""
    mounts = Path("/proc/mounts")
    if not mounts.exists():
        return ""
    lines = [line.split() for line in mounts.read_text().splitlines()]
    above = [(Path(line[1]), line[2]) for line in lines if path.resolve().is_relative_to(line[1])]
    return max(above, key=lambda mount: len(mount[0].parts), default=(path, ""))[1]


def _people() -> Iterator[CheckMessage]:
    from crm.demo.logins import LOGINS
    from crm.models import User

    demo = {login.code: login.mail for login in LOGINS}
    try:
        rows = User.objects.working().filter(code__in=demo).values_list("code", "email")
        found = sorted(code for code, mail in rows if demo[code] == mail)
    except DatabaseError:
        return  # before the first migration there is nobody
    if found:
        hint = "Start with an empty database, or deactivate them."
        yield Error(f"Demo users may log in with a public password: {', '.join(found)}.", hint=hint, id="setten.E009")
