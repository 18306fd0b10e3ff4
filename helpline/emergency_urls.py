"""Emergencies: the button, and the page of one."""

from django.urls import path

from helpline import emergency_views as views
from helpline import handing_views as handing

urlpatterns = [
    path("", views.start, name="emergency-start"),
    path("<uuid:emergency_id>/", views.emergency, name="emergency"),
    path("<uuid:emergency_id>/details/", views.details, name="emergency-details"),
    path("<uuid:emergency_id>/taking/", views.taking, name="emergency-taking"),
    path("<uuid:emergency_id>/refusal/", views.refusal, name="emergency-refusal"),
    path("<uuid:emergency_id>/ringing/", views.ringing, name="emergency-ringing"),
    path("<uuid:emergency_id>/ending/", views.ending, name="emergency-ending"),
    path("<uuid:emergency_id>/outcome/", views.outcome, name="emergency-outcome"),
    path("<uuid:emergency_id>/offer/", handing.offer, name="emergency-offer"),
    path("<uuid:emergency_id>/withdrawal/", handing.withdrawal, name="emergency-withdrawal"),
    path("<uuid:emergency_id>/answer/", handing.answer_offer, name="emergency-answer"),
    path("<uuid:emergency_id>/review/", views.review, name="emergency-review"),
]
