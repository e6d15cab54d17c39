"""The API of this room: contact records, in the bin and out of it, telling a recipient again."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import Prefetch
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema, extend_schema_field, extend_schema_view
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from contacts import actions
from contacts.entry import ContactEntry, ExpenseLine, NextEntry
from contacts.forms.contact import CONTENT_LIMIT
from contacts.forms.expenses import LARGEST_YEN, MOST_LINES
from contacts.models import ContactParticipant, ContactPerson, ContactPoint, Expense, ReportRecipient
from contacts.search import SORTS, ContactFilter
from contacts.sending import log_once
from crm.audience import Audience
from crm.doors import VisibleField, visible_or_404
from crm.models import Customer, Deal, Person, User
from crm.paging import Page
from crm.rest.errors import Conflict
from crm.rest.fields import LARGEST_KEY, AudienceField, ListChoiceField, VersionField
from crm.rest.paging import KeysetPagination
from crm.rest.views import RoomViewSet, created
from crm.serializerfields import CleanCharField, CleanTextField, DateTimeField
from schedule import actions as schedule
from schedule.api import GONE_FROM_SIGHT, VisibleRows, answered
from schedule.models import Appointment

FILTERS = ("q", "from", "to", "owner", "customer", "deal", "person", "method", "result", "state")
REFUSALS: dict[type[Exception], tuple[str, Any]] = {
    actions.MetInTheFuture: ("started_at", lambda: _("A contact cannot be registered before it happens.")),
    actions.NotYourAppointment: ("appointment", lambda: _("Not found.")),
    actions.NextAlreadyBooked: ("next", lambda: _("This record has a next appointment already.")),
    schedule.EndsBeforeStart: ("next", lambda: _("The end lies before the start.")),
    schedule.TooLong: ("next", lambda: _("The appointment is too long.")),
    schedule.NotWholeDays: ("next", lambda: _("An all-day appointment begins and ends at midnight.")),
}


class ExpenseSerializer(serializers.Serializer[Any]):
    kind = ListChoiceField("expense_kind", required=False, allow_null=True)
    origin = CleanCharField(max_length=80, required=False, allow_blank=True)
    destination = CleanCharField(max_length=80, required=False, allow_blank=True)
    round_trip = serializers.BooleanField(required=False)
    amount_yen = serializers.IntegerField(min_value=0, max_value=LARGEST_YEN, help_text="Whole yen, both ways if it is a round trip.")
    note = CleanCharField(max_length=120, required=False, allow_blank=True)


class NextSerializer(serializers.Serializer[Any]):
    starts_at = DateTimeField()
    ends_at = DateTimeField(help_text="Exclusive; an all-day one ends at midnight after its last day.")
    all_day = serializers.BooleanField(required=False)
    method = ListChoiceField("method", required=False, allow_null=True)
    summary_note = CleanCharField(max_length=100, required=False, allow_blank=True)


class RecipientSerializer(serializers.ModelSerializer[ReportRecipient]):
    class Meta:
        model = ReportRecipient
        fields: ClassVar[list[str]] = [
            "id",
            "user",
            "role",
            "notified_at",
            "sent_again_at",
            "first_read_at",
            "last_read_at",
            "confirmed_at",
        ]


class ContactSerializer(serializers.Serializer[Any]):
    """A contact record as it is read. What the caller may not see of it (customer, people, deal, appointments) is null or left out."""

    id = serializers.UUIDField()
    number = serializers.IntegerField(allow_null=True)
    version = serializers.IntegerField()
    state = serializers.ChoiceField(choices=ContactPoint.State.choices)
    owner = VisibleField(User, read_only=True)
    recorder = VisibleField(User, read_only=True)
    started_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)
    has_time = serializers.BooleanField(help_text="Without it only the local day of started_at was noted.")
    customer = serializers.UUIDField(source="customer.pk", default=None, allow_null=True)
    people = serializers.SerializerMethodField()
    deal = serializers.UUIDField(source="deal.pk", default=None, allow_null=True)
    method = ListChoiceField("method", read_only=True, allow_null=True)
    result = ListChoiceField("result", read_only=True, allow_null=True)
    summary = ListChoiceField("summary", read_only=True, allow_null=True)
    summary_note = serializers.CharField()
    content = serializers.CharField()
    direct = serializers.ChoiceField(choices=ContactPoint.Direct.choices)
    participants = serializers.SerializerMethodField()
    audience = AudienceField(read_only=True)
    recipients = RecipientSerializer(many=True)
    expenses = ExpenseSerializer(many=True)
    appointment = serializers.UUIDField(source="appointment.pk", default=None, allow_null=True)
    next_appointment = serializers.UUIDField(source="next_appointment.pk", default=None, allow_null=True)
    registered_at = serializers.DateTimeField(allow_null=True)
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()

    @extend_schema_field(serializers.ListField(child=serializers.UUIDField()))
    def get_people(self, row: ContactPoint) -> list[str]:
        return [str(one.person_id) for one in row.people.all() if hasattr(one, "person")]  # a hidden one is not there

    @extend_schema_field(serializers.ListField(child=serializers.IntegerField()))
    def get_participants(self, row: ContactPoint) -> list[int]:
        return [one.user_id for one in row.participants.all()]


class OwnAppointmentField(VisibleField):
    """The appointment that a record fulfils: one that the caller may change. Any other is as if it were unknown."""

    def get_queryset(self) -> Any:
        return Appointment.objects.editable_by(self.context["request"].user)


class ContactWriteSerializer(serializers.Serializer[Any]):
    """A contact record as it is sent. A field that is left out of a change stays as it is."""

    id = serializers.UUIDField(required=False, help_text="Made by the caller, so that a repeated send changes nothing. Only at creation.")
    version = VersionField(required=False, help_text="The version that was read. Required for a change.")
    draft = serializers.BooleanField(required=False, help_text="True keeps it a draft; without it the record is registered.")
    owner = VisibleField(User, required=False, help_text="Only at creation; without it the caller.")
    started_at = DateTimeField()
    ended_at = DateTimeField(required=False, allow_null=True)
    has_time = serializers.BooleanField(required=False)
    customer = VisibleField(Customer, required=False, allow_null=True)
    people = VisibleRows(Person, child=serializers.UUIDField(), required=False)
    deal = VisibleField(Deal, required=False, allow_null=True)
    method = ListChoiceField("method", required=False, allow_null=True)
    result = ListChoiceField("result", required=False, allow_null=True)
    summary = ListChoiceField("summary", required=False, allow_null=True)
    summary_note = CleanCharField(max_length=100, required=False, allow_blank=True)
    content = CleanTextField(max_length=CONTENT_LIMIT, required=False, allow_blank=True)
    direct = serializers.ChoiceField(choices=ContactPoint.Direct.choices, required=False, allow_blank=True)
    participants = VisibleRows(User, child=serializers.IntegerField(min_value=1, max_value=LARGEST_KEY), required=False)
    audience = AudienceField(required=False)
    report_to = VisibleRows(User, child=serializers.IntegerField(min_value=1, max_value=LARGEST_KEY), required=False)
    notice_to = VisibleRows(User, child=serializers.IntegerField(min_value=1, max_value=LARGEST_KEY), required=False)
    expenses = ExpenseSerializer(many=True, required=False, max_length=MOST_LINES)  # type: ignore[call-arg]  # taken by the list around it
    next = NextSerializer(required=False, allow_null=True, help_text="The next appointment, booked in the same save.")
    appointment = OwnAppointmentField(Appointment, required=False, allow_null=True, help_text="The appointment this record fulfils.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        started = attrs.get("started_at") or getattr(self.instance, "started_at", None)
        ended = attrs.get("ended_at") if "ended_at" in attrs else getattr(self.instance, "ended_at", None)
        if started and ended and ended < started:
            raise ValidationError({"ended_at": [_("The end lies before the start.")]})
        if "scope" in attrs:
            attrs["audience"] = attrs.pop("scope")
        attrs["expenses"] = [ExpenseLine(**line) for line in attrs["expenses"]] if "expenses" in attrs else None
        attrs["next"] = NextEntry(**attrs["next"]) if attrs.get("next") else None
        return {name: value for name, value in attrs.items() if name != "expenses" or value is not None}


class SendAgainSerializer(serializers.Serializer[Any]):
    recipient = serializers.IntegerField(min_value=1, max_value=LARGEST_KEY, help_text="Key of one of the record's recipients.")
    reason = CleanCharField(max_length=200, required=False, allow_blank=True, default="")


class HistoryPages(KeysetPagination):
    """Everything, newest first, comes from the heads of the scopes; any other question walks its own rows."""

    sought: ContactFilter

    def cut(self, rows: Any, by: Any, *, cursor: str, size: int) -> Page:
        if not self.sought.narrows and by == SORTS["newest"]:
            return rows.newest_page(self.sought.viewer, cursor=cursor, size=size)
        return super().cut(self.sought.apply(rows), by, cursor=cursor, size=size)


PARAMETERS = [
    OpenApiParameter("q", OpenApiTypes.STR, description="Words that the record's texts, its number or its customer's name must hold."),
    OpenApiParameter("from", OpenApiTypes.DATE, description="First day."),
    OpenApiParameter("to", OpenApiTypes.DATE, description="Last day."),
    *[OpenApiParameter(name, OpenApiTypes.UUID) for name in ("customer", "deal", "person")],
    *[OpenApiParameter(name, OpenApiTypes.INT) for name in ("owner", "method", "result")],
    OpenApiParameter("state", OpenApiTypes.STR, enum=list(ContactPoint.State.values), description="Drafts are the caller's own."),
]


@extend_schema_view(
    list=extend_schema(responses=ContactSerializer(many=True), parameters=PARAMETERS),
    retrieve=extend_schema(responses=ContactSerializer),
    create=extend_schema(request=ContactWriteSerializer, responses={201: ContactSerializer, 200: ContactSerializer}),
    partial_update=extend_schema(request=ContactWriteSerializer, responses={200: ContactSerializer, 204: GONE_FROM_SIGHT}),
    destroy=extend_schema(responses={204: OpenApiResponse(description="In the bin for 30 days; restore takes it back.")}),
    restore=extend_schema(request=None, responses=ContactSerializer),
    send_again=extend_schema(request=SendAgainSerializer, responses=ContactSerializer),
)
class ContactPointViewSet(RoomViewSet):
    """Contact records that the caller may see."""

    queryset = ContactPoint.objects.none()
    serializer_class = ContactWriteSerializer
    pagination_class = HistoryPages
    sorts: ClassVar[dict[str, Any]] = SORTS

    def get_queryset(self) -> Any:
        return _for_api(ContactPoint.objects.visible_to(self.viewer), self.viewer)

    def known_parameters(self) -> set[str]:
        return super().known_parameters() | set(FILTERS) if self.action == "list" else set()

    def list(self, request: Request) -> Response:
        asked = {name: request.query_params[name] for name in FILTERS if name in request.query_params}
        sought = ContactFilter(asked, self.viewer)
        if not sought.form.is_valid():
            raise ValidationError({sought.form.add_prefix(name): [*map(str, errors)] for name, errors in sought.form.errors.items()})
        assert isinstance(self.paginator, HistoryPages)
        self.paginator.sought = sought
        rows = self.paginate_queryset(_for_api(ContactPoint.objects.all(), self.viewer))
        return self.get_paginated_response(ContactSerializer(rows, many=True).data)

    def retrieve(self, request: Request, pk: Any) -> Response:
        return Response(ContactSerializer(self.get_object()).data)

    def create(self, request: Request) -> Response:
        sent = self.checked()
        sent.pop("version", None)
        owner, key, draft = sent.pop("owner", self.viewer), sent.pop("id", None), sent.pop("draft", False)
        entry = ContactEntry(**{"has_time": True, **sent})
        row, is_new = _told(log_once, owner=owner, recorder=self.viewer, entry=entry, draft=draft, contact_id=key, source="api")
        return created(self._read(row), is_new=is_new)

    def partial_update(self, request: Request, pk: Any) -> Response:
        row = self._editable(pk)
        sent = self.checked(row, partial=True)
        version, draft = sent.pop("version", None), sent.pop("draft", row.state == ContactPoint.State.DRAFT)
        if version is None:
            raise ValidationError({"version": [_("Say which version you read.")]})
        for fixed in ("owner", "id"):
            sent.pop(fixed, None)
        entry = ContactEntry(**_standing_values(row, self.viewer) | sent)
        row = _told(actions.change_contact, by=self.viewer, contact=row, version=version, entry=entry, register=not draft)
        return answered(self.get_queryset().filter(pk=row.pk).first(), ContactSerializer)

    def destroy(self, request: Request, pk: Any) -> Response:
        actions.delete_contact(by=self.viewer, contact=self._editable(pk), now=timezone.now())
        return Response(status=204)

    @action(detail=True, methods=["post"])
    def restore(self, request: Request, pk: Any) -> Response:
        row = visible_or_404(ContactPoint.objects.in_bin_of(self.viewer, timezone.now()), pk)
        return Response(self._read(_told(actions.restore_contact, by=self.viewer, contact=row)))

    @action(detail=True, methods=["post"], url_path="send-again", serializer_class=SendAgainSerializer)
    def send_again(self, request: Request, pk: Any) -> Response:
        row, sent = self._editable(pk), self.checked()
        told = ReportRecipient.objects.visible_to(self.viewer).filter(contact=row)
        _told(actions.send_again, by=self.viewer, recipient=visible_or_404(told, sent["recipient"]), reason=sent["reason"])
        return Response(self._read(row))

    def _editable(self, pk: Any) -> Any:
        return visible_or_404(_for_api(ContactPoint.objects.editable_by(self.viewer), self.viewer), pk)

    def _read(self, row: ContactPoint) -> Any:
        return ContactSerializer(visible_or_404(self.get_queryset(), row.pk)).data


def _for_api(rows: Any, viewer: User) -> Any:
    """Bring along all that the API shows; what the viewer may not see reads as None or is left out."""
    # Looked up beside the page, not as a condition of it: SQLite would walk all people for each row.
    known = Prefetch("person", Person.objects.visible_to(viewer))
    people = ContactPerson.objects.visible_to(viewer).prefetch_related(known).order_by("place")
    ahead = Appointment.objects.visible_to(viewer)
    return (
        rows.with_faces(viewer)
        .with_deals(viewer)
        .prefetch_related(
            Prefetch("people", people),
            Prefetch("participants", ContactParticipant.objects.visible_to(viewer).order_by("pk")),
            Prefetch("recipients", ReportRecipient.objects.visible_to(viewer).order_by("pk")),
            Prefetch("expenses", Expense.objects.visible_to(viewer).order_by("place", "pk")),
            Prefetch("appointment", ahead),
            Prefetch("next_appointment", ahead),
        )
    )


def _standing_values(row: ContactPoint, viewer: User) -> dict[str, Any]:
    """Return what stands, as the viewer sees it; the action keeps what the viewer does not see."""
    kept = ("started_at", "ended_at", "has_time", "customer", "deal", "method", "result", "summary", "summary_note", "content", "direct")
    told = list(row.recipients.all())
    met = Person.objects.visible_to(viewer).in_bulk([one.person_id for one in row.people.all()])
    people = {
        user.pk: user
        for user in User.objects.filter(pk__in=[*(one.user_id for one in told), *(one.user_id for one in row.participants.all())])
    }
    role = ReportRecipient.Role
    lines = ("kind", "origin", "destination", "round_trip", "amount_yen", "note")
    return {
        **{name: getattr(row, name) for name in kept},
        "people": [met[one.person_id] for one in row.people.all() if one.person_id in met],
        "participants": [people[one.user_id] for one in row.participants.all()],
        "audience": Audience.of(row.scope),
        "report_to": [people[one.user_id] for one in told if one.role == role.REPORT],
        "notice_to": [people[one.user_id] for one in told if one.role == role.NOTICE],
        "expenses": [ExpenseLine(**{name: getattr(line, name) for name in lines}) for line in row.expenses.all()],
        "next": NextEntry.of(row.next_wanted) if row.next_wanted else None,
    }


def _told(act: Any, **sent: Any) -> Any:
    """Call an action, and say what it refuses in words of the API."""
    try:
        return act(now=timezone.now(), **sent)
    except actions.AlreadyFulfilled as error:
        raise Conflict(_("A record has already been made from this appointment."), code="already_fulfilled") from error
    except actions.NotToldYet as error:
        raise Conflict(_("Nothing was reported yet, so nothing can be sent again."), code="not_told_yet") from error
    except tuple(REFUSALS) as error:
        field, message = REFUSALS[type(error)]
        raise ValidationError({field: [message()]}) from error
