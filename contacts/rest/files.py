"""Files of contact records, as programs send and fetch them."""

from __future__ import annotations

from typing import Any, ClassVar, NoReturn

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponseBase
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema, extend_schema_view
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.fields import empty
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from contacts.actions.errors import FileOnRecord
from contacts.actions.files import remove_file
from contacts.filing import Fault, NoRoom, NotStored, TooLarge
from contacts.forms.files import sent_but_not_taken, sentence, too_many
from contacts.models import Attachment
from contacts.serving import answer_file, starts_here
from contacts.uploading import take_in
from crm import journal
from crm.company import company
from crm.doors import visible_or_404
from crm.rest.errors import Conflict
from crm.rest.parsing import TooLarge as RequestTooLarge
from crm.rest.views import RoomViewSet
from schedule.api.rows import VisibleRows


class Unstored(APIException):
    status_code = status.HTTP_507_INSUFFICIENT_STORAGE
    default_code = "not_stored"


class FileSerializer(serializers.ModelSerializer[Attachment]):
    """A file without its bytes; those come from its content/."""

    class Meta:
        model = Attachment
        fields: ClassVar[list[str]] = ["id", "contact", "name", "size", "sha256", "media_type", "kind", "state", "uploader", "created_at"]
        read_only_fields = fields


class FileOfRecordSerializer(serializers.ModelSerializer[Attachment]):
    class Meta:
        model = Attachment
        fields: ClassVar[list[str]] = ["id", "name", "size", "media_type", "kind", "state"]
        read_only_fields = fields


class FileRows(VisibleRows):
    """Loose files of the caller and those that the record has, in order. Any other is as if it were unknown."""

    def __init__(self, **options: Any) -> None:
        super().__init__(Attachment, child=serializers.UUIDField(), **options)

    def run_validation(self, data: Any = empty) -> Any:
        files = super().run_validation(data)
        if len(files) > company().most_files and any(file.contact_id is None for file in files):
            raise ValidationError([too_many()])
        return files

    def rows(self) -> Any:
        contact: Any = getattr(self.parent, "instance", None)
        clean = Attachment.objects.usable_for(contact, self.context["request"].user).filter(item="")
        return clean.exclude(contact=None, state=Attachment.State.REFUSED)


class FileUploadSerializer(serializers.Serializer[Any]):
    file = serializers.FileField(write_only=True)


@extend_schema_view(
    list=extend_schema(
        responses=FileSerializer(many=True),
        parameters=[
            OpenApiParameter("contact", OpenApiTypes.UUID, description="Files of this record; without it the caller's own loose ones.")
        ],
    ),
    retrieve=extend_schema(responses=FileSerializer),
    create=extend_schema(
        request={"multipart/form-data": FileUploadSerializer},
        responses={201: FileSerializer},
        description="One file. It is the caller's alone until a contact record names it in `files`; after a day it is cleared away.",
    ),
    destroy=extend_schema(responses={204: OpenApiResponse(description="A loose file of the caller is gone.")}),
    content=extend_schema(
        responses={(200, "application/octet-stream"): OpenApiTypes.BINARY, 302: OpenApiResponse(description="A signed link of S3.")},
        description="The bytes. Range asks for a part of them.",
    ),
)
class FileViewSet(RoomViewSet):
    """Files that the caller may see."""

    queryset = Attachment.objects.none()
    serializer_class = FileUploadSerializer
    parser_classes = (MultiPartParser,)
    sorts: ClassVar[dict[str, list[str]]] = {"oldest": ["created_at", "pk"], "newest": ["-created_at", "-pk"]}

    def get_queryset(self) -> Any:
        return Attachment.objects.visible_to(self.viewer)

    def known_parameters(self) -> set[str]:
        return super().known_parameters() | {"contact"} if self.action == "list" else set()

    def list(self, request: Request) -> Response:
        rows = self.get_queryset()
        asked = request.query_params.get("contact")
        rows = rows.filter(contact=None if asked is None else _key(asked))
        return self.get_paginated_response(FileSerializer(self.paginate_queryset(rows), many=True).data)

    def retrieve(self, request: Request, pk: Any) -> Response:
        return Response(FileSerializer(self.get_object()).data)

    def create(self, request: Request) -> Response:
        upload = request.FILES.get("file")
        for name, fault in sent_but_not_taken(request._request):
            _refuse(name, fault)
        if not isinstance(upload, UploadedFile):
            raise ValidationError({"file": [_("No file arrived. Please choose it again.")]})
        try:
            return Response(FileSerializer(take_in(upload, by=self.viewer)).data, status=201)
        except Fault as fault:
            _refuse(upload.name or "", fault)

    def destroy(self, request: Request, pk: Any) -> Response:
        try:
            remove_file(by=self.viewer, file=visible_or_404(Attachment.objects.editable_by(self.viewer), pk))
        except FileOnRecord as error:
            raise Conflict(_("This file belongs to a record. Change the files of the record."), code="file_on_record") from error
        return Response(status=204)

    @action(detail=True, methods=["get"])
    def content(self, request: Request, pk: Any) -> HttpResponseBase:
        row = visible_or_404(self.get_queryset().ready(), pk)
        if starts_here(request._request):
            journal.seen(self.viewer, "download", Attachment, row.pk)
        return answer_file(request._request, row)

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        # Whatever type a program accepts: the file has its own, only a refusal is JSON.
        return super().perform_content_negotiation(request, force or self.action == "content")


def _key(typed: str) -> Any:
    try:
        return serializers.UUIDField().to_internal_value(typed)
    except ValidationError as error:
        raise ValidationError({"contact": error.detail}) from error


def _refuse(name: str, fault: Fault) -> NoReturn:
    text = sentence(name, fault)
    if isinstance(fault, NoRoom | NotStored):
        raise Unstored(text) from fault
    if isinstance(fault, TooLarge):
        raise RequestTooLarge(text) from fault
    raise ValidationError({"file": [text]}) from fault
