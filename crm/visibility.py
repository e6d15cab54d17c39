"""Who may see a record: the one door through which guarded rows are read.

A model that not everybody may read inherits Guarded and says in visible_q() who may.
Reading it without naming the viewer raises ViewerNotStated, so a forgotten filter is an
error on the first request instead of a leak. A query that names its viewer may not join
another guarded table either: a filter or an order by a hidden relation is an oracle.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.apps import apps
from django.db import models
from django.db.models import Q, sql
from guardian.mixins import GuardianUserMixin
from guardian.models import GroupObjectPermissionBase, UserObjectPermissionBase

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from crm.models import User

_house_eyes: ContextVar[bool] = ContextVar("house_eyes", default=False)
_scopes_this_request: ContextVar[dict[int, list[int]] | None] = ContextVar("scopes_this_request", default=None)


# The rooms' models take guardian's bases from here, so that only this module speaks with guardian.
__all__ = [
    "Audienced",
    "GroupObjectPermissionBase",
    "Guarded",
    "GuardedJoin",
    "GuardedQuerySet",
    "GuardianUserMixin",
    "Part",
    "PartManager",
    "UserObjectPermissionBase",
    "ViewerNotStated",
    "forget_scopes",
    "house_eyes",
    "require_viewer",
    "scopes_kept",
    "scopes_of",
]


class ViewerNotStated(RuntimeError):
    """A guarded table was read without saying who is looking."""


class GuardedJoin(RuntimeError):
    """A query for one viewer reaches into another guarded table, where that viewer's rule is not applied."""


class _GuardedQuery(sql.Query):
    """Every SELECT, COUNT, EXISTS and subquery is compiled here: the narrowest place to stand guard."""

    viewer_stated = False
    joins_allowed = False

    def get_compiler(self, *args: Any, **kwargs: Any) -> Any:
        require_viewer(self)
        compiler = super().get_compiler(*args, **kwargs)
        if not (self.joins_allowed or self.is_empty() or _house_eyes.get()):
            _watch_joins(compiler)
        return compiler


class GuardedQuerySet(models.QuerySet[Any]):
    def __init__(self, model: Any = None, query: Any = None, using: Any = None, hints: Any = None) -> None:
        super().__init__(model, query or (_GuardedQuery(model) if model else None), using, hints)

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Return the rows this user may read. A stranger and a leaver may read none."""
        may = user.is_authenticated and user.is_active
        return _state(self.filter(self.model.visible_q(user)) if may else self.none())

    def editable_by(self, user: User | AnonymousUser) -> Self:
        """Return the rows this user may change: a part of those the user may read."""
        rows = self.visible_to(user)
        return rows.filter(self.model.editable_q(user)) if user.is_authenticated else rows

    def for_the_house(self, why: str) -> Self:
        """Return every row, for actions, tasks and commands. `why` is for the reviewer."""
        rows = _state(self.all())
        rows.query.joins_allowed = True
        return rows

    def __or__(self, other: Any) -> Self:
        require_viewer(self.query)
        require_viewer(other.query)
        return super().__or__(other)

    def __and__(self, other: Any) -> Self:
        require_viewer(self.query)
        require_viewer(other.query)
        return super().__and__(other)

    def __xor__(self, other: Any) -> Self:
        require_viewer(self.query)
        require_viewer(other.query)
        return super().__xor__(other)

    def update(self, **kwargs: Any) -> int:
        require_viewer(self.query)
        with house_eyes("the rows were chosen above"):
            return super().update(**kwargs)

    def delete(self) -> tuple[int, dict[str, int]]:
        require_viewer(self.query)
        with house_eyes("the rows were chosen above"):
            return super().delete()

    def raw(self, *args: Any, **kwargs: Any) -> Any:
        raise ViewerNotStated(f"{self.model.__name__}: raw SQL has no viewer")


class PartManager(models.Manager.from_queryset(GuardedQuerySet)):  # type: ignore[misc]
    """Parts read through their whole (contact.expenses) were already looked at; alone they were not."""

    def get_queryset(self) -> GuardedQuerySet:
        rows = super().get_queryset()
        return _state(rows) if isinstance(getattr(self, "instance", None), Guarded) else rows


class Guarded(models.Model):
    """A row that not everybody may read."""

    objects: ClassVar[Any] = GuardedQuerySet.as_manager()

    class Meta:
        abstract = True
        base_manager_name = "objects"  # so that following a foreign key stands guard too

    @classmethod
    def visible_q(cls, user: User) -> Q:
        """Say which rows this user may read. Never join: use Q(pk__in=...) so that no row comes twice."""
        raise NotImplementedError(cls.__name__)

    @classmethod
    def editable_q(cls, user: User) -> Q:
        """Say which of the visible rows this user may change. By default all of them."""
        return Q()

    def validate_unique(self, exclude: Any = None) -> None:
        with house_eyes("uniqueness holds over all rows"):
            super().validate_unique(exclude)

    def validate_constraints(self, exclude: Any = None) -> None:
        with house_eyes("constraints hold over all rows"):
            super().validate_constraints(exclude)

    def refresh_from_db(self, *args: Any, **kwargs: Any) -> None:
        with house_eyes("this very row was already seen"):
            super().refresh_from_db(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        with house_eyes("this very row was already seen"):
            return super().delete(*args, **kwargs)


class Part(Guarded):
    """A row visible exactly when its whole is; `whole` names the foreign key."""

    whole: ClassVar[str]

    objects: ClassVar[Any] = PartManager()

    class Meta:
        abstract = True
        base_manager_name = "objects"

    @classmethod
    def visible_q(cls, user: User) -> Q:
        of: Any = cls._meta.get_field(cls.whole).related_model
        return Q(**{f"{cls.whole}__in": of.objects.visible_to(user).values("pk")})

    @classmethod
    def editable_q(cls, user: User) -> Q:
        of: Any = cls._meta.get_field(cls.whole).related_model
        return Q(**{f"{cls.whole}__in": of.objects.editable_by(user).values("pk")})


class Audienced(Guarded):
    """A row with its own audience (公開範囲): a shared scope, and people named on the row itself.

    `named` is the label of the guardian table that holds the named people: owner, recorder, participants, recipients.
    """

    named: ClassVar[str]

    scope = models.ForeignKey("crm.VisibilityScope", on_delete=models.PROTECT, related_name="+")

    class Meta:
        abstract = True
        base_manager_name = "objects"

    @classmethod
    def visible_q(cls, user: User) -> Q:
        return Q(scope__in=scopes_of(user)) | cls.named_q(user)

    @classmethod
    def named_q(cls, user: User) -> Q:
        return Q(pk__in=cls.named_model().objects.filter(user=user).values("content_object"))

    @classmethod
    def named_model(cls) -> Any:
        return apps.get_model(cls.named)


def scopes_of(user: User) -> list[int]:
    """Return the ids of the scopes this user may look into; asked once per request."""
    kept = _scopes_this_request.get()
    if kept is not None and user.pk in kept:
        return kept[user.pk]
    by_group: Any = apps.get_model("crm.ScopeGroupPermission").objects.filter(group__user=user)
    by_name: Any = apps.get_model("crm.ScopeUserPermission").objects.filter(user=user)
    found = sorted(by_group.values_list("content_object_id", flat=True).union(by_name.values_list("content_object_id", flat=True)))
    if kept is not None:
        kept[user.pk] = found
    return found


@contextmanager
def scopes_kept() -> Iterator[None]:
    """Ask for a user's scopes once for the length of a with-block: a request, never longer (a revocation holds at the next)."""
    token = _scopes_this_request.set({})
    try:
        yield
    finally:
        _scopes_this_request.reset(token)


