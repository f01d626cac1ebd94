"""Count what an outreach would be, without telling anybody: a page at a time, so that a killed worker goes on."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from portal.domain.money import Money
from portal.domain.outreach import US, OutreachMove, OutreachState, Skip, next_state
from portal.domain.outreach_preview import Preview
from portal.letters.language import LOCALES
from portal.letters.mail import render
from portal.records import deeds, incidents, outreach_people, outreach_targets, outreaches
from portal.records.orders_at_risk import AtRisk, fresh_for, orders_at_risk
from portal.records.rows_to_write import fresh, row_of
from portal.records.sessions import Session
from portal.records.tables.orders import Payment
from portal.records.tables.outreach import Outreach
from portal.services.judge_outreach import Cause, judge_target
from portal.services.report_problem import Made
from portal.services.send_letters import brand_of
from portal.services.toolkit import Toolkit, tried_again
from portal.services.word_outreach import TOLD_FIRST, told_first

_FOUND_AT_ONCE, _COUNTED_AT_ONCE = 10_000, 100
# Where a letter that is shown before anybody is told names its claim.
_NO_CLAIM = "CLM-…"


def count_outreach(toolkit: Toolkit, *, outreach_ref: str, last_try: bool = False) -> None:
    """Find the parcels of an outreach, judge each as if we told of it now, and draw the lots. Goes on where it stood.

    last_try: nobody tries again where this fails, so that is told to whoever drew it up.
    """
    try:
        while _search_on(toolkit, outreach_ref):
            pass
        while _count_on(toolkit, outreach_ref):
            pass
    except Exception as error:
        if last_try:
            _fail(toolkit, outreach_ref, type(error).__name__)
        raise


@tried_again
def _search_on(toolkit: Toolkit, ref: str) -> bool:
    """Find the next parcels; tell whether there may be more."""
    with toolkit.transaction() as session:
        held = _held(session, ref)
        if held is None or held.found is not None:
            return False
        found = _next_at_risk(session, held)
        outreach_targets.add(session, held, found, toolkit.now())
        if found:
            held.searched_to = found[-1].shipment_id
        else:
            held.found = outreach_targets.how_many(session, held)
        return bool(found)


def _next_at_risk(session: Session, held: Outreach) -> Sequence[AtRisk]:
    # As of when it was drawn up, so that the search finds the same however long it takes.
    now, after = held.drawn_at, held.searched_to
    if held.silent_days is not None:
        days = held.silent_days
        return outreach_targets.silent_ones(session, days=days, now=now, after=after, most=_FOUND_AT_ONCE)
    incident = outreaches.incident_of(session, held)
    also, fresh = [one.about for one in incidents.parts_of(session, incident)[1:]], fresh_for(incident.measure)
    found = orders_at_risk(
        session, incident.about, now=now, also=also, fresh_for=fresh, after=after, most=_FOUND_AT_ONCE
    )
    return list(found)


@tried_again
def _count_on(toolkit: Toolkit, ref: str) -> bool:
    """Judge the next parcels; tell whether there may be more. The last turn draws the lots and lets it be started."""
    with toolkit.transaction() as session:
        held = _held(session, ref)
        if held is None:
            return False
        preview, targets = Preview.read(held.preview), outreach_targets.after(session, held, most=_COUNTED_AT_ONCE)
        cause = cause_of(session, held)
        for target in targets:
            made = judge_target(toolkit, session, cause, target, outreach_people.order_of(session, target))
            if isinstance(made, Skip):
                preview.skipped(made)
                target.outlook = made.value
            else:
                target.outlook = preview.offered(_costs(made))
                _exemplify(toolkit, preview, made)
        if targets:
            held.counted_to, held.counted = targets[-1].id, held.counted + len(targets)
        else:
            _finish(toolkit, session, held, preview)
        held.preview = preview.to_document()
        return bool(targets)


def cause_of(session: Session, held: Outreach) -> Cause:
    """Give an outreach with the problem that its incident names, where it names one."""
    if held.incident_id is None:
        return Cause(held, None)
    return Cause(held, outreaches.incident_of(session, held).about.get("problem"))


def _held(session: Session, ref: str) -> Outreach | None:
    """Hold an outreach that is being counted; nothing where somebody stopped it, or it is done."""
    held = outreaches.hold(session, ref)
    return held if held is not None and held.state == OutreachState.COUNTING else None


def _costs(made: Made) -> dict[str, Money]:
    """Add up what each remedy would cost, of those that every offered line of a claim has."""
    sums: dict[str, list[Money]] = defaultdict(list)
    for line in made.claim.lines:
        for offer in line.offers:
            sums[offer.kind].append(Money(offer.amount_minor + offer.bonus_minor, offer.currency))
    return {kind: Money(sum(one.minor for one in costs), costs[0].currency) for kind, costs in sums.items()}


def _exemplify(toolkit: Toolkit, preview: Preview, made: Made) -> None:
    """Keep the letter of the first parcel with offers in each language, with no name and no card in it."""
    offered = any(line.offers for line in made.claim.lines)
    if len(preview.letters) == len(LOCALES) or not offered:
        return
    for locale in LOCALES:
        words = told_first(toolkit, [(made.claim, _without_cards(made))], locale)
        url = f"{toolkit.shop.origin}/claims/{_NO_CLAIM}"
        parcels = tuple(replace(one, ref=_NO_CLAIM, url=url) for one in words.parcels)
        words = replace(words, customer_name=None, claim_ref=_NO_CLAIM, claim_url=url, parcels=parcels, stop_url=url)
        letter = render(TOLD_FIRST, locale, brand_of(toolkit.shop, toolkit.zone), words)
        preview.letters[locale] = letter.subject, letter.text


def _without_cards(made: Made) -> list[tuple[Payment, int]]:
    nothing = {"card_brand": None, "card_last4": None, "card_fingerprint": None}
    dossier = made.read.dossier
    return [(fresh(Payment, **{**row_of(one), **nothing}), dossier.spent[one.id]) for one in dossier.payments]


def _finish(toolkit: Toolkit, session: Session, held: Outreach, preview: Preview) -> None:
    outreach_targets.draw_lots(session, held)
    preview.customers, preview.orders = outreach_targets.people_and_orders(session, held)
    held.state = next_state(OutreachState.COUNTING, OutreachMove.COUNTED).value
    held.counted_at, held.version = toolkit.now(), held.version + 1
    deeds.note(session, "outreach_counted", held.ref, actor=US, now=held.counted_at, detail={"found": held.found})


@tried_again
def _fail(toolkit: Toolkit, ref: str, why: str) -> None:
    with toolkit.transaction() as session:
        held = _held(session, ref)
        if held is not None:
            held.state = next_state(OutreachState.COUNTING, OutreachMove.FAIL).value
            held.failure, held.ended_at, held.version = why, toolkit.now(), held.version + 1
            deeds.note(session, "outreach_failed", held.ref, actor=US, now=held.ended_at, detail={"why": why})
