"""Static files under hashed names, ES module imports included, without their comments."""

import re
from collections.abc import Iterator
from typing import Any

from django.contrib.staticfiles.storage import ManifestStaticFilesStorage, StaticFilesStorage
from django.core.files.base import ContentFile

__all__ = ["HashedStaticFiles", "StaticFilesStorage"]

COMMENT = re.compile(r"^[ \t]*(?:/\*.*?\*/[ \t]*|//[^\n]*)\n", re.DOTALL | re.MULTILINE)


class HashedStaticFiles(ManifestStaticFilesStorage):
    """Files may be cached for ever: a new content is a new name.

    The types and reasons that we write in comments are a quarter of what a phone would load,
    so comments that have lines to themselves are left out of the collected copies.
    """

    support_js_module_import_aggregation = True
    max_post_process_passes = 10

    def post_process(
        self, paths: dict[str, Any], dry_run: bool = False, **options: Any
    ) -> Iterator[Any]:
        """Hashes what is left when the comments are gone."""
        bare = {name: (self, name) for name in paths if self._is_ours(name)}
        if not dry_run:
            for name in bare:
                self._drop_comments(name)
        yield from super().post_process(paths | bare, dry_run, **options)

    def _is_ours(self, name: str) -> bool:
        return name.startswith(("css/", "js/")) and name.endswith((".css", ".js"))

    def _drop_comments(self, name: str) -> None:
        with self.open(name) as file:
            text = file.read().decode()
        self.delete(name)
        self.save(name, ContentFile(COMMENT.sub("", text).encode()))
