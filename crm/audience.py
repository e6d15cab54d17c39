"""Audiences (公開範囲): who may read a record, kept as one shared scope and as people named on the record."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any, Self

from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db.models import Q
from django.utils.translation import gettext as _

from crm.models import OrgUnit, ScopeGroupPermission, ScopeUserPermission, StaffGroup, User, VisibilityScope
from crm.models.staff import UserQuerySet
from crm.visibility import Audienced

COMPANY_GROUP = "company"
WHOLE_COMPANY_KEY = "all"


@dataclass(frozen=True)
class Audience:
    """Any mix of the whole company, units (with their sub-units and concurrent posts), groups and persons, by primary key."""

    company: bool = False
    units: frozenset[int] = frozenset()
    groups: frozenset[int] = frozenset()
    people: frozenset[int] = frozenset()

    @classmethod
    def whole_company(cls) -> Self:
        return cls(company=True)

    @classmethod
    def of(cls, scope: VisibilityScope) -> Self:
        """Read an audience back from its scope."""
        if scope.key == WHOLE_COMPANY_KEY:
            return cls.whole_company()
        parts = [part for part in scope.key.split(",") if part]
        by_kind = {kind: frozenset(int(part[1:]) for part in parts if part[0] == kind) for kind in "ugp"}
        return cls(units=by_kind["u"], groups=by_kind["g"], people=by_kind["p"])

    @property
    def key(self) -> str:
        """The canonical form: the same audience always has the same key."""
        if self.company:
            return WHOLE_COMPANY_KEY
        lines = [("u", self.units), ("g", self.groups), ("p", self.people)]
        return ",".join(f"{kind}{pk}" for kind, pks in lines for pk in sorted(pks))


@dataclass(frozen=True)
class Reader:
    """One line of "who can see this, and why"."""

    who: str
    why: str


def scope_for(audience: Audience) -> VisibilityScope:
    """Return the scope of this audience, made on first use together with guardian's grants."""
    scope, is_new = VisibilityScope.objects.get_or_create(key=audience.key)
    if is_new:
        _grant(scope, audience)
    return scope


def _grant(scope: VisibilityScope, audience: Audience) -> None:
    permission = Permission.objects.get(content_type__app_label="crm", codename="view_in_scope")
    units = OrgUnit.objects.filter(pk__in=audience.units).values_list("group", flat=True)
    groups = StaffGroup.objects.filter(pk__in=audience.groups).values_list("group", flat=True)
    wanted = [*units, *groups]
    if audience.company:
        wanted.append(company_group_id())
    ScopeGroupPermission.objects.bulk_create(
        [ScopeGroupPermission(content_object=scope, group_id=pk, permission=permission) for pk in wanted]
    )
    people = [] if audience.company else User.objects.filter(pk__in=audience.people)
    ScopeUserPermission.objects.bulk_create(
        [ScopeUserPermission(content_object=scope, user=user, permission=permission) for user in people]
    )


def company_group_id() -> int:
    """Return the key of the group that holds everybody who works here."""
    from django.contrib.auth.models import Group

    return Group.objects.get_or_create(name=COMPANY_GROUP)[0].pk


def name_readers(record: Audienced, users: Iterable[int], **copied: Any) -> None:
    """Write down on the record itself who reads it by name: owner, recorder, participants, recipients.

    users: primary keys. copied: columns that the table repeats from the record, such as started_at.
    """
    table = record.named_model()
    wanted = set(users)
    rows = table.objects.filter(content_object=record)
    standing = set() if record._state.adding else set(rows.values_list("user_id", flat=True))
    if gone := standing - wanted:
        rows.filter(user__in=gone).delete()
    if new := wanted - standing:
        kind = ContentType.objects.get_for_model(record)
        permission = _permission_id(kind.pk, f"view_{record._meta.model_name}")
        table.objects.bulk_create([table(content_object=record, user_id=pk, permission_id=permission, **copied) for pk in sorted(new)])
    if copied and standing:
        rows.exclude(**copied).update(**copied)


def may_set_audience(user: User, record: Audienced) -> bool:
    """Tell whether one of a record's readers may also say who else reads it: those named on it, and administrators."""
    # The recorder is always named, and stands on the row: one question less.
    recorded = getattr(record, "recorder_id", None) == user.pk
    return user.is_staff or recorded or record.named_model().objects.filter(content_object=record, user=user).exists()


@cache
def _permission_id(content_type: int, codename: str) -> int:
    """Return the key of a permission. It never changes; an emptied database gets other content types, and so another question here."""
    return Permission.objects.values_list("pk", flat=True).get(content_type=content_type, codename=codename)


def readers(record: Audienced, named: Iterable[tuple[User, str]]) -> list[Reader]:
    """Say who can see this record, and why.

    named: people who read by name, with the reason in the viewer's language, e.g. (boss, _("Report to")).
    """
    audience = Audience.of(record.scope)
    lines = [Reader(str(user), why) for user, why in named]
    if audience.company:
        return [Reader(_("Whole company"), _("Visibility")), *lines]
    units = [
        Reader(str(unit), _("Visibility (with sub-units and additional posts)"))
        for unit in OrgUnit.objects.filter(pk__in=audience.units).in_tree_order()
    ]
    groups = [Reader(group.name, _("Visibility (group)")) for group in StaffGroup.objects.filter(pk__in=audience.groups).order_by("name")]
    people = [Reader(str(user), _("Visibility (person)")) for user in User.objects.filter(pk__in=audience.people).by_name()]
    return [*units, *groups, *people, *lines]


def who_may_read(record: Audienced) -> UserQuerySet:
    """Return those who work here and may read this record: by its audience, or named on it."""
    by_group = ScopeGroupPermission.objects.filter(content_object=record.scope_id).values("group")
    members = User.groups.through.objects.filter(group__in=by_group).values("user")
    by_name = ScopeUserPermission.objects.filter(content_object=record.scope_id).values("user")
    named = record.named_model().objects.filter(content_object=record).values("user")
    return User.objects.working().filter(Q(pk__in=members) | Q(pk__in=by_name) | Q(pk__in=named))


def named_readers(record: Audienced) -> UserQuerySet:
    """Return those who read this record by name and work here."""
    return User.objects.working().filter(pk__in=record.named_model().objects.filter(content_object=record).values("user"))


def outside(audience: Audience, users: Collection[User]) -> list[User]:
    """Return those of these people who are not in the audience: naming them lets them read all the same."""
    if audience.company:
        return []
    units = OrgUnit.objects.filter(pk__in=audience.units).values("group")
    groups = StaffGroup.objects.filter(pk__in=audience.groups).values("group")
    inside = (
        User.objects.filter(pk__in=[user.pk for user in users]).filter(groups__in=units.union(groups))
        if audience.units or audience.groups
        else []
    )
    known = {user.pk for user in inside} | audience.people
    return [user for user in users if user.pk not in known]


def newly_outside(
    audience: Audience, users: Collection[User], *, before: Audience | None = None, known: Collection[User] = ()
) -> list[User]:
    """Return those of these people whom a change lets read although the audience leaves them out: somebody has to say yes to that.

    before, known: the audience and the people that stood; whoever stood outside already is not asked about again. Where only those
    named may read, naming them is the audience, and nobody stands outside.
    """
    left_out = outside(audience, users) if audience.key else []
    if not left_out or before is None:
        return left_out
    settled = {user.pk for user in outside(before, known)}
    return [user for user in left_out if user.pk not in settled]
