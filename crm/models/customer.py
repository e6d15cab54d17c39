"""Customers: firms, private persons, partners; with phones, addresses, departments and the staff in charge."""

from __future__ import annotations

import re
from functools import reduce
from operator import or_
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Prefetch, Q, Value
from django.db.models.functions import Concat
from django.utils.translation import gettext_lazy as _

from crm.models.choice import Choice
from crm.models.ids import uuid7
from crm.models.searching import Searched
from crm.models.staff import OrgUnit, User
from crm.visibility import Audienced, GuardedQuerySet, Part, PartManager, UserObjectPermissionBase

_POSTAL = re.compile("[0-9]{7}")


class CustomerQuerySet(Searched, GuardedQuerySet):
    def active(self) -> Self:
        return self.filter(retired_at=None)

    def in_charge(self, user: User, *, viewer: User | None = None) -> Self:
        """Keep those this employee is in charge of, as far as the viewer (by default the employee) may know."""
        return self.filter(pk__in=CustomerStaff.objects.visible_to(viewer or user).filter(user=user).values("customer"))

    def of_unit(self, unit: OrgUnit) -> Self:
        """Keep those of a unit and everything below it."""
        return self.filter(owner_unit__in=OrgUnit.objects.under(unit).values("pk"))

    def for_list(self, viewer: User) -> Self:
        """Fetch what a line of a list shows: rank, unit, phones and staff in charge."""
        return self.select_related("rank", "owner_unit").prefetch_related(
            Prefetch("phones", queryset=CustomerPhone.objects.visible_to(viewer).order_by("place", "pk")),
            Prefetch("staff", queryset=CustomerStaff.objects.visible_to(viewer).select_related("user").order_by("role", "pk")),
        )

    def for_choice(self, viewer: User) -> Self:
        """Fetch what tells one customer from another: phones and addresses."""
        return self.prefetch_related(
            Prefetch("phones", queryset=CustomerPhone.objects.visible_to(viewer).order_by("place", "pk")),
            Prefetch("addresses", queryset=CustomerAddress.objects.visible_to(viewer).order_by("place", "pk")),
        )

    def for_page(self, viewer: User) -> Self:
        """Fetch what the customer's own page shows."""
        return (
            self.for_list(viewer)
            .select_related("industry", "recorder", "scope")
            .prefetch_related(
                Prefetch("addresses", queryset=CustomerAddress.objects.visible_to(viewer).order_by("place", "pk")),
                Prefetch("departments", queryset=CustomerDepartment.objects.visible_to(viewer).order_by("place", "pk")),
                Prefetch("parent", queryset=Customer.objects.visible_to(viewer)),
            )
        )

    def like(self, viewer: User, *, name: str, digits: list[str], email: str) -> Self:
        """Keep those that may be the same as one being entered: the same name to begin with, the same phone or mail."""
        same = [Q(search_text__startswith=name)] if name else []
        if digits:
            same.append(Q(pk__in=CustomerPhone.objects.visible_to(viewer).filter(digits__in=digits).values("customer")))
        if email:
            same.append(Q(email__iexact=email))
        return self.filter(reduce(or_, same)) if same else self.none()

    def reached_at(self, viewer: User, digits: str) -> Self:
        """Keep those with a phone whose number holds these digits."""
        return self.filter(pk__in=CustomerPhone.objects.visible_to(viewer).filter(digits__contains=digits).values("customer"))

    def at_address(self, viewer: User, words: list[str]) -> Self:
        """Keep those with an address that holds every word, across its columns: 長崎市浜町, 850-0853."""
        rows = CustomerAddress.objects.visible_to(viewer).annotate(
            whole=Concat("postal_code", Value(" "), "prefecture", "city", "street", "building", output_field=models.TextField())
        )
        for word in words:
            rows = rows.filter(whole__contains=f"{word[:3]}-{word[3:]}" if _POSTAL.fullmatch(word) else word)
        return self.filter(pk__in=rows.values("customer"))

    def in_row(self, row: str) -> Self:
        """Keep one row of the kana index: あ か さ た な は ま や ら わ 英 他."""
        return self.filter(kana_row=row)


