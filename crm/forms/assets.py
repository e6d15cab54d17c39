"""The forms of an installed product or vehicle, and of a contract."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from crm.doors import look_through
from crm.fields import CleanCharField, CleanTextField, JapaneseDateField, JapaneseIntegerField
from crm.forms.choosing import CustomerChoice, ListChoice, UnitChoice, UserChoice
from crm.forms.deals import LARGEST_AMOUNT
from crm.forms.items import ItemFields, initial_items, without_items
from crm.models import Asset, Contract, Target, User

LARGEST_QUANTITY = 999_999
ASSET_PLAIN = (
    "version",
    "name",
    "model_name",
    "serial",
    "plate",
    "quantity",
    "installed_on",
    "inspection_due_on",
    "next_service_on",
    "note",
)
CONTRACT_PLAIN = ("version", "name", "number", "starts_on", "ends_on", "auto_renews", "amount_yen", "note")


class MeaningRadio(forms.RadioSelect):
    """Says of each option what it means to the program, so that the page shows the fields that go with it."""

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(name, value, *args, **kwargs)
        if choice := getattr(value, "instance", None):
            option["attrs"]["data-meaning"] = choice.semantic
        return option


class AssetForm(ItemFields, forms.Form):
    """All fields of both kinds; the page hides plate and inspection unless the type is a vehicle."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)
    customer = CustomerChoice()
    type = ListChoice("asset_type", label=_("Asset type"), required=False, widget=MeaningRadio, empty_label=None)
    name = CleanCharField(label=_("Product or car name"), max_length=120)
    model_name = CleanCharField(label=_("Model"), max_length=80, required=False)
    serial = CleanCharField(label=_("Serial number"), max_length=60, required=False)
    plate = CleanCharField(label=_("Number plate"), max_length=30, required=False)
    quantity = JapaneseIntegerField(label=_("Quantity"), at_least=1, at_most=LARGEST_QUANTITY, required=False)
    installed_on = JapaneseDateField(label=_("Installed on"), required=False)
    inspection_due_on = JapaneseDateField(label=_("Inspection due"), required=False)
    next_service_on = JapaneseDateField(label=_("Next service"), required=False)
    note = CleanTextField(label=_("Note"), required=False, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, data: Any = None, *, viewer: User, asset: Asset | None = None, initial: dict[str, Any] | None = None) -> None:
        super().__init__(data, initial=asset_values(asset) if asset else {"quantity": 1, **(initial or {})})
        kind: Any = self.fields["type"]
        kind.offer(asset.type_id if asset else None)
        self.add_items(Target.ASSET, viewer, standing=asset.custom if asset else None)
        look_through(self, viewer)

    def values(self) -> dict[str, Any]:
        said = {name: value for name, value in without_items(self.cleaned_data).items() if name != "version"}
        return said | {"quantity": said["quantity"] or 1, "custom": self.item_values()}


class ContractForm(forms.Form):
    version = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)
    customer = CustomerChoice()
    type = ListChoice("contract_type", label=_("Contract type"), required=False, widget=forms.RadioSelect, empty_label=None)
    name = CleanCharField(label=_("Contract name"), max_length=120)
    number = CleanCharField(label=_("Contract number"), max_length=40, required=False)
    starts_on = JapaneseDateField(label=_("Contract start"), required=False)
    ends_on = JapaneseDateField(label=_("Contract end"), required=False)
    auto_renews = forms.BooleanField(label=_("Renews itself"), required=False)
    amount_yen = JapaneseIntegerField(label=_("Amount (yen)"), required=False, at_least=0, at_most=LARGEST_AMOUNT)
    user = UserChoice(label=_("In charge"), required=False)
    unit = UnitChoice(label=_("Unit in charge"), required=False)
    note = CleanTextField(label=_("Note"), required=False, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, data: Any = None, *, viewer: User, contract: Contract | None = None, initial: dict[str, Any] | None = None) -> None:
        super().__init__(data, initial=contract_values(contract) if contract else initial)
        kind: Any = self.fields["type"]
        kind.offer(contract.type_id if contract else None)
        user: Any = self.fields["user"]
        user.queryset = User.objects.working() | User.objects.filter(pk=contract.user_id if contract else None)
        look_through(self, viewer)

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or self.cleaned_data
        first, last = said.get("starts_on"), said.get("ends_on")
        if first and last and last < first:
            self.add_error("ends_on", _("The contract ends before it starts."))
        return said

    def values(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}


def asset_values(asset: Asset) -> dict[str, Any]:
    """Return an asset as its form shows it."""
    plain = {name: getattr(asset, name) for name in ASSET_PLAIN} | {"customer": asset.customer_id, "type": asset.type_id}
    return plain | initial_items(Target.ASSET, asset.custom)


def contract_values(contract: Contract) -> dict[str, Any]:
    """Return a contract as its form shows it."""
    chosen = {name: getattr(contract, f"{name}_id") for name in ("customer", "type", "user", "unit")}
    return {name: getattr(contract, name) for name in CONTRACT_PLAIN} | chosen
