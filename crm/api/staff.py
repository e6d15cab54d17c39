"""Who works here, the units, and oneself: to be read only."""

from __future__ import annotations

from typing import Any, ClassVar

import django_filters
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import mixins, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from crm.models import Membership, OrgUnit, User
from crm.rest.filters import KeyFilter, WordsFilter
from crm.rest.views import RoomViewSet, refuse_unknown


class PostSerializer(serializers.ModelSerializer[Membership]):
    class Meta:
        model = Membership
        fields: ClassVar[list[str]] = ["unit", "title", "is_primary"]


class UserSerializer(serializers.ModelSerializer[User]):
    posts = PostSerializer(source="memberships", many=True, read_only=True, help_text="Held today, the main one first.")

    class Meta:
        model = User
        fields: ClassVar[list[str]] = ["id", "name", "kana", "email", "phone", "is_active", "posts"]


class MeSerializer(UserSerializer):
    class Meta(UserSerializer.Meta):
        fields: ClassVar[list[str]] = [*UserSerializer.Meta.fields, "language", "date_style", "time_zone", "is_staff"]


class UnitSerializer(serializers.ModelSerializer[OrgUnit]):
    class Meta:
        model = OrgUnit
        fields: ClassVar[list[str]] = ["id", "code", "name", "name_en", "kana", "parent", "head", "path", "valid_from", "valid_to"]


class UserFilter(django_filters.FilterSet):
    q = WordsFilter(label="Words in names, readings, codes and mails.")
    is_active = django_filters.BooleanFilter()

    class Meta:
        model = User
        fields: ClassVar[list[str]] = []


class UnitFilter(django_filters.FilterSet):
    parent = KeyFilter()

    class Meta:
        model = OrgUnit
        fields: ClassVar[list[str]] = []


class _ReadOnly(mixins.RetrieveModelMixin, mixins.ListModelMixin, RoomViewSet):
    lookup_value_converter = "int"


@extend_schema_view(list=extend_schema(summary="List employees"), retrieve=extend_schema(summary="Read an employee"))
class UserViewSet(_ReadOnly):
    queryset = User.objects.all()
    serializer_class = UserSerializer
    filterset_class = UserFilter
    sorts: ClassVar[dict[str, list[str]]] = {"kana": ["sort_key", "pk"]}

    def get_queryset(self) -> Any:
        return User.objects.with_posts()


@extend_schema_view(list=extend_schema(summary="List units"), retrieve=extend_schema(summary="Read a unit"))
class UnitViewSet(_ReadOnly):
    queryset = OrgUnit.objects.all()
    serializer_class = UnitSerializer
    filterset_class = UnitFilter
    sorts: ClassVar[dict[str, list[str]]] = {"tree": ["path"]}


class MeView(APIView):
    @extend_schema(summary="Read oneself", responses=MeSerializer)
    def get(self, request: Request) -> Response:
        refuse_unknown(request, set())
        me = User.objects.with_posts().get(pk=request.user.pk)
        return Response(MeSerializer(me).data)
