"""The shared cache's table. Django's own command would make it outside the migrations, one more step to forget."""

from django.db import models


class CacheRow(models.Model):
    cache_key = models.CharField(max_length=255, primary_key=True)
    value = models.TextField()
    expires = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.cache_key
