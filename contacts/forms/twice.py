"""One record sent twice: did the second send say the same, or did somebody go on typing on another device?"""

from __future__ import annotations

from typing import Any

from django.http import QueryDict
from django.utils import timezone

from contacts.entry import NextEntry
from contacts.forms.conflict import Difference, differences
from contacts.forms.contact import MANY, ContactForm
from contacts.forms.prefill import initial_of
from contacts.forms.requests import PREFIX as REQUESTS
from contacts.models import ContactPoint, WorkRequest
from crm.models import User
from schedule.models import Appointment

NEXT = ("next_on", "next_starts", "next_ends", "next_method", "next_note", "next_facilities")

State = WorkRequest.State
OPEN, SETTLED = (State.UNSENT, State.SENT), (State.DONE, State.RETURNED)


def apart(sent: QueryDict, current: ContactPoint, viewer: User, device: str = "wide") -> tuple[ContactForm, list[Difference]]:
    """Return what was sent as a form that changes the record, read with_surroundings, and where the two differ."""
    standing: dict[str, Any] = {"viewer": viewer, "initial": initial_of(current, viewer), "contact": current, "device": device}
    mine = ContactForm(_as_it_became(sent, ContactForm(sent, **standing), current, viewer), **standing)
    found = differences(mine, current, viewer)
    return mine, [one for one in found if not (one.name in MANY and _in_order(one.mine) == _in_order(one.theirs))]


def _in_order(names: str) -> list[str]:
    return sorted(names.split("、"))


def _as_it_became(sent: QueryDict, mine: ContactForm, current: ContactPoint, viewer: User) -> QueryDict:
    """Return what was sent as the form shows it after saving: a request has its row, the next appointment is booked."""
    data, right = sent.copy(), mine.is_valid()
    told = set(data.getlist("report_to"))
    data.setlist("notice_to", [key for key in data.getlist("notice_to") if key not in told])
    if mine.requests.is_bound and mine.requests.is_valid():
        _say_requests(data, mine, current)
    if right and (wanted := mine.entry().next):
        _say_next(data, wanted, current, viewer)
    return data


def _say_requests(data: QueryDict, mine: ContactForm, current: ContactPoint) -> None:
    """Give each line its row; a line whose request has been settled since is shown no more. Only a form that was sent before its record
    stood can mean a settled one by its words: one that knew the record asks for it again."""
    lines = [line for line in mine.requests.forms if line not in mine.requests.deleted_forms]
    named = {line.cleaned_data.get("id") for line in lines}
    rows = list(current.requests.order_by("place", "pk")) if getattr(current, "has_requests", True) else []
    over = [row for row in rows if row.state in SETTLED]
    meant = [row for row in rows if row.state in OPEN and row.pk not in named] + ([] if data.get("version") else over)
    gone = []
    for line in lines:
        said = line.cleaned_data
        words = (said.get("title"), (said.get("to") or current.owner).pk)
        by_words = (row for row in meant if (row.title, row.to_id) == words)
        row = next((row for row in over if row.pk == said["id"]), None) if said.get("id") else next(by_words, None)
        if row is None:
            continue
        meant = [one for one in meant if one != row]
        if row.state in SETTLED:
            gone.append(line.prefix)
        else:
            data[f"{line.prefix}-id"] = str(row.pk)
    if gone:
        _leave_out(data, [line.prefix for line in mine.requests.forms if line.prefix not in gone])


def _leave_out(data: QueryDict, kept: list[str]) -> None:
    """Keep only these lines of the requests, numbered anew."""
    lines = [{key.removeprefix(f"{prefix}-"): data.getlist(key) for key in data if key.startswith(f"{prefix}-")} for prefix in kept]
    for key in [key for key in data if key.startswith(f"{REQUESTS}-") and key.split("-")[1].isdigit()]:
        del data[key]
    for place, line in enumerate(lines):
        for name, values in line.items():
            data.setlist(f"{REQUESTS}-{place}-{name}", values)
    data[f"{REQUESTS}-TOTAL_FORMS"] = str(len(lines))


def _say_next(data: QueryDict, wanted: NextEntry, current: ContactPoint, viewer: User) -> None:
    booked = Appointment.objects.visible_to(viewer).filter(pk=current.next_appointment_id).first()
    if booked and (booked.starts_at, booked.ends_at, booked.summary_note) == (wanted.starts_at, wanted.ends_at, wanted.summary_note):
        for name in NEXT:
            data.pop(name, None)
        data["next_linked"] = str(booked.pk)
    elif not wanted.all_day:
        data["next_ends"] = f"{timezone.localtime(wanted.ends_at):%H:%M}"  # where none was entered, it became an hour
