"""Type-ahead: at most twenty rows that the viewer may see, best first."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import Prefetch
from django.http import JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from crm.doors import AuthedRequest, throttled
from crm.japanese import fold, terms
from crm.models import Customer, Deal, OrgUnit, Person, StaffGroup, User

MOST = 20
SUGGESTIONS_PER_MINUTE = 120


def _answer(results: list[dict[str, Any]]) -> JsonResponse:
    return JsonResponse({"results": results})


def _line(value: object, text: str, *note: str, caution: str = "") -> dict[str, Any]:
    return {"value": str(value), "text": text, "note": "・".join(part for part in note if part), "caution": caution}


@require_safe
@throttled("suggest", per_minute=SUGGESTIONS_PER_MINUTE)
def customer_suggest(request: AuthedRequest) -> JsonResponse:
    words = terms(request.GET.get("q", ""))
    rows = Customer.objects.visible_to(request.user).active()
    rows = rows.matching(words) if words else rows.in_charge(request.user)
    return _answer(
        [_line(row.pk, str(row), row.kana, row.code or "", caution=row.caution) for row in rows.best_first(words, "sort_key", "pk")[:MOST]]
    )


@require_safe
@throttled("suggest", per_minute=SUGGESTIONS_PER_MINUTE)
def person_suggest(request: AuthedRequest) -> JsonResponse:
    words = terms(request.GET.get("q", ""))
    rows = Person.objects.visible_to(request.user).active().matching(words)
    customer = _key(request.GET.get("customer", ""))
    if customer:
        rows = rows.filter(customer=customer)
    elif not words:
        rows = rows.none()
    customers = Prefetch("customer", queryset=Customer.objects.visible_to(request.user))
    found = rows.prefetch_related(customers).best_first(words, "sort_key", "pk")[:MOST]
    return _answer([_line(row.pk, str(row), row.title, "" if customer else str(row.customer or "")) for row in found])


@require_safe
@throttled("suggest", per_minute=SUGGESTIONS_PER_MINUTE)
def deal_suggest(request: AuthedRequest) -> JsonResponse:
    words = terms(request.GET.get("q", ""))
    rows = Deal.objects.visible_to(request.user).active().matching(words)
    customer = _key(request.GET.get("customer", ""))
    if customer:
        rows = rows.filter(customer__in=Customer.objects.visible_to(request.user).filter(pk=customer).values("pk"))
    elif not words:
        rows = rows.filter(owner=request.user)
    customers = Prefetch("customer", queryset=Customer.objects.visible_to(request.user))
    found = rows.select_related("stage").prefetch_related(customers).best_first(words, "-updated_at", "pk")[:MOST]
    return _answer([_line(row.pk, str(row), str(row.stage), "" if customer else str(row.customer or "")) for row in found])


@require_safe
@throttled("suggest", per_minute=SUGGESTIONS_PER_MINUTE)
def user_suggest(request: AuthedRequest) -> JsonResponse:
    words = terms(request.GET.get("q", ""))
    found = User.objects.working().matching(words).with_posts().best_first(words, "sort_key", "pk")[:MOST]
    return _answer([_line(row.pk, str(row), _post_words(row)) for row in found])


@require_safe
@throttled("suggest", per_minute=SUGGESTIONS_PER_MINUTE)
def unit_suggest(request: AuthedRequest) -> JsonResponse:
    return _answer([_line(row.pk, str(row)) for row in _units(terms(request.GET.get("q", "")))[:MOST]])


@require_safe
@throttled("suggest", per_minute=SUGGESTIONS_PER_MINUTE)
def audience_suggest(request: AuthedRequest) -> JsonResponse:
    """Units, groups and people in one list, as u3, g2, p9."""
    words = terms(request.GET.get("q", ""))
    units = [_line(f"u{row.pk}", str(row), _("Unit")) for row in _units(words)[:MOST]]
    groups = [_line(f"g{row.pk}", row.name, _("Group")) for row in StaffGroup.objects.order_by("name") if _fits(words, row.name)]
    people: list[dict[str, Any]] = []
    if words:
        rows = User.objects.working().matching(words).with_posts().best_first(words, "sort_key", "pk")[:MOST]
        people = [_line(f"p{row.pk}", str(row), _post_words(row)) for row in rows]
    return _answer([*units, *groups, *people][:MOST] if not words else [*people[:10], *units, *groups][:MOST])


def _units(words: list[str]) -> list[OrgUnit]:
    """A firm has hundreds of units at most: folding them here spares a column."""
    rows = OrgUnit.objects.current(timezone.localdate()).in_tree_order()
    return [row for row in rows if _fits(words, f"{row.code} {row.name} {row.kana} {row.name_en}")]


def _fits(words: list[str], text: str) -> bool:
    folded = fold(text)
    return all(word in folded for word in words)


def _post_words(user: User) -> str:
    return " ".join(part for post in list(user.memberships.all())[:1] for part in (post.unit.label, post.title) if part)


def _key(typed: str) -> UUID | None:
    try:
        return UUID(typed)
    except ValueError:
        return None
