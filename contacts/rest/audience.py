"""Audiences (公開範囲) of the API: who stands outside is asked about, and a record shares one with its appointment."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from contacts.actions import NotYourAppointment
from contacts.actions.sharing import share_audience
from contacts.entry import ContactEntry
from contacts.forms.outside import settled_of
from contacts.models import ContactPoint
from contacts.sharing import Side
from crm.audience import Audience
from crm.models import User
from crm.rest.audience import require_allowed
from crm.rest.fields import VersionField
from crm.rest.views import RoomViewSet


class ShareSerializer(serializers.Serializer[Any]):
    source = serializers.ChoiceField(  # type: ignore[assignment]  # a field, not the source of one
        choices=[one.value for one in Side], default=Side.RECORD.value, help_text="Whose audience both have afterwards."
    )
    version = VersionField(help_text="The version that was read of the source.")


class SharesAudience(RoomViewSet):
    """For records: give the appointment that one was made from the same audience, or the other way round."""

    @extend_schema(
        summary="Give a contact record and its appointment one audience",
        description="The caller may change both. Without such an appointment the answer is that of an unknown one.",
        request=ShareSerializer,
    )
    @action(detail=True, methods=["post"], url_path="share-audience", serializer_class=ShareSerializer)
    def share_audience(self, request: Request, pk: Any) -> Response:
        row, sent = self._editable(pk), self.checked()  # type: ignore[attr-defined]  # the viewset's own
        try:
            share_audience(by=self.viewer, contact=row, source=Side(sent["source"]), version=sent["version"], now=timezone.now())
        except NotYourAppointment as error:
            raise ValidationError({"appointment": [_("Not found.")]}) from error
        return self.retrieve(request, pk)  # type: ignore[attr-defined]


def ask_about_outsiders(viewer: User, owner: User, entry: ContactEntry, allowed: bool, row: ContactPoint | None = None) -> None:
    """Raise ValidationError if the record lets somebody outside its audience read it and nobody has said yes. A draft was read by nobody."""
    named = [*entry.participants, *entry.report_to, *entry.notice_to, *(line.to for line in entry.requests or ())]
    own = {viewer.pk, owner.pk, *([row.recorder_id] if row else [])}
    before, known = settled_of(entry.appointment) if entry.appointment else (None, [])
    if row and row.state == ContactPoint.State.REGISTERED:
        keys = [one.user_id for one in row.participants.all()] + [one.user_id for one in row.recipients.all()]
        keys += [one.to_id for one in row.requests.all()]
        before, known = Audience.of(row.scope), list(User.objects.filter(pk__in=keys))
    require_allowed(entry.audience, [user for user in named if user.pk not in own], allowed, before=before, known=known)
