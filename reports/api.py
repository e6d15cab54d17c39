"""The API of this room: reports to the caller, answering them, and notices."""

from __future__ import annotations

from typing import Any, ClassVar

import django_filters
from django.db.models import Prefetch
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_field, extend_schema_view
from rest_framework import mixins, serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from contacts import actions as contacts
from contacts.models import Reply, ReportRecipient
from crm.japanese import terms
from crm.rest.filters import KeyFilter
from crm.rest.views import RoomViewSet
from crm.serializerfields import CleanTextField
from reports.actions import open_notice, read_report
from reports.forms import LONGEST_REPLY
from reports.inbox import UNREAD_FIRST, for_list, saying
from reports.models import Notice


class ReplySerializer(serializers.ModelSerializer[Reply]):
    class Meta:
        model = Reply
        fields: ClassVar[list[str]] = ["id", "author", "body", "created_at"]


class ReportSerializer(serializers.ModelSerializer[ReportRecipient]):
    """A report to the caller. The record itself stands under /contacts/ with the same key."""

    owner = serializers.PrimaryKeyRelatedField[Any](source="contact.owner", read_only=True)
    customer = serializers.UUIDField(source="contact.customer.pk", default=None, allow_null=True)
    headline = serializers.CharField(source="contact.headline")
    started_at = serializers.DateTimeField(source="contact.started_at")
    replies = serializers.SerializerMethodField()

    class Meta:
        model = ReportRecipient
        fields: ClassVar[list[str]] = [
            "contact",
            "role",
            "owner",
            "customer",
            "headline",
            "started_at",
            "notified_at",
            "first_read_at",
            "last_read_at",
            "confirmed_at",
            "replies",
        ]

    @extend_schema_field(ReplySerializer(many=True))
    def get_replies(self, row: ReportRecipient) -> Any:
        return ReplySerializer(row.contact.replies.all(), many=True).data


class AnswerSerializer(serializers.Serializer[Any]):
    body = CleanTextField(max_length=LONGEST_REPLY)


class NoticeSerializer(serializers.ModelSerializer[Notice]):
    class Meta:
        model = Notice
        fields: ClassVar[list[str]] = ["id", "kind", "actor", "contact", "created_at", "read_at"]


class ReportFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(method="by_words", label="Words in the record, its customer or its owner.")
    unread = django_filters.BooleanFilter(field_name="first_read_at", lookup_expr="isnull")
    owner = KeyFilter(field_name="contact__owner")

    class Meta:
        model = ReportRecipient
        fields: ClassVar[list[str]] = []

    def by_words(self, rows: Any, _name: str, value: str) -> Any:
        return saying(rows, self.request.user, terms(value))


class NoticeFilter(django_filters.FilterSet):
    unread = django_filters.BooleanFilter(field_name="read_at", lookup_expr="isnull")

    class Meta:
        model = Notice
        fields: ClassVar[list[str]] = []


@extend_schema_view(list=extend_schema(summary="List reports to oneself"), retrieve=extend_schema(summary="Read a report to oneself"))
class ReportViewSet(mixins.RetrieveModelMixin, mixins.ListModelMixin, RoomViewSet):
    """What was reported to the caller, unread first."""

    queryset = ReportRecipient.objects.none()
    serializer_class = ReportSerializer
    filterset_class = ReportFilter
    lookup_field = "contact"
    sorts: ClassVar[dict[str, list[str]]] = {"unread": UNREAD_FIRST, "-notified_at": ["-notified_at", "-pk"]}

    def get_queryset(self) -> Any:
        rows = for_list(ReportRecipient.objects.told_to(self.viewer), self.viewer)
        return rows.prefetch_related(Prefetch("contact__replies", queryset=Reply.objects.visible_to(self.viewer).order_by("pk")))

    def get_object(self) -> Any:
        return get_object_or_404(self.get_queryset(), contact=self.kwargs["contact"])

    @extend_schema(summary="Mark a report as read", request=None, responses=ReportSerializer)
    @action(detail=True, methods=["post"])
    def read(self, request: Request, contact: Any) -> Response:
        read_report(reader=self.viewer, contact=self.get_object().contact, now=timezone.now())
        return self._shown()

    @extend_schema(summary="Confirm a report", request=None, responses=ReportSerializer)
    @action(detail=True, methods=["post"])
    def confirm(self, request: Request, contact: Any) -> Response:
        contacts.confirm(reader=self.viewer, contact=self.get_object().contact, now=timezone.now())
        return self._shown()

    @extend_schema(summary="Reply to a report", request=AnswerSerializer, responses={201: ReplySerializer})
    @action(detail=True, methods=["post"], serializer_class=AnswerSerializer)
    def reply(self, request: Request, contact: Any) -> Response:
        row = self.get_object()
        answer = contacts.reply(author=self.viewer, contact=row.contact, body=self.checked()["body"], now=timezone.now())
        return Response(ReplySerializer(answer).data, status=201)

    def _shown(self) -> Response:
        return Response(ReportSerializer(self.get_object(), context=self.get_serializer_context()).data)


@extend_schema_view(list=extend_schema(summary="List notices to oneself"), retrieve=extend_schema(summary="Read a notice to oneself"))
class NoticeViewSet(mixins.RetrieveModelMixin, mixins.ListModelMixin, RoomViewSet):
    """What happened that concerns the caller."""

    queryset = Notice.objects.none()
    serializer_class = NoticeSerializer
    filterset_class = NoticeFilter
    lookup_value_converter = "int"
    sorts: ClassVar[dict[str, list[str]]] = {"-created_at": ["-created_at", "-pk"]}

    def get_queryset(self) -> Any:
        return Notice.objects.visible_to(self.viewer)

    @extend_schema(summary="Mark a notice as read", request=None, responses=NoticeSerializer)
    @action(detail=True, methods=["post"])
    def read(self, request: Request, pk: Any) -> Response:
        open_notice(by=self.viewer, notice=self.get_object(), now=timezone.now())
        return Response(NoticeSerializer(self.get_object()).data)
