"""Time every page of the demo company against a bare Django view that returns the same bytes.

Usage: DATA_DIR=... python -m bench.pages [rounds]. Needs the demo company (`manage.py demo`).
"""

from __future__ import annotations

import os
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
import django

django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402
from django.http import HttpRequest, HttpResponse  # noqa: E402
from django.test import Client, override_settings  # noqa: E402
from django.urls import path, reverse  # noqa: E402
from django.utils import timezone  # noqa: E402

from contacts.models import ContactPoint  # noqa: E402
from crm.demo.logins import LOGINS  # noqa: E402
from crm.models import Customer, Deal, User  # noqa: E402
from schedule.models import Appointment  # noqa: E402

_body = b""


def bare(_request: HttpRequest) -> HttpResponse:
    return HttpResponse(_body)


urlpatterns = [path("bare", bare)]


def addresses(viewer: User) -> dict[str, str]:
    contact = ContactPoint.objects.visible_to(viewer).registered().exclude(customer=None).newest_first()[0]
    customer = Customer.objects.visible_to(viewer).get(pk=contact.customer_id)
    appointment, deal = Appointment.objects.visible_to(viewer).in_time_order()[0], Deal.objects.visible_to(viewer).first()
    month = f"{timezone.now():%Y-%m}"
    return {
        "home": reverse("home"),
        "history": reverse("contacts:list"),
        "history, two words": reverse("contacts:list") + "?q=見積 納期",
        "record": reverse("contacts:detail", args=[contact.pk]),
        "new record": reverse("contacts:new"),
        "customers": reverse("crm:customers"),
        "customer": reverse("crm:customer", args=[customer.pk]),
        "its timeline": reverse("contacts:list") + f"?view=timeline&customer={customer.pk}",
        "people": reverse("crm:people"),
        "deals": reverse("crm:deals"),
        "deal": reverse("crm:deal", args=[deal.pk]),
        "calendar": reverse("schedule:calendar"),
        "calendar, month of all": f"{reverse('schedule:events')}?start={month}-01T00:00:00Z&end={month}-28T00:00:00Z&who=team",
        "appointment": reverse("schedule:detail", args=[appointment.pk]),
        "reading list": reverse("reports:inbox"),
        "notices": reverse("reports:notices"),
        "api contacts": "/api/v1/contacts/",
        "api customers": "/api/v1/customers/",
    }


def median_ms(call: Callable[[], Any], rounds: int) -> float:
    spent = []
    for _round in range(rounds):
        began = time.perf_counter()
        call()
        spent.append((time.perf_counter() - began) * 1000)
    return statistics.median(spent)


def main() -> None:
    global _body
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 30
    settings.ALLOWED_HOSTS = ["*"]
    viewer = User.objects.get(code=LOGINS[0].code)
    client = Client(HTTP_HOST="localhost")
    client.force_login(viewer)
    print(f"{'page':<26}{'status':>7}{'queries':>9}{'bytes':>10}{'ms':>9}{'bare ms':>9}{'ratio':>7}")
    for name, address in addresses(viewer).items():
        client.get(address)
        queries: list[str] = []
        with connection.execute_wrapper(lambda execute, sql, *rest, queries=queries: queries.append(sql) or execute(sql, *rest)):
            answer = client.get(address)
        took = median_ms(lambda address=address: client.get(address), rounds)
        _body = answer.content
        with override_settings(ROOT_URLCONF="bench.pages", MIDDLEWARE=[]):
            naked = median_ms(lambda: client.get("/bare"), rounds)
        print(f"{name:<26}{answer.status_code:>7}{len(queries):>9}{len(answer.content):>10}{took:>9.1f}{naked:>9.2f}{took / naked:>7.0f}")


if __name__ == "__main__":
    main()
