"""How contact records tell their changes."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contacts.models import ContactPoint, ReportRecipient
from crm.changes import NamedPart, Shown, WordsPart, rows_of
from crm.changes.names import Names
from crm.models import AuditEntry, User
from crm.templatetags.japanese import day, moment, yen
from schedule.models import Appointment

_COST = re.compile(r"(\d+|None) (.*) (True|False) (\d+) (.*)", re.DOTALL)

_REQUEST = re.compile(r"(\d+) (\d{4}-\d\d-\d\d|-) ([!-]) (.*)", re.DOTALL)


@dataclass(frozen=True)
class CostsPart:
    """Lines of expenses, as contacts.actions.parts writes them: kind, from and to, both ways, yen, note."""

    label: Any

    def wants(self, value: Any) -> Iterator[tuple[str, Any]]:
        if read := _COST.fullmatch(str(value)):
            yield "crm.Choice", read[1]

    def say(self, value: Any, names: Names) -> str:
        read = _COST.fullmatch(str(value))
        if read is None:
            return str(value)
        kind, way, both, amount, note = read.groups()
        return " ".join(
            filter(None, (names.of("crm.Choice", kind), way.strip(), _("Round trip") if both == "True" else "", yen(int(amount)), note))
        )


@dataclass(frozen=True)
class RequestsPart:
    """To-dos and requests, as contacts.actions.requestparts writes them: who, by when, urgent or not, what."""

    label: Any

    def wants(self, value: Any) -> Iterator[tuple[str, Any]]:
        if read := _REQUEST.fullmatch(str(value)):
            yield "crm.User", read[1]

    def say(self, value: Any, names: Names) -> str:
        read = _REQUEST.fullmatch(str(value))
        if read is None:
            return str(value)
        who, due, urgent, title = read.groups()
        by_when = "" if due == "-" else day(date.fromisoformat(due))
        return " ".join(filter(None, (names.of("crm.User", who), title, by_when, _("Urgent") if urgent == "!" else "")))


def appointment_names(viewer: User, keys: Collection[Any]) -> dict[Any, str]:
    """Name the appointments that a reader may see: when, and about what."""
    rows = Appointment.objects.visible_to(viewer).filter(pk__in=keys).select_related("summary")
    return {row.pk: f"{day(row.starts_at) if row.all_day else moment(row.starts_at)} {row.headline}".strip() for row in rows}


SHOWN = Shown(
    ContactPoint,
    parts={
        "people": NamedPart(gettext_lazy("Contact people"), ["crm.Person"]),
        "guests": NamedPart(gettext_lazy("Customer participants"), ["crm.Person", "crm.Customer"]),
        "participants": NamedPart(gettext_lazy("Participants"), ["crm.User"]),
        "infos": NamedPart(gettext_lazy("Collected information"), ["crm.CollectedInfo"]),
        "recipients": NamedPart(gettext_lazy("Report"), ["crm.User"], dict(ReportRecipient.Role.choices)),
        "expenses": CostsPart(gettext_lazy("Expenses")),
        "requests": RequestsPart(gettext_lazy("To-dos and requests")),
        "files": WordsPart(gettext_lazy("Attachments")),
    },
    silent={"state", "number"},
    finders={"schedule.Appointment": appointment_names},
)


def entries_for(contact: ContactPoint, viewer: User) -> QuerySet[AuditEntry]:
    """Return what the journal kept of a record as far as it is this reader's business: what a draft said is its writers' alone."""
    kept = rows_of(contact)
    return kept if _wrote(contact, viewer) or contact.registered_at is None else kept.filter(at__gte=contact.registered_at)


def is_bare(contact: ContactPoint, viewer: User, entry: AuditEntry) -> bool:
    """Tell whether this reader learns of a deed only that it was done: registering, told in full, would tell how the draft read."""
    return entry.before.get("state") == ContactPoint.State.DRAFT and not _wrote(contact, viewer)


def _wrote(contact: ContactPoint, viewer: User) -> bool:
    return viewer.pk in (contact.owner_id, contact.recorder_id)