def forget_scopes() -> None:
    """Ask again: this very request has changed who belongs where."""
    kept = _scopes_this_request.get()
    if kept is not None:
        kept.clear()


@contextmanager
def house_eyes(why: str) -> Iterator[None]:
    """Read without a viewer for the length of a with-block. `why` is for the reviewer."""
    token = _house_eyes.set(True)
    try:
        yield
    finally:
        _house_eyes.reset(token)


def require_viewer(query: sql.Query) -> None:
    stated = getattr(query, "viewer_stated", True)  # queries on open tables carry no flag
    if not (stated or query.is_empty() or _house_eyes.get()):
        raise ViewerNotStated(f"{query.get_meta().object_name}: say .visible_to(user) or .for_the_house(why)")


@cache
def _guarded_tables() -> dict[str, Any]:
    return {model._meta.db_table: model for model in apps.get_models() if issubclass(model, Guarded)}


def _watch_joins(compiler: Any) -> None:
    """Look at the joins after the compiler has set them all up: those of order_by() and select_related() come last."""
    set_up = compiler.pre_sql_setup

    def watched(*args: Any, **kwargs: Any) -> Any:
        parts = set_up(*args, **kwargs)
        _refuse_guarded_joins(compiler.query)
        return parts

    compiler.pre_sql_setup = watched


def _refuse_guarded_joins(query: sql.Query) -> None:
    for alias, table in query.alias_map.items():
        target = _guarded_tables().get(table.table_name or "")
        joined = getattr(table, "join_field", None)
        if joined and query.alias_refcount.get(alias) and target and not _stays_in_whole(query.model, target, joined):
            raise GuardedJoin(
                f"{query.get_meta().object_name} joins {target.__name__}: use Prefetch or a subquery of {target.__name__}.objects.visible_to(user)"
            )


def _stays_in_whole(model: Any, target: Any, joined: Any) -> bool:
    """A part is visible exactly when its whole is, so looking from one to the other, or to a sister part, shows nothing new.

    From one whole to another of its kind (a customer's parent company) is a look at somebody else.
    """
    return issubclass(model, Part) and _whole_of(model) is _whole_of(target) and joined.model is not joined.related_model


def _whole_of(model: Any) -> Any:
    return _whole_of(model._meta.get_field(model.whole).related_model) if issubclass(model, Part) else model


def _state(rows: Any) -> Any:
    rows.query.viewer_stated = True
    return rows
