"""Tasks of the timetable."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from contacts.actions import purging
from contacts.actions.files import clear_loose_files
from crm.tasks import in_batches


@shared_task(ignore_result=True)
def clear_files(**_later: object) -> int:
    """Forget files that nobody saved with a record."""
    return clear_loose_files(now=timezone.now())


@shared_task(ignore_result=True)
def empty_bins(**_later: object) -> int:
    """Delete for good what has lain in the bin, or was begun and forgotten, for long enough."""
    return sum(in_batches(act) for act in (purging.empty_bin, purging.clear_unsaved, purging.clear_removed_comments))
