"""What may be asked of the lists of customers, people, deals, assets and contracts."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, ClassVar

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.doors import look_through
from crm.fields import CleanCharField, JapaneseIntegerField
from crm.forms.choosing import CustomerChoice, ListChoice, UnitChoice, UserChoice
from crm.japanese import KANA_ROWS, terms
from crm.models import Customer, User


class ListForm(forms.Form):
    """A list's questions. Everything may be left out; what cannot be read is told, and then nothing is listed."""

    orders: ClassVar[dict[str, list[str]]] = {}
    q = CleanCharField(max_length=200, required=False)
    sort = forms.ChoiceField(required=False)

    def __init__(self, data: Any, *, viewer: User) -> None:
        super().__init__(data)
        self.viewer = viewer
        look_through(self, viewer)

    @property
    def order(self) -> list[str]:
        return self.orders[self.cleaned_data.get("sort") or next(iter(self.orders))]

    @property
    def words(self) -> list[str]:
        return terms(self.cleaned_data.get("q") or "")

    def asked(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if value and name not in ("q", "sort")}

    @property
    def narrowed(self) -> bool:
        """Tell whether a filter behind "More filters" is set."""
        return bool(set(self.asked()) - {"kana", "stage"})

    def find(self, rows: Any) -> Any:
        """Narrow visible rows down to what is asked."""
        if not self.is_valid():
            return rows.none()
        for name, value in self.asked().items():
            rows = getattr(self, f"by_{name}")(rows, value)
        rows = rows if self.cleaned_data.get("retired") else rows.active()
        return rows.matching(self.words) if self.words else rows

    def by_kana(self, rows: Any, row: str) -> Any:
        return rows.in_row(row)

    def by_retired(self, rows: Any, _retired: bool) -> Any:
        return rows.exclude(retired_at=None)


KANA = [("", _("All")), *((row, row) for row in KANA_ROWS)]
RETIRED = _("Retired only")


class CustomerList(ListForm):
    orders: ClassVar[dict[str, list[str]]] = {"kana": ["sort_key", "pk"], "changed": ["-updated_at", "-pk"], "code": ["code", "pk"]}
    sort = forms.ChoiceField(
        required=False, label=_("Order"), choices=[("kana", _("By reading")), ("changed", _("Last changed")), ("code", _("By code"))]
    )
    kana = forms.ChoiceField(required=False, choices=KANA)
    type = forms.ChoiceField(required=False, label=_("Corporate or individual"), choices=[("", _("All")), *Customer.Type.choices])
    kind = forms.ChoiceField(required=False, label=_("Customer class"), choices=[("", _("All")), *Customer.Kind.choices])
    rank = ListChoice("rank", required=False, label=_("Rank"), empty_label=_("All"))
    staff = UserChoice(required=False, label=_("Account staff"))
    unit = UnitChoice(required=False, label=_("Unit in charge"))
    retired = forms.BooleanField(required=False, label=RETIRED)

    def by_type(self, rows: Any, value: str) -> Any:
        return rows.filter(type=value)

    def by_kind(self, rows: Any, value: str) -> Any:
        return rows.filter(kind=value)

    def by_rank(self, rows: Any, value: Any) -> Any:
        return rows.filter(rank=value)

    def by_staff(self, rows: Any, value: User) -> Any:
        return rows.in_charge(value, viewer=self.viewer)

    def by_unit(self, rows: Any, value: Any) -> Any:
        return rows.of_unit(value)

    def find(self, rows: Any) -> Any:
        rows = super().find(rows)
        return rows.exclude(code=None) if self.is_valid() and self.cleaned_data.get("sort") == "code" else rows


class PersonList(ListForm):
    orders: ClassVar[dict[str, list[str]]] = {"kana": ["sort_key", "pk"], "changed": ["-updated_at", "-pk"]}
    sort = forms.ChoiceField(required=False, label=_("Order"), choices=[("kana", _("By reading")), ("changed", _("Last changed"))])
    kana = forms.ChoiceField(required=False, choices=KANA)
    customer = CustomerChoice(required=False)
    role = ListChoice("person_role", required=False, label=_("Key role"), empty_label=_("All"))
    retired = forms.BooleanField(required=False, label=RETIRED)

    def by_customer(self, rows: Any, value: Customer) -> Any:
        return rows.filter(customer=value)

    def by_role(self, rows: Any, value: Any) -> Any:
        return rows.filter(role=value)


