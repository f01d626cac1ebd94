"""The books: writes entries as the domain builds them. Nothing else writes postings."""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import insert
from sqlalchemy.orm import Session

from portal.domain.actors import Actor
from portal.domain.journal import Entry
from portal.domain.refs import new_ref
from portal.records.tables.book import JournalEntry, JournalPosting


def record(session: Session, entry: Entry, *, actor: Actor, now: datetime, zone: ZoneInfo) -> None:
    """Write one entry. It counts on the day in the shop's own zone. The same occasion of one source is refused."""
    entry_id = session.execute(
        insert(JournalEntry).returning(JournalEntry.id),
        {
            "ref": new_ref("JRN", 10),
            "occasion": entry.occasion.value,
            "source": entry.source,
            "happened_at": now,
            "effective_on": now.astimezone(zone).date(),
            "actor": str(actor),
            "claim_ref": entry.claim_ref,
            "dimensions": dict(entry.dimensions),
        },
    ).scalar_one()
    session.execute(
        insert(JournalPosting),
        [
            {
                "entry_id": entry_id,
                "account": posting.account.value,
                "amount_minor": posting.amount.minor,
                "currency": posting.amount.currency,
                "policy_class": posting.policy_class,
            }
            for posting in entry.postings
        ],
    )
