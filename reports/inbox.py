"""Reports as their readers and their writers list them."""

from __future__ import annotations

from typing import Any

from django.db.models import Case, Exists, OuterRef, Prefetch, Q, QuerySet, Subquery, UUIDField, Value, When
from django.db.models.functions import Coalesce

from contacts.models import ContactPoint, Reply, ReportRecipient
from crm.models import Customer, Outbox, User
from crm.outbox import failed

# Unread ones stand on top, in each part the newest first.
UNREAD_FIRST = ["-is_unread", "-notified_at", "-pk"]
FACES = ("contact__owner", "contact__owner_unit", "contact__method", "contact__summary", "contact__result")


def for_list(rows: Any, viewer: User) -> Any:
    """Bring along what the reading list shows of each report."""
    answers = Reply.objects.visible_to(viewer).filter(author=viewer, contact=OuterRef("contact"))
    unread = Case(When(first_read_at=None, then=Value(1)), default=Value(0))
    customers = Prefetch("contact__customer", queryset=Customer.objects.visible_to(viewer))
    return rows.annotate(is_unread=unread, answered=Exists(answers)).select_related(*FACES).prefetch_related(customers)


def saying(rows: Any, viewer: User, words: list[str]) -> Any:
    """Keep the reports that hold every folded word: in the record, in the customer's name as far as the viewer may see it, in the owner's."""
    for word in words:
        firms = Customer.objects.visible_to(viewer).matching([word]).values("pk")
        owners = User.objects.matching([word]).values("pk")
        rows = rows.filter(Q(contact__search_text__contains=word) | Q(contact__customer__in=firms) | Q(contact__owner__in=owners))
    return rows


def with_neighbours(contacts: Any, viewer: User) -> Any:
    """Add to records when they were reported to and confirmed by this viewer, and the unread reports `following` and `before` in the reading list.

    After the last one comes the first again.
    """
    told = ReportRecipient.objects.told_to(viewer)
    others = told.unread().exclude(contact=OuterRef("pk"))
    older = others.filter(notified_at__lte=OuterRef("reported_at")).order_by("-notified_at", "-pk")
    newer = others.filter(notified_at__gt=OuterRef("reported_at"))
    mine = told.filter(contact=OuterRef("pk"))
    own = {"reported_at": Subquery(mine.values("notified_at")[:1]), "confirmed_at": Subquery(mine.values("confirmed_at")[:1])}
    return contacts.annotate(**own).annotate(
        following=Coalesce(_first(older, "-notified_at", "-pk"), _first(newer, "-notified_at", "-pk")),
        before=_first(newer, "notified_at", "pk"),
    )


def _first(rows: Any, *order: str) -> Subquery:
    # Said outright: SQLite gives the key back as it stores it unless it is told what a key is.
    return Subquery(rows.order_by(*order).values("contact")[:1], output_field=UUIDField())


def told_by(user: User) -> Any:
    """Return the records that this user owns or wrote and that were reported to somebody, with readers and answers."""
    told = ReportRecipient.objects.visible_to(user).exclude(notified_at=None)
    recipients = Prefetch("recipients", queryset=told.select_related("user").order_by("pk"))
    replies = Prefetch("replies", queryset=Reply.objects.visible_to(user).select_related("author").order_by("pk"))
    mine = ContactPoint.objects.visible_to(user).registered().filter(Q(owner=user) | Q(recorder=user))
    rows = mine.filter(Exists(told.filter(contact=OuterRef("pk"))))
    return rows.with_faces(user).prefetch_related(recipients, replies)


def undelivered(recipients: list[ReportRecipient]) -> set[int]:
    """Return the recipients whose mail was given up."""
    rows: QuerySet[Outbox] = failed().filter(topic__in=["report.mail", "again.mail"], key__in=[str(row.pk) for row in recipients])
    return {int(key) for key in rows.values_list("key", flat=True)}
