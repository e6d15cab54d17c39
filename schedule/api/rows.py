"""Lists of keys in what is sent."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.fields import empty

from crm.rest.fields import LARGEST_KEY
from crm.visibility import Guarded
from schedule.models import Appointment, Facility

MOST_PEOPLE = 100


class VisibleRows(serializers.ListField):
    """A list of keys of rows that the caller may see, looked up with one query; hidden and unknown keys get the same answer."""

    def __init__(self, model: Any, **options: Any) -> None:
        self.of = model
        super().__init__(max_length=MOST_PEOPLE, **options)

    def run_validation(self, data: Any = empty) -> Any:
        if isinstance(data, list) and len(data) > MOST_PEOPLE:
            raise ValidationError([_("Choose up to %(limit)s.") % {"limit": MOST_PEOPLE}])
        keys = super().run_validation(data)
        found = {row.pk: row for row in self.rows().filter(pk__in=keys)}
        if missing := {str(place): [_("Not found.")] for place, key in enumerate(keys) if key not in found}:
            raise ValidationError(missing)
        return [found[key] for key in dict.fromkeys(keys)]

    def rows(self) -> Any:
        return self.of.objects.visible_to(self.context["request"].user) if issubclass(self.of, Guarded) else self.of.objects.all()


class FacilityRows(VisibleRows):
    """Facilities on offer, and those that stand on the appointment already."""

    def __init__(self, **options: Any) -> None:
        super().__init__(Facility, child=serializers.IntegerField(min_value=1, max_value=LARGEST_KEY), **options)

    def rows(self) -> Any:
        standing: Any = getattr(self.parent, "instance", None)
        booked: Any = standing.bookings.values("facility") if isinstance(standing, Appointment) else []
        return Facility.objects.offered() | Facility.objects.filter(pk__in=booked)
