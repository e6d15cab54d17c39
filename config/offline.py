"""The service worker: the built script, told which release of which files it keeps."""

from __future__ import annotations

import json
from functools import cache
from hashlib import sha256
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.templatetags.static import static
from django.urls import reverse

# The page's own names; what scripts import keeps the name that it was built with.
NAMED = ("dist/app.css", "dist/app.js", "dist/favicon.svg")


def worker_script() -> str | None:
    """Return the script, None before the pages' files were built."""
    folder = _folder()
    return None if folder is None else _script(folder, "" if not settings.DEBUG else str((folder / "app.js").stat().st_mtime))


def _folder() -> Path | None:
    collected = Path(settings.STATIC_ROOT) / "dist"
    if (collected / "sw.js").exists() and not settings.DEBUG:
        return collected
    found = finders.find("dist/sw.js")
    return Path(str(found)).parent if found else None


@cache
def _script(folder: Path, changed: str) -> str:
    parts = sorted(
        f"{settings.STATIC_URL}dist/chunks/{path.name}" for path in (folder / "chunks").glob("*.js") if path.name.count(".") == 1
    )
    files = [*(static(name) for name in NAMED), f"{settings.STATIC_URL}dist/select.js", *parts]
    text = (folder / "sw.js").read_text(encoding="utf-8")
    release = sha256(b"".join([text.encode(), *((folder / Path(name).name).read_bytes() for name in NAMED)])).hexdigest()[:12]
    told = {"release": release, "files": files, "shell": reverse("contacts:offline")}
    return f"const SETTEN = {json.dumps(told)};\n{text}"
