"""Where answers are written: with a preview of exactly what readers will see."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from helpline.models import Article


class ArticleForm(forms.ModelForm):
    """The answer is plain text with a few marks; it is never HTML."""

    class Meta:
        model = Article
        fields = ["title", "slug", "category", "keywords", "body", "is_published", "order"]
        help_texts = {
            "body": _(
                "Plain text. A blank line begins a paragraph, “- ” or “1. ” an item of a list; "
                "[words](address) is a link."
            ),
            "is_published": _("Until then it is a draft that only you see here."),
        }
        widgets = {"body": forms.Textarea(attrs={"rows": 24, "cols": 90})}


@admin.register(Article)
class ArticleAdmin(admin.ModelAdmin):
    """Drafts and published answers, with how often they have helped."""

    form = ArticleForm
    change_form_template = "admin/helpline/article/change_form.html"
    list_display = ["title", "category", "is_published", "helped", "missed", "updated_at"]
    list_filter = ["is_published", "category"]
    search_fields = ["title", "keywords", "body"]
    prepopulated_fields = {"slug": ["title"]}
    list_select_related = ["category"]

    def get_urls(self) -> list[URLPattern]:
        """With the page of the preview."""
        view = self.admin_site.admin_view(require_POST(self.preview))
        return [path("preview/", view, name="helpline_article_preview"), *super().get_urls()]

    def preview(self, request: HttpRequest) -> HttpResponse:
        """The page of the article as it stands in the form, with nothing of it saved."""
        if not (self.has_add_permission(request) or self.has_change_permission(request)):
            return HttpResponse(status=403)
        form = ArticleForm(request.POST)
        form.is_valid()  # half an article is shown as well; that is what a preview is for
        written = {name: form.cleaned_data.get(name) for name in ("title", "category")}
        body = request.POST.get("body", "").replace("\0", "")
        shown = Article(**written, slug="preview", body=body)
        context = {"article": shown, "is_preview": True}
        return render(request, "helpline/article.html", context)

    def save_model(self, request: HttpRequest, obj: Article, form: Any, change: bool) -> None:
        """What readers see has changed now; the counts are not the form's to write."""
        obj.updated_at = timezone.now()
        names = [*form.Meta.fields, "updated_at"] if change else None
        obj.save(update_fields=names)
