"""The API of this room: appointments and calendar links."""

from __future__ import annotations

from typing import Any, ClassVar

import django_filters
from django.conf import settings
from django.db.models import Prefetch
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_field, extend_schema_view
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.fields import empty
from rest_framework.request import Request
from rest_framework.response import Response

from crm.audience import Audience
from crm.doors import VisibleField, visible_or_404
from crm.models import Customer, Deal, OrgUnit, Person, User
from crm.rest.errors import Conflict
from crm.rest.fields import LARGEST_KEY, AudienceField, ListChoiceField, VersionField
from crm.rest.filters import KeyFilter, VisibleFilter
from crm.rest.views import RoomViewSet, created
from crm.serializerfields import CleanCharField, CleanTextField, DateTimeField
from crm.visibility import Guarded
from schedule import actions
from schedule.models import Appointment, AppointmentParticipant, AppointmentPerson, CalendarFeed

MOST_PEOPLE = 100
REFUSALS: dict[type[Exception], tuple[str, Any]] = {
    actions.EndsBeforeStart: ("ends_at", lambda: _("The end must be later than the start.")),
    actions.TooLong: ("ends_at", lambda: _("An appointment can last up to 31 days.")),
    actions.NotWholeDays: ("all_day", lambda: _("An all-day appointment begins and ends at midnight of its owner's zone.")),
}
GONE_FROM_SIGHT = OpenApiResponse(description="Saved; the change took it out of the caller's sight.")
OPEN_STATES = [(state.value, state.label) for state in (Appointment.Status.TENTATIVE, Appointment.Status.CONFIRMED)]


class VisibleRows(serializers.ListField):
    """A list of keys of rows that the caller may see, looked up with one query; hidden and unknown keys get the same answer."""

    def __init__(self, model: Any, **options: Any) -> None:
        self.of = model
        super().__init__(max_length=MOST_PEOPLE, **options)

    def run_validation(self, data: Any = empty) -> Any:
        if isinstance(data, list) and len(data) > MOST_PEOPLE:
            raise ValidationError([_("Give at most %(limit)s.") % {"limit": MOST_PEOPLE}])
        keys = super().run_validation(data)
        visible = self.of.objects.visible_to(self.context["request"].user) if issubclass(self.of, Guarded) else self.of.objects.all()
        found = {row.pk: row for row in visible.filter(pk__in=keys)}
        if missing := {str(place): [_("Not found.")] for place, key in enumerate(keys) if key not in found}:
            raise ValidationError(missing)
        return [found[key] for key in dict.fromkeys(keys)]


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
    people = serializers.SerializerMethodField()
    deal = serializers.UUIDField(source="deal.pk", default=None, allow_null=True)
    participants = serializers.SerializerMethodField()
    method = ListChoiceField("method", read_only=True, allow_null=True)
    summary = ListChoiceField("summary", read_only=True, allow_null=True)
    summary_note = serializers.CharField()
    content = serializers.CharField()
    direct = serializers.ChoiceField(choices=Appointment.Direct.choices)
    place = serializers.CharField()
    status = serializers.ChoiceField(choices=Appointment.Status.choices)
    cancel_reason = serializers.CharField()
    audience = AudienceField(read_only=True)
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()

    def get_people(self, row: Appointment) -> list[str]:
        return [str(one.person_id) for one in row.people.all() if hasattr(one, "person")]  # a hidden one is not there

    def get_participants(self, row: Appointment) -> list[int]:
        return sorted(one.user_id for one in row.participants.all())


class AppointmentWriteSerializer(serializers.Serializer[Any]):
    """An appointment as it is sent. A field that is left out of a change stays as it is."""

    id = serializers.UUIDField(required=False, help_text="Made by the caller, so that a repeated send changes nothing. Only at creation.")
    version = VersionField(required=False, help_text="The version that was read. Required for a change.")
    owner = VisibleField(User, required=False, help_text="Only at creation; without it the caller.")
    starts_at = DateTimeField()
    ends_at = DateTimeField()
    all_day = serializers.BooleanField(default=False)
    customer = VisibleField(Customer, required=False, allow_null=True)
    people = VisibleRows(Person, child=serializers.UUIDField(), required=False)
    deal = VisibleField(Deal, required=False, allow_null=True)
    participants = VisibleRows(User, child=serializers.IntegerField(min_value=1, max_value=LARGEST_KEY), required=False)
    method = ListChoiceField("method", required=False, allow_null=True)
    summary = ListChoiceField("summary", required=False, allow_null=True)
    summary_note = CleanCharField(max_length=100, required=False, allow_blank=True)
    content = CleanTextField(required=False, allow_blank=True)
    direct = serializers.ChoiceField(choices=Appointment.Direct.choices, required=False, allow_blank=True)
    place = CleanCharField(max_length=200, required=False, allow_blank=True)
    status = serializers.ChoiceField(choices=OPEN_STATES, required=False)
    audience = AudienceField(required=False)


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
        return self.get_paginated_response(AppointmentSerializer(page, many=True).data)

    def retrieve(self, request: Request, pk: Any) -> Response:
        return Response(AppointmentSerializer(self.get_object()).data)

    def create(self, request: Request) -> Response:
        sent = self.checked()
        owner, key = sent.pop("owner", self.viewer), sent.pop("id", None)
        row, is_new = _told(actions.book, owner=owner, recorder=self.viewer, entry=_entry(sent), appointment_id=key)
        return created(self._read(row), is_new=is_new)

    def partial_update(self, request: Request, pk: Any) -> Response:
        row = self._editable(pk)
        sent = self.checked(row, partial=True)
        if "version" not in sent:
            raise ValidationError({"version": [_("Say which version you read.")]})
        entry, version = _entry(_standing_values(row, self.viewer) | sent), sent["version"]
        row = _told(actions.change_appointment, by=self.viewer, appointment=row, version=version, entry=entry)
        return answered(self.get_queryset().filter(pk=row.pk).first(), AppointmentSerializer)

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
        return AppointmentSerializer(visible_or_404(self.get_queryset(), row.pk)).data


