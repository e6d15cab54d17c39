"""Where pages find their files."""

from django.core.files.storage import FileSystemStorage
from whitenoise.storage import CompressedManifestStaticFilesStorage


class Storage(CompressedManifestStaticFilesStorage):
    """Names with a hash once files were collected; before that (development) the plain names of the sources."""

    def url(self, name: str | None, force: bool = False) -> str:
        return super().url(name, force) if self.hashed_files else FileSystemStorage.url(self, name)
