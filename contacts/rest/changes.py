"""The history of changes of a contact record, as programs read it."""

from __future__ import annotations

from typing import Any, ClassVar

from django.http import Http404
from django.utils.functional import cached_property
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from contacts.actions.errors import NoSuchText
from contacts.actions.keeping import restore_content
from contacts.changes import SHOWN, entries_for, is_bare
from contacts.models import ContactPoint
from crm.changes import changes_of
from crm.doors import visible_or_404
from crm.models import AuditEntry
from crm.rest.fields import VersionField
from crm.rest.views import RoomViewSet


class LineSerializer(serializers.Serializer[Any]):
    name = serializers.CharField(help_text="The field, or custom.<code> for one of the company's own items.")
    label = serializers.CharField(help_text="Its name in the caller's language.")  # type: ignore[assignment]  # a field, not the label of one
    old = serializers.CharField()
    new = serializers.CharField()
    added = serializers.ListField(child=serializers.CharField())
    removed = serializers.ListField(child=serializers.CharField())


class ChangeSerializer(serializers.Serializer[Any]):
    """One deed, in words of the caller's language. What names only what the caller may not see is left out."""

    id = serializers.IntegerField(source="pk")
    at = serializers.DateTimeField()
    user = serializers.IntegerField(source="user.pk", default=None, allow_null=True)
    verb = serializers.CharField()
    via = serializers.CharField()
    lines = LineSerializer(many=True)


class RestoreSerializer(serializers.Serializer[Any]):
    version = VersionField(help_text="The version of the record that was read.")


class RestoredSerializer(serializers.Serializer[Any]):
    version = serializers.IntegerField()
    content = serializers.CharField()


@extend_schema_view(list=extend_schema(summary="List changes of a contact record", responses=ChangeSerializer(many=True)))
class ChangeViewSet(RoomViewSet):
    """Who changed what on a record that the caller may see, the newest first."""

    queryset = AuditEntry.objects.none()
    serializer_class = ChangeSerializer
    lookup_value_converter = "int"
    sorts: ClassVar[dict[str, list[str]]] = {"-at": ["-at", "-pk"]}

    @cached_property
    def record(self) -> Any:
        return visible_or_404(ContactPoint.objects.visible_to(self.viewer).with_edit_right(self.viewer), self.kwargs["contact"])

    def get_queryset(self) -> Any:
        return entries_for(self.record, self.viewer)

    def list(self, request: Request, contact: Any) -> Response:
        rows = self.paginate_queryset(self.get_queryset())
        hide = set() if self.record.may_edit else {"scope"}
        told = changes_of(
            self.record, rows or [], self.viewer, SHOWN, hide=hide, bare=lambda entry: is_bare(self.record, self.viewer, entry)
        )
        return self.get_paginated_response(ChangeSerializer(told, many=True).data)

    @extend_schema(summary="Bring back the text before a change", request=RestoreSerializer, responses=RestoredSerializer)
    @action(detail=True, methods=["post"], serializer_class=RestoreSerializer)
    def restore(self, request: Request, contact: Any, pk: Any) -> Response:
        entry = self.get_object()
        if not self.record.may_edit or is_bare(self.record, self.viewer, entry):
            raise Http404
        version = self.checked()["version"]
        try:
            row = restore_content(by=self.viewer, contact=self.record, version=version, entry=entry)
        except NoSuchText as error:
            raise Http404 from error
        return Response(RestoredSerializer(row).data)
