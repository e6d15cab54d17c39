"""How the API describes itself: keys, the one shape of errors, and which of them any address may answer."""

from __future__ import annotations

from typing import Any

from django.db.models import UUIDField
from drf_spectacular.extensions import OpenApiAuthenticationExtension, OpenApiSerializerFieldExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import inline_serializer
from rest_framework import serializers

from crm.rest.fields import LARGEST_KEY


class TokenScheme(OpenApiAuthenticationExtension):
    target_class = "crm.rest.tokens.TokenAuthentication"
    name = "personalKey"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, Any]:
        return {"type": "http", "scheme": "bearer", "description": "A personal API key, issued under Settings."}


class VisibleFieldType(OpenApiSerializerFieldExtension):
    """A key is a UUID or a running number, as its model says."""

    target_class = "crm.doors.VisibleField"

    def map_serializer_field(self, auto_schema: AutoSchema, direction: str) -> dict[str, Any]:
        by_uuid = isinstance(self.target.of._meta.pk, UUIDField)
        return {"type": "string", "format": "uuid"} if by_uuid else {"type": "integer", "minimum": 1, "maximum": LARGEST_KEY}


class ListChoiceType(OpenApiSerializerFieldExtension):
    target_class = "crm.rest.fields.ListChoiceField"

    def map_serializer_field(self, auto_schema: AutoSchema, direction: str) -> dict[str, Any]:
        about = f"Key of an option of the list {self.target.list_code}."
        return {"type": "integer", "minimum": 1, "maximum": LARGEST_KEY, "description": about}


class ErrorSerializer(serializers.Serializer[Any]):
    """The one shape of every error."""

    error = inline_serializer(
        "ErrorDetail",
        {
            "code": serializers.CharField(),
            "message": serializers.CharField(help_text="In the caller's language."),
            "fields": serializers.DictField(child=serializers.ListField(child=serializers.CharField())),
            "current_version": serializers.IntegerField(required=False, help_text="With code stale_version only."),
        },
    )


class Schema(AutoSchema):
    def get_response_serializers(self) -> Any:
        said = super().get_response_serializers()
        codes = {str(code): kind for code, kind in said.items()} if isinstance(said, dict) else {self._plain_code(): said}
        return codes | {code: ErrorSerializer for code in self._errors() if code not in codes}

    def _plain_code(self) -> str:
        if self.method == "DELETE":
            return "204"
        return "201" if self.method == "POST" and getattr(self.view, "action", "") == "create" else "200"

    def _errors(self) -> list[str]:
        errors = ["400", "401", "403", "429"]
        if "{" in self.path:
            errors.append("404")
        if self.method in ("POST", "PUT", "PATCH"):
            errors += ["409", "413", "415"]
        return errors
