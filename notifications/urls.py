"""Addresses of the notification centre."""

from django.urls import path

from notifications import installed, views

app_name = "notifications"

urlpatterns = [
    path("", views.centre, name="list"),
    path("push/", installed.push, name="push"),
    path("reading/", views.read_all, name="reading"),
    path("<uuid:notification_id>/reading/", views.read, name="read"),
]
