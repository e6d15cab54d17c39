"""Addresses of customers, people, deals, staff and settings."""

from django.urls import path

from crm.views import customers, deals, people, suggest

app_name = "crm"

CUSTOMERS = [
    path("customers/", customers.customer_list, name="customers"),
    path("customers/new", customers.customer_new, name="customer_new"),
    path("customers/suggest", suggest.customer_suggest, name="customer_suggest"),
    path("customers/twins", customers.customer_twins, name="customer_twins"),
    path("customers/<uuid:customer>/", customers.customer_detail, name="customer"),
    path("customers/<uuid:customer>/edit", customers.customer_edit, name="customer_edit"),
    path("customers/<uuid:customer>/readers", customers.customer_readers, name="customer_readers"),
    path("customers/<uuid:customer>/retire", customers.customer_retire, name="customer_retire"),
    path("customers/<uuid:customer>/restore", customers.customer_restore, name="customer_restore"),
]
PEOPLE = [
    path("people/", people.person_list, name="people"),
    path("people/new", people.person_new, name="person_new"),
    path("people/departments", people.person_departments, name="person_departments"),
    path("people/suggest", suggest.person_suggest, name="person_suggest"),
    path("people/<uuid:person>/", people.person_detail, name="person"),
    path("people/<uuid:person>/edit", people.person_edit, name="person_edit"),
    path("people/<uuid:person>/retire", people.person_retire, name="person_retire"),
    path("people/<uuid:person>/restore", people.person_restore, name="person_restore"),
]
DEALS = [
    path("deals/", deals.deal_list, name="deals"),
    path("deals/new", deals.deal_new, name="deal_new"),
    path("deals/suggest", suggest.deal_suggest, name="deal_suggest"),
    path("deals/<uuid:deal>/", deals.deal_detail, name="deal"),
    path("deals/<uuid:deal>/edit", deals.deal_edit, name="deal_edit"),
    path("deals/<uuid:deal>/readers", deals.deal_readers, name="deal_readers"),
    path("deals/<uuid:deal>/stage", deals.deal_stage, name="deal_stage"),
    path("deals/<uuid:deal>/retire", deals.deal_retire, name="deal_retire"),
    path("deals/<uuid:deal>/restore", deals.deal_restore, name="deal_restore"),
]
STAFF = [
    path("staff/suggest", suggest.user_suggest, name="user_suggest"),
    path("staff/audience", suggest.audience_suggest, name="audience_suggest"),
    path("staff/units/suggest", suggest.unit_suggest, name="unit_suggest"),
]

urlpatterns = [*CUSTOMERS, *PEOPLE, *DEALS, *STAFF]
