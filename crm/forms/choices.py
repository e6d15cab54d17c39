"""Forms of the choice lists."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from crm.fields import CleanCharField
from crm.forms.choosing import NOT_FOUND, OptionSelect, is_key
from crm.models import Choice, ChoiceList


class ChoiceForm(forms.Form):
    """The words of an option, and for one of the second level the option above it."""

    name_ja = CleanCharField(label=_("Japanese name"), max_length=80)
    name_en = CleanCharField(label=_("English name"), max_length=80)

    def __init__(self, data: Any = None, *, choice: Choice | None = None) -> None:
        said = {"name_ja": choice.name_ja, "name_en": choice.name_en, "parent": choice.parent_id} if choice else None
        super().__init__(data, initial=said)
        if choice and choice.parent_id:
            self.fields["parent"] = UpperLevel(of=choice.list, standing=choice.parent_id)


class UpperLevel(forms.ModelChoiceField):
    """An offered option of the first level of a list."""

    def __init__(self, *, of: ChoiceList, standing: int | None = None, **options: Any) -> None:
        upper = Choice.objects.filter(list=of, parent=None)
        offered = upper.offered() | upper.filter(pk=standing) if standing else upper.offered()
        widget = {
            "widget": forms.Select(attrs={"data-pick": ""}),
            "label": _("Upper level"),
            "empty_label": None,
            "error_messages": NOT_FOUND,
        }
        super().__init__(queryset=offered.in_order(), **{**widget, **options})


class NewChoiceForm(ChoiceForm):
    """A new option. What it means to the program is chosen once, from the meanings the list knows."""

    def __init__(self, data: Any = None, *, of: ChoiceList, below: Choice | None = None) -> None:
        super().__init__(data)
        alike: dict[str, list[str]] = {}
        for one in Choice.objects.filter(list=of, merged_into=None).exclude(semantic="").in_order():
            alike.setdefault(one.semantic, []).append(str(one))
        if alike:
            # The code is the program's own; people know a meaning by the options that have it.
            words = [(code, _("Like %(options)s") % {"options": _(", ").join(names)}) for code, names in alike.items()]
            self.fields["semantic"] = forms.ChoiceField(label=_("Meaning"), choices=[("", _("None")), *words], required=False)
        if of.levels > 1:
            self.fields["parent"] = UpperLevel(of=of, required=False, empty_label=_("None"), initial=below and below.pk)


class MergeForm(forms.Form):
    """The option that takes over: another offered one of the same list and level."""

    into = forms.ModelChoiceField(queryset=Choice.objects.none(), label=_("Merge into"), error_messages=NOT_FOUND)

    def __init__(self, data: Any = None, *, choice: Choice) -> None:
        super().__init__(data)
        field: Any = self.fields["into"]
        fitting = Choice.objects.filter(list=choice.list, parent__isnull=choice.parent_id is None).offered().exclude(pk=choice.pk)
        field.queryset = fitting.select_related("parent").in_order()
        field.widget = OptionSelect(choice.list.code, level=2 if choice.parent_id else 1 if choice.list.levels > 1 else 0)
        sent = str(self.data.get("into", ""))
        field.widget.known = {str(row.pk): row for row in fitting.filter(pk=sent)} if is_key(sent) else {}


class OrderForm(forms.Form):
    """The keys of rows in their new order, as the page sends them after dragging."""

    order = forms.CharField(max_length=20_000)

    def clean_order(self) -> list[int]:
        typed = self.cleaned_data["order"].split(",")
        if not all(part.isascii() and part.isdigit() and len(part) < 12 for part in typed):
            raise forms.ValidationError(_("This order cannot be read."))
        return [int(part) for part in typed]
