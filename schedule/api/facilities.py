"""The API of facilities: what can be booked, and when it is in use."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, ClassVar

from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from crm.rest.views import RoomViewSet
from crm.serializerfields import DateTimeField
from schedule.models import Facility
from schedule.slots import lines_of

LONGEST = timedelta(days=31)


class FacilitySerializer(serializers.ModelSerializer[Facility]):
    class Meta:
        model = Facility
        fields: ClassVar[list[str]] = ["id", "name_ja", "name_en", "note", "capacity"]


class SlotSerializer(serializers.Serializer[Any]):
    """Facility, start and end of what is booked. The appointment is named only to who may see it."""

    facility = serializers.IntegerField()
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    appointment = serializers.UUIDField(allow_null=True)


class SpanSerializer(serializers.Serializer[Any]):
    since = DateTimeField()
    until = DateTimeField()

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if not timedelta() < attrs["until"] - attrs["since"] <= LONGEST:
            raise ValidationError({"until": [_("Ask for up to 31 days.")]})
        return attrs


SPAN = [OpenApiParameter(name, OpenApiTypes.DATETIME, required=True) for name in ("since", "until")]


@extend_schema_view(list=extend_schema(responses=FacilitySerializer(many=True)))
class FacilityViewSet(RoomViewSet):
    """Rooms, cars and equipment that an appointment can book."""

    queryset = Facility.objects.none()
    serializer_class = FacilitySerializer
    module = "facilities"
    lookup_value_converter = "int"
    sorts: ClassVar[dict[str, list[str]]] = {"order": ["place", "pk"]}

    def get_queryset(self) -> Any:
        return Facility.objects.offered()

    def known_parameters(self) -> set[str]:
        return {"since", "until"} if self.action == "busy" else super().known_parameters()

    def list(self, request: Request) -> Response:
        page = self.paginate_queryset(self.get_queryset())
        return self.get_paginated_response(FacilitySerializer(page, many=True).data)

    @extend_schema(responses=SlotSerializer(many=True), parameters=SPAN, filters=False)
    @action(detail=False, methods=["get"], pagination_class=None)
    def busy(self, request: Request) -> Response:
        """When facilities are in use, in up to 31 days."""
        asked = SpanSerializer(data=request.query_params)
        asked.is_valid(raise_exception=True)
        lines = lines_of(asked.validated_data["since"], asked.validated_data["until"], self.viewer)
        slots = [
            {
                "facility": line.facility.pk,
                "starts_at": slot.starts_at,
                "ends_at": slot.ends_at,
                "appointment": slot.appointment.pk if slot.appointment else None,
            }
            for line in lines
            for slot in line.slots
        ]
        return Response(SlotSerializer(slots, many=True).data)
