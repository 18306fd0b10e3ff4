"""Static files under hashed names, ES module imports included."""

from django.contrib.staticfiles.storage import ManifestStaticFilesStorage, StaticFilesStorage

__all__ = ["HashedStaticFiles", "StaticFilesStorage"]


class HashedStaticFiles(ManifestStaticFilesStorage):
    """Files may be cached for ever: a new content is a new name."""

    support_js_module_import_aggregation = True
