"""What doors share: the typed request, fragments, and fields that know only what the viewer may see."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django import forms
from django.core.cache import caches
from django.core.exceptions import PermissionDenied
from django.core.exceptions import ValidationError as DjangoInvalid
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django_htmx.middleware import HtmxDetails
from rest_framework import serializers

from crm.company import uses
from crm.items import items_kept
from crm.journal import done_via
from crm.models import User
from crm.visibility import Guarded, scopes_kept

MOST_CHOSEN = 100


class AuthedRequest(HttpRequest):
    """A request behind LoginRequiredMiddleware: its user is one of us."""

    user: User
    htmx: HtmxDetails


def scopes_once_per_request(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: a user's audience and the company's own items are asked for once, and forgotten with the request."""

    def middleware(request: HttpRequest) -> HttpResponse:
        with scopes_kept(), items_kept(), done_via("api" if request.path.startswith("/api/") else "web"):
            return get_response(request)

    return middleware


def fragment(request: HttpRequest, template: str, name: str) -> str:
    """Return the template, or only its fragment when htmx asks for a part of the page."""
    return f"{template}#{name}" if getattr(request, "htmx", False) and not request.htmx.boosted else template  # type: ignore[attr-defined]


def throttled(name: str, *, per_minute: int, asking: str = "") -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """Answer 429 to whoever asks more often than people can; all pages with the same name share the count.

    asking: count only requests that carry this parameter.
    """

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def counted(request: AuthedRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if asking and not request.GET.get(asking):
                return view(request, *args, **kwargs)
            minute = int(time.time()) // 60
            key = f"{name}:{request.user.pk}:{minute}"
            counters = caches["counters"]
            counters.add(key, 0, timeout=120)
            try:
                asked = counters.incr(key)
            except ValueError:  # the minute passed between the two
                asked = 1
            if asked > per_minute:
                return HttpResponse(_("Too many requests. Please wait a moment and try again."), status=429, headers={"Retry-After": "60"})
            return view(request, *args, **kwargs)

        return counted

    return decorate


def administrators_only(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Refuse everybody else with 403: that there are such pages is no secret."""

    @wraps(view)
    def guarded(request: AuthedRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_staff:
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded


def needs(module: str) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """Answer 404 while the company does not use this optional part: its pages are as if there were none."""

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def opened(request: AuthedRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not uses(module):
                raise Http404
            return view(request, *args, **kwargs)

        return opened

    return decorate


def visible_or_404(rows: Any, pk: UUID | int | str) -> Any:
    """Return the row, or the one answer that hidden and missing rows share."""
    found = rows.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


class VisibleChoice(forms.ModelChoiceField):
    """A form field whose options are what the viewer may see; a hidden key is refused like an unknown one.

    Give the form `viewer` and call `field.look(viewer)`, or use look_through(form, viewer).
    """

    def __init__(self, model: type[Guarded], **options: Any) -> None:
        self.guarded = model
        super().__init__(queryset=model._base_manager.none(), **options)

    def look(self, viewer: User) -> None:
        self.queryset = self.guarded.objects.visible_to(viewer)


class VisibleChoices(forms.ModelMultipleChoiceField):
    def __init__(self, model: type[Guarded], **options: Any) -> None:
        self.guarded = model
        super().__init__(queryset=model._base_manager.none(), **options)

    def look(self, viewer: User) -> None:
        self.queryset = self.guarded.objects.visible_to(viewer)


def look_through(form: forms.BaseForm, viewer: User) -> None:
    """Show every field that depends on who looks what this viewer may see."""
    for field in form.fields.values():
        if look := getattr(field, "look", None):
            look(viewer)


class ManyVisible(serializers.ManyRelatedField):
    """Several rows that the caller may see, looked up with one query; a hidden key is refused like an unknown one."""

    default_error_messages = {"too_many": _("Choose up to %(limit)s.")}

    child_relation: Any

    def __init__(self, *, max_length: int, **options: Any) -> None:
        self.max_length = max_length
        super().__init__(**options)

    def to_internal_value(self, data: Any) -> list[Any]:
        if not isinstance(data, list):
            self.fail("not_a_list", input_type=type(data).__name__)
        if len(data) > self.max_length:
            raise serializers.ValidationError(self.error_messages["too_many"] % {"limit": self.max_length})
        keys = [self._key(one) for one in data]
        found = self.child_relation.get_queryset().in_bulk([key for key in keys if key is not None])
        if missing := {
            str(place): [self.child_relation.error_messages["does_not_exist"]] for place, key in enumerate(keys) if key not in found
        }:
            raise serializers.ValidationError(missing)
        return [found[key] for key in dict.fromkeys(keys)]

    def _key(self, typed: Any) -> Any:
        """Read one key; None for what is none, such as a truth value, which would count as 1."""
        if isinstance(typed, bool | float):
            return None
        try:
            key = self.child_relation.of._meta.pk.to_python(typed)
        except DjangoInvalid:
            return None
        return None if isinstance(key, int) and not 0 < key < 2**63 else key


class VisibleField(serializers.PrimaryKeyRelatedField):
    """A serializer field that finds only what the viewer may see: hidden and unknown keys get the same answer."""

    default_error_messages = {
        "does_not_exist": _("Not found."),
        "incorrect_type": _("Not found."),
    }

    def __init__(self, model: type[Any], **options: Any) -> None:
        self.of = model
        if not options.get("read_only"):
            options["queryset"] = model._base_manager.none() if issubclass(model, Guarded) else model.objects.all()
        super().__init__(**options)

    @classmethod
    def many_init(cls, *args: Any, **options: Any) -> Any:
        limit = options.pop("max_length", MOST_CHOSEN)
        whole = {name: options.pop(name) for name in ("source", "required", "read_only", "help_text", "allow_empty") if name in options}
        return ManyVisible(child_relation=cls(*args, **options, read_only=whole.get("read_only", False)), max_length=limit, **whole)

    def use_pk_only_optimization(self) -> bool:
        """A key alone would be told even of a hidden row: the row itself is read, from a Prefetch with a viewer."""
        return not issubclass(self.of, Guarded)

    def get_queryset(self) -> Any:
        if not issubclass(self.of, Guarded):
            return super().get_queryset()
        return self.of.objects.visible_to(self.context["request"].user)
