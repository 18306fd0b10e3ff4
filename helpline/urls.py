"""Help: answers, tickets, live chat and emergencies."""

from django.urls import path

from helpline import views

app_name = "helpline"

urlpatterns = [
    path("", views.home, name="home"),
    path("articles/<slug:slug>/", views.article, name="article"),
    path("tickets/<int:number>/", views.ticket, name="ticket"),
]
