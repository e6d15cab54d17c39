"""To-dos and requests as programs read, write and answer them."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import Prefetch
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import PermissionDenied, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from contacts.actions import requests as act
from contacts.actions.errors import NotForYou, NotOpenAnyMore
from contacts.entry import RequestLine
from contacts.forms.requests import MOST_REQUESTS
from contacts.models import URGENT_FIRST, WorkRequest
from contacts.search.requests import BY_TIME, STATES, VIEWS, RequestFilter
from crm.doors import visible_or_404
from crm.models import User
from crm.rest.errors import Conflict
from crm.rest.fields import LARGEST_KEY
from crm.rest.views import RoomViewSet
from crm.serializerfields import CleanCharField

FILTERS = ("view", "state", "q")


class RequestLineSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField(required=False, help_text="The standing request that this line is; without it a new one.")
    to = serializers.IntegerField(
        required=False, allow_null=True, min_value=1, max_value=LARGEST_KEY, help_text="Key of an employee; without it the owner himself."
    )
    title = CleanCharField(max_length=200)
    due_on = serializers.DateField(required=False, allow_null=True)
    urgent = serializers.BooleanField(required=False)


def line_serializer() -> Any:
    """Return the field of a record that takes its requests."""
    said = "To-dos and requests. Left out they stay; of those that are sent, a line that is missing is called off."
    return RequestLineSerializer(many=True, required=False, max_length=MOST_REQUESTS, help_text=said)  # type: ignore[call-arg]


def lines_of(sent: list[dict[str, Any]], owner: User, standing: list[WorkRequest]) -> list[RequestLine]:
    """Look up whom the lines ask, with one query. Raises ValidationError for an unknown person or request."""
    known = {row.pk: row for row in standing}
    asked = {line["to"] for line in sent if line.get("to")}
    found: dict[int, User] = User.objects.in_bulk(asked) if asked else {}
    stay = {row.to_id for row in standing}
    wrong: dict[int, dict[str, list[str]]] = {}
    for place, line in enumerate(sent):
        to = line.get("to")
        if to and not (to in found and (found[to].is_active or to in stay)):
            wrong.setdefault(place, {})["to"] = [_("Not found.")]
        if "id" in line and line["id"] not in known:
            wrong.setdefault(place, {})["id"] = [_("Not found.")]
    if wrong:
        raise ValidationError({"requests": [wrong.get(place, {}) for place in range(len(sent))]})
    return [RequestLine(**{**line, "to": found[line["to"]] if line.get("to") else owner}) for line in sent]


def requests_beside(viewer: User) -> Prefetch[str]:
    """Return how the requests of records are read along with them."""
    return Prefetch("requests", WorkRequest.objects.visible_to(viewer).order_by("place", "pk"))


class WorkRequestSerializer(serializers.ModelSerializer[WorkRequest]):
    """A to-do (asker and addressee are one) or a request."""

    class Meta:
        model = WorkRequest
        fields: ClassVar[list[str]] = [
            "id",
            "contact",
            "asker",
            "to",
            "title",
            "due_on",
            "urgent",
            "state",
            "answer",
            "sent_at",
            "done_at",
        ]


class ReturnSerializer(serializers.Serializer[Any]):
    reason = CleanCharField(max_length=400)


PARAMETERS = [
    OpenApiParameter(
        "view", OpenApiTypes.STR, enum=list(VIEWS), description="The caller's own to-dos, what was asked of, or by, the caller."
    ),
    OpenApiParameter("state", OpenApiTypes.STR, enum=list(STATES), description="Without it what is open."),
    OpenApiParameter("q", OpenApiTypes.STR, description="Words that the title or the customer's name must hold."),
]


@extend_schema_view(
    list=extend_schema(responses=WorkRequestSerializer(many=True), parameters=PARAMETERS),
    retrieve=extend_schema(responses=WorkRequestSerializer),
    finish=extend_schema(summary="Mark as done", request=None, responses=WorkRequestSerializer),
    give_back=extend_schema(summary="Return with a reason", request=ReturnSerializer, responses=WorkRequestSerializer),
    cancel=extend_schema(summary="Call off", request=None, responses=WorkRequestSerializer),
    undo=extend_schema(summary="Open again what the caller settled", request=None, responses=WorkRequestSerializer),
    again=extend_schema(summary="Ask once more", request=None, responses=WorkRequestSerializer),
)
class WorkRequestViewSet(RoomViewSet):
    """To-dos and requests of records that the caller may see."""

    queryset = WorkRequest.objects.none()
    serializer_class = WorkRequestSerializer
    sorts: ClassVar[dict[str, Any]] = {"urgent": URGENT_FIRST, "-sent": BY_TIME}

    def get_queryset(self) -> Any:
        return WorkRequest.objects.visible_to(self.viewer).sent()

    def known_parameters(self) -> set[str]:
        return super().known_parameters() | set(FILTERS) if self.action == "list" else set()

    def list(self, request: Request) -> Response:
        sought = RequestFilter({name: request.query_params[name] for name in FILTERS if name in request.query_params}, self.viewer)
        if sought.form.errors:
            raise ValidationError({name: [*map(str, errors)] for name, errors in sought.form.errors.items()})
        rows = self.paginate_queryset(sought.apply(WorkRequest.objects.all()))
        return self.get_paginated_response(WorkRequestSerializer(rows, many=True).data)

    def retrieve(self, request: Request, pk: Any) -> Response:
        return Response(WorkRequestSerializer(self.get_object()).data)

    @action(detail=True, methods=["post"])
    def finish(self, request: Request, pk: Any) -> Response:
        return self._done(pk, act.finish, now=timezone.now())

    @action(detail=True, methods=["post"], url_path="return", serializer_class=ReturnSerializer)
    def give_back(self, request: Request, pk: Any) -> Response:
        return self._done(pk, act.send_back, now=timezone.now(), **self.checked())

    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk: Any) -> Response:
        return self._done(pk, act.cancel_request, now=timezone.now())

    @action(detail=True, methods=["post"])
    def undo(self, request: Request, pk: Any) -> Response:
        return self._done(pk, act.take_back)

    @action(detail=True, methods=["post"])
    def again(self, request: Request, pk: Any) -> Response:
        return self._done(pk, act.ask_again)

    def _done(self, pk: Any, deed: Any, **said: Any) -> Response:
        row = visible_or_404(WorkRequest.objects.editable_by(self.viewer).sent(), pk)
        try:
            row = deed(by=self.viewer, request=row, **said)
        except NotForYou as error:
            raise PermissionDenied(_("Only whoever was asked answers a request, and only whoever asked cancels it.")) from error
        except NotOpenAnyMore as error:
            raise Conflict(_("The request is not in a state in which this can be done."), code="not_open") from error
        return Response(WorkRequestSerializer(row).data)
