"""Whoever is named on a record reads it, also outside its audience (公開範囲): somebody has to say yes to that first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext as _

from contacts.models import ContactPoint
from crm.audience import Audience, newly_outside, outside
from crm.models import User
from schedule.models import Appointment

if TYPE_CHECKING:
    _Form = forms.Form
else:
    _Form = object

ALLOWED = "outside_allowed"
NAMED = ("participants", "report_to", "notice_to")


class AsksAboutOutsiders(_Form):
    """For the form of a record. The yes names those it holds for: who is added afterwards is asked about again."""

    viewer: User
    contact: ContactPoint | None
    requests: Any
    asked_about: list[User] = []  # replaced, never changed

    def ask_about_outsiders(self, said: dict[str, Any]) -> None:
        """Refuse a form that lets somebody outside the audience read it, until the sender has said yes. A draft lets nobody read it."""
        if "audience" not in said or "draft" in self.data or any(name in self.errors for name in NAMED):
            return
        before, known = self._settled(said)
        allowed = {key for value in self.allowed() for key in value.split(",")}
        asked = [
            user for user in newly_outside(said["audience"], self._named(said), before=before, known=known) if str(user.pk) not in allowed
        ]
        if asked:
            self.asked_about = asked
            names = "、".join(str(user) for user in asked)
            self.add_error(None, _("%(names)s: outside the visibility. Let them read this record all the same?") % {"names": names})

    def _settled(self, said: dict[str, Any]) -> tuple[Audience | None, list[User]]:
        """Return an audience and the people who were let read beside it: of the record as it stands, or of the appointment it is made from."""
        if self.contact is not None and self.contact.state == ContactPoint.State.REGISTERED:
            return self.initial["audience"], self._standing()
        if appointment := said.get("appointment"):
            return settled_of(appointment)
        return None, []

    def allowed(self) -> list[str]:
        """Return what was said yes to so far, as it was sent."""
        data: Any = self.data
        return list(data.getlist(ALLOWED)) if hasattr(data, "getlist") else [data[ALLOWED]] if ALLOWED in data else []

    def only_asks(self) -> bool:
        """Tell whether nothing else is wrong: the question then stands alone."""
        return bool(self.asked_about) and list(self.errors) == ["__all__"] and len(self.non_field_errors()) == 1

    def asked_keys(self) -> str:
        return ",".join(str(user.pk) for user in self.asked_about)

    def outsiders(self) -> list[User]:
        """Return those named on a standing record whom its audience leaves out: they may read it all the same."""
        audience = self.initial.get("audience")
        if self.is_bound or not audience or not audience.key:
            return []
        return outside(audience, self._standing())

    def _standing(self) -> list[User]:
        lines = [line["to"] for line in self.initial.get("requests", [])]
        return _once(*(self.initial.get(name, []) for name in NAMED), lines)

    def _named(self, said: dict[str, Any]) -> list[User]:
        """Return whom this form lets read, besides owner and recorder, who do so anyway."""
        asking = self.requests.is_bound and self.requests.is_valid()
        lines = [line.to for line in self.requests.lines(self.viewer)] if asking else []
        own = {said["owner"].pk if said.get("owner") else None, self.viewer.pk}
        own |= {self.contact.owner_id, self.contact.recorder_id} if self.contact else set()
        return [user for user in _once(*(said.get(name) or [] for name in NAMED), lines) if user.pk not in own]


def settled_of(appointment: Appointment) -> tuple[Audience, list[User]]:
    """Return the audience of an appointment and who was let read beside it: what was said yes to there is not asked about again."""
    return Audience.of(appointment.scope), [row.user for row in appointment.participants.select_related("user").order_by("pk")]


def _once(*lists: Any) -> list[User]:
    return list(dict.fromkeys(user for users in lists for user in users if user))
