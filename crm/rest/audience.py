"""Naming somebody outside the audience (公開範囲) lets them read: a program has to say yes to that, as a person does on the page."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from crm.audience import Audience, newly_outside
from crm.models import User


class OutsideAllowedField(serializers.BooleanField):
    """Write-only: the yes."""

    def __init__(self, **options: Any) -> None:
        said = "True lets people who are named here read it although the audience leaves them out; without it they are refused."
        super().__init__(**{"required": False, "write_only": True, "help_text": said, **options})


def require_allowed(
    audience: Audience, users: Collection[User], allowed: bool, *, before: Audience | None = None, known: Collection[User] = ()
) -> None:
    """Raise ValidationError if these people would read although the audience leaves them out, and nobody has said yes."""
    if allowed or not (asked := newly_outside(audience, list(dict.fromkeys(users)), before=before, known=known)):
        return
    names = "、".join(str(user) for user in asked)
    raise ValidationError({"outside_allowed": [_("%(names)s: outside the visibility. Let them read all the same?") % {"names": names}]})
