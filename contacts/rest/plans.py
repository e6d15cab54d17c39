"""What has come of an account plan, as programs read it."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema, extend_schema_serializer, extend_schema_view
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from contacts.figures import PlanFigures, plan_figures
from crm.company import uses
from crm.doors import visible_or_404
from crm.models import AccountPlan, Module
from crm.rest.views import RoomViewSet


class TargetProgressSerializer(serializers.Serializer[Any]):
    customer = serializers.UUIDField(source="target.customer.pk")
    planned = serializers.IntegerField()
    made = serializers.IntegerField(help_text="Registered contact records of the period that the caller may see.")


@extend_schema_serializer(many=False)
class PlanProgressSerializer(serializers.Serializer[PlanFigures]):
    """Counted over what the caller may see: hidden customers and records do not count."""

    planned = serializers.IntegerField()
    made = serializers.IntegerField()
    on_plan = serializers.IntegerField(help_text="Records of the period that name the plan itself.")
    targets = TargetProgressSerializer(many=True)


@extend_schema_view(list=extend_schema(summary="Read what has come of an account plan"))
class PlanProgressViewSet(RoomViewSet):
    """What has come of one account plan."""

    serializer_class = PlanProgressSerializer
    queryset = AccountPlan._base_manager.none()
    pagination_class = None  # type: ignore[assignment]  # one plan has one answer

    def known_parameters(self) -> set[str]:
        return set()

    @extend_schema(operation_id="plans_progress_retrieve", responses=PlanProgressSerializer, filters=False)
    def list(self, request: Request, plan: Any) -> Response:
        rows = AccountPlan.objects.visible_to(self.viewer).for_page(self.viewer)
        row = visible_or_404(rows if uses(Module.PLANS) else rows.none(), plan)
        return Response(self.get_serializer(plan_figures(row, self.viewer)).data)
