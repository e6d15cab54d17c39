"""Whose appointments a calendar shows: mine, my team's, those of units, groups and persons."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Q
from django.utils import timezone

from crm.models import Membership, OrgUnit, StaffGroup, User

KINDS = {"unit": "u", "user": "p", "group": "g"}


class NotUnderstood(ValueError):
    """A wish that is not me, team, unit:3, user:5, group:2 or u3, p5, g2."""


def people_of(viewer: User, wishes: Iterable[str]) -> Any:
    """Return the people that these wishes name, as a queryset; without a wish the viewer alone.

    wishes: "me", "team" (the units the viewer has a post in, with all below), "unit:3" or "u3", "user:5" or "p5", "group:2" or "g2".

    Raises NotUnderstood.
    """
    asked = list(wishes) or ["me"]
    keys: dict[str, set[int]] = {"u": set(), "p": set(), "g": set()}
    for wish in asked:
        if wish not in ("me", "team"):
            kind, key = _read(wish)
            keys[kind].add(key)
    wanted = Q(pk__in=keys["p"]) | Q(groups__in=_groups(viewer, keys, team="team" in asked))
    return User.objects.filter(wanted | Q(pk=viewer.pk) if "me" in asked else wanted).values("pk")


def _groups(viewer: User, keys: dict[str, set[int]], *, team: bool) -> list[int]:
    units = Q(pk__in=keys["u"])
    if team:
        units |= Q(pk__in=Membership.objects.on(timezone.localdate()).filter(user=viewer).values("unit"))
    found = list(OrgUnit.objects.filter(units).values_list("group", flat=True)) if team or keys["u"] else []
    return [*found, *(StaffGroup.objects.filter(pk__in=keys["g"]).values_list("group", flat=True) if keys["g"] else [])]


def _read(wish: str) -> tuple[str, int]:
    kind, colon, key = wish.partition(":")
    if not colon:
        kind, key = wish[:1], wish[1:]
    kind = KINDS.get(kind, kind)
    # int() would take full-width digits as well, and any length.
    if kind not in ("u", "p", "g") or not (key.isascii() and key.isdigit() and len(key) < 12):
        raise NotUnderstood(wish)
    return kind, int(key)
