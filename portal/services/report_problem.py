"""Report a problem with an order: judged at once, apologised for at once, every remedy already decided."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from portal.domain.actors import Actor
from portal.domain.claims import HOLDS_UNITS, next_state
from portal.domain.errors import NotFound, UnitsTaken
from portal.domain.facts import Facts
from portal.domain.policy import OutcomeKind, Verdict
from portal.domain.problems import SENSIBLE, Problem
from portal.domain.refs import new_ref
from portal.letters.language import best_locale
from portal.records import claims, new_claims, orders, sent_again
from portal.records.new_claims import By, Reported
from portal.records.rows_to_write import fresh
from portal.records.sent_again import SentAgain
from portal.records.sessions import IntegrityError, Session, violates
from portal.records.tables.claims import Claim, ClaimLine
from portal.records.tables.orders import Order
from portal.services.apologise import words_of
from portal.services.apply_verdict import POLICY, REPORTED, answer_by, show, touch
from portal.services.current_policy import policy_for
from portal.services.gather_facts import Affected, asker_of, gather_facts
from portal.services.judge_standing import JudgedReport, judge_report
from portal.services.letter_of_claim import OFFERS, letter_telling
from portal.services.read_order import OrderRead, read_order
from portal.services.take_over import TAKES_OVER, take_over_new
from portal.services.toolkit import Toolkit, tried_again


@dataclass(frozen=True, slots=True)
class ReportedLine:
    """What the customer ticked: a line by its number, how many of it, and the problem."""

    line_number: int
    quantity: int
    problem: Problem


@dataclass(frozen=True, slots=True)
class Report:
    """One report. client_key is made by the page and kept over reloads: the same key is the same report.

    locale: the language that the customer chose, empty for the one of the order. again: the ref of the replacement
    that it is about, empty for the order's own parcels; it then tells of the one line that was sent again. device:
    the id that the reporting browser holds, where it holds one.
    """

    order_number: str
    client_key: str
    lines: tuple[ReportedLine, ...]
    words: str
    locale: str
    again: str = ""
    device: str | None = None


@tried_again
def report_problem(toolkit: Toolkit, *, customer_id: int, reported: Report, actor: Actor | None = None) -> str:
    """Make a claim of a report and give its ref; the same report again gives the same ref.

    Raises NotFound (order, line, or a problem that makes no sense for the line), UnitsTaken.
    """
    try:
        with toolkit.transaction() as session:
            return report(toolkit, session, customer_id, reported, actor or Actor.claimant(customer_id))
    except (NotFound, UnitsTaken, IntegrityError) as error:
        # The same report again meets its own claim: its units are taken, or its key is.
        with toolkit.reading() as session:
            earlier = claims.by_client_key(session, customer_id, reported.order_number, reported.client_key)
        if earlier is not None:
            return earlier
        if isinstance(error, IntegrityError) and violates(error, "ix_claim_units_one_live"):
            raise UnitsTaken(reported.order_number) from error
        raise


def report(
    toolkit: Toolkit,
    session: Session,
    customer_id: int,
    reported: Report,
    actor: Actor,
    *,
    corrects: Claim | None = None,
) -> str:
    """Make a claim of a report inside a transaction, and give its ref. corrects: one that is taken back for it."""
    order = orders.hold_owned(session, reported.order_number, customer_id)
    if order is None:
        raise NotFound("no such order")
    made = make_claim(toolkit, session, order, reported, actor, corrects=corrects)
    given_to = made.by.given_to
    letter = letter_telling(made.claim, **({"staff_name": given_to[1]} if given_to else {}))
    # Whoever chooses on the page is written to once, when it is on its way.
    waits = toolkit.offers_mail_seconds if letter["template"] == OFFERS else 0
    write_claim(session, made, letter, waits=waits)
    return made.claim.ref


@dataclass(frozen=True, slots=True)
class Made:
    """A claim as a report makes it, judged and worded; nothing of it is written yet. sent: what it is about again."""

    claim: Claim
    read: OrderRead
    told: list[Reported]
    sent: SentAgain | None
    by: By


def make_claim(
    toolkit: Toolkit,
    session: Session,
    order: Order,
    reported: Report,
    actor: Actor,
    *,
    corrects: Claim | None = None,
) -> Made:
    """Make the claim of a report without writing it. order: with its customer; held, where it is to be written.

    Raises NotFound and UnitsTaken as ``report_problem`` does.
    """
    now = toolkit.now()
    read = read_order(session, order, now)
    sent = _told_anew(session, corrects) if corrects else _sent_again(session, order, reported)
    affected = _all_affected(read, reported, sent, now)
    locale = reported.locale or best_locale(order.locale, "")
    in_force, policy = policy_for(session, read.dossier)
    facts = gather_facts(read, affected, now=now, asked_by=asker_of(str(actor)))
    judged = judge_report(toolkit, session, read, policy, facts, reported.device)
    claim = fresh(
        Claim,
        ref=new_ref("CLM"),
        order_id=order.id,
        customer_id=order.customer_id,
        client_key=reported.client_key,
        locale=locale,
        words=reported.words,
        raised_by=str(actor),
        policy_version_id=in_force.version_id,
        version=0,
        corrects_id=corrects.id if corrects else None,
        waits_for_answer=False,
        answer_by=None,
        created_at=now,
        order=order,
        customer=order.customer,
        lines=_lines(affected, facts, judged, in_force.stages, about=sent.replacement.id if sent else None),
    )
    _decide(claim, judged.verdicts, now)
    claim.apology = words_of(claim, toolkit.zone, locale)
    name = take_over_new(session, claim)
    by = By(actor, POLICY, judged.keys, given_to=(TAKES_OVER, name) if name else None)
    return Made(claim, read, _told(claim, judged.verdicts, affected), sent, by)


def write_claim(session: Session, made: Made, letter: dict[str, Any], *, waits: int = 0) -> None:
    """Write a claim that was made, with its letter. waits: seconds until that leaves unless something comes before."""
    now = made.claim.created_at
    if made.sent is not None:
        _pass_on(session, made.sent, made.told[0], made.by.actor, now)
    new_claims.write(session, made.claim, made.told, letter, by=made.by, now=now, letter_waits=waits)


def _told(claim: Claim, verdicts: list[Verdict], affected: list[Affected]) -> list[Reported]:
    return [
        Reported(line, REPORTED[verdict.outcome], one.units)
        for line, verdict, one in zip(claim.lines, verdicts, affected, strict=True)
    ]


def _decide(claim: Claim, verdicts: list[Verdict], now: datetime) -> None:
    for line, verdict in zip(claim.lines, verdicts, strict=True):
        show(line, verdict, now=now)
    deadlines = [answer_by(verdict, now) for verdict in verdicts if verdict.outcome is OutcomeKind.ESCALATE]
    touch(claim, answer_within=min(deadlines, default=None))


def _sent_again(session: Session, order: Order, reported: Report) -> SentAgain | None:
    if not reported.again:
        return None
    sent = sent_again.find(session, order.id, reported.again)
    if sent is None:
        raise NotFound("no such parcel was sent again, or it has not left yet")
    return sent


def _told_anew(session: Session, corrects: Claim) -> SentAgain | None:
    """Find the parcel that a report was about, with the units of which it may be told another way."""
    line = corrects.lines[0]
    sent = sent_again.of_line(session, line)
    return replace(sent, units=tuple(claims.units_of(session, line))) if sent is not None and sent.goes_on else sent


def _pass_on(session: Session, sent: SentAgain, told: Reported, actor: Actor, now: datetime) -> None:
    """Let the new claim speak for the units in place of the one that sent them again, and note it there."""
    if told.line.state in HOLDS_UNITS:
        sent_again.pass_on(session, sent.replacement.claim_line_id, told.units)
    detail = {"replacement": sent.replacement.ref}
    line_id = sent.replacement.claim_line_id
    claims.add_event(session, sent.claim_id, "told_again", line_id=line_id, actor=actor, now=now, detail=detail)


def _all_affected(read: OrderRead, reported: Report, sent: SentAgain | None, now: datetime) -> list[Affected]:
    if sent is None:
        affected = [_affected(read, line) for line in reported.lines]
    else:
        affected = [_affected_again(read, line, sent, now) for line in reported.lines]
    if len({one.line.id for one in affected}) != len(affected) or not affected:
        raise NotFound("each line is reported once")
    return affected


def _affected(read: OrderRead, reported: ReportedLine) -> Affected:
    line = read.line(reported.line_number)
    if line is None or reported.problem not in SENSIBLE[read.states[line.id]]:
        raise NotFound("no such line, or a problem that its parcel cannot have")
    free = read.free[line.id]
    if not 0 < reported.quantity <= line.quantity:
        raise NotFound("no such quantity")
    if reported.quantity > len(free):
        raise UnitsTaken(read.order.order_number)
    return Affected(line, tuple(free[: reported.quantity]), reported.problem)


def _affected_again(read: OrderRead, reported: ReportedLine, sent: SentAgain, now: datetime) -> Affected:
    line = read.line(reported.line_number)
    if line is None or line.id != sent.order_line_id:
        raise NotFound("another line was sent again")
    if reported.problem not in sent.parcel.sensible(read.order.status, now):
        raise NotFound("a problem that its parcel cannot have")
    if not 0 < reported.quantity <= sent.replacement.quantity:
        raise NotFound("no such quantity")
    if reported.quantity > len(sent.units):
        raise UnitsTaken(read.order.order_number)
    return Affected(line, sent.units[: reported.quantity], reported.problem, sent.parcel)


def _lines(
    affected: list[Affected],
    facts: list[Facts],
    judged: JudgedReport,
    stages: Mapping[tuple[str, str], str],
    *,
    about: int | None,
) -> list[ClaimLine]:
    return [
        fresh(
            ClaimLine,
            order_line_id=one.line.id,
            order_line=one.line,
            quantity=len(one.units),
            problem=one.problem.value,
            parcel_state=fact.parcel_state.value,
            stage=stages[one.problem.value, fact.parcel_state.value],
            state=next_state(None, REPORTED[verdict.outcome]).value,
            facts=fact.to_document(),
            standing=standing,
            about_replacement_id=about,
            offers=[],
        )
        for one, fact, verdict, standing in zip(affected, facts, judged.verdicts, judged.standings, strict=True)
    ]
