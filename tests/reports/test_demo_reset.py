"""Throwing the demo company away and founding it anew."""

from __future__ import annotations

import io

import pytest
from django.core.management import call_command

from contacts.models import ContactPoint
from crm.visibility import house_eyes


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_reset_founds_the_same_company_anew(settings):
    settings.DEMO = True
    call_command("demo", stdout=io.StringIO())
    with house_eyes("the test looks at everything"):
        before = set(ContactPoint.objects.values_list("pk", "number"))
        ContactPoint.objects.all().delete()

    call_command("demo", "--reset", "--yes", stdout=io.StringIO())

    with house_eyes("the test looks at everything"):
        assert set(ContactPoint.objects.values_list("pk", "number")) == before
