"""Log-in of programs: Authorization: Bearer <prefix>.<secret>."""

from __future__ import annotations

from typing import Any

from django.utils import timezone, translation
from django.utils.translation import gettext as _
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request

from crm.actions.settings import note_token_use
from crm.models import ApiToken, User
from crm.tokens import read_token

LONGEST_KEY = 200


class TokenAuthentication(BaseAuthentication):
    """A personal key. Wrong, expired, revoked and a leaver's key get the same answer."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        scheme, _space, key = get_authorization_header(request).decode("latin-1").partition(" ")
        if scheme.lower() != "bearer":
            return None
        now = timezone.now()
        token = read_token(key.strip(), now=now) if len(key) <= LONGEST_KEY else None
        if token is None:
            raise AuthenticationFailed(_("This API key does not work. It may have expired or been revoked."))
        if request.method not in SAFE_METHODS and token.scope != ApiToken.Scope.WRITE:
            raise PermissionDenied(_("This API key may only read."))
        note_token_use(token=token, now=now)
        # Words and days are the caller's own; the middleware puts the former ones back after the request.
        translation.activate(token.user.language)
        timezone.activate(token.user.time_zone)
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="Setten"'


def by_token(request: Any) -> bool:
    """Tell whether a program is asking, not a person in the browser."""
    return isinstance(getattr(request, "auth", None), ApiToken)
