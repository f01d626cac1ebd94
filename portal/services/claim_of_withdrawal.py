"""Open the claim that carries the money of a withdrawal back: with a person, whatever policy would say.

A withdrawal is no problem that somebody reports. Yet money moves along claims only, where it can move but once, so one
is opened in the withdrawal's name; law and not policy says what it gives.
"""

from datetime import datetime
from typing import Any

from portal.domain.claims import PERSON_ANSWERS_WITHIN, Action, next_state
from portal.domain.errors import NotFound, UnitsTaken
from portal.domain.facts import Facts
from portal.domain.policy import Verdict, judge
from portal.domain.problems import Problem
from portal.domain.reasons import EscalateReason
from portal.domain.refs import new_ref
from portal.domain.withdrawal import WITHDRAWAL
from portal.records import new_claims, post
from portal.records.new_claims import By, Reported
from portal.records.rows_to_write import fresh
from portal.records.sessions import Session
from portal.records.tables.claims import Claim, ClaimLine
from portal.records.tables.orders import Order
from portal.records.tables.withdrawals import Withdrawal
from portal.services.apologise import words_of
from portal.services.apply_verdict import POLICY, touch
from portal.services.current_policy import policy_for
from portal.services.gather_facts import Affected, gather_facts
from portal.services.read_order import OrderRead, read_order
from portal.services.toolkit import Toolkit


def claim_of_withdrawal(toolkit: Toolkit, session: Session, withdrawal: Withdrawal, order: Order, now: datetime) -> str:
    """Open the claim of a withdrawal whose order is held, and give its ref.

    Raises UnitsTaken where other claims speak for every unit, or all of it has gone back.
    """
    read = read_order(session, order, now)
    affected = _affected(read, withdrawal)
    if not affected:
        raise UnitsTaken(order.order_number)
    in_force, policy = policy_for(session, read.dossier)
    facts = gather_facts(read, affected, now=now)
    claim = fresh(
        Claim,
        ref=new_ref("CLM"),
        order_id=order.id,
        customer_id=order.customer_id,
        client_key=withdrawal.ref,
        locale=withdrawal.locale,
        words=withdrawal.goods,
        raised_by=str(WITHDRAWAL),
        policy_version_id=in_force.version_id,
        version=0,
        corrects_id=None,
        waits_for_answer=False,
        answer_by=None,
        created_at=now,
        order=order,
        customer=order.customer,
        lines=[
            _line(one, fact, judge(fact, policy), in_force.stages) for one, fact in zip(affected, facts, strict=True)
        ],
    )
    claim.apology = words_of(claim, toolkit.zone, withdrawal.locale)
    touch(claim, answer_within=now + PERSON_ANSWERS_WITHIN)
    told = [Reported(line, Action.REPORT_ESCALATED, one.units) for line, one in zip(claim.lines, affected, strict=True)]
    # Whoever uses a right that law gives is counted nowhere for it.
    new_claims.write(session, claim, told, _told_before(withdrawal), by=By(WITHDRAWAL, POLICY, ()), now=now)
    return claim.ref


def _told_before(withdrawal: Withdrawal) -> dict[str, Any]:
    """Give the letter that tells of it: the acknowledgement, which has left, so that no second one does."""
    return post.new_letter(
        "withdrawal_received",
        recipient=withdrawal.mailbox,
        locale=withdrawal.locale,
        subject_ref=withdrawal.ref,
        context={},
        claim_id=None,
    )


def _affected(read: OrderRead, withdrawal: Withdrawal) -> list[Affected]:
    """Name the units that are meant, no other claim speaks for, and something can still be given back of."""
    wanted = {one["line"]: one["quantity"] for one in withdrawal.lines}
    known = {line.line_number for line in read.dossier.lines}
    if not wanted.keys() <= known:
        raise NotFound("no such line")
    named = []
    for line in read.dossier.lines:
        units = tuple(read.free[line.id][: wanted.get(line.line_number, 0) if wanted else None])
        if units and any(parts.total for parts in read.entitlement.left(line.id, units)):
            named.append(Affected(line, units, Problem.OTHER))
    return named


def _line(one: Affected, facts: Facts, verdict: Verdict, stages: dict[tuple[str, str], str]) -> ClaimLine:
    return fresh(
        ClaimLine,
        order_line_id=one.line.id,
        order_line=one.line,
        quantity=len(one.units),
        problem=one.problem.value,
        parcel_state=facts.parcel_state.value,
        stage=stages[one.problem.value, facts.parcel_state.value],
        state=next_state(None, Action.REPORT_ESCALATED).value,
        facts=facts.to_document(),
        # What policy would have said is kept as ever, so that it can be told and judged again; it decides nothing here.
        verdict=verdict.to_document(),
        reason=EscalateReason.ASKED_FOR_A_PERSON.value,
        about_replacement_id=None,
        offers=[],
    )
