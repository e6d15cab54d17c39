"""What the viewsets of all rooms do alike: refuse unknown parameters, page by cursor, answer a repeated send."""

from __future__ import annotations

from typing import Any, ClassVar

from django.http import Http404
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from crm.company import uses
from crm.doors import visible_or_404
from crm.models import User
from crm.rest.paging import KeysetPagination


class RoomViewSet(GenericViewSet[Any]):
    """A viewset over what the caller may see. `sorts` names its orders, `filterset_class` its filters.

    `module` names the optional part that it belongs to: while the company does not use it, there is nothing here.
    """

    pagination_class = KeysetPagination
    sorts: ClassVar[dict[str, list[str]]] = {"name": ["pk"]}
    module: ClassVar[str] = ""
    # A key in the address is a UUID or plain ASCII digits: int() alone would take full-width ones as well.
    lookup_value_converter = "uuid"

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if self.module and not uses(self.module):
            raise Http404
        refuse_unknown(request, self.known_parameters())

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        response.headers.setdefault("Content-Language", get_language() or "ja")
        return super().finalize_response(request, response, *args, **kwargs)

    def known_parameters(self) -> set[str]:
        """Return what may be asked of this action: filters and paging in lists, nothing elsewhere."""
        if self.action != "list":
            return set()
        filters: Any = getattr(self, "filterset_class", None)
        return {*(filters.base_filters if filters else ()), *KeysetPagination.parameters}

    @property
    def viewer(self) -> User:
        user = self.request.user
        assert isinstance(user, User)  # IsAuthenticated stands before every action
        return user

    def get_object(self) -> Any:
        return visible_or_404(self.get_queryset(), self.kwargs[self.lookup_url_kwarg or self.lookup_field])

    def checked(self, row: Any = None, *, partial: bool = False) -> dict[str, Any]:
        """Return what the caller sent, read by the serializer; raises ValidationError."""
        serializer = self.get_serializer(row, data=self.request.data, partial=partial)
        serializer.is_valid(raise_exception=True)
        return dict(serializer.validated_data)


def refuse_unknown(request: Request, known: set[str]) -> None:
    """Refuse a misspelt or invented parameter: a filter that is silently ignored shows more than was asked for."""
    if unknown := set(request.query_params) - known:
        raise ValidationError({name[:100]: [_("This parameter is unknown here.")] for name in sorted(unknown)[:20]})


def created(data: Any, *, is_new: bool) -> Response:
    """Answer a POST: 201 for the first send, 200 for a repeat of it, which changed nothing."""
    return Response(data, status=201) if is_new else Response(data, status=200, headers={"Idempotency-Replayed": "true"})
