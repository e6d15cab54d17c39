"""The company's own items: read by everybody, as what they are and as JSON Schema; kept by administrators."""

from __future__ import annotations

from typing import Any, ClassVar

import django_filters
from django.core.exceptions import ValidationError as DjangoInvalid
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema, extend_schema_field, extend_schema_view
from rest_framework import mixins, serializers
from rest_framework.decorators import action
from rest_framework.exceptions import PermissionDenied, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from crm.actions import items as act
from crm.forms.itemsettings import ASKED, BEGINNING, LONGEST_LINE, LONGEST_TEXT, check_code, fault_of
from crm.items import BadFormula, Type, items_of
from crm.items.formula import LONGEST
from crm.items.values import CHOSEN, MOST_DECIMALS
from crm.models import ChoiceList, FieldDefinition, Target
from crm.rest.errors import Conflict
from crm.rest.fields import VersionField
from crm.rest.items import said_of, schema_of
from crm.rest.views import RoomViewSet
from crm.serializerfields import CleanCharField

NUMBERS = ("max_length", "rows", "decimals")


class ItemSerializer(serializers.ModelSerializer[FieldDefinition]):
    """An item. What its type does not know stays empty. Target, code and (once in use) type and list do not change."""

    version = VersionField(required=False, help_text="Required for a change: the version that was read.")
    code = CleanCharField(max_length=40)
    label_ja = CleanCharField(max_length=60)
    label_en = CleanCharField(max_length=60, required=False, allow_blank=True)
    hint_ja = CleanCharField(max_length=200, required=False, allow_blank=True)
    hint_en = CleanCharField(max_length=200, required=False, allow_blank=True)
    unit_label = CleanCharField(max_length=20, required=False, allow_blank=True)
    formula = CleanCharField(max_length=LONGEST, required=False, allow_blank=True)
    max_length = serializers.IntegerField(min_value=1, max_value=LONGEST_TEXT, required=False, allow_null=True)
    rows = serializers.IntegerField(min_value=1, max_value=30, required=False, allow_null=True)
    decimals = serializers.IntegerField(min_value=0, max_value=MOST_DECIMALS, required=False, allow_null=True)
    choice_list: serializers.SlugRelatedField[Any] = serializers.SlugRelatedField(
        slug_field="code", queryset=ChoiceList.objects.all(), required=False, allow_null=True
    )
    default = serializers.JSONField(required=False, allow_null=True, help_text="As it would stand in `custom`.")
    schema = serializers.SerializerMethodField(help_text="JSON Schema of its value.")

    class Meta:
        model = FieldDefinition
        fields: ClassVar[list[str]] = [
            "id",
            "target",
            "code",
            "type",
            "label_ja",
            "label_en",
            "hint_ja",
            "hint_en",
            "required",
            "read_only",
            "placeable",
            "default",
            "max_length",
            "rows",
            "decimals",
            "unit_label",
            "formula",
            "choice_list",
            "place",
            "version",
            "retired_at",
            "schema",
        ]
        read_only_fields: ClassVar[list[str]] = ["id", "place", "retired_at"]
        validators: ClassVar[list[Any]] = []  # that a code is given once is the database's word, told as a conflict

    @extend_schema_field({"type": "object", "additionalProperties": {}})
    def get_schema(self, item: FieldDefinition) -> dict[str, Any]:
        return schema_of(item, items_of(item.target))

    def validate_code(self, code: str) -> str:
        if self.instance is None:
            try:
                check_code(code)
            except DjangoInvalid as error:
                raise ValidationError(error.messages) from error
        return code

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if self.instance is not None:
            if "version" not in attrs:
                raise ValidationError({"version": [_("Say which version you read.")]})
            attrs = {name: value for name, value in attrs.items() if name not in ("target", "code")}
        kept = {name: getattr(self.instance, name) for name in ("target", "type", *ASKED)} if self.instance else {}
        like = FieldDefinition(**{**kept, **{name: value for name, value in attrs.items() if name != "version"}})
        self._check_type(like, attrs)
        return attrs

    def _check_type(self, like: FieldDefinition, attrs: dict[str, Any]) -> None:
        if like.type == Type.FILE and like.target != Target.CONTACT:
            raise ValidationError({"type": [_("Only contact records and appointments can have file items.")]})
        if like.type in CHOSEN and like.choice_list is None:
            raise ValidationError({"choice_list": [_("Say which choice list.")]})
        if foreign := [name for name, types in ASKED.items() if attrs.get(name) not in (None, "") and like.type not in types]:
            raise ValidationError({name: [_("An item of this type does not have this.")] for name in foreign})
        if like.type == Type.TEXT and (like.max_length or 0) > LONGEST_LINE:
            raise ValidationError({"max_length": [_("Enter %(bound)s or less.") % {"bound": f"{LONGEST_LINE:,}"}]})
        if attrs.get("default") is not None:
            attrs["default"] = self._default(like, attrs["default"])

    def _default(self, like: FieldDefinition, value: Any) -> Any:
        if like.type not in BEGINNING:
            raise ValidationError({"default": [_("An item of this type does not have this.")]})
        try:
            return said_of(like, value)
        except ValidationError as error:
            raise ValidationError({"default": error.detail}) from error


