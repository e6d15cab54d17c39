"""The API of appointments."""

from __future__ import annotations

from typing import Any, ClassVar

import django_filters
from django.db.models import OuterRef, Prefetch, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_field, extend_schema_view
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from crm.audience import Audience
from crm.doors import VisibleField, visible_or_404
from crm.layout import APPOINTMENT
from crm.models import AccountPlan, Asset, CollectedInfo, Customer, CustomerDepartment, Deal, Person, Target, User
from crm.rest.audience import OutsideAllowedField, require_allowed
from crm.rest.demands import check_demands
from crm.rest.errors import Conflict
from crm.rest.fields import LARGEST_KEY, AudienceField, GuestsField, ListChoiceField, VersionField
from crm.rest.filters import KeyFilter, VisibleFilter
from crm.rest.items import BearsItems, CustomField
from crm.rest.views import RoomViewSet, created
from crm.serializerfields import CleanCharField, CleanTextField, DateTimeField
from schedule import actions
from schedule.api.rows import FacilityRows, VisibleRows
from schedule.entry import COPIED
from schedule.models import (
    Appointment,
    AppointmentGuest,
    AppointmentInfo,
    AppointmentParticipant,
    AppointmentPerson,
    Facility,
    FacilityBooking,
)
from schedule.parts import NAMED
from schedule.refusals import taken_words

REFUSALS: dict[type[Exception], tuple[str, Any]] = {
    actions.EndsBeforeStart: ("ends_at", lambda: _("The end must be later than the start.")),
    actions.TooLong: ("ends_at", lambda: _("An appointment can last up to 31 days.")),
    actions.NotWholeDays: ("all_day", lambda: _("An all-day appointment begins and ends at midnight of its owner's zone.")),
}
GONE_FROM_SIGHT = OpenApiResponse(description="Saved; the change took it out of the caller's sight.")
OPEN_STATES = [(state.value, state.label) for state in (Appointment.Status.TENTATIVE, Appointment.Status.CONFIRMED)]


class AppointmentSerializer(serializers.Serializer[Any]):
    """An appointment as it is read. What the caller may not see of it (customer, people, deal) is null or left out."""

    id = serializers.UUIDField()
    version = serializers.IntegerField()
    owner = VisibleField(User, read_only=True)
    recorder = VisibleField(User, read_only=True)
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField(help_text="Exclusive; an all-day one ends at midnight after its last day.")
    all_day = serializers.BooleanField()
    customer = serializers.UUIDField(source="customer.pk", default=None, allow_null=True)
    department = serializers.SerializerMethodField()
    people = serializers.SerializerMethodField()
    guests = GuestsField(read_only=True)
    deal = serializers.UUIDField(source="seen_deal", allow_null=True)
    plan = serializers.UUIDField(source="seen_plan", allow_null=True)
    asset = serializers.SerializerMethodField()
    infos = serializers.SerializerMethodField()
    participants = serializers.SerializerMethodField()
    category1 = ListChoiceField("category", read_only=True, allow_null=True)
    category2 = ListChoiceField("category", read_only=True, allow_null=True)
    method = ListChoiceField("method", read_only=True, allow_null=True)
    summary = ListChoiceField("summary", read_only=True, allow_null=True)
    summary_note = serializers.CharField()
    content = serializers.CharField()
    direct = serializers.ChoiceField(choices=Appointment.Direct.choices)
    place = serializers.CharField()
    facilities = serializers.SerializerMethodField()
    status = serializers.ChoiceField(choices=Appointment.Status.choices)
    custom = CustomField(Target.CONTACT, read_only=True)
    cancel_reason = serializers.CharField()
    audience = AudienceField(read_only=True)
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()

    @extend_schema_field(serializers.IntegerField(allow_null=True))
    def get_department(self, row: Appointment) -> int | None:
        return row.department_id if row.customer else None  # seen with its customer

    @extend_schema_field(serializers.UUIDField(allow_null=True))
    def get_asset(self, row: Appointment) -> str | None:
        return str(row.asset_id) if row.customer and row.asset_id else None

    @extend_schema_field(serializers.ListField(child=serializers.UUIDField()))
    def get_infos(self, row: Appointment) -> list[str]:
        return [str(one.info_id) for one in row.infos.all()]

    @extend_schema_field(serializers.ListField(child=serializers.IntegerField()))
    def get_facilities(self, row: Appointment) -> list[int]:
        return [one.facility_id for one in row.bookings.all()]

    def get_people(self, row: Appointment) -> list[str]:
        return [str(one.person_id) for one in row.people.all() if hasattr(one, "person")]  # a hidden one is not there

    def get_participants(self, row: Appointment) -> list[int]:
        return sorted(one.user_id for one in row.participants.all())


