"""A new claim, written whole in one statement: its lines, offers, units, history and letter."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from string import Template
from typing import Any

from sqlalchemy.orm import Session

from portal.domain.actors import Actor
from portal.domain.claims import HOLDS_UNITS, Action
from portal.records import outbox, post
from portal.records.in_transaction import ask
from portal.records.limits import SubjectKey
from portal.records.rows_to_write import as_json, columns, row_of
from portal.records.tables.claims import Claim, ClaimLine, Offer

# A claim names an order line once, so what hangs on its lines finds them by that.
_WRITE = Template("""
WITH claim AS (
  INSERT INTO claims ($claim) SELECT $claim FROM json_populate_record(NULL::claims, %(claim)s) RETURNING id
), lines AS (
  INSERT INTO claim_lines (claim_id, $line) SELECT claim.id, $told_line
  FROM claim, ROWS FROM (json_populate_recordset(NULL::claim_lines, %(lines)s)) WITH ORDINALITY AS told
  ORDER BY told.ordinality RETURNING id, order_line_id
), offered AS (
  INSERT INTO offers (claim_line_id, $offer) SELECT lines.id, $told_offer
  FROM ROWS FROM (json_populate_recordset(NULL::offers, %(offers)s)) WITH ORDINALITY AS told
  JOIN lines ON lines.order_line_id = told.claim_line_id ORDER BY told.ordinality
), taken AS (
  INSERT INTO claim_units (claim_line_id, order_line_id, unit, live)
  SELECT lines.id, told.order_line_id, told.unit, told.live
  FROM json_populate_recordset(NULL::claim_units, %(units)s) AS told JOIN lines USING (order_line_id)
), theirs AS (
  INSERT INTO claim_subjects (key, claim_id, kind)
  SELECT told.key, claim.id, told.kind FROM claim, json_populate_recordset(NULL::claim_subjects, %(subjects)s) AS told
), history AS (
  INSERT INTO claim_events (claim_id, claim_line_id, action, to_state, actor, happened_at, detail)
  SELECT claim.id, lines.id, told.action, told.to_state, told.actor, told.happened_at, told.detail
  FROM claim, ROWS FROM (json_populate_recordset(NULL::claim_events, %(events)s)) WITH ORDINALITY AS told
  LEFT JOIN lines ON lines.order_line_id = told.claim_line_id ORDER BY told.ordinality
), letter AS ($letter)
SELECT count(*) FROM letter
""").substitute(
    claim=columns(Claim),
    line=columns(ClaimLine, "claim_id"),
    told_line=columns(ClaimLine, "claim_id", of="told."),
    offer=columns(Offer, "claim_line_id"),
    told_offer=columns(Offer, "claim_line_id", of="told."),
    letter=post.LEAVE.substitute(claim="claim.id", of="claim, "),
)


@dataclass(frozen=True, slots=True)
class By:
    """Who reported, what judged it, and whose claim it is. given_to: which actor gave it to whom at once, by name."""

    actor: Actor
    policy: Actor
    subjects: Sequence[SubjectKey]
    given_to: tuple[Actor, str] | None = None


@dataclass(frozen=True, slots=True)
class Reported:
    """A claim line as it is reported: what policy did with it, and the numbers of the units it speaks for."""

    line: ClaimLine
    action: Action
    units: Sequence[int]


def write(
    session: Session,
    claim: Claim,
    reported: Sequence[Reported],
    letter: dict[str, Any],
    *,
    by: By,
    now: datetime,
    letter_waits: int = 0,
) -> None:
    """Write a claim that no session knows, with what its customer and what policy did, and leave its letter.

    letter_waits: seconds until the letter is sent, unless something else is done for the claim before.

    The database refuses a live unit that another claim speaks for, and a second claim of the same client key.
    """
    lines = claim.lines
    values = {
        "claim": as_json(row_of(claim)),
        "lines": as_json(row_of(line) for line in lines),
        # The database gives the keys of lines, so until then an order line stands for its claim line.
        "offers": as_json(row_of(offer, claim_line_id=line.order_line_id) for line in lines for offer in line.offers),
        "units": as_json(_units(reported)),
        "subjects": as_json(one.row() for one in by.subjects),
        "events": as_json(_events(reported, by, now)),
        "letter": as_json(letter),
    }
    if ask(session, _WRITE, values) == (1,):
        if letter_waits:
            outbox.follow_unless_sooner(session, claim.ref, letter_waits)
        else:
            outbox.follow(session, claim.ref)


def _units(reported: Sequence[Reported]) -> list[dict[str, Any]]:
    return [
        {"order_line_id": one.line.order_line_id, "unit": unit, "live": one.line.state in HOLDS_UNITS}
        for one in reported
        for unit in one.units
    ]


def _events(reported: Sequence[Reported], by: By, now: datetime) -> list[dict[str, Any]]:
    happened_at = now.isoformat()
    said = {"action": "reported", "actor": str(by.actor), "happened_at": happened_at, "detail": {}}
    judged = [
        {
            "claim_line_id": one.line.order_line_id,
            "action": one.action.value,
            "to_state": one.line.state,
            "actor": str(by.policy),
            "happened_at": happened_at,
            "detail": {"rule": one.line.verdict["rule_key"]},
        }
        for one in reported
    ]
    if by.given_to is None:
        return [said, *judged]
    giver, name = by.given_to
    given = {"action": "assigned", "actor": str(giver), "happened_at": happened_at, "detail": {"assignee": name}}
    return [said, *judged, given]
