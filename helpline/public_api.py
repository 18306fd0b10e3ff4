"""What anyone may read of the helpline by program: the categories, and the answers."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import mixins, serializers, viewsets
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import AnonRateThrottle

from helpline.models import Article, Category
from helpline.searching import search


class CategorySerializer(serializers.Serializer[Any]):
    """What a ticket or an answer is about."""

    slug = serializers.SlugField()
    name = serializers.CharField()


class ArticleSerializer(serializers.Serializer[Any]):
    """One question and its answer; the text is plain, with the few marks that docs name."""

    slug = serializers.SlugField()
    category = CategorySerializer()
    title = serializers.CharField()
    body = serializers.CharField()
    updated_at = serializers.DateTimeField()


@extend_schema_view(list=extend_schema(summary="The categories in which one can ask"))
class CategoryViewSet(mixins.ListModelMixin, viewsets.GenericViewSet[Category]):
    """What a new ticket can be about; anyone may read it."""

    queryset = Category.objects.none()
    serializer_class = CategorySerializer
    permission_classes = [AllowAny]
    throttle_classes = [AnonRateThrottle]
    ordering = ("order", "name")

    def get_queryset(self) -> Any:
        return Category.objects.offered()


WORDS = OpenApiParameter("q", OpenApiTypes.STR, description="Only answers with all of these words.")


@extend_schema_view(retrieve=extend_schema(summary="One answer"))
class ArticleViewSet(
    mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Article]
):
    """The answers that are published; anyone may read them."""

    queryset = Article.objects.none()
    serializer_class = ArticleSerializer
    permission_classes = [AllowAny]
    throttle_classes = [AnonRateThrottle]
    lookup_field = "slug"
    lookup_value_regex = "[-a-zA-Z0-9_]+"  # PostgreSQL takes no NUL
    ordering = ("slug",)

    def get_queryset(self) -> Any:
        return Article.objects.published().select_related("category")

    @extend_schema(summary="Answers, or those with these words", parameters=[WORDS])
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """A search gives the first twenty."""
        words = request.query_params.get("q", "").replace("\0", "").strip()[:100]
        if not words:
            return super().list(request, *args, **kwargs)
        page = {"next": None, "previous": None}
        found = ArticleSerializer(search(words), many=True).data
        return Response(page | {"results": found})


ROUTES: list[tuple[str, Any, str]] = [
    ("categories", CategoryViewSet, "category"),
    ("articles", ArticleViewSet, "article"),
]
urlpatterns: list[Any] = []
