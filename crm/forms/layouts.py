"""Forms of the layout editor and of the item settings."""

from __future__ import annotations

import json
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from crm.forms.choosing import NOT_FOUND, UnitChoice
from crm.items import items_of
from crm.layout import OWN, BadLayout, Layout, checked, item_target_of, items_standing
from crm.models import FormLayout, StaffGroup

COMPANY, UNIT, GROUP = "company", "unit", "group"
LONGEST = 50_000  # characters of a layout as JSON


class WhoseForm(forms.Form):
    """Which layout a page is about: ?device=phone&of=unit&unit=3."""

    device = forms.ChoiceField(label=_("Device"), choices=FormLayout.Device.choices, required=False)
    of = forms.ChoiceField(
        label=_("For"),
        choices=[(COMPANY, _("The whole company")), (UNIT, _("A unit and those below it")), (GROUP, _("A group"))],
        required=False,
    )
    unit = UnitChoice(required=False)
    group = forms.ModelChoiceField(label=_("Group"), queryset=StaffGroup.objects.order_by("name"), required=False, error_messages=NOT_FOUND)

    @property
    def chosen_device(self) -> str:
        return (self.cleaned_data.get("device") if self.is_valid() else "") or FormLayout.Device.WIDE

    @property
    def chosen_of(self) -> str:
        return (self.cleaned_data.get("of") if self.is_valid() else "") or COMPANY

    def holder(self) -> dict[str, Any]:
        said = self.cleaned_data if self.is_valid() else {}
        return {name: said.get(name) if self.chosen_of == name else None for name in (UNIT, GROUP)}

    @property
    def is_open(self) -> bool:
        """Tell whether it says whose layout."""
        return self.is_valid() and (self.chosen_of == COMPANY or any(self.holder().values()))


class LayoutForm(forms.Form):
    """A layout as the editor sends it: areas and required items as JSON."""

    areas = forms.CharField(max_length=LONGEST)
    required = forms.CharField(max_length=LONGEST, required=False)
    version = forms.IntegerField(required=False, min_value=0, max_value=2**31 - 1)

    def __init__(self, data: Any = None, *, target: str) -> None:
        super().__init__(data)
        self.target = target

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if self.errors:
            return said
        try:
            areas, required = json.loads(said["areas"]), json.loads(said["required"] or "[]")
            said["layout"] = checked(self.target, areas, required, items_of(item_target_of(self.target)).active)
        except (ValueError, RecursionError, BadLayout):
            raise forms.ValidationError(_("This arrangement cannot be read. Here is how it stands now.")) from None
        return said


class ItemSettingsForm(forms.Form):
    """Each item of a form: is it shown, and must it be filled in? Appointments and contact records may be told alike (B74)."""

    also = forms.BooleanField(label=_("The same for the items that appointments and contact records share"), required=False, initial=True)

    def __init__(self, data: Any = None, *, target: str, layout: Layout) -> None:
        super().__init__(data)
        self.lines: list[tuple[str, Any, forms.BoundField, forms.BoundField | None]] = []
        placed = set(layout.codes())
        for code, item in items_standing(target).items():
            self._line(
                code, item.label, shown=code in placed, always=item.always, required=code in layout.required if item.demandable else None
            )
        for one in items_of(item_target_of(target)).active:
            if one.placeable:
                self._line(f"{OWN}{one.code}", str(one), shown=f"{OWN}{one.code}" in placed, always=False, required=None)

    def _line(self, code: str, label: Any, *, shown: bool, always: bool, required: bool | None) -> None:
        self.fields[f"show-{code}"] = forms.BooleanField(label=_("Shown"), required=False, initial=shown, disabled=always)
        if required is not None:
            self.fields[f"must-{code}"] = forms.BooleanField(label=_("Required"), required=False, initial=required)
        must = self[f"must-{code}"] if required is not None else None
        self.lines.append((code, label, self[f"show-{code}"], must))

    def shown(self) -> list[str]:
        return [code for code, _label, show, _must in self.lines if self.cleaned_data[show.name]]

    def required(self) -> list[str]:
        return [code for code, _label, _show, must in self.lines if must is not None and self.cleaned_data[must.name]]
