"""The API of this room: contact records, in the bin and out of it, telling a recipient again."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import OuterRef, Prefetch, Subquery
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
from contacts.actions.errors import FileGone
from contacts.entry import COPIED, ContactEntry, ExpenseLine, NextEntry
from contacts.forms.contact import CONTENT_LIMIT
from contacts.forms.expenses import LARGEST_YEN, MOST_LINES
from contacts.models import Attachment, ContactGuest, ContactInfo, ContactParticipant, ContactPerson, ContactPoint, Expense, ReportRecipient
from contacts.rest.audience import SharesAudience, ask_about_outsiders
from contacts.rest.files import FileOfRecordSerializer, FileRows
from contacts.rest.requests import WorkRequestSerializer, line_serializer, lines_of, requests_beside
from contacts.search import SORTS, ContactFilter
from contacts.sending import log_once
from crm.audience import Audience
from crm.doors import VisibleField, visible_or_404
from crm.forms.items import search_fields
from crm.items import items_of
from crm.models import AccountPlan, Asset, CollectedInfo, Customer, CustomerDepartment, Deal, Person, Target, User
from crm.paging import Page
from crm.rest.audience import OutsideAllowedField
from crm.rest.demands import check_demands
from crm.rest.errors import Conflict
from crm.rest.fields import LARGEST_KEY, AudienceField, GuestsField, ListChoiceField, VersionField
from crm.rest.items import BearsItems, CustomField
from crm.rest.paging import KeysetPagination
from crm.rest.views import created
from crm.serializerfields import CleanCharField, CleanTextField, DateTimeField
from schedule import actions as schedule
from schedule.api import GONE_FROM_SIGHT, FacilityRows, VisibleRows, answered, carried_over
from schedule.models import Appointment
from schedule.refusals import taken_words

FULFILS = "The appointment this record fulfils. What a new record leaves out is taken over from it."
FILTERS = ("q", "from", "to", "owner", "customer", "deal", "plan", "asset", "info", "person", "method", "result", "state")
REFUSALS: dict[type[Exception], tuple[str, Any]] = {
    actions.MetInTheFuture: ("started_at", lambda: _("A contact cannot be registered before it happens.")),
    actions.NotYourAppointment: ("appointment", lambda: _("Not found.")),
    FileGone: ("files", lambda: _("Not found.")),
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
    facilities = FacilityRows(required=False, help_text="Booked for its time; one that is in use is a conflict.")


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
    department = serializers.SerializerMethodField()
    guests = GuestsField(read_only=True)
    deal = serializers.UUIDField(source="seen_deal", allow_null=True)
    plan = serializers.UUIDField(source="seen_plan", allow_null=True)
    asset = serializers.UUIDField(source="seen_asset", allow_null=True)
    infos = serializers.SerializerMethodField()
    category1 = ListChoiceField("category", read_only=True, allow_null=True)
    category2 = ListChoiceField("category", read_only=True, allow_null=True)
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
    requests = WorkRequestSerializer(many=True)
    files = FileOfRecordSerializer(many=True, source="files_seen")
    custom = CustomField(Target.CONTACT, read_only=True)
    appointment = serializers.UUIDField(source="seen_appointment", allow_null=True)
    next_appointment = serializers.UUIDField(source="seen_next", allow_null=True)
    registered_at = serializers.DateTimeField(allow_null=True)
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()

    @extend_schema_field(serializers.ListField(child=serializers.UUIDField()))
    def get_people(self, row: ContactPoint) -> list[str]:
        return [str(one.person_id) for one in row.people.all() if hasattr(one, "person")]  # a hidden one is not there

    @extend_schema_field(serializers.IntegerField(allow_null=True))
    def get_department(self, row: ContactPoint) -> int | None:
        return row.department_id if row.customer else None  # seen with its customer

    @extend_schema_field(serializers.ListField(child=serializers.UUIDField()))
    def get_infos(self, row: ContactPoint) -> list[str]:
        return [str(one.info_id) for one in row.infos.all()]

    @extend_schema_field(serializers.ListField(child=serializers.IntegerField()))
    def get_participants(self, row: ContactPoint) -> list[int]:
        return [one.user_id for one in row.participants.all()]


class OwnAppointmentField(VisibleField):
    """The appointment that a record fulfils: one that the caller may change. Any other is as if it were unknown."""

    def get_queryset(self) -> Any:
        return Appointment.objects.editable_by(self.context["request"].user)


class StandingField(VisibleField):
    """An appointment that the caller may see and that was not called off."""

    def get_queryset(self) -> Any:
        return super().get_queryset().standing()


class ContactWriteSerializer(BearsItems):
    """A contact record as it is sent. A field that is left out of a change stays as it is."""

    items_target = Target.CONTACT

    id = serializers.UUIDField(required=False, help_text="Made by the caller, so that a repeated send changes nothing. Only at creation.")
    version = VersionField(required=False, help_text="The version that was read. Required for a change.")
    draft = serializers.BooleanField(required=False, help_text="True keeps it a draft; without it the record is registered.")
    owner = VisibleField(User, required=False, help_text="Only at creation; without it the caller.")
    started_at = DateTimeField()
    ended_at = DateTimeField(required=False, allow_null=True)
    has_time = serializers.BooleanField(required=False)
    customer = VisibleField(Customer, required=False, allow_null=True)
    department = VisibleField(CustomerDepartment, required=False, allow_null=True)
    people = VisibleRows(Person, child=serializers.UUIDField(), required=False)
    guests = GuestsField(required=False)
    deal = VisibleField(Deal, required=False, allow_null=True)
    plan = VisibleField(AccountPlan, required=False, allow_null=True)
    asset = VisibleField(Asset, required=False, allow_null=True)
    infos = VisibleRows(CollectedInfo, child=serializers.UUIDField(), required=False)
    category1 = ListChoiceField("category", required=False, allow_null=True)
    category2 = ListChoiceField("category", required=False, allow_null=True)
    method = ListChoiceField("method", required=False, allow_null=True)
    result = ListChoiceField("result", required=False, allow_null=True)
    summary = ListChoiceField("summary", required=False, allow_null=True)
    summary_note = CleanCharField(max_length=100, required=False, allow_blank=True)
    content = CleanTextField(max_length=CONTENT_LIMIT, required=False, allow_blank=True)
    direct = serializers.ChoiceField(choices=ContactPoint.Direct.choices, required=False, allow_blank=True)
    participants = VisibleRows(User, child=serializers.IntegerField(min_value=1, max_value=LARGEST_KEY), required=False)
    audience = AudienceField(required=False)
    outside_allowed = OutsideAllowedField()
    report_to = VisibleRows(User, child=serializers.IntegerField(min_value=1, max_value=LARGEST_KEY), required=False)
    notice_to = VisibleRows(User, child=serializers.IntegerField(min_value=1, max_value=LARGEST_KEY), required=False)
    files = FileRows(required=False, help_text="Files of the record in order: loose ones of the caller (POST /files/) and those it has.")
    expenses = ExpenseSerializer(many=True, required=False, max_length=MOST_LINES)  # type: ignore[call-arg]  # taken by the list around it
    requests = line_serializer()
    custom = CustomField(Target.CONTACT, required=False, files=True)
    next = NextSerializer(required=False, allow_null=True, help_text="The next appointment, booked in the same save.")
    linked = StandingField(Appointment, required=False, allow_null=True, help_text="An appointment that stands already, as the next one.")
    appointment = OwnAppointmentField(Appointment, required=False, allow_null=True, help_text=FULFILS)

    def items_standing(self, attrs: dict[str, Any]) -> Any:
        """A new record takes over what its appointment holds."""
        appointment = attrs.get("appointment") if self.instance is None else None
        return appointment.custom if appointment else super().items_standing(attrs)

    def items_complete(self, attrs: dict[str, Any]) -> bool:
        return self.instance is None or (self._is_draft and attrs.get("draft") is False)

    def items_demanded(self, attrs: dict[str, Any]) -> bool:
        return not attrs.get("draft", self._is_draft)

    @property
    def _is_draft(self) -> bool:
        return getattr(self.instance, "state", None) == ContactPoint.State.DRAFT

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        attrs = super().validate(attrs)
        started = attrs.get("started_at") or getattr(self.instance, "started_at", None)
        ended = attrs.get("ended_at") if "ended_at" in attrs else getattr(self.instance, "ended_at", None)
        if started and ended and ended < started:
            raise ValidationError({"ended_at": [_("The end lies before the start.")]})
        if "scope" in attrs:
            attrs["audience"] = attrs.pop("scope")
        attrs["expenses"] = [ExpenseLine(**line) for line in attrs["expenses"]] if "expenses" in attrs else None
        if "requests" in attrs:
            owner = self.instance.owner if self.instance else attrs.get("owner") or self.context["request"].user
            attrs["requests"] = lines_of(attrs["requests"], owner, list(self.instance.requests.all()) if self.instance else [])
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


# Which codes there are is each company's own: a description can only tell the shape of these parameters.
BY_ITEMS = """Contact records that the caller may see.