class ItemFilter(django_filters.FilterSet):
    target = django_filters.ChoiceFilter(choices=Target.choices)
    retired = django_filters.BooleanFilter(field_name="retired_at", lookup_expr="isnull", exclude=True)

    class Meta:
        model = FieldDefinition
        fields: ClassVar[list[str]] = []


@extend_schema_view(
    list=extend_schema(summary="List custom items"),
    retrieve=extend_schema(summary="Read a custom item"),
    create=extend_schema(summary="Add a custom item"),
    partial_update=extend_schema(summary="Change a custom item"),
    destroy=extend_schema(summary="Delete a custom item that no row holds a value of"),
    retire=extend_schema(summary="Retire a custom item"),
    restore=extend_schema(summary="Restore a custom item"),
)
class ItemViewSet(mixins.RetrieveModelMixin, mixins.ListModelMixin, RoomViewSet):
    lookup_value_converter = "int"
    queryset = FieldDefinition.objects.select_related("choice_list")
    serializer_class = ItemSerializer
    filterset_class = ItemFilter
    sorts: ClassVar[dict[str, list[str]]] = {"place": ["target", "place", "pk"]}

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if self.action not in ("list", "retrieve") and not self.viewer.is_staff:
            raise PermissionDenied

    def create(self, request: Request) -> Response:
        said = self.checked()
        said.pop("version", None)
        return Response(self.get_serializer(_told(act.add_item, by=self.viewer, **said)).data, status=201)

    def partial_update(self, request: Request, pk: Any) -> Response:
        row = self.get_object()
        said = self.checked(row, partial=True)
        return Response(self.get_serializer(_told(act.change_item, by=self.viewer, item=row, **said)).data)

    def destroy(self, request: Request, pk: Any) -> Response:
        _told(act.delete_item, by=self.viewer, item=self.get_object())
        return Response(status=204)

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def retire(self, request: Request, pk: Any) -> Response:
        """Take it off all forms; what rows hold of it stays readable."""
        return Response(self.get_serializer(_told(act.retire_item, by=self.viewer, item=self.get_object(), now=timezone.now())).data)

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def restore(self, request: Request, pk: Any) -> Response:
        """Put it back on forms."""
        return Response(self.get_serializer(_told(act.restore_item, by=self.viewer, item=self.get_object())).data)


def _told(do: Any, **said: Any) -> Any:
    """Call an action, and say what it refuses in words of the API."""
    try:
        return do(**said)
    except BadFormula as error:
        raise ValidationError({"formula": [fault_of(error)]}) from error
    except act.ItemInUse as error:
        raise Conflict(_("Rows hold values of this item. It can be retired."), code="in_use") from error
    except act.FixedInUse as error:
        raise Conflict(_("Rows hold values of this item: its type and list cannot change."), code="in_use") from error
    except act.FormulaReads as error:
        names = "、".join(map(str, error.items))
        raise Conflict(
            _("Other items calculate from it: %(names)s. Change their formulas first.") % {"names": names}, code="in_use"
        ) from error
    except act.CodeInUse as error:
        raise ValidationError({"code": [_("There is an item with this code already; it may be retired.")]}) from error
    except act.TooManyItems as error:
        text = _("There are %(most)s items already. Retire one that is not needed any more.") % {"most": act.MOST_ITEMS}
        raise Conflict(text, code="too_many") from error
