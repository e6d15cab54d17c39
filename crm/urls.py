"""Addresses of customers, people, deals, staff and settings."""

from django.urls import path

from crm.views import customers, deals, people, settings, staff, suggest, units

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
    path("staff/", staff.staff_list, name="staff"),
    path("staff/new", staff.user_new, name="user_new"),
    path("staff/suggest", suggest.user_suggest, name="user_suggest"),
    path("staff/audience", suggest.audience_suggest, name="audience_suggest"),
    path("staff/<int:user>/", staff.user_detail, name="user"),
    path("staff/<int:user>/edit", staff.user_edit, name="user_edit"),
    path("staff/<int:user>/leave", staff.user_leave, name="user_leave"),
    path("staff/<int:user>/posts/new", staff.post_new, name="post_new"),
    path("staff/posts/<int:post>/", staff.post_edit, name="post_edit"),
    path("staff/units/", units.unit_list, name="units"),
    path("staff/units/new", units.unit_new, name="unit_new"),
    path("staff/units/suggest", suggest.unit_suggest, name="unit_suggest"),
    path("staff/units/<int:unit>/", units.unit_edit, name="unit_edit"),
    path("staff/groups/", units.group_list, name="groups"),
    path("staff/groups/new", units.group_new, name="group_new"),
    path("staff/groups/<int:group>/", units.group_edit, name="group_edit"),
    path("staff/delegations/", units.delegation_list, name="delegations"),
    path("staff/delegations/new", units.delegation_new, name="delegation_new"),
    path("staff/delegations/<int:delegation>/end", units.delegation_end, name="delegation_end"),
]
SETTINGS = [
    path("settings/", settings.profile, name="settings"),
    path("settings/tokens/", settings.token_list, name="tokens"),
    path("settings/tokens/new", settings.token_new, name="token_new"),
    path("settings/tokens/<int:token>/revoke", settings.token_revoke, name="token_revoke"),
    path("settings/choices/", settings.choice_lists, name="choices"),
    path("settings/choices/<slug:code>/", settings.choice_list, name="choice_list"),
    path("settings/choices/<slug:code>/order", settings.choice_order, name="choice_order"),
    path("settings/choices/<slug:code>/<int:choice>/", settings.choice_edit, name="choice_edit"),
    path("settings/choices/<slug:code>/<int:choice>/retire", settings.choice_retire, name="choice_retire"),
    path("settings/choices/<slug:code>/<int:choice>/restore", settings.choice_restore, name="choice_restore"),
    path("settings/choices/<slug:code>/<int:choice>/<slug:way>", settings.choice_move, name="choice_move"),
]

urlpatterns = [*CUSTOMERS, *PEOPLE, *DEALS, *STAFF, *SETTINGS]
