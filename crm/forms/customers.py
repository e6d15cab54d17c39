"""The form of a customer with its lines."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from crm.actions.customers import AddressLine, DepartmentLine, PhoneLine, StaffLine
from crm.audience import Audience, may_set_audience
from crm.doors import look_through
from crm.fields import CleanCharField, CleanTextField, JapaneseDateField, KanaField, PhoneField
from crm.forms.audience import AudienceField
from crm.forms.choosing import CustomerChoice, ListChoice, UnitChoice, UserChoice
from crm.forms.conflict import Difference, differences, lines_of, words_of
from crm.forms.items import ItemFields, initial_items, without_items
from crm.japanese import clean_phone, split_legal_form
from crm.models import Customer, CustomerAddress, CustomerDepartment, CustomerPhone, CustomerStaff, Target, User

LINES = 20


class CustomerForm(ItemFields, forms.Form):
    """`name` is the whole name as people write it; the legal form is split off when it is saved."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)
    type = forms.ChoiceField(
        label=_("Corporate or individual"), choices=Customer.Type, widget=forms.RadioSelect, initial=Customer.Type.CORPORATE
    )
    kind = forms.ChoiceField(label=_("Customer class"), choices=Customer.Kind, initial=Customer.Kind.CUSTOMER)
    name = CleanCharField(
        label=_("Customer name"), max_length=120, help_text=_("With its legal form, such as 株式会社青木建材 or 青木建材㈱.")
    )
    kana = KanaField(label=_("Reading"), max_length=160, required=False, help_text=_("Without the legal form."))
    code = CleanCharField(label=_("Customer code"), max_length=20, required=False, help_text=_("Left empty, a code is issued."))
    rank = ListChoice("rank", label=_("Rank"), required=False)
    industry = ListChoice("industry", label=_("Industry"), required=False)
    email = forms.EmailField(label=_("Mail"), required=False, max_length=254)
    website = forms.URLField(label=_("Website"), required=False, max_length=200, assume_scheme="https")
    born_or_founded_on = JapaneseDateField(label=_("Born or founded on"), required=False)
    owner_unit = UnitChoice(label=_("Unit in charge"), required=False)
    parent = CustomerChoice(label=_("Parent company"), required=False)
    caution = CleanCharField(
        label=_("Caution"), max_length=200, required=False, help_text=_("Shown as a banner wherever this customer appears.")
    )
    note = CleanTextField(label=_("Note"), required=False, widget=forms.Textarea(attrs={"rows": 4}))
    audience = AudienceField()

    def __init__(self, data: Any = None, *, viewer: User, customer: Customer | None = None, initial: dict[str, Any] | None = None) -> None:
        self.customer = customer
        super().__init__(data, initial=initial if customer is None else values_of(customer))
        for name in ("rank", "industry"):
            field: Any = self.fields[name]
            field.offer(getattr(customer, f"{name}_id", None))
        if customer and not may_set_audience(viewer, customer):
            del self.fields["audience"]
        self.add_items(Target.CUSTOMER, viewer, standing=customer.custom if customer else None)
        look_through(self, viewer)

    def clean_parent(self) -> Customer | None:
        parent: Customer | None = self.cleaned_data["parent"]
        if parent and self.customer and parent.pk == self.customer.pk:
            raise forms.ValidationError(_("A customer cannot be its own parent company."))
        return parent

    def values(self) -> dict[str, Any]:
        """Return what the actions take: the columns, and the audience."""
        said = {name: value for name, value in without_items(self.cleaned_data).items() if name != "version"}
        form, before, bare = split_legal_form(said["name"]) if said["type"] == Customer.Type.CORPORATE else ("", True, said["name"])
        position = (Customer.LegalPosition.BEFORE if before else Customer.LegalPosition.AFTER) if form else ""
        return said | {"name": bare, "legal_form": form, "legal_position": position, "custom": self.item_values()}


def values_of(customer: Customer) -> dict[str, Any]:
    """Return a customer as its form shows it."""
    plain = ("version", "type", "kind", "kana", "code", "email", "website", "born_or_founded_on", "caution", "note")
    keys = {name: getattr(customer, name) for name in plain}
    chosen = {name: getattr(customer, f"{name}_id") for name in ("rank", "industry", "owner_unit", "parent")}
    own = initial_items(Target.CUSTOMER, customer.custom)
    return {**keys, **chosen, **own, "name": str(customer), "audience": Audience.of(customer.scope)}


class PhoneRow(forms.Form):
    id = forms.IntegerField(required=False, widget=forms.HiddenInput)
    label = CleanCharField(label=_("Label"), max_length=40, required=False)
    number = PhoneField(label=_("Phone"), required=False)

    def line(self) -> PhoneLine | None:
        phone = self.cleaned_data.get("number")
        if phone is None:
            return None
        return PhoneLine(id=self.cleaned_data["id"], label=self.cleaned_data["label"], number=phone.display, extension=phone.ext)


