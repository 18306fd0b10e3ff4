"""The addresses of calls."""

from django.urls import path

from calls import views

app_name = "calls"

urlpatterns = [
    path("", views.calls, name="list"),
    path("to/<slug:slug>/<slug:kind>/", views.confirm, name="with"),
    path("<uuid:call_id>/", views.call, name="call"),
    path("<uuid:call_id>/acceptance/", views.acceptance, name="acceptance"),
    path("<uuid:call_id>/refusal/", views.refusal, name="refusal"),
    path("<uuid:call_id>/cancellation/", views.cancellation, name="cancellation"),
    path("<uuid:call_id>/open-call/", views.open_call, name="open-call"),
    path("<uuid:call_id>/ending/", views.ending, name="ending"),
]
