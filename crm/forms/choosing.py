"""Fields to choose one of many: a type-ahead that knows only what the viewer may see, and lists with their words.

A form calls crm.doors.look_through(form, viewer); until then these fields know nothing and accept nothing.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model, Q
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from crm.doors import VisibleChoice, VisibleChoices
from crm.models import Choice, Customer, Deal, Delegation, OrgUnit, Person, User

NOT_FOUND = {"invalid_choice": _("Not found."), "invalid_pk_value": _("Not found.")}


class _Remote(forms.Select):
    """A select whose options come from the server while one types; only what is chosen is rendered."""

    def __init__(self, suggest: str, *, sends: str = "", attrs: dict[str, Any] | None = None) -> None:
        remote: dict[str, Any] = {"data-remote": reverse_lazy(suggest)}
        if sends:
            remote["data-remote-with"] = sends
        super().__init__(attrs={**remote, **(attrs or {})})

    def optgroups(self, name: str, value: list[str], attrs: dict[str, Any] | None = None) -> Any:
        shown = copy.copy(self)
        shown.choices = [*([] if self.allow_multiple_selected else [("", "")]), *((row.pk, str(row)) for row in self.chosen(value))]
        return super(_Remote, shown).optgroups(name, [str(one) for one in value], attrs)

    def chosen(self, value: Iterable[Any]) -> list[Any]:
        rows: Any = getattr(self.choices, "queryset", None)
        keys = [key for one in value if one and (key := _key(rows.model, one)) is not None] if rows is not None else []
        found = {row.pk: row for row in rows.filter(pk__in=keys)} if keys else {}
        return [found[key] for key in keys if key in found]


def _key(model: type[Model], typed: Any) -> Any:
    try:
        key = model._meta.pk.to_python(typed)
    except ValidationError:
        return None
    # A number that no database can hold is nobody's key.
    return None if isinstance(key, int) and not 0 < key < 2**63 else key


class RemoteSelect(_Remote):
    pass


class RemoteSelectMultiple(_Remote, forms.SelectMultiple):
    allow_multiple_selected = True


class CustomerChoice(VisibleChoice):
    def __init__(self, **options: Any) -> None:
        chosen = {"widget": RemoteSelect("crm:customer_suggest"), "label": _("Customer"), "error_messages": NOT_FOUND}
        super().__init__(Customer, **{**chosen, **options})


class PersonChoice(VisibleChoice):
    """A contact person; the type-ahead offers those of the customer chosen in the field #id_customer."""

    def __init__(self, *, customer_field: str = "#id_customer", **options: Any) -> None:
        widget = RemoteSelect("crm:person_suggest", sends=customer_field)
        super().__init__(Person, **{"widget": widget, "label": _("Contact person"), "error_messages": NOT_FOUND, **options})


class PersonChoices(VisibleChoices):
    def __init__(self, *, customer_field: str = "#id_customer", **options: Any) -> None:
        widget = RemoteSelectMultiple("crm:person_suggest", sends=customer_field)
        super().__init__(Person, **{"widget": widget, "label": _("Contact people"), "error_messages": NOT_FOUND, **options})


class DealChoice(VisibleChoice):
    def __init__(self, *, customer_field: str = "#id_customer", **options: Any) -> None:
        widget = RemoteSelect("crm:deal_suggest", sends=customer_field)
        super().__init__(Deal, **{"widget": widget, "label": _("Deal"), "error_messages": NOT_FOUND, **options})


class UserChoice(forms.ModelChoiceField):
    """One employee who works here, by type-ahead. A leaver stays where they already stand: give `standing`."""

    def __init__(self, *, standing: int | None = None, **options: Any) -> None:
        people = User.objects.filter(Q(is_active=True) | Q(pk=standing)) if standing else User.objects.working()
        super().__init__(queryset=people, **{"widget": RemoteSelect("crm:user_suggest"), "error_messages": NOT_FOUND, **options})


class UserChoices(forms.ModelMultipleChoiceField):
    def __init__(self, *, standing: Iterable[int] = (), **options: Any) -> None:
        people = User.objects.filter(Q(is_active=True) | Q(pk__in=list(standing)))
        super().__init__(queryset=people, **{"widget": RemoteSelectMultiple("crm:user_suggest"), "error_messages": NOT_FOUND, **options})

    def clean(self, value: Any) -> Any:
        if any(_key(User, one) is None for one in value or ()):
            raise ValidationError(self.error_messages["invalid_choice"], code="invalid_choice")
        return super().clean(value)


class OwnerField(forms.ModelChoiceField):
    """For whom a record is entered: oneself, or somebody who has let this person enter for them."""

    def __init__(self, **options: Any) -> None:
        owner = {"widget": forms.Select(attrs={"data-pick": ""}), "label": _("Owner"), "empty_label": None, "error_messages": NOT_FOUND}
        super().__init__(queryset=User.objects.none(), **{**owner, **options})

    def look(self, viewer: User) -> None:
        principals = Delegation.objects.principals_of(viewer).values("pk")
        self.queryset = User.objects.working().filter(Q(pk=viewer.pk) | Q(pk__in=principals)).by_name()
        if self.initial is None:
            self.initial = viewer.pk


class UnitChoice(forms.ModelChoiceField):
    def __init__(self, **options: Any) -> None:
        unit = {"widget": RemoteSelect("crm:unit_suggest"), "label": _("Unit"), "error_messages": NOT_FOUND}
        super().__init__(queryset=OrgUnit.objects.all(), **{**unit, **options})


class ListChoice(forms.ModelChoiceField):
    """An option of a choice list, with its words. A retired one may stay where it already stands: give `standing`."""

    def __init__(self, list_code: str, *, standing: int | None = None, **options: Any) -> None:
        self.list_code, self.standing = list_code, standing
        super().__init__(queryset=Choice.objects.none(), **{"error_messages": NOT_FOUND, **options})
        self.offer(standing)

    def offer(self, standing: int | None) -> None:
        """Offer what the list has now, and the option that already stands on the record."""
        rows = Choice.objects.of(self.list_code)
        self.queryset = (rows.offered() | rows.filter(pk=standing) if standing else rows.offered()).in_order()