class DealList(ListForm):
    orders: ClassVar[dict[str, list[str]]] = {
        "changed": ["-updated_at", "-pk"],
        "expected": ["expected_on", "pk"],
        "amount": ["-amount_yen", "-pk"],
    }
    sort = forms.ChoiceField(
        required=False,
        label=_("Order"),
        choices=[("changed", _("Last changed")), ("expected", _("By expected day")), ("amount", _("By amount"))],
    )
    stage = ListChoice("deal_stage", required=False, label=_("Stage"), empty_label=_("All"))
    customer = CustomerChoice(required=False)
    owner = UserChoice(required=False, label=_("Owner"))
    retired = forms.BooleanField(required=False, label=RETIRED)

    def by_stage(self, rows: Any, value: Any) -> Any:
        return rows.filter(stage=value)

    def by_customer(self, rows: Any, value: Customer) -> Any:
        return rows.filter(customer=value)

    def by_owner(self, rows: Any, value: User) -> Any:
        return rows.filter(owner=value)

    def find(self, rows: Any) -> Any:
        """A page is cut by its order's columns, which must hold a value."""
        rows = super().find(rows)
        sort = self.cleaned_data.get("sort") if self.is_valid() else ""
        missing = {"expected": "expected_on", "amount": "amount_yen"}.get(sort or "")
        return rows.exclude(**{missing: None}) if missing else rows


FARTHEST_DAYS = 3_660


class _HeldList(ListForm):
    """What may be asked of a customer's assets and contracts alike. The days looked ahead begin today."""

    within: ClassVar[str]
    customer = CustomerChoice(required=False)
    due = JapaneseIntegerField(required=False, at_least=0, at_most=FARTHEST_DAYS)
    retired = forms.BooleanField(required=False, label=RETIRED)

    @property
    def narrowed(self) -> bool:
        return bool(set(self.asked()) - {"due"})

    def asked(self) -> dict[str, Any]:
        """Zero days ahead is a question too: until today."""
        days = self.cleaned_data.get("due")
        return super().asked() | ({} if days is None else {"due": days})

    def by_customer(self, rows: Any, value: Customer) -> Any:
        return rows.of(value)

    def by_type(self, rows: Any, value: Any) -> Any:
        return rows.filter(type=value)

    def find(self, rows: Any) -> Any:
        """A page is cut by its order's columns, which must hold a value."""
        rows = super().find(rows)
        return rows.exclude(**{self.within: None}) if self.is_valid() and self.cleaned_data.get("sort") == "due" else rows


class AssetList(_HeldList):
    within = "inspection_due_on"
    orders: ClassVar[dict[str, list[str]]] = {
        "changed": ["-updated_at", "-pk"],
        "name": ["name", "pk"],
        "due": ["inspection_due_on", "pk"],
    }
    sort = forms.ChoiceField(
        required=False,
        label=_("Order"),
        choices=[("changed", _("Last changed")), ("name", _("By name")), ("due", _("By inspection due"))],
    )
    type = ListChoice("asset_type", required=False, label=_("Asset type"), empty_label=_("All"))
    due = JapaneseIntegerField(required=False, label=_("Inspection due within (days)"), at_least=0, at_most=FARTHEST_DAYS)
    field_order = ("q", "sort", "customer", "type", "due", "retired")

    def by_due(self, rows: Any, days: int) -> Any:
        return rows.due_by(timezone.localdate() + timedelta(days=days))


class ContractList(_HeldList):
    within = "ends_on"
    orders: ClassVar[dict[str, list[str]]] = {
        "changed": ["-updated_at", "-pk"],
        "name": ["name", "pk"],
        "due": ["ends_on", "pk"],
    }
    sort = forms.ChoiceField(
        required=False,
        label=_("Order"),
        choices=[("changed", _("Last changed")), ("name", _("By name")), ("due", _("By contract end"))],
    )
    type = ListChoice("contract_type", required=False, label=_("Contract type"), empty_label=_("All"))
    due = JapaneseIntegerField(required=False, label=_("Ends within (days)"), at_least=0, at_most=FARTHEST_DAYS)
    user = UserChoice(required=False, label=_("In charge"))
    field_order = ("q", "sort", "customer", "type", "due", "user", "retired")

    def by_due(self, rows: Any, days: int) -> Any:
        today = timezone.localdate()
        return rows.ending_between(today, today + timedelta(days=days))

    def by_user(self, rows: Any, value: User) -> Any:
        return rows.filter(user=value)
