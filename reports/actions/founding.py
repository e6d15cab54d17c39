"""Founding the demo company in an empty house, and telling its newest reports."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from contacts.models import Reply, ReportRecipient
from crm.demo import logins, plan
from crm.demo.company import found
from crm.models import User
from crm.outbox import promise_each
from crm.visibility import house_eyes
from reports.demo.calendar import bring_appointments
from reports.demo.clientele import bring_customers, bring_deals, bring_people
from reports.demo.desk_work import bring_facilities, bring_requests
from reports.demo.history import bring_contacts
from reports.demo.holdings import bring_holdings
from reports.demo.items import bring_items
from reports.demo.settle import settle
from reports.demo.strategies import bring_infos, bring_strategies
from reports.demo.talk import bring_talk

FRESH = timedelta(days=5)


class HouseInUse(Exception):
    """There are people in this database: the demo company is founded in an empty one only."""


@transaction.atomic
def found_demo(*, now: datetime) -> plan.DemoCompany:
    """Found the demo company as of this day: a year of records behind it, two weeks of appointments ahead.

    Nothing is promised for what lies behind. Raises HouseInUse if anybody is there already.
    """
    if User.objects.exists():
        raise HouseInUse
    today = timezone.localdate(now)
    company = found(today=today)
    with house_eyes("the demo company is founded in an empty house"):
        cast = settle(company, today)
        bring_customers(cast, company)
        bring_people(cast, company)
        bring_deals(cast, company)
        bring_holdings(cast, company)
        bring_contacts(cast, company, bring_appointments(cast, company, now))
        bring_strategies(cast, company)
        bring_infos(cast, company)
        bring_talk(cast, now)
        bring_facilities()
        bring_requests(now)
        bring_items(cast)
    return company


@transaction.atomic
def tell_news(*, now: datetime) -> int:
    """Promise mail and notice of the newest unread reports, and of the newest answers to the seller one logs in as.

    Return how many promises were made.
    """
    why = "the demo tells its newest reports as if they had just been made"
    unread = ReportRecipient.objects.for_the_house(why).filter(first_read_at=None, notified_at__gte=now - FRESH)
    answers = Reply.objects.for_the_house(why).filter(contact__owner__code=logins.SELLER, created_at__gte=now - 2 * FRESH)
    promises = [(f"report.{way}", pk) for pk in unread.order_by("pk").values_list("pk", flat=True) for way in ("mail", "notice")]
    promises += [(f"reply.{way}", pk) for pk in answers.order_by("pk").values_list("pk", flat=True) for way in ("mail", "notice")]
    promise_each(promises)
    return len(promises)
