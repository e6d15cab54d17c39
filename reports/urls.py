"""Addresses of what is told."""

from django.urls import path

from reports.views import exports, mails, notices, reading

app_name = "reports"
urlpatterns = [
    path("contacts/export.csv", exports.contacts_csv, name="contacts_csv"),
    path("reports/", reading.inbox, name="inbox"),
    path("reports/told/", reading.told, name="told"),
    path("reports/<uuid:contact>/", reading.read, name="read"),
    path("reports/<uuid:contact>/mark-read", reading.mark_read, name="mark_read"),
    path("reports/<uuid:contact>/reply", reading.reply, name="reply"),
    path("reports/<uuid:contact>/confirm", reading.confirm, name="confirm"),
    path("reports/replies/<int:reply>/take-back", reading.take_back, name="take_back"),
    path("sent-mail/", mails.sent_mail, name="sent_mail"),
    path("sent-mail/<int:mail>/", mails.sent_mail_read, name="sent_mail_read"),
    path("sent-mail/<int:mail>/html", mails.sent_mail_html, name="sent_mail_html"),
    path("deliveries/", mails.deliveries, name="deliveries"),
    path("deliveries/<int:promise>/retry", mails.delivery_retry, name="delivery_retry"),
    path("notices/", notices.notices, name="notices"),
    path("notices/read", notices.notices_read, name="notices_read"),
    path("notices/<int:notice>/open", notices.notice_open, name="notice_open"),
]
