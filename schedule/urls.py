"""Addresses of the calendar, of appointments, and of the links that calendar apps read."""

from django.urls import path

from schedule import feeds
from schedule.views import appointments, calendar, changes, facilities, layouts, suggest
from schedule.views import feeds as links

app_name = "schedule"

urlpatterns = [
    path("schedule/", calendar.calendar, name="calendar"),
    path("schedule/events", calendar.events, name="events"),
    path("schedule/upcoming", calendar.upcoming, name="upcoming"),
    path("schedule/suggest", suggest.appointment_suggest, name="appointment_suggest"),
    path("schedule/new", appointments.appointment_new, name="new"),
    path("schedule/facilities", facilities.facility_day, name="facilities"),
    path("schedule/facilities/free", facilities.facility_free, name="free"),
    path("settings/layouts/appointment/preview", layouts.layout_preview, name="layout_preview"),
    path("settings/facilities/", facilities.facility_list, name="facility_list"),
    path("settings/facilities/order", facilities.facility_order, name="facility_order"),
    path("settings/facilities/<int:facility>/", facilities.facility_edit, name="facility_edit"),
    path("settings/facilities/<int:facility>/retire", facilities.facility_retire, name="facility_retire"),
    path("settings/facilities/<int:facility>/restore", facilities.facility_restore, name="facility_restore"),
    path("settings/facilities/<int:facility>/<slug:way>", facilities.facility_move, name="facility_move"),
    path("schedule/feeds/", links.feeds, name="feeds"),
    path("schedule/feeds/new", links.feed_new, name="feed_new"),
    path("schedule/feeds/<int:feed>/revoke", links.feed_revoke, name="feed_revoke"),
    path("schedule/<uuid:appointment>/", appointments.appointment_detail, name="detail"),
    path("schedule/<uuid:appointment>/edit", appointments.appointment_edit, name="edit"),
    path("schedule/<uuid:appointment>/changes", changes.appointment_changes, name="changes"),
    path("schedule/<uuid:appointment>/move", calendar.move_appointment, name="move"),
    path("schedule/<uuid:appointment>/cancel", appointments.appointment_cancel, name="cancel"),
    path("schedule/<uuid:appointment>/reopen", appointments.appointment_reopen, name="reopen"),
    path("schedule/<uuid:appointment>/delete", appointments.appointment_delete, name="delete"),
    path("schedule/<uuid:appointment>/deleted", appointments.appointment_deleted, name="deleted"),
    path("schedule/<uuid:appointment>/restore", appointments.appointment_restore, name="restore"),
    path("ical/<str:public_id>/<str:secret>/Setten.ics", feeds.feed, name="feed"),
]
