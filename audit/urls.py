"""The address of one's own access log."""

from django.urls import path

from audit import views

app_name = "audit"

urlpatterns = [path("me/access/", views.own, name="own")]