class FeedSerializer(serializers.ModelSerializer[CalendarFeed]):
    label = CleanCharField(max_length=80)  # type: ignore[assignment]
    unit = VisibleField(OrgUnit, required=False, allow_null=True)

    class Meta:
        model = CalendarFeed
        fields: ClassVar[list[str]] = [
            "id",
            "label",
            "kind",
            "unit",
            "detail",
            "language",
            "colour",
            "alarm_minutes",
            "created_at",
            "last_used_at",
            "last_client",
        ]
        read_only_fields: ClassVar[list[str]] = ["id", "created_at", "last_used_at", "last_client"]

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs.get("kind") == CalendarFeed.Kind.UNIT and attrs.get("unit") is None:
            raise ValidationError({"unit": [_("Choose the unit.")]})
        return attrs


class NewFeedSerializer(FeedSerializer):
    url = serializers.URLField(read_only=True, help_text="Shown only in this answer.")

    class Meta(FeedSerializer.Meta):
        fields: ClassVar[list[str]] = [*FeedSerializer.Meta.fields, "url"]


@extend_schema_view(
    list=extend_schema(responses=FeedSerializer(many=True)),
    create=extend_schema(request=FeedSerializer, responses={201: NewFeedSerializer}),
    destroy=extend_schema(responses={204: OpenApiResponse(description="Taken back: devices drop its appointments at their next visit.")}),
)
class FeedViewSet(RoomViewSet):
    """The caller's own calendar links."""

    queryset = CalendarFeed.objects.none()
    serializer_class = FeedSerializer
    lookup_value_converter = "int"
    sorts: ClassVar[dict[str, list[str]]] = {"-created": ["-created_at", "-pk"]}

    def get_queryset(self) -> Any:
        return CalendarFeed.objects.visible_to(self.viewer).standing()

    def list(self, request: Request) -> Response:
        page = self.paginate_queryset(self.get_queryset())
        return self.get_paginated_response(FeedSerializer(page, many=True).data)

    def create(self, request: Request) -> Response:
        try:
            feed, secret = actions.add_feed(by=self.viewer, now=timezone.now(), **self.checked())
        except actions.TooManyFeeds as error:
            raise Conflict(_("You have 20 links already. Take back one that is not used any more."), code="too_many") from error
        url = f"{settings.BASE_URL}{reverse('schedule:feed', args=[feed.public_id, secret])}"
        return Response({**FeedSerializer(feed).data, "url": url}, status=201)

    def destroy(self, request: Request, pk: Any) -> Response:
        actions.revoke_feed(by=self.viewer, feed=self.get_object(), now=timezone.now())
        return Response(status=204)


def answered(row: Any, reader: type[serializers.BaseSerializer[Any]]) -> Response:
    """Answer a change that was saved: with the row as its sender reads it, with nothing if the sender no longer may."""
    return Response(reader(row).data) if row is not None else Response(status=204)


def _for_api(rows: Any, viewer: User) -> Any:
    # Looked up beside the page, not as a condition of it: SQLite would walk all people for each row.
    known = Prefetch("person", Person.objects.visible_to(viewer))
    people = AppointmentPerson.objects.visible_to(viewer).prefetch_related(known).order_by("pk")
    company = AppointmentParticipant.objects.visible_to(viewer)
    return rows.with_faces(viewer).select_related("scope").prefetch_related(Prefetch("people", people), Prefetch("participants", company))


def _standing_values(row: Appointment, viewer: User) -> dict[str, Any]:
    """Return what stands, as the viewer sees it; the action keeps what the viewer does not see."""
    kept = (
        "starts_at",
        "ends_at",
        "all_day",
        "customer",
        "deal",
        "method",
        "summary",
        "summary_note",
        "content",
        "direct",
        "place",
        "status",
    )
    met = Person.objects.visible_to(viewer).in_bulk([one.person_id for one in row.people.all()])
    return {
        **{name: getattr(row, name) for name in kept},
        "people": [met[one.person_id] for one in row.people.all() if one.person_id in met],
        "participants": list(User.objects.filter(pk__in=[one.user_id for one in row.participants.all()])),
        "audience": Audience.of(row.scope),
    }


def _entry(sent: dict[str, Any]) -> actions.AppointmentEntry:
    """Take what belongs to the entry; owner, key and version go their own way."""
    named = {name: value for name, value in sent.items() if name not in ("owner", "id", "version")}
    return actions.AppointmentEntry(**named)


def _told(act: Any, **sent: Any) -> Any:
    """Call an action, and say what it refuses in words of the API."""
    try:
        return act(now=timezone.now(), **sent)
    except actions.NotOpen as error:
        raise Conflict(_("This appointment was called off or is done. Reopen it first."), code="not_open") from error
    except tuple(REFUSALS) as error:
        field, message = REFUSALS[type(error)]
        raise ValidationError({field: [message()]}) from error
