"""A verb of a model as an endpoint of its API."""

from collections.abc import Callable
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer


def verb(
    carry_out: Callable[..., object],
    *,
    name: str,
    summary: str,
    serializer: type[BaseSerializer[Any]],
) -> Any:
    """`POST …/<name>/`: carries it out by whoever asks, and answers how the row then stands."""

    def endpoint(self: Any, request: Request, pk: str) -> Response:
        carry_out(self.get_object(), by=request.user)
        return Response(self.get_serializer(self.get_object()).data)

    endpoint.__name__ = name
    documented = extend_schema(summary=summary, request=None, responses=serializer)
    return action(detail=True, methods=["post"])(documented(endpoint))
