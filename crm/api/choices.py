"""The choice lists: read by everybody, written by administrators."""

from __future__ import annotations

from typing import Any, ClassVar

import django_filters
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import mixins, serializers
from rest_framework.decorators import action
from rest_framework.exceptions import PermissionDenied, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from crm.actions import choices as act
from crm.japanese import terms
from crm.models import Choice, ChoiceList
from crm.rest.errors import Conflict
from crm.rest.fields import LARGEST_KEY
from crm.rest.filters import KeyFilter
from crm.rest.views import RoomViewSet
from crm.serializerfields import CleanCharField

NOT_FOUND: dict[str, Any] = {"does_not_exist": gettext_lazy("Not found."), "incorrect_type": gettext_lazy("Not found.")}


class ChoiceListSerializer(serializers.ModelSerializer[ChoiceList]):
    offered = serializers.IntegerField(read_only=True, help_text="How many choices it offers.")

    class Meta:
        model = ChoiceList
        fields: ClassVar[list[str]] = ["id", "code", "name_ja", "name_en", "levels", "offered"]


class OptionField(serializers.PrimaryKeyRelatedField):
    """A choice by its key."""

    default_error_messages = NOT_FOUND

    def to_internal_value(self, data: Any) -> Any:
        if type(data) is not int or not 0 < data <= LARGEST_KEY:
            self.fail("does_not_exist")
        return super().to_internal_value(data)


class ChoiceSerializer(serializers.ModelSerializer[Choice]):
    list: serializers.SlugRelatedField[Any] = serializers.SlugRelatedField(
        slug_field="code", queryset=ChoiceList.objects.all(), error_messages={"invalid": NOT_FOUND["incorrect_type"], **NOT_FOUND}
    )
    name_ja = CleanCharField(max_length=80)
    name_en = CleanCharField(max_length=80)
    parent: Any = OptionField(queryset=Choice.objects.all(), required=False, allow_null=True)
    semantic = CleanCharField(
        max_length=20, required=False, allow_blank=True, help_text="What it means to the program: said once, one that its list knows."
    )

    class Meta:
        model = Choice
        fields: ClassVar[list[str]] = [
            "id",
            "list",
            "code",
            "name_ja",
            "name_en",
            "parent",
            "semantic",
            "place",
            "retired_at",
            "merged_into",
        ]
        read_only_fields: ClassVar[list[str]] = ["code", "place", "retired_at", "merged_into"]
        validators: ClassVar[list[Any]] = []

    def validate_list(self, of: ChoiceList) -> ChoiceList:
        if self.instance is not None and of.pk != self.instance.list_id:
            raise ValidationError(_("A choice stays in its list."))
        return of

    def validate(self, said: dict[str, Any]) -> dict[str, Any]:
        word = said.get("semantic", "")
        if self.instance is not None:
            if word != self.instance.semantic and "semantic" in said:
                raise ValidationError({"semantic": [_("What a choice means is said once.")]})
        elif word and not Choice.objects.filter(list=said["list"], semantic=word).exists():
            raise ValidationError({"semantic": [_("Not found.")]})
        return said


class MergeSerializer(serializers.Serializer[Any]):
    into = OptionField(queryset=Choice.objects.all(), help_text="The choice that takes over: offered, of the same list and level.")


class ChoiceFilter(django_filters.FilterSet):
    list = django_filters.CharFilter(field_name="list__code")
    parent = KeyFilter()
    retired = django_filters.BooleanFilter(field_name="retired_at", lookup_expr="isnull", exclude=True)
    q = django_filters.CharFilter(method="by_words", label="Words in the names.")

    class Meta:
        model = Choice
        fields: ClassVar[list[str]] = []

    def by_words(self, rows: Any, _name: str, value: str) -> Any:
        words = terms(value[:200])
        return rows.matching(words) if words else rows


@extend_schema_view(list=extend_schema(summary="List choice lists"), retrieve=extend_schema(summary="Read a choice list"))
class ChoiceListViewSet(mixins.RetrieveModelMixin, mixins.ListModelMixin, RoomViewSet):
    lookup_value_converter = "int"
    queryset = ChoiceList.objects.with_counts()
    serializer_class = ChoiceListSerializer
    sorts: ClassVar[dict[str, list[str]]] = {"place": ["place", "pk"]}


