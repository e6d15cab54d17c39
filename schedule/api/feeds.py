"""The API of calendar links."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from crm.doors import VisibleField
from crm.models import OrgUnit
from crm.rest.errors import Conflict
from crm.rest.views import RoomViewSet
from crm.serializerfields import CleanCharField
from schedule import actions
from schedule.models import CalendarFeed


class FeedSerializer(serializers.ModelSerializer[CalendarFeed]):
    label = CleanCharField(max_length=80)  # type: ignore[assignment]
    unit = VisibleField(OrgUnit, required=False, allow_null=True)

    class Meta:
        model = CalendarFeed
        fields: ClassVar[list[str]] = [
            "id",
            "label",
            "kind",
            "unit",
            "detail",
            "language",
            "colour",
            "alarm_minutes",
            "created_at",
            "last_used_at",
            "last_client",
        ]
        read_only_fields: ClassVar[list[str]] = ["id", "created_at", "last_used_at", "last_client"]

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs.get("kind") == CalendarFeed.Kind.UNIT and attrs.get("unit") is None:
            raise ValidationError({"unit": [_("Choose the unit.")]})
        return attrs


class NewFeedSerializer(FeedSerializer):
    url = serializers.URLField(read_only=True, help_text="Shown only in this answer.")

    class Meta(FeedSerializer.Meta):
        fields: ClassVar[list[str]] = [*FeedSerializer.Meta.fields, "url"]


@extend_schema_view(
    list=extend_schema(responses=FeedSerializer(many=True)),
    create=extend_schema(request=FeedSerializer, responses={201: NewFeedSerializer}),
    destroy=extend_schema(responses={204: OpenApiResponse(description="Taken back: devices drop its appointments at their next visit.")}),
)
class FeedViewSet(RoomViewSet):
    """The caller's own calendar links."""

    queryset = CalendarFeed.objects.none()
    serializer_class = FeedSerializer
    lookup_value_converter = "int"
    sorts: ClassVar[dict[str, list[str]]] = {"-created": ["-created_at", "-pk"]}

    def get_queryset(self) -> Any:
        return CalendarFeed.objects.visible_to(self.viewer).standing()

    def list(self, request: Request) -> Response:
        page = self.paginate_queryset(self.get_queryset())
        return self.get_paginated_response(FeedSerializer(page, many=True).data)

    def create(self, request: Request) -> Response:
        try:
            feed, secret = actions.add_feed(by=self.viewer, now=timezone.now(), **self.checked())
        except actions.TooManyFeeds as error:
            raise Conflict(_("You have 20 links already. Take back one that is not used any more."), code="too_many") from error
        url = f"{settings.BASE_URL}{reverse('schedule:feed', args=[feed.public_id, secret])}"
        return Response({**FeedSerializer(feed).data, "url": url}, status=201)

    def destroy(self, request: Request, pk: Any) -> Response:
        actions.revoke_feed(by=self.viewer, feed=self.get_object(), now=timezone.now())
        return Response(status=204)
