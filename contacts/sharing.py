"""A record and the appointment it was made from: two sides that should have one audience (公開範囲), as a page offers it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core import signing
from django.db import models
from django.utils.translation import gettext as _

from contacts.models import ContactPoint
from crm.audience import Audience
from crm.forms.audience import CHOSEN, labels_of, typed_of
from crm.models import User, VisibilityScope
from schedule.models import Appointment

OFFER = "offer"
SALT = "contacts.sharing"
UNDO_FOR = 60 * 60  # seconds
NAMES = 3


class Side(models.TextChoices):
    """Which of the two."""

    RECORD = "record", "record"
    APPOINTMENT = "appointment", "appointment"

    @property
    def other(self) -> Side:
        return Side.APPOINTMENT if self == Side.RECORD else Side.RECORD


@dataclass(frozen=True)
class Pair:
    """A record and its appointment, both the viewer's to change. `here` is the side whose page it is.

    offering: the audience was changed a moment ago. undo: the proof of what was shared a moment ago, "" if that no longer stands.
    """

    record: ContactPoint
    appointment: Appointment
    here: Side
    offering: bool = False
    undo: str = ""

    @property
    def differs(self) -> bool:
        return self.record.scope_id != self.appointment.scope_id

    @property
    def version(self) -> int:
        """The version of the side whose audience the other one would get."""
        return self.record.version if self.here == Side.RECORD else self.appointment.version

    @property
    def record_words(self) -> str:
        return words_of(self.record.scope)

    @property
    def appointment_words(self) -> str:
        return words_of(self.appointment.scope)


def pair_of(record: Any, viewer: User, here: Side, asked: str = "") -> Pair | None:
    """Return a record, which the viewer may change, with its appointment; None without one that the viewer may change too.

    asked: what the address says, "offer" or the proof of what was shared a moment ago.
    """
    if record is None or record.appointment_id is None:
        return None
    appointment = Appointment.objects.editable_by(viewer).select_related("scope").filter(pk=record.appointment_id).first()
    if appointment is None:
        return None
    done = read_proof(asked, viewer, record)
    standing = done is not None and done["version"] == (record if done["side"] == Side.RECORD else appointment).version
    return Pair(record, appointment, here, offering=asked == OFFER, undo=asked if standing else "")


def record_made_from(appointment: Appointment, viewer: User) -> Any:
    """Return the record that was made from an appointment, or the viewer's newest draft of one, with `may_edit`."""
    rows = ContactPoint.objects.visible_to(viewer).with_edit_right(viewer).select_related("scope")
    return rows.filter(appointment=appointment).order_by("-state", "-pk").first()


def proof_of(viewer: User, record: ContactPoint, side: Side, version: int, before: VisibilityScope) -> str:
    """Return what lets this person take back, for an hour, that the audience was shared."""
    said = {"by": viewer.pk, "record": str(record.pk), "side": side.value, "version": version, "scope": before.pk}
    return signing.dumps(said, salt=SALT)


def read_proof(proof: str, viewer: User, record: ContactPoint) -> dict[str, Any] | None:
    """Return what was signed, None if it is not this person's, not of this record, or too old."""
    try:
        said: dict[str, Any] = signing.loads(proof, salt=SALT, max_age=UNDO_FOR)
    except signing.BadSignature:
        return None
    mine = (said["by"], said["record"]) == (viewer.pk, str(record.pk))
    return said | {"side": Side(said["side"])} if mine else None


def words_of(scope: VisibilityScope) -> str:
    """Return an audience in a few words."""
    kind, parts = typed_of(Audience.of(scope))
    if kind != CHOSEN:
        return _("Whole company") if scope.key else _("Only those concerned")
    names = "、".join(one["text"] for one in labels_of(parts)[:NAMES])
    return _("%(names)s and %(count)d more") % {"names": names, "count": len(parts) - NAMES} if len(parts) > NAMES else names
