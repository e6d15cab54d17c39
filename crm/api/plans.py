"""Collections of account plans, collected information and customer voices."""

from __future__ import annotations

from typing import Any, ClassVar

import django_filters
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers

from crm.actions import infos, plans
from crm.actions.plans import ActionLine, TargetLine
from crm.api.rows import RowFilter, RowViewSet
from crm.api.serializers import RowSerializer
from crm.audience import Audience
from crm.company import uses
from crm.doors import VisibleField
from crm.forms.plans import END_FIRST, MOST_LINES, MOST_PLANNED
from crm.models import AccountPlan, CollectedInfo, Customer, Deal, Module, User
from crm.rest.fields import AudienceField, ListChoiceField
from crm.rest.filters import DayFilter, KeyFilter, VisibleFilter
from crm.serializerfields import CleanCharField, CleanTextField, DateField
from crm.visibility import GuardedQuerySet

WHOLE = {"audience": Audience.whole_company()}


class _OwnedSerializer(RowSerializer):
    owner = VisibleField(User, required=False, help_text="Left out, it is whoever sends this.")
    recorder = VisibleField(User, read_only=True)
    audience = AudienceField(required=False)

    def validate_owner(self, owner: User) -> User:
        """A leaver stays where they already stand, and is given nothing new."""
        standing = getattr(self.instance, "owner_id", None)
        if not owner.is_active and owner.pk != standing:
            raise serializers.ValidationError(self.fields["owner"].error_messages["does_not_exist"])
        return owner


class TargetSerializer(serializers.Serializer[Any]):
    customer = VisibleField(Customer)
    planned = serializers.IntegerField(min_value=0, max_value=MOST_PLANNED, required=False, help_text="Contacts planned in the period.")


class PlanActionSerializer(serializers.Serializer[Any]):
    what = CleanCharField(max_length=120)
    planned = serializers.IntegerField(min_value=0, max_value=MOST_PLANNED, required=False, help_text="Times planned in the period.")


LINES: dict[str, Any] = {"targets": TargetLine, "actions": ActionLine}


class PlanSerializer(_OwnedSerializer):
    name = CleanCharField(max_length=120)
    starts_on = DateField()
    ends_on = DateField(help_text="Belongs to the plan.")
    goal = CleanTextField(required=False, allow_blank=True)
    targets: serializers.ListSerializer[Any] = serializers.ListSerializer(
        child=TargetSerializer(),
        required=False,
        max_length=MOST_LINES,
        help_text="Those the caller may see; hidden ones stay when the list is replaced.",
    )
    actions: serializers.ListSerializer[Any] = serializers.ListSerializer(
        child=PlanActionSerializer(), required=False, max_length=MOST_LINES
    )

    def validate(self, data: dict[str, Any]) -> dict[str, Any]:
        data = super().validate(data)
        starts, ends = (data.get(name, getattr(self.instance, name, None)) for name in ("starts_on", "ends_on"))
        if starts and ends and ends < starts:
            raise serializers.ValidationError({"ends_on": [END_FIRST]})
        return data | {name: [line(**row) for row in data[name]] for name, line in LINES.items() if name in data}


class InfoSerializer(_OwnedSerializer):
    title = CleanCharField(max_length=120)
    text = CleanTextField(required=False, allow_blank=True)
    voice = serializers.BooleanField(required=False, help_text="True for a customer's own words.")
    kind = ListChoiceField("info_kind", required=False, allow_null=True)
    importance = serializers.ChoiceField(choices=CollectedInfo.Importance.choices, required=False)
    collected_on = DateField(required=False, help_text="Left out, it is today.")
    customer = VisibleField(Customer, required=False, allow_null=True)
    deal = VisibleField(Deal, required=False, allow_null=True)

    def validate_voice(self, voice: bool) -> bool:
        """Nothing new of a sort that the company does not use."""
        if not uses(Module.VOICES if voice else Module.INFOS):
            raise serializers.ValidationError(_("The company does not use this."))
        return voice

    def validate(self, data: dict[str, Any]) -> dict[str, Any]:
        if self.instance is None:
            data.setdefault("voice", self.validate_voice(False) if "voice" not in data else data["voice"])
        return super().validate(data)


