"""The addresses of people."""

from django.urls import path

from accounts import views

app_name = "accounts"

urlpatterns = [
    path("doctors/", views.directory, name="directory"),
    path("doctors/<slug:slug>/", views.doctor, name="doctor"),
    path("me/", views.profile, name="profile"),
    path("me/photo/", views.own_photo, name="own-photo"),
    path("me/photo/removal/", views.photo_removal, name="photo-removal"),
    path("people/<uuid:public_id>/photo/", views.photo, name="photo"),
]
