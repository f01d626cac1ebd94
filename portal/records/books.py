"""The books: writes entries as the domain builds them. Nothing else writes postings."""

import json
from collections.abc import Sequence
from datetime import datetime
from string import Template
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from portal.domain.actors import Actor
from portal.domain.journal import Entry
from portal.domain.refs import new_ref
from portal.records.in_transaction import ask

# An entry without its postings is nothing, so both are parts of one statement, however many entries there are.
PARTS = """
  entered AS (
    INSERT INTO journal_entries (ref, occasion, source, happened_at, effective_on, actor, claim_ref, dimensions,
      reverses_id)
    SELECT ref, occasion, source, %(booked_at)s, %(effective_on)s, %(booked_by)s, claim_ref, dimensions,
      (SELECT id FROM journal_entries AS original
       WHERE original.occasion = told.reverses ->> 0 AND original.source = told.reverses ->> 1)
    FROM jsonb_to_recordset(%(entries)s)
      AS told (ref text, occasion text, source text, claim_ref text, dimensions jsonb, reverses jsonb)
    RETURNING id, ref
  ), posted AS (
    INSERT INTO journal_postings (entry_id, account, amount_minor, currency, policy_class)
    SELECT entered.id, account, amount_minor, currency, policy_class
    FROM jsonb_to_recordset(%(postings)s)
      AS told (place int, ref text, account text, amount_minor bigint, currency text, policy_class text)
    JOIN entered USING (ref)
    ORDER BY place
  )
"""
_WRITE = Template("WITH $parts SELECT").substitute(parts=PARTS)


def record(session: Session, entry: Entry, *, actor: Actor, now: datetime, zone: ZoneInfo) -> None:
    """Write one entry. It counts on the day in the shop's own zone. The same occasion of one source is refused."""
    record_all(session, [entry], actor=actor, now=now, zone=zone)


def record_all(session: Session, entries: Sequence[Entry], *, actor: Actor, now: datetime, zone: ZoneInfo) -> None:
    """Write several entries of one moment, as ``record`` writes one."""
    ask(session, _WRITE, values_of(entries, actor=actor, now=now, zone=zone))


def values_of(entries: Sequence[Entry], *, actor: Actor, now: datetime, zone: ZoneInfo) -> dict[str, object]:
    """Give the values that ``PARTS`` of a statement need to write entries of one moment; none are written of none."""
    named = [(new_ref("JRN", 10), entry) for entry in entries]
    postings = [(ref, posting) for ref, entry in named for posting in entry.postings]
    told = [
        {
            "ref": ref,
            "occasion": entry.occasion.value,
            "source": entry.source,
            "claim_ref": entry.claim_ref,
            "dimensions": dict(entry.dimensions),
            "reverses": [entry.reverses.occasion.value, entry.reverses.source] if entry.reverses else None,
        }
        for ref, entry in named
    ]
    moves = [
        {
            "place": place,
            "ref": ref,
            "account": posting.account.value,
            "amount_minor": posting.amount.minor,
            "currency": posting.amount.currency,
            "policy_class": posting.policy_class,
        }
        for place, (ref, posting) in enumerate(postings)
    ]
    return {
        "entries": json.dumps(told),
        "postings": json.dumps(moves),
        "booked_at": now,
        "effective_on": now.astimezone(zone).date(),
        "booked_by": str(actor),
    }
