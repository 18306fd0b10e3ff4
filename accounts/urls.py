"""The addresses of people."""

from django.urls import path

from accounts import sign_in_views, views

app_name = "accounts"

urlpatterns = [
    path("doctors/", views.directory, name="directory"),
    path("doctors/<slug:slug>/", views.doctor, name="doctor"),
    path("me/", views.profile, name="profile"),
    path("me/photo/", views.own_photo, name="own-photo"),
    path("me/photo/removal/", views.photo_removal, name="photo-removal"),
    path("me/sign-ins/", sign_in_views.sign_ins, name="sign-ins"),
    path("me/sign-ins/ending/", sign_in_views.ending_others, name="sign-ins-ending"),
    path("me/sign-ins/<uuid:sign_in_id>/ending/", sign_in_views.ending, name="sign-in-ending"),
    path("people/<uuid:public_id>/photo/", views.photo, name="photo"),
]
