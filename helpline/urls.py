"""Help: answers, tickets and live chat."""

from django.urls import include, path

from helpline import chat_views, diagnostics, ticket_views, views

app_name = "helpline"

urlpatterns = [
    path("", views.home, name="home"),
    path("articles/", views.articles, name="articles"),
    path("emergency/", include("helpline.emergency_urls")),
    path("check/", diagnostics.check, name="check"),
    path("check/report/", diagnostics.report, name="check-report"),
    path("check/relay/", diagnostics.relay_trial, name="check-relay"),
    path("articles/<slug:slug>/", views.article, name="article"),
    path("articles/<slug:slug>/helpfulness/", views.helpfulness, name="helpfulness"),
    path("suggestions/", views.suggestions, name="suggestions"),
    path("chat/", chat_views.chat, name="chat"),
    path("tickets/", ticket_views.tickets, name="tickets"),
    path("tickets/new/", ticket_views.new, name="new"),
    path("tickets/<int:number>/", ticket_views.ticket, name="ticket"),
    path("tickets/<int:number>/resolution/", ticket_views.resolution, name="resolution"),
    path("tickets/<int:number>/reopening/", ticket_views.reopening, name="reopening"),
    path("tickets/<int:number>/rating/", ticket_views.rating, name="rating"),
]
