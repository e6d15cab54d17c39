"""Comments on a contact record and likes, as programs read and write them."""

from __future__ import annotations

from typing import Any, ClassVar

from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_field, extend_schema_view
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from contacts.actions import comments as actions
from contacts.actions.errors import CommentRemoved, NotMentionable
from contacts.forms.comments import LONGEST_COMMENT, MOST_MENTIONS
from contacts.models import Comment, ContactPoint
from contacts.sending import comment_once
from contacts.talk import Likes, comments_of, likes_of
from crm.audience import who_may_read
from crm.doors import VisibleField, visible_or_404
from crm.models import User
from crm.rest.errors import Conflict
from crm.rest.fields import VersionField
from crm.rest.views import RoomViewSet, created
from crm.serializerfields import CleanTextField


class LikesSerializer(serializers.Serializer[Any]):
    likes = serializers.SerializerMethodField(help_text="Keys of the employees who like it.")
    liked = serializers.BooleanField(source="mine", help_text="Whether the caller does.")

    @extend_schema_field(serializers.ListField(child=serializers.IntegerField()))
    def get_likes(self, likes: Likes) -> list[int]:
        return [user.pk for user in likes.people]


class CommentSerializer(serializers.ModelSerializer[Comment]):
    """A comment. One that was removed keeps its place, without text."""

    body = serializers.SerializerMethodField()
    mentions = serializers.SerializerMethodField()
    likes = serializers.SerializerMethodField()
    liked = serializers.SerializerMethodField()

    class Meta:
        model = Comment
        fields: ClassVar[list[str]] = [
            "id",
            "version",
            "author",
            "body",
            "mentions",
            "likes",
            "liked",
            "created_at",
            "edited_at",
            "removed_at",
        ]

    def get_body(self, row: Comment) -> str:
        return "" if row.removed_at else row.body

    @extend_schema_field(serializers.ListField(child=serializers.IntegerField()))
    def get_mentions(self, row: Comment) -> list[int]:
        return [] if row.removed_at else [one.user_id for one in row.mentions.all()]

    @extend_schema_field(serializers.ListField(child=serializers.IntegerField()))
    def get_likes(self, row: Comment) -> list[int]:
        return [user.pk for user in self._likes(row).people]

    def get_liked(self, row: Comment) -> bool:
        return self._likes(row).mine

    def _likes(self, row: Comment) -> Likes:
        found: dict[Any, Likes] = self.context["likes"]
        return found.get(row.pk) or Likes()


class MentionableField(VisibleField):
    """An employee who may read the record. Anybody else is as if unknown."""

    def get_queryset(self) -> Any:
        return who_may_read(self.context["view"].record)


class CommentWriteSerializer(serializers.Serializer[Any]):
    """A comment as it is sent. A field that is left out of a change stays as it is."""

    id = serializers.UUIDField(required=False, help_text="Made by the caller, so that a repeated send changes nothing. Only at creation.")
    version = VersionField(required=False, help_text="The version that was read. Required for a change.")
    body = CleanTextField(max_length=LONGEST_COMMENT)
    mentions = MentionableField(User, many=True, required=False, max_length=MOST_MENTIONS, help_text="Who is told that they are mentioned.")


