"""Canned phrases over the API: what one is offered is read; one's own is written, and by administrators what others are offered."""

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

from contacts.actions import phrases as act
from contacts.forms.phrases import LONGEST_TEXT, LONGEST_TITLE
from contacts.models import Phrase
from crm.models import OrgUnit
from crm.rest.fields import LARGEST_KEY, VersionField
from crm.rest.filters import KeyFilter
from crm.rest.views import RoomViewSet
from crm.serializerfields import CleanCharField, CleanTextField


class UnitField(serializers.PrimaryKeyRelatedField):
    default_error_messages = {"does_not_exist": gettext_lazy("Not found."), "incorrect_type": gettext_lazy("Not found.")}

    def to_internal_value(self, data: Any) -> Any:
        if type(data) is not int or not 0 < data <= LARGEST_KEY:
            self.fail("does_not_exist")
        return super().to_internal_value(data)


class PhraseSerializer(serializers.ModelSerializer[Phrase]):
    use = serializers.ChoiceField(choices=Phrase.Use.choices)
    text_ja = CleanTextField(max_length=LONGEST_TEXT)
    text_en = CleanTextField(max_length=LONGEST_TEXT, required=False, allow_blank=True)
    shortcut = CleanCharField(max_length=20, required=False, allow_blank=True)
    unit = UnitField(queryset=OrgUnit.objects.all(), required=False, allow_null=True, help_text="Offered to this unit and all below it.")
    own = serializers.BooleanField(required=False, help_text="Whether it is one's own; without unit and not own it is the company's.")
    version = VersionField(required=False)

    class Meta:
        model = Phrase
        fields: ClassVar[list[str]] = ["id", "use", "text_ja", "text_en", "shortcut", "unit", "own", "place", "version", "retired_at"]
        read_only_fields: ClassVar[list[str]] = ["place", "retired_at"]

    def to_representation(self, row: Phrase) -> dict[str, Any]:
        row.own = row.user_id is not None  # type: ignore[attr-defined]
        return dict(super().to_representation(row))

    def validate_shortcut(self, shortcut: str) -> str:
        if any(letter.isspace() or letter in ";；" for letter in shortcut):
            raise ValidationError(_("A shortcut has no spaces and no semicolons."))
        return shortcut

    def validate(self, said: dict[str, Any]) -> dict[str, Any]:
        if self.instance is not None:
            if fixed := {"use", "unit", "own"} & set(said):
                raise ValidationError({name: [_("This is said once, when the phrase is added.")] for name in sorted(fixed)})
            if "version" not in said:
                raise ValidationError({"version": [_("Send the version that you read.")]})
        if (self.instance.use if self.instance else said["use"]) == Phrase.Use.TITLE:
            for name in ("text_ja", "text_en"):
                if len(text := said.get(name, "")) > LONGEST_TITLE or "\n" in text:
                    raise ValidationError({name: [_("A title has one line of up to %(limit)s characters.") % {"limit": LONGEST_TITLE}]})
        return said


class PhraseFilter(django_filters.FilterSet):
    use = django_filters.ChoiceFilter(choices=Phrase.Use.choices)
    unit = KeyFilter()
    retired = django_filters.BooleanFilter(field_name="retired_at", lookup_expr="isnull", exclude=True)

    class Meta:
        model = Phrase
        fields: ClassVar[list[str]] = []


@extend_schema_view(
    list=extend_schema(summary="List canned phrases"),
    retrieve=extend_schema(summary="Read a canned phrase"),
    create=extend_schema(summary="Add a canned phrase"),
    partial_update=extend_schema(summary="Change a canned phrase"),
    retire=extend_schema(summary="Retire a canned phrase"),
    restore=extend_schema(summary="Restore a canned phrase"),
)
class PhraseViewSet(mixins.RetrieveModelMixin, mixins.ListModelMixin, RoomViewSet):
    lookup_value_converter = "int"
    queryset = Phrase._base_manager.none()
    serializer_class = PhraseSerializer
    filterset_class = PhraseFilter
    sorts: ClassVar[dict[str, list[str]]] = {"place": ["place", "pk"]}

    def get_queryset(self) -> Any:
        rows = Phrase.objects
        return rows.visible_to(self.viewer) if self.action in ("list", "retrieve") else rows.editable_by(self.viewer)

    def create(self, request: Request) -> Response:
        said = self.checked()
        said.pop("version", None)
        unit, own = said.pop("unit", None), said.pop("own", True)
        if unit and own and "own" in request.data:
            raise ValidationError({"unit": [_("A phrase is one's own or a unit's.")]})
        row = _refusing(act.add_phrase, by=self.viewer, unit=unit, user=self.viewer if own and not unit else None, **said)
        return Response(self.get_serializer(row).data, status=201)

    def partial_update(self, request: Request, pk: Any) -> Response:
        row = self.get_object()
        said = {name: getattr(row, name) for name in ("text_ja", "text_en", "shortcut")} | self.checked(row, partial=True)
        row = _refusing(act.change_phrase, by=self.viewer, phrase=row, **said)
        return Response(self.get_serializer(row).data)

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def retire(self, request: Request, pk: Any) -> Response:
        """Offer it no longer."""
        row = _refusing(act.retire_phrase, by=self.viewer, phrase=self.get_object(), now=timezone.now())
        return Response(self.get_serializer(row).data)

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def restore(self, request: Request, pk: Any) -> Response:
        """Offer it again."""
        row = _refusing(act.restore_phrase, by=self.viewer, phrase=self.get_object())
        return Response(self.get_serializer(row).data)


def _refusing(deed: Any, **said: Any) -> Any:
    try:
        return deed(**said)
    except act.OnlyAdministrators as error:
        raise PermissionDenied from error
    except act.TooManyPhrases as error:
        raise ValidationError({"text_ja": [_("There are very many phrases here already. Retire some first.")]}) from error
    except act.ShortcutTaken as error:
        raise ValidationError({"shortcut": [_("Another phrase has this shortcut.")]}) from error
    except act.NothingToFill as error:
        raise ValidationError({"text_ja": [_("A quick reply is sent as it stands: it cannot have blanks such as {customer}.")]}) from error
