"""What only a person can put right: opened once about its subject, and kept until somebody closes it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple, cast

from sqlalchemy import ARRAY, String, Table, any_, bindparam, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from portal.domain.refs import new_ref
from portal.domain.troubles import TroubleKind
from portal.records.tables.claims import Claim
from portal.records.tables.troubles import Trouble

_troubles = cast("Table", Trouble.__table__)
_OPEN = insert(_troubles).on_conflict_do_nothing().returning(_troubles.c.ref)
_CLOSE = (
    update(_troubles)
    .where(_troubles.c.closed_at.is_(None))
    .values(closed_at=bindparam("_now"), closed_by=bindparam("_actor"))
    .returning(_troubles.c.ref)
)
_ABOUT = _CLOSE.where(
    _troubles.c.kind.in_(bindparam("_kinds", expanding=True)), _troubles.c.subject == bindparam("_of")
)
_SAID = select(Trouble.subject, Trouble.detail["said"].astext).where(
    Trouble.kind == bindparam("_kind"), Trouble.subject == any_(bindparam("_subjects", type_=ARRAY(String)))
)
_NAMED = _CLOSE.where(_troubles.c.ref == bindparam("_ref"))


_LISTED = select(Trouble.ref, Trouble.kind, Claim.ref, Trouble.subject, Trouble.detail, Trouble.opened_at).outerjoin(
    Claim, Claim.id == Trouble.claim_id
)


class OpenTrouble(NamedTuple):
    """One that is open. claim_ref: where it is about a claim."""

    ref: str
    kind: str
    claim_ref: str | None
    subject: str
    detail: dict[str, Any]
    opened_at: datetime


def open_one(
    session: Session,
    kind: TroubleKind,
    *,
    subject: str,
    claim_id: int | None,
    detail: Mapping[str, Any],
    now: datetime,
) -> bool:
    """Open a trouble, where it is not open already; tell whether it is new."""
    values = {
        "ref": new_ref("TRB", 10),
        "kind": kind.value,
        "subject": subject,
        "claim_id": claim_id,
        "detail": dict(detail),
        "opened_at": now,
    }
    return session.execute(_OPEN, values).first() is not None


def named(session: Session, ref: str) -> Trouble | None:
    """Read one by its ref, open or closed."""
    return session.scalars(select(Trouble).where(Trouble.ref == ref)).one_or_none()


def hold(session: Session, ref: str) -> Trouble | None:
    """Lock one that is open; after the order and the claim that it is about, where those are locked too."""
    asked = select(Trouble).where(Trouble.ref == ref, Trouble.closed_at.is_(None)).with_for_update()
    return session.scalars(asked.execution_options(populate_existing=True)).one_or_none()


def hold_about(session: Session, kind: TroubleKind, subject: str) -> Trouble | None:
    """Lock the open one of a kind about a subject."""
    asked = select(Trouble).where(Trouble.kind == kind.value, Trouble.subject == subject, Trouble.closed_at.is_(None))
    return session.scalars(asked.with_for_update()).one_or_none()


def was_told(session: Session, kind: TroubleKind, *, subject: str, reason: str, since: datetime) -> bool:
    """Tell whether one about a subject was opened since a moment for the very same reason, be it closed by now."""
    same = (Trouble.kind == kind.value, Trouble.subject == subject, Trouble.detail["reason"].astext == reason)
    return session.execute(select(Trouble.id).where(*same, Trouble.opened_at > since).limit(1)).first() is not None


def were_told(session: Session, kind: TroubleKind, subjects: Sequence[str]) -> set[tuple[str, str]]:
    """Give what was said in those that were opened of a kind about subjects, open or closed: each with its subject."""
    told = session.execute(_SAID, {"_kind": kind.value, "_subjects": list(subjects)})
    return {(subject, said) for subject, said in told}


def keep(trouble: Trouble, **detail: object) -> None:
    """Keep more with one that is held; nothing takes a value away."""
    kept = {**trouble.detail, **detail}
    trouble.detail = {name: value for name, value in kept.items() if value is not None}


def open_subjects(session: Session, kind: TroubleKind) -> list[str]:
    """List what the open ones of a kind are about."""
    asked = select(Trouble.subject).where(Trouble.kind == kind.value, Trouble.closed_at.is_(None))
    return list(session.scalars(asked))


def close_about(session: Session, kinds: list[TroubleKind], *, subject: str, actor: str, now: datetime) -> bool:
    """Close what is open of these kinds about a subject; tell whether anything was."""
    told = {"_kinds": [kind.value for kind in kinds], "_of": subject, "_actor": actor, "_now": now}
    return session.execute(_ABOUT, told).first() is not None


def close_named(session: Session, ref: str, *, actor: str, now: datetime) -> bool:
    """Close one by its ref; tell whether it was open."""
    return session.execute(_NAMED, {"_ref": ref, "_actor": actor, "_now": now}).first() is not None


def open_ones(session: Session, *, limit: int) -> list[OpenTrouble]:
    """List what is open, oldest first."""
    asked = _LISTED.where(Trouble.closed_at.is_(None)).order_by(Trouble.opened_at, Trouble.id).limit(limit)
    return [OpenTrouble(*row) for row in session.execute(asked)]


def open_one_named(session: Session, ref: str) -> OpenTrouble | None:
    """Read one that is open, as the list has it."""
    row = session.execute(_LISTED.where(Trouble.closed_at.is_(None), Trouble.ref == ref)).one_or_none()
    return None if row is None else OpenTrouble(*row)
