"""Views that fail in the ways a view can fail."""

import sqlite3

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import BadRequest, PermissionDenied
from django.db import InterfaceError, OperationalError, connection
from django.urls import include, path

from config.urls import handler400, handler403, handler404, handler500


def lost() -> None:
    raise OperationalError("server closed the connection unexpectedly")


def locked() -> None:
    cause = sqlite3.OperationalError("database is locked")
    cause.sqlite_errorname = "SQLITE_BUSY"
    raise OperationalError("database is locked") from cause


def closed() -> None:
    raise InterfaceError("connection already closed")


def broken() -> None:
    raise RuntimeError("a mistake of ours")


def missing_table() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM there_is_no_such_table")


def unreadable() -> None:
    raise BadRequest("no")


def forbidden() -> None:
    raise PermissionDenied


ways = [lost, locked, closed, broken, missing_table, unreadable, forbidden]
urlpatterns = [
    *[path(f"{prefix}{way.__name__}", login_not_required(lambda _request, way=way: way())) for way in ways for prefix in ("", "api/")],
    path("", include("config.urls")),
]

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]
