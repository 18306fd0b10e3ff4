"""The addresses of the sockets; the subject is in the URL."""

from django.urls import path, re_path

from calls.consumers import CallSocket
from chat.consumers import ConversationSocket
from dashboard.consumers import MeSocket
from helpline.consumers import DeskSocket
from telemed.consumers import NoSuchSocket

websocket_urlpatterns = [
    path("ws/me/", MeSocket.as_asgi()),
    path("ws/conversations/<uuid:conversation_id>/", ConversationSocket.as_asgi()),
    path("ws/calls/<uuid:call_id>/", CallSocket.as_asgi()),
    path("ws/desk/", DeskSocket.as_asgi()),
    path("ws/desk/<int:number>/", DeskSocket.as_asgi()),
    re_path(r"", NoSuchSocket.as_asgi()),
]
