"""What the actions refuse, said at the field it is about."""

from __future__ import annotations

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from contacts.actions import (
    AlreadyFulfilled,
    DealElsewhere,
    IdTaken,
    MetInTheFuture,
    NextAlreadyBooked,
    NotDelegated,
    NotYourAppointment,
    PersonElsewhere,
)
from contacts.actions.errors import FileGone
from contacts.forms.contact import ContactForm
from contacts.models import ContactPoint
from crm.actions import AssetElsewhere, CategoryElsewhere, DepartmentElsewhere
from crm.models import User
from schedule.actions import EndsBeforeStart, FacilityTaken, NotWholeDays, TooLong
from schedule.refusals import taken_words

REFUSED = (
    MetInTheFuture,
    PersonElsewhere,
    DealElsewhere,
    DepartmentElsewhere,
    AssetElsewhere,
    CategoryElsewhere,
    NotDelegated,
    NotYourAppointment,
    AlreadyFulfilled,
    NextAlreadyBooked,
    FacilityTaken,
    IdTaken,
    FileGone,
    EndsBeforeStart,
    TooLong,
    NotWholeDays,
)


def explain(form: ContactForm, error: Exception, viewer: User) -> None:
    """Put the reason where the reader looks for it."""
    said = {
        MetInTheFuture: ("date", _("A contact cannot be registered before it happens. Save it as a draft, or enter an appointment.")),
        PersonElsewhere: ("people", _("This contact person belongs to another customer. Choose again.")),
        DealElsewhere: ("deal", _("This deal belongs to another customer. Choose again.")),
        DepartmentElsewhere: ("department", _("Not found.")),
        AssetElsewhere: ("asset", _("Not found.")),
        CategoryElsewhere: ("category2", _("Not found.")),
        NotDelegated: ("owner", _("You may not enter for this person.")),
        NotYourAppointment: (None, _("The appointment was not found.")),
        NextAlreadyBooked: ("next_on", _("This record has a next appointment already. Change that one in the schedule.")),
        IdTaken: (None, _("This form cannot be sent again. Please open a new one and copy your text.")),
        FileGone: ("files", _("A file is no longer there. Please add it again.")),
        EndsBeforeStart: ("next_ends", _("The end lies before the start.")),
        TooLong: ("next_ends", _("The appointment is too long.")),
        NotWholeDays: ("next_on", _("An all-day appointment begins and ends at midnight.")),
    }
    if isinstance(error, FacilityTaken):
        form.add_error("next_facilities" if "next_facilities" in form.fields else None, taken_words(error))
        return
    if isinstance(error, AlreadyFulfilled):
        form.add_error(None, _made_before(error.contact, viewer))
        return
    field, text = said[type(error)]
    form.add_error(field if field in form.fields else None, text)


def _made_before(made: ContactPoint, viewer: User) -> str:
    text = _("A record has already been made from this appointment.")
    if not ContactPoint.objects.visible_to(viewer).filter(pk=made.pk).exists():
        return text
    return format_html('{} <a href="{}">{}</a>', text, reverse("contacts:detail", args=[made.pk]), _("Open it"))