class AddressRow(forms.Form):
    id = forms.IntegerField(required=False, widget=forms.HiddenInput)
    label = CleanCharField(label=_("Label"), max_length=40, required=False)
    postal_code = CleanCharField(label=_("Postal code"), max_length=8, required=False)
    prefecture = CleanCharField(label=_("Prefecture"), max_length=20, required=False)
    city = CleanCharField(label=_("City"), max_length=60, required=False)
    street = CleanCharField(label=_("Street"), max_length=120, required=False)
    building = CleanCharField(label=_("Building"), max_length=120, required=False)

    def line(self) -> AddressLine | None:
        said = {name: value for name, value in self.cleaned_data.items() if name not in ("id", "DELETE")}
        return AddressLine(id=self.cleaned_data["id"], **said) if any(said.values()) else None


class DepartmentRow(forms.Form):
    id = forms.IntegerField(required=False, widget=forms.HiddenInput)
    name = CleanCharField(label=_("Customer department"), max_length=80, required=False)
    phone = PhoneField(label=_("Phone"), required=False)

    def line(self) -> DepartmentLine | None:
        phone = self.cleaned_data.get("phone")
        name = self.cleaned_data["name"]
        return DepartmentLine(id=self.cleaned_data["id"], name=name, phone=phone.display if phone else "") if name else None


class StaffRow(forms.Form):
    user = UserChoice(label=_("Account staff"), required=False)
    role = forms.ChoiceField(label=_("Role"), choices=CustomerStaff.Role, initial=CustomerStaff.Role.MAIN, required=False)

    def line(self) -> StaffLine | None:
        user = self.cleaned_data.get("user")
        return StaffLine(user=user, role=self.cleaned_data["role"] or CustomerStaff.Role.MAIN) if user else None


class CustomerForms:
    """The customer's form and the forms of its lines, read and answered as one."""

    def __init__(self, data: Any = None, *, viewer: User, customer: Customer | None = None, initial: dict[str, Any] | None = None) -> None:
        self.viewer, self.customer = viewer, customer
        self.form = CustomerForm(data, viewer=viewer, customer=customer, initial=initial)
        standing = lines_standing(customer, viewer) if customer else {}
        self.lines: dict[str, Any] = {
            name: forms.formset_factory(
                row, extra=0 if standing.get(name) else first, can_delete=True, max_num=LINES, absolute_max=LINES + 5
            )(data, prefix=name, initial=standing.get(name))
            for name, (row, first) in ROWS.items()
        }
        for row in self.lines["staff"].forms:
            if pk := row.initial.get("user"):
                row.fields["user"].queryset = User.objects.working() | User.objects.filter(pk=pk)

    def is_valid(self) -> bool:
        return all([self.form.is_valid(), *(formset.is_valid() for formset in self.lines.values())])

    @property
    def has_errors(self) -> bool:
        return bool(self.form.errors) or any(not formset.is_valid() for formset in self.lines.values() if formset.is_bound)

    def values(self) -> dict[str, Any]:
        """Return what the actions take."""
        return self.form.values() | {name: self._lines(name) for name in ROWS}

    def _lines(self, name: str) -> list[Any]:
        rows = [row for row in self.lines[name].forms if row.cleaned_data and not row.cleaned_data.get("DELETE")]
        return [line for row in rows if (line := row.line()) is not None]

    def against(self, current: Customer) -> list[Difference]:
        """Return what differs from the customer as it stands now."""
        found = differences(self.form, values_of(current))
        for name, standing in lines_standing(current, self.viewer).items():
            mine, theirs = lines_of(self.lines[name]), [_words(name, row) for row in standing]
            if mine != theirs:
                found.append(Difference(str(HEADINGS[name]), "\n".join(theirs), "\n".join(mine)))
        return found


def _words(name: str, row: dict[str, Any]) -> str:
    if name == "staff":
        row = row | {"user": User.objects.get(pk=row["user"]), "role": str(dict(CustomerStaff.Role.choices)[row["role"]])}
    return " ".join(words_of(value) for key, value in row.items() if key != "id" and value)


ROWS: dict[str, tuple[Any, int]] = {
    "phones": (PhoneRow, 1),
    "addresses": (AddressRow, 1),
    "departments": (DepartmentRow, 0),
    "staff": (StaffRow, 1),
}
HEADINGS = {"phones": _("Phones"), "addresses": _("Addresses"), "departments": _("Customer departments"), "staff": _("Account staff")}


def lines_standing(customer: Customer, viewer: User) -> dict[str, list[dict[str, Any]]]:
    """Return the lines of a customer as their forms show them."""

    def rows(model: Any, *names: str) -> list[dict[str, Any]]:
        return list(model.objects.visible_to(viewer).filter(customer=customer).order_by("place", "pk").values("id", *names))

    phones = [
        {"id": row["id"], "label": row["label"], "number": clean_phone(row["number"])._replace(ext=row["extension"])}
        for row in rows(CustomerPhone, "label", "number", "extension")
    ]
    departments = [
        {"id": row["id"], "name": row["name"], "phone": clean_phone(row["phone"]) if row["phone"] else None}
        for row in rows(CustomerDepartment, "name", "phone")
    ]
    staff = CustomerStaff.objects.visible_to(viewer).filter(customer=customer).order_by("role", "pk").values("user", "role")
    return {
        "phones": phones,
        "addresses": rows(CustomerAddress, "label", "postal_code", "prefecture", "city", "street", "building"),
        "departments": departments,
        "staff": list(staff),
    }
