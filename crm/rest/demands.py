"""What the company demands of a record holds for programs too."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError

from crm.layout import ITEMS, layout_for, missing
from crm.models import FormLayout, User


def check_demands(target: str, viewer: User, entry: Any, *, row: Any = None, sent: Mapping[str, Any] | None = None) -> None:
    """Refuse an entry that lacks what the layout of this person demands. Raises ValidationError, field by field.

    row, sent: of a change, the row and what was sent; what stands and was not sent stays, seen or not.
    """
    layout = layout_for(target, viewer, FormLayout.Device.WIDE)
    if not layout.required:
        return
    names = {name for code in layout.required for name in ITEMS[target][code].demanded}
    said = {name: _said(name, entry) or _stays(name, row, sent) for name in names}
    if lacking := missing(target, layout, said):
        raise ValidationError({item.demanded[0].removesuffix("_on"): [_("This item is required.")] for item in lacking})


def _said(name: str, entry: Any) -> Any:
    return getattr(entry, "next" if name == "next_on" else name, None)


def _stays(name: str, row: Any, sent: Mapping[str, Any] | None) -> bool:
    """Tell whether the row holds something under this name that the change leaves alone."""
    if row is None or name in (sent or {}):
        return False
    kept_whole = name in ("expenses", "files", "requests", "facilities", "guests", "infos")
    return kept_whole or bool(getattr(row, "next_appointment_id" if name == "next_on" else f"{name}_id", None))