class Customer(Audienced):
    """A customer (顧客): a firm or a private person we deal with."""

    named = "crm.CustomerUserPermission"
    items_target = "customer"

    class Type(models.TextChoices):
        CORPORATE = "corporate", _("Corporate")
        INDIVIDUAL = "individual", _("Individual")

    class Kind(models.TextChoices):
        CUSTOMER = "customer", _("Customer")
        PARTNER = "partner", _("Partner")
        DEALER = "dealer", _("Dealer")
        COMPETITOR = "competitor", _("Competitor")

    class LegalPosition(models.TextChoices):
        BEFORE = "before", _("Before the name")
        AFTER = "after", _("After the name")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    code = models.CharField(_("Customer code"), max_length=20, unique=True, null=True, blank=True)
    type = models.CharField(_("Corporate or individual"), max_length=12, choices=Type, default=Type.CORPORATE)
    kind = models.CharField(_("Customer class"), max_length=12, choices=Kind, default=Kind.CUSTOMER)
    name = models.CharField(_("Customer name"), max_length=120)
    legal_form = models.CharField(_("Legal form"), max_length=20, blank=True)
    legal_position = models.CharField(_("Legal form stands"), max_length=8, choices=LegalPosition, blank=True)
    kana = models.CharField(_("Reading"), max_length=160, blank=True, help_text=_("Without the legal form."))
    rank = models.ForeignKey(Choice, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Rank"))
    industry = models.ForeignKey(Choice, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Industry"))
    email = models.EmailField(_("Mail"), blank=True)
    website = models.URLField(_("Website"), blank=True)
    born_or_founded_on = models.DateField(_("Born or founded on"), null=True, blank=True)
    caution = models.CharField(_("Caution"), max_length=200, blank=True, help_text=_("Shown as a banner wherever this customer appears."))
    note = models.TextField(_("Note"), blank=True)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Parent company"))
    owner_unit = models.ForeignKey(
        OrgUnit, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Unit in charge")
    )
    custom = models.JSONField(default=dict, editable=False)
    recorder = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("Recorder"))
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    retired_at = models.DateTimeField(null=True, blank=True, editable=False)
    sort_key = models.CharField(max_length=255, editable=False)
    kana_row = models.CharField(max_length=2, editable=False)
    search_text = models.TextField(editable=False)

    objects: ClassVar[Any] = CustomerQuerySet.as_manager()

    class Meta(Audienced.Meta):
        abstract = False
        verbose_name = _("Customer")
        indexes = [
            models.Index(fields=["sort_key", "id"], name="customer_by_name"),
            models.Index(fields=["kana_row", "sort_key", "id"], name="customer_by_row"),
            models.Index(fields=["scope", "sort_key", "id"], name="customer_by_scope"),
            models.Index(F("updated_at").desc(), F("id").desc(), name="customer_by_change"),
        ]

    def __str__(self) -> str:
        before = self.legal_form if self.legal_position != self.LegalPosition.AFTER else ""
        after = self.legal_form if self.legal_position == self.LegalPosition.AFTER else ""
        return f"{before}{self.name}{after}"


class CustomerUserPermission(UserObjectPermissionBase):
    content_object = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="named_people")

    class Meta(UserObjectPermissionBase.Meta):
        indexes = [models.Index(fields=["user", "content_object"], name="customer_named")]


class CustomerPhone(Part):
    whole = "customer"

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="phones")
    label = models.CharField(_("Label"), max_length=40, blank=True)
    number = models.CharField(_("Phone"), max_length=40, help_text="As people write it.")
    digits = models.CharField(max_length=20, db_index=True, help_text="National digits without separators, for the search.")
    extension = models.CharField(_("Extension"), max_length=10, blank=True)
    place = models.PositiveSmallIntegerField(default=0)

    objects: ClassVar[Any] = PartManager()

    class Meta(Part.Meta):
        abstract = False

    def __str__(self) -> str:
        return self.number


class CustomerAddress(Part):
    whole = "customer"

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="addresses")
    label = models.CharField(_("Label"), max_length=40, blank=True)
    postal_code = models.CharField(_("Postal code"), max_length=8, blank=True)
    prefecture = models.CharField(_("Prefecture"), max_length=20, blank=True)
    city = models.CharField(_("City"), max_length=60, blank=True)
    street = models.CharField(_("Street"), max_length=120, blank=True)
    building = models.CharField(_("Building"), max_length=120, blank=True)
    place = models.PositiveSmallIntegerField(default=0)

    objects: ClassVar[Any] = PartManager()

    class Meta(Part.Meta):
        abstract = False

    def __str__(self) -> str:
        return f"{self.prefecture}{self.city}{self.street} {self.building}".strip()


class CustomerDepartment(Part):
    """A department of the customer's (顧客部署)."""

    whole = "customer"

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="departments")
    name = models.CharField(_("Customer department"), max_length=80)
    phone = models.CharField(_("Phone"), max_length=40, blank=True)
    place = models.PositiveSmallIntegerField(default=0)

    objects: ClassVar[Any] = PartManager()

    class Meta(Part.Meta):
        abstract = False

    def __str__(self) -> str:
        return self.name


class CustomerStaff(Part):
    """Our person in charge of the customer (自社担当)."""

    whole = "customer"

    class Role(models.TextChoices):
        MAIN = "main", _("Main")
        SUB = "sub", _("Sub")

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="staff")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("Account staff"))
    role = models.CharField(_("Role"), max_length=8, choices=Role, default=Role.MAIN)

    objects: ClassVar[Any] = PartManager()

    class Meta(Part.Meta):
        abstract = False
        constraints = [models.UniqueConstraint(fields=["customer", "user"], name="staff_once_per_customer")]
        indexes = [models.Index(fields=["user", "customer"], name="customers_of_staff")]

    def __str__(self) -> str:
        return f"{self.customer_id} {self.user_id}"
