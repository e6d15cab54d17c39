"""How appointments tell their changes."""

from __future__ import annotations

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from crm.changes import NamedPart, Shown
from schedule.models import Appointment

SHOWN = Shown(
    Appointment,
    parts={
        "people": NamedPart(_("Contact people"), ["crm.Person"]),
        "guests": NamedPart(_("Customer participants"), ["crm.Person", "crm.Customer"]),
        "participants": NamedPart(_("Participants"), ["crm.User"]),
        "infos": NamedPart(_("Collected information"), ["crm.CollectedInfo"]),
        "facilities": NamedPart(_("Facilities"), ["schedule.Facility"]),
    },
    names={"schedule.Facility": (F("name_ja"), F("name_en"))},
)
