"""Personal API keys, and one's own profile."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from crm import journal
from crm.japanese import kana_sort_key, searchable
from crm.models import ApiToken, User
from crm.tokens import digest

SECRET_BYTES = 32
USE_NOTED_EVERY = timedelta(hours=1)


@transaction.atomic
def issue_token(*, user: User, name: str, scope: str, expires_at: datetime) -> tuple[ApiToken, str]:
    """Make a personal API key; return it and the key itself, which is shown once and stored only as a hash."""
    secret = secrets.token_urlsafe(SECRET_BYTES)
    token = ApiToken.objects.create(
        user=user, name=name, scope=scope, expires_at=expires_at, prefix=f"st_{secrets.token_hex(4)}", digest=digest(secret)
    )
    journal.record(user, "create", token, {}, journal.picture(token))
    return token, f"{token.prefix}.{secret}"


@transaction.atomic
def revoke_token(*, by: User, token: ApiToken, now: datetime) -> ApiToken:
    """Close a key for good; the next request with it is refused."""
    before = journal.picture(token)
    token.revoked_at = token.revoked_at or now
    token.save(update_fields=["revoked_at"])
    journal.record(by, "change", token, before, journal.picture(token))
    return token


@transaction.atomic
def note_token_use(*, token: ApiToken, now: datetime) -> None:
    """Keep when a key was last used, to the hour: enough to find those nobody needs, and one write an hour."""
    if token.last_used_at is None or now - token.last_used_at > USE_NOTED_EVERY:
        ApiToken.objects.for_the_house("the token just used").filter(pk=token.pk).update(last_used_at=now)


@transaction.atomic
def change_own_profile(*, user: User, **fields: Any) -> User:
    """Change one's own card. fields: kana, phone, language, date_style, time_zone; name, code and mail are the administrator's."""
    allowed = {"kana", "phone", "language", "date_style", "time_zone"}
    if unknown := set(fields) - allowed:
        raise ValueError(f"not one's own to change: {unknown}")
    before = journal.picture(User.objects.get(pk=user.pk))
    for name, value in fields.items():
        setattr(user, name, value)
    user.sort_key = kana_sort_key(user.kana or user.name)
    user.search_text = searchable(user.name, user.kana, user.code, user.email)
    user.save(update_fields=[*fields, "sort_key", "search_text"])
    journal.record(user, "change", user, before, journal.picture(user))
    return user