Each of the company's own items (see /items/) is a filter too: x_cost=100 for the item with the code cost, and for numbers and days
x_cost_from and x_cost_to."""
PARAMETERS = [
    OpenApiParameter("q", OpenApiTypes.STR, description="Words that the record's texts, its number or its customer's name must hold."),
    OpenApiParameter("from", OpenApiTypes.DATE, description="First day."),
    OpenApiParameter("to", OpenApiTypes.DATE, description="Last day."),
    *[OpenApiParameter(name, OpenApiTypes.UUID) for name in ("customer", "deal", "plan", "asset", "info", "person")],
    *[OpenApiParameter(name, OpenApiTypes.INT) for name in ("owner", "method", "result")],
    OpenApiParameter("state", OpenApiTypes.STR, enum=list(ContactPoint.State.values), description="Drafts are the caller's own."),
]


@extend_schema_view(
    list=extend_schema(responses=ContactSerializer(many=True), parameters=PARAMETERS, description=BY_ITEMS),
    retrieve=extend_schema(responses=ContactSerializer),
    create=extend_schema(request=ContactWriteSerializer, responses={201: ContactSerializer, 200: ContactSerializer}),
    partial_update=extend_schema(request=ContactWriteSerializer, responses={200: ContactSerializer, 204: GONE_FROM_SIGHT}),
    destroy=extend_schema(responses={204: OpenApiResponse(description="In the bin for 30 days; restore takes it back.")}),
    restore=extend_schema(request=None, responses=ContactSerializer),
    share_audience=extend_schema(responses=ContactSerializer),
    send_again=extend_schema(request=SendAgainSerializer, responses=ContactSerializer),
)
class ContactPointViewSet(SharesAudience):
    """Contact records that the caller may see."""

    queryset = ContactPoint.objects.none()
    serializer_class = ContactWriteSerializer
    pagination_class = HistoryPages
    sorts: ClassVar[dict[str, Any]] = SORTS

    def get_queryset(self) -> Any:
        return _for_api(ContactPoint.objects.visible_to(self.viewer), self.viewer)

    def known_parameters(self) -> set[str]:
        return super().known_parameters() | set(_filters()) if self.action == "list" else set()

    def list(self, request: Request) -> Response:
        asked = {name: request.query_params[name] for name in _filters() if name in request.query_params}
        sought = ContactFilter(asked, self.viewer)
        if not sought.form.is_valid():
            raise ValidationError({sought.form.add_prefix(name): [*map(str, errors)] for name, errors in sought.form.errors.items()})
        assert isinstance(self.paginator, HistoryPages)
        self.paginator.sought = sought
        rows = self.paginate_queryset(_for_api(ContactPoint.objects.all(), self.viewer))
        return self.get_paginated_response(
            ContactSerializer(_with_files(rows, self.viewer), many=True, context=self.get_serializer_context()).data
        )

    def retrieve(self, request: Request, pk: Any) -> Response:
        return Response(ContactSerializer(*_with_files([self.get_object()], self.viewer), context=self.get_serializer_context()).data)

    def create(self, request: Request) -> Response:
        sent = self.checked()
        sent.pop("version", None)
        if appointment := sent.get("appointment"):
            sent |= carried_over(appointment, self.viewer, sent)
        owner, key, draft = sent.pop("owner", self.viewer), sent.pop("id", None), sent.pop("draft", False)
        allowed = sent.pop("outside_allowed", False)
        entry = ContactEntry(**{"has_time": True, **sent})
        if not draft:
            ask_about_outsiders(self.viewer, owner, entry, allowed)
            check_demands(Target.CONTACT, self.viewer, entry)
        row, is_new = _told(log_once, owner=owner, recorder=self.viewer, entry=entry, draft=draft, contact_id=key, source="api")
        return created(self._read(row), is_new=is_new)

    def partial_update(self, request: Request, pk: Any) -> Response:
        row = self._editable(pk)
        sent = self.checked(row, partial=True)
        version, draft = sent.pop("version", None), sent.pop("draft", row.state == ContactPoint.State.DRAFT)
        if version is None:
            raise ValidationError({"version": [_("Say which version you read.")]})
        allowed, _owner, _key = (sent.pop(name, None) for name in ("outside_allowed", "owner", "id"))
        entry = ContactEntry(**_standing_values(row, self.viewer) | sent)
        if not draft:
            ask_about_outsiders(self.viewer, row.owner, entry, bool(allowed), row)
            check_demands(Target.CONTACT, self.viewer, entry, row=row, sent=sent)
        row = _told(actions.change_contact, by=self.viewer, contact=row, version=version, entry=entry, register=not draft)
        return answered(
            next(iter(_with_files(self.get_queryset().filter(pk=row.pk), self.viewer)), None),
            ContactSerializer,
            self.get_serializer_context(),
        )

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
        return ContactSerializer(
            *_with_files([visible_or_404(self.get_queryset(), row.pk)], self.viewer), context=self.get_serializer_context()
        ).data


def _with_files(rows: Any, viewer: User) -> list[Any]:
    """Return the rows with their files beside them, read with one query."""
    found = list(rows)
    beside = Attachment.objects.beside(found, viewer)
    for row in found:
        row.files_seen = beside[row.pk]
    return found


LINKED = ("appointment", "deal", "plan", "department", "asset")


def _filters() -> list[str]:
    """Return what may be asked of the list: the fixed conditions, and those on the company's own items."""
    return [*FILTERS, *search_fields(items_of(Target.CONTACT))]