class PlanFilter(RowFilter):
    customer = django_filters.UUIDFilter(label="Plans that name this customer as a target.", method="aiming_at")
    owner = KeyFilter()
    state = django_filters.ChoiceFilter(choices=[(name, name) for name in ("coming", "running", "ended")], method="standing")

    class Meta:
        model = AccountPlan
        fields: ClassVar[list[str]] = []

    def aiming_at(self, rows: Any, _name: str, value: Any) -> Any:
        viewer: Any = self.request.user if self.request else None
        customer = Customer.objects.visible_to(viewer).filter(pk=value).first()
        return rows.aiming_at(customer, viewer) if customer else rows.none()

    def standing(self, rows: Any, _name: str, value: str) -> Any:
        return rows.standing_on(timezone.localdate(), value)


class InfoFilter(RowFilter):
    voice = django_filters.BooleanFilter(label="Only customers' voices, or only collected information.")
    kind = KeyFilter()
    importance = django_filters.ChoiceFilter(choices=CollectedInfo.Importance.choices)
    customer = VisibleFilter(Customer)
    deal = VisibleFilter(Deal)
    owner = KeyFilter()
    collected_from = DayFilter(field_name="collected_on", lookup_expr="gte", label="Heard on this day or later, ISO 8601.")
    collected_to = DayFilter(field_name="collected_on", lookup_expr="lte", label="Heard on this day or earlier, ISO 8601.")

    class Meta:
        model = CollectedInfo
        fields: ClassVar[list[str]] = []


@extend_schema_view(
    list=extend_schema(summary="List account plans"),
    retrieve=extend_schema(summary="Read an account plan"),
    create=extend_schema(summary="Add an account plan"),
    partial_update=extend_schema(summary="Change an account plan"),
    retire=extend_schema(summary="Retire an account plan"),
    restore=extend_schema(summary="Restore an account plan"),
)
class PlanViewSet(RowViewSet):
    model = AccountPlan
    module = Module.PLANS
    queryset = AccountPlan._base_manager.none()
    serializer_class = PlanSerializer
    filterset_class = PlanFilter
    sorts: ClassVar[dict[str, list[str]]] = {"changed": ["-updated_at", "-pk"], "end": ["ends_on", "pk"], "start": ["-starts_on", "-pk"]}

    def add(self, key: Any, said: dict[str, Any]) -> AccountPlan:
        return plans.add_plan(by=self.viewer, plan_id=key, **(WHOLE | {"owner": self.viewer} | said))

    def change(self, row: AccountPlan, version: int, said: dict[str, Any]) -> AccountPlan:
        return plans.change_plan(by=self.viewer, plan=row, version=version, **said)

    def end(self, row: AccountPlan) -> AccountPlan:
        return plans.retire_plan(by=self.viewer, plan=row, now=timezone.now())

    def begin_again(self, row: AccountPlan) -> AccountPlan:
        return plans.restore_plan(by=self.viewer, plan=row)


@extend_schema_view(
    list=extend_schema(summary="List collected information and customer voices"),
    retrieve=extend_schema(summary="Read collected information"),
    create=extend_schema(summary="Add collected information or a customer's voice"),
    partial_update=extend_schema(summary="Change collected information"),
    retire=extend_schema(summary="Retire collected information"),
    restore=extend_schema(summary="Restore collected information"),
)
class InfoViewSet(RowViewSet):
    model = CollectedInfo
    queryset = CollectedInfo._base_manager.none()
    serializer_class = InfoSerializer
    filterset_class = InfoFilter
    sorts: ClassVar[dict[str, list[str]]] = {"day": ["-collected_on", "-pk"], "changed": ["-updated_at", "-pk"]}

    def get_queryset(self) -> GuardedQuerySet:
        rows: Any = super().get_queryset()
        used: GuardedQuerySet = rows.of_sorts(infos=uses(Module.INFOS), voices=uses(Module.VOICES))
        return used

    def add(self, key: Any, said: dict[str, Any]) -> CollectedInfo:
        blank: dict[str, Any] = WHOLE | {"owner": self.viewer, "collected_on": timezone.localdate()}
        return infos.add_info(by=self.viewer, info_id=key, **(blank | said))

    def change(self, row: CollectedInfo, version: int, said: dict[str, Any]) -> CollectedInfo:
        return infos.change_info(by=self.viewer, info=row, version=version, **said)

    def end(self, row: CollectedInfo) -> CollectedInfo:
        return infos.retire_info(by=self.viewer, info=row, now=timezone.now())

    def begin_again(self, row: CollectedInfo) -> CollectedInfo:
        return infos.restore_info(by=self.viewer, info=row)
