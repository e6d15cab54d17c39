"""Serializer fields shared by the rooms: audiences, choices of a list, versions."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.fields import empty

from crm.audience import Audience
from crm.doors import MOST_CHOSEN
from crm.forms.choosing import guests_seen
from crm.models import Choice, OrgUnit, StaffGroup, User, VisibilityScope

LARGEST_KEY = 2**63 - 1
LARGEST_AUDIENCE = 500


@extend_schema_field(
    {
        "type": "object",
        "description": "Who may read this, besides those named on the record.",
        "properties": {
            "company": {"type": "boolean", "default": False},
            **{
                name: {"type": "array", "items": {"type": "integer", "minimum": 1, "maximum": LARGEST_KEY}, "maxItems": LARGEST_AUDIENCE}
                for name in ("units", "groups", "people")
            },
        },
        "additionalProperties": False,
    }
)
class AudienceField(serializers.Field):
    """{"company": true} or any mix of {"units": [..], "groups": [..], "people": [..]}, as the record's scope says it."""

    def get_attribute(self, instance: Any) -> VisibilityScope:
        scope: VisibilityScope = instance.scope
        return scope

    def to_representation(self, scope: VisibilityScope) -> dict[str, Any]:
        audience = Audience.of(scope)
        keys = {name: sorted(getattr(audience, name)) for name in ("units", "groups", "people")}
        return {"company": audience.company, **keys}

    def to_internal_value(self, data: Any) -> Audience:
        if not isinstance(data, dict) or set(data) - {"company", "units", "groups", "people"}:
            raise serializers.ValidationError(_("Say company, units, groups and people, and nothing else."))
        company = data.get("company", False)
        if not isinstance(company, bool):
            raise serializers.ValidationError({"company": [_("Say true or false.")]})
        units, groups, people = (
            self._keys(data, name, model) for name, model in (("units", OrgUnit), ("groups", StaffGroup), ("people", User))
        )
        return Audience.whole_company() if company else Audience(units=units, groups=groups, people=people)

    def _keys(self, data: dict[str, Any], name: str, model: Any) -> frozenset[int]:
        given = data.get(name, [])
        if not isinstance(given, list) or len(given) > LARGEST_AUDIENCE or not all(type(one) is int for one in given):
            raise serializers.ValidationError({name: [_("Give a list of keys.")]})
        wanted = {one for one in given if 0 < one <= LARGEST_KEY}
        known = set(model.objects.filter(pk__in=wanted).values_list("pk", flat=True)) if wanted else set()
        if known != set(given):
            raise serializers.ValidationError({name: [_("Not found.")]})
        return frozenset(known)


class ListChoiceField(serializers.PrimaryKeyRelatedField):
    """One option of a choice list, by key. A retired one may stay on a record that bears it, and is chosen by no other."""

    default_error_messages = {
        "does_not_exist": gettext_lazy("Not found."),
        "incorrect_type": gettext_lazy("Not found."),
    }

    def __init__(self, list_code: str, **options: Any) -> None:
        self.list_code = list_code
        if not options.get("read_only"):
            options["queryset"] = Choice.objects.all()
        super().__init__(**options)

    def get_queryset(self) -> Any:
        standing: Any = getattr(getattr(self.parent, "instance", None), f"{self.source}_id", None)
        rows = Choice.objects.of(self.list_code)
        return rows.offered() | rows.filter(pk=standing)

    def to_internal_value(self, data: Any) -> Any:
        if type(data) is not int or not 0 < data <= LARGEST_KEY:
            self.fail("does_not_exist")
        try:
            return super().to_internal_value(data)
        except serializers.ValidationError:
            # A program may know an option that was merged into another one since: it means that one.
            merged = Choice.objects.of(self.list_code).filter(pk=data).exclude(merged_into=None)
            into = self.get_queryset().filter(pk__in=merged.values("merged_into")).first()
            if into is None:
                raise
            return into


class VersionField(serializers.IntegerField):
    """The version that was read. A change must send it, so that nobody overwrites what they have not seen."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"min_value": 1, "max_value": 2**31 - 1, **options})


class GuestsField(serializers.ListField):
    """Customer participants: "p:<key of a contact person>" or "c:<key of a customer, partner or dealer>". Hidden is like unknown."""

    def __init__(self, **options: Any) -> None:
        super().__init__(child=serializers.CharField(max_length=40), max_length=MOST_CHOSEN, **options)

    def run_validation(self, data: Any = empty) -> Any:
        keys = super().run_validation(data)
        found = guests_seen(keys, self.context["request"].user)
        if missing := {str(place): [_("Not found.")] for place, key in enumerate(keys) if key not in found}:
            raise ValidationError(missing)
        return [found[key] for key in dict.fromkeys(keys)]

    def to_representation(self, data: Any) -> list[str]:
        """Take the parts of a whole, read with person and customer as far as the caller may see them."""
        keys = ((part.person and f"p:{part.person_id}") or (part.customer and f"c:{part.customer_id}") for part in data.all())
        return [key for key in keys if key]