class AppointmentWriteSerializer(BearsItems):
    """An appointment as it is sent. A field that is left out of a change stays as it is."""

    items_target = Target.CONTACT

    id = serializers.UUIDField(required=False, help_text="Made by the caller, so that a repeated send changes nothing. Only at creation.")
    version = VersionField(required=False, help_text="The version that was read. Required for a change.")
    owner = VisibleField(User, required=False, help_text="Only at creation; without it the caller.")
    starts_at = DateTimeField()
    ends_at = DateTimeField()
    all_day = serializers.BooleanField(default=False)
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
    participants = VisibleRows(User, child=serializers.IntegerField(min_value=1, max_value=LARGEST_KEY), required=False)
    method = ListChoiceField("method", required=False, allow_null=True)
    summary = ListChoiceField("summary", required=False, allow_null=True)
    summary_note = CleanCharField(max_length=100, required=False, allow_blank=True)
    content = CleanTextField(required=False, allow_blank=True)
    direct = serializers.ChoiceField(choices=Appointment.Direct.choices, required=False, allow_blank=True)
    place = CleanCharField(max_length=200, required=False, allow_blank=True)
    facilities = FacilityRows(required=False, help_text="Booked for the time of the appointment; one that is in use is a conflict.")
    status = serializers.ChoiceField(choices=OPEN_STATES, required=False)
    custom = CustomField(Target.CONTACT, required=False)
    audience = AudienceField(required=False)
    outside_allowed = OutsideAllowedField()

    def items_demanded(self, attrs: dict[str, Any]) -> bool:
        """Nothing is demanded of what has not happened yet."""
        return False


class MoveSerializer(serializers.Serializer[Any]):
    version = VersionField()
    starts_at = DateTimeField()
    ends_at = DateTimeField()
    all_day = serializers.BooleanField(required=False, allow_null=True, default=None)


class CancelSerializer(serializers.Serializer[Any]):
    reason = CleanCharField(max_length=200, required=False, allow_blank=True, default="")


@extend_schema_field(OpenApiTypes.DATETIME)
class MomentFilter(django_filters.CharFilter):
    """Narrow down by a moment, ISO 8601; years beyond the calendar are refused with a word."""

    def __init__(self, name: str, **options: Any) -> None:
        self.name = name
        super().__init__(**options)

    def filter(self, rows: Any, value: str) -> Any:
        if not value:
            return rows
        try:
            moment = DateTimeField().run_validation(value)
        except ValidationError as error:
            raise ValidationError({self.name: error.detail}) from error
        return rows.filter(**{f"{self.field_name}__{self.lookup_expr}": moment})


class AppointmentFilter(django_filters.FilterSet):
    customer = VisibleFilter(Customer)
    deal = VisibleFilter(Deal)
    owner = KeyFilter()
    status = django_filters.ChoiceFilter(choices=Appointment.Status.choices)
    since = MomentFilter("since", field_name="ends_at", lookup_expr="gt")
    until = MomentFilter("until", field_name="starts_at", lookup_expr="lt")


