"""What the actions of this room refuse, in words."""

from __future__ import annotations

from django.utils.translation import gettext as _

from crm.templatetags.japanese import period
from schedule.bookings import FacilityTaken


def taken_words(taken: FacilityTaken) -> str:
    """Say which facility is in use and when; never by whom."""
    said = {"facility": taken.facility, "when": period(taken.starts_at, taken.ends_at)}
    return _("%(facility)s is in use: %(when)s. Choose another time or facility.") % said