@extend_schema_view(
    list=extend_schema(summary="List comments of a contact record", responses=CommentSerializer(many=True)),
    retrieve=extend_schema(summary="Read a comment", responses=CommentSerializer),
    create=extend_schema(
        summary="Comment on a contact record", request=CommentWriteSerializer, responses={201: CommentSerializer, 200: CommentSerializer}
    ),
    partial_update=extend_schema(summary="Change one's own comment", request=CommentWriteSerializer, responses=CommentSerializer),
    destroy=extend_schema(summary="Remove one's own comment", responses={204: OpenApiResponse(description="Its place stays.")}),
    restore=extend_schema(summary="Put one's own comment back", request=None, responses=CommentSerializer),
)
class CommentViewSet(RoomViewSet):
    """Comments on a registered record that the caller may see."""

    queryset = Comment.objects.none()
    serializer_class = CommentWriteSerializer
    sorts: ClassVar[dict[str, list[str]]] = {"-created_at": ["-created_at", "-pk"], "created_at": ["created_at", "pk"]}

    @cached_property
    def record(self) -> Any:
        return visible_or_404(ContactPoint.objects.visible_to(self.viewer).registered(), self.kwargs["contact"])

    def get_queryset(self) -> Any:
        return comments_of(self.record, self.viewer)

    def list(self, request: Request, contact: Any) -> Response:
        rows = self.paginate_queryset(self.get_queryset())
        return self.get_paginated_response(self._shown(rows))

    def retrieve(self, request: Request, contact: Any, pk: Any) -> Response:
        return Response(self._shown([self.get_object()])[0])

    def create(self, request: Request, contact: Any) -> Response:
        record, sent = self.record, self.checked()
        said = {"body": sent["body"], "mentions": sent.get("mentions", ()), "comment_id": sent.get("id")}
        row, is_new = _told(comment_once, author=self.viewer, contact=record, now=timezone.now(), **said)
        return created(self._read(row.pk), is_new=is_new)

    def partial_update(self, request: Request, contact: Any, pk: Any) -> Response:
        row = self._own(pk)
        sent = self.checked(row, partial=True)
        if "version" not in sent:
            raise ValidationError({"version": [_("Say which version you read.")]})
        mentions = sent.get("mentions", [one.user for one in row.mentions.all()])
        said = {"version": sent["version"], "body": sent.get("body", row.body), "mentions": mentions}
        _told(actions.edit_comment, by=self.viewer, comment=row, now=timezone.now(), **said)
        return Response(self._read(row.pk))

    def destroy(self, request: Request, contact: Any, pk: Any) -> Response:
        actions.remove_comment(by=self.viewer, comment=self._own(pk), now=timezone.now())
        return Response(status=204)

    @action(detail=True, methods=["post"])
    def restore(self, request: Request, contact: Any, pk: Any) -> Response:
        _told(actions.restore_comment, by=self.viewer, comment=self._own(pk))
        return Response(self._read(pk))

    @extend_schema(summary="Like a comment", request=None, responses=LikesSerializer)
    @action(detail=True, methods=["post"])
    def like(self, request: Request, contact: Any, pk: Any) -> Response:
        row = self.get_object()
        _told(actions.like, by=self.viewer, contact=self.record, now=timezone.now(), comment=row)
        return self._liked(row)

    @extend_schema(summary="Take back a like of a comment", request=None, responses={200: LikesSerializer})
    @like.mapping.delete
    def unlike(self, request: Request, contact: Any, pk: Any) -> Response:
        row = self.get_object()
        actions.unlike(by=self.viewer, contact=self.record, comment=row)
        return self._liked(row)

    def _own(self, pk: Any) -> Any:
        return visible_or_404(self.get_queryset().filter(author=self.viewer), pk)

    def _read(self, pk: Any) -> Any:
        return self._shown([visible_or_404(self.get_queryset(), pk)])[0]

    def _shown(self, rows: Any) -> Any:
        context = {**self.get_serializer_context(), "likes": likes_of(self.record, self.viewer, rows)}
        return CommentSerializer(rows, many=True, context=context).data

    def _liked(self, row: Any) -> Response:
        likes = likes_of(self.record, self.viewer, [row]).get(row.pk) or Likes()
        return Response(LikesSerializer(likes).data)


class LikeViewSet(RoomViewSet):
    """Likes of a contact record itself."""

    queryset = ContactPoint.objects.none()
    serializer_class = LikesSerializer

    @extend_schema(summary="Read who likes a contact record")
    def retrieve(self, request: Request, contact: Any) -> Response:
        return self._liked(self._record(contact))

    @extend_schema(summary="Like a contact record", request=None)
    def like(self, request: Request, contact: Any) -> Response:
        record = self._record(contact)
        actions.like(by=self.viewer, contact=record, now=timezone.now())
        return self._liked(record)

    @extend_schema(summary="Take back a like of a contact record", responses={200: LikesSerializer})
    def unlike(self, request: Request, contact: Any) -> Response:
        record = self._record(contact)
        actions.unlike(by=self.viewer, contact=record)
        return self._liked(record)

    def _record(self, pk: Any) -> Any:
        return visible_or_404(ContactPoint.objects.visible_to(self.viewer).registered(), pk)

    def _liked(self, record: Any) -> Response:
        return Response(LikesSerializer(likes_of(record, self.viewer).get(None) or Likes()).data)


def _told(act: Any, **said: Any) -> Any:
    """Call an action, and say what it refuses in words of the API."""
    try:
        return act(**said)
    except NotMentionable as error:
        raise ValidationError({"mentions": [_("Not found.")]}) from error
    except CommentRemoved as error:
        raise Conflict(_("This comment was removed in the meantime."), code="removed") from error