@extend_schema_view(
    list=extend_schema(responses=AppointmentSerializer(many=True)),
    retrieve=extend_schema(responses=AppointmentSerializer),
    create=extend_schema(request=AppointmentWriteSerializer, responses={201: AppointmentSerializer, 200: AppointmentSerializer}),
    partial_update=extend_schema(request=AppointmentWriteSerializer, responses={200: AppointmentSerializer, 204: GONE_FROM_SIGHT}),
    destroy=extend_schema(responses={204: OpenApiResponse(description="In the bin; restore takes it back.")}),
    move=extend_schema(request=MoveSerializer, responses=AppointmentSerializer),
    cancel=extend_schema(request=CancelSerializer, responses=AppointmentSerializer),
    reopen=extend_schema(request=None, responses=AppointmentSerializer),
    restore=extend_schema(request=None, responses=AppointmentSerializer),
)
class AppointmentViewSet(RoomViewSet):
    """Appointments that the caller may see."""

    queryset = Appointment.objects.none()
    serializer_class = AppointmentWriteSerializer
    filterset_class = AppointmentFilter
    sorts: ClassVar[dict[str, list[str]]] = {"time": ["starts_at", "pk"], "-time": ["-starts_at", "-pk"]}

    def get_queryset(self) -> Any:
        return _for_api(Appointment.objects.visible_to(self.viewer), self.viewer)

    def list(self, request: Request) -> Response:
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        return self.get_paginated_response(AppointmentSerializer(page, many=True, context=self.get_serializer_context()).data)

    def retrieve(self, request: Request, pk: Any) -> Response:
        return Response(AppointmentSerializer(self.get_object(), context=self.get_serializer_context()).data)

    def create(self, request: Request) -> Response:
        sent = self.checked()
        owner, key = sent.pop("owner", self.viewer), sent.pop("id", None)
        entry = _entry(sent)
        _ask_about_outsiders(self.viewer, owner, entry, sent)
        check_demands(APPOINTMENT, self.viewer, entry)
        row, is_new = _told(actions.book, owner=owner, recorder=self.viewer, entry=entry, appointment_id=key)
        return created(self._read(row), is_new=is_new)

    def partial_update(self, request: Request, pk: Any) -> Response:
        row = self._editable(pk)
        sent = self.checked(row, partial=True)
        if "version" not in sent:
            raise ValidationError({"version": [_("Say which version you read.")]})
        entry, version = _entry(_standing_values(row, self.viewer) | sent), sent["version"]
        _ask_about_outsiders(self.viewer, row.owner, entry, sent, row)
        check_demands(APPOINTMENT, self.viewer, entry, row=row, sent=sent)
        row = _told(actions.change_appointment, by=self.viewer, appointment=row, version=version, entry=entry)
        return answered(self.get_queryset().filter(pk=row.pk).first(), AppointmentSerializer, self.get_serializer_context())

    def destroy(self, request: Request, pk: Any) -> Response:
        actions.delete_appointment(by=self.viewer, appointment=self._editable(pk), now=timezone.now())
        return Response(status=204)

    @action(detail=True, methods=["post"], serializer_class=MoveSerializer)
    def move(self, request: Request, pk: Any) -> Response:
        row = self._editable(pk)
        return Response(self._read(_told(actions.move, by=self.viewer, appointment=row, **self.checked())))

    @action(detail=True, methods=["post"], serializer_class=CancelSerializer)
    def cancel(self, request: Request, pk: Any) -> Response:
        row = self._editable(pk)
        return Response(self._read(_told(actions.cancel, by=self.viewer, appointment=row, **self.checked())))

    @action(detail=True, methods=["post"])
    def reopen(self, request: Request, pk: Any) -> Response:
        return Response(self._read(_told(actions.reopen, by=self.viewer, appointment=self._editable(pk))))

    @action(detail=True, methods=["post"])
    def restore(self, request: Request, pk: Any) -> Response:
        row = visible_or_404(Appointment.objects.in_bin_of(self.viewer), pk)
        return Response(self._read(_told(actions.restore_appointment, by=self.viewer, appointment=row)))

    def _editable(self, pk: Any) -> Any:
        return visible_or_404(_for_api(Appointment.objects.editable_by(self.viewer), self.viewer), pk)

    def _read(self, row: Appointment) -> Any:
        """Read it back as its reader: who entered for somebody else may not see what was sent a moment ago."""
        return AppointmentSerializer(visible_or_404(self.get_queryset(), row.pk), context=self.get_serializer_context()).data


def answered(row: Any, reader: type[serializers.BaseSerializer[Any]], context: Any) -> Response:
    """Answer a change that was saved: with the row as its sender reads it, with nothing if the sender no longer may."""
    return Response(reader(row, context=context).data) if row is not None else Response(status=204)


