"""The caller's bin, as programs read and empty it."""

from __future__ import annotations

from typing import Any, ClassVar

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from contacts.actions.errors import NotInBin
from contacts.actions.purging import purge_contact
from contacts.models import ContactPoint
from contacts.throwing import binned, days_left
from crm.doors import visible_or_404
from crm.rest.views import RoomViewSet


class BinnedSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    number = serializers.IntegerField(allow_null=True)
    state = serializers.ChoiceField(choices=ContactPoint.State.choices)
    started_at = serializers.DateTimeField()
    customer = serializers.UUIDField(source="customer.pk", default=None, allow_null=True)
    content = serializers.CharField()
    deleted_at = serializers.DateTimeField()
    days_left = serializers.SerializerMethodField(help_text="Days on which it can still be restored: POST /contacts/{id}/restore/.")

    def get_days_left(self, row: ContactPoint) -> int:
        return days_left(row, timezone.now())


@extend_schema_view(
    list=extend_schema(summary="List one's own deleted contact records", responses=BinnedSerializer(many=True)),
    destroy=extend_schema(
        summary="Delete one's own record for good", responses={204: OpenApiResponse(description="Gone. It cannot be undone.")}
    ),
)
class BinViewSet(RoomViewSet):
    """What the caller deleted in the last 30 days, own or entered for somebody."""

    queryset = ContactPoint.objects.none()
    serializer_class = BinnedSerializer
    sorts: ClassVar[dict[str, list[str]]] = {"-deleted_at": ["-deleted_at", "-pk"]}

    def get_queryset(self) -> Any:
        return binned(self.viewer, timezone.now())

    def list(self, request: Request) -> Response:
        return self.get_paginated_response(BinnedSerializer(self.paginate_queryset(self.get_queryset()), many=True).data)

    def destroy(self, request: Request, pk: Any) -> Response:
        row = visible_or_404(ContactPoint.objects.purgeable_by(self.viewer, timezone.now()), pk)
        try:
            purge_contact(by=self.viewer, contact=row)
        except NotInBin as error:
            raise Http404 from error
        return Response(status=204)
