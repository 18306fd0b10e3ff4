"""The addresses of conversations."""

from django.urls import path

from chat import views

app_name = "chat"

urlpatterns = [
    path("", views.conversations, name="list"),
    path("<uuid:conversation_id>/", views.conversation, name="conversation"),
    path("<uuid:conversation_id>/muting/", views.muting, name="muting"),
    path("to/<slug:slug>/", views.first_message, name="with"),
]
