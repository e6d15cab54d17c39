"""The form of collected information and customer voices, and what may be asked of their list."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm.audience import Audience, may_set_audience
from crm.company import uses
from crm.doors import look_through
from crm.fields import CleanCharField, CleanTextField, JapaneseDateField
from crm.forms.audience import AudienceField
from crm.forms.choosing import CustomerChoice, DealChoice, ListChoice, UserChoice
from crm.forms.lists import RETIRED, ListForm
from crm.forms.parts import drop_unused
from crm.models import CollectedInfo, Customer, Module, User

PLAIN = ("version", "title", "text", "importance", "collected_on")
INFO, VOICE = "info", "voice"
SORTS = [(INFO, _("Collected information")), (VOICE, _("Customer voice"))]


def sorts_used() -> list[tuple[str, Any]]:
    """Return which of the two the company uses."""
    used = {INFO: uses(Module.INFOS), VOICE: uses(Module.VOICES)}
    return [(value, label) for value, label in SORTS if used[value]]


class InfoForm(forms.Form):
    version = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)
    sort = forms.ChoiceField(label=pgettext_lazy("information", "Sort"), widget=forms.RadioSelect)
    title = CleanCharField(label=_("Title"), max_length=120)
    text = CleanTextField(label=_("Details"), required=False, widget=forms.Textarea(attrs={"rows": 6}))
    kind = ListChoice("info_kind", label=_("Kind"), required=False)
    importance = forms.ChoiceField(
        label=_("Importance"),
        choices=CollectedInfo.Importance,
        widget=forms.RadioSelect,
        initial=CollectedInfo.Importance.NORMAL,
        required=False,
    )
    collected_on = JapaneseDateField(label=_("Heard on"))
    customer = CustomerChoice(label=_("Customer"), required=False)
    deal = DealChoice(label=_("Deal"), required=False)
    owner = UserChoice(label=_("Owner"))
    audience = AudienceField()

    def __init__(self, data: Any = None, *, viewer: User, info: CollectedInfo | None = None, initial: dict[str, Any] | None = None) -> None:
        offered = sorts_used()
        blank = {"owner": viewer.pk, "collected_on": timezone.localdate(), "sort": offered[0][0] if offered else INFO}
        super().__init__(data, initial=values_of(info) if info else {**blank, **(initial or {})})
        sort: Any = self.fields["sort"]
        # What stands may be of a sort that the company has switched off since.
        sort.choices = [one for one in SORTS if one in offered or (info and one[0] == sort_of(info))]
        kind: Any = self.fields["kind"]
        kind.offer(info.kind_id if info else None)
        owner: Any = self.fields["owner"]
        owner.queryset = User.objects.working() | User.objects.filter(pk=info.owner_id if info else None)
        if info and not may_set_audience(viewer, info):
            del self.fields["audience"]
        look_through(self, viewer)
        drop_unused(self)

    def clean_importance(self) -> str:
        return self.cleaned_data["importance"] or CollectedInfo.Importance.NORMAL

    def values(self) -> dict[str, Any]:
        said = {name: value for name, value in self.cleaned_data.items() if name not in ("version", "sort")}
        return said | {"voice": self.cleaned_data["sort"] == VOICE}


def sort_of(info: CollectedInfo) -> str:
    return VOICE if info.voice else INFO


def values_of(info: CollectedInfo) -> dict[str, Any]:
    """Return information as its form shows it."""
    chosen = {name: getattr(info, f"{name}_id") for name in ("kind", "customer", "deal", "owner")}
    return {
        **{name: getattr(info, name) for name in PLAIN},
        **chosen,
        "sort": sort_of(info),
        "audience": Audience.of(info.scope),
    }


class InfoList(ListForm):
    orders: ClassVar[dict[str, list[str]]] = {
        "day": ["-collected_on", "-pk"],
        "changed": ["-updated_at", "-pk"],
        "oldest": ["collected_on", "pk"],
    }
    sort = forms.ChoiceField(
        required=False,
        label=_("Order"),
        choices=[("day", _("Newest first")), ("oldest", _("Oldest first")), ("changed", _("Last changed"))],
    )
    voice = forms.ChoiceField(required=False, label=pgettext_lazy("information", "Sort"), choices=[("", _("All")), *SORTS])
    kind = ListChoice("info_kind", required=False, label=_("Kind"), empty_label=_("All"))
    importance = forms.ChoiceField(required=False, label=_("Importance"), choices=[("", _("All")), *CollectedInfo.Importance.choices])
    customer = CustomerChoice(required=False)
    owner = UserChoice(required=False, label=_("Owner"))
    since = JapaneseDateField(required=False, label=pgettext_lazy("day", "From"))
    until = JapaneseDateField(required=False, label=pgettext_lazy("day", "To"))
    retired = forms.BooleanField(required=False, label=RETIRED)

    @property
    def narrowed(self) -> bool:
        return bool(set(self.asked()) - {"voice"})

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or self.cleaned_data
        if found.get("since") and found.get("until") and found["until"] < found["since"]:
            self.add_error("until", _("The end lies before the start."))
        return found

    def find(self, rows: Any) -> Any:
        return super().find(rows.of_sorts(infos=uses(Module.INFOS), voices=uses(Module.VOICES)))

    def by_voice(self, rows: Any, value: str) -> Any:
        return rows.filter(voice=value == VOICE)

    def by_kind(self, rows: Any, value: Any) -> Any:
        return rows.filter(kind=value)

    def by_importance(self, rows: Any, value: str) -> Any:
        return rows.filter(importance=value)

    def by_customer(self, rows: Any, value: Customer) -> Any:
        return rows.filter(customer=value)

    def by_owner(self, rows: Any, value: User) -> Any:
        return rows.filter(owner=value)

    def by_since(self, rows: Any, value: Any) -> Any:
        return rows.filter(collected_on__gte=value)

    def by_until(self, rows: Any, value: Any) -> Any:
        return rows.filter(collected_on__lte=value)
