"""One record sent twice: did the second send say the same, or did somebody go on typing on another device?"""

from __future__ import annotations

from typing import Any

from django.http import QueryDict
from django.utils import timezone

from contacts.entry import NextEntry
from contacts.forms.conflict import Difference, differences
from contacts.forms.contact import MANY, ContactForm
from contacts.forms.prefill import initial_of
from contacts.forms.requests import open_requests
from contacts.models import ContactPoint
from crm.models import User
from schedule.models import Appointment

NEXT = ("next_on", "next_starts", "next_ends", "next_method", "next_note", "next_facilities")


def apart(sent: QueryDict, current: ContactPoint, viewer: User, device: str = "wide") -> tuple[ContactForm, list[Difference]]:
    """Return what was sent as a form that changes the record, read with_surroundings, and where the two differ."""
    standing: dict[str, Any] = {"viewer": viewer, "initial": initial_of(current, viewer), "contact": current, "device": device}
    mine = ContactForm(sent, **standing)
    if mine.is_valid():
        mine = ContactForm(_as_it_became(sent, mine, current, viewer), **standing)
    found = differences(mine, current, viewer)
    return mine, [one for one in found if not (one.name in MANY and _in_order(one.mine) == _in_order(one.theirs))]


def _in_order(names: str) -> list[str]:
    return sorted(names.split("、"))


def _as_it_became(sent: QueryDict, mine: ContactForm, current: ContactPoint, viewer: User) -> QueryDict:
    """Return what was sent as the form shows it after saving: a request has its row, the next appointment is booked."""
    data = sent.copy()
    told = set(data.getlist("report_to"))
    data.setlist("notice_to", [key for key in data.getlist("notice_to") if key not in told])
    open_rows = open_requests(current) if mine.requests.is_bound else []
    for line in mine.requests.forms if mine.requests.is_bound else []:
        said = line.cleaned_data
        same = [
            row for row in open_rows if (row["title"], row["to"] or current.owner) == (said.get("title"), said.get("to") or current.owner)
        ]
        if same and not said.get("id"):
            open_rows.remove(same[0])
            data[f"{line.prefix}-id"] = str(same[0]["id"])
    if wanted := mine.entry().next:
        _say_next(data, wanted, current, viewer)
    return data


def _say_next(data: QueryDict, wanted: NextEntry, current: ContactPoint, viewer: User) -> None:
    booked = Appointment.objects.visible_to(viewer).filter(pk=current.next_appointment_id).first()
    if booked and (booked.starts_at, booked.ends_at, booked.summary_note) == (wanted.starts_at, wanted.ends_at, wanted.summary_note):
        for name in NEXT:
            data.pop(name, None)
        data["next_linked"] = str(booked.pk)
    elif not wanted.all_day:
        data["next_ends"] = f"{timezone.localtime(wanted.ends_at):%H:%M}"  # where none was entered, it became an hour