def _for_api(rows: Any, viewer: User) -> Any:
    """Bring along all that the API shows; what the viewer may not see reads as None or is left out."""
    # Looked up beside the page, not as a condition of it: SQLite would walk all people for each row.
    known = Prefetch("person", Person.objects.visible_to(viewer))
    people = ContactPerson.objects.visible_to(viewer).prefetch_related(known).order_by("place")
    met = (Prefetch("person", Person.objects.visible_to(viewer)), Prefetch("customer", Customer.objects.visible_to(viewer)))
    guests = ContactGuest.objects.visible_to(viewer).prefetch_related(*met).order_by("place")
    infos = ContactInfo.objects.visible_to(viewer).filter(info__in=CollectedInfo.objects.visible_to(viewer).values("pk")).order_by("pk")
    named: dict[str, Any] = {"deal": Deal, "plan": AccountPlan, "asset": Asset, "appointment": Appointment, "next": Appointment}
    keys = {name: OuterRef("next_appointment_id" if name == "next" else f"{name}_id") for name in named}
    seen = {f"seen_{name}": Subquery(of.objects.visible_to(viewer).filter(pk=keys[name]).values("pk")[:1]) for name, of in named.items()}
    return (
        rows.with_faces(viewer)
        .annotate(**seen)
        .prefetch_related(
            Prefetch("people", people),
            Prefetch("guests", guests),
            Prefetch("infos", infos),
            Prefetch("participants", ContactParticipant.objects.visible_to(viewer).order_by("pk")),
            Prefetch("recipients", ReportRecipient.objects.visible_to(viewer).order_by("pk")),
            Prefetch("expenses", Expense.objects.visible_to(viewer).order_by("place", "pk")),
            requests_beside(viewer),
        )
    )


