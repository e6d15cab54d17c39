"""Addresses of customers, people, deals, staff and settings."""

from django.urls import path

from crm.views import suggest

app_name = "crm"

urlpatterns = [
    path("customers/suggest", suggest.customer_suggest, name="customer_suggest"),
    path("people/suggest", suggest.person_suggest, name="person_suggest"),
    path("deals/suggest", suggest.deal_suggest, name="deal_suggest"),
    path("staff/suggest", suggest.user_suggest, name="user_suggest"),
    path("staff/units/suggest", suggest.unit_suggest, name="unit_suggest"),
    path("staff/audience", suggest.audience_suggest, name="audience_suggest"),
]
