"""Addresses of the notification centre."""

from django.urls import path

from notifications import installed, preferences_views, views

app_name = "notifications"

urlpatterns = [
    path("", views.centre, name="list"),
    path("preferences/", preferences_views.preferences, name="preferences"),
    path("preferences/do-not-disturb/", preferences_views.do_not_disturb, name="do-not-disturb"),
    path("push/", installed.push, name="push"),
    path("reading/", views.read_all, name="reading"),
    path("<uuid:notification_id>/reading/", views.read, name="read"),
]
