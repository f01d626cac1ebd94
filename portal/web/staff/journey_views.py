"""The journey for whoever leads: its stages, customers kept or lost, what was owned beyond scope, and the digest."""

from dataclasses import dataclass
from datetime import date

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from portal.domain.authority import SEES_JOURNEY
from portal.domain.journey import EVERY, FEWEST, Kept
from portal.domain.money import Money
from portal.letters.mail import RenderedMail
from portal.records import journey as records
from portal.records import journey_digests, outbox
from portal.records.journey import Beyond
from portal.records.tables.journey import JourneyDigest
from portal.services.ask_to_count import TASK, ask_to_count
from portal.services.send_digests import last_week, preview_digest, recipients
from portal.web.shared.access import staff
from portal.web.shared.language import gettext as _
from portal.web.shared.means import glancing, toolkit
from portal.web.shared.names import PROBLEMS, named
from portal.web.shared.workbench import frame
from portal.web.staff.pages.journey import journey_page
from portal.web.staff.pages.kept import horizons

HERE = "staff.journey"
_ALL_KEPT = tuple(kind for kind in Kept if kind is not Kept.BEYOND)


@dataclass(frozen=True, slots=True)
class BeyondRow:
    """What problems of one kind that were not ours cost within a month."""

    month: str
    problem: str
    claims: int
    amount: Money


@dataclass(frozen=True, slots=True)
class DigestPage:
    """Rendered by ``staff/journey/digest.html``: the leader's mail, and to whom the week goes or went.

    mail: none before a week is counted. is_last: it is of the last whole week.
    """

    mail: RenderedMail | None
    is_last: bool
    sent: tuple[JourneyDigest, ...]
    recipients: tuple[str, ...]
    without: tuple[str, ...]


@staff(*SEES_JOURNEY)
def stages() -> str:
    """Show every stage with its owner: a year, and each month of it, in one currency or in all."""
    asked = request.args.get("currency", "")
    with glancing() as session:
        read = records.year(session, EVERY)
        currency = asked if asked in read.currencies else EVERY
        read = records.year(session, currency) if currency != EVERY else read
        # Only who has just asked is told of it.
        under_way = "asked" in request.args and outbox.is_under_way(session, TASK)
    tabs = [(_("All currencies"), url_for(HERE), currency == EVERY)]
    tabs += [(code, url_for(HERE, currency=code), code == currency) for code in read.currencies]
    page = journey_page(read, tuple(tabs), under_way=under_way)
    return render_template("staff/journey/stages.html", page=page, **frame(HERE))


@staff(*SEES_JOURNEY)
def count() -> Answer:
    """Have the worker count at once."""
    ask_to_count(toolkit())
    return redirect(url_for(HERE, asked="yes"), 303)


@staff(*SEES_JOURNEY)
def back() -> Answer:
    """Lead somebody who reloads to the journey."""
    return redirect(url_for(HERE), 303)


@staff(*SEES_JOURNEY)
def kept() -> str:
    """Show whether those who reported a problem bought again, beside people alike."""
    with glancing() as session:
        rows = records.kept(session, *_ALL_KEPT)
    shown = horizons(rows)
    return render_template("staff/journey/kept.html", horizons=shown, fewest=FEWEST, **frame(HERE))


@staff(*SEES_JOURNEY)
def beyond() -> str:
    """Show what problems that were not ours cost, by month and reason, and whether their customers were kept."""
    with glancing() as session:
        rows = tuple(_beyond(one) for one in records.beyond(session))
        shown = horizons(records.kept(session, Kept.SCOPE, Kept.BEYOND))
    totals: dict[str, Money] = {}
    for one in rows:
        code = one.amount.currency
        totals[code] = totals[code] + one.amount if code in totals else one.amount
    costs = tuple(totals[code] for code in sorted(totals))
    told = {"rows": rows, "costs": costs, "horizons": shown, "fewest": FEWEST}
    return render_template("staff/journey/beyond.html", **told, **frame(HERE))


def _beyond(one: Beyond) -> BeyondRow:
    return BeyondRow(f"{one.first_on:%Y-%m}", named(PROBLEMS, one.problem or None), one.claims, one.amount)


@staff(*SEES_JOURNEY)
def digest() -> str:
    """Show the mail of last week as a leader reads it, and to whom it goes or went; else of the newest counted week."""
    last: date = last_week(toolkit())
    with toolkit().reading() as session:
        counted = records.newest_week(session)
        week = min(counted or last, last)
        page = DigestPage(
            mail=preview_digest(session, toolkit(), week, None) if counted else None,
            is_last=counted is not None and counted >= last,
            sent=tuple(journey_digests.of_week(session, week)),
            recipients=tuple(recipients(session)),
            without=tuple(one.stage for one in records.owners(session) if not one.mailbox),
        )
    return render_template("staff/journey/digest.html", page=page, **frame(HERE))
