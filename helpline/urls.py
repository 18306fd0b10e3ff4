"""Help: answers, tickets, live chat and emergencies."""

from django.urls import path

from helpline import diagnostics, views

app_name = "helpline"

urlpatterns = [
    path("", views.home, name="home"),
    path("check/", diagnostics.check, name="check"),
    path("check/report/", diagnostics.report, name="check-report"),
    path("check/relay/", diagnostics.relay_trial, name="check-relay"),
    path("articles/<slug:slug>/", views.article, name="article"),
    path("tickets/<int:number>/", views.ticket, name="ticket"),
]
