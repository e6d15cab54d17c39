from django.urls import path

from schedule import feeds

app_name = "schedule"
urlpatterns = [
    path("ical/<str:public_id>/<str:secret>/Setten.ics", feeds.feed, name="feed"),
]
