"""Collections of installed products, vehicles and contracts."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, ClassVar

from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers

from crm.actions import assets
from crm.api.rows import RowFilter, RowViewSet
from crm.api.serializers import LARGEST_AMOUNT, RowSerializer
from crm.doors import VisibleField
from crm.forms.assets import LARGEST_QUANTITY
from crm.forms.lists import FARTHEST_DAYS
from crm.models import Asset, Contract, Customer, Module, OrgUnit, Target, User
from crm.rest.fields import ListChoiceField
from crm.rest.filters import DaysFilter, KeyFilter, VisibleFilter
from crm.rest.items import BearsItems, CustomField
from crm.serializerfields import CleanCharField, CleanTextField, DateField


class AssetSerializer(BearsItems, RowSerializer):
    items_target = Target.ASSET

    custom = CustomField(Target.ASSET, required=False)
    customer = VisibleField(Customer)
    type = ListChoiceField("asset_type", required=False, allow_null=True)
    name = CleanCharField(max_length=120, help_text="Of a vehicle the car name.")
    model_name = CleanCharField(max_length=80, required=False, allow_blank=True)
    serial = CleanCharField(max_length=60, required=False, allow_blank=True)
    plate = CleanCharField(max_length=30, required=False, allow_blank=True)
    quantity = serializers.IntegerField(min_value=1, max_value=LARGEST_QUANTITY, required=False)
    installed_on = DateField(required=False, allow_null=True)
    inspection_due_on = DateField(required=False, allow_null=True)
    next_service_on = DateField(required=False, allow_null=True)
    note = CleanTextField(required=False, allow_blank=True)
    recorder = VisibleField(User, read_only=True)


class ContractSerializer(RowSerializer):
    customer = VisibleField(Customer)
    type = ListChoiceField("contract_type", required=False, allow_null=True)
    name = CleanCharField(max_length=120)
    number = CleanCharField(max_length=40, required=False, allow_blank=True)
    starts_on = DateField(required=False, allow_null=True)
    ends_on = DateField(required=False, allow_null=True, help_text="Belongs to the contract.")
    auto_renews = serializers.BooleanField(required=False)
    amount_yen = serializers.IntegerField(min_value=0, max_value=LARGEST_AMOUNT, required=False, allow_null=True)
    user = VisibleField(User, required=False, allow_null=True)
    unit = VisibleField(OrgUnit, required=False, allow_null=True)
    note = CleanTextField(required=False, allow_blank=True)
    recorder = VisibleField(User, read_only=True)

    def validate_user(self, user: User | None) -> User | None:
        """A leaver stays where they already stand, and is given nothing new."""
        standing = self.instance.user_id if isinstance(self.instance, Contract) else None
        if user and not user.is_active and user.pk != standing:
            raise serializers.ValidationError(self.fields["user"].error_messages["does_not_exist"])
        return user


class AssetFilter(RowFilter):
    customer = VisibleFilter(Customer)
    type = KeyFilter()
    due_within = DaysFilter(most=FARTHEST_DAYS, label="Inspection due within this many days from today, or overdue.")

    class Meta:
        model = Asset
        fields: ClassVar[list[str]] = []

    def within(self, rows: Any, days: int) -> Any:
        return rows.due_by(timezone.localdate() + timedelta(days=days))


class ContractFilter(RowFilter):
    customer = VisibleFilter(Customer)
    type = KeyFilter()
    user = KeyFilter()
    ends_within = DaysFilter(most=FARTHEST_DAYS, label="Ends within this many days from today.")

    class Meta:
        model = Contract
        fields: ClassVar[list[str]] = []

    def within(self, rows: Any, days: int) -> Any:
        today = timezone.localdate()
        return rows.ending_between(today, today + timedelta(days=days))


class _DatedViewSet(RowViewSet):
    """Rows that may be put in the order of a day that not all of them have."""

    dated: ClassVar[dict[str, str]]

    def filter_queryset(self, queryset: Any) -> Any:
        """A page is cut by its order's columns, which must hold a value."""
        rows = super().filter_queryset(queryset)
        missing = self.dated.get(self.request.query_params.get("sort", ""))
        return rows.exclude(**{missing: None}) if missing else rows


@extend_schema_view(
    list=extend_schema(summary="List installed products and vehicles"),
    retrieve=extend_schema(summary="Read an installed product"),
    create=extend_schema(summary="Add an installed product"),
    partial_update=extend_schema(summary="Change an installed product"),
    retire=extend_schema(summary="Retire an installed product"),
    restore=extend_schema(summary="Restore an installed product"),
)
class AssetViewSet(_DatedViewSet):
    model = Asset
    module = Module.ASSETS
    queryset = Asset._base_manager.none()
    serializer_class = AssetSerializer
    filterset_class = AssetFilter
    sorts: ClassVar[dict[str, list[str]]] = {
        "changed": ["-updated_at", "-pk"],
        "name": ["name", "pk"],
        "inspection_due": ["inspection_due_on", "pk"],
    }
    dated: ClassVar[dict[str, str]] = {"inspection_due": "inspection_due_on"}

    def add(self, key: Any, said: dict[str, Any]) -> Asset:
        return assets.add_asset(by=self.viewer, asset_id=key, **said)

    def change(self, row: Asset, version: int, said: dict[str, Any]) -> Asset:
        return assets.change_asset(by=self.viewer, asset=row, version=version, **said)

    def end(self, row: Asset) -> Asset:
        return assets.retire_asset(by=self.viewer, asset=row, now=timezone.now())

    def begin_again(self, row: Asset) -> Asset:
        return assets.restore_asset(by=self.viewer, asset=row)


@extend_schema_view(
    list=extend_schema(summary="List contracts"),
    retrieve=extend_schema(summary="Read a contract"),
    create=extend_schema(summary="Add a contract"),
    partial_update=extend_schema(summary="Change a contract"),
    retire=extend_schema(summary="Retire a contract"),
    restore=extend_schema(summary="Restore a contract"),
)
class ContractViewSet(_DatedViewSet):
    model = Contract
    module = Module.CONTRACTS
    queryset = Contract._base_manager.none()
    serializer_class = ContractSerializer
    filterset_class = ContractFilter
    sorts: ClassVar[dict[str, list[str]]] = {
        "changed": ["-updated_at", "-pk"],
        "name": ["name", "pk"],
        "end": ["ends_on", "pk"],
    }
    dated: ClassVar[dict[str, str]] = {"end": "ends_on"}

    def add(self, key: Any, said: dict[str, Any]) -> Contract:
        return assets.add_contract(by=self.viewer, contract_id=key, **said)

    def change(self, row: Contract, version: int, said: dict[str, Any]) -> Contract:
        return assets.change_contract(by=self.viewer, contract=row, version=version, **said)

    def end(self, row: Contract) -> Contract:
        return assets.retire_contract(by=self.viewer, contract=row, now=timezone.now())

    def begin_again(self, row: Contract) -> Contract:
        return assets.restore_contract(by=self.viewer, contract=row)
