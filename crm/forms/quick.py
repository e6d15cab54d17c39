"""Short forms that create a row from within another form: the fields one needs at that moment, the rest can be filled in later."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.actions.customers import PhoneLine
from crm.actions.plans import TargetLine
from crm.fields import PhoneField
from crm.forms.assets import AssetForm
from crm.forms.choosing import CustomerChoice, DepartmentChoice
from crm.forms.customers import CustomerForm
from crm.forms.deals import DealForm
from crm.forms.infos import INFO, VOICE, InfoForm
from crm.forms.items import PREFIX, ItemFields
from crm.forms.people import PersonForm
from crm.forms.plans import PlanForm
from crm.items import items_of
from crm.models import Customer, User, uuid7

OWN_ID = "quick_%s"  # the form it is opened from has fields of the same names
CUSTOMER_ID = "#quick_customer"
HALF = {
    "family_name",
    "given_name",
    "family_kana",
    "given_kana",
    "phone",
    "mobile",
    "amount_yen",
    "expected_on",
    "plate",
    "serial",
    "starts_on",
    "ends_on",
}


class Quick(ItemFields):
    """Keeps `shown` of a form's fields, in that order, and the company's own items that must be filled in.

    row_id makes a second send find the first row.
    """

    shown: ClassVar[tuple[str, ...]] = ()
    titled: ClassVar[str] = "name"
    viewer: User

    def __init__(self, data: Any = None, *, viewer: User, initial: dict[str, Any]) -> None:
        super().__init__(data, viewer=viewer, initial={"row_id": uuid7(), **initial})  # type: ignore[call-arg]
        self.viewer, self.auto_id = viewer, OWN_ID
        self.fields["row_id"] = forms.UUIDField(widget=forms.HiddenInput, required=False)
        own = [name for name in self.fields if name.startswith(PREFIX)]
        self.fields = {name: self.fields[name] for name in ("row_id", *self.shown, *own)}
        self._bound_fields_cache: dict[str, Any] = {}

    def add_items(self, target: str, viewer: User, **options: Any) -> None:
        """Items that may stay empty are filled in on the row's own page."""
        required = [item.code for item in items_of(target).active if item.required]
        super().add_items(target, viewer, **options | {"codes": required})

    @classmethod
    def begun(cls, typed: str) -> dict[str, Any]:
        """Return what a word typed into the type-ahead fills in."""
        return {cls.titled: typed} if typed else {}

    def values(self) -> dict[str, Any]:
        """Return what the action takes, without row_id."""
        said: dict[str, Any] = super().values()  # type: ignore[misc]
        return {name: value for name, value in said.items() if name != "row_id"}

    def columns(self) -> list[tuple[forms.BoundField, bool]]:
        """Return the visible fields, the audience aside, and whether half the width is enough for each."""
        return [(self[name], name in HALF) for name in self.fields if name not in ("row_id", "audience")]


class QuickCustomer(Quick, CustomerForm):
    shown = ("type", "name", "kana", "phone", "audience")

    phone = PhoneField(label=_("Phone"), required=False)

    def values(self) -> dict[str, Any]:
        said = super().values()
        phone = said.pop("phone")
        return said | {"phones": [PhoneLine(number=phone.display, extension=phone.ext)] if phone else []}


class QuickPerson(Quick, PersonForm):
    shown = ("customer", "family_name", "given_name", "family_kana", "given_kana", "department", "title", "phone", "mobile", "email")

    department = DepartmentChoice(customer_field=CUSTOMER_ID, required=False)

    @classmethod
    def begun(cls, typed: str) -> dict[str, Any]:
        family, _space, given = typed.partition(" ")
        return {"family_name": family, "given_name": given.strip()} if family else {}


class QuickDeal(Quick, DealForm):
    shown = ("customer", "name", "stage", "amount_yen", "expected_on", "audience")

    def __init__(self, data: Any = None, *, viewer: User, initial: dict[str, Any]) -> None:
        super().__init__(data, viewer=viewer, initial=initial)
        stage: Any = self.fields["stage"]
        stage.initial = stage.queryset.first()

    def values(self) -> dict[str, Any]:
        return super().values() | {"owner": self.viewer}


class QuickInfo(Quick, InfoForm):
    shown = ("title", "text", "kind", "customer", "audience")
    titled = "title"
    voice: ClassVar[str] = INFO

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or self.cleaned_data
        return said | {"sort": self.voice}

    def values(self) -> dict[str, Any]:
        return super().values() | {"owner": self.viewer, "collected_on": timezone.localdate()}


class QuickVoice(QuickInfo):
    voice = VOICE


class QuickAsset(Quick, AssetForm):
    shown = ("customer", "type", "name", "plate", "serial")

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or self.cleaned_data
        return said | {"quantity": 1}


class QuickPlan(Quick, PlanForm):
    """The customer, if one is chosen, becomes the plan's first target."""

    shown = ("name", "starts_on", "ends_on", "customer", "audience")

    customer = CustomerChoice(label=_("Target customer"), required=False)

    def values(self) -> dict[str, Any]:
        said = super().values()
        customer: Customer | None = said.pop("customer")
        return said | {"owner": self.viewer, "targets": [TargetLine(customer=customer)] if customer else []}
