"""Help: answers, tickets, live chat and emergencies."""

from django.urls import include, path

from helpline import views

app_name = "helpline"

urlpatterns = [
    path("", views.home, name="home"),
    path("emergency/", include("helpline.emergency_urls")),
    path("articles/<slug:slug>/", views.article, name="article"),
    path("tickets/<int:number>/", views.ticket, name="ticket"),
]
