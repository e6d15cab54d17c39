"""Who works here: people, units, posts, groups, and who may enter for whom."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar, Self

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, Group, PermissionsMixin
from django.db import models
from django.db.models import Count, F, OuterRef, Prefetch, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from crm.models.searching import Searched
from crm.visibility import GuardianUserMixin


class UserQuerySet(Searched, models.QuerySet["User"]):
    def working(self) -> Self:
        """Return those who may log in: leavers stay as names only."""
        return self.filter(is_active=True)

    def administrators(self) -> Self:
        return self.working().filter(is_staff=True)

    def by_name(self) -> Self:
        return self.order_by("sort_key", "pk")

    def in_unit(self, unit: OrgUnit) -> Self:
        """Keep those who hold a post in the unit or below it today."""
        today = timezone.localdate()
        return self.filter(pk__in=Membership.objects.on(today).filter(unit__in=OrgUnit.objects.under(unit)).values("user"))

    def with_posts(self) -> Self:
        """Fetch today's posts, the main one first."""
        posts = Membership.objects.on(timezone.localdate()).select_related("unit").order_by("-is_primary", "pk")
        return self.prefetch_related(Prefetch("memberships", queryset=posts))


class UserManager(BaseUserManager["User"]):
    def get_queryset(self) -> UserQuerySet:
        return UserQuerySet(self.model, using=self._db)


class User(AbstractBaseUser, GuardianUserMixin, PermissionsMixin):
    """An employee (社員), who logs in by code or mail. A leaver stays as a name on old records."""

    class DateStyle(models.TextChoices):
        WESTERN = "western", _("Western (2026/11/20)")
        ERA = "era", _("Japanese era (R8.11.20)")
        BOTH = "both", _("Both")

    code = models.CharField(_("Employee code"), max_length=32, unique=True)
    name = models.CharField(_("Name"), max_length=80)
    kana = models.CharField(_("Reading"), max_length=80, blank=True)
    email = models.EmailField(_("Mail"), blank=True)
    phone = models.CharField(_("Phone"), max_length=40, blank=True)
    language = models.CharField(_("Language"), max_length=5, choices=[("ja", "日本語"), ("en", "English")], default="ja")
    date_style = models.CharField(_("Dates"), max_length=8, choices=DateStyle, default=DateStyle.WESTERN)
    time_zone = models.CharField(_("Time zone"), max_length=40, default="Asia/Tokyo")
    is_active = models.BooleanField(_("Active"), default=True)
    is_staff = models.BooleanField(_("Administrator"), default=False, help_text=_("May change staff, units and choice lists."))
    left_on = models.DateField(_("Left on"), null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    sort_key = models.CharField(max_length=200, blank=True, editable=False)
    search_text = models.TextField(blank=True, editable=False)

    objects: ClassVar[Any] = UserManager.from_queryset(UserQuerySet)()

    USERNAME_FIELD = "code"
    EMAIL_FIELD = "email"

    class Meta:
        verbose_name = _("Employee")
        constraints = [models.UniqueConstraint("email", name="one_user_per_mail", condition=~Q(email=""))]
        indexes = [models.Index(fields=["is_active", "sort_key", "id"], name="user_by_name")]

    def __str__(self) -> str:
        return self.name or self.code

    def headed_units(self) -> OrgUnitQuerySet:
        return OrgUnit.objects.filter(head=self).in_tree_order()

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name.split()[0] if self.name else self.code


class OrgUnitQuerySet(models.QuerySet["OrgUnit"]):
    def in_tree_order(self) -> Self:
        return self.order_by("path")

    def current(self, today: date) -> Self:
        return self.filter(Q(valid_from=None) | Q(valid_from__lte=today), Q(valid_to=None) | Q(valid_to__gte=today))

    def with_people(self, day: date) -> Self:
        """Count those who hold a post in each unit itself on a day."""
        posts = Membership.objects.on(day).filter(unit=OuterRef("pk"), user__is_active=True).order_by().values("unit")
        return self.annotate(people=Coalesce(Subquery(posts.annotate(n=Count("user", distinct=True)).values("n")), 0))

    def under(self, unit: OrgUnit) -> Self:
        """Return the unit and everything below it."""
        return self.filter(path__startswith=unit.path)


class OrgUnit(models.Model):
    """A unit (組織・所属) in a tree of any depth. `path` is the codes' way from the root: it sorts and finds sub-trees."""

    code = models.CharField(_("Unit code"), max_length=16, unique=True)
    name = models.CharField(_("Unit name"), max_length=80)
    name_en = models.CharField(_("English name"), max_length=80, blank=True)
    kana = models.CharField(_("Reading"), max_length=80, blank=True)
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("Parent unit")
    )
    head = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("Head of unit"))
    place = models.PositiveIntegerField(_("Order"), default=0)
    valid_from = models.DateField(_("From"), null=True, blank=True)
    valid_to = models.DateField(_("To"), null=True, blank=True)
    path = models.CharField(max_length=255, unique=True, editable=False)
    group = models.OneToOneField(Group, on_delete=models.PROTECT, related_name="+", editable=False)

    objects: ClassVar[Any] = OrgUnitQuerySet.as_manager()

    class Meta:
        verbose_name = _("Unit")

    def __str__(self) -> str:
        return f"{self.code} {self.label}"

    @property
    def label(self) -> str:
        return self.name_en if self.name_en and get_language() == "en" else self.name

    @property
    def depth(self) -> int:
        return self.path.count("/") - 1