@extend_schema_view(
    list=extend_schema(summary="List choices"),
    retrieve=extend_schema(summary="Read a choice"),
    create=extend_schema(summary="Add a choice"),
    partial_update=extend_schema(summary="Change a choice"),
    destroy=extend_schema(summary="Delete a choice that was never used"),
    retire=extend_schema(summary="Retire a choice"),
    restore=extend_schema(summary="Restore a choice"),
    merge=extend_schema(summary="Merge a choice into another"),
)
class ChoiceViewSet(mixins.RetrieveModelMixin, mixins.ListModelMixin, RoomViewSet):
    lookup_value_converter = "int"
    queryset = Choice.objects.select_related("list", "parent")
    serializer_class = ChoiceSerializer
    filterset_class = ChoiceFilter
    sorts: ClassVar[dict[str, list[str]]] = {"place": ["place", "pk"]}

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if self.action not in ("list", "retrieve") and not self.viewer.is_staff:
            raise PermissionDenied

    def create(self, request: Request) -> Response:
        said = self.checked()
        try:
            row = act.add_choice(by=self.viewer, of=said.pop("list"), **said)
        except (act.AlreadyThere, act.NotOfThisList) as error:
            raise _refused(error) from error
        return Response(self.get_serializer(row).data, status=201)

    def partial_update(self, request: Request, pk: Any) -> Response:
        row = self.get_object()
        said = {"name_ja": row.name_ja, "name_en": row.name_en} | self.checked(row, partial=True)
        said = {name: said.get(name) for name in ("name_ja", "name_en", "parent")}
        try:
            row = act.change_choice(by=self.viewer, choice=row, **said)
        except (act.AlreadyThere, act.NotOfThisList) as error:
            raise _refused(error) from error
        return Response(self.get_serializer(row).data)

    def destroy(self, request: Request, pk: Any) -> Response:
        try:
            act.delete_choice(by=self.viewer, choice=self.get_object())
        except (act.StillUsed, act.StillNeeded) as error:
            raise _refused(error) from error
        return Response(status=204)

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def retire(self, request: Request, pk: Any) -> Response:
        """Offer it no longer; old records keep it."""
        try:
            row = act.retire_choice(by=self.viewer, choice=self.get_object(), now=timezone.now())
        except act.StillNeeded as error:
            raise _refused(error) from error
        return Response(self.get_serializer(row).data)

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def restore(self, request: Request, pk: Any) -> Response:
        """Offer it again."""
        try:
            row = act.restore_choice(by=self.viewer, choice=self.get_object())
        except act.AlreadyThere as error:
            raise _refused(error) from error
        return Response(self.get_serializer(row).data)

    @extend_schema(request=MergeSerializer, responses=ChoiceSerializer)
    @action(detail=True, methods=["post"])
    def merge(self, request: Request, pk: Any) -> Response:
        """Let another choice take over every row that bears this one, which is retired."""
        row = self.get_object()
        asked = MergeSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        try:
            act.merge_choice(by=self.viewer, choice=row, into=asked.validated_data["into"], now=timezone.now())
        except (act.NotMergeable, act.StillNeeded) as error:
            raise _refused(error) from error
        return Response(self.get_serializer(row).data)


def _refused(error: Exception) -> Exception:
    needed = _("This is the last choice with its meaning, and the program relies on it. Add another one first.")
    if isinstance(error, act.AlreadyThere):
        return ValidationError({"name_ja": [_("A choice of this name is offered there already.")]})
    if isinstance(error, act.NotOfThisList):
        return ValidationError({"parent": [_("Not found.")]})
    if isinstance(error, act.NotMergeable):
        return ValidationError({"into": [_("These two cannot be merged.")]})
    if isinstance(error, act.StillUsed):
        return Conflict(_("This choice is in use. It can be retired or merged."))
    return Conflict(needed)
