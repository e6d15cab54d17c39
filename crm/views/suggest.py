"""Type-ahead: at most twenty rows that the viewer may see, best first."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import Case, Prefetch, Value, When
from django.http import JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from crm.company import uses
from crm.doors import AuthedRequest, needs, throttled
from crm.forms import guest_key, is_key
from crm.japanese import fold, terms
from crm.models import (
    AccountPlan,
    Asset,
    Choice,
    CollectedInfo,
    Customer,
    CustomerDepartment,
    Deal,
    Module,
    OrgUnit,
    Person,
    PlanTarget,
    StaffGroup,
    User,
)

MOST = 20
SUGGESTIONS_PER_MINUTE = 120


def answer(results: list[dict[str, Any]]) -> JsonResponse:
    """Return suggestions as the type-ahead reads them."""
    return JsonResponse({"results": results})


def line(value: object, text: str, *note: str, caution: str = "") -> dict[str, Any]:
    """Return one suggestion: what is sent, what is shown, and small words beside it."""
    return {"value": str(value), "text": text, "note": "・".join(part for part in note if part), "caution": caution}


@require_safe
@throttled("suggest", per_minute=SUGGESTIONS_PER_MINUTE)
def customer_suggest(request: AuthedRequest) -> JsonResponse:
    words = terms(request.GET.get("q", ""))
    rows = Customer.objects.visible_to(request.user).active()
    rows = rows.matching(words) if words else rows.in_charge(request.user)
    return answer(
        [line(row.pk, str(row), row.kana, row.code or "", caution=row.caution) for row in rows.best_first(words, "sort_key", "pk")[:MOST]]
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
    return answer([line(row.pk, str(row), row.title, "" if customer else str(row.customer or "")) for row in found])


@require_safe
@needs(Module.DEALS)
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
    return answer([line(row.pk, str(row), str(row.stage), "" if customer else str(row.customer or "")) for row in found])


@require_safe
@throttled("suggest", per_minute=SUGGESTIONS_PER_MINUTE)
def department_suggest(request: AuthedRequest) -> JsonResponse:
    """The departments of the chosen customer; without one there are none."""
    words, customer = terms(request.GET.get("q", "")), _key(request.GET.get("customer", ""))
    rows = CustomerDepartment.objects.visible_to(request.user).filter(customer=customer).order_by("place", "pk") if customer else []
    return answer([line(row.pk, row.name, row.phone) for row in rows if _fits(words, row.name)][:MOST])


@require_safe
@needs(Module.ASSETS)
@throttled("suggest", per_minute=SUGGESTIONS_PER_MINUTE)
def asset_suggest(request: AuthedRequest) -> JsonResponse:
    words, customer = terms(request.GET.get("q", "")), _key(request.GET.get("customer", ""))
    rows = Asset.objects.visible_to(request.user).active().matching(words)
    if customer:
        rows = rows.filter(customer=customer)
    elif not words:
        rows = rows.none()
    found = rows.for_list(request.user).best_first(words, "name", "pk")[:MOST]
    return answer([line(row.pk, str(row), row.plate or row.serial, "" if customer else str(row.customer or "")) for row in found])


@require_safe
@needs(Module.PLANS)
@throttled("suggest", per_minute=SUGGESTIONS_PER_MINUTE)
def plan_suggest(request: AuthedRequest) -> JsonResponse:
    """Before anything is typed: the plans that run, those that aim at the chosen customer on top."""
    words, customer = terms(request.GET.get("q", "")), _key(request.GET.get("customer", ""))
    rows = AccountPlan.objects.visible_to(request.user).active().matching(words)
    if not words:
        rows = rows.filter(ends_on__gte=timezone.localdate())
    seen = Customer.objects.visible_to(request.user).filter(pk=customer).values("pk")
    aiming = PlanTarget.objects.visible_to(request.user).filter(customer__in=seen).values("plan")
    near = [Case(When(pk__in=aiming, then=Value(0)), default=Value(1))] if customer else []
    found = rows.best_first(words, *near, "ends_on", "pk")[:MOST]
    return answer([line(row.pk, str(row), f"{row.starts_on:%Y/%m/%d}～{row.ends_on:%Y/%m/%d}") for row in found])


@require_safe
@throttled("suggest", per_minute=SUGGESTIONS_PER_MINUTE)
def info_suggest(request: AuthedRequest) -> JsonResponse:
    """Before anything is typed: what is known of the chosen customer, or the newest."""
    words, customer = terms(request.GET.get("q", "")), _key(request.GET.get("customer", ""))
    rows = CollectedInfo.objects.visible_to(request.user).active().matching(words)
    rows = rows if uses("infos") else rows.voices()
    rows = rows if uses("voices") else rows.filter(voice=False)
    if customer and not words:
        rows = rows.filter(customer__in=Customer.objects.visible_to(request.user).filter(pk=customer).values("pk"))
    found = rows.for_list(request.user).best_first(words, "-collected_on", "-pk")[:MOST]
    notes = [(str(row.kind or ""), str(row.customer or ""), f"{row.collected_on:%Y/%m/%d}") for row in found]
    return answer([line(row.pk, str(row), *note) for row, note in zip(found, notes, strict=True)])


@require_safe
@throttled("suggest", per_minute=SUGGESTIONS_PER_MINUTE)
def guest_suggest(request: AuthedRequest) -> JsonResponse:
    """People and customers, partners and dealers in one list, as p:<key> and c:<key>. Before anything is typed: the customer's people."""
    words, customer = terms(request.GET.get("q", "")), _key(request.GET.get("customer", ""))
    seen = Customer.objects.visible_to(request.user)
    people = Person.objects.visible_to(request.user).active().matching(words)
    if not words:
        people = people.filter(customer=customer) if customer else people.none()
    people = people.prefetch_related(Prefetch("customer", queryset=seen)).best_first(words, "sort_key", "pk")[:MOST]
    firms = seen.active().matching(words).best_first(words, "sort_key", "pk")[: MOST // 2] if words else []
    lines = [line(guest_key(row), str(row), str(row.customer or ""), row.title) for row in people]
    return answer([*(lines[: MOST // 2] if words else lines), *(line(guest_key(row), str(row), row.get_kind_display()) for row in firms)])


@require_safe
@throttled("suggest", per_minute=SUGGESTIONS_PER_MINUTE)
def choice_suggest(request: AuthedRequest) -> JsonResponse:
    """The options of a list by its code: ?list=category, of one level with &level=2, below one of the first with &category1=<key>."""
    words, level = terms(request.GET.get("q", "")), request.GET.get("level", "")
    rows = Choice.objects.of(request.GET.get("list", "")[:40].replace("\0", "")).offered()
    if level in ("1", "2"):
        rows = rows.filter(parent__isnull=level == "1")
    if level == "2" and "category1" in request.GET:
        upper = request.GET["category1"]
        rows = rows.filter(parent=int(upper)) if is_key(upper) else rows.none()
    rows = rows.matching(words) if words else rows
    return answer([line(row.pk, str(row), str(row.parent or "")) for row in rows.select_related("parent").in_order()[:MOST]])


@require_safe
@throttled("suggest", per_minute=SUGGESTIONS_PER_MINUTE)
def user_suggest(request: AuthedRequest) -> JsonResponse:
    words = terms(request.GET.get("q", ""))
    found = User.objects.working().matching(words).with_posts().best_first(words, "sort_key", "pk")[:MOST]
    return answer([line(row.pk, str(row), _post_words(row)) for row in found])


@require_safe
@throttled("suggest", per_minute=SUGGESTIONS_PER_MINUTE)
def unit_suggest(request: AuthedRequest) -> JsonResponse:
    return answer([line(row.pk, str(row)) for row in _units(terms(request.GET.get("q", "")))[:MOST]])


@require_safe
@throttled("suggest", per_minute=SUGGESTIONS_PER_MINUTE)
def audience_suggest(request: AuthedRequest) -> JsonResponse:
    """Units, groups and people in one list, as u3, g2, p9."""
    words = terms(request.GET.get("q", ""))
    units = [line(f"u{row.pk}", str(row), _("Unit")) for row in _units(words)[:MOST]]
    groups = [line(f"g{row.pk}", row.name, _("Group")) for row in StaffGroup.objects.order_by("name") if _fits(words, row.name)]
    people: list[dict[str, Any]] = []
    if words:
        rows = User.objects.working().matching(words).with_posts().best_first(words, "sort_key", "pk")[:MOST]
        people = [line(f"p{row.pk}", str(row), _post_words(row)) for row in rows]
    return answer([*units, *groups, *people][:MOST] if not words else [*people[:10], *units, *groups][:MOST])


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
