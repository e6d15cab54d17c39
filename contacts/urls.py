"""Addresses of this room."""

from django.urls import path

from contacts import views

app_name = "contacts"
urlpatterns = [
    path("contacts/", views.contact_list, name="list"),
    path("contacts/new", views.contact_new, name="new"),
    path("contacts/drafts/", views.contact_drafts, name="drafts"),
    path("contacts/bin/", views.contact_bin, name="bin"),
    path("contacts/<uuid:contact>/", views.contact_detail, name="detail"),
    path("contacts/<uuid:contact>/edit", views.contact_edit, name="edit"),
    path("contacts/<uuid:contact>/delete", views.contact_delete, name="delete"),
    path("contacts/<uuid:contact>/restore", views.contact_restore, name="restore"),
    path("contacts/<uuid:contact>/send-again", views.contact_send_again, name="send_again"),
    path("contacts/<uuid:contact>/readers", views.contact_readers, name="readers"),
    path("contacts/<uuid:contact>/older", views.contact_older, name="older"),
    path("contacts/<uuid:contact>/newer", views.contact_newer, name="newer"),
]
