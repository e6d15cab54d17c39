"""Forms of this room: an appointment, its cancelling, facilities, a calendar link."""

from schedule.forms.appointment import AppointmentForm, CancelForm
from schedule.forms.facility import FacilityForm
from schedule.forms.feed import FeedForm
from schedule.forms.span import FacilityPicks, SpanForm, facilities_offered, moment_of, span_of

__all__ = [
    "AppointmentForm",
    "CancelForm",
    "FacilityForm",
    "FacilityPicks",
    "FeedForm",
    "SpanForm",
    "facilities_offered",
    "moment_of",
    "span_of",
]