class MembershipQuerySet(models.QuerySet["Membership"]):
    def on(self, day: date) -> Self:
        return self.filter(Q(valid_from=None) | Q(valid_from__lte=day), Q(valid_to=None) | Q(valid_to__gte=day))


class Membership(models.Model):
    """A post in a unit (所属). A person may hold several at once (兼務), each from a day to a day."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships", verbose_name=_("Employee"))
    unit = models.ForeignKey(OrgUnit, on_delete=models.PROTECT, related_name="memberships", verbose_name=_("Unit"))
    title = models.CharField(_("Job title"), max_length=40, blank=True)
    is_primary = models.BooleanField(_("Main post"), default=True)
    valid_from = models.DateField(_("From"), null=True, blank=True)
    valid_to = models.DateField(_("To"), null=True, blank=True)

    objects: ClassVar[Any] = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("Post")
        constraints = [
            models.CheckConstraint(
                name="membership_ends_after_start", condition=Q(valid_to=None) | Q(valid_from=None) | Q(valid_to__gte=F("valid_from"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.user_id}"

    def standing_on(self, day: date) -> str:
        """Tell whether the post is held on a day: past, now or future."""
        if self.valid_to and self.valid_to < day:
            return "past"
        return "future" if self.valid_from and self.valid_from > day else "now"


class StaffGroup(models.Model):
    """A group of employees across units (グループ)."""

    name = models.CharField(_("Name"), max_length=80, unique=True)
    members = models.ManyToManyField(User, related_name="staff_groups", verbose_name=_("Members"))
    group = models.OneToOneField(Group, on_delete=models.PROTECT, related_name="+", editable=False)

    class Meta:
        verbose_name = _("Group")

    def __str__(self) -> str:
        return self.name


class DelegationQuerySet(models.QuerySet["Delegation"]):
    def on(self, day: date) -> Self:
        return self.filter(Q(valid_from=None) | Q(valid_from__lte=day), Q(valid_to=None) | Q(valid_to__gte=day))

    def about(self, user: User) -> Self:
        """Return those in which this person is named, on either side."""
        return self.filter(Q(agent=user) | Q(principal=user))

    def for_list(self) -> Self:
        return self.select_related("principal", "principal_unit", "agent", "agent_unit").order_by("-valid_from", "-pk")

    def principals_of(self, agent: User, day: date | None = None) -> UserQuerySet:
        """Return those for whom this agent may enter today, named directly or through a unit with all below it."""
        own = self.on(day or timezone.localdate()).filter(Q(agent=agent) | Q(agent_unit__group__user=agent))
        by_unit = User.objects.filter(groups__in=own.exclude(principal_unit=None).values("principal_unit__group"))
        return User.objects.filter(Q(pk__in=own.exclude(principal=None).values("principal")) | Q(pk__in=by_unit.values("pk")))


class Delegation(models.Model):
    """Who may enter for whom (代理入力): agent or agent's unit on the one side, principal or principal's unit on the other."""

    principal = models.ForeignKey(User, on_delete=models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("For whom"))
    principal_unit = models.ForeignKey(
        OrgUnit, on_delete=models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("For which unit")
    )
    agent = models.ForeignKey(User, on_delete=models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("Who enters"))
    agent_unit = models.ForeignKey(
        OrgUnit, on_delete=models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("Which unit enters")
    )
    valid_from = models.DateField(_("From"), null=True, blank=True)
    valid_to = models.DateField(_("To"), null=True, blank=True)

    objects: ClassVar[Any] = DelegationQuerySet.as_manager()

    class Meta:
        verbose_name = _("Entry on behalf")
        constraints = [
            models.CheckConstraint(name="delegation_one_principal", condition=Q(principal=None) ^ Q(principal_unit=None)),
            models.CheckConstraint(name="delegation_one_agent", condition=Q(agent=None) ^ Q(agent_unit=None)),
        ]

    def __str__(self) -> str:
        return f"{self.agent_id or self.agent_unit_id} -> {self.principal_id or self.principal_unit_id}"