def _for_api(rows: Any, viewer: User) -> Any:
    """Bring along all that the API shows; what the viewer may not see reads as None or is left out."""
    # Looked up beside the page, not as a condition of it: SQLite would walk all people for each row.
    known = Prefetch("person", Person.objects.visible_to(viewer))
    people = AppointmentPerson.objects.visible_to(viewer).prefetch_related(known).order_by("pk")
    met = (Prefetch("person", Person.objects.visible_to(viewer)), Prefetch("customer", Customer.objects.visible_to(viewer)))
    guests = AppointmentGuest.objects.visible_to(viewer).prefetch_related(*met).order_by("place")
    infos = AppointmentInfo.objects.visible_to(viewer).filter(info__in=CollectedInfo.objects.visible_to(viewer).values("pk"))
    about: tuple[tuple[str, Any], ...] = (("deal", Deal), ("plan", AccountPlan))
    seen = {name: model.objects.visible_to(viewer).filter(pk=OuterRef(f"{name}_id")).values("pk")[:1] for name, model in about}
    return (
        rows.with_customer(viewer)
        .annotate(**{f"seen_{name}": Subquery(found) for name, found in seen.items()})
        .prefetch_related(
            Prefetch("people", people),
            Prefetch("guests", guests),
            Prefetch("infos", infos.order_by("pk")),
            Prefetch("participants", AppointmentParticipant.objects.visible_to(viewer)),
            Prefetch("bookings", FacilityBooking.objects.visible_to(viewer).filter(released_at=None).order_by("facility")),
        )
    )


def _standing_values(row: Appointment, viewer: User) -> dict[str, Any]:
    """Return what stands, as the viewer sees it; the action keeps what the viewer does not see."""
    linked = {name: model.objects.visible_to(viewer).filter(pk=key).first() for name, model, key in _links(row) if key}
    met = Person.objects.visible_to(viewer).in_bulk([one.person_id for one in row.people.all()])
    infos = CollectedInfo.objects.visible_to(viewer).filter(pk__in=[one.info_id for one in row.infos.all()])
    return {
        **{name: getattr(row, name) for name in COPIED if name not in NAMED},
        **linked,
        "people": [met[one.person_id] for one in row.people.all() if one.person_id in met],
        "guests": [seen for one in row.guests.all() if (seen := one.person or one.customer)],
        "infos": list(infos),
        "participants": list(User.objects.filter(pk__in=[one.user_id for one in row.participants.all()])),
        "facilities": list(Facility.objects.filter(pk__in=[one.facility_id for one in row.bookings.all()])),
        "audience": Audience.of(row.scope),
    }


CARRIED = (
    *("customer", "department", "people", "guests", "deal", "plan", "asset", "infos", "participants", "audience"),
    *("method", "summary", "summary_note", "category1", "category2", "content", "direct"),
)
OF_CUSTOMER = ("department", "people", "deal", "asset")


def carried_over(appointment: Appointment, viewer: User, sent: dict[str, Any]) -> dict[str, Any]:
    """Return what a record made from an appointment takes over of it: all that was not sent, and that goes with a customer that was."""
    row = _for_api(Appointment.objects.editable_by(viewer), viewer).get(pk=appointment.pk)
    said = _standing_values(row, viewer)
    elsewhere = sent.get("customer", said["customer"]) != said["customer"]
    return {name: said[name] for name in CARRIED if name in said and name not in sent and not (elsewhere and name in OF_CUSTOMER)}


def _links(row: Appointment) -> list[tuple[str, Any, Any]]:
    return [(name, model, getattr(row, f"{name}_id")) for name, (model, _module) in NAMED.items()]


def _entry(sent: dict[str, Any]) -> actions.AppointmentEntry:
    """Take what belongs to the entry; owner, key, version and the yes to outsiders go their own way."""
    named = {name: value for name, value in sent.items() if name not in ("owner", "id", "version", "outside_allowed")}
    return actions.AppointmentEntry(**named)


def _ask_about_outsiders(viewer: User, owner: User, entry: Any, sent: dict[str, Any], row: Appointment | None = None) -> None:
    own = {viewer.pk, owner.pk, *([row.recorder_id] if row else [])}
    before = Audience.of(row.scope) if row else None
    known = User.objects.filter(pk__in=[one.user_id for one in row.participants.all()]) if row else []
    named = [user for user in entry.participants if user.pk not in own]
    require_allowed(entry.audience, named, sent.get("outside_allowed", False), before=before, known=list(known))


def _told(act: Any, **sent: Any) -> Any:
    """Call an action, and say what it refuses in words of the API."""
    try:
        return act(now=timezone.now(), **sent)
    except actions.FacilityTaken as error:
        raise Conflict(taken_words(error), code="facility_taken") from error
    except actions.NotOpen as error:
        raise Conflict(_("This appointment is cancelled or done. Reopen it first."), code="not_open") from error
    except tuple(REFUSALS) as error:
        field, message = REFUSALS[type(error)]
        raise ValidationError({field: [message()]}) from error