def _standing_values(row: ContactPoint, viewer: User) -> dict[str, Any]:
    """Return what stands, as the viewer sees it; the action keeps what the viewer does not see."""
    kept = [name for name in COPIED if name not in LINKED]
    links: dict[str, Any] = {"deal": Deal, "plan": AccountPlan, "department": CustomerDepartment, "asset": Asset}
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
        **{name: model.objects.visible_to(viewer).filter(pk=getattr(row, f"{name}_id")).first() for name, model in links.items()},
        "guests": [one.person or one.customer for one in row.guests.all() if one.person or one.customer],
        "infos": list(CollectedInfo.objects.visible_to(viewer).filter(pk__in=[one.info_id for one in row.infos.all()]).order_by("pk")),
        "people": [met[one.person_id] for one in row.people.all() if one.person_id in met],
        "participants": [people[one.user_id] for one in row.participants.all()],
        "audience": Audience.of(row.scope),
        "report_to": [people[one.user_id] for one in told if one.role == role.REPORT],
        "notice_to": [people[one.user_id] for one in told if one.role == role.NOTICE],
        "expenses": [ExpenseLine(**{name: getattr(line, name) for name in lines}) for line in row.expenses.all()],
        "next": NextEntry.of(row.next_wanted) if row.next_wanted else None,
        "linked": Appointment.objects.visible_to(viewer).filter(pk=row.next_appointment_id).first() if row.next_appointment_id else None,
    }


def _told(act: Any, **sent: Any) -> Any:
    """Call an action, and say what it refuses in words of the API."""
    try:
        return act(now=timezone.now(), **sent)
    except schedule.FacilityTaken as error:
        raise Conflict(taken_words(error), code="facility_taken") from error
    except actions.AlreadyFulfilled as error:
        raise Conflict(_("A record has already been made from this appointment."), code="already_fulfilled") from error
    except actions.NotToldYet as error:
        raise Conflict(_("Nothing was reported yet, so nothing can be sent again."), code="not_told_yet") from error
    except tuple(REFUSALS) as error:
        field, message = REFUSALS[type(error)]
        raise ValidationError({field: [message()]}) from error
