"""The form of a deal, and the short one that moves it to another stage."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from crm.audience import Audience, may_set_audience
from crm.doors import look_through
from crm.fields import CleanCharField, CleanTextField, JapaneseDateField, JapaneseIntegerField
from crm.forms.audience import AudienceField
from crm.forms.choosing import CustomerChoice, ListChoice, PersonChoice, UserChoice
from crm.forms.items import ItemFields, initial_items, without_items
from crm.models import Deal, Target, User

PLAIN = ("version", "name", "amount_yen", "expected_on", "note")
LARGEST_AMOUNT = 999_999_999_999


class DealForm(ItemFields, forms.Form):
    version = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)
    name = CleanCharField(label=_("Deal name"), max_length=120)
    customer = CustomerChoice(label=_("Customer"), required=False)
    person = PersonChoice(label=_("Contact person"), required=False)
    owner = UserChoice(label=_("Owner"))
    stage = ListChoice("deal_stage", label=_("Stage"), widget=forms.RadioSelect, empty_label=None)
    amount_yen = JapaneseIntegerField(label=_("Amount (yen)"), required=False, at_least=0, at_most=LARGEST_AMOUNT)
    expected_on = JapaneseDateField(label=_("Expected on"), required=False)
    note = CleanTextField(label=_("Note"), required=False, widget=forms.Textarea(attrs={"rows": 4}))
    audience = AudienceField()

    def __init__(self, data: Any = None, *, viewer: User, deal: Deal | None = None, initial: dict[str, Any] | None = None) -> None:
        super().__init__(data, initial=values_of(deal) if deal else {"owner": viewer.pk, **(initial or {})})
        stage: Any = self.fields["stage"]
        stage.offer(deal.stage_id if deal else None)
        owner: Any = self.fields["owner"]
        owner.queryset = User.objects.working() | User.objects.filter(pk=deal.owner_id if deal else None)
        if deal and not may_set_audience(viewer, deal):
            del self.fields["audience"]
        self.add_items(Target.DEAL, viewer, standing=deal.custom if deal else None)
        look_through(self, viewer)

    def values(self) -> dict[str, Any]:
        said = {name: value for name, value in without_items(self.cleaned_data).items() if name != "version"}
        return said | {"custom": self.item_values()}


def values_of(deal: Deal) -> dict[str, Any]:
    """Return a deal as its form shows it."""
    chosen = {name: getattr(deal, f"{name}_id") for name in ("customer", "person", "owner", "stage")}
    plain = {name: getattr(deal, name) for name in PLAIN}
    return {**plain, **chosen, **initial_items(Target.DEAL, deal.custom), "audience": Audience.of(deal.scope)}


class StageForm(forms.Form):
    version = forms.IntegerField(min_value=1, max_value=2**31 - 1)
    stage = ListChoice("deal_stage")
