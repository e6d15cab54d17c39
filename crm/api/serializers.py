"""Customers, people and deals as the API reads and writes them."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from crm.actions.customers import AddressLine, DepartmentLine, PhoneLine, StaffLine
from crm.doors import VisibleField
from crm.japanese import split_legal_form
from crm.models import Customer, CustomerDepartment, CustomerStaff, OrgUnit, Target, User
from crm.models import Deal as DealModel
from crm.models import Person as PersonModel
from crm.rest.fields import LARGEST_KEY, AudienceField, ListChoiceField, VersionField
from crm.rest.items import BearsItems, CustomField
from crm.serializerfields import CleanCharField, CleanTextField, DateField, KanaField

LINES = 20
LARGEST_AMOUNT = 999_999_999_999


class RowSerializer(serializers.Serializer[Any]):
    """What every row of this room has. `id` may be made by the sender, who then may send the same again safely."""

    id = serializers.UUIDField(required=False, format="hex_verbose")
    version = VersionField(required=False, help_text="Required to change a row: the version that was read.")
    created_at = serializers.DateTimeField(read_only=True)
    updated_at = serializers.DateTimeField(read_only=True)
    retired_at = serializers.DateTimeField(read_only=True, allow_null=True)

    def validate(self, data: dict[str, Any]) -> dict[str, Any]:
        if self.instance is not None and "version" not in data:
            raise serializers.ValidationError({"version": [self.fields["version"].error_messages["required"]]})
        return data


class PhoneSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField(required=False, min_value=1, max_value=LARGEST_KEY)
    label = CleanCharField(max_length=40, required=False, allow_blank=True)  # type: ignore[assignment]
    number = CleanCharField(max_length=40)
    extension = CleanCharField(max_length=10, required=False, allow_blank=True)


class AddressSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField(required=False, min_value=1, max_value=LARGEST_KEY)
    label = CleanCharField(max_length=40, required=False, allow_blank=True)  # type: ignore[assignment]
    postal_code = CleanCharField(max_length=8, required=False, allow_blank=True)
    prefecture = CleanCharField(max_length=20, required=False, allow_blank=True)
    city = CleanCharField(max_length=60, required=False, allow_blank=True)
    street = CleanCharField(max_length=120, required=False, allow_blank=True)
    building = CleanCharField(max_length=120, required=False, allow_blank=True)


class DepartmentSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField(required=False, min_value=1, max_value=LARGEST_KEY)
    name = CleanCharField(max_length=80)
    phone = CleanCharField(max_length=40, required=False, allow_blank=True)


class AccountStaffSerializer(serializers.Serializer[Any]):
    user = VisibleField(User)
    role = serializers.ChoiceField(choices=CustomerStaff.Role.choices, required=False)


PARTS: dict[str, Any] = {"phones": PhoneLine, "addresses": AddressLine, "departments": DepartmentLine, "staff": StaffLine}


class CustomerSerializer(BearsItems, RowSerializer):
    items_target = Target.CUSTOMER

    custom = CustomField(Target.CUSTOMER, required=False)
    code = CleanCharField(max_length=20, required=False, allow_blank=True, allow_null=True, help_text="Left out, one is issued.")
    type = serializers.ChoiceField(choices=Customer.Type.choices, required=False)
    kind = serializers.ChoiceField(choices=Customer.Kind.choices, required=False)
    name = CleanCharField(max_length=120, help_text="A legal form in it is split off, unless legal_form is given.")
    legal_form = CleanCharField(max_length=20, required=False, allow_blank=True)
    legal_position = serializers.ChoiceField(choices=Customer.LegalPosition.choices, required=False, allow_blank=True)
    kana = KanaField(max_length=160, required=False, allow_blank=True)
    rank = ListChoiceField("rank", required=False, allow_null=True)
    industry = ListChoiceField("industry", required=False, allow_null=True)
    email = serializers.EmailField(max_length=254, required=False, allow_blank=True)
    website = serializers.URLField(max_length=200, required=False, allow_blank=True)
    born_or_founded_on = DateField(required=False, allow_null=True)
    caution = CleanCharField(max_length=200, required=False, allow_blank=True)
    note = CleanTextField(required=False, allow_blank=True)
    parent = VisibleField(Customer, required=False, allow_null=True)  # type: ignore[assignment]
    owner_unit = VisibleField(OrgUnit, required=False, allow_null=True)
    recorder = VisibleField(User, read_only=True)
    phones: serializers.ListSerializer[Any] = serializers.ListSerializer(child=PhoneSerializer(), required=False, max_length=LINES)
    addresses: serializers.ListSerializer[Any] = serializers.ListSerializer(child=AddressSerializer(), required=False, max_length=LINES)
    departments: serializers.ListSerializer[Any] = serializers.ListSerializer(
        child=DepartmentSerializer(), required=False, max_length=LINES
    )
    staff: serializers.ListSerializer[Any] = serializers.ListSerializer(child=AccountStaffSerializer(), required=False, max_length=LINES)
    audience = AudienceField(required=False)

    def validate(self, data: dict[str, Any]) -> dict[str, Any]:
        data = super().validate(data)
        corporate = data.get("type", getattr(self.instance, "type", Customer.Type.CORPORATE)) == Customer.Type.CORPORATE
        if corporate and "name" in data and "legal_form" not in data:
            form, before, bare = split_legal_form(data["name"])
            if form:
                position = Customer.LegalPosition.BEFORE if before else Customer.LegalPosition.AFTER
                data |= {"name": bare, "legal_form": form, "legal_position": position}
        parent = data.get("parent")
        if parent is not None and self.instance is not None and parent.pk == self.instance.pk:
            raise serializers.ValidationError({"parent": [self.fields["parent"].error_messages["does_not_exist"]]})
        return data | {name: [line(**row) for row in data[name]] for name, line in PARTS.items() if name in data}


class DepartmentField(serializers.PrimaryKeyRelatedField):
    """A department of a customer that the caller may see; the action checks that it is the person's own customer's."""

    default_error_messages = VisibleField.default_error_messages

    def __init__(self, **options: Any) -> None:
        super().__init__(queryset=CustomerDepartment._base_manager.none(), **options)

    def get_queryset(self) -> Any:
        return CustomerDepartment.objects.visible_to(self.context["request"].user)


class PersonSerializer(BearsItems, RowSerializer):
    items_target = Target.PERSON

    custom = CustomField(Target.PERSON, required=False)
    customer = VisibleField(Customer)
    department = DepartmentField(required=False, allow_null=True)
    family_name = CleanCharField(max_length=40)
    given_name = CleanCharField(max_length=40, required=False, allow_blank=True)
    family_kana = KanaField(max_length=60, required=False, allow_blank=True)
    given_kana = KanaField(max_length=60, required=False, allow_blank=True)
    title = CleanCharField(max_length=60, required=False, allow_blank=True)
    role = ListChoiceField("person_role", required=False, allow_null=True)
    phone = CleanCharField(max_length=40, required=False, allow_blank=True)
    mobile = CleanCharField(max_length=40, required=False, allow_blank=True)
    email = serializers.EmailField(max_length=254, required=False, allow_blank=True)
    note = CleanTextField(required=False, allow_blank=True)
    left_on = DateField(required=False, allow_null=True)


class DealSerializer(BearsItems, RowSerializer):
    items_target = Target.DEAL

    custom = CustomField(Target.DEAL, required=False)
    name = CleanCharField(max_length=120)
    customer = VisibleField(Customer, required=False, allow_null=True)
    person = VisibleField(PersonModel, required=False, allow_null=True)
    owner = VisibleField(User, required=False, help_text="Left out, it is whoever sends this.")
    recorder = VisibleField(User, read_only=True)
    stage = ListChoiceField("deal_stage")
    amount_yen = serializers.IntegerField(min_value=0, max_value=LARGEST_AMOUNT, required=False, allow_null=True)
    expected_on = DateField(required=False, allow_null=True)
    note = CleanTextField(required=False, allow_blank=True)
    audience = AudienceField(required=False)

    def validate_owner(self, owner: User) -> User:
        """A leaver stays where they already stand, and is given nothing new."""
        standing = self.instance.owner_id if isinstance(self.instance, DealModel) else None
        if not owner.is_active and owner.pk != standing:
            raise serializers.ValidationError(self.fields["owner"].error_messages["does_not_exist"])
        return owner
