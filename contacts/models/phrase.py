"""Canned texts (定型文) and templates (ひな形): words and settings that come back again and again."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Case, Q, Value, When
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from crm.models import OrgUnit
from crm.visibility import Guarded, GuardedQuerySet


class PhraseQuerySet(GuardedQuerySet):
    def offered(self) -> Self:
        return self.filter(retired_at=None)

    def in_order(self) -> Self:
        return self.order_by("place", "pk")

    def of(self, use: str, unit: OrgUnit | None = None, user: Any = None) -> Self:
        """Return those of one holder: the company, a unit itself, or a person."""
        return self.filter(use=use, unit=unit, user=user)

    def offered_to(self, user: Any, use: str) -> Self:
        """Return what is offered to a person: one's own first, then of the units from above and of the company. One query."""
        nearest = Case(When(user=user, then=Value(0)), When(unit=None, then=Value(2)), default=Value(1))
        return self.visible_to(user).offered().filter(_for(user), use=use).select_related("unit").order_by(nearest, "place", "pk")


def _for(user: Any) -> Q:
    """The company's, those of one's units and of all above them (guardian's groups hold everybody below), and one's own."""
    units = OrgUnit.objects.filter(group__user=user).values("pk")
    return Q(user=user) | Q(user=None, unit=None) | Q(unit__in=units)


class Phrase(Guarded):
    """A canned text, offered by its use to everybody, to a unit and those below it, or to one person."""

    class Use(models.TextChoices):
        TITLE = "title", _("Title")
        CONTENT = "content", _("Details")
        REPLY = "reply", _("Quick reply")
        COMMENT = "comment", _("Comment")

    use = models.CharField(_("Use"), max_length=8, choices=Use, default=Use.REPLY)
    unit = models.ForeignKey(OrgUnit, on_delete=models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("Unit"))
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    text_ja = models.TextField(_("Japanese"), max_length=2000)
    text_en = models.TextField(_("English"), max_length=2000, blank=True)
    shortcut = models.CharField(_("Shortcut"), max_length=20, blank=True)
    place = models.PositiveIntegerField(_("Order"), default=0)
    version = models.PositiveIntegerField(default=1, editable=False)
    retired_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects: ClassVar[Any] = PhraseQuerySet.as_manager()

    class Meta(Guarded.Meta):
        abstract = False
        verbose_name = _("Canned phrase")
        constraints = [models.CheckConstraint(name="phrase_of_unit_or_person", condition=Q(unit=None) | Q(user=None))]
        indexes = [models.Index(fields=["use", "place"], name="phrases_by_use")]

    def __str__(self) -> str:
        return self.text_en if get_language() == "en" and self.text_en else self.text_ja

    @classmethod
    def visible_q(cls, user: Any) -> Q:
        return Q(user=user) | Q(user=None) if user.is_staff else _for(user)

    @classmethod
    def editable_q(cls, user: Any) -> Q:
        """One's own; an administrator also changes those of the company and of units."""
        return Q(user=user) | Q(user=None) if user.is_staff else Q(user=user)


class ContactTemplateQuerySet(GuardedQuerySet):
    def in_order(self) -> Self:
        """Return one's own before those for everybody, each in the order their owner gave them."""
        return self.order_by("shared", "place", "pk")

    def deleted_by(self, user: Any) -> Self:
        """Return the deleted templates that this user may bring back."""
        rows = self.for_the_house("nobody sees a deleted template but who may bring it back").exclude(retired_at=None)
        return rows.filter(ContactTemplate.editable_q(user)) if user.is_authenticated and user.is_active else rows.none()


class ContactTemplate(Guarded):
    """A named start for new records: words and settings, never a customer. One person's own, or offered to everybody."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name=_("Owner"))
    name = models.CharField(_("Template name"), max_length=60)
    shared = models.BooleanField(_("For everybody"), default=False)
    values = models.JSONField(default=dict)
    place = models.PositiveIntegerField(_("Order"), default=0)
    updated_at = models.DateTimeField(auto_now=True)
    retired_at = models.DateTimeField(null=True, editable=False)

    objects: ClassVar[Any] = ContactTemplateQuerySet.as_manager()

    class Meta(Guarded.Meta):
        abstract = False
        verbose_name = _("Template")
        indexes = [models.Index(fields=["owner", "place"], name="templates_of_owner")]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def visible_q(cls, user: Any) -> Q:
        return Q(retired_at=None) & (Q(owner=user) | Q(shared=True))

    @classmethod
    def editable_q(cls, user: Any) -> Q:
        return Q(owner=user) | (Q(shared=True) if user.is_staff else Q(pk=None))
