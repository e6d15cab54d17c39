"""The form of a contact person."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from crm.doors import look_through
from crm.fields import CleanCharField, CleanTextField, JapaneseDateField, KanaField, PhoneField
from crm.forms.choosing import CustomerChoice, ListChoice
from crm.forms.items import ItemFields, initial_items, without_items
from crm.japanese import clean_phone
from crm.models import CustomerDepartment, Person, Target, User

PLAIN = ("version", "family_name", "given_name", "family_kana", "given_kana", "title", "email", "note", "left_on")


class PersonForm(ItemFields, forms.Form):
    version = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)
    customer = CustomerChoice(label=_("Customer"))
    family_name = CleanCharField(label=_("Family name"), max_length=40)
    given_name = CleanCharField(label=_("Given name"), max_length=40, required=False)
    family_kana = KanaField(label=_("Family name reading"), max_length=60, required=False)
    given_kana = KanaField(label=_("Given name reading"), max_length=60, required=False)
    department = forms.ModelChoiceField(
        label=_("Customer department"),
        queryset=CustomerDepartment.objects.none(),
        required=False,
        error_messages={"invalid_choice": _("Not found.")},
    )
    title = CleanCharField(label=_("Job title"), max_length=60, required=False)
    role = ListChoice("person_role", label=_("Key role"), required=False)
    phone = PhoneField(label=_("Phone"), required=False)
    mobile = PhoneField(label=_("Mobile"), required=False)
    email = forms.EmailField(label=_("Mail"), required=False, max_length=254)
    left_on = JapaneseDateField(label=_("Left on"), required=False)
    note = CleanTextField(label=_("Note"), required=False, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, data: Any = None, *, viewer: User, person: Person | None = None, initial: dict[str, Any] | None = None) -> None:
        super().__init__(data, initial=values_of(person) if person else initial)
        self.add_items(Target.PERSON, viewer, standing=person.custom if person else None)
        look_through(self, viewer)
        role: Any = self.fields["role"]
        role.offer(person.role_id if person else None)
        department: Any = self.fields["department"]
        customer = self._customer(viewer)
        department.queryset = CustomerDepartment.objects.visible_to(viewer).filter(customer=customer).order_by("place", "pk")

    def _customer(self, viewer: User) -> Any:
        """The departments offered are those of the customer chosen, as far as the viewer sees that customer."""
        field: Any = self.fields["customer"]
        try:
            return field.to_python(self["customer"].value())
        except forms.ValidationError:
            return None

    def values(self) -> dict[str, Any]:
        said = {name: value for name, value in without_items(self.cleaned_data).items() if name != "version"}
        return said | {name: _written(said[name]) for name in ("phone", "mobile")} | {"custom": self.item_values()}


def _written(phone: Any) -> str:
    return "" if phone is None else " 内線".join(part for part in (phone.display, phone.ext) if part)[:40]


def values_of(person: Person) -> dict[str, Any]:
    """Return a contact person as the form shows it."""
    phones = {name: clean_phone(getattr(person, name)) if getattr(person, name) else None for name in ("phone", "mobile")}
    chosen = {name: getattr(person, f"{name}_id") for name in ("customer", "department", "role")}
    plain = {name: getattr(person, name) for name in PLAIN}
    return {**plain, **phones, **chosen, **initial_items(Target.PERSON, person.custom)}
