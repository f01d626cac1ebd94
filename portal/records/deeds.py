"""Write down who changed a right or a setting, and seal the record of who did what."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, select, text
from sqlalchemy.orm import Session

from portal.domain.actors import Actor
from portal.records.tables.deeds import Deed, Seal

# Whatever began to write a line this long ago has ended by now, so nothing comes in between any more.
_SETTLED = timedelta(hours=1)
_LINES_A_SEAL = 10_000
# One seals at a time, so that each seal stands on the one before it.
_TAKE_TURNS = text("SELECT pg_advisory_xact_lock(hashtext('seals'))")
_NEXT = text("""
    WITH last AS (
        SELECT number, up_to_event, up_to_deed, digest FROM seals
        UNION ALL SELECT 0, 0, 0, ''::bytea
        ORDER BY number DESC LIMIT 1
    ), bounds AS (
        SELECT last.*,
            coalesce((SELECT max(id) FROM (SELECT id FROM claim_events e WHERE e.id > last.up_to_event
                AND e.happened_at < :before ORDER BY id LIMIT :most) AS s), last.up_to_event) AS event,
            coalesce((SELECT max(id) FROM (SELECT id FROM deeds d WHERE d.id > last.up_to_deed
                AND d.happened_at < :before ORDER BY id LIMIT :most) AS s), last.up_to_deed) AS deed
        FROM last
    )
    INSERT INTO seals (number, up_to_event, up_to_deed, digest, sealed_at)
    SELECT number + 1, event, deed, record_digest(digest, up_to_event, event, up_to_deed, deed), :now
    FROM bounds WHERE (event, deed) <> (up_to_event, up_to_deed)
    RETURNING number, digest
""")


@dataclass(frozen=True, slots=True)
class Sealed:
    """A seal as it is written elsewhere, so that a chain made anew from its beginning shows."""

    number: int
    digest: bytes

    def __str__(self) -> str:
        """Write it as it is given back to be compared."""
        return f"{self.number}:{self.digest.hex()}"

    @classmethod
    def parse(cls, written: str) -> "Sealed":
        """Read what was written; raise ValueError for anything else."""
        number, digest = written.split(":")
        return cls(int(number), bytes.fromhex(digest))


def note(
    session: Session, kind: str, subject: str, *, actor: Actor, now: datetime, detail: dict[str, Any] | None = None
) -> None:
    """Write down what was done, in the transaction that does it."""
    values = {"kind": kind, "subject": subject, "actor": str(actor), "happened_at": now, "detail": detail or {}}
    session.execute(insert(Deed).values(values))


def seal_next(session: Session, now: datetime) -> Sealed | None:
    """Seal what was written since the last seal and an hour ago or earlier; give nothing where that is nothing."""
    session.execute(_TAKE_TURNS)
    asked = {"before": now - _SETTLED, "most": _LINES_A_SEAL, "now": now}
    row = session.execute(_NEXT, asked).one_or_none()
    return None if row is None else Sealed(row.number, bytes(row.digest))


def newest_seal(session: Session) -> Sealed | None:
    """Give the newest seal."""
    seal = session.scalars(select(Seal).order_by(Seal.number.desc()).limit(1)).one_or_none()
    return None if seal is None else Sealed(seal.number, seal.digest)


def seal_of(session: Session, number: int) -> Sealed | None:
    """Give a seal by its number."""
    seal = session.get(Seal, number)
    return None if seal is None else Sealed(seal.number, seal.digest)
