"""The agents' desk, in the admin."""

from django.contrib import admin
from django.urls import path

from helpline import desk_views as views

app_name = "desk"

urlpatterns = [
    path("", admin.site.admin_view(views.desk), name="home"),
    path("<int:number>/", admin.site.admin_view(views.ticket), name="ticket"),
]
