"""Who is who: from the codes of the plan to rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.contrib.auth.models import Permission

from crm.audience import Audience, scope_for
from crm.demo import plan
from crm.models import Choice, Customer, CustomerDepartment, Deal, OrgUnit, Person, StaffGroup, User, VisibilityScope
from crm.visibility import Audienced


@dataclass
class Cast:
    """The rows that others refer to, by the codes of the plan."""

    users: dict[str, User]
    units: dict[str, OrgUnit]
    groups: dict[str, StaffGroup]
    posts: dict[str, Sequence[plan.Post]]
    choices: dict[tuple[str, str], Choice]
    customers: dict[str, Customer] = field(default_factory=dict)
    departments: dict[tuple[str, str], CustomerDepartment] = field(default_factory=dict)
    people: dict[int, Person] = field(default_factory=dict)
    deals: dict[int, Deal] = field(default_factory=dict)
    _scopes: dict[plan.Audience, VisibilityScope] = field(default_factory=dict)

    def audience(self, wanted: plan.Audience) -> Audience:
        if wanted.company:
            return Audience.whole_company()
        return Audience(
            units=frozenset(self.units[code].pk for code in wanted.units),
            groups=frozenset(self.groups[code].pk for code in wanted.groups),
            people=frozenset(self.users[code].pk for code in wanted.persons),
        )

    def scope(self, wanted: plan.Audience) -> VisibilityScope:
        """Return the scope of an audience, asked for once."""
        if wanted not in self._scopes:
            self._scopes[wanted] = scope_for(self.audience(wanted))
        return self._scopes[wanted]

    def unit_on(self, employee: str, day: date) -> OrgUnit | None:
        """Return the unit of the main post that an employee held on that day."""
        held = (
            post
            for post in self.posts[employee]
            if post.primary and post.from_on <= day and (post.until_on is None or day <= post.until_on)
        )
        post = next(held, None)
        return self.units[post.unit] if post else None


def named_rows(record: Audienced, users: Iterable[User], permission: Permission, **copied: Any) -> list[Any]:
    """Return the rows that name these people on the record as its readers; each of them once."""
    table = record.named_model()
    return [table(content_object=record, user_id=pk, permission=permission, **copied) for pk in sorted({user.pk for user in users})]


def permission_to_view(model: type[Audienced]) -> Permission:
    return Permission.objects.get(content_type__app_label=model._meta.app_label, codename=f"view_{model._meta.model_name}")
