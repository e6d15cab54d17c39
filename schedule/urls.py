"""Addresses of the calendar, of appointments, and of the links that calendar apps read."""

from django.urls import path

from schedule import feeds
from schedule.views import appointments, calendar
from schedule.views import feeds as links

app_name = "schedule"

urlpatterns = [
    path("schedule/", calendar.calendar, name="calendar"),
    path("schedule/events", calendar.events, name="events"),
    path("schedule/upcoming", calendar.upcoming, name="upcoming"),
    path("schedule/new", appointments.appointment_new, name="new"),
    path("schedule/feeds/", links.feeds, name="feeds"),
    path("schedule/feeds/new", links.feed_new, name="feed_new"),
    path("schedule/feeds/<int:feed>/revoke", links.feed_revoke, name="feed_revoke"),
    path("schedule/<uuid:appointment>/", appointments.appointment_detail, name="detail"),
    path("schedule/<uuid:appointment>/edit", appointments.appointment_edit, name="edit"),
    path("schedule/<uuid:appointment>/move", calendar.move_appointment, name="move"),
    path("schedule/<uuid:appointment>/cancel", appointments.appointment_cancel, name="cancel"),
    path("schedule/<uuid:appointment>/reopen", appointments.appointment_reopen, name="reopen"),
    path("schedule/<uuid:appointment>/delete", appointments.appointment_delete, name="delete"),
    path("schedule/<uuid:appointment>/deleted", appointments.appointment_deleted, name="deleted"),
    path("schedule/<uuid:appointment>/restore", appointments.appointment_restore, name="restore"),
    path("ical/<str:public_id>/<str:secret>/Setten.ics", feeds.feed, name="feed"),
]
