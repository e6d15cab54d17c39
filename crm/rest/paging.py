"""Pages of the API: by cursor, so that no page is dearer than the first and none skips a row."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError
from rest_framework.pagination import BasePagination
from rest_framework.response import Response
from rest_framework.utils.urls import remove_query_param, replace_query_param

from crm.paging import PAGE, BadCursor, Page, keyset_page

LARGEST_PAGE = 200


class KeysetPagination(BasePagination):
    """?cursor=&page_size=&sort=. The view's `sorts` names the orders there are; the first one is the default."""

    parameters = ("cursor", "page_size", "sort")

    def paginate_queryset(self, queryset: Any, request: Any, view: Any = None) -> list[Any]:
        self.url = request.build_absolute_uri()
        asked = request.query_params
        sort = asked.get("sort") or next(iter(view.sorts))
        if sort not in view.sorts:
            raise ValidationError({"sort": _("Choose one of: %(names)s.") % {"names": ", ".join(view.sorts)}})
        try:
            self.page: Page = self.cut(queryset, view.sorts[sort], cursor=asked.get("cursor", ""), size=_size(asked.get("page_size")))
        except BadCursor as error:
            raise ValidationError({"cursor": _("This cursor is not one of ours.")}) from error
        return self.page.rows

    def cut(self, rows: Any, by: Any, *, cursor: str, size: int) -> Page:
        """Cut one page out of the rows. A room with a shorter way to its first rows takes it here."""
        return keyset_page(rows, by=by, cursor=cursor, size=size)

    def get_paginated_response(self, data: Any) -> Response:
        return Response({"results": data, "next": self._link(self.page.older), "previous": self._link(self.page.newer)})

    def _link(self, cursor: str) -> str | None:
        if not cursor:
            return None
        return str(replace_query_param(remove_query_param(self.url, "cursor"), "cursor", cursor))

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        link = {"type": ["string", "null"], "format": "uri"}
        return {
            "type": "object",
            "required": ["results", "next", "previous"],
            "properties": {"results": schema, "next": link, "previous": link},
        }

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        size = {"type": "integer", "minimum": 1, "maximum": LARGEST_PAGE, "default": PAGE}
        said = {
            "cursor": ({"type": "string"}, "Where the page begins: taken from next or previous, never made up."),
            "page_size": (size, "Rows of a page."),
            "sort": ({"type": "string", "enum": list(getattr(view, "sorts", {}))}, "Order of the rows."),
        }
        return [
            {"name": name, "in": "query", "required": False, "description": text, "schema": kind} for name, (kind, text) in said.items()
        ]


def _size(asked: str | None) -> int:
    if not asked:
        return PAGE
    # int() would take full-width digits too; an address has one writing.
    if not (asked.isascii() and asked.isdigit() and len(asked) < 4 and 1 <= int(asked) <= LARGEST_PAGE):
        raise ValidationError({"page_size": _("Enter a number from 1 to %(limit)s.") % {"limit": LARGEST_PAGE}})
    return int(asked)
