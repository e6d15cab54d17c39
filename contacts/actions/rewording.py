"""Records are found by the words of their summary: when those change, what they are found by is written anew."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from contacts.entry import says
from contacts.models import ContactPoint
from crm import outbox
from crm.japanese import searchable

BATCH = 500


@transaction.atomic
def reword_contacts(*, choice_id: int, after: UUID | None) -> None:
    """Renew the search text of the next records that bear this choice as their summary. The rest is promised again.

    after: the last record of the batch before.
    """
    rows = ContactPoint.objects.for_the_house("what a record is found by is no reader's look").filter(summary=choice_id)
    following = (rows.filter(pk__gt=after) if after else rows).select_related("summary").select_for_update(of=("self",))
    batch = list(following.order_by("pk")[:BATCH])
    for contact in batch:
        contact.search_text = searchable(*says(contact))
    rows.bulk_update(batch, ["search_text"], batch_size=100)
    if len(batch) == BATCH:
        outbox.promise("choice.contacts", f"{choice_id}:{batch[-1].pk}")
