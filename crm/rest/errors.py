"""Errors of the API: one shape, in the caller's language, and nothing about what the caller may not see."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied as DjangoDenied
from django.http import Http404
from django.utils.translation import gettext as _
from rest_framework import exceptions, status
from rest_framework.response import Response
from rest_framework.views import exception_handler

from crm.actions import (
    AssetElsewhere,
    CategoryElsewhere,
    DealElsewhere,
    DepartmentElsewhere,
    IdTaken,
    NotAllowed,
    NotDelegated,
    PersonElsewhere,
    StaleVersion,
)
from crm.actions.assets import EndsBeforeStart
from crm.actions.customers import CodeTaken

EVERYTHING = "non_field_errors"


class Conflict(exceptions.APIException):
    status_code = status.HTTP_409_CONFLICT
    default_code = "conflict"


class StaleConflict(Conflict):
    """The row has moved on; the answer carries the version to read and try again with."""

    default_code = "stale_version"

    def __init__(self, version: int) -> None:
        super().__init__(_("Somebody changed this in the meantime. Read it again and send your change with the new version."))
        self.version = version


def answer_error(error: Exception, context: dict[str, Any]) -> Response | None:
    """Turn an exception into {"error": {"code", "message", "fields"}}; None lets an unknown one become a 500."""
    known = _translated(error)
    response = exception_handler(known, context)
    if response is None:
        return None
    shown: dict[str, Any] = {"code": _code(known), "message": _message(known), "fields": _fields(known)}
    if isinstance(known, StaleConflict):
        shown["current_version"] = known.version
    response.data = {"error": shown}
    return response


def _translated(error: Exception) -> Exception:
    """Say what our actions refuse in words of the API."""
    if isinstance(error, StaleVersion):
        return StaleConflict(error.current.version)
    if isinstance(error, IdTaken):
        return Conflict(_("This id cannot be used."), code="id_taken")
    said = {
        PersonElsewhere: ("person", _("Not found.")),
        DealElsewhere: ("deal", _("Not found.")),
        DepartmentElsewhere: ("department", _("Not found.")),
        AssetElsewhere: ("asset", _("Not found.")),
        CategoryElsewhere: ("category2", _("Not found.")),
        NotAllowed: ("audience", _("Only those in charge, the recorder and administrators may change the visibility.")),
        NotDelegated: ("owner", _("You may not enter for this person.")),
        EndsBeforeStart: ("ends_on", _("The contract ends before it starts.")),
        CodeTaken: ("code", _("This customer code cannot be used.")),
    }
    if type(error) in said:
        field, message = said[type(error)]
        return exceptions.ValidationError({field: [message]})
    return error


def _code(error: Exception) -> str:
    if isinstance(error, Http404):
        return "not_found"
    if isinstance(error, DjangoDenied):
        return "permission_denied"
    codes = error.get_codes() if isinstance(error, exceptions.APIException) else "error"
    return codes if isinstance(codes, str) else "invalid"


def _message(error: Exception) -> str:
    if isinstance(error, Http404):
        return _("Not found.")
    if isinstance(error, exceptions.ValidationError):
        return _("Please check what you entered.")
    if isinstance(error, exceptions.APIException) and not isinstance(error.detail, list | dict):
        return str(error.detail)
    return _("You may not do this.")


def _fields(error: Exception) -> dict[str, list[str]]:
    if not isinstance(error, exceptions.ValidationError):
        return {}
    detail: Any = error.detail
    return dict(_flat(detail if isinstance(detail, dict) else {EVERYTHING: detail}))


def _flat(detail: Any, path: str = "") -> list[tuple[str, list[str]]]:
    """Give every message a path such as phones.0.number."""
    if isinstance(detail, dict):
        lines = [(str(name), below) for name, below in detail.items()]
    elif isinstance(detail, list) and any(isinstance(one, dict | list) for one in detail):
        lines = [(str(place), below) for place, below in enumerate(detail) if below]
    else:
        return [(path or EVERYTHING, [str(one) for one in (detail if isinstance(detail, list) else [detail])])]
    return [flat for name, below in lines for flat in _flat(below, f"{path}.{name}" if path else name)]
