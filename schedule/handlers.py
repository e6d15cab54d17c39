"""Outbox topics of this room: what calendars have to follow."""

from __future__ import annotations

from uuid import UUID

from django.utils import timezone

from crm.models import Outbox
from schedule.actions.following import follow_choice, follow_customer, follow_deal, follow_lost_seat


def customer_changed(row: Outbox) -> None:
    follow_customer(customer_id=UUID(row.key), now=timezone.now())


def deal_changed(row: Outbox) -> None:
    follow_deal(deal_id=UUID(row.key), now=timezone.now())


def choice_changed(row: Outbox) -> None:
    choice, _colon, after = row.key.partition(":")
    follow_choice(choice_id=int(choice), after=UUID(after) if after else None, now=timezone.now())


def seat_lost(row: Outbox) -> None:
    user, group = row.key.split(":")
    follow_lost_seat(user_id=int(user), group_id=int(group), now=timezone.now())
