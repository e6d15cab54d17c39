"""Personal API keys as they travel: a short name that finds the row, and a secret of which only the hash is stored."""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime

from crm.models import ApiToken


def digest(secret: str) -> str:
    """Return the hash of a secret; 256 random bits need no salt and no slow hash."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def read_token(key: str, *, now: datetime) -> ApiToken | None:
    """Return the token a key opens, with its user; None for a wrong, expired or revoked key and for a leaver's."""
    prefix, _dot, secret = key.partition(".")
    rows = ApiToken.objects.for_the_house("log-in by key: nobody is logged in yet").select_related("user")
    token = rows.filter(prefix=prefix[:12], revoked_at=None, expires_at__gt=now, user__is_active=True).first()
    # The hash is made and compared for an unknown prefix too, so that the time tells nothing.
    fits = hmac.compare_digest(token.digest if token else digest(""), digest(secret))
    return token if token and fits else None
